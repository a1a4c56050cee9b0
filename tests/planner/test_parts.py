"""A large plan is cut into parts that share nothing; one that gets cheaper makes the whole cheaper by as much."""

from threading import Event

import numpy as np
import pytest

import planner.optimise
from planner.batches.arrays import Arrays, Int, arrays_of
from planner.check import check
from planner.effort import Progress
from planner.optimise import optimise
from planner.parts import PART_VISITS, Part, improve, parts_of, put_back
from planner.problem import plan_to_json
from tests.bench.problems import division_problem, plain

Office = tuple[Arrays, list[tuple[int, Int]], int]


@pytest.fixture(scope="module")
def office() -> Office:
    """300 visits of twelve teams, their arrays, a quick plan by shift, and its cost."""
    problem = plain(division_problem("september", 300, 12, 10, 1))
    arrays, keys = arrays_of(problem)
    plan = optimise(problem, seconds=1.0)
    at = {key: s for s, key in enumerate(keys)}
    number = {visit.id: v for v, visit in enumerate(problem.visits)}
    batches = [
        (at[route.team, route.date], np.array([number[stop.visit] for stop in route.stops], dtype=np.int64))
        for route in plan.routes
    ]
    return arrays, batches, plan.cost


def test_parts_share_no_shift_and_no_visit_and_hold_everything_together(office: Office) -> None:
    arrays, plan, cost = office
    for number in range(4):
        parts = parts_of(arrays, plan, seed=1, number=number)
        shifts = np.concatenate([part.shifts for part in parts])
        visits = np.concatenate([part.visits for part in parts])
        assert len(set(shifts.tolist())) == len(shifts)
        assert sorted(visits.tolist()) == list(range(300))
        assert len(parts) == round(300 / PART_VISITS)
        assert sum(part.cost for part in parts) == cost


def test_each_round_cuts_elsewhere_and_the_same_round_the_same(office: Office) -> None:
    arrays, plan, _ = office
    cuts = [tuple(tuple(part.shifts.tolist()) for part in parts_of(arrays, plan, 1, number)) for number in (0, 1, 2, 0)]
    assert len(set(cuts)) == 3
    assert cuts[0] == cuts[3]


def test_a_part_is_improved_alone_and_put_back(office: Office) -> None:
    arrays, plan, _cost = office
    part = parts_of(arrays, plan, 1, 0)[0]
    better = improve(part, 5, 3_000, 100.0)
    assert better.cost <= part.cost
    again = Part(part.shifts, part.visits, part.arrays, better.batches)
    assert again.cost == better.cost
    whole = dict(plan)
    put_back(part, better.batches, whole)
    kept = {v for _, batch in plan for v in batch.tolist()} - set(part.visits.tolist())
    assert kept <= {v for batch in whole.values() for v in batch.tolist()}


def test_a_large_plan_keeps_the_rules_and_is_the_same_with_one_thread_or_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner.optimise, "PARTED", 200)
    problem = division_problem("september", 240, 9, 10, 2)
    plans = [optimise(problem, effort="quick", threads=threads) for threads in (1, 2)]
    assert check(problem, plans[0]).breaches == ()
    assert check(problem, plans[0]).cost == plans[0].cost
    assert plan_to_json(plans[0]) == plan_to_json(plans[1])


def test_a_large_run_is_stopped_with_its_best_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner.optimise, "PARTED", 200)
    problem = division_problem("september", 240, 9, 10, 2)
    stop, costs = Event(), list[int]()

    def watch(now: Progress) -> None:
        costs.append(now.cost)
        if len(costs) == 3:
            stop.set()

    plan = optimise(problem, seconds=60.0, progress=watch, stop=stop)
    assert plan.cost == min(costs)
    assert check(problem, plan).breaches == ()
