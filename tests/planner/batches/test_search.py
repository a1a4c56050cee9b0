"""The search: its bookkeeping is true, undoing undoes, and a crowded-out visit gets its chance."""

from dataclasses import replace

import numpy as np

from planner.batches.arrays import UNSERVED, Arrays, arrays_of
from planner.batches.kernel import batch_cost
from planner.batches.search import COST, LENGTH, State, empty_state, neighbours_of, search, start
from planner.model import Window
from planner.problem import Costs, Problem, ProblemShift, ProblemTeam, ProblemVisit
from tests.bench.problems import division_problem
from tests.planner.tiny import MONDAY


def cost_by_hand(p: Arrays, st: State) -> int:
    """The plan's points, each batch costed anew."""
    lengths = st.batch_facts[:, LENGTH]
    points = sum(int(batch_cost(p, s, st.batches[s], n)) for s, n in enumerate(lengths) if n > 0)
    return points + int(p.visits[st.shift_of < 0, UNSERVED].sum())


def searched(problem: Problem, seed: int, steps: int) -> tuple[Arrays, State]:
    p, _ = arrays_of(problem)
    near, st = neighbours_of(p, seed), empty_state(p, seed)
    start(p, near, st)
    search(p, near, st, steps, 2000.0, 20.0, 0, steps, 0.03)
    return p, st


def test_the_cost_that_is_carried_along_is_the_cost_of_the_plan() -> None:
    for steps in (0, 1, 7, 300):
        p, st = searched(division_problem("september", 40, 3, 5, 1), 1, steps)
        assert int(st.numbers[COST]) == cost_by_hand(p, st)


def test_every_visit_is_in_the_batch_it_is_said_to_be_in() -> None:
    _, st = searched(division_problem("tight", 40, 3, 5, 2), 1, 400)
    held = {int(v): s for s, n in enumerate(st.batch_facts[:, LENGTH]) for v in st.batches[s, :n]}
    assert {v: int(s) for v, s in enumerate(st.shift_of) if s >= 0} == held


def test_the_same_seed_finds_the_same_plan_and_another_seed_may_not() -> None:
    problem = division_problem("september", 40, 3, 5, 3)
    plans = [searched(problem, seed, 200)[1] for seed in (1, 1, 2)]
    assert np.array_equal(plans[0].batches, plans[1].batches)
    assert not np.array_equal(plans[0].batches, plans[2].batches)


def test_a_far_visit_gets_the_only_shift_that_reaches_it() -> None:
    """V4 is four hours away and needs T1's whole day; the others are next door and fit on T2 as well."""
    hour = 3600
    drive = np.array([[0, 600, 600, 600, 4 * hour]] * 4 + [[4 * hour, 4 * hour, 4 * hour, 4 * hour, 0]], dtype=np.int64)
    np.fill_diagonal(drive, 0)
    day = Window(MONDAY, 9 * hour, 16 * hour)
    near = [ProblemVisit(f"V{n}", n, hour, (day,), 50_000, skills=frozenset({"a"})) for n in (1, 2, 3)]
    far = ProblemVisit("V4", 4, hour, (day,), 60_000, skills=frozenset({"b"}))
    long = ProblemTeam("T1", 0, 0, frozenset({"a", "b"}), (ProblemShift(MONDAY, 8 * hour, 18 * hour),))
    other = replace(long, id="T2", skills=frozenset({"a"}))
    problem = Problem("far", (MONDAY,), drive, (long, other), (*near, far), Costs(team_date=900))
    _, st = searched(problem, 1, 200)
    assert (st.shift_of >= 0).all()
