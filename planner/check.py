"""Every hard rule of docs/format.md, once more, on a finished plan.

One function per rule, in plain Python; nothing here is shared with the optimiser. Times are compared
exactly: a plan says when a team leaves, and everything after follows by arithmetic.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planner.breaches import Breach, breach, exact_clock
from planner.problem import Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route, Stop


@dataclass(frozen=True)
class Checked:
    """What the checker found: the recomputed cost, the broken rules (none: a valid plan), the visits made."""

    cost: int
    breaches: tuple[Breach, ...]
    served: int


@dataclass(frozen=True)
class _World:
    problem: Problem
    teams: dict[str, ProblemTeam]
    visits: dict[str, ProblemVisit]

    def seconds(self, origin: int, to: int) -> int:
        return int(self.problem.seconds[origin, to])


@dataclass(frozen=True)
class _Outing:
    """A route all of whose names are known, with what they stand for."""

    route: Route
    where: str
    team: ProblemTeam
    shift: ProblemShift
    visits: tuple[ProblemVisit, ...]
    departures: tuple[int, ...]
    """When the team must have left each stop to be where the route says it is next."""

    @property
    def rest_seconds(self) -> int:
        """How long the stated break lasts; 0 without one."""
        return 0 if self.shift.rest is None or self.route.break_start is None else self.shift.rest.seconds

    def rests_after(self, index: int) -> bool:
        """Whether the break lies between the end of this stop's service and the departure from it."""
        begins = self.route.break_start
        return (
            begins is not None
            and self.rest_seconds > 0
            and self.route.stops[index].end <= begins
            and self.departures[index] == begins + self.rest_seconds
        )

    def rests_before(self, index: int) -> bool:
        """Whether the break lies between the arrival at this stop and the start of its service."""
        stop, begins = self.route.stops[index], self.route.break_start
        return begins is not None and stop.arrive <= begins and begins + self.rest_seconds <= stop.start


PlanRule = Callable[[_World, Plan], Iterator[Breach]]
OutingRule = Callable[[_World, _Outing], Iterator[Breach]]


def check(problem: Problem, plan: Plan) -> Checked:
    """The plan's true cost and every rule it breaks.

    A route with a name that is unknown (visit, team, date, shift) is reported for that and not looked
    into further.
    """
    world = _World(problem, {team.id: team for team in problem.teams}, {visit.id: visit for visit in problem.visits})
    breaches = [found for rule in PLAN_RULES for found in rule(world, plan)]
    for index, route in enumerate(plan.routes):
        outing = _outing(world, route, f"routes[{index}]")
        breaches += [found for rule in OUTING_RULES for found in rule(world, outing)] if outing else []
    served = {stop.visit for route in plan.routes for stop in route.stops} & world.visits.keys()
    return Checked(cost_of(problem, plan.routes), tuple(breaches), len(served))


def cost_of(problem: Problem, routes: Iterable[Route]) -> int:
    """Points of these routes and of all visits in none of them, by the format's definition.

    Names that are unknown cost nothing; `check` reports them.
    """
    teams = {team.id: team for team in problem.teams}
    visits = {visit.id: visit for visit in problem.visits}
    total, served = 0, set[str]()
    for route in routes:
        made = [visits[stop.visit] for stop in route.stops if stop.visit in visits]
        if made and route.team in teams:
            total += route_cost(problem, teams[route.team], made, route)
            served |= {visit.id for visit in made}
    return total + sum(visit.unserved_cost for visit in problem.visits if visit.id not in served)


def route_cost(problem: Problem, team: ProblemTeam, visits: Sequence[ProblemVisit], route: Route) -> int:
    """Points of one route with at least one visit: driving, work, the team-date and the visits' dates."""
    costs = problem.costs
    dates = sum(dict(visit.date_costs).get(route.date, 0) for visit in visits)
    driving = driving_seconds(problem, team, visits)
    return costs.travel_second * driving + costs.work_second * (route.back - route.leave) + costs.team_date + dates


def driving_seconds(problem: Problem, team: ProblemTeam, visits: Sequence[ProblemVisit]) -> int:
    """Seconds of driving from the team's start through these visits to its end; 0 without a visit."""
    places = [team.start, *(visit.location for visit in visits), team.end] if visits else []
    return sum(int(problem.seconds[here, there]) for here, there in pairwise(places))


def _outing(world: _World, route: Route, where: str) -> _Outing | None:
    team = world.teams.get(route.team)
    shift = next((one for one in team.shifts if one.date == route.date), None) if team else None
    if team is None or shift is None or any(stop.visit not in world.visits for stop in route.stops):
        return None
    visits = tuple(world.visits[stop.visit] for stop in route.stops)
    arrivals = [stop.arrive for stop in route.stops[1:]] + [route.back]
    places = [visit.location for visit in visits[1:]] + [team.end]
    departures = (
        arrive - world.seconds(visit.location, place)
        for visit, arrive, place in zip(visits, arrivals, places, strict=False)
    )
    return _Outing(route, where, team, shift, visits, tuple(departures))


# the plan as a whole


def answers_this_problem(world: _World, plan: Plan) -> Iterator[Breach]:
    """The plan names the problem it is checked against."""
    if plan.problem != world.problem.name:
        yield breach("other_problem", "problem", found=plan.problem, wanted=world.problem.name)


def names_are_known(world: _World, plan: Plan) -> Iterator[Breach]:
    """Visits, teams and dates are the problem's, and the team has a shift on the date."""
    for index, route in enumerate(plan.routes):
        where, team = f"routes[{index}]", world.teams.get(route.team)
        if team is None:
            yield breach("unknown_team", where, team=route.team)
        if route.date not in world.problem.dates:
            yield breach("unknown_date", where, date=route.date.isoformat())
        elif team and all(shift.date != route.date for shift in team.shifts):
            yield breach("no_shift", where, team=route.team, date=route.date.isoformat())
        for number, stop in enumerate(route.stops):
            if stop.visit not in world.visits:
                yield breach("unknown_visit", f"{where}.stops[{number}]", visit=stop.visit)
    for index, one in enumerate(plan.unserved):
        if one.visit not in world.visits:
            yield breach("unknown_visit", f"unserved[{index}]", visit=one.visit)


def each_visit_once(world: _World, plan: Plan) -> Iterator[Breach]:
    """Each visit is in exactly one route, or listed once as unserved."""
    made = Counter(stop.visit for route in plan.routes for stop in route.stops)
    out = Counter(one.visit for one in plan.unserved)
    yield from (breach("visit_twice", "routes", visit=visit) for visit, times in made.items() if times > 1)
    yield from (breach("unserved_twice", "unserved", visit=visit) for visit, times in out.items() if times > 1)
    yield from (breach("served_and_unserved", "unserved", visit=visit) for visit in out if visit in made)
    yield from (
        breach("visit_missing", "unserved", visit=visit) for visit in world.visits if not (made[visit] or out[visit])
    )


def one_outing_a_date(world: _World, plan: Plan) -> Iterator[Breach]:
    """A team goes out at most once on a date."""
    outings = Counter((route.team, route.date) for route in plan.routes)
    for (team, day), times in outings.items():
        if times > 1:
            yield breach("team_twice", "routes", team=team, date=day.isoformat())


def cost_is_true(world: _World, plan: Plan) -> Iterator[Breach]:
    """The stated cost is that of the routes."""
    found = cost_of(world.problem, plan.routes)
    if plan.cost != found:
        yield breach("cost_differs", "cost", stated=plan.cost, found=found)


def bound_is_below(world: _World, plan: Plan) -> Iterator[Breach]:
    """A lower bound on every plan is not above this plan's cost."""
    found = cost_of(world.problem, plan.routes)
    if plan.lower_bound is not None and plan.lower_bound > found:
        yield breach("bound_above_cost", "lower_bound", bound=plan.lower_bound, found=found)


# one outing


def has_a_visit(world: _World, outing: _Outing) -> Iterator[Breach]:
    """Empty routes are left out."""
    if not outing.visits:
        yield breach("empty_route", outing.where, team=outing.team.id, date=outing.route.date.isoformat())


def within_the_shift(world: _World, outing: _Outing) -> Iterator[Breach]:
    """The team leaves not before its shift begins and is back not after it ends."""
    route, shift = outing.route, outing.shift
    if route.leave < shift.start:
        leave, start = exact_clock(route.leave), exact_clock(shift.start)
        yield breach("leaves_early", outing.where, team=route.team, leave=leave, start=start)
    if route.back > shift.end:
        back, end = exact_clock(route.back), exact_clock(shift.end)
        yield breach("back_late", outing.where, team=route.team, back=back, end=end)


def drives_as_long_as_it_takes(world: _World, outing: _Outing) -> Iterator[Breach]:
    """A stop is left when its service ends, or the break after it; arrivals follow by the driving time."""
    route = outing.route
    if not outing.visits:
        return
    first = route.leave + world.seconds(outing.team.start, outing.visits[0].location)
    if route.stops[0].arrive != first:
        yield _arrival(outing, 0, first)
    for index, stop in enumerate(route.stops):
        early = outing.departures[index] - stop.end
        if early == 0 or outing.rests_after(index):
            continue
        if index + 1 < len(route.stops):
            yield _arrival(outing, index + 1, route.stops[index + 1].arrive - early)
        else:
            stated, found = exact_clock(route.back), exact_clock(route.back - early)
            yield breach("back_differs", outing.where, team=route.team, stated=stated, found=found)


def _arrival(outing: _Outing, index: int, found: int) -> Breach:
    stop = outing.route.stops[index]
    stated = exact_clock(stop.arrive)
    return breach(
        "arrival_differs", f"{outing.where}.stops[{index}]", visit=stop.visit, stated=stated, found=exact_clock(found)
    )


def _stops(outing: _Outing) -> Iterator[tuple[str, Stop, ProblemVisit]]:
    for index, (stop, visit) in enumerate(zip(outing.route.stops, outing.visits, strict=True)):
        yield f"{outing.where}.stops[{index}]", stop, visit


def starts_in_a_window(world: _World, outing: _Outing) -> Iterator[Breach]:
    """The service starts inside one of the visit's windows of that date, both ends included."""
    day = outing.route.date
    for where, stop, visit in _stops(outing):
        windows = [(window.earliest, window.latest) for window in visit.windows if window.date == day]
        if not windows:
            yield breach("date_closed", where, visit=visit.id, date=day.isoformat())
        elif not any(earliest <= stop.start <= latest for earliest, latest in windows):
            shown = "; ".join(f"{exact_clock(earliest)}-{exact_clock(latest)}" for earliest, latest in sorted(windows))
            yield breach("window_missed", where, visit=visit.id, start=exact_clock(stop.start), windows=shown)


def starts_after_arrival(world: _World, outing: _Outing) -> Iterator[Breach]:
    """No service starts before the team is there."""
    for where, stop, visit in _stops(outing):
        if stop.start < stop.arrive:
            start, arrive = exact_clock(stop.start), exact_clock(stop.arrive)
            yield breach("starts_before_arrival", where, visit=visit.id, start=start, arrive=arrive)


def serves_in_full(world: _World, outing: _Outing) -> Iterator[Breach]:
    """The service lasts as long as the visit needs."""
    for where, stop, visit in _stops(outing):
        found = stop.start + visit.service_seconds
        if stop.end != found:
            yield breach("service_length", where, visit=visit.id, end=exact_clock(stop.end), found=exact_clock(found))


def team_is_able(world: _World, outing: _Outing) -> Iterator[Breach]:
    """The team has every skill the visit needs."""
    for where, _, visit in _stops(outing):
        missing = visit.skills - outing.team.skills
        if missing:
            yield breach("skill_missing", where, team=outing.team.id, visit=visit.id, skills=", ".join(sorted(missing)))


def team_is_allowed(world: _World, outing: _Outing) -> Iterator[Breach]:
    """Where a visit names teams, the team is one of them."""
    for where, _, visit in _stops(outing):
        if visit.teams is not None and outing.team.id not in visit.teams:
            yield breach("team_not_allowed", where, team=outing.team.id, visit=visit.id)


def fixed_stays_fixed(world: _World, outing: _Outing) -> Iterator[Breach]:
    """A fixed visit is made by its team and on its date."""
    day = outing.route.date
    for where, _, visit in _stops(outing):
        if visit.fixed_team not in (None, outing.team.id):
            yield breach("other_team_fixed", where, visit=visit.id, fixed=str(visit.fixed_team), team=outing.team.id)
        if visit.fixed_date is not None and visit.fixed_date != day:
            fixed = visit.fixed_date.isoformat()
            yield breach("other_date_fixed", where, visit=visit.id, fixed=fixed, date=day.isoformat())


def applicants_fit(world: _World, outing: _Outing) -> Iterator[Breach]:
    """The day's applicants do not exceed the shift's limit."""
    found, limit = sum(visit.applicants for visit in outing.visits), outing.shift.max_applicants
    if limit is not None and found > limit:
        day = outing.route.date.isoformat()
        yield breach("too_many_applicants", outing.where, team=outing.team.id, date=day, found=found, limit=limit)


def work_fits(world: _World, outing: _Outing) -> Iterator[Breach]:
    """The time from leaving to being back does not exceed the shift's limit."""
    found, limit = outing.route.back - outing.route.leave, outing.shift.max_work_seconds
    if limit is not None and found > limit:
        day = outing.route.date.isoformat()
        yield breach("too_much_work", outing.where, team=outing.team.id, date=day, found=found, limit=limit)


def break_is_taken(world: _World, outing: _Outing) -> Iterator[Breach]:
    """Who is out at the latest time a break may begin has one; who has come back before or leaves after needs none."""
    route, rest = outing.route, outing.shift.rest
    if route.break_start is not None and rest is None:
        yield breach("break_unknown", outing.where, team=route.team, date=route.date.isoformat())
    if rest is not None and route.break_start is None and route.leave <= rest.latest <= route.back:
        day, earliest, latest = route.date.isoformat(), exact_clock(rest.earliest), exact_clock(rest.latest)
        yield breach("break_missing", outing.where, team=route.team, date=day, earliest=earliest, latest=latest)


def break_begins_in_time(world: _World, outing: _Outing) -> Iterator[Breach]:
    """A break begins between its earliest and its latest time."""
    begins, rest = outing.route.break_start, outing.shift.rest
    if begins is not None and rest is not None and not rest.earliest <= begins <= rest.latest:
        start, earliest, latest = exact_clock(begins), exact_clock(rest.earliest), exact_clock(rest.latest)
        yield breach("break_outside", outing.where, team=outing.team.id, start=start, earliest=earliest, latest=latest)


def break_is_at_a_stop(world: _World, outing: _Outing) -> Iterator[Breach]:
    """A break lies at a stop, between arrival and service or between service and departure."""
    begins = outing.route.break_start
    if begins is None or outing.shift.rest is None:
        return
    if not any(outing.rests_before(index) or outing.rests_after(index) for index in range(len(outing.visits))):
        yield breach("break_misplaced", outing.where, team=outing.team.id, start=exact_clock(begins))


PLAN_RULES: tuple[PlanRule, ...] = (
    answers_this_problem,
    names_are_known,
    each_visit_once,
    one_outing_a_date,
    cost_is_true,
    bound_is_below,
)
OUTING_RULES: tuple[OutingRule, ...] = (
    has_a_visit,
    within_the_shift,
    drives_as_long_as_it_takes,
    starts_in_a_window,
    starts_after_arrival,
    serves_in_full,
    team_is_able,
    team_is_allowed,
    fixed_stays_fixed,
    applicants_fit,
    work_fits,
    break_is_taken,
    break_begins_in_time,
    break_is_at_a_stop,
)
