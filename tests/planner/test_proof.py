"""The bound is one: never above the true optimum, and where the plan is called the best there is, it is."""

import math
from random import Random

import numpy as np
import pytest

from planner.assign import Chooser
from planner.batches.arrays import CLASS, UNSERVED, arrays_of
from planner.cuts import by_visit, held_twice
from planner.model import Window
from planner.optimise import optimise
from planner.problem import Costs, Problem, ProblemShift, ProblemTeam, ProblemVisit
from planner.proof import Proof
from tests.bench.problems import division_problem
from tests.planner.fuzz import drawn_problem, tried
from tests.planner.tiny import MONDAY, RULES, brute_force, tiny_problem


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_the_bound_is_never_above_the_optimum_of_a_tiny_problem(first: int) -> None:
    for seed in range(first, first + 40):
        problem = tiny_problem(seed)
        optimum, _ = brute_force(problem)
        plan = optimise(problem, effort="quick")
        assert plan.lower_bound is not None
        assert plan.lower_bound <= optimum <= plan.cost, problem.name


@pytest.mark.parametrize("rule", RULES)
def test_the_bound_holds_with_one_rule_alone(rule: str) -> None:
    for seed in range(500, 503):
        problem = tiny_problem(seed, rules=(rule,))
        optimum, _ = brute_force(problem)
        plan = optimise(problem, effort="quick")
        assert (plan.lower_bound or 0) <= optimum <= plan.cost


def test_the_bound_before_the_end_is_one_too() -> None:
    """Stopped early or late, the Lagrangian bound stays below the cost of the best plan known."""
    problem = division_problem("september", 20, 2, 4, 1)
    best = optimise(problem, effort="quick").cost
    arrays, _ = arrays_of(problem)
    bounds = []
    for labels in (1_000, 5_000, 20_000, 10_000_000):
        proof = Proof(arrays, lambda: True, threads=1)
        proof.run(labels, 10**12)
        bounds.append(proof.lower_bound)
    assert proof.finished
    assert 0 < bounds[-1] <= best
    assert max(bounds) <= best


def test_a_class_with_too_many_labels_neither_stops_the_others_nor_makes_the_bound_false(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two classes of four overflow at first, then three; with room for 2,000 labels some never fit."""
    problem = division_problem("september", 20, 2, 4, 1)
    arrays, _ = arrays_of(problem)
    whole = Proof(arrays, lambda: True, threads=1)
    whole.run(10**9, 10**12)
    for room, met in ((20_000, True), (12_000, True), (2_000, False)):
        monkeypatch.setattr("planner.pricer.ROOM", room)
        proof = Proof(arrays, lambda: True, threads=1)
        proof.run(10**9, 10**12)
        assert proof.bound <= whole.bound + 1e-6
        assert (proof.bound == pytest.approx(whole.bound), proof.finished) == (met, met)
        assert proof.bound > -math.inf


def test_the_list_of_all_that_matters_goes_with_the_bound_though_newer_prices_prove_less() -> None:
    """The proof is at its end; more batches come, as from a dive and a search, and the time for pricing them is over
    after a moment. A plan a little worse than the best must not be called the best."""
    problem = division_problem("september", 24, 2, 4, 3)
    arrays, _ = arrays_of(problem)
    best = optimise(problem, effort="standard")
    assert best.lower_bound == best.cost
    for trial in range(3):
        random = Random(300 + trial)
        proof = Proof(arrays, lambda: True, threads=1)
        proof.run(10**8, 10**12)
        assert proof.finished
        proof.dive()
        more = set()
        for number, batch in list(proof.pool):
            if 1 < len(batch) == len(set(batch)) and random.random() < 0.5:
                fewer = [*batch]
                fewer.pop(random.randrange(len(batch)))
                other = [*batch, random.randrange(24)]
                random.shuffle(other)
                more |= {(number, tuple(fewer)), (number, tuple(other))}
        proof.add(sorted(more))
        proof.labels = 0
        proof.run(1, 10**12)
        for above in (1, 20):
            listed = proof.all_within(best.cost + above - proof.bound)
            assert listed is not None
            columns, _ = proof.as_columns(listed)
            choice = Chooser(columns, arrays.visits[:, UNSERVED], proof.shifts_in, []).solve(10**6)
            assert choice is not None
            assert choice.cost == best.cost


def test_the_promising_batches_are_those_that_cost_little_beyond_their_prices() -> None:
    proof = Proof(arrays_of(division_problem("september", 30, 2, 5, 2))[0], lambda: True, threads=1)
    proof.run(10_000_000, 10**12)
    assert proof.value()
    worth, cuts_of = proof.worth, by_visit(proof.cuts)
    beyond: dict[tuple[int, frozenset[int]], float] = {}
    assert worth is not None and worth.cuts.min() < -1.0
    for (number, visits), cost in proof.pool.items():
        held = sum(worth.cuts[cut] for cut in held_twice(cuts_of, visits))
        if len(visits) == len(set(visits)):
            points = float(cost - worth.classes[number] - sum(worth.visits[v] for v in visits) - held)
            key = number, frozenset(visits)
            beyond[key] = min(points, beyond.get(key, math.inf))
    assert min(beyond.values()) >= -1e-3
    for gap in (0.01, 300.0, 3_000.0):
        _, keys = proof.columns(10**6, gap, ())
        few = {key for key, points in beyond.items() if points <= gap}
        assert {(number, frozenset(visits)) for number, visits in keys} == few
        assert len(few) < len(beyond)
    _, keys = proof.columns(40, 10**6, ())
    least = {(number, frozenset(visits)) for number, visits in keys}
    others = [points for key, points in beyond.items() if key not in least]
    assert max(beyond[key] for key in least) <= min(others)


def test_a_dive_makes_a_plan_in_which_no_visit_stands_twice() -> None:
    problem = division_problem("september", 30, 2, 5, 2)
    arrays, _ = arrays_of(problem)
    proof = Proof(arrays, lambda: True, threads=1)
    proof.run(10_000_000, 10**12)
    batches = proof.dive()
    visits = [visit for _, batch in batches for visit in batch]
    assert len(visits) == len(set(visits))
    of_class = [number for number, _ in batches]
    assert all(of_class.count(c) <= (arrays.shifts[:, CLASS] == c).sum() for c in of_class)
    assert batches


def test_problems_of_all_shapes_are_planned_best_and_nearly_all_proven_so() -> None:
    """A hundred of those that `make fuzz` draws by the thousand; where bound and cost are equal, the cost is the
    optimum, since the bound is never above it."""
    trials = [tried(drawn_problem(number)) for number in range(100)]
    assert [(trial.name, trial.faults) for trial in trials if trial.faults] == []
    assert sum(trial.bound == trial.cost for trial in trials) >= 97


@pytest.mark.parametrize("seconds", [0.005, 0.02, 0.1])
def test_a_plan_cut_off_anywhere_claims_no_more_than_is_proven(seconds: float) -> None:
    trials = [tried(drawn_problem(number), seconds=seconds) for number in range(1000, 1030)]
    assert [(trial.name, trial.faults) for trial in trials if trial.faults] == []


def test_more_effort_proves_no_more_than_is_true() -> None:
    trials = [tried(drawn_problem(number), "standard") for number in range(1000, 1020)]
    assert [(trial.name, trial.faults) for trial in trials if trial.faults] == []


def test_a_batch_that_goes_round_and_round_does_not_outgrow_its_room() -> None:
    """28 visits of a minute at one place: while prices are still those of leaving out, a label that forgets what it
    has held goes round and round, 540 stops in 9 hours. The next prices make such a batch useless."""
    hours = 9 * 3600
    shift = ProblemShift(MONDAY, 0, hours)
    visits = tuple(ProblemVisit(f"V{n}", 1, 60, (Window(MONDAY, 0, hours),), 100_000) for n in range(28))
    team = ProblemTeam("T1", 0, 0, frozenset(), (shift,))
    problem = Problem("round", (MONDAY,), np.array([[0, 600], [600, 0]]), (team,), visits, Costs(1, 0, 0))
    arrays, _ = arrays_of(problem)
    proof = Proof(arrays, lambda: True, threads=1)
    proof.run(70_000, 10**12)  # exact labels overflow first, at 60,000
    assert max(len(batch) for _, batch in proof.pool) > 500


def test_batches_can_be_chosen_before_anything_was_priced() -> None:
    """No time was left for pricing, a moment for the LP: the choice is among what the search met."""
    problem = tiny_problem(400)
    arrays, _ = arrays_of(problem)
    on = [True]
    proof = Proof(arrays, lambda: on[0], threads=1)
    singles = [(int(c), (v,)) for c in set(arrays.shifts[:, CLASS]) for v in range(len(problem.visits))]
    assert proof.add(singles) > 0
    on[0] = False
    proof.run(1000, 10**9)
    assert (proof.bound, proof.lower_bound, proof.finished) == (-math.inf, -1, False)
    with pytest.raises(ValueError, match="value"):
        proof.columns(100, 1e12, ())
    on[0] = True
    assert proof.value()
    columns, keys = proof.columns(100, 1e12, ())
    assert len(columns) == len(keys) == len(proof.pool)


def test_a_batch_that_breaks_a_rule_never_enters() -> None:
    problem = tiny_problem(400)
    arrays, _ = arrays_of(problem)
    proof = Proof(arrays, lambda: True, threads=1)
    everything = [(0, tuple(range(len(problem.visits))) * 3)]
    assert proof.add(everything) == 0
    assert proof.pool == {}


def test_pricing_that_is_told_to_end_ends_without_a_bound() -> None:
    """The clock runs out at the first look: nothing is proven, and nothing is claimed."""
    arrays, _ = arrays_of(division_problem("bases", 150, 6, 10, 1))
    looks = iter([True, True, True])
    proof = Proof(arrays, lambda: next(looks, False), threads=1)
    proof.run(10**9, 10**12)
    assert proof.bound == -math.inf
    assert not proof.finished
