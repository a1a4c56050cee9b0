"""Plans and runs as pages list them, and one plan with all that its pages need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.dossier import Dossier
from planner.workdays import Calendar
from webui.refusals import NotFound
from webui.store.dossiers import dossier_of
from webui.store.plans import PinRow, PlanRow, PlanVisitRow, StepRow
from webui.store.reads.history import Entry, history
from webui.store.requests import PromiseRow, SpecialVisitRow
from webui.store.runs import IncumbentRow, RunRow, database_seconds
from webui.store.users import UserRow

SHOWN_RUNS = 8
FORTNIGHT = 12
"""Days from a Monday to the Friday of the next week, both counted."""
PUT_AWAY = ("superseded", "discarded")


@dataclass(frozen=True)
class Running:
    """A run with the seconds since it was queued, and the plan that came of it."""

    row: RunRow
    seconds: float
    plan_id: int | None


@dataclass(frozen=True)
class Overview:
    """The page of plans and runs."""

    running: tuple[Running, ...]
    ended: tuple[Running, ...]
    """The last runs that ended without a plan."""
    plans: Sequence[PlanRow]
    put_away: Sequence[PlanRow]
    in_force: frozenset[int]
    """Plans with visits in force."""
    people: Mapping[int, str]


@dataclass(frozen=True, eq=False)
class Opened:
    """One plan, opened."""

    row: PlanRow
    dossier: Dossier
    pins: frozenset[str]
    steps: int
    """Changes by hand that can be undone."""
    in_force: bool
    people: Mapping[int, str]
    promised: frozenset[tuple[str, int]]
    """Request and session of every promise that stands now."""


def overview(session: Session) -> Overview:
    """Everything that is planned, newest first."""
    unfinished = RunRow.status.in_(("queued", "running"))
    without = RunRow.status.in_(("failed", "cancelled"))
    plans = session.scalars(select(PlanRow).order_by(PlanRow.first_date.desc(), PlanRow.id.desc())).all()
    return Overview(
        _runs(session, session.scalars(select(RunRow).where(unfinished).order_by(RunRow.queued_at)).all()),
        _runs(
            session, session.scalars(select(RunRow).where(without).order_by(RunRow.id.desc()).limit(SHOWN_RUNS)).all()
        ),
        [row for row in plans if row.status not in PUT_AWAY],
        [row for row in plans if row.status in PUT_AWAY],
        frozenset(session.scalars(select(PlanVisitRow.plan_id).where(PlanVisitRow.in_force).distinct())),
        names(session),
    )


def running(session: Session, number: int) -> Running:
    """One run; NotFound where there is none."""
    row = session.get(RunRow, number)
    if row is None:
        raise NotFound("run", number)
    return _runs(session, [row])[0]


def course(session: Session, number: int) -> tuple[IncumbentRow, ...]:
    """The figures of a run's last attempt, oldest first."""
    rows = select(IncumbentRow).where(IncumbentRow.run_id == number).order_by(IncumbentRow.seq)
    found = tuple(session.scalars(rows))
    return tuple(one for one in found if one.attempt == found[-1].attempt)


def opened(session: Session, plan_id: int) -> Opened:
    """One plan; NotFound where there is none."""
    row = session.get(PlanRow, plan_id)
    if row is None:
        raise NotFound("plan", plan_id)
    steps = select(func.count()).select_from(StepRow).where(StepRow.plan_id == plan_id)
    force = select(PlanVisitRow.visit_id).where(PlanVisitRow.plan_id == plan_id, PlanVisitRow.in_force).limit(1)
    return Opened(
        row,
        dossier_of(row),
        frozenset(session.scalars(select(PinRow.visit_id).where(PinRow.plan_id == plan_id))),
        session.scalar(steps) or 0,
        session.scalar(force) is not None,
        names(session),
        frozenset((one, number) for one, number in session.execute(select(PromiseRow.request_id, PromiseRow.session))),
    )


def in_force_between(session: Session, first: date, last: date, besides: int) -> PlanRow | None:
    """The plan that most visits in force between these dates come from; None where nothing is in force there."""
    found = session.execute(
        select(PlanVisitRow.plan_id, func.count())
        .where(
            PlanVisitRow.in_force,
            PlanVisitRow.date >= first,
            PlanVisitRow.date <= last,
            PlanVisitRow.plan_id != besides,
        )
        .group_by(PlanVisitRow.plan_id)
        .order_by(func.count().desc(), PlanVisitRow.plan_id.desc())
    ).first()
    return session.get(PlanRow, found[0]) if found else None


def plan_history(session: Session, plan_id: int) -> tuple[Entry, ...]:
    """Who changed what about a plan, newest first."""
    visits = session.scalars(select(PlanVisitRow.visit_id).where(PlanVisitRow.plan_id == plan_id))
    return history(session, [f"plan {plan_id}", *(f"plan {plan_id} visit {one}" for one in visits)])


def asked_specials(session: Session) -> Sequence[SpecialVisitRow]:
    """The special visits that wait for a supervisor, oldest first."""
    return session.scalars(
        select(SpecialVisitRow).where(SpecialVisitRow.status == "asked").order_by(SpecialVisitRow.id)
    ).all()


def plans_in(session: Session, *states: str) -> Sequence[PlanRow]:
    """Plans in these states, the longest waiting first."""
    return session.scalars(
        select(PlanRow).where(PlanRow.status.in_(states)).order_by(PlanRow.submitted_at, PlanRow.id)
    ).all()


def names(session: Session) -> Mapping[int, str]:
    """What to call each user."""
    return {user.id: user.name for user in session.execute(select(UserRow.id, UserRow.name))}


def next_fortnight(session: Session, calendar: Calendar, today: date) -> tuple[date, date]:
    """First and last working day of the two weeks that are to be planned next: after today and all that is in force."""
    last = session.scalar(select(func.max(PlanVisitRow.date)).where(PlanVisitRow.in_force))
    start = max(last or today, today)
    first = next((day for day in calendar.known_workdays if day > start), start)
    days = [day for day in calendar.known_workdays if 0 <= (day - first).days < FORTNIGHT - first.weekday()]
    return first, days[-1] if days else first


def _runs(session: Session, rows: Sequence[RunRow]) -> tuple[Running, ...]:
    now = session.scalar(select(database_seconds())) or 0.0
    wanted = select(PlanRow.run_id, PlanRow.id).where(PlanRow.run_id.in_([row.id for row in rows]))
    made = {plan.run_id: plan.id for plan in session.execute(wanted)}
    return tuple(Running(row, (row.ended_at or now) - row.queued_at, made.get(row.id)) for row in rows)
