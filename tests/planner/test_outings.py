"""Timing an outing by hand agrees with trying every leaving time, and says what is in the way."""

from dataclasses import replace
from random import Random

import pytest

from planner.outings import Excess, best_outing, timing_of
from planner.problem import Route
from tests.planner.tiny import best_route, tiny_problem


@pytest.mark.parametrize("seed", range(60))
def test_an_outing_is_lawful_exactly_when_the_oracle_finds_one_and_works_as_little(seed: int) -> None:
    rules = {"breaks", "several_windows", "work_limit", "no_triangle", "capacity"} | (
        {"work_second"} if seed % 2 else set()
    )
    problem = tiny_problem(seed, visits=5, teams=2, dates=1, rules=rules)
    timing, random = timing_of(problem), Random(seed)
    for team in problem.teams:
        for shift in team.shifts:
            visits = random.sample(problem.visits, random.randrange(1, 4))
            if shift.max_applicants is not None and sum(one.applicants for one in visits) > shift.max_applicants:
                found = best_outing(timing, team, shift, visits)
                assert isinstance(found, Excess)
                assert found.limit == "applicants"
                continue
            expected, found = best_route(problem, team, shift, visits), best_outing(timing, team, shift, visits)
            assert isinstance(found, Route) == (expected is not None)
            if expected and isinstance(found, Route) and problem.costs.work_second:
                assert found.back - found.leave == expected.back - expected.leave


@pytest.mark.parametrize("seed", range(80))
def test_moving_the_one_limit_in_the_way_makes_the_outing_lawful(seed: int) -> None:
    rules = {"breaks", "several_windows", "work_limit", "no_triangle", "capacity"}
    problem = tiny_problem(seed, visits=4, teams=1, dates=1, rules=rules)
    [team] = problem.teams
    [shift] = team.shifts
    visits = list(problem.visits[: 1 + seed % 3])
    found = best_outing(timing_of(problem), team, shift, visits)
    if isinstance(found, Route) or found.limits > 1:
        return
    moved, amount = shift, found.amount
    if found.limit == "applicants":
        moved = replace(shift, max_applicants=(shift.max_applicants or 0) + amount)
    elif found.limit == "shift":
        moved = replace(shift, end=shift.end + amount)
    elif found.limit == "work":
        moved = replace(shift, max_work_seconds=(shift.max_work_seconds or 0) + amount)
    elif found.limit == "break" and shift.rest:
        moved = replace(shift, rest=replace(shift.rest, latest=shift.rest.latest + amount))
    else:
        windows = {one.id: one.windows for one in problem.visits}[found.visit]
        last = max(windows, key=lambda one: one.latest)
        wider = tuple(replace(one, latest=one.latest + amount) if one is last else one for one in windows)
        visits = [replace(one, windows=wider) if one.id == found.visit else one for one in visits]
    again = best_outing(timing_of(replace(problem, visits=tuple(visits))), team, moved, visits)
    if found.limit == "applicants":
        assert isinstance(again, Route) or again.limit != "applicants"
    else:
        assert isinstance(again, Route)
