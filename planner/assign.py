"""OR-Tools: which batches make the plan (CP-SAT). The only place that imports ortools.

Every visit is in one chosen batch or left out at its cost; a class of equal shifts gives at most as many
batches as it has shifts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from planner.batches.arrays import Int


@dataclass(frozen=True, eq=False)
class Columns:
    """Candidate batches: class of shifts, cost in points, and visits `members[offsets[i]:offsets[i + 1]]`."""

    classes: Int
    costs: Int
    offsets: Int
    members: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.costs)

    def visits(self, index: int) -> NDArray[np.int32]:
        """The visits of one batch in driving order."""
        return self.members[self.offsets[index] : self.offsets[index + 1]]


@dataclass(frozen=True)
class Choice:
    """Chosen batches, the cost with what is left out, and whether nothing cheaper can be made of the columns."""

    chosen: tuple[int, ...]
    cost: int
    proven: bool


def choose(
    columns: Columns, unserved: Int, shifts_in: Int, hint: Sequence[int], work: float, workers: int = 1
) -> Choice | None:
    """The cheapest set of batches, by CP-SAT; None if nothing was found within `work` (deterministic time).

    `unserved` is points by visit, `shifts_in` shifts by class, `hint` the batches of a known plan.
    """
    model = cp_model.CpModel()
    taken = [model.new_bool_var("") for _ in range(len(columns))]
    out = [model.new_bool_var("") for _ in range(len(unserved))]
    serving: list[list[cp_model.IntVar]] = [[] for _ in range(len(unserved))]
    of_class: list[list[cp_model.IntVar]] = [[] for _ in range(len(shifts_in))]
    for index, variable in enumerate(taken):
        of_class[columns.classes[index]].append(variable)
        for visit in columns.visits(index):
            serving[visit].append(variable)
    for visit, variables in enumerate(serving):
        model.add_exactly_one([*variables, out[visit]])
    for number, variables in enumerate(of_class):
        if len(variables) <= shifts_in[number]:
            continue
        if shifts_in[number] == 1:
            model.add_at_most_one(variables)
        else:
            model.add(sum(variables) <= int(shifts_in[number]))
    model.minimize(
        cp_model.LinearExpr.weighted_sum(taken, columns.costs.tolist())
        + cp_model.LinearExpr.weighted_sum(out, unserved.tolist())
    )
    hinted = set(hint)
    served = {int(visit) for index in hinted for visit in columns.visits(index)}
    for index, variable in enumerate(taken):
        model.add_hint(variable, index in hinted)
    for visit, variable in enumerate(out):
        model.add_hint(variable, visit not in served)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.interleave_search = workers > 1
    solver.parameters.max_deterministic_time = work
    solver.parameters.random_seed = 1
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = tuple(index for index, variable in enumerate(taken) if solver.boolean_value(variable))
    return Choice(chosen, round(solver.objective_value), status == cp_model.OPTIMAL)
