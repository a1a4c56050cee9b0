"""The bound is one: never above the true optimum, and where the plan is called the best there is, it is."""

import pytest

from planner.batches.arrays import CLASS, arrays_of
from planner.optimise import optimise
from planner.proof import Proof
from tests.bench.problems import division_problem
from tests.planner.tiny import RULES, brute_force, tiny_problem


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_the_bound_is_never_above_the_optimum_of_a_tiny_problem(first: int) -> None:
    for seed in range(first, first + 50):
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
    problem = division_problem("september", 30, 2, 5, 1)
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
