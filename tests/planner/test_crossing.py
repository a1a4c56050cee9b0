"""Crossing: a child has each visit at most once, in batches of its parents, and is the same for the same numbers."""

from threading import Event

import numpy as np

from planner.batches.arrays import Arrays, ByShift, arrays_of
from planner.batches.kernel import batch_cost
from planner.chains import Chains
from planner.crossing import crossed
from planner.effort import Phases
from tests.bench.problems import division_problem


def two_plans() -> tuple[Arrays, ByShift, ByShift]:
    p, _ = arrays_of(division_problem("september", 40, 3, 5, 1))
    chains = Chains(p, 1, 2, Phases(None, Event()))
    plans = []
    for _ in range(2):
        chains.start()
        chains.begin_anew()
        for _ in chains.search(400, 1, 1.0, meet=False):
            pass
        plans.append(chains.best()[1])
    return p, plans[0], plans[1]


def numbers(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def test_no_visit_is_in_a_child_twice_and_every_batch_keeps_the_rules() -> None:
    p, one, other = two_plans()
    for seed in range(200):
        child = crossed(p, one, other, numbers(seed))
        held = [v for _, visits in child for v in visits.tolist()]
        assert len(held) == len(set(held))
        assert len({s for s, _ in child}) == len(child)
        for s, visits in child:
            parents = [set(batch.tolist()) for plan in (one, other) for shift, batch in plan if shift == s]
            assert any(set(visits.tolist()) <= parent for parent in parents)
            assert int(batch_cost(p, s, visits, len(visits))) < 1 << 40


def test_a_child_has_something_of_both_parents_mostly() -> None:
    p, one, other = two_plans()
    both = 0
    for seed in range(100):
        child = {s: tuple(visits.tolist()) for s, visits in crossed(p, one, other, numbers(seed))}
        mine, theirs = ({s: tuple(v.tolist()) for s, v in plan} for plan in (one, other))
        both += any(mine.get(s) == v for s, v in child.items()) and any(theirs.get(s) == v for s, v in child.items())
    assert both > 50


def test_the_same_numbers_give_the_same_child() -> None:
    p, one, other = two_plans()
    first, again, another = (crossed(p, one, other, numbers(seed)) for seed in (1, 1, 2))
    as_text = [[(s, v.tolist()) for s, v in child] for child in (first, again, another)]
    assert as_text[0] == as_text[1] != as_text[2]


def test_an_empty_parent_is_no_trouble() -> None:
    p, one, _ = two_plans()
    for seed in range(20):
        assert crossed(p, [], [], numbers(seed)) == []
        assert all(len(visits) for _, visits in crossed(p, [], one, numbers(seed)))
