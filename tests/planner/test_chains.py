"""The chains: what they keep for crossing, what they forget, and that threads change nothing."""

from threading import Event

import numpy as np

from planner.batches.arrays import Arrays, ByShift, arrays_of
from planner.batches.kernel import batch_cost
from planner.chains import ALIKE, KEPT, Chains
from planner.effort import Phases
from tests.bench.problems import division_problem


def chains_of(threads: int = 2, stop: Event | None = None) -> Chains:
    p, _ = arrays_of(division_problem("september", 40, 3, 5, 1))
    chains = Chains(p, 1, threads, Phases(None, stop or Event()))
    for _ in range(2):
        chains.start()
    return chains


def run_through(chains: Chains) -> list[tuple[int, list[tuple[int, list[int]]]]]:
    """Three searches from nothing, then some children: what is kept in the end."""
    for _ in range(3):
        chains.begin_anew()
        for _ in chains.search(600, 3, 1.0, meet=False):
            pass
    for _ in range(4):
        chains.cross()
    return [(one.cost, [(s, v.tolist()) for s, v in one.plan]) for one in chains.kept]


def cost_by_hand(p: Arrays, plan: ByShift) -> int:
    out = set(range(len(p.visits))) - {v for _, visits in plan for v in visits.tolist()}
    return sum(int(batch_cost(p, s, v, len(v))) for s, v in plan) + sum(int(p.visits[v, 3]) for v in out)


def test_what_is_kept_is_the_same_with_one_thread_or_two_cheapest_first_and_costs_what_is_said() -> None:
    chains = chains_of()
    kept = run_through(chains)
    assert kept == run_through(chains_of(threads=1))
    assert 1 < len(kept) <= KEPT
    assert [cost for cost, _ in kept] == sorted(cost for cost, _ in kept)
    for one in chains.kept:
        assert one.cost == cost_by_hand(chains.p, one.plan)


def test_children_bring_better_plans() -> None:
    chains = chains_of()
    for _ in range(3):
        chains.begin_anew()
        for _ in chains.search(300, 1, 1.0, meet=False):
            pass
    before = chains.kept[0].cost
    for _ in range(6):
        chains.cross()
    assert chains.kept[0].cost < before


def test_of_plans_that_are_alike_only_the_cheapest_is_kept() -> None:
    chains = chains_of()
    batches = [(s, np.array([s], dtype=np.int64)) for s in range(10)]
    chains.keep(100, batches)
    chains.keep(90, [*batches[:-1], (9, np.array([11], dtype=np.int64))])
    chains.keep(95, [*batches[:-1], (9, np.array([12], dtype=np.int64))])
    assert [one.cost for one in chains.kept] == [90]
    differing = int(ALIKE * 10) + 1
    chains.keep(99, [(s, v + 20) if s < differing else (s, v) for s, v in batches])
    assert [one.cost for one in chains.kept] == [90, 99]


def test_a_chain_that_begins_anew_forgets_its_best_plan() -> None:
    chains = chains_of()
    for _ in chains.search(200, 1, 1.0):
        pass
    before = chains.best()[0]
    chains.begin_anew()
    assert chains.best()[0] > before
    assert chains.best()[1] == []


def test_crossing_beside_goes_on_until_what_is_inside_ends() -> None:
    chains = chains_of()
    run_through(chains)
    before = len(chains.kept)
    with chains.crossing_beside():
        pass
    assert len(chains.kept) >= before - 1
    stop = Event()
    stop.set()
    stopped = chains_of(stop=stop)
    stopped.keep(*stopped.best())
    with stopped.crossing_beside():
        pass
    assert len(stopped.kept) == 1
