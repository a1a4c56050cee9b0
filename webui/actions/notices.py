"""Notices and deliveries: written with the change they tell about, and what people do with them afterwards."""

import json
import re
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from planner.errors import Language, Mistake
from planner.model import clock
from planner.report.words import Text, day_text
from webui.actions.acting import add, allow, must, remove
from webui.actions.notice_words import FOOT, NOTICES
from webui.refusals import Conflict, raise_if_any
from webui.store.audit import Change, append
from webui.store.engine import Store
from webui.store.organisations import OrganisationRow, SiteRow
from webui.store.outbox import AddressRow, Audience, DeliveryRow, HookRow, NoticeRow
from webui.store.person import Person
from webui.store.plans import PlanVisitRow

Told = Literal["visit.published", "visit.moved", "visit.cancelled"]
EVENTS: tuple[Told, ...] = ("visit.published", "visit.moved", "visit.cancelled")
OWN: Mapping[str, str] = {"visit.moved": "booking.moved", "visit.cancelled": "booking.cancelled"}
"""What an organisation reads of a change that it made itself: nobody plans that visit anew."""
EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
DOMAIN = "doorstep.invalid"
"""Right side of message ids: a name that nobody can own (RFC 2606)."""


@dataclass(frozen=True)
class Moment:
    """When a visit is: date, and start in seconds since midnight."""

    date: date
    start: int


@dataclass(frozen=True)
class VisitChange:
    """What its organisation and every webhook is told of one visit; `before` or `after` is None where there is none."""

    request_id: str
    organisation_id: str
    site_id: str
    applicants: int
    before: Moment | None
    after: Moment | None
    back: bool = False
    """Whether passports come back, instead of people applying."""

    @property
    def event(self) -> Told:
        """published, moved or cancelled."""
        if self.before is None:
            return "visit.published"
        return "visit.cancelled" if self.after is None else "visit.moved"


@dataclass(frozen=True)
class Standing:
    """A visit in force at one moment, whatever becomes of its row."""

    request_id: str
    organisation_id: str
    site_id: str
    applicants: int
    date: date
    start: int
    back: bool


def standing(session: Session, *where: ColumnElement[bool]) -> list[Standing]:
    """The visits in force there, those that bring passports back among them."""
    row = PlanVisitRow
    columns = (row.request_id, row.organisation_id, row.site_id, row.applicants, row.date, row.starts, row.work)
    found = select(*columns).where(row.in_force, *where)
    order = found.order_by(row.date, row.starts, row.team_id)
    return [
        Standing(request, organisation, site, people, day, start, work == "return")
        for request, organisation, site, people, day, start, work in session.execute(order)
        if day is not None and start is not None
    ]


def changes_between(before: Iterable[Standing], after: Iterable[Standing], today: date) -> list[VisitChange]:
    """What is new, moved or gone for each request; what stays at its hour, and past dates, are not told."""
    was, now = _by_request(before, today), _by_request(after, today)
    changes: list[VisitChange] = []
    for key in sorted(was.keys() | now.keys()):
        request_id, back = key
        old, new = was.get(key, {}), now.get(key, {})
        gone = [old[when] for when in sorted(old.keys() - new.keys())]
        come = [new[when] for when in sorted(new.keys() - old.keys())]
        for number in range(max(len(gone), len(come))):
            first = gone[number] if number < len(gone) else None
            second = come[number] if number < len(come) else None
            row = second or first
            assert row is not None
            changes.append(
                VisitChange(
                    request_id,
                    row.organisation_id,
                    row.site_id,
                    row.applicants,
                    _moment(first),
                    _moment(second),
                    back,
                )
            )
    return changes


def tell_of_changes(session: Session, changes: Iterable[VisitChange], cause: str, by: Person) -> None:
    """Writes the notices and deliveries of these changes, in the transaction that makes them.

    `cause` names the change of state once and for all ("plan 7"): told again for the same cause, nothing is added.
    """
    hooks = session.scalars(select(HookRow).where(HookRow.active).order_by(HookRow.id)).all()
    for number, change in enumerate(changes):
        facts = _facts(session, change)
        key = f"{change.event} {cause} {change.request_id} {number}"
        tell(session, _kind(change, by), facts, key, by, organisation_id=change.organisation_id)
        for hook in () if change.back else hooks:
            if change.event in hook.events:
                _deliver(session, hook, change, key, by)


def _kind(change: VisitChange, by: Person) -> str:
    """What its organisation is told of the change; of its own changes as such."""
    if change.back:
        return change.event.replace("visit.", "return.")
    return OWN.get(change.event, change.event) if by.organisation_id == change.organisation_id else change.event


def note_changes(session: Session, changes: Iterable[VisitChange], by: Person) -> None:
    """Writes into the history of each request which dates a plan gave it, moved or took back."""
    visits = [one for one in changes if not one.back]
    for request_id, group in groupby(visits, key=lambda one: one.request_id):
        mine = list(group)
        before = [one.before for one in mine if one.before is not None]
        after = [one.after for one in mine if one.after is not None]
        action = "visit.move" if before and after else "visit.publish" if after else "visit.cancel"
        append(session, Change(action, f"request {request_id}", {"slots": before}, {"slots": after}), by)


def tell(
    session: Session,
    kind: str,
    facts: Mapping[str, Text],
    key: str,
    by: Person,
    *,
    organisation_id: str | None = None,
    audience: Audience = "organisation",
) -> None:
    """Writes a notice for every address of an organisation, or of a post of the staff; the same key is told once."""
    mine = select(AddressRow).where(AddressRow.audience == audience, AddressRow.organisation_id == organisation_id)
    if organisation_id is None:
        mine = select(AddressRow).where(AddressRow.audience == audience)
    for address in session.scalars(mine.order_by(AddressRow.id)):
        row_key = f"{key} {address.id}"
        if session.scalar(select(NoticeRow.id).where(NoticeRow.key == row_key)) is None:
            subject, body = written(kind, facts, "en" if address.language == "en" else "zh")
            session.add(
                NoticeRow(
                    key=row_key,
                    kind=kind,
                    email=address.email,
                    subject=subject,
                    body=body,
                    message_id=f"{secrets.token_hex(16)}@{DOMAIN}",
                    made_at=by.at,
                )
            )
    session.flush()


def written(kind: str, facts: Mapping[str, Text], language: Language) -> tuple[str, str]:
    """Subject (one line) and body of a notice."""
    values = {name: fact.of(language) for name, fact in facts.items()}
    words = NOTICES[kind]
    subject = " ".join(words.subject.of(language).format_map(values).split())
    return subject[:200], words.body.of(language).format_map(values) + FOOT.of(language)


def plain_text(text: str) -> Text:
    """The same text in both languages."""
    return Text(text, text)


def site_facts(session: Session, site_id: str) -> dict[str, Text]:
    """What a site and its organisation are called."""
    site = session.get_one(SiteRow, site_id)
    owner = session.get_one(OrganisationRow, site.organisation_id)
    return {
        "site": Text(site.name_zh or site.name_en, site.name_en or site.name_zh),
        "organisation": Text(owner.name_zh or owner.name_en, owner.name_en or owner.name_zh),
    }


# ------------------------------------------------------------------------------------------------ by people


def add_address(
    store: Store, email: str, audience: Audience, organisation_id: str | None, language: str, by: Person
) -> int:
    """Adds an address that gets notices from now on. Conflict for one that is there already."""
    allow(by, "scheduler", "administrator")
    email = email.strip()
    mistakes = []
    if not EMAIL.fullmatch(email) or ".." in email:
        mistakes.append(Mistake("email", "is no e-mail address we can write to", "不是有效的电子邮箱地址", email[:100]))
    if (audience == "organisation") != bool(organisation_id):
        mistakes.append(Mistake("organisation_id", "is needed for organisations only", "仅单位邮箱须选择单位"))
    if language not in ("zh", "en"):
        mistakes.append(Mistake("language", "choose zh or en", "请选择 zh 或 en", language[:20]))
    if audience not in ("organisation", "schedulers", "supervisors"):
        mistakes.append(Mistake("audience", "is no post that gets notices", "没有这类收件人", str(audience)[:40]))
    raise_if_any(mistakes)
    with store.write() as session:
        if organisation_id:
            must(session, OrganisationRow, organisation_id, "organisation")
        known = select(AddressRow).where(
            AddressRow.email == email,
            AddressRow.audience == audience,
            AddressRow.organisation_id.is_(None)
            if organisation_id is None
            else AddressRow.organisation_id == organisation_id,
        )
        if session.scalar(known) is not None:
            raise Conflict("This address gets these notices already.", "该邮箱已登记。")
        row = AddressRow(audience=audience, organisation_id=organisation_id or None, email=email, language=language)
        add(session, row, "address.add", by, hide=("email",))
        return row.id


def remove_address(store: Store, number: int, by: Person) -> None:
    """Takes an address away; what waits for it is sent all the same."""
    allow(by, "scheduler", "administrator")
    with store.write() as session:
        remove(session, must(session, AddressRow, number, "address"), "address.remove", by)


def send_again(store: Store, table: Literal["notice", "delivery"], number: int, by: Person) -> None:
    """Puts a notice that is unsure or failed, or a delivery that failed, back into the queue."""
    allow(by, "scheduler", "administrator")
    with store.write() as session:
        row: NoticeRow | DeliveryRow = (
            must(session, NoticeRow, number, table) if table == "notice" else must(session, DeliveryRow, number, table)
        )
        if row.status not in ("unsure", "failed", "dropped"):
            raise Conflict("It is on its way, or has arrived.", "该消息正在发送或已送达。")
        before = {"status": row.status}
        row.status, row.failures, row.next_at, row.ended_at = "waiting", 0, 0.0, None
        session.flush()
        append(session, Change(f"{table}.again", f"{row.__tablename__} {number}", before, {"status": "waiting"}), by)


# ------------------------------------------------------------------------------------------------ inside


def _by_request(
    visits: Iterable[Standing], today: date
) -> dict[tuple[str, bool], dict[tuple[date, int, int], Standing]]:
    """By request, its returns apart, and there by date, start and a number for those that start together."""
    found: dict[tuple[str, bool], dict[tuple[date, int, int], Standing]] = defaultdict(dict)
    for one in visits:
        if one.date >= today:
            mine = found[one.request_id, one.back]
            twin = sum(key[:2] == (one.date, one.start) for key in mine)
            mine[one.date, one.start, twin] = one
    return found


def _moment(visit: Standing | None) -> Moment | None:
    return None if visit is None else Moment(visit.date, visit.start)


def _facts(session: Session, change: VisitChange) -> dict[str, Text]:
    facts = {
        **site_facts(session, change.site_id),
        "request": plain_text(change.request_id),
        "people": plain_text(str(change.applicants)),
    }
    for prefix, moment in (("was_", change.before), ("", change.after)):
        if moment is not None:
            facts[f"{prefix}day"] = day_text(moment.date)
            facts[f"{prefix}time"] = plain_text(clock(moment.start))
    return facts


def _deliver(session: Session, hook: HookRow, change: VisitChange, key: str, by: Person) -> None:
    if session.scalar(select(DeliveryRow.id).where(DeliveryRow.hook_id == hook.id, DeliveryRow.key == key)) is not None:
        return
    mark = secrets.token_hex(16)
    payload = {
        "id": mark,
        "event": change.event,
        "at": by.at.astimezone(UTC).isoformat(timespec="seconds"),
        "request": change.request_id,
        "organisation": change.organisation_id,
        "site": change.site_id,
        "applicants": change.applicants,
        "before": _shown(change.before),
        "after": _shown(change.after),
    }
    session.add(
        DeliveryRow(
            hook_id=hook.id,
            key=key,
            mark=mark,
            event=change.event,
            payload=json.dumps(payload, ensure_ascii=False, sort_keys=True),
            made_at=by.at,
        )
    )
    session.flush()


def _shown(moment: Moment | None) -> dict[str, str] | None:
    return None if moment is None else {"date": moment.date.isoformat(), "start": clock(moment.start)}
