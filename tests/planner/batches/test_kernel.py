"""The kernel's times, feasibility and cost, against the exact oracle of tiny.py, which shares no code with it."""

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest

from planner.batches.arrays import BIG, Arrays, arrays_of
from planner.batches.kernel import batch_cost, least_work, timetable
from planner.check import cost_of
from planner.model import Window
from planner.problem import Costs, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route
from tests.planner.tiny import MONDAY, best_route, tiny_problem

Case = tuple[Problem, Arrays, int, ProblemTeam, ProblemShift, list[int]]


def random_batches(seeds: range, each: int) -> Iterator[Case]:
    """Random orders of one to four visits on random shifts of tiny problems with every rule."""
    for seed in seeds:
        problem = tiny_problem(seed)
        arrays, keys = arrays_of(problem)
        random = Random(seed)
        teams = {team.id: team for team in problem.teams}
        for _ in range(each):
            s = random.randrange(len(keys))
            team = teams[keys[s][0]]
            shift = next(one for one in team.shifts if one.date == keys[s][1])
            batch = random.sample(range(len(problem.visits)), random.randint(1, min(4, len(problem.visits))))
            yield problem, arrays, s, team, shift, batch


def points_of(problem: Problem, route: Route) -> int:
    """The route's points without what the visits outside it cost."""
    served = {stop.visit for stop in route.stops}
    return cost_of(problem, [route]) - sum(v.unserved_cost for v in problem.visits if v.id not in served)


def oracle(problem: Problem, team: ProblemTeam, shift: ProblemShift, visits: list[ProblemVisit]) -> Route | None:
    """The best route in this order, or None where a rule forbids it."""
    for visit in visits:
        wrong_team = visit.fixed_team not in (None, team.id) or (visit.teams is not None and team.id not in visit.teams)
        if not visit.skills <= team.skills or wrong_team or visit.fixed_date not in (None, shift.date):
            return None
    if shift.max_applicants is not None and sum(visit.applicants for visit in visits) > shift.max_applicants:
        return None
    return best_route(problem, team, shift, visits)


def test_a_batch_costs_what_the_oracle_says_or_is_refused_where_it_finds_nothing() -> None:
    feasible = 0
    for problem, arrays, s, team, shift, batch in random_batches(range(120), 12):
        route = oracle(problem, team, shift, [problem.visits[v] for v in batch])
        points = int(batch_cost(arrays, s, np.array(batch), len(batch)))
        assert points == (BIG if route is None else points_of(problem, route)), (problem.name, s, batch)
        feasible += route is not None
    assert feasible > 100


def test_a_timetable_is_what_its_cost_says() -> None:
    """The times of a feasible batch: back - leave is the least work, each arrival is the last end plus the drive."""
    seen = 0
    for problem, arrays, s, team, shift, batch in random_batches(range(120, 200), 12):
        order = np.array(batch)
        if int(batch_cost(arrays, s, order, len(batch))) >= BIG:
            continue
        leave, back, rest, rows = timetable(arrays, s, order, len(batch))
        assert back - leave == least_work(arrays, s, order, len(batch))[0]
        assert shift.start <= leave and back <= shift.end
        assert rest < 0 or shift.rest is not None
        first = problem.visits[batch[0]].location
        assert rows[0, 0] == leave + problem.seconds[team.start, first]
        seen += 1
    assert seen > 60


@pytest.mark.parametrize("hours", [(540, 720), (540, 600)])
def test_leaving_later_saves_the_wait(hours: tuple[int, int]) -> None:
    """Open from 9:00, a drive of 10 minutes: the team leaves at 8:50, not at 8:00, and works 10 + 30 + 10."""
    opens, closes = hours
    team = ProblemTeam("T1", 0, 0, frozenset(), (ProblemShift(MONDAY, 480, 1080),))
    visit = ProblemVisit("V1", 1, 30, (Window(MONDAY, opens, closes),), 1000)
    problem = Problem("one", (MONDAY,), np.array([[0, 10], [10, 0]]), (team,), (visit,), Costs(1, 1, 0))
    arrays, _ = arrays_of(problem)
    assert tuple(map(int, least_work(arrays, 0, np.array([0]), 1))) == (50, 530)
    assert int(batch_cost(arrays, 0, np.array([0]), 1)) == 20 + 50
