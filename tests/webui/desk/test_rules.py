"""The calendar and the policy at the desk: changed with a reason, with history, never behind anybody's back."""

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from planner.policy import Policy
from tests.webui.desk.conftest import Desk
from webui.actions.rules import policy_of
from webui.desk.policy_texts import SECTIONS
from webui.store.engine import Store
from webui.store.rules import DayRow

DAY: dict[str, Any] = {"kind": "holiday", "name": "flood", "official": "yes", "why": "notice 12"}


def policy(store: Store) -> tuple[int, Policy]:
    with store.read() as session:
        return policy_of(session)


def test_a_year_shows_makeup_days_and_counts_working_days(ada: Desk) -> None:
    page = ada.get("/desk/calendar?year=2026")
    assert "248 working days, 6 of them make-up days" in page  # as the State Council's notice for 2026 has it
    assert "Provisional." not in page
    assert re.search(r'class="makeup_workday"><a href="/desk/calendar/2026-09-20"', page)


def test_a_year_that_is_not_decreed_is_marked_provisional(ada: Desk) -> None:
    assert "Provisional." in ada.get("/desk/calendar?year=2027")
    assert "Working days 2027" in ada.get("/desk/calendar?year=2099")  # the nearest year it has
    assert "Working days 2026" in ada.get("/desk/calendar?year=soon")


def test_a_day_is_changed_with_a_reason_and_history(ada: Desk, store: Store) -> None:
    page = ada.post("/desk/calendar/2026-09-10", 400, form="edit", version="1", **{**DAY, "why": ""}).text
    assert "needs a reason" in page
    ada.post("/desk/calendar/2026-09-10", form="edit", version="1", **DAY)
    with store.read() as session:
        assert session.get_one(DayRow, date(2026, 9, 10)).kind == "holiday"
    page = ada.get("/desk/calendar/2026-09-10")
    assert "notice 12" in page and "working day" in page
    assert "notice 12" in ada.get("/desk/calendar")
    ada.post("/desk/calendar/2026-09-10", 409, form="edit", version="1", **{**DAY, "kind": "workday"})


def test_a_weekday_cannot_be_a_makeup_day(ada: Desk) -> None:
    page = ada.post("/desk/calendar/2026-09-10", 400, form="edit", version="1", **{**DAY, "kind": "weekend"}).text
    assert "cannot be a weekend" in page


def test_a_calendar_file_is_read_and_its_mistakes_are_shown(ada: Desk) -> None:
    bad: dict[str, Any] = {"files": (BytesIO(b"date,weekday\n"), "days.csv"), "why": "notice"}
    assert "lacks the columns" in ada.post("/desk/calendar", 400, form="import", **bad).text
    assert "choose a CSV file" in ada.post("/desk/calendar", 400, form="import", why="notice").text
    head = "date,weekday,is_workday,kind,status,name\n"
    good: dict[str, Any] = {
        "files": (BytesIO((head + "2026-09-10,Thu,0,holiday,official,x\n").encode()), "a.csv"),
        "why": "notice 9",
    }
    answer = ada.post("/desk/calendar", form="import", **good)
    assert "1 days were changed." in ada.get(answer.headers["Location"])


def test_every_number_of_the_policy_is_on_the_page() -> None:
    told = [number.name for _title, numbers in SECTIONS for number in numbers]
    assert sorted(told) == sorted(field.name for field in fields(Policy))


def whole_form(page: str) -> dict[str, Any]:
    """What a browser would send of the policy's form as it stands."""
    named = re.findall(r'<input name="(\w+)" value="([^"]*)" aria-labelledby', page)
    kinds = re.findall(r'name="served_kinds" value="(\w+)" checked', page)
    return {**dict(named), "served_kinds": kinds, "form": "edit"}


def test_a_new_version_changes_what_was_typed_and_nothing_else(ada: Desk, store: Store) -> None:
    form = whole_form(ada.get("/desk/policy"))
    ada.post("/desk/policy", version="1", why="Decree 5", **{**form, "threshold_foreigners": "5", "shift_end": "17:30"})
    number, now = policy(store)
    assert (number, now.threshold_foreigners, now.shift_end) == (2, 5, 63000)
    assert now.division_hours == Policy().division_hours
    page = ada.get("/desk/policy")
    assert re.search(r"More foreigners than: 10 → <b>5</b>", page)
    assert "Decree 5" in page and "排班员" in page


def test_a_number_that_cannot_be_is_named_beside_its_field(ada: Desk, store: Store) -> None:
    form = whole_form(ada.get("/desk/policy"))
    wrong = {**form, "processing_days": "many", "shift_start": "19:00"}
    page = ada.post("/desk/policy", 400, version="1", why="x", **wrong).text
    assert 'aria-describedby="edit-processing_days-problem"' in page
    assert "shift_start must not be more than shift_end" in page
    assert policy(store)[0] == 1


def test_two_new_versions_at_once_are_a_conflict(ada: Desk, store: Store) -> None:
    form = whole_form(ada.get("/desk/policy"))
    ada.post("/desk/policy", version="1", why="a", **{**form, "processing_days": "14"})
    ada.post("/desk/policy", 409, version="1", why="b", **{**form, "processing_days": "13"})
    assert policy(store)[1].processing_days == 14


def test_kinds_and_substitutes_are_read_as_one_types_them(ada: Desk, store: Store) -> None:
    form = whole_form(ada.get("/desk/policy"))
    changed = {**form, "served_kinds": ["university"], "language_substitutes": "th=en; lo=en,zh"}
    ada.post("/desk/policy", version="1", why="fewer", **changed)
    now = policy(store)[1]
    assert now.served_kinds == ("university",)
    assert now.language_substitutes == (("th", ("en",)), ("lo", ("en", "zh")))


def test_an_unchanged_form_makes_no_version(ada: Desk, store: Store) -> None:
    ada.post("/desk/policy", 400, version="1", why="nothing", **whole_form(ada.get("/desk/policy")))
    assert policy(store)[0] == 1


@pytest.mark.parametrize("login", ["supervisor", "officer"])
def test_others_change_no_rules(at_desk: Callable[[str], Desk], login: str) -> None:
    desk = at_desk(login)
    desk.post("/desk/policy", 403)
    desk.post("/desk/calendar/2026-09-10", 403, **DAY)
    assert "<textarea" not in desk.get("/desk/calendar/2026-09-10")
