"""The calendar's traps, as in the office's table: the day after filing is working day 1."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import BadInput, PastTheCalendar
from planner.model import Group, Task
from planner.policy import Policy
from planner.workdays import Calendar, default_calendar, legal_span

CALENDAR = default_calendar()


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("filed", "days", "issued"),
    [
        ("2018-02-05", 15, "2018-03-01"),  # Spring Festival, make-up days 11 and 24 February
        ("2018-05-10", 4, "2018-05-16"),
        ("2018-05-10", 5, "2018-05-17"),
        ("2018-05-10", 15, "2018-05-31"),
        ("2018-09-14", 15, "2018-10-11"),
        ("2025-01-13", 15, "2025-02-08"),  # a make-up Saturday
        ("2025-09-15", 15, "2025-10-11"),  # a make-up Saturday
        ("2025-09-26", 5, "2025-10-10"),
        ("2026-02-02", 15, "2026-02-28"),  # a make-up Saturday
        ("2026-09-14", 15, "2026-10-10"),  # a make-up Saturday
        ("2026-09-18", 5, "2026-09-24"),  # Sunday 20 September is worked
        ("2026-09-18", 7, "2026-09-29"),
        ("2026-09-18", 15, "2026-10-15"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-09-30", 7, "2026-10-15"),
        ("2026-09-30", 15, "2026-10-27"),
    ],
)
def test_issues_on_the_working_day_of_the_table(filed: str, days: int, issued: str) -> None:
    assert CALENDAR.add_workdays(day(filed), days) == day(issued)
    assert CALENDAR.workdays_between(day(filed), day(issued)) == days


def test_the_permit_of_10_may_2018_took_four_working_days() -> None:
    # Thu 10 May filed and not counted; Fri 11, Mon 14, Tue 15, Wed 16 = 4
    assert CALENDAR.workdays_between(day("2018-05-10"), day("2018-05-16")) == 4


def test_a_promise_past_the_last_official_day_is_refused_unless_provisional_is_allowed() -> None:
    with pytest.raises(PastTheCalendar) as caught:
        CALENDAR.add_workdays(day("2026-12-21"), 15)
    assert "2026-12-31" in caught.value.sentence("en") and "provisional" in caught.value.sentence("en")
    assert "2026-12-31" in caught.value.sentence("zh") and "暂定" in caught.value.sentence("zh")
    issued = CALENDAR.add_workdays(day("2026-12-21"), 15, allow_provisional=True)
    assert issued == day("2027-01-12")
    assert not CALENDAR.is_official(issued)


@pytest.mark.parametrize(
    ("task", "event", "last_lawful", "last_workday"),
    [
        ("first", "2018-09-05", "2018-10-05", "2018-09-30"),  # Sunday 30 September is worked
        ("first", "2026-09-01", "2026-10-01", "2026-09-30"),
        ("first", "2026-09-03", "2026-10-03", "2026-09-30"),
        ("first", "2026-09-07", "2026-10-07", "2026-09-30"),
        ("first", "2026-09-08", "2026-10-08", "2026-10-08"),  # a working day
        ("first", "2026-08-27", "2026-09-26", "2026-09-24"),  # Mid-autumn begins on Friday 25
        ("first", "2026-01-20", "2026-02-19", "2026-02-14"),  # a make-up Saturday before Spring Festival
        ("extension", "2026-08-31", "2026-08-01", "2026-07-31"),
        ("extension", "2026-11-05", "2026-10-06", "2026-09-30"),
        ("change", "2026-09-21", "2026-10-01", "2026-09-30"),  # 21 September + 10
        ("visa_extension", "2026-10-10", "2026-10-03", "2026-09-30"),  # 10 October - 7
    ],
)
def test_the_last_working_day_comes_before_a_last_day_off(
    task: Task, event: str, last_lawful: str, last_workday: str
) -> None:
    _, last = legal_span(Group("study", task, 1, "en", day(event)), Policy())
    assert last == day(last_lawful)
    assert CALENDAR.last_workday_not_after(last) == day(last_workday)
    assert CALENDAR.last_safe_workday(last) == day(last_workday)


@pytest.mark.parametrize(
    ("task", "event", "first_lawful"),
    [
        ("first", "2026-09-01", "2026-09-09"),  # + 8: registration, health check, work card
        ("extension", "2026-12-10", "2026-09-11"),  # - 90
        ("visa_extension", "2026-12-10", "2026-09-11"),  # - 90
        ("change", "2026-09-07", "2026-09-07"),
    ],
)
def test_people_cannot_apply_before_their_first_day(task: Task, event: str, first_lawful: str) -> None:
    first, _ = legal_span(Group("work", task, 1, "en", day(event)), Policy())
    assert first == day(first_lawful)


def test_years_have_the_working_days_of_their_notices() -> None:
    def count(year: int) -> int:
        return len(CALENDAR.workdays(date(year, 1, 1), date(year, 12, 31)))

    assert [count(2018), count(2025), count(2026)] == [250, 248, 248]


def test_make_up_days_are_worked_and_named_so() -> None:
    assert CALENDAR.kind(day("2026-09-20")) == "makeup_workday"  # a Sunday
    assert CALENDAR.is_workday(day("2026-09-20"))
    assert CALENDAR.kind(day("2026-10-01")) == "holiday"
    assert CALENDAR.name(day("2026-10-01")) == "National Day"
    assert CALENDAR.kind(day("2026-09-19")) == "weekend"
    assert not CALENDAR.is_workday(day("2026-09-19"))


def test_the_next_working_day_after_the_national_week_is_the_eighth() -> None:
    assert CALENDAR.first_workday_not_before(day("2026-10-01")) == day("2026-10-08")
    assert CALENDAR.first_workday_not_before(day("2026-10-08")) == day("2026-10-08")


def test_2027_is_provisional_and_2017_is_not_known_at_all() -> None:
    assert CALENDAR.last_official_day == day("2026-12-31")
    assert CALENDAR.is_official(day("2026-12-31"))
    assert not CALENDAR.is_official(day("2027-01-04"))
    assert not CALENDAR.is_official(day("2017-12-29"))
    assert CALENDAR.kind(day("2027-01-04")) == "workday"
    with pytest.raises(PastTheCalendar):
        CALENDAR.is_workday(day("2027-01-04"))
    assert CALENDAR.is_workday(day("2027-01-04"), allow_provisional=True)
    with pytest.raises(PastTheCalendar) as caught:
        CALENDAR.workdays(day("2017-12-25"), day("2018-01-04"), allow_provisional=True)
    assert "2017-12-25" in caught.value.sentence("en") and "2017-12-25" in caught.value.sentence("zh")


def test_the_safe_day_of_a_date_past_the_file_is_the_files_last_working_day() -> None:
    assert CALENDAR.last_safe_workday(day("2031-05-05")) == day("2027-12-31")
    assert CALENDAR.last_safe_workday(day("2017-05-05")) is None


def test_counting_back_or_over_nothing_gives_nothing() -> None:
    assert CALENDAR.workdays(day("2026-09-08"), day("2026-09-07")) == ()
    assert CALENDAR.workdays_between(day("2026-09-07"), day("2026-09-07")) == 0
    assert CALENDAR.add_workdays(day("2026-09-06"), 0) == day("2026-09-06")
    with pytest.raises(ValueError, match="-1"):
        CALENDAR.add_workdays(day("2026-09-07"), -1)


@given(st.integers(0, 600), st.integers(1, 40))
def test_adding_working_days_and_counting_them_agree(offset: int, days: int) -> None:
    filed = date(2025, 1, 1) + timedelta(days=offset)
    issued = CALENDAR.add_workdays(filed, days)
    assert CALENDAR.is_workday(issued)
    assert CALENDAR.workdays_between(filed, issued) == days


# ---- edited files


HEADER = "date,weekday,is_workday,kind,name,status\n"


def written(folder: Path, *rows: str) -> Path:
    path = folder / "workdays.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", "utf-8")
    return path


def sentences(path: Path) -> list[str]:
    with pytest.raises(BadInput) as caught:
        Calendar.from_csv(path)
    assert all(mistake.zh for mistake in caught.value.mistakes)
    return [mistake.sentence("en") for mistake in caught.value.mistakes]


def test_reads_the_days_in_any_order_and_as_spreadsheets_write_them(tmp_path: Path) -> None:
    path = written(tmp_path, "2026/9/8,Tue,1,workday,,official", "2026-09-07,Mon,1,workday,,official", "")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert Calendar.from_csv(path).known_workdays == (day("2026-09-07"), day("2026-09-08"))


def test_reads_what_a_chinese_spreadsheet_saves(tmp_path: Path) -> None:
    path = written(tmp_path, "2026-10-01,Thu,0,holiday,国庆节,official")
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    assert Calendar.from_csv(path).name(day("2026-10-01")) == "国庆节"


def test_a_mistake_names_the_row_of_the_file_though_rows_above_are_empty(tmp_path: Path) -> None:
    path = written(tmp_path, "2026-09-07,Mon,1,workday,,official", "", ",,,,,", "2026-09-08,Tue,1,workday,,soon")
    assert [sentence.split(",", 2)[1] for sentence in sentences(path)] == [" row 5"]


def test_whole_years_may_be_missing(tmp_path: Path) -> None:
    path = written(tmp_path, "2018-12-31,Mon,0,holiday,,official", "2026-01-01,Thu,0,holiday,,official")
    assert len(Calendar.from_csv(path).days) == 2


def test_all_mistakes_of_an_edited_calendar_are_reported_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "2026-09-07,Tue,1,workday,,official",  # row 2: it is a Monday
        "2026-09-08,Tue,0,workday,,official",  # row 3: worked or not?
        "2026-09-08,Tue,1,workday,,official",  # row 4: twice
        "2026-09-11,Fri,1,workingday,,official",  # row 5: unknown kind; 9 and 10 are missing
        "2026-09-12,Sat,1,workday,,official",  # row 6: a worked Saturday is a make-up day
        "2026-09-13,Sun,yes,weekend,,decreed",  # row 7: two mistakes
        "13.9.2026,Sun,0,weekend,,official",  # row 8: no date
    )
    assert sentences(path) == [
        "workdays.csv, row 2, column weekday ('Tue'): 2026-09-07 is a Mon",
        "workdays.csv, row 3, column is_workday ('0'): contradicts the kind workday; correct one of the two",
        "workdays.csv, row 5, column kind ('workingday'): is no kind of day; choose from workday, weekend, holiday, "
        "makeup_workday",
        "workdays.csv, row 6, column kind ('workday'): a Sat cannot be a workday",
        "workdays.csv, row 7, column is_workday ('yes'): write 1 for worked, 0 for free",
        "workdays.csv, row 7, column status ('decreed'): write official or provisional",
        "workdays.csv, row 8, column date ('13.9.2026'): is no date; write 2026-09-07",
        "workdays.csv: 2026-09-08 stands twice; keep one row",
        "workdays.csv: has no rows from 2026-09-09 to 2026-09-10; add every day",
    ]


def test_a_file_without_days_columns_or_letters_says_so(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert sentences(path) == ["workdays.csv: has no days; add a row for each day"]
    path.write_text("", "utf-8")
    assert sentences(path) == ["workdays.csv, row 1: lacks the columns date, weekday, is_workday, kind, status"]
    path.write_text("date,kind\n2026-09-07,workday\n", "utf-8")
    assert sentences(path) == ["workdays.csv, row 1: lacks the columns weekday, is_workday, status"]
    path.write_bytes("日期,类型\n".encode("gb18030"))
    assert sentences(path) == ["workdays.csv, row 1: lacks the columns date, weekday, is_workday, kind, status"]
    path.write_bytes(b"date,\xff\xff\n")
    assert "UTF-8 or GB18030" in sentences(path)[0]
    assert "cannot be read" in sentences(tmp_path / "absent.csv")[0]
