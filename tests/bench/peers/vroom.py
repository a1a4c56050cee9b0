"""VROOM on a division problem: exploration level 5 on two threads, ends by itself.

Date costs are part of the arcs into a visit, in a cost matrix for each date. Skills are a token for each set of
teams that may make a visit. VROOM serves what it can by priority and then looks at the cost; unserved costs become
priorities from 1 to 100. A limit of work cannot be expressed and is left out; a break may also be taken on the road.
"""

import time
from datetime import date, timedelta

import numpy as np
import vroom

from planner.problem import Problem, ProblemVisit
from tests.bench.peers.lanes import Answer, Axis, Lane, able, axis_of, date_cost

NAME = "VROOM"
CANNOT = ("max_work_seconds", "work_second")
LEVEL = 5
THREADS = 2
CORES = 2


def solve(problem: Problem, seconds: float | None, seed: int) -> Answer:
    """VROOM's answer; it has no seed, and `seconds` (None: as long as it takes) is where it is cut off."""
    axis = axis_of(problem)
    given = vroom.Input()
    for day in problem.dates:
        _profile(given, axis, day)
    tokens = _tokens(problem)
    for number, lane in enumerate(axis.lanes):
        given.add_vehicle(_vehicle(axis, number, lane, tokens))
    most = max(visit.unserved_cost for visit in problem.visits)
    for index, visit in enumerate(problem.visits):
        given.add_job(_job(axis, index, visit, tokens, most))
    began = time.monotonic()
    limit = None if seconds is None else timedelta(seconds=seconds)
    solution = given.solve(exploration_level=LEVEL, nb_threads=THREADS, timeout=limit)
    took = time.monotonic() - began
    batches: dict[tuple[str, date], list[str]] = {}
    steps = solution.routes
    for number, visit in steps[steps["type"] == "job"][["vehicle_id", "id"]].itertuples(index=False):
        batches.setdefault(axis.lanes[int(number)].key, []).append(problem.visits[int(visit)].id)
    return Answer(batches, took, float(solution.summary.cost))


def _profile(given: vroom.Input, axis: Axis, day: date) -> None:
    costs = axis.seconds * axis.problem.costs.travel_second
    costs += np.array([0] * len(axis.bases) + [date_cost(visit, day) for visit in axis.problem.visits])[None, :]
    np.fill_diagonal(costs, 0)
    given.set_durations_matrix(day.isoformat(), axis.seconds)
    given.set_costs_matrix(day.isoformat(), costs)


def _tokens(problem: Problem) -> dict[frozenset[str], int]:
    """A number for each set of teams that may make some visit."""
    tokens: dict[frozenset[str], int] = {}
    for visit in problem.visits:
        tokens.setdefault(_teams(problem, visit), len(tokens))
    return tokens


def _teams(problem: Problem, visit: ProblemVisit) -> frozenset[str]:
    return frozenset(team.id for team in problem.teams if able(team, visit))


def _vehicle(axis: Axis, number: int, lane: Lane, tokens: dict[frozenset[str], int]) -> vroom.Vehicle:
    shift = lane.shift
    most = 1 + sum(visit.applicants for visit in axis.problem.visits)
    rests = []
    if shift.rest is not None:
        first = axis.offset(shift.date)
        window = vroom.TimeWindow(first + shift.rest.earliest, first + shift.rest.latest)
        rests.append(vroom.Break(number, time_windows=[window], service=shift.rest.seconds))
    return vroom.Vehicle(
        number,
        start=axis.base(lane.team.start),
        end=axis.base(lane.team.end),
        profile=shift.date.isoformat(),
        capacity=[most if shift.max_applicants is None else shift.max_applicants],
        skills={token for teams, token in tokens.items() if lane.team.id in teams},
        time_window=vroom.TimeWindow(lane.leave, lane.back),
        breaks=rests,
        costs=vroom.VehicleCosts(fixed=axis.problem.costs.team_date),
    )


def _job(axis: Axis, index: int, visit: ProblemVisit, tokens: dict[frozenset[str], int], most: int) -> vroom.Job:
    return vroom.Job(
        index,
        location=axis.place(index),
        default_service=visit.service_seconds,
        delivery=[visit.applicants],
        skills={tokens[_teams(axis.problem, visit)]},
        priority=max(1, 100 * visit.unserved_cost // most),
        time_windows=[vroom.TimeWindow(earliest, latest) for _, earliest, latest in axis.windows(visit)],
    )
