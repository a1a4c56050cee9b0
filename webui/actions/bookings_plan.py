"""Plans in force as bookings see them: what is open, where others' holds stand, and how a change is written down."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from planner.dossier import Dossier
from planner.model import Inputs
from planner.offers import (
    CannotLeave,
    Newcomer,
    Setting,
    Slot,
    Standing,
    leave,
    pose,
    stand,
    still_there,
    then_standing,
)
from planner.problem import Route
from webui.actions.custody import no_return_elsewhere, note_collected
from webui.actions.drafts import breaches_of
from webui.actions.rules import calendar_of
from webui.refusals import Conflict
from webui.store.bookings import HoldRow, ToldSlot
from webui.store.dossiers import dossier_of, visit_rows, write_facts
from webui.store.inputs import inputs_of
from webui.store.person import Person
from webui.store.plans import OutingRow, PlanRow, PlanVisitRow, TeamSlotRow, team_slots
from webui.store.requests import BagRow, PromiseRow, RequestRow
from webui.store.values import request_of

HELD = "~held"
"""Stands behind the id of a visit that is only held: its request may be visited elsewhere at the same time."""
KEPT_STANDINGS = 24


@dataclass(frozen=True, eq=False)
class OpenPlan:
    """A plan in force with dates ahead. `over` are dates that a newer plan has taken over; `closed` are shifts of
    these dates, and shifts that are not worked any more."""

    row: PlanRow
    over: frozenset[date]
    closed: frozenset[tuple[str, date]]


@dataclass(frozen=True, eq=False)
class Book:
    """All that bookings look at, in one transaction: the plans in force, the present inputs, live holds."""

    session: Session
    setting: Setting
    by: Person
    plans: tuple[OpenPlan, ...]
    holds: tuple[HoldRow, ...]

    def standing(self, plan: OpenPlan, request_id: str, others: bool = True) -> Standing:
        """The plan as it stands for this request: without its own visits, and with what others hold."""
        holds = [one for one in self.holds if others and one.plan_id == plan.row.id and one.request_id != request_id]
        marks = tuple((one.request_id, one.slots) for one in holds)
        place = self.session.get_bind().engine.url, plan.row.id, plan.row.version
        dossier = dossier_of(plan.row)
        named = any(one.id == request_id for one in dossier.facts.inputs.requests)
        key = (*place, request_id if named else "", marks, plan.closed, self.by.today)
        known = _recall(key)
        if known is not None:
            return known
        kept = kept_of(dossier)
        own = self.visits_of(plan, request_id)
        standing = stand(_without(dossier, own, kept, request_id), kept - set(own), self.by.today, plan.closed)
        for hold in holds:
            standing = self._with_hold(standing, hold)
        return _remember(key, standing)

    def visits_of(self, plan: OpenPlan, request_id: str) -> tuple[str, ...]:
        """The visits that this plan has for a request, made or not, and the returns of what they collect."""
        visits = dossier_of(plan.row).facts.visits
        mine = {one.id for one in visits if one.request_id == request_id and one.work != "return"}
        return tuple(sorted(mine | {one.id for one in visits if one.returns in mine}))

    def has_visits(self, plan: OpenPlan, request_id: str) -> bool:
        """Whether this plan, as far as it is in force, visits the request."""
        rows = select(PlanVisitRow.visit_id).where(
            PlanVisitRow.plan_id == plan.row.id, PlanVisitRow.request_id == request_id, PlanVisitRow.in_force
        )
        return self.session.scalar(rows.where(PlanVisitRow.work != "return").limit(1)) is not None

    def _with_hold(self, standing: Standing, hold: HoldRow) -> Standing:
        """The plan with a held request in it; as it was where the hold's place is gone."""
        row = self.session.get_one(RequestRow, hold.request_id)
        posed = pose(standing.dossier, request_of(row), self.setting, self.by.today)
        held = [_as_held(one) for one in posed.newcomers]
        placed = placed_at(standing, held, hold.slots)
        return standing if placed is None else placed[1]


def the_book(session: Session, by: Person) -> Book:
    """What is open for booking now."""
    inputs, calendar = inputs_of(session), calendar_of(session)
    published = select(PlanRow).where(PlanRow.status == "published", PlanRow.last_date > by.today)
    rows = session.scalars(published.order_by(PlanRow.published_at, PlanRow.id)).all()
    worked = {(shift.team_id, shift.date) for shift in inputs.shifts}
    plans = [_open(row, rows[number + 1 :], worked, inputs) for number, row in enumerate(rows)]
    live = select(HoldRow).where(HoldRow.expires_at > by.at)
    holds = session.scalars(live.order_by(HoldRow.made_at, HoldRow.request_id))
    ordered = sorted(plans, key=lambda one: (one.row.first_date, one.row.id))
    return Book(session, Setting(inputs, calendar), by, tuple(ordered), tuple(holds))


def _open(row: PlanRow, newer: Iterable[PlanRow], worked: set[tuple[str, date]], inputs: Inputs) -> OpenPlan:
    spans = [(one.first_date, one.last_date) for one in newer]
    days = set(_days(row))
    over = frozenset(day for day in days if any(first <= day <= last for first, last in spans))
    shifts = {(team.id, day) for team in inputs.teams for day in days}
    return OpenPlan(row, over, frozenset(one for one in shifts if one[1] in over or one not in worked))


def _days(row: PlanRow) -> Iterable[date]:
    return (date.fromordinal(number) for number in range(row.first_date.toordinal(), row.last_date.toordinal() + 1))


def kept_of(dossier: Dossier) -> frozenset[str]:
    """The visits of a plan in force that stay where they are: all whose organisations were told a date and hour.

    Returns of passports are promised to nobody; they may make room.
    """
    placed = {stop.visit for route in dossier.plan.routes for stop in route.stops}
    return frozenset(visit.id for visit in dossier.facts.visits if visit.id in placed and visit.work != "return")


def placed_at(
    standing: Standing, newcomers: Iterable[Newcomer], slots: Iterable[ToldSlot]
) -> tuple[tuple[Slot, ...], Standing] | None:
    """The slots of these sessions at exactly these dates and starts, and the plan with them; None where one is gone."""
    wanted = {one.session: one for one in slots}
    made: list[Slot] = []
    for newcomer in newcomers:
        at = wanted.get(newcomer.visit.session)
        slot = still_there(standing, newcomer, at.date, at.start) if at else None
        if slot is None:
            return None
        made.append(slot)
        standing = then_standing(standing, newcomer, slot)
    return tuple(made), standing


def _as_held(newcomer: Newcomer) -> Newcomer:
    name = newcomer.visit.id + HELD
    return replace(newcomer, visit=replace(newcomer.visit, id=name), posed=replace(newcomer.posed, id=name))


def _without(dossier: Dossier, visits: tuple[str, ...], kept: frozenset[str], request_id: str) -> Dossier:
    try:
        return leave(dossier, visits, kept, request_id)
    except CannotLeave:
        raise Conflict(
            "This visit cannot be moved or cancelled without moving others. Please call the division.",
            "此次上门服务的改期或取消会影响其他安排,请致电出入境部门。",
        ) from None


# ------------------------------------------------------------------------------------------- a memory of standings

_STANDINGS: "OrderedDict[object, Standing]" = OrderedDict()
_MEMORY = Lock()


def _recall(key: object) -> Standing | None:
    with _MEMORY:
        found = _STANDINGS.get(key)
        if found is not None:
            _STANDINGS.move_to_end(key)
        return found


def _remember(key: object, standing: Standing) -> Standing:
    with _MEMORY:
        _STANDINGS[key] = standing
        while len(_STANDINGS) > KEPT_STANDINGS:
            _STANDINGS.popitem(last=False)
    return standing


# ------------------------------------------------------------------------------------------- writing a change down


def put_in(session: Session, plan: OpenPlan, before: Dossier, after: Dossier, fresh: Iterable[str], by: Person) -> None:
    """Makes `after` the plan in force: its row, its changed outings with their teams' slots, promises, passports.

    `fresh` are the visits that `before` does not have. AssertionError where the checker finds a rule broken that
    was kept before: then nothing is saved. The keys of the tables refuse a second booking of a team.
    """
    _still_lawful(session, before, after)
    row, calendar = plan.row, calendar_of(session)
    after = replace(after, facts=replace(after.facts, version=after.facts.version + 1))
    new = set(fresh)
    changed = [one for one in _changed(before, after, new) if one[1] not in plan.over]
    visits = {visit.id: visit for visit in after.facts.visits}
    write_facts(row, after)
    session.flush()
    for team, day in changed:
        at = (TeamSlotRow.team_id == team, TeamSlotRow.date == day)
        session.execute(delete(TeamSlotRow).where(*at))
        session.execute(delete(OutingRow).where(OutingRow.team_id == team, OutingRow.date == day))
    names = _visits_in(before, changed) | _visits_in(after, changed) | (_named(before) - visits.keys())
    session.execute(
        delete(PlanVisitRow).where(PlanVisitRow.plan_id == row.id, PlanVisitRow.visit_id.in_(sorted(names)))
    )
    written = [one for one in visit_rows(row.id, after) if one.visit_id in names]
    for one in written:
        one.in_force = one.date is not None
    session.add_all(written)
    routes = {(route.team, route.date): route for route in after.plan.routes}
    session.add_all(_outing(row.id, routes[key]) for key in changed if key in routes)
    session.flush()
    session.add_all(slot for one in written for slot in team_slots(one) if one.in_force)
    session.flush()
    for one in written:
        if one.visit_id in new:
            _promise(session, row, one)
            note_collected(session, row, one, visits[one.visit_id], calendar, set())


def take_out(session: Session, plan: OpenPlan, visits: Iterable[str]) -> None:
    """Takes back what was promised for these visits and the bags their passports would be in.

    Conflict where another plan in force already brings those passports back.
    """
    names = tuple(visits)
    mine = (BagRow.plan_id == plan.row.id, BagRow.visit_id.in_(names))
    no_return_elsewhere(session, mine)
    session.execute(delete(BagRow).where(*mine, BagRow.returned_on.is_(None)))
    rows = session.scalars(
        select(PlanVisitRow).where(PlanVisitRow.plan_id == plan.row.id, PlanVisitRow.visit_id.in_(names))
    ).all()
    for one in rows:
        if one.work != "return":
            session.execute(
                delete(PromiseRow).where(
                    PromiseRow.request_id == one.request_id,
                    PromiseRow.date == one.date,
                    PromiseRow.start == one.starts,
                )
            )


def _still_lawful(session: Session, before: Dossier, after: Dossier) -> None:
    calendar = calendar_of(session)
    known = {(one.code, one.facts) for one in breaches_of(before, calendar)}
    fresh = [one for one in breaches_of(after, calendar) if (one.code, one.facts) not in known]
    if fresh:
        raise AssertionError("; ".join(one.sentence("en") for one in fresh[:5]))


def _changed(before: Dossier, after: Dossier, fresh: set[str]) -> list[tuple[str, date]]:
    """The outings that differ, and those of fresh visits: one may have come back to where it was."""
    was = {(route.team, route.date): route for route in before.plan.routes}
    now = {(route.team, route.date): route for route in after.plan.routes}
    theirs = {key for key, route in now.items() if any(stop.visit in fresh for stop in route.stops)}
    return sorted(theirs | {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)})


def _visits_in(dossier: Dossier, outings: Iterable[tuple[str, date]]) -> set[str]:
    keys = set(outings)
    return {stop.visit for route in dossier.plan.routes if (route.team, route.date) in keys for stop in route.stops}


def _named(dossier: Dossier) -> set[str]:
    return {visit.id for visit in dossier.facts.visits}


def _outing(plan_id: int, route: Route) -> OutingRow:
    return OutingRow(team_id=route.team, date=route.date, plan_id=plan_id, leaves=route.leave, back=route.back)


def _promise(session: Session, row: PlanRow, visit: PlanVisitRow) -> None:
    """The session is promised by this plan, as every visit of a plan in force is."""
    position = session.scalar(select(PromiseRow.position).order_by(PromiseRow.position.desc()).limit(1))
    session.add(
        PromiseRow(
            position=(position or 0) + 1,
            request_id=visit.request_id,
            session=visit.session,
            date=visit.date,
            start=visit.starts,
            team_id=visit.team_id,
            plan_id=row.id,
        )
    )
    session.flush()
