"""Visits, teams and driving times → the problem: what counts, in cost points, and who can do what."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from planner.model import Inputs, Kind, Shift, Team, Visit, Window
from planner.policy import Policy
from planner.problem.reader import COST_LIMIT
from planner.problem.values import Costs, Location, Problem, ProblemShift, ProblemTeam, ProblemVisit
from planner.skills import team_can
from planner.workdays import Calendar, legal_span

NEXT_PLAN_WORKDAYS = 3
"""The next plan's teams are out so many working days after this horizon at the latest."""
PEOPLE_PER_DUE = 10
"""So many people whose time runs out weigh as much again as the visit itself."""


def locations_of(visits: Iterable[Visit], inputs: Inputs) -> tuple[Location, ...]:
    """The bases that teams start from, then the sites of these visits, each once, in the order of their tables."""
    bases = {team.base_id for team in inputs.teams}
    sites = {visit.site_id for visit in visits}
    return (
        *(Location("base", base.id, base.place) for base in inputs.bases if base.id in bases),
        *(Location("site", site.id, site.place) for site in inputs.sites if site.id in sites),
    )


def build_problem(
    name: str,
    visits: tuple[Visit, ...],
    inputs: Inputs,
    locations: tuple[Location, ...],
    travel_seconds: NDArray[np.int64],
    travel_metres: NDArray[np.int64] | None,
    policy: Policy,
    calendar: Calendar,
    horizon: tuple[date, ...],
) -> Problem:
    """The problem of making these visits on the working days `horizon` (ascending, at least one).

    The matrices have shape (locations, locations), row from, column to. Shifts and windows outside the
    horizon are left out. ValueError for a matrix of another shape, KeyError for a base or site that is
    not among the locations.
    """
    index = {(place.kind, place.id): number for number, place in enumerate(locations)}
    words = {skill for visit in visits for skill in visit.skills}
    shifts: dict[str, list[Shift]] = {team.id: [] for team in inputs.teams}
    for shift in sorted(inputs.shifts, key=lambda one: one.date):
        if shift.date in horizon:
            shifts[shift.team_id].append(shift)
    return Problem(
        name,
        horizon,
        _frozen(travel_seconds, len(locations)),
        tuple(_team(team, index[("base", team.base_id)], shifts[team.id], words) for team in inputs.teams),
        tuple(_visit(visit, index[("site", visit.site_id)], policy, calendar, horizon) for visit in visits),
        Costs(1, policy.cost_work_second, policy.cost_team_date),
        None if travel_metres is None else _frozen(travel_metres, len(locations)),
    )


def team_skills(team: Team, words: Iterable[str]) -> frozenset[str]:
    """What the team can do: its own languages, kits, desks and kinds, and whatever of `words` it can do with them."""
    own = {
        *(f"language:{language}" for language in team.languages),
        *(f"kit:{kit}" for kit in (*team.kits, "acceptance", "interview")),
        *(f"desks:{number}" for number in range(1, team.desks + 1)),
        *(f"kind:{kind}" for kind in get_args(Kind)),
    }
    return frozenset(word for word in own.union(words) if team_can(team, word))


def date_costs(visit: Visit, policy: Policy, calendar: Calendar, horizon: tuple[date, ...]) -> dict[date, int]:
    """Points of making the visit on each of its dates: waiting, and coming near the end of its time.

    A promised visit costs nothing on any date: its date is settled. A return has no legal date; it costs
    for each working day after `wanted_by`.
    """
    if visit.promised:
        return {}
    costs: dict[date, int] = {}
    for day in sorted({window.date for window in visit.windows} & set(horizon)):
        points = policy.cost_day_waiting * _workdays_after(horizon[0], day, calendar)
        if visit.last_workday is not None:
            left = _workdays_after(day, min(visit.last_workday, _far(day, policy)), calendar)
            points += policy.cost_day_late * max(0, policy.comfort_workdays - left)
        if visit.wanted_by is not None:
            points += policy.cost_day_late * _workdays_after(visit.wanted_by, day, calendar)
        if points:
            costs[day] = min(points, COST_LIMIT - 1)
    return costs


def is_due(visit: Visit, calendar: Calendar, horizon: tuple[date, ...]) -> bool:
    """Whether the visit cannot wait for the next plan: promised, or its time ends before that plan's teams are out."""
    return visit.promised or (visit.last_workday is not None and visit.last_workday < _next_plan(calendar, horizon))


def unserved_cost(visit: Visit, policy: Policy, calendar: Calendar, horizon: tuple[date, ...]) -> int:
    """Points of leaving the visit out.

    Per visit and per person (for a return, per passport); a visit that is due adds `cost_unserved_due`,
    which outweighs any driving, and a tenth of that for each person whose own legal date comes too soon.
    """
    people = visit.applicants + visit.passports
    points = policy.cost_unserved + policy.cost_unserved_applicant * people
    if is_due(visit, calendar, horizon):
        urgent = people if visit.promised else _urgent(visit, policy, _next_plan(calendar, horizon))
        points += policy.cost_unserved_due + policy.cost_unserved_due * urgent // PEOPLE_PER_DUE
    return min(points, COST_LIMIT - 1)


def _urgent(visit: Visit, policy: Policy, next_plan: date) -> int:
    return sum(group.count for group in visit.groups if legal_span(group, policy)[1] < next_plan)


def _next_plan(calendar: Calendar, horizon: tuple[date, ...]) -> date:
    """The first date on which the next plan's teams are out for certain."""
    return calendar.add_workdays(horizon[-1], NEXT_PLAN_WORKDAYS, allow_provisional=True)


def _workdays_after(first: date, last: date, calendar: Calendar) -> int:
    return calendar.workdays_between(first, last, allow_provisional=True)


def _far(day: date, policy: Policy) -> date:
    """A date with more than the comfortable number of working days before it, whatever the holidays."""
    return day + timedelta(days=3 * policy.comfort_workdays + 15)


def _frozen(matrix: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    if matrix.shape != (size, size):
        raise ValueError(f"{size} locations need a matrix of shape {(size, size)}, this one has {matrix.shape}")
    copy = np.array(matrix, dtype=np.int64)
    copy.flags.writeable = False
    return copy


def _team(team: Team, base: int, shifts: Iterable[Shift], words: Iterable[str]) -> ProblemTeam:
    return ProblemTeam(team.id, base, base, team_skills(team, words), tuple(_shift(shift) for shift in shifts))


def _shift(shift: Shift) -> ProblemShift:
    rest = shift.rest if shift.rest is not None and shift.rest.seconds > 0 else None
    hours = shift.hours
    return ProblemShift(shift.date, hours.start, hours.end, shift.max_applicants, shift.max_work_seconds, rest)


def _visit(visit: Visit, location: int, policy: Policy, calendar: Calendar, horizon: tuple[date, ...]) -> ProblemVisit:
    return ProblemVisit(
        visit.id,
        location,
        visit.service_seconds,
        tuple(_joined(window for window in visit.windows if window.date in horizon)),
        unserved_cost(visit, policy, calendar, horizon),
        visit.applicants,
        frozenset(visit.skills),
        None,
        tuple(sorted(date_costs(visit, policy, calendar, horizon).items())),
        visit.fixed_team,
        visit.fixed_date,
    )


def _joined(windows: Iterable[Window]) -> Iterator[Window]:
    """The same start times with as few windows as can be, ascending."""
    current: Window | None = None
    for window in sorted(windows, key=lambda one: (one.date, one.earliest)):
        if current and window.date == current.date and window.earliest <= current.latest + 1:
            current = Window(current.date, current.earliest, max(current.latest, window.latest))
            continue
        if current:
            yield current
        current = window
    if current:
        yield current
