"""The parts that a tree splits plans into hold every plan that is better, and no bound of theirs is above it."""

import math
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from planner.batches.arrays import DATE, UNSERVED, arrays_of
from planner.branching import Tree
from planner.optimise import optimise
from planner.problem import Problem
from planner.proof import Leaf, Proof
from tests.bench.problems import division_problem
from tests.planner.fuzz import drawn_problem
from tests.planner.tiny import brute_force


def proof_of(problem: Problem) -> Proof:
    """Prices at their end, without cuts, which leave little to split in small problems."""
    arrays, _ = arrays_of(problem)
    proof = Proof(arrays, lambda: True, threads=1)
    proof.run(10**8, int(arrays.visits[:, UNSERVED].sum()) + 1)
    assert proof.finished
    return proof


def nothing() -> None:
    """Nobody lists the batches of a leaf."""


@pytest.fixture
def without_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.proof.CUTS_A_ROUND", 0)


@pytest.mark.usefixtures("without_cuts")
@pytest.mark.parametrize("first", [0, 100, 200])
def test_no_leaf_of_a_tiny_problem_loses_the_best_plan(first: int) -> None:
    split = 0
    for number in range(first, first + 100):
        problem = drawn_problem(number)
        optimum, _ = brute_force(problem)
        proof = proof_of(problem)
        if proof.bound > optimum - 1:
            continue
        tree = Tree(proof)
        for _ in range(200):
            assert tree.bound <= optimum + 1e-3, problem.name
            if tree.bound > optimum - 1 or not tree.leaves:
                break
            tree.split(optimum + 1, 10**8, nothing)
            split += 1
        assert tree.bound > optimum - 1 or tree.whole, problem.name
    assert split > 3


@pytest.mark.usefixtures("without_cuts")
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_ban_is_worth_what_the_problem_without_those_windows_is(seed: int) -> None:
    problem = division_problem("september", 20, 2, 5, seed)
    random = Random(seed)
    arrays, _ = arrays_of(problem)
    proof = proof_of(problem)
    dates = arrays.shifts[proof.first_of, DATE]
    fewer = problem
    bans = []
    for visit in random.sample(range(20), 6):
        date = random.randrange(5)
        bans.append((visit, frozenset(np.flatnonzero(dates == date).tolist())))
        kept = tuple(window for window in problem.visits[visit].windows if window.date != problem.dates[date])
        if not kept:
            bans.pop()
            continue
        visits = list(fewer.visits)
        visits[visit] = replace(visits[visit], windows=kept)
        fewer = replace(fewer, visits=tuple(visits))
    assert bans
    whole = proof.bound
    proof.at(Leaf(tuple(bans)))
    proof.run(10**8, 10**12)
    assert proof.finished
    assert proof.bound == pytest.approx(proof_of(fewer).bound)
    proof.at(Leaf())
    proof.run(10**8, 10**12)
    assert proof.bound == pytest.approx(whole)


@pytest.mark.usefixtures("without_cuts")
def test_splitting_proves_what_prices_alone_do_not() -> None:
    problem = division_problem("september", 24, 2, 4, 3)
    best = optimise(problem, effort="standard")
    assert best.lower_bound == best.cost
    proof = proof_of(problem)
    assert proof.bound < best.cost - 1
    tree = Tree(proof)
    bounds = [tree.bound]
    for _ in range(400):
        if tree.bound >= best.cost:
            break
        tree.split(best.cost, 10**8, nothing)
        bounds.append(tree.bound)
    assert bounds == sorted(bounds)
    assert bounds[-1] > bounds[0] + 0.5 * (best.cost - bounds[0])


@pytest.mark.usefixtures("without_cuts")
def test_a_split_that_is_cut_off_leaves_the_leaf_as_it_was() -> None:
    problem = division_problem("september", 24, 2, 4, 3)
    arrays, _ = arrays_of(problem)
    left = 10**9

    def goes_on() -> bool:
        nonlocal left
        left -= 1
        return left > 0

    proof = Proof(arrays, goes_on, threads=1)
    proof.run(10**8, 10**12)
    tree = Tree(proof)
    before = tree.bound
    cut_off = 0
    for moments in range(1, 1000):
        left = moments
        tree.split(10**12, 10**8, nothing)
        if len(tree.leaves) > 1:
            break
        assert tree.bound == before
        cut_off += 1
    assert cut_off > 3
    assert len(tree.leaves) == 2
    assert all(leaf.bound > before - 1e-6 for leaf in tree.leaves)


def test_a_leaf_that_nothing_splits_keeps_its_bound_and_gives_its_plan() -> None:
    """The prices of two visits that one team makes on one day are about a whole plan."""
    problem = division_problem("quiet", 2, 1, 1, 1)
    proof = proof_of(problem)
    tree = Tree(proof)
    before = tree.bound
    batches = tree.split(10**12, 10**8, nothing)
    assert batches is not None
    assert tree.leaves == []
    assert tree.bound == before
    assert math.isfinite(before)
