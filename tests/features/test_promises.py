"""What was promised stays: the date, the hour, the team; and where it cannot, the plan says so."""

from pathlib import Path

from tests.features.office import WEDNESDAY, WEEK, at, groups, out, planned, requests, shifts, stops


def promised(team: str = "T1", session: int = 1, hour: str = "10:00") -> str:
    return f"request_id,session,date,start,team_id\nR1,{session},{WEDNESDAY},{hour},{team}\n"


def test_a_promised_hour_is_kept_though_monday_would_be_cheaper(tmp_path: Path) -> None:
    route, stop = stops(planned(tmp_path, promises=promised()))["R1-1"]
    assert (route.team, route.date, stop.start) == ("T1", WEDNESDAY, at("10:00"))


def test_others_are_planned_around_a_promise(tmp_path: Path) -> None:
    """Both can only be on Wednesday. The promise takes 10:00 to 12:21, so the other one waits for the afternoon."""
    asked = requests("R1,,", f"R2,{WEDNESDAY},")
    dossier = planned(tmp_path, requests=asked, groups=groups("R1,24", "R2,24"), promises=promised(hour="9:30"))
    made = stops(dossier)
    assert made["R1-1"][1].start == at("9:30")
    assert made["R2-1"][1].start >= at("13:00")


def test_a_promise_of_no_certain_team_is_kept_by_any(tmp_path: Path) -> None:
    route, stop = stops(planned(tmp_path, promises=promised(team="")))["R1-1"]
    assert (route.date, stop.start) == (WEDNESDAY, at("10:00"))


def test_a_promise_that_cannot_be_kept_is_told_and_breaks_nothing_else(tmp_path: Path) -> None:
    """T1 has no shift on Wednesday: R1 is out with its reason, R2 is planned as ever."""
    away = shifts(dates=(WEEK[0], WEEK[4]))
    asked, people = requests("R1,,", "R2,,"), groups("R1,24", "R2,24")
    dossier = planned(tmp_path, requests=asked, groups=people, promises=promised(), shifts=away)
    assert out(dossier) == {"R1-1": ("no_shift_on_open_dates",)}
    assert list(stops(dossier)) == ["R2-1"]
