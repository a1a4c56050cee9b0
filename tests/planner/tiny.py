"""Tiny problems made from a seed, and their exact answer by trying everything.

`brute_force` is the oracle that the optimiser is held against. It knows the rules from docs/format.md
only and shares no code with the planner; it tries every set, every order, every place of the break and
every leaving time that can matter. Clock times are minutes here (480 is 08:00), so that ties and exact
hits of a window's end happen often.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations
from random import Random

import numpy as np

from planner.model import Break, Window
from planner.problem import (
    Costs,
    Plan,
    Problem,
    ProblemShift,
    ProblemTeam,
    ProblemVisit,
    Route,
    Stop,
    Unserved,
)

MONDAY = date(2026, 9, 7)
RULES = (
    "breaks",
    "skills",
    "capacity",
    "work_limit",
    "several_windows",
    "date_costs",
    "fixed",
    "allowed_teams",
    "no_triangle",
    "work_second",
    "team_date",
    "two_bases",
    "shared_places",
    "absence",
)
"""What a tiny problem may contain; the names are those of `tiny_problem`'s `rules`."""


def tiny_problem(seed: int, visits: int = 5, teams: int = 2, dates: int = 2, rules: Collection[str] = RULES) -> Problem:
    """A random problem in which the chosen rules bind now and then; the same for the same arguments."""
    unknown = set(rules) - set(RULES)
    if unknown:
        raise ValueError(f"no such rules: {sorted(unknown)}")
    random = Random(f"{seed} {visits} {teams} {dates} {sorted(rules)}")
    days = tuple(MONDAY + timedelta(day) for day in range(dates))
    bases = 2 if "two_bases" in rules else 1
    places = bases + (max(1, visits - 2) if "shared_places" in rules else visits)
    return Problem(
        f"tiny-{seed}",
        days,
        _travel(random, places, "no_triangle" in rules),
        tuple(_team(random, f"T{number}", bases, days, rules) for number in range(1, teams + 1)),
        tuple(_visit(random, number, bases, places, teams, days, rules) for number in range(1, visits + 1)),
        Costs(
            random.choice((1, 2)),
            random.choice((1, 2)) if "work_second" in rules else 0,
            random.choice((0, 40, 150)) if "team_date" in rules else 0,
        ),
    )


def _travel(random: Random, places: int, no_triangle: bool) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    points = [(random.randrange(60), random.randrange(60)) for _ in range(places)]
    near = [[abs(a - c) + abs(b - d) for c, d in points] for a, b in points]
    if no_triangle:
        near = [[max(0, cell + random.randrange(-25, 40)) for cell in row] for row in near]
    matrix = np.array(near, dtype=np.int64)
    matrix.flags.writeable = False
    return matrix


def _team(random: Random, name: str, bases: int, days: tuple[date, ...], rules: Collection[str]) -> ProblemTeam:
    away = "absence" in rules and random.random() < 0.4
    working = [day for day in days if not (away and len(days) > 1 and day == days[-1])]
    return ProblemTeam(
        name,
        random.randrange(bases),
        random.randrange(bases),
        frozenset(skill for skill in ("en", "ko", "th") if "skills" not in rules or random.random() < 0.8),
        tuple(_shift(random, day, rules) for day in working),
    )


def _shift(random: Random, day: date, rules: Collection[str]) -> ProblemShift:
    start = random.choice((480, 480, 500, 540, 700))
    rest = None
    if "breaks" in rules and random.random() < 0.8:
        earliest = random.choice((660, 690, 720))
        rest = Break(random.choice((20, 45, 60)), earliest, earliest + random.choice((0, 30, 60, 90)))
    return ProblemShift(
        day,
        start,
        start + random.choice((240, 400, 480, 560)),
        random.choice((None, 15, 25, 35)) if "capacity" in rules else None,
        random.choice((None, 200, 300, 400)) if "work_limit" in rules else None,
        rest,
    )


def _visit(
    random: Random, number: int, bases: int, places: int, teams: int, days: tuple[date, ...], rules: Collection[str]
) -> ProblemVisit:
    names = [f"T{one}" for one in range(1, teams + 1)]
    spans = [span for day in days for span in _windows(random, day, rules)]
    skills = frozenset(random.sample(("en", "ko", "th"), random.choice((0, 0, 1, 1, 2)))) if "skills" in rules else ()
    some = frozenset(name for name in names if random.random() < 0.7)
    costs = tuple((day, random.randrange(0, 120)) for day in days if random.random() < 0.7)
    return ProblemVisit(
        f"V{number}",
        random.randrange(bases, places) if "shared_places" in rules else bases + number - 1,
        random.choice((0, 15, 30, 45, 60)),
        tuple(spans),
        random.choice((60, 200, 500, 900, 2000)),
        random.randrange(0, 15),
        frozenset(skills),
        some if "allowed_teams" in rules and random.random() < 0.3 else None,
        costs if "date_costs" in rules else (),
        random.choice(names) if "fixed" in rules and random.random() < 0.2 else None,
        random.choice(days) if "fixed" in rules and random.random() < 0.2 else None,
    )


def _windows(random: Random, day: date, rules: Collection[str]) -> Iterator[Window]:
    if "absence" in rules and random.random() < 0.2:
        return
    opens = random.choice((480, 540, 600, 660, 720, 780))
    closes = opens + random.choice((0, 30, 90, 240, 240))
    yield Window(day, opens, closes)
    if "several_windows" in rules and random.random() < 0.5:
        later = closes + random.choice((-20, 1, 40, 120))
        yield Window(day, later, later + random.choice((0, 30, 90)))


@dataclass(frozen=True)
class _Outing:
    cost: int
    """Points of driving, work, the team-date and the dates; unserved costs are not in it."""
    route: Route | None


def brute_force(problem: Problem) -> tuple[int, Plan]:
    """The least cost of any plan for the problem, and a plan that has it."""
    best: dict[int, tuple[int, tuple[Route, ...]]] = {0: (0, ())}
    for team in problem.teams:
        for shift in team.shifts:
            outings = _outings(problem, team, shift)
            grown = dict(best)
            for mask, (cost, routes) in best.items():
                for members, outing in outings.items():
                    if mask & members or outing.route is None:
                        continue
                    total = cost + outing.cost
                    if mask | members not in grown or total < grown[mask | members][0]:
                        grown[mask | members] = (total, (*routes, outing.route))
            best = grown

    def whole(mask: int) -> int:
        out = sum(visit.unserved_cost for bit, visit in enumerate(problem.visits) if not mask >> bit & 1)
        return best[mask][0] + out

    mask = min(best, key=whole)
    left = tuple(Unserved(visit.id) for bit, visit in enumerate(problem.visits) if not mask >> bit & 1)
    return whole(mask), Plan(problem.name, whole(mask), best[mask][1], left)


def _outings(problem: Problem, team: ProblemTeam, shift: ProblemShift) -> dict[int, _Outing]:
    """The cheapest outing of this shift for each set of visits it can make; a set is a bit mask."""
    able = [bit for bit, visit in enumerate(problem.visits) if _may(team, shift, visit)]
    found: dict[int, _Outing] = {}
    for order in _orders(problem, team, shift, able):
        visits = [problem.visits[bit] for bit in order]
        people = sum(visit.applicants for visit in visits)
        if shift.max_applicants is not None and people > shift.max_applicants:
            continue
        mask = sum(1 << bit for bit in order)
        fixed = problem.costs.team_date + sum(dict(visit.date_costs).get(shift.date, 0) for visit in visits)
        fixed += problem.costs.travel_second * _driving(problem, team, visits)
        if mask in found and fixed >= found[mask].cost:
            continue
        route = best_route(problem, team, shift, visits)
        if route is None:
            continue
        cost = fixed + problem.costs.work_second * (route.back - route.leave)
        if mask not in found or cost < found[mask].cost:
            found[mask] = _Outing(cost, route)
    return found


def _may(team: ProblemTeam, shift: ProblemShift, visit: ProblemVisit) -> bool:
    return (
        visit.skills <= team.skills
        and (visit.teams is None or team.id in visit.teams)
        and visit.fixed_team in (None, team.id)
        and visit.fixed_date in (None, shift.date)
        and any(window.date == shift.date for window in visit.windows)
    )


def _orders(
    problem: Problem, team: ProblemTeam, shift: ProblemShift, able: list[int], prefix: tuple[int, ...] = ()
) -> Iterator[tuple[int, ...]]:
    """Every order of every non-empty subset, except those whose beginning is too late even without a break."""
    for bit in able:
        if bit in prefix:
            continue
        order = (*prefix, bit)
        if _walk(problem, team, shift, [problem.visits[one] for one in order], shift.start, None, home=False):
            yield order
            yield from _orders(problem, team, shift, able, order)


def _driving(problem: Problem, team: ProblemTeam, visits: list[ProblemVisit]) -> int:
    places = [team.start, *(visit.location for visit in visits), team.end]
    return sum(int(problem.seconds[places[i], places[i + 1]]) for i in range(len(places) - 1))


def best_route(problem: Problem, team: ProblemTeam, shift: ProblemShift, visits: list[ProblemVisit]) -> Route | None:
    """The lawful route through these visits in this order with the least work; None if there is none."""
    matters = problem.costs.work_second > 0 or shift.max_work_seconds is not None
    best: Route | None = None
    for place in [None, *range(2 * len(visits))] if shift.rest else [None]:
        leaves = leaving_times(problem, team, shift, visits, place) if matters else {shift.start}
        if shift.rest and place is None:
            leaves = leaves | {max(shift.start, shift.rest.latest + 1)}
        for leave in sorted(leaves):
            route = _walk(problem, team, shift, visits, leave, place)
            if route is None or not _lawful(shift, route):
                continue
            if best is None or route.back - route.leave < best.back - best.leave:
                best = route
    return best


def _lawful(shift: ProblemShift, route: Route) -> bool:
    if shift.max_work_seconds is not None and route.back - route.leave > shift.max_work_seconds:
        return False
    if shift.rest is None or route.break_start is not None:
        return True
    return route.back < shift.rest.latest or route.leave > shift.rest.latest


def leaving_times(
    problem: Problem, team: ProblemTeam, shift: ProblemShift, visits: list[ProblemVisit], place: int | None
) -> set[int]:
    """The leaving times at which less work can become more, or later impossible.

    The return as a function of the leaving time goes up by one a minute, stands still (somebody waits)
    or jumps (a window is missed). Work is least just before it goes up or jumps; there, without any
    waiting so far, something happens exactly when a window opens or closes, or a break may first or last begin.
    """
    times = {shift.start, shift.end}
    so_far, here, day, rest = 0, team.start, shift.date, shift.rest
    for index, visit in enumerate(visits):
        so_far += int(problem.seconds[here, visit.location])
        here = visit.location
        if rest and place == 2 * index:
            times |= {rest.earliest - so_far, rest.latest - so_far}
            so_far += rest.seconds
        for window in visit.windows:
            if window.date == day:
                times |= {window.earliest - so_far, window.latest - so_far}
        so_far += visit.service_seconds
        if rest and place == 2 * index + 1:
            times |= {rest.earliest - so_far, rest.latest - so_far}
            so_far += rest.seconds
    return {time for time in times if shift.start <= time <= shift.end}


def _walk(
    problem: Problem,
    team: ProblemTeam,
    shift: ProblemShift,
    visits: list[ProblemVisit],
    leave: int,
    place: int | None,
    home: bool = True,
) -> Route | None:
    """The route that leaves then and does everything as early as it can; None if it misses something.

    `place` 2k puts the break before the service of stop k, 2k + 1 after it. With `home` false the
    way back is left out.
    """
    time, here, rest_start = leave, team.start, None
    stops: list[Stop] = []
    for index, visit in enumerate(visits):
        arrive = time + int(problem.seconds[here, visit.location])
        time, here = arrive, visit.location
        if shift.rest and place == 2 * index:
            rest_start = max(time, shift.rest.earliest)
            if rest_start > shift.rest.latest:
                return None
            time = rest_start + shift.rest.seconds
        starts = [
            max(time, window.earliest)
            for window in visit.windows
            if window.date == shift.date and time <= window.latest
        ]
        if not starts:
            return None
        start = min(starts)
        time = start + visit.service_seconds
        stops.append(Stop(visit.id, arrive, start, time))
        if shift.rest and place == 2 * index + 1:
            rest_start = max(time, shift.rest.earliest)
            if rest_start > shift.rest.latest:
                return None
            time = rest_start + shift.rest.seconds
    back = time + int(problem.seconds[here, team.end]) if home else time
    return Route(team.id, shift.date, leave, back, tuple(stops), rest_start) if back <= shift.end else None


def every_plan_cost(problem: Problem) -> int:
    """The least cost by an even plainer way, for problems of very few visits: every leaving time is tried.

    Slow; it is there to test `brute_force` itself.
    """
    shifts = [(team, shift) for team in problem.teams for shift in team.shifts]
    best: list[int] = []

    def choose(index: int, chosen: list[list[ProblemVisit]], cost: int) -> None:
        if index == len(problem.visits):
            outings = [_plain_cost(problem, *shifts[i], visits) for i, visits in enumerate(chosen) if visits]
            if None not in outings:
                best.append(cost + sum(one for one in outings if one is not None))
            return
        visit = problem.visits[index]
        choose(index + 1, chosen, cost + visit.unserved_cost)
        for number in range(len(shifts)):
            choose(index + 1, [[*made, visit] if i == number else made for i, made in enumerate(chosen)], cost)

    choose(0, [[] for _ in shifts], 0)
    return min(best)


def _plain_cost(problem: Problem, team: ProblemTeam, shift: ProblemShift, visits: list[ProblemVisit]) -> int | None:
    if not all(_may(team, shift, visit) for visit in visits):
        return None
    if shift.max_applicants is not None and sum(visit.applicants for visit in visits) > shift.max_applicants:
        return None
    costs: list[int] = []
    for order in permutations(visits):
        for place in [None, *range(2 * len(visits))] if shift.rest else [None]:
            for leave in range(shift.start, shift.end + 1):
                route = _walk(problem, team, shift, list(order), leave, place)
                if route and _lawful(shift, route):
                    points = problem.costs.travel_second * _driving(problem, team, list(order))
                    costs.append(points + problem.costs.work_second * (route.back - leave))
    dates = sum(dict(visit.date_costs).get(shift.date, 0) for visit in visits)
    return min(costs) + problem.costs.team_date + dates if costs else None
