"""The plan as tables: who is visited when, who is left out and why, which passports come back."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.dossier import Dossier
from planner.io.export import plan_pages, write_tables
from planner.io.sheets import csv_sheet
from planner.problem import Plan
from planner.reasons import CATALOGUE
from planner.workdays import Calendar, default_calendar
from tests.planner.io.a_plan import INPUTS, MONDAY, V1, a_plan

CALENDAR = default_calendar()


def records(name: str, dossier: Dossier | None = None, language: Any = "en") -> list[dict[str, Any]]:
    """The rows of one table by header."""
    page = plan_pages(dossier or a_plan(), language, CALENDAR)[name]
    return [dict(zip(page.header, row, strict=True)) for row in page.rows]


def test_a_visit_has_its_date_team_order_times_place_people_and_dates() -> None:
    first, second = records("visits")
    assert first == {
        "date": MONDAY,
        "team_id": "T1",
        "team": "Team One",
        "order": 1,
        "arrive": "09:00",
        "start": "09:00",
        "end": "10:00",
        "organisation_id": "O1",
        "organisation_zh": "嘉陵大学",
        "organisation_en": "Jialing University",
        "site": "International College",
        "district": "沙坪坝区",
        "work": "acceptance",
        "applicants": 24,
        "kinds": "study 20; work 4",
        "languages": "English; Korean",
        "passports": 0,
        "legal_date": date(2026, 9, 24),
        "days_before_legal_date": 17,  # 7 to 24 September
        "promised": "yes",
        "visit_id": "V1",
        "request_id": "R1",
    }
    assert (second["order"], second["work"], second["passports"], second["legal_date"]) == (2, "return", 5, None)
    assert second["district"] == "两江新区"


def test_the_same_in_chinese() -> None:
    first = records("visits", language="zh")[0]
    assert (first["单位"], first["地点"], first["任务"], first["类别"]) == (
        "嘉陵大学",
        "国际学院",
        "受理",
        "学习20；工作4",
    )
    assert (first["语种"], first["已承诺"], first["警组"]) == ("英语；韩语", "是", "第一警组")


def test_who_is_left_out_reads_why_and_until_when_to_go_to_the_hall() -> None:
    unserved, refused = records("left-out")
    assert (unserved["visit_id"], unserved["applicants"]) == ("V3", 3)
    assert unserved["go_to_the_hall_by"] == date(2026, 9, 29)
    assert unserved["reason_en"].startswith("=1+1 has 6 foreigners")
    assert unserved["remedy_zh"] == CATALOGUE["too_few_foreigners"].remedy_zh
    assert (refused["visit_id"], refused["request_id"], refused["organisation_en"]) == ("", "R3", "Small School")
    assert (refused["work"], refused["kinds"]) == ("interview", "work 2")


def test_a_date_that_has_passed_is_not_offered() -> None:
    plan = a_plan()
    late = replace(plan, facts=replace(plan.facts, today=date(2026, 10, 8)))
    assert records("left-out", late)[0]["go_to_the_hall_by"] == "has passed, act at once"


def test_passports_come_back_after_their_processing_days() -> None:
    """15 working days after Monday 7 September: 25 September is a holiday, Sunday the 20th is worked, so the 28th."""
    bag, collected = records("returns")
    assert (bag["collected_by"], bag["passports"], bag["earliest_back"]) == ("K1", 5, date(2026, 9, 4))
    assert (bag["planned_on"], bag["planned_at"], bag["planned_team"]) == (MONDAY, "10:10", "Team One")
    assert (collected["collected_on"], collected["passports"]) == (MONDAY, 24)
    assert collected["earliest_back"] == date(2026, 9, 28)
    assert collected["provisional"] == "no"
    assert collected["planned_on"] is None


def test_a_return_past_the_official_calendar_is_provisional() -> None:
    official_until_10th = Calendar(
        {day: replace(known, official=day <= date(2026, 9, 10)) for day, known in CALENDAR.days.items()}
    )
    page = plan_pages(a_plan(), "en", official_until_10th)["returns"]
    assert page.rows[1][page.header.index("provisional")] == "yes"


def test_a_return_past_the_end_of_the_calendar_has_no_date() -> None:
    short = Calendar({day: known for day, known in CALENDAR.days.items() if day <= date(2026, 9, 10)})
    page = plan_pages(a_plan(), "en", short)["returns"]
    assert page.rows[1][page.header.index("earliest_back")] == "past the calendar"


def test_a_team_day_adds_up_driving_and_people() -> None:
    # three drives of 600 s and 5 km; 08:50 to 10:40 are 110 minutes
    (day,) = records("team-days")
    assert (day["leave"], day["back"], day["break_start"], day["visits"]) == ("08:50", "10:40", None, 2)
    assert (day["applicants"], day["passports"]) == (24, 5)
    assert (day["driving_minutes"], day["driving_km"], day["work_minutes"]) == (30, 15.0, 110)


def test_a_problem_without_metres_has_no_kilometres() -> None:
    plan = a_plan()
    (day,) = records("team-days", replace(plan, problem=replace(plan.problem, metres=None)))
    assert day["driving_km"] is None


def test_a_remark_about_an_earlier_request_finds_its_organisation_by_the_bag() -> None:
    (remark,) = records("remarks")
    assert (remark["request_id"], remark["organisation_en"]) == ("R0", "Yangtze Company")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_file_is_written_and_says_the_same_as_its_sheet(language: Any, tmp_path: Path) -> None:
    paths = write_tables(a_plan(), tmp_path / "out", language)
    names = [
        "plan-visits.csv",
        "plan-left-out.csv",
        "plan-returns.csv",
        "plan-team-days.csv",
        "plan-remarks.csv",
        "plan.xlsx",
    ]
    assert [path.name for path in paths] == names
    book = openpyxl.load_workbook(tmp_path / "out" / "plan.xlsx")
    for path, sheet in zip(paths, book.worksheets, strict=False):
        rows = csv_sheet(path).rows
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert [cell.value for cell in sheet[1]] == rows[0]
        assert sheet.max_row == len(rows)
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_dates_are_dates_and_numbers_are_numbers_in_excel(tmp_path: Path) -> None:
    write_tables(a_plan(), tmp_path, "en")
    sheet = openpyxl.load_workbook(tmp_path / "plan.xlsx")["visits"]
    assert sheet["A2"].is_date
    assert sheet["A2"].number_format == "yyyy-mm-dd"
    assert sheet["N2"].value == 24


def test_an_empty_plan_has_headers_only(tmp_path: Path) -> None:
    plan = a_plan()
    facts = replace(plan.facts, visits=(), refused=(), remarks=(), inputs=replace(INPUTS, bags=()))
    write_tables(Dossier(facts, plan.problem, Plan("week-37", 0, ())), tmp_path, "zh")
    assert {len(csv_sheet(path).rows) for path in tmp_path.glob("*.csv")} == {1}


def test_a_visit_that_is_nowhere_counts_as_left_out() -> None:
    """A plan that forgets a visit must not hide it."""
    plan = a_plan()
    forgotten = replace(plan, plan=Plan("week-37", 0, ()))
    assert [row["visit_id"] for row in records("left-out", forgotten)] == ["V1", "V2", "V3", ""]
    assert records("left-out", forgotten)[0]["go_to_the_hall_by"] == V1.last_workday
