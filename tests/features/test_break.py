"""A team that is out over midday rests at a stop, at the time its shift allows."""

from pathlib import Path

from tests.features.office import MONDAY, WEEK, at, groups, out, planned, requests, shifts, stops


def test_the_break_lies_between_two_sessions_and_delays_the_second(tmp_path: Path) -> None:
    """Both schools host on Monday only: one session ends by 12:00, the other begins at 13:00 at the earliest."""
    asked = requests(f"R1,{MONDAY},", f"R2,{MONDAY},")
    dossier = planned(tmp_path, requests=asked, groups=groups("R1,24", "R2,24"))
    [route] = dossier.plan.routes
    assert route.break_start is not None
    assert at("11:30") <= route.break_start <= at("13:00")
    first, second = route.stops
    assert first.end <= route.break_start and route.break_start + at("1:00") <= second.start


def test_a_session_that_leaves_no_time_for_the_break_is_not_made(tmp_path: Path) -> None:
    """89 minutes from 10:15 at the earliest end at 11:44, but the break must begin by 11:35; before the session it
    would have to begin at 11:30 and end after the hosts close."""
    asked = requests(f"R1,{MONDAY},10:15-12:00")
    dossier = planned(tmp_path, requests=asked, groups=groups("R1,11"), shifts=shifts(limits="60,11:30,11:35,,"))
    assert out(dossier) == {"R1-1": ("alone_break",)}


def test_a_team_without_a_break_makes_the_same_session(tmp_path: Path) -> None:
    asked = requests(f"R1,{MONDAY},10:15-12:00")
    dossier = planned(tmp_path, requests=asked, groups=groups("R1,11"), shifts=shifts(limits=",,,,"))
    assert stops(dossier)["R1-1"][1].start == at("10:15")


def test_no_break_is_needed_by_a_team_that_is_back_before_its_end(tmp_path: Path) -> None:
    """141 minutes from 9:00 end at 11:21; the drive of 20 minutes ends before 13:00."""
    [route] = planned(tmp_path, requests=requests(f"R1,{WEEK[0]},")).plan.routes
    assert route.back < at("13:00")
    assert route.break_start is None
