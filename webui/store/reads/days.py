"""Days as they are lived: a team's stops with what was noted, and all teams of one date side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.dossier import Dossier
from planner.report.contents import Call, Outing, contents
from webui.refusals import NotFound
from webui.store.days import State, TeamOfficerRow, states_on
from webui.store.dossiers import dossier_of
from webui.store.plans import PlanRow, PlanVisitRow
from webui.store.requests import RequestRow
from webui.store.teams import TeamRow

AHEAD = timedelta(days=14)
BEHIND = timedelta(days=2)
"""An officer sees two weeks ahead, and two days back for marks that come late."""


@dataclass(frozen=True)
class DayEntry:
    """One line of an officer's list: a team's outing and how far it has come."""

    team: TeamRow
    date: date
    visits: int
    applicants: int
    done: int


@dataclass(frozen=True, eq=False)
class DayPlan:
    """The plan in force on a date, and what was noted about its visits."""

    date: date
    plan_id: int | None
    dossier: Dossier | None
    outings: tuple[Outing, ...] = ()
    states: Mapping[str, State] = field(default_factory=dict)

    def state(self, visit_id: str) -> State:
        """How far this visit has come."""
        return self.states.get(visit_id, State())

    def outing(self, team_id: str) -> Outing | None:
        """The outing of one team."""
        return next((one for one in self.outings if one.team.id == team_id), None)

    def count(self, *progress: str) -> int:
        """How many visits of this date have come this far."""
        return sum(self.state(call.visit.id).progress in progress for one in self.outings for call in one.calls)

    @property
    def calls(self) -> tuple[Call, ...]:
        """All stops of the date."""
        return tuple(call for one in self.outings for call in one.calls)


def day_plan(session: Session, day: date) -> DayPlan:
    """The date's plan in force; without a plan where nothing is in force."""
    plan_id = session.scalar(
        select(PlanVisitRow.plan_id).where(PlanVisitRow.in_force, PlanVisitRow.date == day).limit(1)
    )
    if plan_id is None:
        return DayPlan(day, None, None)
    dossier = _with_contacts(session, dossier_of(session.get_one(PlanRow, plan_id)))
    outings = tuple(one for one in contents(dossier).outings if one.date == day)
    states = {visit: state for (_, visit), state in states_on(session, day, day).items()}
    return DayPlan(day, plan_id, dossier, outings, states)


def _with_contacts(session: Session, dossier: Dossier) -> Dossier:
    """The plan with whom to call as it is now: a telephone number may change after the planning."""
    inputs = dossier.facts.inputs
    keys = [one.id for one in inputs.requests]
    now = dict(session.execute(select(RequestRow.id, RequestRow.contact).where(RequestRow.id.in_(keys))).all())
    requests = tuple(replace(one, contact=now.get(one.id, one.contact)) for one in inputs.requests)
    return replace(dossier, facts=replace(dossier.facts, inputs=replace(inputs, requests=requests)))


def officer_days(session: Session, user_id: int, today: date) -> tuple[DayEntry, ...]:
    """The outings of the officer's teams from two days ago to two weeks ahead, by date."""
    mine = select(TeamOfficerRow.team_id).where(TeamOfficerRow.user_id == user_id)
    rows = session.execute(
        select(PlanVisitRow.team_id, PlanVisitRow.date, func.count(), func.sum(PlanVisitRow.applicants))
        .where(
            PlanVisitRow.in_force,
            PlanVisitRow.team_id.in_(mine),
            PlanVisitRow.date >= today - BEHIND,
            PlanVisitRow.date <= today + AHEAD,
        )
        .group_by(PlanVisitRow.team_id, PlanVisitRow.date)
        .order_by(PlanVisitRow.date, PlanVisitRow.team_id)
    ).all()
    teams = {row.id: row for row in session.scalars(select(TeamRow))}
    done = _done(session, today)
    return tuple(
        DayEntry(teams[team], day, visits, people, done.get((team, day), 0))
        for team, day, visits, people in rows
        if team and day
    )


def _done(session: Session, today: date) -> dict[tuple[str, date], int]:
    states = states_on(session, today - BEHIND, today)
    found: dict[tuple[str, date], int] = {}
    for row in session.scalars(
        select(PlanVisitRow).where(PlanVisitRow.in_force, PlanVisitRow.date.in_({day for day, _ in states}))
    ):
        if row.team_id and row.date and states.get((row.date, row.visit_id), State()).progress == "done":
            found[row.team_id, row.date] = found.get((row.team_id, row.date), 0) + 1
    return found


def goes_with(session: Session, team_id: str, user_id: int | None) -> bool:
    """Whether this officer goes with that team."""
    return user_id is not None and session.get(TeamOfficerRow, (team_id, user_id)) is not None


def crews(session: Session) -> tuple[tuple[TeamRow, frozenset[int]], ...]:
    """Every team with the numbers of its officers."""
    members: dict[str, set[int]] = {}
    for row in session.scalars(select(TeamOfficerRow)):
        members.setdefault(row.team_id, set()).add(row.user_id)
    teams = session.scalars(select(TeamRow).order_by(TeamRow.position, TeamRow.id))
    return tuple((team, frozenset(members.get(team.id, ()))) for team in teams)


def team(session: Session, team_id: str) -> TeamRow:
    """One team; NotFound where there is none."""
    row = session.get(TeamRow, team_id)
    if row is None:
        raise NotFound("team", team_id)
    return row


def days_in_force(session: Session, first: date, last: date) -> Sequence[date]:
    """The dates on which something is in force."""
    rows = select(PlanVisitRow.date).where(PlanVisitRow.in_force, PlanVisitRow.date >= first, PlanVisitRow.date <= last)
    return [day for day in session.scalars(rows.distinct().order_by(PlanVisitRow.date)) if day]
