"""From leaving the base to being back a team works no longer than its limit."""

from pathlib import Path

from tests.features.office import MONDAY, groups, out, planned, requests, shifts


def sessions(folder: Path, minutes: int) -> tuple[int, dict[str, tuple[str, ...]]]:
    """How many of two sessions of 141 minutes on Monday are made within so many minutes of work, and why not both."""
    asked = requests(f"R1,{MONDAY},", f"R2,{MONDAY},")
    dossier = planned(folder, requests=asked, groups=groups("R1,24", "R2,24"), shifts=shifts(limits=f",,,,{minutes}"))
    for route in dossier.plan.routes:
        assert route.back - route.leave <= 60 * minutes
    return len(dossier.plan.unserved), out(dossier)


def test_two_sessions_take_longer_than_four_hours(tmp_path: Path) -> None:
    """One ends at 12:00 at the latest, the other begins at 13:00: with two drives of 20 minutes over five hours."""
    unserved, why = sessions(tmp_path, 240)
    assert unserved == 1
    assert list(why.values()) == [("no_room_work",)]


def test_they_fit_into_seven_hours_when_the_team_leaves_no_sooner_than_it_must(tmp_path: Path) -> None:
    """From 9:18, for a session that ends at 12:00, to 15:41 is 6:23; leaving at 8:30 it would be 7:11."""
    assert sessions(tmp_path, 420) == (0, {})


def test_one_session_alone_may_already_take_too_long(tmp_path: Path) -> None:
    """Two drives of 20 minutes and 141 minutes are 181 or more."""
    unserved, why = sessions(tmp_path, 170)
    assert unserved == 2
    assert set(why.values()) == {("alone_work",)}
