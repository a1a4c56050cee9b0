"""A shift serves no more applicants than it may."""

from pathlib import Path

from tests.features.office import MONDAY, TUESDAY, dates, groups, out, planned, requests, shifts

THIRTY = shifts(limits=",,,30,")
"""No break, at most 30 applicants a day."""


def test_two_sessions_of_24_do_not_fit_into_a_day_of_30(tmp_path: Path) -> None:
    asked = requests(f"R1,{MONDAY},", f"R2,{MONDAY},")
    dossier = planned(tmp_path, requests=asked, groups=groups("R1,24", "R2,24"), shifts=THIRTY)
    assert len(dates(dossier)) == 1
    assert list(out(dossier).values()) == [("no_room_applicants",)]


def test_the_one_that_can_moves_to_another_day(tmp_path: Path) -> None:
    asked = requests(f"R1,{MONDAY};{TUESDAY},", f"R2,{MONDAY},")
    dossier = planned(tmp_path, requests=asked, groups=groups("R1,24", "R2,24"), shifts=THIRTY)
    assert dates(dossier) == {"R1-1": TUESDAY, "R2-1": MONDAY}


def test_exactly_as_many_as_allowed_fit(tmp_path: Path) -> None:
    """15 + 15 = 30."""
    asked = requests(f"R1,{MONDAY},", f"R2,{MONDAY},")
    dossier = planned(tmp_path, requests=asked, groups=groups("R1,15", "R2,15"), shifts=THIRTY)
    assert dates(dossier) == {"R1-1": MONDAY, "R2-1": MONDAY}
