"""Passports come back: those collected earlier, and those collected in this plan."""

from datetime import date
from pathlib import Path

from tests.features.office import MONDAY, TUESDAY, WEDNESDAY, WEEK, at, dates, out, planned, requests, shifts, stops

TWO_WEEKS = (*WEEK, *(f"2026-09-{day}" for day in range(14, 19)))
BAG = "id,request_id,site_id,passports,issued_on\nBAG1,R0,S1,8,2026-09-08\n"


def test_a_bag_is_not_brought_before_its_permits_are_issued(tmp_path: Path) -> None:
    """Issued on Tuesday, while the team could be at the same school on Monday."""
    dossier = planned(tmp_path, returns=BAG, requests=requests(f"R1,{MONDAY},"))
    assert dates(dossier) == {"R1-1": MONDAY, "BAG1": TUESDAY}


def test_a_bag_joins_a_visit_to_the_same_school(tmp_path: Path) -> None:
    dossier = planned(tmp_path, returns=BAG, requests=requests(f"R1,{WEDNESDAY},"))
    assert dates(dossier) == {"R1-1": WEDNESDAY, "BAG1": WEDNESDAY}
    assert len(dossier.plan.routes) == 1


def test_a_return_takes_twenty_minutes_and_nobody_s_place(tmp_path: Path) -> None:
    """24 applicants fill the shift of 24; the passports of eight others are no applicants."""
    asked = requests(f"R1,{WEDNESDAY},")
    full = shifts(dates=(WEDNESDAY.isoformat(),), limits=",,,24,")
    dossier = planned(tmp_path, returns=BAG, requests=asked, shifts=full)
    assert out(dossier) == {}
    _, stop = stops(dossier)["BAG1"]
    assert stop.end - stop.start == at("0:20")


def test_passports_collected_in_the_plan_come_back_in_it_after_their_days(tmp_path: Path) -> None:
    """Fast track: five working days after Monday, the 7th, is Monday, the 14th."""
    fast = "id,site_id,service,received,fast_track\nR1,S1,acceptance,2026-09-01,yes\n"
    dossier = planned(tmp_path, last=date(2026, 9, 18), shifts=shifts(dates=TWO_WEEKS), requests=fast)
    assert dates(dossier) == {"R1-1": MONDAY, "R1-1-back": date(2026, 9, 14)}


def test_passports_that_take_longer_come_back_in_a_later_plan(tmp_path: Path) -> None:
    """Fifteen working days after 7 September is 28 September."""
    dossier = planned(tmp_path, last=date(2026, 9, 18), shifts=shifts(dates=TWO_WEEKS))
    assert dates(dossier) == {"R1-1": MONDAY}
