"""The built-in background."""

from datetime import date

from planner.report.schematic import district_text, districts, rivers
from planner.report.words import Text


def test_the_central_districts_come_first() -> None:
    marks = districts(date(2026, 9, 7))
    assert len(marks) == 38
    assert [mark.rank for mark in marks] == list(range(38))
    assert Text("渝中区", "Yuzhong") in [mark.name for mark in marks[:9]]


def test_a_district_that_has_ended_is_named_with_the_one_that_has_it_now() -> None:
    today = {mark.name for mark in districts(date(2026, 9, 7))}
    before = {mark.name for mark in districts(date(2025, 9, 8))}
    assert Text("江北(两江新区)", "Jiangbei (Liangjiang)") in today
    assert Text("江北区", "Jiangbei") in before


def test_both_rivers_have_a_line() -> None:
    assert [river.name for river in rivers()] == [Text("长江", "Yangtze"), Text("嘉陵江", "Jialing")]
    assert all(29 < lat < 30 and 106 < lon < 107 for river in rivers() for lat, lon in river.line)


def test_a_district_is_known_by_either_name() -> None:
    assert district_text("沙坪坝区") == district_text("Shapingba District") == Text("沙坪坝区", "Shapingba")
    assert district_text("Atlantis") == Text("Atlantis", "Atlantis")
    assert district_text("") == Text("", "")
