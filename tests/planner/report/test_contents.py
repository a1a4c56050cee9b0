"""What a dossier tells: outings in reading order, and everything that is out."""

from datetime import date

from planner.report.contents import contents
from tests.planner.report.a_dossier import MONDAY, TUESDAY, a_dossier, an_empty_dossier


def test_outings_come_by_date_and_then_by_team() -> None:
    outings = contents(a_dossier()).outings
    assert [(one.date, one.team.id) for one in outings] == [
        (MONDAY, "T1"), (MONDAY, "T2"), (MONDAY, "T3"), (TUESDAY, "T1"), (TUESDAY, "T2"), (TUESDAY, "T3"),
    ]  # fmt: skip


def test_drives_add_up_along_the_route_with_the_way_back() -> None:
    dossier = a_dossier()
    outing = contents(dossier).outing("T3", TUESDAY)
    assert outing is not None
    # one stop: base 1 → site of ORG001 (location 2) → base 1
    there = int(dossier.problem.seconds[1, 2])
    assert outing.calls[0].drive_seconds == outing.farthest_seconds == there
    assert outing.drive_seconds == 2 * there
    assert outing.drive_metres == 2 * int(dossier.problem.metres[1, 2])  # type: ignore[index]


def test_passports_brought_back_are_no_applicants() -> None:
    outing = contents(a_dossier()).outing("T2", TUESDAY)
    assert outing is not None
    assert [(call.visit.applicants, call.visit.passports) for call in outing.calls] == [(7, 0), (0, 13)]
    assert outing.applicants == 7


def test_what_is_out_comes_by_the_day_until_which_the_hall_is_open_to_it() -> None:
    out = contents(a_dossier()).left_out
    assert [(one.organisation.id, one.people, one.go_by) for one in out] == [
        ("ORG018", 22, date(2026, 9, 7)), ("ORG103", 8, date(2026, 9, 18)), ("ORG102", 5, date(2026, 9, 24)),
    ]  # fmt: skip
    assert [one.visit is None for one in out] == [False, True, False]


def test_a_week_without_requests_has_nothing_in_it() -> None:
    assert contents(an_empty_dossier()) == contents(an_empty_dossier())
    assert contents(an_empty_dossier()).outings == ()
    assert contents(an_empty_dossier()).left_out == ()
