"""OR-Tools routing on a division problem: guided local search, one core.

Date costs are part of the arcs into a visit, a matrix for each date; windows are holes in a visit's start times;
a limit of work is the span of a vehicle's times. A break may also be taken on the road. A second of work costs
nothing here.
"""

import time
from datetime import date

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from planner.problem import Problem
from tests.bench.peers.lanes import REQUIRED, Answer, Axis, able, axis_of, date_cost

NAME = "OR-Tools routing"
CANNOT = ("work_second",)
CORES = 1
FIRST_PLANS = (
    routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION,
    routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION,
)


def solve(problem: Problem, seconds: float, seed: int) -> Answer:
    """The answer after `seconds` of search, building the model not counted.

    It has no seed; an even number begins from another first plan.
    """
    return _Model(axis_of(problem)).solve(seconds, FIRST_PLANS[seed % 2])


class _Model:
    def __init__(self, axis: Axis) -> None:
        self.axis = axis
        bases = [axis.base(lane.team.start) for lane in axis.lanes], [axis.base(lane.team.end) for lane in axis.lanes]
        self.index = pywrapcp.RoutingIndexManager(len(axis.seconds), len(axis.lanes), *bases)
        self.routing = pywrapcp.RoutingModel(self.index)
        self._costs()
        self._times()
        self._visits()
        self._breaks()
        self._loads()

    def _costs(self) -> None:
        costs = self.axis.problem.costs
        evaluators: dict[date, int] = {}
        for number, lane in enumerate(self.axis.lanes):
            day = lane.shift.date
            if day not in evaluators:
                extra = [0] * len(self.axis.bases) + [date_cost(visit, day) for visit in self.axis.problem.visits]
                matrix = self.axis.seconds * costs.travel_second + np.array(extra)[None, :]
                np.fill_diagonal(matrix, 0)
                evaluators[day] = self.routing.RegisterTransitMatrix(matrix.tolist())
            self.routing.SetArcCostEvaluatorOfVehicle(evaluators[day], number)
        self.routing.SetFixedCostOfAllVehicles(costs.team_date)

    def _times(self) -> None:
        axis = self.axis
        service = np.array([0] * len(axis.bases) + [visit.service_seconds for visit in axis.problem.visits])
        self.service = service
        transit = self.routing.RegisterTransitMatrix((axis.seconds + service[:, None]).tolist())
        end = max(lane.back for lane in axis.lanes)
        self.routing.AddDimension(transit, end, end, False, "time")
        self.times = self.routing.GetDimensionOrDie("time")
        for number, lane in enumerate(axis.lanes):
            self.times.CumulVar(self.routing.Start(number)).SetRange(lane.leave, lane.back)
            self.times.CumulVar(self.routing.End(number)).SetRange(lane.leave, lane.back)
            if lane.shift.max_work_seconds is not None:
                self.times.SetSpanUpperBoundForVehicle(lane.shift.max_work_seconds, number)

    def _visits(self) -> None:
        axis = self.axis
        for number, visit in enumerate(axis.problem.visits):
            index = self.index.NodeToIndex(axis.place(number))
            windows = list(axis.windows(visit))
            days = {day for day, _, _ in windows}
            lanes = [n for n, lane in enumerate(axis.lanes) if lane.shift.date in days and able(lane.team, visit)]
            # SetAllowedVehiclesForIndex takes no list from Python in 9.15; -1 is to be in no route.
            self.routing.VehicleVar(index).SetValues([-1, *lanes])
            if visit.unserved_cost < REQUIRED:
                self.routing.AddDisjunction([index], visit.unserved_cost)
            start = self.times.CumulVar(index)
            start.SetRange(windows[0][1], max(latest for _, _, latest in windows))
            closes = windows[0][2]
            for _, earliest, latest in windows[1:]:
                if earliest > closes + 1:
                    start.RemoveInterval(closes + 1, earliest - 1)
                closes = max(closes, latest)

    def _breaks(self) -> None:
        solver = self.routing.solver()
        services = [0] * self.routing.Size()
        for number in range(len(self.axis.problem.visits)):
            place = self.axis.place(number)
            services[self.index.NodeToIndex(place)] = int(self.service[place])
        for number, lane in enumerate(self.axis.lanes):
            rest = lane.shift.rest
            if rest is not None:
                first = self.axis.offset(lane.shift.date)
                span = (first + rest.earliest, first + rest.latest, rest.seconds)
                interval = solver.FixedDurationIntervalVar(*span, False, f"rest {number}")
                self.times.SetBreakIntervalsOfVehicle([interval], number, services)

    def _loads(self) -> None:
        loads = [0] * len(self.axis.bases) + [visit.applicants for visit in self.axis.problem.visits]
        limits = [lane.shift.max_applicants for lane in self.axis.lanes]
        if any(limit is not None for limit in limits):
            callback = self.routing.RegisterUnaryTransitVector(loads)
            most = [sum(loads) if limit is None else limit for limit in limits]
            self.routing.AddDimensionWithVehicleCapacity(callback, 0, most, True, "people")

    def solve(self, seconds: float, first_plan: int) -> Answer:
        parameters = pywrapcp.DefaultRoutingSearchParameters()
        parameters.first_solution_strategy = first_plan
        parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        parameters.time_limit.FromMilliseconds(int(1000 * seconds))
        began = time.monotonic()
        curve: list[tuple[float, float]] = []

        def note() -> None:
            cost = float(self.routing.CostVar().Max())
            if not curve or cost < curve[-1][1]:
                curve.append((round(time.monotonic() - began, 3), cost))

        self.routing.AddAtSolutionCallback(note)
        solution = self.routing.SolveWithParameters(parameters)
        took = time.monotonic() - began
        if solution is None:
            return Answer({}, took, float("inf"))
        batches = {lane.key: names for n, lane in enumerate(self.axis.lanes) if (names := self._batch(solution, n))}
        return Answer(batches, took, float(solution.ObjectiveValue()), curve)

    def _batch(self, solution: pywrapcp.Assignment, number: int) -> list[str]:
        names = []
        at = solution.Value(self.routing.NextVar(self.routing.Start(number)))
        while not self.routing.IsEnd(at):
            names.append(self.axis.problem.visits[self.index.IndexToNode(at) - len(self.axis.bases)].id)
            at = solution.Value(self.routing.NextVar(at))
        return names
