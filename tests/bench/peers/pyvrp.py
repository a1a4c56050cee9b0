"""PyVRP on a division problem: iterated local search, one core.

All dates lie on one day, one over the other; each date and each set of visits a team may make is a profile whose
arcs into a visit carry the date's cost, and forbid what is closed on the date or beyond the team. A visit with
several windows is a group of clients, one for each span of hours, of which at most one is made. What leaving a visit
out costs is its prize, a limit of work the shift's duration. Breaks and the cost of work cannot be expressed and are
left out.

This model serves PyVRP better than dates one after the other with a client for each date (docs/benchmarks.md).
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from pyvrp import Client, ClientGroup, Depot, Location, ProblemData, Statistics, VehicleType
from pyvrp import solve as run
from pyvrp.stop import MaxRuntime

from planner.problem import Problem, ProblemVisit
from tests.bench.peers.lanes import REQUIRED, Answer, Axis, Lane, able, axis_of, date_cost

NAME = "PyVRP"
CANNOT = ("break", "work_second")
CORES = 1
FORBIDDEN = 10**9
"""Points and seconds of an arc that may not be used.

With PyVRP's own MAX_VALUE, 2 to the 44th, the local search of 0.14.1 did not end on sdvrptw PR16A, neither with this
model nor with PyVRP's reader; with 10 to the 9th it does.
"""


def solve(problem: Problem, seconds: float, seed: int) -> Answer:
    """PyVRP's answer after `seconds` of search, building the model not counted."""
    model = _Model(axis_of(problem))
    data = model.data()
    began = time.monotonic()
    result = run(data, stop=MaxRuntime(seconds), seed=seed, display=False)
    took = time.monotonic() - began
    batches = {}
    free = [list(reversed(equal)) for equal in model.types.values()]
    for route in result.best.routes():
        lane = free[route.vehicle_type()].pop()
        batches[lane.key] = [problem.visits[model.owners[step.idx]].id for step in route.schedule() if step.is_client()]
    return Answer(batches, took, float(result.cost()), _curve(result.stats))


def _curve(stats: Statistics) -> list[tuple[float, float]]:
    curve: list[tuple[float, float]] = []
    clock = 0.0
    for spent, datum in zip(stats.runtimes, stats.data, strict=True):
        clock += spent
        if datum.best_feas and (not curve or datum.best_cost < curve[-1][1]):
            curve.append((round(clock, 3), float(datum.best_cost)))
    return curve


@dataclass(frozen=True)
class _Kind:
    """What makes lanes equal: places, applicants, hours, work, profile."""

    start: int
    end: int
    load: int
    leave: int
    back: int
    work: int
    profile: int


@dataclass
class _Model:
    axis: Axis
    sites: list[tuple[int, frozenset[date]]] = field(default_factory=list)
    """For each place after the bases: the visit's index and the dates on which it is open there."""
    clients: list[Client] = field(default_factory=list)
    groups: list[ClientGroup] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    """For each client the index of its visit."""
    types: dict[_Kind, list[Lane]] = field(default_factory=dict)
    """The equal lanes behind each vehicle type."""
    profiles: dict[tuple[date, tuple[bool, ...]], int] = field(default_factory=dict)

    def data(self) -> ProblemData:
        """The problem in PyVRP's words."""
        for index, visit in enumerate(self.axis.problem.visits):
            self._add_visit(index, visit)
        for lane in self.axis.lanes:
            self.types.setdefault(self._kind(lane), []).append(lane)
        costs, times = zip(*[self._matrices(*profile) for profile in self.profiles], strict=True)
        return ProblemData(
            locations=[Location(0, 0) for _ in range(len(self.axis.bases) + len(self.sites))],
            clients=self.clients,
            depots=[Depot(place) for place in range(len(self.axis.bases))],
            vehicle_types=[self._vehicle(kind, len(lanes)) for kind, lanes in self.types.items()],
            distance_matrices=list(costs),
            duration_matrices=list(times),
            groups=self.groups,
        )

    def _add_visit(self, index: int, visit: ProblemVisit) -> None:
        must = visit.unserved_cost >= REQUIRED
        spans = _spans(visit)
        group = len(self.groups) if len(spans) > 1 else None
        first = len(self.clients)
        places: dict[frozenset[date], int] = {}
        for (earliest, latest), days in spans.items():
            if days not in places:
                places[days] = len(self.axis.bases) + len(self.sites)
                self.sites.append((index, days))
            self.clients.append(
                Client(
                    location=places[days],
                    delivery=[visit.applicants],
                    service_duration=visit.service_seconds,
                    tw_early=earliest,
                    tw_late=latest,
                    prize=0 if must else visit.unserved_cost,
                    required=must and group is None,
                    group=group,
                )
            )
            self.owners.append(index)
        if group is not None:
            self.groups.append(ClientGroup(list(range(first, len(self.clients))), required=must))

    def _kind(self, lane: Lane) -> _Kind:
        visits, shift = self.axis.problem.visits, lane.shift
        may = tuple(able(lane.team, visit) for visit in visits)
        most = sum(visit.applicants for visit in visits)
        return _Kind(
            start=self.axis.base(lane.team.start),
            end=self.axis.base(lane.team.end),
            load=most if shift.max_applicants is None else shift.max_applicants,
            leave=shift.start,
            back=shift.end,
            work=shift.end - shift.start if shift.max_work_seconds is None else shift.max_work_seconds,
            profile=self.profiles.setdefault((shift.date, may), len(self.profiles)),
        )

    def _vehicle(self, kind: _Kind, count: int) -> VehicleType:
        return VehicleType(
            num_available=count,
            capacity=[kind.load],
            start_depot=kind.start,
            end_depot=kind.end,
            fixed_cost=self.axis.problem.costs.team_date,
            tw_early=kind.leave,
            tw_late=kind.back,
            shift_duration=kind.work,
            profile=kind.profile,
        )

    def _matrices(self, day: date, may: tuple[bool, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Costs and times of a date for a team; arcs to and from what it cannot make are forbidden."""
        bases = len(self.axis.bases)
        index = [*range(bases), *(bases + visit for visit, _ in self.sites)]
        times = self.axis.seconds[np.ix_(index, index)]
        visits = self.axis.problem.visits
        extra = np.array([0] * bases + [date_cost(visits[visit], day) for visit, _ in self.sites])
        costs = times * self.axis.problem.costs.travel_second + extra[None, :]
        forbidden = np.array([False] * bases + [day not in days or not may[visit] for visit, days in self.sites])
        for matrix in (costs, times):
            matrix[:, forbidden] = FORBIDDEN
            matrix[forbidden, :] = FORBIDDEN
            np.fill_diagonal(matrix, 0)
        return costs, times


def _spans(visit: ProblemVisit) -> Mapping[tuple[int, int], frozenset[date]]:
    """The spans of hours in which the visit may start, and the dates on which each is open."""
    spans: dict[tuple[int, int], set[date]] = {}
    for window in visit.windows:
        if visit.fixed_date in (None, window.date):
            spans.setdefault((window.earliest, window.latest), set()).add(window.date)
    return {span: frozenset(days) for span, days in sorted(spans.items())}
