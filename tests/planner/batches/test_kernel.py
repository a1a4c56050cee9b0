"""The kernel's times, feasibility and cost, against the exact oracle of tiny.py, which shares no code with it."""

from collections.abc import Iterator
from random import Random

import numpy as np
import pytest

from planner.batches.arrays import BIG, FROM, LOCATION, TO, Arrays, Visits, arrays_of
from planner.batches.clocks import at_base, back_by, can_go_on, serve_before, serve_next
from planner.batches.compiled import compiled
from planner.batches.kernel import batch_cost, least_work, timetable
from planner.batches.routes import plan_of
from planner.check import check, cost_of
from planner.model import Break, Window
from planner.problem import Costs, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route
from tests.planner.tiny import MONDAY, RULES, best_route, tiny_problem

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


def test_a_timetable_keeps_every_rule_of_the_checker() -> None:
    """The checker shares no code with the kernel; the cost it finds is the kernel's and what the others cost."""
    seen = 0
    for problem, arrays, s, _, _, batch in random_batches(range(300, 400), 10):
        order = np.array(batch)
        points = int(batch_cost(arrays, s, order, len(batch)))
        if points >= BIG:
            continue
        keys = arrays_of(problem)[1]
        cost = points + sum(v.unserved_cost for n, v in enumerate(problem.visits) if n not in batch)
        checked = check(problem, plan_of(problem, arrays, keys, [(s, order)], cost, None, 1, 0.0))
        assert checked.breaches == (), (problem.name, s, batch)
        assert checked.cost == cost and checked.served == len(batch)
        seen += 1
    assert seen > 100


@compiled
def fits(p: Arrays, s: int, batch: Visits, place: int, v: int) -> bool:
    """Whether v goes before `place` of the batch, by the clocks alone: forward up to it, backward from it."""
    open_, done = at_base(p, s)
    here = p.shifts[s, FROM]
    for k in range(place):
        open_, done = serve_next(p, s, open_, done, here, k > 0, batch[k])
        here = p.visits[batch[k], LOCATION]
    by_open, by_done = back_by(p, s)
    there = p.shifts[s, TO]
    for k in range(len(batch) - 1, place - 1, -1):
        by_open, by_done = serve_before(p, s, by_open, by_done, there, batch[k])
        there = p.visits[batch[k], LOCATION]
    open_, done = serve_next(p, s, open_, done, here, place > 0, v)
    if open_ >= BIG and done >= BIG:
        return False
    return can_go_on(p, s, open_, done, p.visits[v, LOCATION], there, by_open, by_done, True)


def test_the_clocks_say_of_every_place_whether_a_visit_fits_there() -> None:
    """Forward and backward clocks meet where the visit goes; the whole batch walked anew gives the same answer.

    Work limits are left out: they need strands, not clocks.
    """
    answers = {True: 0, False: 0}
    rules = [rule for rule in RULES if rule not in ("work_limit", "capacity", "work_second")]
    for seed in range(150):
        problem = tiny_problem(seed, visits=6, rules=rules)
        arrays, keys = arrays_of(problem)
        random = Random(seed)
        for _ in range(6):
            s = random.randrange(len(keys))
            able = [v for v in range(6) if arrays.allowed[v, s]]
            if len(able) < 2:
                continue
            batch = random.sample(able, random.randint(2, min(4, len(able))))
            v = batch.pop()
            for place in range(len(batch) + 1):
                whole = [*batch[:place], v, *batch[place:]]
                answer = int(batch_cost(arrays, s, np.array(whole), len(whole))) < BIG
                assert fits(arrays, s, np.array(batch), place, v) == answer, (problem.name, s, batch, place, v)
                answers[answer] += 1
    assert min(answers.values()) > 200


def test_a_break_that_only_a_stop_on_the_way_allows() -> None:
    """The rest begins between 11:30 and 11:40. V1 ends at 11:30 and is followed by a drive of an hour to V2, at
    which the rest would begin at 12:30: only after V1 it can be, and without V1 there is no lawful way to V2."""
    rest = Break(30, 690, 700)
    team = ProblemTeam("T1", 0, 0, frozenset(), (ProblemShift(MONDAY, 600, 1080, rest=rest),))
    visits = (
        ProblemVisit("V1", 1, 30, (Window(MONDAY, 660, 660),), 1000),
        ProblemVisit("V2", 2, 30, (Window(MONDAY, 700, 800),), 1000),
    )
    drive = np.array([[0, 60, 120], [60, 0, 60], [120, 60, 0]])
    problem = Problem("on-the-way", (MONDAY,), drive, (team,), visits, Costs(1, 0, 0))
    arrays, _ = arrays_of(problem)
    assert int(batch_cost(arrays, 0, np.array([0, 1]), 2)) == 60 + 60 + 120
    assert int(batch_cost(arrays, 0, np.array([1]), 1)) >= BIG
    _, _, rest_start, rows = timetable(arrays, 0, np.array([0, 1]), 2)
    assert (int(rest_start), rows[1].tolist()) == (690, [780, 780, 810])  # 690 + 30 + 60


def test_windows_that_overlap_or_touch_are_one() -> None:
    """9:00-9:10, 9:05-9:30 and 9:31-10:00 hold the same starts as 9:00-10:00."""
    team = ProblemTeam("T1", 0, 0, frozenset(), (ProblemShift(MONDAY, 480, 1080),))
    spans = (Window(MONDAY, 571, 600), Window(MONDAY, 545, 570), Window(MONDAY, 540, 550))
    visit = ProblemVisit("V1", 0, 30, spans, 1000)
    arrays, _ = arrays_of(Problem("one", (MONDAY,), np.zeros((1, 1), dtype=np.int64), (team,), (visit,), Costs()))
    assert arrays.windows.tolist() == [[540, 600]]
