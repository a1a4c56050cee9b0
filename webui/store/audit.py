"""The audit: who changed what, before and after, why; a chain of hashes that shows every later change.

The chain (`audit`) names ids and fields only and can never be changed. The values stand in `audit_detail`,
which may be erased when its time is over; the chain stays whole, since it holds their salted hash.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webui.store.base import As, Base, Moment, plain
from webui.store.person import Person
from webui.store.plans import PlanRow

FIRST = "0" * 64
ERASED = "audit.details_erased"


class AuditRow(Base):
    """One change of state."""

    __tablename__ = "audit"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text, index=True)
    subject: Mapped[str] = mapped_column(Text, index=True)
    """What was changed, as "plan 7" or "site S001"."""
    fields: Mapped[tuple[str, ...]] = mapped_column(As(tuple[str, ...]))
    detail_hash: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text, unique=True)


class AuditDetailRow(Base):
    """The values of one change; erasable."""

    __tablename__ = "audit_detail"

    number: Mapped[int] = mapped_column(ForeignKey("audit.number"), primary_key=True, autoincrement=False)
    salt: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Change:
    """What an entry says was done: the action, its subject, the values of the changed fields, and why."""

    action: str
    subject: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    why: str = ""


@dataclass(frozen=True)
class Verified:
    """What `verify` found: entries, head hash, and every fault by entry; no fault: the chain is whole."""

    entries: int
    head: str
    faults: tuple[tuple[int, str], ...]
    erased: int = 0
    """Entries whose values were erased by rule."""


def append(session: Session, change: Change, by: Person) -> str:
    """Adds an entry to the chain, in the transaction of the change itself; returns the new head."""
    last = session.execute(select(AuditRow.number, AuditRow.hash).order_by(AuditRow.number.desc()).limit(1)).first()
    number, previous = (last.number + 1, last.hash) if last else (1, FIRST)
    before, after = _json(change.before), _json(change.after)
    salt = secrets.token_hex(16)
    entry = AuditRow(
        number=number,
        at=by.at,
        actor=by.actor,
        action=change.action,
        subject=change.subject,
        fields=tuple(sorted(change.before.keys() | change.after.keys())),
        detail_hash=_hash(salt, before, after, change.why),
        previous=previous,
    )
    entry.hash = entry_hash(entry)
    session.add(entry)
    session.flush()
    session.add(AuditDetailRow(number=number, salt=salt, before=before, after=after, why=change.why))
    session.flush()
    return entry.hash


def head(session: Session) -> str:
    """Hash of the last entry; 64 zeros before the first."""
    return session.scalar(select(AuditRow.hash).order_by(AuditRow.number.desc()).limit(1)) or FIRST


def newest(session: Session) -> int:
    """The number of the last entry, 0 before the first; it goes up with every change of state."""
    return session.scalar(select(func.max(AuditRow.number))) or 0


def verify(session: Session, expected_head: str = "") -> Verified:
    """Follows the whole chain. With `expected_head` (of a backup, of an approved plan) a cut-off end is found too."""
    faults: list[tuple[int, str]] = []
    details = {row.number: row for row in session.scalars(select(AuditDetailRow))}
    previous, count, erased_to, missing, heads = FIRST, 0, 0, [], {FIRST}
    for entry in session.scalars(select(AuditRow).order_by(AuditRow.number)):
        count += 1
        if entry.number != count:
            faults.append((entry.number, f"entry {count} is missing"))
            count = entry.number
        if entry.previous != previous:
            faults.append((entry.number, "does not follow the entry before it"))
        if entry.hash != entry_hash(entry):
            faults.append((entry.number, "was changed after it was written"))
        detail = details.get(entry.number)
        if detail is None:
            missing.append(entry.number)
        elif _hash(detail.salt, detail.before, detail.after, detail.why) != entry.detail_hash:
            faults.append((entry.number, "its values were changed after they were written"))
        if entry.action == ERASED:
            erased_to = max(erased_to, int(entry.subject.rpartition(" ")[2]))
        previous = entry.hash
        heads.add(entry.hash)
    faults += [(number, "its values are gone, by no rule") for number in missing if number > erased_to]
    faults += _heads_missing(session, heads, expected_head)
    return Verified(count, previous, tuple(faults), sum(number <= erased_to for number in missing))


def erase_details(session: Session, before: datetime, by: Person, why: str) -> int:
    """Erases the values of all entries before a moment, and writes down that it did; returns how many."""
    last = session.scalar(select(func.max(AuditRow.number)).where(AuditRow.at < before)) or 0
    numbers = session.scalars(select(AuditDetailRow.number).where(AuditDetailRow.number <= last)).all()
    if numbers:
        session.execute(delete(AuditDetailRow).where(AuditDetailRow.number <= last))
        append(session, Change(ERASED, f"entries up to {last}", {}, {"erased": len(numbers)}, why), by)
    return len(numbers)


def entry_hash(entry: AuditRow) -> str:
    """SHA-256 over everything an entry says and the hash before it."""
    at = entry.at.isoformat(timespec="microseconds")
    return _hash(
        entry.previous,
        str(entry.number),
        at,
        entry.actor,
        entry.action,
        entry.subject,
        *entry.fields,
        entry.detail_hash,
    )


def _heads_missing(session: Session, heads: set[str], expected: str) -> list[tuple[int, str]]:
    approved = session.execute(select(PlanRow.id, PlanRow.audit_head).where(PlanRow.audit_head != "")).all()
    faults = [(0, f"the head that plan {row.id} was approved with is gone") for row in approved if row[1] not in heads]
    if expected and expected not in heads:
        faults.append((0, f"the head {expected[:12]}… is gone: the end of the chain was cut off"))
    return faults


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(plain(dict(values)), ensure_ascii=False, sort_keys=True)


def _hash(*parts: str) -> str:
    """A hash in which no part can run into the next."""
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
