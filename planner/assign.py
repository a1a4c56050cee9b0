"""OR-Tools: what visits and shifts are worth (GLOP), and which batches make the plan (SCIP).

The only place that imports ortools.

Every visit is in one chosen batch or left out at its cost; a class of equal shifts gives at most as many
batches as it has shifts.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.linear_solver import pywraplp

from planner.cuts import by_visit, held_twice

Int = NDArray[np.int64]
GOES_ON = {dual: f"use_dual_simplex: {str(dual).lower()} use_preprocessing: false" for dual in (False, True)}
"""Without presolve GLOP goes on from the last basis: by the dual simplex after rows or limits were added, by the primal
one after columns were."""
ANEW = "use_dual_simplex: false use_preprocessing: true"
LOOK_SECONDS = 0.01
"""How often somebody looks whether a choice has to end."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Candidate batches: class of shifts, cost in points, and visits `members[offsets[i]:offsets[i + 1]]`."""

    classes: Int
    costs: Int
    offsets: Int
    members: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.costs)

    def visits(self, index: int) -> NDArray[np.int64]:
        """The visits of one batch in driving order."""
        return self.members[self.offsets[index] : self.offsets[index + 1]]


@dataclass(frozen=True, eq=False)
class Worth:
    """The LP's answer: its value, points by visit (≥ 0), by class (≤ 0) and by cut (≤ 0), and use by column."""

    value: float
    visits: NDArray[np.float64]
    classes: NDArray[np.float64]
    cuts: NDArray[np.float64]
    use: NDArray[np.float64]


class Master:
    """The LP over the batches found so far: every visit at least once or left out, classes within their shifts.

    A subset-row cut says that of three visits at most one batch holds two or more (Jepsen et al. 2008).
    """

    def __init__(self, unserved: Int, shifts_in: Int) -> None:
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.dual = False
        self.unserved = unserved
        infinity = self.solver.infinity()
        self.cover = [self.solver.Constraint(1.0, infinity) for _ in unserved]
        self.within = [self.solver.Constraint(-infinity, float(count)) for count in shifts_in]
        self.cuts: list[tuple[frozenset[int], pywraplp.Constraint]] = []
        self.columns: list[tuple[int, int, tuple[int, ...]]] = []
        self.holders: list[list[int]] = [[] for _ in unserved]  # by visit, the columns that hold it
        self.variables: list[pywraplp.Variable] = []
        self.fixed: list[int] = []
        self.barred: frozenset[int] = frozenset()
        self.interrupted = False
        objective = self.solver.Objective()
        objective.SetMinimization()
        for points, row in zip(unserved.tolist(), self.cover, strict=True):
            left_out = self.solver.NumVar(0.0, infinity, "")
            objective.SetCoefficient(left_out, float(points))
            row.SetCoefficient(left_out, 1.0)

    def add(self, number: int, cost: int, visits: tuple[int, ...]) -> None:
        """Adds a batch of class `number`; a visit may stand in it twice."""
        variable = self.solver.NumVar(0.0, self.solver.infinity(), "")
        self.solver.Objective().SetCoefficient(variable, float(cost))
        for visit in set(visits):
            self.cover[visit].SetCoefficient(variable, float(visits.count(visit)))
            self.holders[visit].append(len(self.columns))
        self.within[number].SetCoefficient(variable, 1.0)
        for three, row in self.cuts:
            self._cut(row, variable, three, visits)
        self.columns.append((number, cost, visits))
        self.variables.append(variable)
        self.dual = False

    def add_cut(self, three: frozenset[int]) -> None:
        """Adds the subset-row cut of three visits."""
        row = self.solver.Constraint(-self.solver.infinity(), 1.0)
        for index in sorted({index for visit in three for index in self.holders[visit]}):
            self._cut(row, self.variables[index], three, self.columns[index][2])
        self.cuts.append((three, row))
        self.dual = True

    def _cut(
        self, row: pywraplp.Constraint, variable: pywraplp.Variable, three: frozenset[int], visits: tuple[int, ...]
    ) -> None:
        held = sum(1 for visit in visits if visit in three) // 2
        if held:
            row.SetCoefficient(variable, float(held))

    def fix(self, index: int) -> None:
        """Keeps batch `index` in every solution until `release`."""
        self.variables[index].SetLb(1.0)
        self.fixed.append(index)
        self.dual = True

    def leave_out(self, index: int) -> None:
        """Keeps batch `index` out of every solution until `release`."""
        self.variables[index].SetUb(0.0)
        self.fixed.append(index)
        self.dual = True

    def bar(self, indices: Iterable[int]) -> None:
        """Keeps these batches, and no others, out of every solution."""
        barred = frozenset(indices)
        for index in self.barred - barred:
            self.variables[index].SetUb(self.solver.infinity())
        for index in barred - self.barred:
            self.variables[index].SetUb(0.0)
        self.barred = barred
        self.dual = True

    def release(self) -> None:
        """Frees all batches."""
        for index in self.fixed:
            self.variables[index].SetBounds(0.0, self.solver.infinity())
        self.fixed.clear()

    def interrupt(self) -> None:
        """Ends a running `solve` within a moment; it returns None."""
        self.interrupted = True
        self.solver.InterruptSolve()

    def solve(self) -> Worth | None:
        """Solves the LP; None if it was interrupted. RuntimeError if the solver does not finish, which it should.

        May run in a thread of its own; `interrupt` ends it from another one.
        """
        self.interrupted = False
        self.solver.SetSolverSpecificParametersAsString(GOES_ON[self.dual])
        status = self.solver.Solve()
        if status != pywraplp.Solver.OPTIMAL and not self.interrupted:
            # An interruption that came too late for the solve before, or a hard basis: from nothing, with presolve.
            self.solver.SetSolverSpecificParametersAsString(ANEW)
            status = self.solver.Solve()
        if self.interrupted:
            return None
        if status != pywraplp.Solver.OPTIMAL:
            raise RuntimeError(f"the LP over {len(self.columns)} batches ended with status {status}")
        return Worth(
            self.solver.Objective().Value(),
            np.clip([row.dual_value() for row in self.cover], 0.0, self.unserved),
            np.minimum([row.dual_value() for row in self.within], 0.0),
            np.minimum([row.dual_value() for _, row in self.cuts], 0.0) if self.cuts else np.zeros(0),
            np.array([variable.solution_value() for variable in self.variables]),
        )


@dataclass(frozen=True)
class Choice:
    """Chosen batches, their cost with what is left out, a bound for these columns, and whether it is proven best."""

    chosen: tuple[int, ...]
    cost: int
    bound: float
    proven: bool


class Chooser:
    """The choice of batches as an integer program (SCIP): each visit once or left out, classes within their shifts.

    The subset-row cuts of the LP say nothing new, but lift the bounds that SCIP prunes by.
    """

    def __init__(
        self,
        columns: Columns,
        unserved: Int,
        shifts_in: Int,
        hint: Sequence[int],
        cuts: Sequence[frozenset[int]] = (),
    ) -> None:
        self.columns = columns
        self.solver = pywraplp.Solver.CreateSolver("SCIP")
        infinity = self.solver.infinity()
        self.taken = [self.solver.BoolVar("") for _ in range(len(columns))]
        self.left_out = [self.solver.BoolVar("") for _ in unserved]
        once = [self.solver.Constraint(1.0, 1.0) for _ in unserved]
        within = [self.solver.Constraint(-infinity, float(count)) for count in shifts_in]
        at_most_one = [self.solver.Constraint(-infinity, 1.0) for _ in cuts]
        cuts_of = by_visit(cuts)
        objective = self.solver.Objective()
        objective.SetMinimization()
        for row, variable, points in zip(once, self.left_out, unserved.tolist(), strict=True):
            row.SetCoefficient(variable, 1.0)
            objective.SetCoefficient(variable, float(points))
        for index, variable in enumerate(self.taken):
            objective.SetCoefficient(variable, float(columns.costs[index]))
            within[columns.classes[index]].SetCoefficient(variable, 1.0)
            for visit in columns.visits(index):
                once[visit].SetCoefficient(variable, 1.0)
            for cut in held_twice(cuts_of, columns.visits(index).tolist()):
                at_most_one[cut].SetCoefficient(variable, 1.0)
        hinted = set(hint)
        served = {int(visit) for index in hinted for visit in columns.visits(index)}
        variables = [*self.taken, *self.left_out]
        values = [float(index in hinted) for index in range(len(columns))]
        values += [float(visit not in served) for visit in range(len(unserved))]
        self.solver.SetHint(variables, values)

    def solve(
        self, nodes: int, seconds: float | None = None, stopped: Callable[[], bool] = lambda: False
    ) -> Choice | None:
        """The cheapest choice within `nodes` of the search tree (and `seconds`, if given); None if none was found.

        Ends within a moment with the best it has once `stopped` says yes.
        """
        with ThreadPoolExecutor(1) as clerk:
            job = clerk.submit(self._solve, nodes, seconds)
            while wait([job], timeout=LOOK_SECONDS).not_done:
                if stopped():
                    self.solver.InterruptSolve()
            return job.result()

    def _solve(self, nodes: int, seconds: float | None) -> Choice | None:
        self.solver.SetSolverSpecificParametersAsString(
            f"limits/nodes = {nodes}\ndisplay/verblevel = 0\nrandomization/randomseedshift = 1\n"
        )
        if seconds is not None:
            self.solver.SetTimeLimit(max(1, int(seconds * 1000)))
        exactly = pywraplp.MPSolverParameters()
        exactly.SetDoubleParam(exactly.RELATIVE_MIP_GAP, 0.0)
        status = self.solver.Solve(exactly)
        if status not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
            return None
        chosen = tuple(index for index, variable in enumerate(self.taken) if variable.solution_value() > 0.5)
        bound = float(self.solver.Objective().BestBound())
        return Choice(chosen, round(self.solver.Objective().Value()), bound, status == pywraplp.Solver.OPTIMAL)
