"""Who changed something, when, from what to what, and why: the audit as pages show it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.store.audit import AuditDetailRow, AuditRow
from webui.store.users import UserRow

LONGEST = 50
HIDDEN = frozenset(("position", "version", "idempotency_key"))


@dataclass(frozen=True)
class Entry:
    """One change. Where its values were erased by rule, `before` and `after` are empty."""

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    fields: tuple[str, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    why: str


def history(session: Session, subjects: Iterable[str] = (), actions: Iterable[str] = ()) -> tuple[Entry, ...]:
    """The last changes of these subjects ("site S1"), or those with these actions; newest first."""
    found = AuditRow.subject.in_(list(subjects)) | AuditRow.action.in_(list(actions))
    rows = session.execute(
        select(AuditRow, AuditDetailRow)
        .outerjoin(AuditDetailRow, AuditDetailRow.number == AuditRow.number)
        .where(found)
        .order_by(AuditRow.number.desc())
        .limit(LONGEST)
    ).all()
    names = names_of(session)
    return tuple(entry_of(row, detail, names) for row, detail in rows)


def names_of(session: Session) -> dict[str, str]:
    """What to call each actor of the audit."""
    users = session.execute(select(UserRow.id, UserRow.name)).all()
    return {"doorstep": "Doorstep", **{f"user {number}": name for number, name in users}}


def entry_of(row: AuditRow, detail: AuditDetailRow | None, names: Mapping[str, str]) -> Entry:
    """An entry with its values; without them where they were erased."""
    before, after = (_shown(detail.before), _shown(detail.after)) if detail else ({}, {})
    fields = tuple(name for name in row.fields if name not in HIDDEN)
    who = names.get(row.actor, row.actor)
    return Entry(row.number, row.at, who, row.action, row.subject, fields, before, after, detail.why if detail else "")


def _shown(text: str) -> dict[str, Any]:
    return {name: value for name, value in json.loads(text).items() if name not in HIDDEN}
