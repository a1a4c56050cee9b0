"""Labelling against trying everything: the least reduced points, and the list of all batches within a gap."""

from collections.abc import Iterator
from itertools import permutations
from random import Random

import numpy as np
import pytest

from planner.batches.arrays import BIG, DATE, LOCATION, TEAM_DATE, TO, Arrays, arrays_of
from planner.batches.kernel import batch_cost, timetable
from planner.batches.labels import EXACT, SAME_VISITS, Prices, batch_of, make_labels, memory_of
from planner.batches.pricing import completion, grain_of, least_ahead, price
from tests.planner.tiny import tiny_problem

VISITS = 5
Cut = tuple[frozenset[int], float]


def every_batch(p: Arrays, s: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """All orders of all sets of visits that shift s can make, and their points."""
    for length in range(1, VISITS + 1):
        for order in permutations(range(VISITS), length):
            points = int(batch_cost(p, s, np.array(order), length))
            if points < BIG:
                yield order, points


def made_prices(random: Random, cuts: list[Cut]) -> Prices:
    cut_of = np.zeros((VISITS, 1), dtype=np.uint64)
    penalties = np.zeros(64)
    for number, (three, penalty) in enumerate(cuts):
        penalties[number] = penalty
        for visit in three:
            cut_of[visit, 0] |= np.uint64(1 << number)
    visits = np.array([random.uniform(0, 400) for _ in range(VISITS)])
    return Prices(visits, penalties, cut_of, np.full((VISITS, 1), ~np.uint64(0)))


def reduced(order: tuple[int, ...], points: int, prices: Prices, cuts: list[Cut]) -> float:
    held = sum(penalty * (len(three.intersection(order)) // 2) for three, penalty in cuts)
    return points - float(prices.visits[list(order)].sum()) - held


@pytest.mark.parametrize("with_cuts", [False, True])
def test_finds_the_cheapest_batch_and_lists_every_set_within_a_gap(with_cuts: bool) -> None:
    found_some = 0
    everyone = np.tile(np.arange(VISITS), (VISITS, 1))
    labels = make_labels(20_000, VISITS, 1)
    for seed in range(60):
        random = Random(seed)
        p, keys = arrays_of(tiny_problem(seed, visits=VISITS))
        cuts = [(frozenset({0, 1, 2}), -60.0), (frozenset({1, 3, 4}), -25.0)] if with_cuts else []
        prices = made_prices(random, cuts)
        for s in range(len(keys)):
            grain = int(grain_of(p, s))
            least = completion(p, s, prices, everyone, grain) if grain > 0 else np.zeros((1, 1))
            best: dict[frozenset[int], float] = {}
            for order, points in every_batch(p, s):
                key = frozenset(order)
                best[key] = min(best.get(key, 1e18), reduced(order, points, prices, cuts))
            _, cheapest = price(p, s, prices, everyone, 0.0, labels, least, grain, EXACT, 1e9)
            assert cheapest == pytest.approx(min(best.values(), default=float(BIG)), abs=1e-6)
            gap = 150.0
            top, _ = price(p, s, prices, everyone, 0.0, labels, least, grain, SAME_VISITS, gap)
            batch = np.zeros(VISITS, dtype=np.int64)
            listed = set()
            for i in range(top):
                if labels.ended[i] + float(p.costs[TEAM_DATE]) < gap:
                    listed.add(frozenset(batch[: int(batch_of(labels, i, batch))].tolist()))
            assert listed == {key for key, points in best.items() if points < gap - 1e-6}
            found_some += bool(listed)
    assert found_some > 40


def test_says_so_when_the_labels_do_not_fit() -> None:
    p, _ = arrays_of(tiny_problem(1, visits=VISITS))
    everyone = np.tile(np.arange(VISITS), (VISITS, 1))
    room = make_labels(2, VISITS, 1)
    prices = made_prices(Random(1), [])
    tops = [int(price(p, s, prices, everyone, 0.0, room, np.zeros((1, 1)), 0, EXACT, 1e9)[0]) for s in range(2)]
    assert max(tops) > 2


def test_what_is_left_is_never_said_to_cost_more_than_it_does() -> None:
    """The completion bound at each stop of each batch there is, against what follows in that batch."""
    seen = 0
    everyone = np.tile(np.arange(VISITS), (VISITS, 1))
    for seed in range(40):
        p, keys = arrays_of(tiny_problem(seed, visits=VISITS))
        prices = made_prices(Random(seed), [])
        for s in range(len(keys)):
            grain = int(grain_of(p, s))
            if grain == 0:
                continue
            least = completion(p, s, prices, everyone, grain)
            ahead = least_ahead(p, s, prices, least, grain) + float(p.costs[TEAM_DATE])
            for order, points in every_batch(p, s):
                assert ahead <= reduced(order, points, prices, []) + 1e-6
                ends = timetable(p, s, np.array(order), len(order))[3][:, 2]
                left, there = 0.0, int(p.shifts[s, TO])
                for k in range(len(order) - 1, -1, -1):
                    here = int(p.visits[order[k], LOCATION])
                    left += float(p.costs[0]) * float(p.travel[here, there])
                    assert least[order[k], ends[k] // grain] <= left + 1e-6
                    left += float(p.date_costs[order[k], p.shifts[s, DATE]]) - float(prices.visits[order[k]])
                    there = here
                    seen += 1
    assert seen > 200


@pytest.mark.parametrize("with_cuts", [False, True])
def test_forgetting_visits_never_makes_the_cheapest_batch_dearer(with_cuts: bool) -> None:
    """Remembering one visit beside itself, a label may hold a visit twice: the least is at or below the true one."""
    below = 0
    everyone = np.tile(np.arange(VISITS), (VISITS, 1))
    labels = make_labels(20_000, VISITS, 1)
    for seed in range(40):
        p, keys = arrays_of(tiny_problem(seed, visits=VISITS))
        cuts = [(frozenset({0, 1, 2}), -60.0), (frozenset({1, 3, 4}), -25.0)] if with_cuts else []
        prices = made_prices(Random(seed), cuts)._replace(near=memory_of(p, 1))
        for s in range(len(keys)):
            true = min((reduced(*one, prices, cuts) for one in every_batch(p, s)), default=float(BIG))
            least = np.zeros((1, 1))
            top, cheapest = price(p, s, prices, everyone, 0.0, labels, least, 0, EXACT, 1e9)
            assert top <= 20_000
            assert cheapest <= true + 1e-6
            below += cheapest < true - 1e-6
    assert below > 0


def test_halted_pricing_proves_nothing() -> None:
    p, _ = arrays_of(tiny_problem(1, visits=VISITS))
    everyone = np.tile(np.arange(VISITS), (VISITS, 1))
    room = make_labels(1000, VISITS, 1)
    room.halt[0] = 1
    tops = [
        price(p, s, made_prices(Random(1), []), everyone, 0.0, room, np.zeros((1, 1)), 0, EXACT, 1e9) for s in range(2)
    ]
    assert any(top == 1001 and least == -BIG for top, least in tops)
