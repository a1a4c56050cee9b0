"""What an organisation sees of itself: its requests with their state, its visits, its history; nothing of others."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.errors import PastTheCalendar
from planner.model import Group
from planner.workdays import Calendar
from webui.refusals import NotFound
from webui.store.audit import AuditDetailRow, AuditRow
from webui.store.bookings import BookingRow, FeedRow, HoldRow, ToldSlot
from webui.store.dossiers import dossier_of
from webui.store.organisations import OrganisationRow, SiteRow
from webui.store.person import Person
from webui.store.plans import PlanRow, PlanVisitRow
from webui.store.requests import BagRow, RequestRow
from webui.store.teams import TeamRow
from webui.store.values import request_of

HISTORY_SHOWN = 50


@dataclass(frozen=True)
class When:
    """A date and the start in seconds since midnight, of what the history tells."""

    date: Day
    start: int


SLOTS = TypeAdapter(tuple[When, ...])


@dataclass(frozen=True)
class Line:
    """A request in the list: its state and, where there is one, its first date."""

    row: RequestRow
    site: SiteRow
    state: str
    date: Day | None
    start: int | None
    people: int


@dataclass(frozen=True)
class VisitShown:
    """One visit in force: who comes when, for whom, and when the passports come back."""

    row: PlanVisitRow
    team: TeamRow | None
    back: Day | None
    """The first day on which the passports can come back; None for interviews and returns, or past the calendar."""
    back_planned: tuple[Day, int] | None
    """Date and start of the visit that brings them back, where a plan in force has one."""
    back_provisional: bool


@dataclass(frozen=True)
class Entry:
    """One line of the history: what was done and when; who did it stays with the division."""

    at: datetime
    action: str
    slots: tuple[When, ...] = ()
    """The dates and hours that were held, confirmed, moved to or taken back."""


@dataclass(frozen=True)
class Shown:
    """The page of one request."""

    line: Line
    groups: tuple[Group, ...]
    visits: tuple[VisitShown, ...]
    hold: HoldRow | None
    booking: BookingRow | None
    history: tuple[Entry, ...]


def organisation(session: Session, key: str | None) -> OrganisationRow:
    """The organisation; NotFound where there is none."""
    row = session.get(OrganisationRow, key) if key else None
    if row is None:
        raise NotFound("organisation", key)
    return row


def lines(session: Session, organisation_id: str, now: datetime, today: Day) -> tuple[Line, ...]:
    """The organisation's requests, the newest first."""
    rows = session.scalars(
        select(RequestRow)
        .where(RequestRow.organisation_id == organisation_id)
        .order_by(RequestRow.received.desc(), RequestRow.position.desc(), RequestRow.id)
    ).all()
    return tuple(_line(session, row, now, today) for row in rows)


def shown(
    session: Session, request_id: str, organisation_id: str, calendar: Calendar, by: Person, actions: Iterable[str]
) -> Shown:
    """One request of this organisation; NotFound for any other, whether it exists or not."""
    row = session.get(RequestRow, request_id)
    if row is None or row.organisation_id != organisation_id:
        raise NotFound("request", request_id)
    visits = _visits(session, request_id)
    return Shown(
        _line(session, row, by.at, by.today),
        request_of(row).groups,
        tuple(_visit(session, one, calendar) for one in visits),
        _live(session, request_id, by.at),
        session.get(BookingRow, request_id),
        _history(session, request_id, actions),
    )


@dataclass(frozen=True)
class Event:
    """One visit as a calendar shows it. `name` stays the same whatever becomes of the visit, `sequence` grows."""

    name: str
    sequence: int
    changed_at: datetime
    date: Day
    start: int
    end: int
    work: str
    people: int
    groups: tuple[Group, ...]
    site: SiteRow
    back: Day | None
    cancelled: bool = False


def events(session: Session, organisation_id: str, calendar: Calendar, request_id: str = "") -> tuple[Event, ...]:
    """All visits of an organisation, or of one request: those in force, then what was booked and is off."""
    wanted = select(PlanVisitRow).where(PlanVisitRow.in_force, PlanVisitRow.organisation_id == organisation_id)
    rows = session.scalars(wanted.order_by(PlanVisitRow.date, PlanVisitRow.starts, PlanVisitRow.visit_id))
    live = [row for row in rows if request_id in ("", row.request_id)]
    shown = {(row.request_id, row.session) for row in live if row.work != "return"}
    booked = select(BookingRow).where(BookingRow.organisation_id == organisation_id).order_by(BookingRow.request_id)
    off = [
        _off(session, row, slot)
        for row in session.scalars(booked)
        for slot in row.slots
        if request_id in ("", row.request_id) and (row.request_id, slot.session) not in shown
    ]
    return (*(_on(session, row, calendar) for row in live), *off)


def _on(session: Session, row: PlanVisitRow, calendar: Calendar) -> Event:
    plan = session.get_one(PlanRow, row.plan_id)
    assert row.date is not None and row.starts is not None and row.ends is not None
    return Event(
        _name(row),
        sequence_of(session, row.request_id, row.plan_id),
        plan.published_at or plan.made_at,
        row.date,
        row.starts,
        row.ends,
        row.work,
        row.applicants,
        row.groups,
        session.get_one(SiteRow, row.site_id),
        _visit(session, row, calendar).back,
    )


def _off(session: Session, row: BookingRow, slot: ToldSlot) -> Event:
    request = session.get_one(RequestRow, row.request_id)
    return Event(
        f"{row.request_id}-{slot.session}",
        sequence_of(session, row.request_id, None),
        row.confirmed_at,
        slot.date,
        slot.start,
        slot.end,
        request.service,
        slot.people,
        (),
        session.get_one(SiteRow, request.site_id),
        None,
        cancelled=True,
    )


def _name(row: PlanVisitRow) -> str:
    """The request's session, or for a return the collection whose passports come back."""
    if row.work != "return":
        return f"{row.request_id}-{row.session}"
    collected = re.sub(r"^P[0-9]+-", "", row.bag_id or row.visit_id)
    return collected.removesuffix("-back") + "-back"


def has_feed(session: Session, organisation_id: str) -> datetime | None:
    """When the secret calendar address was made; None where there is none."""
    row = session.get(FeedRow, organisation_id)
    return None if row is None else row.made_at


def sequence_of(session: Session, request_id: str, plan_id: int | None) -> int:
    """A number that grows with every change of the request and of the plan it is in: an event's SEQUENCE."""
    subjects = [f"request {request_id}", *([] if plan_id is None else [f"plan {plan_id}"])]
    return session.scalar(select(func.max(AuditRow.number)).where(AuditRow.subject.in_(subjects))) or 0


def _line(session: Session, row: RequestRow, now: datetime, today: Day) -> Line:
    visits = [one for one in _visits(session, row.id) if one.work != "return"]
    held = _live(session, row.id, now)
    ahead = [one for one in visits if one.date is not None and one.date >= today]
    state = {"received": "waits", "accepted": "planned"}.get(row.status, row.status)
    if visits:
        state = "booked" if ahead else "done"
    elif held is not None and row.status in ("received", "accepted"):
        state = "held"
    first = next(iter(ahead or visits), None)
    return Line(
        row,
        session.get_one(SiteRow, row.site_id),
        state,
        first.date if first else (held.slots[0].date if held else None),
        first.starts if first else (held.slots[0].start if held else None),
        sum(group.people for group in row.groups),
    )


def _visits(session: Session, request_id: str) -> Sequence[PlanVisitRow]:
    rows = select(PlanVisitRow).where(PlanVisitRow.in_force, PlanVisitRow.request_id == request_id)
    return session.scalars(rows.order_by(PlanVisitRow.date, PlanVisitRow.starts, PlanVisitRow.visit_id)).all()


def _live(session: Session, request_id: str, now: datetime) -> HoldRow | None:
    held = session.get(HoldRow, request_id)
    return held if held is not None and held.expires_at > now else None


def _visit(session: Session, row: PlanVisitRow, calendar: Calendar) -> VisitShown:
    team = session.get(TeamRow, row.team_id) if row.team_id else None
    if row.work == "return":
        return VisitShown(row, team, None, None, False)
    dossier = dossier_of(session.get_one(PlanRow, row.plan_id))
    visit = next(one for one in dossier.facts.visits if one.id == row.visit_id)
    if visit.processing_days is None or row.date is None:
        return VisitShown(row, team, None, None, False)
    names = [one.id for one in dossier.facts.visits if one.returns == row.visit_id]
    bag = select(BagRow.id).where(BagRow.plan_id == row.plan_id, BagRow.visit_id == row.visit_id)
    planned = session.scalar(
        select(PlanVisitRow).where(
            PlanVisitRow.in_force,
            PlanVisitRow.bag_id.in_(bag) | ((PlanVisitRow.plan_id == row.plan_id) & PlanVisitRow.visit_id.in_(names)),
        )
    )
    at = (planned.date, planned.starts) if planned and planned.date and planned.starts is not None else None
    try:
        back = calendar.add_workdays(row.date, visit.processing_days, allow_provisional=True)
    except PastTheCalendar:
        return VisitShown(row, team, None, at, True)
    return VisitShown(row, team, back, at, not calendar.is_official(back))


def _history(session: Session, request_id: str, actions: Iterable[str]) -> tuple[Entry, ...]:
    rows = (
        select(AuditRow)
        .where(AuditRow.subject == f"request {request_id}", AuditRow.action.in_(list(actions)))
        .order_by(AuditRow.number.desc())
        .limit(HISTORY_SHOWN)
    )
    return tuple(Entry(one.at, one.action, _slots_of(session, one.number)) for one in session.scalars(rows))


def _slots_of(session: Session, number: int) -> tuple[When, ...]:
    """The slots an entry of the audit tells of; () where it tells of none, or its values were erased."""
    detail = session.get(AuditDetailRow, number)
    told = [json.loads(one).get("slots") for one in (detail.after, detail.before)] if detail else []
    found = SLOTS.validate_python(next(filter(None, told), ()))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.date, one.start)))
