"""The inbox: requests with who asks, whether they may be visited, and by when."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from planner.eligibility import Verdict
from planner.model import Group
from planner.policy import Policy
from planner.workdays import Calendar, legal_span
from webui.refusals import NotFound
from webui.store.organisations import OrganisationRow, SiteRow
from webui.store.plans import PlanVisitRow
from webui.store.reads.history import Entry, history
from webui.store.reads.verdicts import verdicts
from webui.store.requests import PromiseRow, RequestRow, SpecialVisitRow
from webui.store.values import request_of

TIGHT_WORKDAYS = 5


@dataclass(frozen=True)
class Rules:
    """What requests are looked at with."""

    policy: Policy
    calendar: Calendar
    today: date


@dataclass(frozen=True)
class Legal:
    """Between which days people may apply, and the last working day among them; None past the calendar."""

    opens: date
    closes: date
    last_workday: date | None
    official: bool
    state: str
    """"overdue", "tight" (within five working days of today) or ""."""


@dataclass(frozen=True)
class Line:
    """A request in the inbox, with the most urgent legal date among its people."""

    row: RequestRow
    site: SiteRow
    organisation: OrganisationRow
    verdict: Verdict
    legal: Legal | None


@dataclass(frozen=True)
class Shown:
    """The page of one request."""

    line: Line
    groups: tuple[tuple[Group, Legal], ...]
    promises: Sequence[PromiseRow]
    visits: Sequence[PlanVisitRow]
    """Those of plans in force."""
    specials: Sequence[SpecialVisitRow]
    history: tuple[Entry, ...]


def lines(session: Session, status: str, text: str, rules: Rules) -> tuple[Line, ...]:
    """Requests in a state, the most urgent first; `text` is a part of their id or their organisation's name."""
    wanted = select(RequestRow).where(RequestRow.status == status)
    if text:
        part = f"%{text}%"
        names = (RequestRow.id, OrganisationRow.name_zh, OrganisationRow.name_en)
        wanted = wanted.join(OrganisationRow, OrganisationRow.id == RequestRow.organisation_id)
        wanted = wanted.where(or_(*(name.ilike(part) for name in names)))
    waiting = _lines(session, session.scalars(wanted).all(), rules)
    return tuple(sorted(waiting, key=lambda line: (line.legal.closes if line.legal else date.max, line.row.id)))


def counts(session: Session) -> Mapping[str, int]:
    """How many requests there are in each state."""
    states = session.execute(select(RequestRow.status, func.count()).group_by(RequestRow.status)).all()
    return {str(status): int(count) for status, count in states}


def found(session: Session, key: str) -> RequestRow:
    """The row of a request; NotFound where there is none."""
    row = session.get(RequestRow, key)
    if row is None:
        raise NotFound("request", key)
    return row


def shown(session: Session, key: str, rules: Rules) -> Shown:
    """One request with everything about it; NotFound where there is none."""
    row = found(session, key)
    [line] = _lines(session, [row], rules)
    specials = session.scalars(
        select(SpecialVisitRow).where(SpecialVisitRow.request_id == key).order_by(SpecialVisitRow.id)
    ).all()
    subjects = [f"request {key}", *(f"special_visit {special.id}" for special in specials)]
    visits = select(PlanVisitRow).where(PlanVisitRow.request_id == key, PlanVisitRow.in_force)
    promises = select(PromiseRow).where(PromiseRow.request_id == key)
    return Shown(
        line,
        tuple((group, legal_of(group, rules)) for group in request_of(row).groups),
        session.scalars(promises.order_by(PromiseRow.session)).all(),
        session.scalars(visits.order_by(PlanVisitRow.date, PlanVisitRow.starts)).all(),
        specials,
        history(session, subjects),
    )


def legal_of(group: Group, rules: Rules) -> Legal:
    """By when these people have to apply."""
    opens, closes = legal_span(group, rules.policy)
    last = rules.calendar.last_safe_workday(closes)
    state = ""
    if last is not None and last < rules.today:
        state = "overdue"
    elif last is not None:
        known = rules.calendar.known_workdays
        left = bisect_right(known, last) - bisect_right(known, rules.today)
        state = "tight" if left <= TIGHT_WORKDAYS else ""
    return Legal(opens, closes, last, rules.calendar.is_official(closes), state)


def _lines(session: Session, rows: Sequence[RequestRow], rules: Rules) -> Iterable[Line]:
    judged = verdicts(session, rows, rules.policy, rules.today)
    sites = {site.id: site for site in session.scalars(select(SiteRow))}
    owners = {owner.id: owner for owner in session.scalars(select(OrganisationRow))}
    for row in rows:
        legal = [legal_of(group, rules) for group in request_of(row).groups]
        first = min(legal, key=lambda one: one.closes, default=None)
        yield Line(row, sites[row.site_id], owners[row.organisation_id], judged[row.id], first)
