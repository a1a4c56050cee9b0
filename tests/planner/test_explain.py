"""Reasons: each is found in a tiny world made for it, and its remedy is what would help."""

import time
from dataclasses import replace
from datetime import timedelta
from random import Random

import numpy as np
import pytest

from planner.explain import explain, explain_placement
from planner.model import Break, Window
from planner.outings import best_outing, timing_of
from planner.problem import Costs, Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route, Unserved
from planner.reasons import Reason
from tests.planner.outing_world import MON, TUE, at, planned, shift, visit, world
from tests.planner.tiny import brute_force, tiny_problem


def why(problem: Problem, *made: str, of: str = "V") -> tuple[Reason, ...]:
    return explain(problem, planned(problem, *made))[of]


def facts(reason: Reason) -> dict[str, str | int]:
    assert reason.sentence("zh")
    assert reason.sentence("en")
    assert reason.remedy("zh")
    assert reason.remedy("en")
    return dict(reason.facts)


def test_no_team_speaks_the_language() -> None:
    [found] = why(world([visit("V", skills=frozenset({"language:th/ko", "language:en"}))]))
    assert found.code == "no_team_has_skill"
    assert facts(found)["skills_en"] == "the language th or ko"


def test_each_skill_exists_but_not_in_one_team() -> None:
    teams = [
        ProblemTeam("T1", 0, 0, frozenset({"a", "b"}), (shift(),)),
        ProblemTeam("T2", 0, 0, frozenset({"c"}), (shift(),)),
    ]
    [found] = why(world([visit("V", skills=frozenset({"a", "b", "c"}))], teams))
    assert found.code == "no_team_has_all_skills"
    assert (facts(found)["team"], facts(found)["skills_en"]) == ("T1", "c")


def test_the_only_allowed_team_lacks_the_skill() -> None:
    teams = [
        ProblemTeam("T1", 0, 0, frozenset(), (shift(),)),
        ProblemTeam("T2", 0, 0, frozenset({"a"}), (shift(),)),
    ]
    for one in (visit("V", teams=frozenset({"T1"})), visit("V", fixed_team="T1")):
        [found] = why(world([replace(one, skills=frozenset({"a"}))], teams))
        assert found.code == "allowed_teams_unable"
        assert (facts(found)["teams"], facts(found)["able"]) == ("T1", "T2")


def test_no_team_at_all_is_allowed() -> None:
    [found] = why(world([visit("V", teams=frozenset())]))
    assert (found.code, facts(found)["teams"]) == ("allowed_teams_unable", "–")


def test_no_hours_on_any_date() -> None:
    [found] = why(world([visit("V", windows=())]))
    assert found.code == "no_window"


def test_no_hours_on_the_fixed_date() -> None:
    [found] = why(world([visit("V", fixed_date=TUE)]))
    assert found.code == "fixed_date_closed"
    assert facts(found)["dates"] == "2026-09-07"


def test_nobody_works_on_its_dates() -> None:
    [found] = why(world([visit("V", windows=(Window(TUE, 1, 50_000),))]))
    assert found.code == "no_shift_on_open_dates"
    assert found.remedy("en") == "Roster one of T1 on one of 2026-09-08."


def test_too_many_people_for_any_shift() -> None:
    teams = [ProblemTeam("T1", 0, 0, frozenset(), (shift(max_applicants=8),))]
    [found] = why(world([visit("V", applicants=10)], teams))
    assert found.code == "alone_applicants"
    assert (facts(found)["limit"], facts(found)["over"]) == (8, 2)


def test_its_hours_end_before_anybody_can_be_there() -> None:
    # Leaving at 08:30, half an hour on the road: 09:00. Starts are possible until 08:40.
    [found] = why(world([visit("V", earliest="08:00", latest="08:40")]))
    assert found.code == "alone_window"
    assert (facts(found)["at"], facts(found)["minutes"]) == ("09:00", 20)


def test_nobody_would_be_back_in_time_because_it_opens_too_late() -> None:
    # Start at 16:30, an hour's service, half an hour home: 18:00, half an hour after the shift.
    [found] = why(world([visit("V", earliest="16:30", latest="16:40")]))
    assert found.code == "alone_opens_late"
    assert found.remedy("en").startswith("Open 30 minutes earlier on 2026-09-07")


def test_nobody_would_be_back_in_time_because_it_takes_too_long() -> None:
    # 08:30 + 30 min + 9 h + 30 min = 18:30, one hour after the shift.
    [found] = why(world([visit("V", service_seconds=9 * 3600)]))
    assert found.code == "alone_shift"
    assert (facts(found)["at"], facts(found)["minutes"]) == ("18:30", 60)


def test_it_takes_more_work_than_a_day_may_have() -> None:
    # Half an hour, 3 hours, half an hour are 4 hours; 3.5 are allowed.
    teams = [ProblemTeam("T1", 0, 0, frozenset(), (shift(max_work_seconds=12_600),))]
    [found] = why(world([visit("V", service_seconds=3 * 3600)], teams))
    assert found.code == "alone_work"
    assert (facts(found)["work"], facts(found)["limit"], facts(found)["minutes"]) == (240, 210, 30)


def test_it_leaves_no_time_for_the_break() -> None:
    # Service 11:00 to 15:00 exactly; the break would begin at 10:30 + or at 15:00, latest is 14:40.
    # Before the service it would have to end by 11:00, but it may not begin before 11:30.
    rest = Break(3600, at("11:30"), at("14:40"))
    teams = [ProblemTeam("T1", 0, 0, frozenset(), (shift(rest=rest),))]
    [found] = why(world([visit("V", earliest="11:00", latest="11:00", service_seconds=4 * 3600)], teams))
    assert found.code == "alone_break"
    assert (facts(found)["minutes"], facts(found)["latest"]) == (20, "14:40")


def test_several_limits_at_once_are_said_to_be_several() -> None:
    # Starts until 08:40, which nobody reaches, and lasts until long after the shift.
    [found] = why(world([visit("V", earliest="08:00", latest="08:40", service_seconds=9 * 3600)]))
    assert found.code == "alone_several"
    assert facts(found)["limits"] == 2


def test_the_outing_is_full_by_the_clock() -> None:
    # A: 09:00-16:30. V after it: drive half an hour, 17:00-18:00, home 18:30: an hour after the shift.
    # V before it: 09:00-10:00, A at 10:30, which has to start by 09:00: 90 minutes late (and the shift).
    a = visit("A", latest="09:00", service_seconds=27_000)
    [found] = why(world([a, visit("V", 2, latest="17:00")]), "A")
    assert found.code == "no_room_shift"
    assert (facts(found)["team"], facts(found)["minutes"], facts(found)["at"]) == ("T1", 60, "18:30")


def test_the_outing_is_full_because_another_visit_would_start_late() -> None:
    # V can start at 09:00 only; A at the other place then starts at 10:30 instead of 10:15 at the latest.
    problem = world([visit("A", latest="10:15"), visit("V", 2, latest="09:00")])
    [found] = why(problem, "A")
    assert found.code == "no_room_window"
    assert (facts(found)["late"], facts(found)["at"], facts(found)["minutes"]) == ("A", "10:30", 15)


def test_the_outing_is_full_of_people() -> None:
    teams = [ProblemTeam("T1", 0, 0, frozenset(), (shift(max_applicants=15),))]
    [found] = why(world([visit("A"), visit("V", 2)], teams), "A")
    assert found.code == "no_room_applicants"
    assert found.remedy("en").startswith("Raise the limit of team T1 on 2026-09-07 by 5 applicants")


def test_it_fits_but_costs_more_than_leaving_it_out() -> None:
    # There and back 3,600 points and 900 for sending a team at all: 4,500; leaving it out 4,000.
    [found] = why(world([visit("V", unserved_cost=4000)]))
    assert found.code == "too_dear"
    assert (facts(found)["points"], facts(found)["unserved"], facts(found)["minutes"]) == (4500, 4000, 60)


def test_a_plan_that_overlooks_a_gain_is_told_so() -> None:
    # Beside A at the same place V costs nothing more at all.
    [found] = why(world([visit("A"), visit("V")]), "A")
    assert found.code == "could_be_added"
    assert (facts(found)["points"], facts(found)["team"]) == (0, "T1")


def test_why_here_tells_what_it_adds_and_what_other_dates_and_teams_would() -> None:
    # T1 makes A and V at one place on Monday: V adds nothing. On Tuesday T1 would drive an hour for V: 3,600 + 900.
    # T2 cannot: no English. T3 on Monday is full of people.
    english = frozenset({"language:en"})
    teams = [
        ProblemTeam("T1", 0, 0, english, (shift(), shift(TUE))),
        ProblemTeam("T2", 0, 0, frozenset(), (shift(),)),
        ProblemTeam("T3", 0, 0, english, (shift(max_applicants=5),)),
    ]
    both = (Window(MON, at("09:00"), at("16:00")), Window(TUE, at("09:00"), at("16:00")))
    problem = world([visit("A"), visit("V", windows=both, skills=english)], teams)
    here, tuesday, monday, unable = explain_placement(problem, planned(problem, "A", "V"), "V")
    assert (here.code, facts(here)["points"], facts(here)["minutes"], facts(here)["start"]) == (
        "placed_here",
        0,
        0,
        "10:00",
    )
    assert (tuesday.code, facts(tuesday)["date"]) == ("elsewhere_possible", "2026-09-08")
    assert (facts(tuesday)["points"], facts(tuesday)["minutes"]) == ("+4500", "+60")
    assert (monday.code, facts(monday)["team"], facts(monday)["over"]) == ("elsewhere_applicants", "T3", 5)
    assert (unable.code, facts(unable)["team"]) == ("team_lacks_skills", "T2")


def test_what_is_settled_beforehand_is_said_first() -> None:
    problem = world([visit("V", fixed_date=MON, fixed_team="T1")])
    codes = [one.code for one in explain_placement(problem, planned(problem, "V"), "V")]
    assert codes == ["placed_here", "placed_on_fixed_date", "placed_with_fixed_team", "only_here"]


def test_asking_why_here_for_a_visit_left_out_tells_why_it_is_out() -> None:
    problem = world([visit("V", windows=())])
    assert [one.code for one in explain_placement(problem, planned(problem), "V")] == ["no_window"]
    with pytest.raises(KeyError):
        explain_placement(problem, planned(problem), "W")


def test_routes_that_name_what_is_not_there_are_passed_over() -> None:
    problem = world([visit("A"), visit("V")])
    plan = planned(problem, "A", "V")
    [route] = plan.routes
    for strange in (
        replace(route, team="T9"),
        replace(route, date=TUE),
        replace(route, stops=(replace(route.stops[0], visit="W"),)),
    ):
        assert [one.code for one in explain_placement(problem, replace(plan, routes=(strange,)), "V")] == [
            "could_be_added"
        ]
    assert explain(problem, replace(plan, unserved=(Unserved("W"),))) == {}


@pytest.mark.parametrize("seed", range(40))
def test_every_unserved_visit_of_an_exact_plan_has_a_reason_and_none_could_be_added(seed: int) -> None:
    problem = tiny_problem(seed, visits=5, teams=1 + seed % 2)
    _, plan = brute_force(problem)
    found = explain(problem, plan)
    assert found.keys() == {one.visit for one in plan.unserved}
    for reasons in found.values():
        assert reasons
        assert all(facts(one) and one.code != "could_be_added" for one in reasons)
    for route in plan.routes:
        for stop in route.stops:
            assert explain_placement(problem, plan, stop.visit)[0].code == "placed_here"


NO_ROOM = {f"no_room_{limit}" for limit in ("applicants", "window", "shift", "work", "break", "several")}


def test_three_hundred_visits_are_explained_in_a_moment() -> None:
    """Forty unserved of 300, eight teams, ten dates, four visits an outing, breaks and work limits."""
    random = Random(5)
    days = tuple(MON + timedelta(offset) for offset in range(10))
    points = [(random.random() * 700, random.random() * 700) for _ in range(301)]
    seconds = np.array([[int(abs(a - c) + abs(b - d)) for c, d in points] for a, b in points], dtype=np.int64)
    rest = Break(3600, at("11:30"), at("13:00"))
    shifts = tuple(ProblemShift(day, at("08:30"), at("18:00"), 90, 9 * 3600, rest) for day in days)
    teams = tuple(ProblemTeam(f"T{n}", 0, 0, frozenset(), shifts) for n in range(8))
    windows = tuple(Window(day, at("09:00"), at("15:00")) for day in days)
    visits = tuple(ProblemVisit(f"V{n}", n + 1, 6600, windows, 60_000, 20) for n in range(300))
    problem = Problem("big", days, seconds, teams, visits, Costs(1, 0, 900))
    timing, routes, left = timing_of(problem), [], list(visits)
    for team in teams:
        for one in team.shifts:
            made, left = left[:3], left[3:]
            route = best_outing(timing, team, one, made) if made else None
            routes += [route] if isinstance(route, Route) else []
    served = {stop.visit for route in routes for stop in route.stops}
    out = tuple(Unserved(one.id) for one in visits if one.id not in served)
    began = time.process_time()
    found = explain(problem, Plan("big", 0, tuple(routes), out[:40]))
    assert len(routes) == 80
    assert {one.code for reasons in found.values() for one in reasons} <= NO_ROOM
    assert len(found) == 40
    assert time.process_time() - began < 6  # measured: well under 2 s alone on one core
