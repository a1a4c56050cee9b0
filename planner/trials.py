"""A visit tried in the outings of a plan: what it would add there, or the limit in the way.

The order of the other visits stays, so "no room" means no room in the outings as planned. Nothing here is
shared with the optimiser.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from planner.check import driving_seconds, route_cost
from planner.outings import Excess, Timing, best_outing, timing_of
from planner.problem import Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route


@dataclass(frozen=True)
class World:
    """A problem with the outings of a plan."""

    problem: Problem
    timing: Timing
    visits: dict[str, ProblemVisit]
    routes: dict[tuple[str, date], Route]

    def others(self, team: ProblemTeam, shift: ProblemShift) -> tuple[ProblemVisit, ...]:
        """The visits of the outing as planned, in order; () for a shift not in use."""
        route = self.routes.get((team.id, shift.date))
        return tuple(self.visits[stop.visit] for stop in route.stops) if route else ()

    def home_of(self, visit_id: str) -> Route | None:
        """The outing that makes this visit; None if none does."""
        return next((one for one in self.routes.values() if any(stop.visit == visit_id for stop in one.stops)), None)

    def without(self, visit_id: str) -> "World":
        """The same without this visit: its outing has the other stops only."""
        home = self.home_of(visit_id)
        if home is None:
            return self
        stops = tuple(stop for stop in home.stops if stop.visit != visit_id)
        return replace(self, routes={**self.routes, (home.team, home.date): replace(home, stops=stops)})


@dataclass(frozen=True)
class Trial:
    """One visit tried in one shift: what it would add, or the limit in the way."""

    team: ProblemTeam
    shift: ProblemShift
    points: int = 0
    driving: int = 0
    """Seconds of driving added."""
    route: Route | None = None
    excess: Excess | None = None


def trials_of(problem: Problem, plan: Plan, visit_id: str) -> tuple[Trial, ...]:
    """The visit tried in every shift that could take it, the others as planned; cheapest first, impossible last."""
    world = world_of(problem, plan)
    visit = world.visits[visit_id]
    return tuple(sorted(try_everywhere(world.without(visit_id), visit), key=rank))


def rank(trial: Trial) -> tuple[int, int, str, date]:
    """The possible by points, then the blocked by how little is in the way."""
    limits, amount = (trial.excess.limits, trial.excess.amount) if trial.excess else (0, trial.points)
    return limits, amount, trial.team.id, trial.shift.date


def world_of(problem: Problem, plan: Plan) -> World:
    """The plan's outings, without those that name what the problem does not have or a date a visit is closed on."""
    visits, timing = {visit.id: visit for visit in problem.visits}, timing_of(problem)
    shifts = {(team.id, shift.date) for team in problem.teams for shift in team.shifts}
    known = {
        (route.team, route.date): route
        for route in plan.routes
        if (route.team, route.date) in shifts
        and all((stop.visit, route.date) in timing.windows for stop in route.stops)
    }
    return World(problem, timing, visits, known)


def is_allowed(team: ProblemTeam, visit: ProblemVisit) -> bool:
    """Whether the visit leaves this team open; its skills are another matter."""
    return (visit.teams is None or team.id in visit.teams) and visit.fixed_team in (None, team.id)


def able_teams(problem: Problem, visit: ProblemVisit) -> list[ProblemTeam]:
    """The teams with the skills that the visit leaves open."""
    return [team for team in problem.teams if visit.skills <= team.skills and is_allowed(team, visit)]


def open_dates(visit: ProblemVisit) -> list[date]:
    """The dates of its windows; of a fixed visit that date, none if it has no window then."""
    return sorted({window.date for window in visit.windows if visit.fixed_date in (None, window.date)})


def open_shifts(problem: Problem, visit: ProblemVisit) -> list[tuple[ProblemTeam, ProblemShift]]:
    """The shifts of able teams on open dates."""
    dates = set(open_dates(visit))
    return [(team, shift) for team in able_teams(problem, visit) for shift in team.shifts if shift.date in dates]


def try_everywhere(world: World, visit: ProblemVisit, alone: bool = False) -> Iterator[Trial]:
    """The visit tried in one open shift after the other; `alone` as if nothing else were planned."""
    for team, shift in open_shifts(world.problem, visit):
        yield _try(world, visit, team, shift, () if alone else world.others(team, shift))


def _try(
    world: World, visit: ProblemVisit, team: ProblemTeam, shift: ProblemShift, others: tuple[ProblemVisit, ...]
) -> Trial:
    """The cheapest place for the visit among the others, or the least that stands in the way."""
    before = points_of(world, team, shift, others)
    drive = driving_seconds(world.problem, team, others)
    best = Trial(team, shift)
    for position in range(len(others) + 1):
        order = (*others[:position], visit, *others[position:])
        found = best_outing(world.timing, team, shift, order)
        if isinstance(found, Excess):
            blocked = Trial(team, shift, excess=found)
            if best.route is None and (best.excess is None or rank(blocked) < rank(best)):
                best = blocked
            continue
        points = route_cost(world.problem, team, order, found) - before
        if best.route is None or points < best.points:
            best = Trial(team, shift, points, driving_seconds(world.problem, team, order) - drive, found)
    return best


def points_of(world: World, team: ProblemTeam, shift: ProblemShift, visits: Sequence[ProblemVisit]) -> int:
    """What the outing costs as planned; without work cost its clock times do not matter."""
    if not visits:
        return 0
    planned = best_outing(world.timing, team, shift, visits) if world.timing.work_counts else None
    route = planned if isinstance(planned, Route) else Route(team.id, shift.date, 0, 0, ())
    return route_cost(world.problem, team, visits, route)
