"""Plans made with the driving times of one provider and driven on those of another."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.model import Hours, Place, Window
from planner.optimise import optimise
from planner.problem import Costs, Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit
from planner.travel.builtin import builtin
from planner.travel.profile import Periods, Profile, read_profile
from planner.travel.providers import About, Options, leg_seconds, travel
from planner.travel.ways import Integers, Legs

DAYS, VISITS, SECONDS = 6, 32, 2.0
MONDAY = date(2026, 9, 7)
HOUR = 3600
DAY = Hours(0, 24 * HOUR)


def outing_problem(name: str, seconds: Integers, service: int, windows: Sequence[tuple[int, int]]) -> Problem:
    """One day, three teams from location 0, a visit at every other location; only driving costs."""
    shift = ProblemShift(MONDAY, 8 * HOUR + 1800, 18 * HOUR)
    teams = tuple(ProblemTeam(f"T{number}", 0, 0, shifts=(shift,)) for number in range(1, 4))
    visits = tuple(
        ProblemVisit(
            f"V{place:03d}",
            place,
            service,
            (Window(MONDAY, *windows[place % len(windows)]),),
            unserved_cost=1_000_000,
        )
        for place in range(1, len(seconds))
    )
    return Problem(name, (MONDAY,), seconds, teams, visits, Costs(1, 0, 0))


def legs_of(problem: Problem, plan: Plan) -> Iterator[list[tuple[int, int]]]:
    """The legs of each route as pairs of locations."""
    where = {visit.id: visit.location for visit in problem.visits}
    for route in plan.routes:
        stops = [0, *(where[stop.visit] for stop in route.stops), 0]
        yield list(pairwise(stops))


def plan_rows(towns: Sequence[tuple[str, Mapping[str, Legs], NDArray[np.bool_]]]) -> list[str]:
    """True driving of plans made with each provider, on OSRM's times, over a plan made with OSRM itself."""
    rows = [
        f"{DAYS} days of {VISITS} visits of 20 minutes, 3 teams, {SECONDS:.0f} s of search each; "
        "every plan driven on OSRM's times.",
        "",
        "| town | places | plan made with | true driving over OSRM's own | routes promised more than 25 % too short |",
        "|---|---|---|--:|--:|",
    ]
    for name, legs, other in towns:
        crossing = other.mean(axis=1)
        for label, pool in (("all", np.arange(len(other))), ("near the crossings' banks", np.argsort(-crossing)[:80])):
            rows += _town_rows(name, label, legs, pool)
    return rows


def _town_rows(name: str, label: str, legs: Mapping[str, Legs], pool: NDArray[np.int64]) -> list[str]:
    truth = legs["OSRM"].seconds
    providers = ("OSRM", "osm", "Valhalla", "builtin", "straight line")
    driven = dict.fromkeys(providers, 0)
    short = dict.fromkeys(providers, 0)
    routes = dict.fromkeys(providers, 0)
    chance = np.random.default_rng(11)
    for day in range(DAYS):
        places = chance.choice(pool, VISITS + 1, replace=False)
        true = truth[np.ix_(places, places)]
        for provider in providers:
            seen = legs[provider].seconds[np.ix_(places, places)]
            problem = outing_problem(f"{name}-{day}", seen, 20 * 60, [(9 * HOUR, 17 * HOUR)])
            plan = optimise(problem, seconds=SECONDS, seed=1)
            for route in legs_of(problem, plan):
                promised, real = (sum(int(table[leg]) for leg in route) for table in (seen, true))
                driven[provider] += real
                routes[provider] += 1
                short[provider] += real > 1.25 * promised
    return [
        f"| {name} | {label} | {one} | {100 * (driven[one] / driven['OSRM'] - 1):+.1f} % | "
        f"{100 * short[one] / routes[one]:.0f} % |"
        for one in providers
    ]


def daytime_rows() -> list[str]:
    """What one matrix for the whole day costs: plans driven on the exact times of every leg's hour."""
    profile = read_profile()
    single = {
        "off-peak everywhere": _with_periods(profile, None),
        "mean of 09:30–16:30 everywhere": _with_periods(profile, Hours(9 * HOUR + 1800, 16 * HOUR + 1800)),
        "mean of 08:30–18:00 everywhere": _with_periods(profile, Hours(8 * HOUR + 1800, 18 * HOUR)),
        "by kind of leg (as shipped)": profile,
    }
    rows = [
        f"{DAYS} days of 20 visits and 3 teams at the sample's places around Chongqing, built-in estimate; visits of "
        "an hour that must begin within 90 minutes; planned with one matrix, driven on the exact time of each leg's "
        "hour.",
        "",
        "| factor in the matrix | visits served | begun later than promised | by more than 10 min "
        "| back after the shift | planned over exact driving |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name, used in single.items():
        rows.append(f"| {name} | {_driven_exactly(used, profile)} |")
    return rows


def _with_periods(profile: Profile, period: Hours | None) -> Profile:
    flat = ((0, 1.0), (24 * HOUR, 1.0))
    if period is None:
        return Profile(flat, flat, Periods(DAY, DAY, DAY), profile.peak_kmh)
    return Profile(profile.workday, profile.weekend, Periods(period, period, period), profile.peak_kmh)


def _driven_exactly(used: Profile, exact: Profile) -> str:
    served = late = later = overtime = stops = planned = driven = routes = 0
    windows = [(9 * HOUR + turn * 5400, 9 * HOUR + (turn + 1) * 5400) for turn in range(5)]
    for day in range(DAYS):
        travelled = travel(_places(day), (), About(bases=frozenset([0])), Options((builtin(),), used))
        problem = outing_problem(f"day-{day}", travelled.seconds, 3600, windows)
        plan = optimise(problem, seconds=SECONDS, seed=1)
        where = {visit.id: visit.location for visit in problem.visits}
        for route in plan.routes:
            routes += 1
            moment, place = route.leave, 0
            for stop in route.stops:
                there = where[stop.visit]
                leg = leg_seconds(travelled, place, there, moment, exact)
                driven, planned = driven + leg, planned + int(travelled.seconds[place, there])
                start = max(moment + leg, stop.start)
                late, later = late + (start > stop.start), later + (start > stop.start + 600)
                moment, place = start + stop.end - stop.start, there
                stops += 1
            leg = leg_seconds(travelled, place, 0, moment, exact)
            driven, planned = driven + leg, planned + int(travelled.seconds[place, 0])
            overtime += moment + leg > 18 * HOUR
        served += sum(len(route.stops) for route in plan.routes)
    return (
        f"{served} | {100 * late / stops:.0f} % | {100 * later / stops:.1f} % "
        f"| {100 * overtime / routes:.0f} % of routes | {100 * (planned / driven - 1):+.0f} %"
    )


def _places(day: int) -> list[Place]:
    """The headquarters and 20 of the sample's places around the centre."""
    table = Path(__file__).parents[2] / "data" / "places" / "organisations.csv"
    with table.open(encoding="utf-8", newline="") as file:
        points = [(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(file)]
    near = [point for point in points if abs(point[0] - 29.57) < 0.25 and abs(point[1] - 106.5) < 0.25]
    chosen = np.random.default_rng(day).choice(len(near), 20, replace=False)
    return [Place(29.594, 106.545), *(Place(*near[int(one)]) for one in chosen)]
