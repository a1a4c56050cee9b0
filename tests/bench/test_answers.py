"""Other solvers' answers become lawful plans: what breaks a rule moves where it fits, or stays unserved."""

from dataclasses import replace
from datetime import date

import numpy as np

from planner.model import Break, Window
from planner.problem import Problem, ProblemShift, ProblemTeam, ProblemVisit
from tests.bench.answers import impossible, lawful_plan
from tests.bench.peers.lanes import able, axis_of

MONDAY, TUESDAY = date(2026, 9, 7), date(2026, 9, 8)
HOUR = 3600


def world() -> Problem:
    """A base and two sites, 600 s from each other; one team, two dates from 8:00 to 17:00, two visits of an hour."""
    shifts = tuple(ProblemShift(day, 8 * HOUR, 17 * HOUR) for day in (MONDAY, TUESDAY))
    windows = tuple(Window(day, 9 * HOUR, 16 * HOUR) for day in (MONDAY, TUESDAY))
    return Problem(
        name="two visits",
        dates=(MONDAY, TUESDAY),
        seconds=np.array([[0, 600, 600], [600, 0, 600], [600, 600, 0]]),
        teams=(ProblemTeam("T1", 0, 0, frozenset({"ko"}), shifts),),
        visits=(
            ProblemVisit("A", 1, HOUR, windows, 50_000, applicants=10, date_costs=((TUESDAY, 300),)),
            ProblemVisit("B", 2, HOUR, windows, 40_000, applicants=10),
        ),
    )


def test_a_lawful_answer_stays_as_it_is() -> None:
    repaired = lawful_plan(world(), {("T1", MONDAY): ["A", "B"]})
    assert (repaired.plan.cost, repaired.taken_out, repaired.plan.unserved) == (1800, 0, ())


def test_a_visit_beyond_the_capacity_moves_to_the_other_date() -> None:
    problem = world()
    team = problem.teams[0]
    small = replace(problem, teams=(replace(team, shifts=tuple(replace(s, max_applicants=10) for s in team.shifts)),))
    repaired = lawful_plan(small, {("T1", MONDAY): ["A", "B"]})
    # B costs less unserved, so it is taken out; on Tuesday it costs 600 + 600.
    assert (repaired.taken_out, repaired.put_back, repaired.plan.cost) == (1, 1, 2400)
    assert [(route.date, route.stops[0].visit) for route in repaired.plan.routes] == [(MONDAY, "A"), (TUESDAY, "B")]


def test_a_visit_that_fits_nowhere_is_charged() -> None:
    problem = world()
    thai = replace(problem, visits=(problem.visits[0], replace(problem.visits[1], skills=frozenset({"th"}))))
    repaired = lawful_plan(thai, {("T1", MONDAY): ["A", "B"]})
    assert (repaired.taken_out, repaired.put_back, repaired.plan.cost) == (1, 0, 1200 + 40_000)
    assert [one.visit for one in repaired.plan.unserved] == ["B"]


def test_a_visit_without_an_able_team_is_impossible() -> None:
    problem = world()
    thai = replace(problem.visits[1], skills=frozenset({"th"}))
    far = replace(problem, seconds=np.array([[0, 600, 20_000], [600, 0, 600], [20_000, 600, 0]]))
    assert impossible(problem) == ()
    assert impossible(replace(problem, visits=(problem.visits[0], thai))) == (thai,)
    # Leaving at 8:00 and driving 20,000 s to B is in time (13:33), but one is back at 20:06 only.
    assert impossible(far) == (problem.visits[1],)


def test_a_visit_the_solver_left_out_is_put_where_it_pays() -> None:
    repaired = lawful_plan(world(), {("T1", MONDAY): ["B"]})
    assert (repaired.taken_out, repaired.put_back, repaired.plan.cost, repaired.plan.unserved) == (0, 1, 1800, ())


def test_a_break_the_solver_did_not_know_is_taken_at_a_stop() -> None:
    problem = world()
    rest = Break(HOUR, 9 * HOUR + 1800, 10 * HOUR)
    team = problem.teams[0]
    shifts = tuple(replace(shift, end=44_700, rest=rest) for shift in team.shifts)
    repaired = lawful_plan(replace(problem, teams=(replace(team, shifts=shifts),)), {("T1", MONDAY): ["A", "B"]})
    # A from 9:00 to 10:00, the break just in time until 11:00, B from 11:10 to 12:10, back at 12:20. Leaving after
    # 10:00, when none is needed, ends at 12:30: too late for a shift until 12:25.
    assert (repaired.taken_out, repaired.plan.routes[0].break_start, repaired.plan.routes[0].back) == (
        0,
        36_000,
        44_400,
    )


def test_dates_do_not_touch_on_the_common_axis() -> None:
    axis = axis_of(world())
    # The day ends at 17:00 (a shift, or 16:00 and an hour), and no drive from it reaches the next: 61,200 + 600 + 1.
    assert axis.day == 61_801
    assert [(lane.leave, lane.back) for lane in axis.lanes] == [(28_800, 61_200), (90_601, 123_001)]
    assert list(axis.windows(axis.problem.visits[0])) == [(MONDAY, 32_400, 57_600), (TUESDAY, 94_201, 119_401)]


def test_a_fixed_date_leaves_only_its_windows() -> None:
    axis = axis_of(world())
    fixed = replace(axis.problem.visits[0], fixed_date=TUESDAY)
    assert [day for day, _, _ in axis.windows(fixed)] == [TUESDAY]


def test_only_an_allowed_team_with_all_skills_is_able() -> None:
    problem = world()
    team, visit = problem.teams[0], problem.visits[0]
    assert able(team, visit) and able(team, replace(visit, skills=frozenset({"ko"}), teams=frozenset({"T1"})))
    assert not able(team, replace(visit, skills=frozenset({"ko", "th"})))
    assert not able(team, replace(visit, teams=frozenset({"T2"})))
    assert not able(team, replace(visit, fixed_team="T2"))
