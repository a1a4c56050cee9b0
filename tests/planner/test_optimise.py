"""The optimiser as a whole: right on tiny problems, the same again, stopped when asked, at home with empty ones."""

import time
from dataclasses import replace
from threading import Event, Timer

import numpy as np
import pytest

from planner.chains import best_of
from planner.check import check
from planner.effort import Progress, effort_of
from planner.optimise import Run, optimise
from planner.problem import plan_to_json
from tests.bench.problems import division_problem
from tests.planner.tiny import MONDAY, brute_force, tiny_problem


def test_finds_the_optimum_of_tiny_problems_and_breaks_no_rule() -> None:
    for seed in (*range(400, 470), 2719):
        problem = tiny_problem(seed)
        plan = optimise(problem, effort="quick")
        assert check(problem, plan).breaches == ()
        assert plan.cost == brute_force(problem)[0], problem.name


@pytest.mark.parametrize("family", ["quiet", "september", "far", "tight", "bases"])
def test_a_division_problem_is_planned_within_the_rules_and_above_its_bound(family: str) -> None:
    problem = division_problem(family, 40, 3, 5, 1)  # type: ignore[arg-type]
    plan = optimise(problem, effort="quick")
    assert check(problem, plan).breaches == ()
    assert 0 < (plan.lower_bound or 0) <= plan.cost


def test_the_same_input_gives_the_same_bytes_with_one_thread_or_two() -> None:
    problem = division_problem("september", 40, 3, 5, 1)
    first, again, alone = (plan_to_json(optimise(problem, effort="quick", threads=n)) for n in (2, 2, 1))
    assert first == again == alone


def test_a_time_is_kept() -> None:
    problem = division_problem("bases", 60, 3, 10, 1)
    began = time.monotonic()
    plan = optimise(problem, seconds=2.0)
    assert 1.0 < time.monotonic() - began < 4.0
    assert check(problem, plan).breaches == ()


@pytest.mark.parametrize("after", [0.05, 1.0, 3.0])
def test_stop_is_heard_in_every_phase_and_the_best_plan_kept(after: float) -> None:
    problem = division_problem("bases", 80, 4, 10, 1)
    stop, heard = Event(), [0.0]

    def ask() -> None:
        heard[0] = time.monotonic()
        stop.set()

    timer = Timer(after, ask)
    timer.start()
    plan = optimise(problem, effort="thorough", stop=stop)
    # 0.2 s on a quiet machine; this bound leaves room for a busy one.
    assert time.monotonic() - heard[0] < 1.5
    assert check(problem, plan).breaches == ()
    assert plan.routes


def test_progress_never_goes_back() -> None:
    told: list[Progress] = []
    optimise(division_problem("september", 40, 3, 5, 1), effort="quick", progress=told.append)
    assert len({one.cost for one in told}) > 5
    assert [one.cost for one in told] == sorted((one.cost for one in told), reverse=True)
    assert [one.share for one in told] == sorted(one.share for one in told)
    assert told[-1].share == 1.0


@pytest.mark.parametrize("steps", [20_000, 50_000])
def test_a_long_run_has_a_good_plan_early_and_begins_again_as_if_nothing_had_been(steps: int) -> None:
    problem = division_problem("september", 40, 3, 5, 1)
    run = Run(problem, "thorough", None, 1, 2, None, Event(), None)
    run._begin()
    greedy, first = run.cost, [best_of(state)[0] for state in run.chains.states]
    run.steps = 5_000  # an eighth of it is too little
    run._early_search(seconds=None)
    assert run.cost == greedy
    run.steps = steps
    run._early_search(seconds=None)
    assert run.cost < 1.01 * 2_366_272 < greedy  # the best there is
    assert [best_of(state)[0] for state in run.chains.states] == first
    assert run.chains.kept == []
    assert run._met() == sorted(run._best_batches())


def test_a_plan_without_batches_is_near_its_bound_by_what_is_proven() -> None:
    run = Run(tiny_problem(3), "quick", 1.0, 1, 2, None, Event(), None)
    assert run.best == []
    assert run._nearness() == 1.0
    run.bound = run.cost - 100
    assert run._nearness() == 0.0  # nothing is driven, so all that is missing is much


@pytest.mark.parametrize("left", ["nothing to do", "no team", "no shift", "nobody can"])
def test_a_problem_without_something_is_a_plan_without_routes(left: str) -> None:
    problem = tiny_problem(3)
    teams = tuple(replace(team, shifts=()) for team in problem.teams)
    visits = tuple(replace(visit, skills=frozenset({"flies"})) for visit in problem.visits)
    problem = {
        "nothing to do": replace(problem, visits=()),
        "no team": replace(problem, teams=(), visits=tuple(replace(v, teams=None, fixed_team=None) for v in visits)),
        "no shift": replace(problem, teams=teams),
        "nobody can": replace(problem, visits=visits),
    }[left]
    plan = optimise(problem, effort="quick")
    assert plan.routes == ()
    assert plan.cost == plan.lower_bound == sum(visit.unserved_cost for visit in problem.visits)
    assert check(problem, plan).breaches == ()


def test_one_place_for_everything_costs_no_driving() -> None:
    problem = replace(tiny_problem(5, rules=()), seconds=np.zeros((6, 6), dtype=np.int64))
    assert optimise(problem, effort="quick").cost == brute_force(problem)[0]
    assert problem.dates[0] == MONDAY


def test_an_unknown_effort_is_refused() -> None:
    with pytest.raises(ValueError, match="no such effort: 'heroic'"):
        effort_of("heroic")
