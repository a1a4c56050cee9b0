"""Prices and choice: the LP's worth of visits and classes, cuts, and the cheapest choice of batches."""

import time
from itertools import combinations
from random import Random
from threading import Event, Timer

import numpy as np
import pytest

from planner.assign import Chooser, Columns, Master, Worth

Batch = tuple[int, int, tuple[int, ...]]
"""Class, cost, visits."""


def columns_of(batches: list[Batch]) -> Columns:
    return Columns(
        np.array([number for number, _, _ in batches], dtype=np.int64),
        np.array([cost for _, cost, _ in batches], dtype=np.int64),
        np.cumsum([0, *(len(visits) for _, _, visits in batches)]).astype(np.int64),
        np.array([visit for _, _, visits in batches for visit in visits], dtype=np.int64),
    )


def master_of(unserved: list[int], shifts_in: list[int], batches: list[Batch]) -> Master:
    master = Master(np.array(unserved), np.array(shifts_in))
    for number, cost, visits in batches:
        master.add(number, cost, visits)
    return master


def solved(master: Master) -> Worth:
    worth = master.solve()
    assert worth is not None
    return worth


def best_by_hand(unserved: list[int], shifts_in: list[int], batches: list[Batch]) -> int:
    """The least cost over all choices in which no visit stands twice and no class has too many."""
    best = sum(unserved)
    for size in range(1, sum(shifts_in) + 1):
        for chosen in combinations(batches, size):
            visits = [visit for _, _, held in chosen for visit in held]
            used = [sum(number == c for number, _, _ in chosen) for c in range(len(shifts_in))]
            if len(set(visits)) == len(visits) and all(a <= b for a, b in zip(used, shifts_in, strict=True)):
                left = sum(points for visit, points in enumerate(unserved) if visit not in visits)
                best = min(best, left + sum(cost for _, cost, _ in chosen))
    return best


def random_case(seed: int) -> tuple[list[int], list[int], list[Batch]]:
    """Six visits, two classes with one or two shifts, fourteen batches."""
    random = Random(seed)
    batches = [
        (random.randrange(2), random.randrange(10, 300), tuple(random.sample(range(6), random.randint(1, 4))))
        for _ in range(14)
    ]
    return [random.randrange(20, 200) for _ in range(6)], [random.randint(1, 2), random.randint(1, 2)], batches


# ---- prices


def test_a_visit_is_worth_what_its_cheapest_way_costs_and_no_more_than_leaving_it_out() -> None:
    """V0 alone costs 30 instead of 100 left out; V1 would cost 90 and is left out for 50. The second shift stays
    free, so a shift is worth nothing."""
    worth = solved(master_of([100, 50], [2], [(0, 30, (0,)), (0, 90, (1,))]))
    assert worth.value == pytest.approx(30 + 50)
    assert worth.visits.tolist() == pytest.approx([30, 50])
    assert worth.classes.tolist() == pytest.approx([0])
    assert worth.use.tolist() == pytest.approx([1, 0])


def test_a_scarce_shift_has_a_price() -> None:
    """One shift, two visits of 100 each, a batch of 30 for either: the other stays out; a second shift saves 70."""
    worth = solved(master_of([100, 100], [1], [(0, 30, (0,)), (0, 30, (1,))]))
    assert worth.value == pytest.approx(130)
    assert worth.classes.tolist() == pytest.approx([-70])
    assert worth.visits.tolist() == pytest.approx([100, 100])


@pytest.mark.parametrize("seed", range(20))
def test_prices_add_up_to_the_value_and_leave_no_batch_cheaper_than_them(seed: int) -> None:
    unserved, shifts_in, batches = random_case(seed)
    worth = solved(master_of(unserved, shifts_in, batches))
    assert worth.visits.sum() + (worth.classes * shifts_in).sum() == pytest.approx(worth.value)
    for number, cost, visits in batches:
        assert cost - worth.classes[number] - worth.visits[list(visits)].sum() >= -1e-6
    assert worth.value <= best_by_hand(unserved, shifts_in, batches) + 1e-6


def test_a_cut_forbids_three_halves_and_a_later_batch_enters_it() -> None:
    """Three pairs of three visits, 10 each: halves of all three cover for 15. The cut allows one pair: 10 and 40 for
    the third visit. Then all three together for 45 are known: cheaper than 50."""
    pairs: list[Batch] = [(0, 10, (0, 1)), (0, 10, (1, 2)), (0, 10, (0, 2))]
    master = master_of([40, 40, 40], [3], pairs)
    assert solved(master).value == pytest.approx(15)
    master.add_cut(frozenset({0, 1, 2}))
    worth = solved(master)
    assert worth.value == pytest.approx(50)
    assert worth.cuts.tolist() == pytest.approx([-70])  # three visits at 40 pay 120; a pair is 10, so 10 - 80 = -70
    master.add(0, 45, (0, 1, 2))
    assert solved(master).value == pytest.approx(45)


def test_a_batch_that_holds_a_visit_twice_covers_it_twice() -> None:
    assert solved(master_of([100], [2], [(0, 30, (0, 0))])).value == pytest.approx(15)


def test_what_is_kept_stays_until_it_is_released() -> None:
    master = master_of([100, 100], [1], [(0, 30, (0,)), (0, 60, (1,))])
    assert solved(master).use.tolist() == pytest.approx([1, 0])
    master.fix(1)
    worth = solved(master)
    assert worth.use.tolist() == pytest.approx([0, 1])
    assert worth.value == pytest.approx(160)
    master.release()
    assert solved(master).value == pytest.approx(130)


def test_what_is_barred_stays_out_until_something_else_is() -> None:
    master = master_of([100, 100], [2], [(0, 30, (0,)), (0, 60, (1,))])
    for barred, value in (({0}, 160), ({0, 1}, 200), ({1}, 130), ((), 90)):
        master.bar(barred)
        assert solved(master).value == pytest.approx(value)


def test_an_interrupted_lp_has_no_answer_and_the_next_one_has() -> None:
    """400 visits, 30,000 batches of five: seconds of simplex, ended after a few hundredths."""
    random = Random(5)
    batches = [(0, random.randrange(100, 2000), tuple(random.sample(range(400), 5))) for _ in range(30_000)]
    master = master_of([5000] * 400, [100], batches)
    timer = Timer(0.05, master.interrupt)
    began = time.process_time()
    timer.start()
    assert master.solve() is None
    cut_off = time.process_time() - began
    timer.join()
    assert solved(master).value > 0
    assert cut_off < time.process_time() - began - cut_off


def test_an_interruption_that_comes_too_late_does_not_spoil_the_next_answer() -> None:
    master = master_of([100, 50], [2], [(0, 30, (0,)), (0, 90, (1,))])
    for _ in range(3):
        master.interrupt()
        assert solved(master).value == pytest.approx(30 + 50)


# ---- choice


@pytest.mark.parametrize("seed", range(30))
def test_chooses_what_trying_every_choice_finds_cheapest(seed: int) -> None:
    unserved, shifts_in, batches = random_case(seed)
    choice = Chooser(columns_of(batches), np.array(unserved), np.array(shifts_in), []).solve(1000)
    assert choice is not None and choice.proven
    assert choice.cost == best_by_hand(unserved, shifts_in, batches)
    assert choice.bound == pytest.approx(choice.cost)
    visits = [visit for index in choice.chosen for visit in batches[index][2]]
    assert len(visits) == len(set(visits))
    left = sum(points for visit, points in enumerate(unserved) if visit not in visits)
    assert choice.cost == left + sum(batches[index][1] for index in choice.chosen)


@pytest.mark.parametrize("seed", range(10))
def test_cuts_take_no_choice_away(seed: int) -> None:
    unserved, shifts_in, batches = random_case(seed)
    every_three = [frozenset(three) for three in combinations(range(len(unserved)), 3)]
    columns = columns_of(batches)
    choice = Chooser(columns, np.array(unserved), np.array(shifts_in), [], every_three).solve(1000)
    assert choice is not None and choice.proven
    assert choice.cost == best_by_hand(unserved, shifts_in, batches)


def test_a_cut_lifts_the_bound_that_the_choice_begins_with() -> None:
    """Halves of three pairs cover three visits for 15; with the cut no less than a pair and a visit left out does."""
    pairs: list[Batch] = [(0, 10, (0, 1)), (0, 10, (1, 2)), (0, 10, (0, 2))]
    choice = Chooser(columns_of(pairs), np.array([40, 40, 40]), np.array([3]), [], [frozenset({0, 1, 2})]).solve(1)
    assert choice is not None
    assert choice.cost == 50
    assert choice.bound == pytest.approx(50)


def test_nothing_is_chosen_where_leaving_out_is_cheaper() -> None:
    choice = Chooser(columns_of([(0, 500, (0, 1))]), np.array([100, 100]), np.array([1]), []).solve(10)
    assert choice is not None
    assert (choice.chosen, choice.cost, choice.proven) == ((), 200, True)


def hard_columns(visits: int, count: int) -> list[Batch]:
    """Random triples of almost the same price, a puzzle for any solver."""
    random = Random(7)
    return [
        (random.randrange(3), 1000 + random.randrange(40), tuple(random.sample(range(visits), 3))) for _ in range(count)
    ]


def test_a_hint_is_a_plan_to_fall_back_on_and_the_bound_is_below_it() -> None:
    """With one node there is no time to search, so what comes back is at most the hint's cost."""
    batches = hard_columns(60, 900)
    held: set[int] = set()
    hint: list[int] = []
    for index, (_, _, visits) in enumerate(batches):
        if len(hint) < 20 and not held & set(visits):
            hint.append(index)
            held |= set(visits)
    unserved = [5000] * 60
    cost = sum(batches[index][1] for index in hint) + 5000 * (60 - len(held))
    choice = Chooser(columns_of(batches), np.array(unserved), np.array([20, 20, 20]), hint).solve(1)
    assert choice is not None
    assert choice.bound - 1e-6 <= choice.cost <= cost


def test_the_same_choice_twice() -> None:
    columns = columns_of(hard_columns(45, 500))
    first, again = (Chooser(columns, np.full(45, 5000), np.array([9, 9, 9]), []).solve(30) for _ in range(2))
    assert first == again and first is not None


def test_an_interrupted_choice_ends_soon_with_the_best_it_has() -> None:
    chooser = Chooser(columns_of(hard_columns(120, 4000)), np.full(120, 5000), np.array([40, 40, 40]), [])
    stop = Event()
    timer = Timer(0.5, stop.set)
    began = time.monotonic()
    timer.start()
    choice = chooser.solve(10**9, stopped=stop.is_set)
    # 0.7 s on a quiet machine
    assert time.monotonic() - began < 5.0
    assert choice is None or choice.bound - 1e-6 <= choice.cost
