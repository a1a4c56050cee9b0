"""No visit before the law allows it and none after it forbids it."""

from pathlib import Path

from tests.features.office import FRIDAY, THURSDAY, WEDNESDAY, WEEK, dates, groups, out, planned, refused, shifts


def test_a_visit_is_not_later_than_thirty_days_after_entry(tmp_path: Path) -> None:
    """Entry on 10 August: the last lawful day is Wednesday, 9 September. The teams are out from Thursday on."""
    dossier = planned(tmp_path, groups=groups("R1,24,en,2026-08-10"), shifts=shifts(dates=WEEK[3:]))
    assert out(dossier) == {"R1-1": ("no_shift_on_open_dates",)}


def test_on_the_last_lawful_day_itself_it_may_be(tmp_path: Path) -> None:
    dossier = planned(tmp_path, groups=groups("R1,24,en,2026-08-10"), shifts=shifts(dates=WEEK[2:]))
    assert dates(dossier) == {"R1-1": WEDNESDAY}
    [visit] = dossier.facts.visits
    assert visit.last_workday == WEDNESDAY


def test_a_visit_is_not_before_the_eighth_day_after_entry(tmp_path: Path) -> None:
    """Entry on 2 September: registration, health check and work card take until the 10th, a Thursday."""
    dossier = planned(tmp_path, groups=groups("R1,24,en,2026-09-02"))
    assert dates(dossier) == {"R1-1": THURSDAY}
    assert dates(planned(tmp_path / "friday", groups=groups("R1,24,en,2026-09-03"))) == {"R1-1": FRIDAY}


def test_who_is_past_the_legal_date_is_refused_and_sent_to_the_hall(tmp_path: Path) -> None:
    """Entry on 1 August: the thirty days ended on 31 August, before today."""
    dossier = planned(tmp_path, groups=groups("R1,24,en,2026-08-01"))
    assert refused(dossier) == {"R1": ("legal_date_past",)}
    assert dossier.facts.visits == () and dossier.plan.routes == ()
