"""From batches on shifts to a plan with all its times."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from planner.batches.arrays import CLASS, Arrays, ByShift
from planner.batches.kernel import timetable
from planner.problem import Plan, Problem, Route, Stop, Unserved


def plan_of(
    problem: Problem,
    p: Arrays,
    keys: Sequence[tuple[str, date]],
    batches: ByShift,
    cost: int,
    bound: int | None,
    seed: int,
    seconds: float,
) -> Plan:
    """The plan that these batches (row of the shift, visits in order) make, with all its times."""
    routes = []
    served: set[int] = set()
    for s, visits in batches:
        leave, back, rest, rows = timetable(p, s, visits.astype(np.int64), len(visits))
        stops = tuple(
            Stop(problem.visits[v].id, int(row[0]), int(row[1]), int(row[2]))
            for v, row in zip(visits.tolist(), rows, strict=True)
        )
        team, day = keys[s]
        routes.append(Route(team, day, int(leave), int(back), stops, int(rest) if rest >= 0 else None))
        served.update(visits.tolist())
    routes.sort(key=lambda route: (route.date, route.team))
    out = tuple(Unserved(visit.id) for v, visit in enumerate(problem.visits) if v not in served)
    return Plan(problem.name, cost, tuple(routes), out, bound, seed, round(seconds, 3))


def on_shifts(p: Arrays, batches: Iterable[tuple[int, Sequence[int]]]) -> ByShift:
    """Batches by class of shifts on shifts of their own, the first of each class first."""
    free: dict[int, list[int]] = {}
    for s in range(len(p.shifts) - 1, -1, -1):
        free.setdefault(int(p.shifts[s, CLASS]), []).append(s)
    return [(free[number].pop(), np.array(visits, dtype=np.int64)) for number, visits in batches]
