"""A visit begins in any of its windows, wholly inside the hours of its hosts."""

from pathlib import Path

from tests.features.office import MONDAY, TUESDAY, at, groups, out, planned, requests, stops


def test_a_session_too_long_for_the_morning_is_made_in_the_afternoon(tmp_path: Path) -> None:
    """89 minutes do not fit between 9:00 and 10:00; from 15:00 to 17:30 they do."""
    asked = requests(f"R1,{MONDAY},09:00-10:00;15:00-17:30")
    dossier = planned(tmp_path, requests=asked, groups=groups("R1,11"))
    _, stop = stops(dossier)["R1-1"]
    assert stop.start == at("15:00") and stop.end == at("16:29")


def test_two_sessions_share_the_two_halves_of_a_day(tmp_path: Path) -> None:
    """Each lasts 141 minutes, so a morning of 3 hours holds one, and so does the afternoon."""
    asked = requests(f"R1,{MONDAY},", f"R2,{MONDAY},")
    starts = sorted(stop.start for _, stop in stops(planned(tmp_path, requests=asked, groups=both())).values())
    assert starts[0] <= at("9:39") and starts[1] >= at("13:00")


def test_no_session_is_cut_by_the_midday_closing(tmp_path: Path) -> None:
    """Hosts from 11:30 to 13:30, closed from 12:00 to 13:00: half an hour twice is no hour, and nothing fits."""
    dossier = planned(tmp_path, requests=requests(f"R1,{MONDAY};{TUESDAY},11:30-13:30"))
    assert out(dossier) == {}
    assert dossier.plan.routes == ()
    assert [reason.code for one in dossier.facts.refused for reason in one.reasons] == ["hours_too_short"]


def both() -> str:
    return groups("R1,24", "R2,24")
