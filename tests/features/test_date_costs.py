"""Sooner is better than later, and those whose time is shorter come first."""

from pathlib import Path

from tests.features.office import MONDAY, TUESDAY, dates, groups, planned, requests, shifts


def test_who_can_be_visited_any_day_is_visited_on_the_first(tmp_path: Path) -> None:
    assert dates(planned(tmp_path)) == {"R1-1": MONDAY}


def test_the_one_whose_legal_date_is_nearer_comes_first(tmp_path: Path) -> None:
    """A day holds one of the two. R1 entered on 25 August, R2 on the 12th, so R2's 30 days end on 11 September."""
    asked, people = requests("R1,,", "R2,,"), groups("R1,24,en,2026-08-25", "R2,24,en,2026-08-12")
    dossier = planned(tmp_path, requests=asked, groups=people, shifts=shifts(limits=",,,30,"))
    assert dates(dossier) == {"R1-1": TUESDAY, "R2-1": MONDAY}


def test_two_that_fit_into_one_outing_share_it_rather_than_wait(tmp_path: Path) -> None:
    dossier = planned(tmp_path, requests=requests("R1,,", "R2,,"), groups=groups("R1,24", "R2,24"))
    assert dates(dossier) == {"R1-1": MONDAY, "R2-1": MONDAY}
