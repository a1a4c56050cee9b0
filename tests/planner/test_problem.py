"""Problems: their JSON there and back, every mistake named, and how visits become one."""

import json
import time
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from planner.errors import BadInput
from planner.model import Base, Break, Group, Hours, Inputs, Place, Shift, Site, Team, Visit, Window
from planner.policy import Policy
from planner.problem import (
    Costs,
    Plan,
    Problem,
    ProblemVisit,
    Route,
    Stop,
    Unserved,
    build_problem,
    date_costs,
    is_due,
    locations_of,
    plan_from_json,
    plan_to_json,
    problem_from_json,
    problem_to_json,
    team_skills,
    unserved_cost,
)
from planner.workdays import Calendar, default_calendar
from tests.planner.tiny import tiny_problem

MON = date(2026, 9, 7)
HORIZON = tuple(MON + timedelta(day) for day in range(5))
HOUR = 3600


def good() -> dict[str, Any]:
    """The example of docs/format.md."""
    rest = {"seconds": 3600, "earliest": 41400, "latest": 46800}
    shift = {
        "date": "2026-09-07", "start": 30600, "end": 63000,
        "max_applicants": 60, "max_work_seconds": 28800, "break": rest,
    }  # fmt: skip
    visit = {
        "id": "V1", "location": 1, "service_seconds": 2700, "applicants": 12, "skills": ["ko"],
        "windows": [{"date": "2026-09-07", "earliest": 32400, "latest": 40500}],
        "date_costs": {"2026-09-08": 1800}, "unserved_cost": 72000,
    }  # fmt: skip
    return {
        "format": "visit-problem/1",
        "name": "two-teams-two-days",
        "dates": ["2026-09-07", "2026-09-08"],
        "travel": {"seconds": [[0, 900], [960, 0]]},
        "teams": [{"id": "T1", "start": 0, "end": 0, "skills": ["en", "ko"], "shifts": [shift]}],
        "visits": [visit],
        "costs": {"travel_second": 1, "work_second": 0, "team_date": 0},
    }


def good_plan() -> dict[str, Any]:
    stop = {"visit": "V1", "arrive": 32400, "start": 32400, "end": 35100}
    route = {
        "team": "T1",
        "date": "2026-09-07",
        "leave": 31500,
        "back": 46000,
        "stops": [stop],
        "break": {"start": 43000},
    }
    return {
        "format": "visit-plan/1", "problem": "two-teams-two-days", "cost": 4560, "lower_bound": 4500, "seed": 1,
        "seconds": 18.2, "routes": [route], "unserved": [{"visit": "V9", "reasons": ["no_window"]}],
    }  # fmt: skip


def put(table: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """The table with `value` at a path such as "visits.0.windows.0.latest"; ... takes the key away."""
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner: Any = table
    for step in steps:
        inner = inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return table


def mistakes(text: str) -> dict[str, str]:
    with pytest.raises(BadInput) as caught:
        problem_from_json(text, "p.json")
    assert all(mistake.zh and mistake.en for mistake in caught.value.mistakes)
    return {mistake.where.removeprefix("p.json, "): mistake.en for mistake in caught.value.mistakes}


# there and back


def test_the_example_is_read_as_it_is_written_down() -> None:
    problem = problem_from_json(json.dumps(good()))
    assert problem.dates == (MON, MON + timedelta(1))
    assert problem.seconds.dtype == np.int64
    assert problem.seconds.tolist() == [[0, 900], [960, 0]]
    assert problem.teams[0].shifts[0].rest == Break(3600, 41400, 46800)
    assert problem.visits[0] == ProblemVisit(
        "V1", 1, 2700, (Window(MON, 32400, 40500),), 72000, 12, frozenset({"ko"}),
        date_costs=((date(2026, 9, 8), 1800),),
    )  # fmt: skip


def test_what_is_left_out_has_its_default() -> None:
    table = good()
    for path in (
        "costs",
        "teams.0.end",
        "teams.0.skills",
        "visits.0.skills",
        "visits.0.date_costs",
        "visits.0.applicants",
    ):
        put(table, path, ...)
    problem = problem_from_json(json.dumps(table))
    team, visit = problem.teams[0], problem.visits[0]
    assert problem.costs == Costs(1, 0, 0)
    assert (team.end, visit.date_costs, visit.applicants) == (0, (), 0)
    assert team.skills == visit.skills == frozenset()
    assert problem.metres is None


def same(one: Problem, other: Problem) -> bool:
    return (
        (one.name, one.dates, one.teams, one.visits, one.costs)
        == (other.name, other.dates, other.teams, other.visits, other.costs)
        and np.array_equal(one.seconds, other.seconds)
        and (one.metres is None) == (other.metres is None)
        and (one.metres is None or other.metres is None or np.array_equal(one.metres, other.metres))
    )


@pytest.mark.parametrize("seed", range(10))
def test_a_problem_survives_writing_and_reading(seed: int) -> None:
    problem = tiny_problem(seed)
    text = problem_to_json(problem)
    again = problem_from_json(text)
    assert same(problem, again)
    assert problem_to_json(again) == text


def test_metres_and_chinese_names_survive() -> None:
    table = put(put(good(), "travel.metres", [[0, 12000], [13000, 0]]), "visits.0.id", '大学城-1 "<b>"')
    text = problem_to_json(problem_from_json(json.dumps(table)))
    assert "大学城-1" in text
    assert same(problem_from_json(text), problem_from_json(json.dumps(table)))


def test_an_empty_problem_is_a_problem() -> None:
    table = {**good(), "dates": [], "travel": {"seconds": []}, "teams": [], "visits": []}
    text = problem_to_json(problem_from_json(json.dumps(table)))
    assert problem_from_json(text).seconds.shape == (0, 0)


def test_the_matrix_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        problem_from_json(json.dumps(good())).seconds[0, 1] = 1


def test_a_matrix_of_a_million_cells_is_read_in_a_moment() -> None:
    size = 1001
    cells = np.arange(size * size).reshape(size, size) % 9000
    text = problem_to_json(Problem("big", (MON,), cells, (), ()))
    began = time.process_time()
    assert np.array_equal(problem_from_json(text).seconds, cells)
    assert time.process_time() - began < 3


# what is wrong, and where


def test_an_unknown_key_is_named_with_its_place_and_a_guess() -> None:
    table = put(good(), "visits.0.windows.0.lates", 5)
    assert mistakes(json.dumps(table)) == {"visits[0].windows[0].lates": "no such key; did you mean latest?"}


def test_a_key_like_no_other_lists_those_that_are_known() -> None:
    found = mistakes(json.dumps({**good(), "xyz": 1}))
    assert found["xyz"].startswith("no such key; known here: format, name, dates")


def test_all_mistakes_are_listed_at_once() -> None:
    table = good()
    for path, value in {
        "visits.0.location": 7, "visits.0.service_seconds": True, "teams.0.start": ..., "dates.1": "2026-09-06",
        "visits.0.windows.0.latest": 5,
    }.items():  # fmt: skip
        put(table, path, value)
    assert list(mistakes(json.dumps(table))) == [
        "dates[1]", "teams[0].start", "visits[0].location", "visits[0].service_seconds", "visits[0].windows[0]",
        "visits[0].date_costs.2026-09-08",
    ]  # fmt: skip


WRONG: list[tuple[str, object, str, str]] = [
    ("format", "visit-problem/2", "format", 'needs to be "visit-problem/1"'),
    ("name", ..., "name", "is missing"),
    ("name", 5, "name", "needs a text"),
    ("dates", "2026-09-07", "dates", "needs a list"),
    ("dates.0", "7.9.2026", "dates[0]", "YYYY-MM-DD"),
    ("dates.0", "20260907", "dates[0]", "YYYY-MM-DD"),
    ("dates.0", "2026-02-30", "dates[0]", "YYYY-MM-DD"),
    ("dates.1", "2026-09-07", "dates[1]", "each once"),
    ("travel", [], "travel", "needs an object"),
    ("travel.seconds.1", [960], "travel.seconds[1]", "list of 2 numbers"),
    ("travel.seconds.1", 960, "travel.seconds[1]", "list of 2 numbers"),
    ("travel.seconds.0.1", -1, "travel.seconds[0][1]", "whole number"),
    ("travel.seconds.0.1", True, "travel.seconds[0][1]", "whole number"),
    ("travel.seconds.0.1", 900.5, "travel.seconds[0][1]", "whole number"),
    ("travel.seconds.0.1", None, "travel.seconds[0][1]", "whole number"),
    ("travel.seconds.0.1", 2**31, "travel.seconds[0][1]", "2147483647"),
    ("travel.seconds.0.1", 10**30, "travel.seconds[0][1]", "2147483647"),
    ("travel.metres", [[0]], "travel.metres", "shape of travel.seconds"),
    ("teams", {}, "teams", "needs a list"),
    ("teams.0", "T1", "teams[0]", "needs an object"),
    ("teams.0.id", "", "teams[0].id", "needs a text"),
    ("teams.0.end", 2, "teams[0].end", "travel.seconds has 0 to 1"),
    ("teams.0.skills", ["en", 3], "teams[0].skills[1]", "needs a text"),
    ("teams.0.shifts.0.date", "2026-09-09", "teams[0].shifts[0].date", "not among the problem's dates"),
    ("teams.0.shifts.0.end", 30599, "teams[0].shifts[0]", "comes before start"),
    ("teams.0.shifts.0.max_applicants", None, "teams[0].shifts[0].max_applicants", "whole number"),
    ("teams.0.shifts.0.break.latest", 41399, "teams[0].shifts[0].break", "comes before earliest"),
    ("teams.0.shifts.0.break.seconds", 0, "teams[0].shifts[0].break.seconds", "leave it out"),
    ("visits.0.windows", ..., "visits[0].windows", "is missing"),
    ("visits.0.windows.0.date", "2026-09-09", "visits[0].windows[0].date", "not among the problem's dates"),
    ("visits.0.windows.0.earliest", 40501, "visits[0].windows[0]", "comes before earliest"),
    ("visits.0.teams", ["T9"], "visits[0].teams[0]", "no such team"),
    ("visits.0.date_costs", [], "visits[0].date_costs", "needs an object"),
    ("visits.0.date_costs", {"2026-09-08": -1}, "visits[0].date_costs.2026-09-08", "whole number"),
    ("visits.0.date_costs", {"2026-09-10": 1}, "visits[0].date_costs.2026-09-10", "not among the problem's dates"),
    ("visits.0.unserved_cost", 2**40, "visits[0].unserved_cost", "whole number"),
    ("visits.0.fixed", {}, "visits[0].fixed", "fixes nothing"),
    ("visits.0.fixed", {"team": "T9"}, "visits[0].fixed.team", "no such team"),
    ("visits.0.fixed", {"date": "2026-09-10"}, "visits[0].fixed.date", "not among the problem's dates"),
    ("costs.travel_second", 10**9, "costs.travel_second", "1000000"),
    ("visits.0.id", "\ud800", "visits[0].id", "lone surrogate"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "where", "says"), WRONG)
def test_each_broken_rule_is_named_where_it_stands(path: str, value: object, where: str, says: str) -> None:
    found = mistakes(json.dumps(put(good(), path, value)))
    assert says in found[where]


def test_ids_and_shift_dates_are_used_once() -> None:
    table = good()
    table["teams"].append(json.loads(json.dumps(table["teams"][0])))
    table["visits"] *= 2
    table["teams"][0]["shifts"] *= 2
    assert set(mistakes(json.dumps(table))) == {"teams[1].id", "visits[1].id", "teams[0].shifts[1].date"}


def test_a_key_that_stands_twice_is_not_guessed_around() -> None:
    text = json.dumps(good()).replace('"service_seconds": 2700', '"service_seconds": 2700, "service_seconds": 60')
    assert mistakes(text) == {"visits[0].service_seconds": "this key stands twice; keep one"}


def test_many_wrong_cells_are_counted_not_all_listed() -> None:
    table = put(good(), "travel.seconds", [[-1] * 30 for _ in range(30)])
    found = mistakes(json.dumps(table))
    assert found["travel.seconds"].startswith("880 more cells")
    assert len(found) == 21


@pytest.mark.parametrize("text", ["", "{", "[]", "5", '{"format": NaN}', "[" * 100_000, '{"cost": ' + "9" * 5000 + "}"])
def test_what_is_no_problem_is_bad_input_and_nothing_else(text: str) -> None:
    for read in (problem_from_json, plan_from_json):
        with pytest.raises(BadInput):
            read(text, "x")


def test_a_hostile_key_is_shortened_and_can_be_printed() -> None:
    [where] = [one for one in mistakes(json.dumps({**good(), "\udc00" + "a" * 10_000: 1})) if one not in good()]
    assert len(where) < 100
    where.encode("utf-8")


# plans


def test_a_plan_survives_writing_and_reading() -> None:
    plan = Plan(
        "p", 4560,
        (Route("T1", MON, 31500, 46000, (Stop("V1", 32400, 32400, 35100),), 43000),),
        (Unserved("V9", ("no_window",)),), 4500, 1, 18.2, "effort 3",
    )  # fmt: skip
    assert plan_from_json(plan_to_json(plan)) == plan
    assert plan_from_json(plan_to_json(Plan("p", 0, ()))) == Plan("p", 0, ())


def test_seconds_are_written_to_the_millisecond() -> None:
    assert '"seconds": 0.123' in plan_to_json(Plan("p", 0, (), seconds=0.12345))


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("cost", ..., "cost"),
        ("cost", 1.5, "cost"),
        ("lower_bound", "4500", "lower_bound"),
        ("seconds", -1, "seconds"),
        ("seconds", True, "seconds"),
        ("routes.0.break", 43000, "routes[0].break"),
        ("routes.0.stops", [], "routes[0].stops"),
        ("routes.0.date", "yesterday", "routes[0].date"),
        ("routes.0.stops.0.arive", 1, "routes[0].stops[0].arive"),
        ("unserved.0.reasons", "no_window", "unserved[0].reasons"),
    ],
)
def test_each_mistake_of_a_plan_is_named(path: str, value: object, where: str) -> None:
    with pytest.raises(BadInput) as caught:
        plan_from_json(json.dumps(put(good_plan(), path, value)))
    assert where in [mistake.where for mistake in caught.value.mistakes]


# from visits to the problem


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return default_calendar()


def visit(**changes: object) -> Visit:
    values: dict[str, Any] = {
        "id": "V1", "request_id": "R1", "organisation_id": "O1", "site_id": "S1", "work": "acceptance", "session": 1,
        "sessions": 1, "applicants": 12, "groups": (), "service_seconds": 2700, "skills": ("kit:acceptance",),
        "windows": tuple(Window(day, 9 * HOUR, 11 * HOUR) for day in HORIZON),
    }  # fmt: skip
    return Visit(**(values | changes))


def team(**changes: object) -> Team:
    values: dict[str, Any] = {
        "id": "T1", "name_zh": "甲", "name_en": "A", "base_id": "B2", "officers": 2, "desks": 2,
        "languages": ("en", "ko"),
    }  # fmt: skip
    return Team(**(values | changes))


def inputs() -> Inputs:
    place = Place(29.5, 106.5)
    return Inputs(
        sites=tuple(Site(f"S{n}", "O1", "", "", place) for n in (1, 2, 3)),
        bases=tuple(Base(f"B{n}", "", "", place) for n in (1, 2)),
        teams=(team(),),
        shifts=(
            Shift("T1", MON + timedelta(1), Hours(8 * HOUR, 17 * HOUR), Break(0, 1, 2), 60, 9 * HOUR),
            Shift("T1", MON, Hours(8 * HOUR, 17 * HOUR)),
            Shift("T1", MON - timedelta(3), Hours(8 * HOUR, 17 * HOUR)),
        ),
    )


def test_places_are_the_bases_of_teams_then_the_sites_of_visits_each_once() -> None:
    found = locations_of([visit(site_id="S3"), visit(site_id="S1"), visit(site_id="S3")], inputs())
    assert [(one.kind, one.id) for one in found] == [("base", "B2"), ("site", "S1"), ("site", "S3")]


def test_a_team_speaks_any_of_the_languages_asked_for() -> None:
    words = {"language:th/en", "language:th", "desks:3", "kind:journalist"}
    skills = team_skills(team(kinds=("study", "work")), words)
    assert skills == {
        "language:en", "language:ko", "language:th/en", "kit:acceptance", "kit:interview", "desks:1", "desks:2",
        "kind:study", "kind:work",
    }  # fmt: skip


def test_a_team_without_named_kinds_may_accept_all_six() -> None:
    assert sum(skill.startswith("kind:") for skill in team_skills(team(), ())) == 6


def test_the_interview_kit_takes_no_applications() -> None:
    assert "kit:acceptance" not in team_skills(team(kits=("interview",)), ())


def test_the_problem_has_the_horizons_shifts_in_order_and_no_empty_break(calendar: Calendar) -> None:
    visits = (visit(site_id="S3"),)
    places = locations_of(visits, inputs())
    matrix = np.array([[0, 900], [960, 0]])
    problem = build_problem("p", visits, inputs(), places, matrix, matrix * 10, Policy(), calendar, HORIZON)
    assert [shift.date for shift in problem.teams[0].shifts] == [MON, MON + timedelta(1)]
    assert problem.teams[0].shifts[1].rest is None
    assert (problem.teams[0].start, problem.visits[0].location) == (0, 1)
    assert problem.costs == Costs(1, 0, 900)
    assert same(problem_from_json(problem_to_json(problem)), problem)


def test_a_matrix_of_another_size_is_refused(calendar: Calendar) -> None:
    places = locations_of((visit(),), inputs())
    with pytest.raises(ValueError, match="2 locations"):
        build_problem("p", (visit(),), inputs(), places, np.zeros((3, 3), np.int64), None, Policy(), calendar, HORIZON)


def test_windows_that_overlap_become_one(calendar: Calendar) -> None:
    windows = (Window(MON, 9, 20), Window(MON, 12, 15), Window(MON, 21, 30), Window(MON, 40, 50))
    visits = (visit(windows=windows),)
    places = locations_of(visits, inputs())
    problem = build_problem(
        "p", visits, inputs(), places, np.zeros((2, 2), np.int64), None, Policy(), calendar, HORIZON
    )
    assert problem.visits[0].windows == (Window(MON, 9, 30), Window(MON, 40, 50))


def test_waiting_costs_a_little_and_the_end_of_the_legal_time_more(calendar: Calendar) -> None:
    # Last working day Thursday the 10th; comfortable are 5 working days before it.
    # Mon: 3 left, 2 too few: 600. Tue: 60 waiting + 900. Wed: 120 + 1,200. Thu: 180 + 1,500. Fri: no window.
    windows = tuple(Window(day, 9, 10) for day in HORIZON[:4])
    costs = date_costs(visit(windows=windows, last_workday=HORIZON[3]), Policy(), calendar, HORIZON)
    assert list(costs.values()) == [600, 960, 1320, 1680]


def test_a_promised_visit_costs_the_same_on_every_date(calendar: Calendar) -> None:
    assert date_costs(visit(last_workday=MON, promised=True), Policy(), calendar, HORIZON) == {}


def test_a_return_costs_more_for_each_day_after_it_is_wanted(calendar: Calendar) -> None:
    # Wanted by Wednesday: Thursday waits 3 days and is 1 late, 180 + 300; Friday 240 + 600.
    costs = date_costs(visit(work="return", wanted_by=HORIZON[2]), Policy(), calendar, HORIZON)
    assert list(costs.values()) == [60, 120, 480, 840]


def test_due_is_what_cannot_wait_for_the_next_plans_teams(calendar: Calendar) -> None:
    # The horizon ends on Friday the 11th; the third working day after it is Wednesday the 16th.
    assert is_due(visit(last_workday=date(2026, 9, 15)), calendar, HORIZON)
    assert not is_due(visit(last_workday=date(2026, 9, 16)), calendar, HORIZON)
    assert is_due(visit(promised=True), calendar, HORIZON)
    assert not is_due(visit(work="return"), calendar, HORIZON)


def test_leaving_out_urgent_people_costs_most(calendar: Calendar) -> None:
    # Entered 10 August: lawful to 9 September, urgent. Entered 7 September: to 7 October, not urgent.
    groups = (
        Group("study", "first", 5, "en", date(2026, 8, 10)),
        Group("study", "first", 7, "en", date(2026, 9, 7)),
    )
    policy = Policy()
    later = visit(groups=groups, last_workday=date(2026, 9, 30))
    due = visit(groups=groups, last_workday=date(2026, 9, 9))
    assert unserved_cost(later, policy, calendar, HORIZON) == 60_000 + 12 * 1_000
    assert unserved_cost(due, policy, calendar, HORIZON) == 72_000 + 1_000_000 + 5 * 100_000
    assert unserved_cost(visit(work="return", applicants=0, passports=9), policy, calendar, HORIZON) == 69_000
