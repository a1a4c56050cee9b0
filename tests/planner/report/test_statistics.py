"""The figures of the example: three teams, two days, numbers one can add up by hand."""

import json
from dataclasses import replace
from datetime import date

import pytest

from planner.report.contents import contents
from planner.report.statistics import legal_rows, margin, summary, summary_json, summary_text
from planner.report.words import columns
from planner.workdays import default_calendar
from tests.planner.report.a_dossier import MONDAY, a_dossier, an_empty_dossier


def test_counts_of_the_example() -> None:
    figures = summary(a_dossier())
    # 14 visits, V13 and V14 out; 199 people in visits and 8 refused, of whom 172 served; 13 passports
    assert (figures.visits_asked, figures.visits_served, figures.visits_out) == (14, 12, 2)
    assert (figures.applicants_asked, figures.applicants_served) == (207, 172)
    assert figures.passports_returned == 13
    assert figures.requests_refused == 1


def test_work_and_driving_are_sums_over_the_outings() -> None:
    dossier = a_dossier()
    figures = summary(dossier)
    routes = dossier.plan.routes
    assert figures.work_seconds == sum(route.back - route.leave for route in routes)
    assert figures.drive_seconds == sum(one.drive_seconds for one in contents(dossier).outings)
    assert figures.drive_share == pytest.approx(figures.drive_seconds / figures.work_seconds)
    # six shifts of 9.5 hours
    assert figures.shift_seconds == 6 * 9.5 * 3600
    assert figures.team_use == pytest.approx(figures.work_seconds / (57 * 3600))


def test_a_team_that_is_back_late_works_overtime() -> None:
    dossier = a_dossier()
    assert summary(dossier).overtime_seconds == 0
    late = replace(dossier.plan.routes[0], back=18 * 3600 + 900)
    plan = replace(dossier.plan, routes=(late, *dossier.plan.routes[1:]))
    assert summary(replace(dossier, plan=plan)).overtime_seconds == 900


def test_the_gap_is_a_share_of_the_cost_and_unknown_without_a_bound() -> None:
    dossier = a_dossier()
    # the bound lies 150 points below the cost of 18,420
    assert summary(dossier).gap == pytest.approx(150 / 18_420)
    unknown = replace(dossier, plan=replace(dossier.plan, lower_bound=None))
    assert summary(unknown).gap is None


def test_people_due_in_the_horizon_are_counted_and_those_covered() -> None:
    # V11: 6 people until Tue 8 Sep, served on Monday; V13: 22 people until Mon 7 Sep, out
    figures = summary(a_dossier())
    assert (figures.due_people, figures.due_covered) == (28, 6)


def test_margins_count_working_days_with_make_up_days() -> None:
    calendar = default_calendar()
    # Mon 14 to Mon 21 Sep 2026: five working days, and Sunday 20 Sep is worked
    assert margin(date(2026, 9, 14), date(2026, 9, 21), calendar) == 6
    assert margin(MONDAY, MONDAY, calendar) == 0
    assert margin(date(2026, 9, 9), MONDAY, calendar) == -2
    assert margin(MONDAY, None, calendar) is None
    assert margin(MONDAY, date(2035, 1, 1), calendar) is None


def test_the_tightest_visit_is_counted() -> None:
    figures = summary(a_dossier())
    # V11 on Monday, last lawful working day Tuesday; no other visit is nearer than three days
    assert figures.margin_min == 1
    assert figures.visits_tight == 1


def test_far_trips_are_counted_by_team() -> None:
    # Fuling is about 90 km by road from the division: two and a half hours at 36 km/h
    assert [(team.team_id, team.outings, team.far_trips) for team in summary(a_dossier()).teams] == [
        ("T1", 2, 0), ("T2", 2, 1), ("T3", 2, 0),
    ]  # fmt: skip


def test_everybody_is_in_the_list_of_legal_dates() -> None:
    rows = legal_rows(a_dossier())
    assert sum(row.count for row in rows) == 207
    assert [row.legal_date for row in rows] == sorted(row.legal_date for row in rows if row.legal_date)
    first, second = rows[:2]
    assert (first.count, first.covered, first.outing) == (22, False, None)
    assert (second.count, second.covered, second.call.order if second.call else 0) == (6, True, 3)


def test_a_visit_after_the_legal_date_does_not_cover() -> None:
    dossier = a_dossier()
    late = replace(dossier.plan.routes[0], date=date(2026, 9, 9))
    plan = replace(dossier.plan, routes=(late, *dossier.plan.routes[1:]))
    row = next(row for row in legal_rows(replace(dossier, plan=plan)) if row.request_id == "R-V11")
    assert not row.covered


def test_an_empty_week_has_figures_too() -> None:
    figures = summary(an_empty_dossier())
    assert (figures.visits_asked, figures.work_seconds, figures.drive_share, figures.margin_min) == (0, 0, None, None)
    assert "–" in summary_text(figures, "zh")
    assert "unknown" in summary_text(figures, "en")


def test_the_terminal_text_is_aligned_in_chinese() -> None:
    lines = summary_text(summary(a_dossier()), "zh").splitlines()
    table = [line for line in lines if line.startswith(("警组", "第一", "第二", "北碚"))]
    # labels differ in length, values begin in one column
    values = ["12 / 14", "172 / 207", "13"]
    assert len({columns(line[: line.index(value)]) for line, value in zip(lines, values, strict=False)}) == 1
    assert len({columns(line) for line in table[-4:]}) == 1


def test_a_name_cannot_write_over_the_terminal() -> None:
    dossier = a_dossier()
    inputs = dossier.facts.inputs
    teams = (replace(inputs.teams[0], name_zh="\x1b[2J警", name_en="\x1b[2Jx"), *inputs.teams[1:])
    evil = replace(dossier, facts=replace(dossier.facts, inputs=replace(inputs, teams=teams)))
    assert "\x1b" not in summary_text(summary(evil), "zh")


def test_the_json_holds_shares_and_dates() -> None:
    table = json.loads(summary_json(summary(a_dossier())))
    assert table["visits_out"] == 2
    assert table["team_days"][0]["date"] == "2026-09-07"
    assert 0 < table["teams"][0]["use"] < 1
