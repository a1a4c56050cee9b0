"""The demonstration: the sample's fortnight begins this week, its plan is in force, a school can book at once."""

from datetime import date, timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select

from planner.dossier import save
from planner.io.tables import read_inputs, write_inputs
from planner.planning import PlanOrder, plan_folder
from planner.workdays import default_calendar
from tests.webui.conftest import FRIDAY
from tests.webui.world import INPUTS
from webui.actions.bookings_door import invited
from webui.demonstration import FIRST_MONDAY, bring, weeks_to
from webui.run import SAMPLE, first_start
from webui.store.engine import open_store
from webui.store.person import doorstep
from webui.store.plans import PlanRow, PlanVisitRow


@pytest.mark.parametrize(
    ("today", "begins"),
    [
        (date(2026, 9, 4), date(2026, 8, 31)),  # a Friday: this week still
        (date(2026, 9, 9), date(2026, 9, 7)),  # a Wednesday: this week, so that today has outings
        (date(2026, 11, 29), date(2026, 11, 30)),  # a Sunday: tomorrow
        (date(2026, 9, 29), date(2026, 10, 12)),  # 1 to 7 October is a holiday, so are weeks that touch it
        (date(2031, 1, 1), FIRST_MONDAY),  # past the calendar: as the sample is
    ],
)
def test_the_fortnight_begins_this_week_or_after_the_holidays(today: date, begins: date) -> None:
    assert FIRST_MONDAY + weeks_to(today, default_calendar()) * timedelta(days=7) == begins


def test_every_date_moves_by_the_same_weeks_and_nothing_else_changes(tmp_path: Path) -> None:
    before, after = read_inputs(SAMPLE).inputs, read_inputs(bring(SAMPLE, tmp_path / "sample", 12)).inputs
    later = timedelta(weeks=12)
    assert [one.date + later for one in before.shifts] == [one.date for one in after.shifts]
    for was, now in zip(before.requests, after.requests, strict=True):
        assert was.received + later == now.received
        assert [one.event_date + later for one in was.groups] == [one.event_date for one in now.groups]
        assert [one + later for one in was.host_dates] == list(now.host_dates)
    assert [one.name_zh for one in before.sites] == [one.name_zh for one in after.sites]
    assert len((tmp_path / "sample" / "notes.txt").read_bytes()) == len((SAMPLE / "notes.txt").read_bytes())


def test_the_plan_is_in_force_and_a_school_has_its_invitation(tmp_path: Path) -> None:
    folder, made = tmp_path / "week", tmp_path / "out"
    write_inputs(INPUTS, folder)
    save(plan_folder(PlanOrder(folder, None, date(2026, 9, 4), "quick"), lambda _: None, Event()).dossier, made)
    first = first_start({"DOORSTEP_DATA": str(tmp_path / "data")}, folder, made, demonstrated=True)
    assert first.invitation is not None
    name_zh, name_en, link = first.invitation
    assert (name_zh, name_en) == ("某大学", "Some University")
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'doorstep.sqlite'}")
    with store.read() as session:
        assert session.scalar(select(PlanRow.status)) == "published"
        assert len(session.scalars(select(PlanVisitRow.visit_id).where(PlanVisitRow.in_force)).all()) == 5
        assert invited(session, link.rpartition("/")[2], doorstep(FRIDAY))[1].id == "O1"
    store.close()
