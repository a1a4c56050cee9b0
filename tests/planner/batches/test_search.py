"""The search: its bookkeeping is true, undoing undoes, and a crowded-out visit gets its chance."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from planner.batches import change
from planner.batches.arrays import BIG, UNSERVED, Arrays, Index, Points, Visits, arrays_of
from planner.batches.compiled import compiled
from planner.batches.kernel import batch_cost, counts_work
from planner.batches.ruin import ruin
from planner.batches.search import _recreate, adopt, search, start
from planner.batches.state import (
    BEST,
    COST,
    LENGTH,
    ONE_STRAND,
    POINTS,
    SEEN,
    STEP,
    Neighbours,
    State,
    empty_state,
    neighbours_of,
)
from planner.model import Window
from planner.problem import Costs, Problem, ProblemShift, ProblemTeam, ProblemVisit
from tests.bench.problems import division_problem
from tests.planner.tiny import MONDAY, RULES, tiny_problem


@compiled
def ruin_and_recreate(p: Arrays, near: Neighbours, st: State, buffer: Visits) -> None:
    ruin(p, near, st)
    _recreate(p, near, st, buffer)


@compiled
def take_back(p: Arrays, near: Neighbours, st: State) -> None:
    change.take_back(p, near, st)


@compiled
def cheapest_place(p: Arrays, st: State, s: Index, v: Index, buffer: Visits) -> tuple[Points, Index]:
    return change.cheapest_place(p, st, s, v, buffer)


def cost_by_hand(p: Arrays, st: State) -> int:
    """The plan's points, each batch costed anew."""
    lengths = st.batch_facts[:, LENGTH]
    points = sum(int(batch_cost(p, s, st.batches[s], n)) for s, n in enumerate(lengths) if n > 0)
    return points + int(p.visits[st.shift_of < 0, UNSERVED].sum())


def searched(problem: Problem, seed: int, steps: int) -> tuple[Arrays, State]:
    p, _ = arrays_of(problem)
    near, st = neighbours_of(p, seed), empty_state(p, seed)
    start(p, near, st)
    search(p, near, st, steps, 2000.0, 20.0, 0, steps, 5_000.0)
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


def started(problem: Problem, seed: int) -> tuple[Arrays, Neighbours, State]:
    p, _ = arrays_of(problem)
    near, st = neighbours_of(p, seed), empty_state(p, seed)
    start(p, near, st)
    return p, near, st


def snapshot(st: State) -> dict[str, Any]:
    """Everything of the state that says which plan it is and what it costs."""
    lengths = st.batch_facts[:, LENGTH]
    return {
        "batches": [st.batches[s, :n].tolist() for s, n in enumerate(lengths)],
        "clocks": [st.clocks[s, : n + 1, :2].tolist() for s, n in enumerate(lengths)],
        "clocks back": [st.clocks[s, : n + 1, 2:].tolist() for s, n in enumerate(lengths)],
        "facts": st.batch_facts.tolist(),
        "shift of": st.shift_of.tolist(),
        "open": st.open_shifts.tolist(),
    }


def steps(p: Arrays, near: Neighbours, st: State, count: int) -> Iterator[bool]:
    """Steps of the search taken one by one; every other one is undone. Whether the last one was."""
    buffer = np.empty(st.batches.shape[1] + 1, dtype=np.int64)
    for number in range(count):
        st.numbers[STEP] += 1
        st.touched[0] = 0
        before, cost = snapshot(st), int(st.numbers[COST])
        ruin_and_recreate(p, near, st, buffer)
        if number % 2 == 0:
            changed = snapshot(st) != before
            take_back(p, near, st)
            st.numbers[COST] = cost
            assert snapshot(st) == before
            yield changed
        else:
            yield False


def test_a_step_that_is_undone_leaves_no_trace() -> None:
    changed = 0
    for seed, family in enumerate(("september", "tight", "bases")):
        p, near, st = started(division_problem(family, 30, 3, 4, seed), seed)  # type: ignore[arg-type]
        for was in steps(p, near, st, 60):
            changed += was
            assert int(st.numbers[COST]) == cost_by_hand(p, st)
    assert changed > 30


def test_what_is_remembered_of_a_batch_is_what_looking_anew_finds() -> None:
    """After steps done and undone, each remembered place that is still valid is compared with a fresh look."""
    p, near, st = started(division_problem("september", 30, 3, 4, 4), 4)
    buffer = np.empty(st.batches.shape[1] + 1, dtype=np.int64)
    compared = 0
    for _ in steps(p, near, st, 40):
        for s in range(len(p.shifts)):
            for v in np.nonzero(p.allowed[:, s])[0]:
                if st.remembered[v, s, 0] == st.batch_facts[s, SEEN] and st.shift_of[v] != s:
                    points, place = cheapest_place(p, st, s, v, buffer)
                    assert st.remembered[v, s, 1] == points * 1024 + place
                    compared += 1
    assert compared > 1000


def test_no_batch_breaks_a_rule_after_any_number_of_steps() -> None:
    """Without the triangle inequality, with breaks and work limits, taking a visit out can break a rule."""
    for seed in range(120):
        p, st = searched(tiny_problem(seed, visits=7), seed, 60)
        for s, n in enumerate(st.batch_facts[:, LENGTH]):
            assert n == 0 or int(batch_cost(p, s, st.batches[s], n)) < BIG, seed
        assert int(st.numbers[COST]) == cost_by_hand(p, st)
        assert int(st.numbers[BEST]) <= int(st.numbers[COST])


def cheapest_by_trying(p: Arrays, st: State, s: int, v: int) -> int:
    """The least points v adds to shift s, every place costed as a batch of its own; BIG if it fits nowhere."""
    held = st.batches[s, : st.batch_facts[s, LENGTH]].tolist()
    tried = [np.array([*held[:k], v, *held[k:]], dtype=np.int64) for k in range(len(held) + 1)]
    points = min(int(batch_cost(p, s, batch, len(batch))) for batch in tried)
    return BIG if points >= BIG else points - int(st.batch_facts[s, POINTS])


def test_the_cheapest_place_is_the_cheapest_of_all_with_every_rule() -> None:
    """Limits of work and its cost with the best leaving time, with and without rests and second windows."""
    compared, one_strand = 0, 0
    for seed in range(150):
        rules = RULES if seed % 3 == 0 else [rule for rule in RULES if rule not in ("breaks", "several_windows")]
        p, st = searched(tiny_problem(seed, visits=7, rules=rules), seed, 20)
        buffer = np.empty(st.batches.shape[1] + 1, dtype=np.int64)
        for s in range(len(p.shifts)):
            for v in np.nonzero(p.allowed[:, s] & (st.shift_of != s))[0]:
                assert int(cheapest_place(p, st, s, v, buffer)[0]) == cheapest_by_trying(p, st, s, int(v)), (seed, s, v)
                compared += 1
                one_strand += int(counts_work(p, s) and st.batch_facts[s, LENGTH] > 1 and st.batch_facts[s, ONE_STRAND])
    assert compared > 1000
    assert one_strand > 100


def test_goes_on_from_a_plan_that_it_is_given() -> None:
    problem = division_problem("september", 40, 3, 5, 1)
    p, good = searched(problem, 1, 300)
    _, near, st = started(problem, 2)
    adopt(p, near, st, good.best_batches, good.best_lengths)
    assert int(st.numbers[COST]) == int(good.numbers[BEST]) == cost_by_hand(p, st)
    assert int(st.numbers[BEST]) == int(good.numbers[BEST])
