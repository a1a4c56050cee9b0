"""Teams, shifts, absences and kits at the desk. The office has two teams with shifts from 7 to 11 September."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.webui.desk.conftest import Desk
from webui.store.engine import Store
from webui.store.teams import KitRow, ShiftRow, TeamRow

HOURS: dict[str, Any] = {"start": "08:30", "end": "18:00", "break_minutes": "60"}
SHIFT: dict[str, Any] = {**HOURS, "break_earliest": "11:30", "break_latest": "13:00", "max_applicants": ""}
TEAM: dict[str, Any] = {"name_zh": "警组三", "base_id": "B1", "officers": "3", "desks": "2", "languages": "zh;韩语"}


def shift(store: Store, team: str, day: int) -> ShiftRow | None:
    with store.read() as session:
        return session.get(ShiftRow, (team, date(2026, 9, day)))


def test_the_roster_shows_both_teams_and_how_many_are_available(ada: Desk) -> None:
    page = ada.get("/desk/shifts?week=2026-09-09")
    assert page.count("08:30–18:00") == 10
    # Monday to Friday two teams each, the weekend none
    assert re.findall(r"<tfoot>.*</tfoot>", page, re.DOTALL)[0].count(">2</td>") == 5
    assert "make-up" in ada.get("/desk/shifts?week=2026-09-14")  # Sunday 20 September is worked
    assert ada.client.get("/desk/shifts?week=nonsense").status_code == 200


def test_a_span_is_filled_on_working_days_only_and_leaves_what_is_there(ada: Desk, store: Store) -> None:
    form = {**SHIFT, "teams": ["T1", "T2"], "first": "2026-09-10", "last": "2026-09-20"}
    answer = ada.post("/desk/shifts/fill", form="fill", **form)
    # 10 and 11 September are there already; 14 to 18 and the make-up Sunday 20 are new: 6 days, 2 teams
    assert "12 shifts added." in ada.get(answer.headers["Location"])
    made, kept = shift(store, "T1", 20), shift(store, "T1", 10)
    assert made is not None and kept is not None
    assert (made.starts, made.rest_seconds, made.max_applicants) == (30600, 3600, None)
    assert kept.max_applicants == 75
    assert shift(store, "T1", 12) is None


def test_a_shift_is_changed_and_removed(ada: Desk, store: Store) -> None:
    ada.post("/desk/shifts/T1/2026-09-07", form="edit", version="1", **{**SHIFT, "end": "17:00"})
    row = shift(store, "T1", 7)
    assert row is not None and row.ends == 17 * 3600
    page = ada.post("/desk/shifts/T1/2026-09-07", 409, form="edit", version="1", **{**SHIFT, "end": "16:00"}).text
    assert re.search(r"End</th><td>17:00</td><td><b>16:00</b>", page)
    ada.post("/desk/shifts/T1/2026-09-07/remove", form="remove", version="2")
    assert shift(store, "T1", 7) is None
    assert "No shift yet" in ada.get("/desk/shifts/T1/2026-09-07")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"end": "08:00"}, "is not after the start"),
        ({"start": "late"}, "is no clock time"),
        ({"break_latest": "17:30"}, "has to begin and end within the shift"),
        ({"max_applicants": "0"}, "is not between 1 and"),
    ],
)
def test_a_shift_that_cannot_be_is_refused(ada: Desk, wrong: dict[str, str], said: str) -> None:
    page = ada.post("/desk/shifts/T1/2026-09-07", 400, form="edit", version="1", **{**SHIFT, **wrong}).text
    assert said in page


def test_a_team_that_is_away_is_absent_on_all_its_shifts_and_comes_back(ada: Desk, store: Store) -> None:
    form: dict[str, Any] = {"team_id": "T1", "first": "2026-09-09", "last": "2026-09-13", "why": "training"}
    answer = ada.post("/desk/absences", form="new", **form)
    assert "3 shifts are marked absent." in ada.get(answer.headers["Location"])
    row = shift(store, "T1", 9)
    assert row is not None and row.absence == "training"
    assert "absent: training" in ada.get("/desk/shifts?week=2026-09-07")
    ada.post("/desk/absences/T1/2026-09-09/end", form="end", version=str(row.version))
    assert "Wed 9 Sep" not in ada.get("/desk/absences")


def test_an_absence_needs_a_reason_and_a_shift(ada: Desk) -> None:
    form: dict[str, Any] = {"team_id": "T1", "first": "2026-09-09", "last": "2026-09-09"}
    assert "needs a reason" in ada.post("/desk/absences", 400, form="new", why="", **form).text
    ada.post("/desk/absences", 409, form="new", why="leave", **{**form, "first": "2026-10-09", "last": "2026-10-09"})


def test_a_team_is_added_and_changed(ada: Desk, store: Store) -> None:
    ada.post("/desk/teams", form="new", id="T3", **TEAM)
    with store.read() as session:
        assert session.get_one(TeamRow, "T3").languages == ("zh", "ko")
    ada.post("/desk/teams/T3", form="edit", version="1", kinds=["study"], **{**TEAM, "desks": "4"})
    page = ada.get("/desk/teams")
    assert "警组三" in page and "study" in page
    page = ada.post("/desk/teams/T3", 400, form="edit", version="2", **{**TEAM, "officers": "0"}).text
    assert "is not between 1 and 50" in page


def test_a_broken_kit_says_why(ada: Desk, store: Store) -> None:
    path = "/desk/kits/T1-1-acceptance"
    assert "needs a reason" in ada.post(path, 400, form="edit", version="1", team_id="T1", remark="").text
    ada.post(path, form="edit", version="1", team_id="", remark="printer")
    with store.read() as session:
        row = session.get_one(KitRow, "T1-1-acceptance")
        assert (row.works, row.team_id, row.remark) == (False, None, "printer")
    assert "1 of 2 work" in ada.get("/desk/kits")
    ada.post("/desk/kits", form="new", id="K9", kind="interview", team_id="T1")
    assert "2 of 3 work" in ada.get("/desk/kits")


def test_officers_read_the_roster_and_change_nothing(at_desk: Callable[[str], Desk]) -> None:
    eve = at_desk("officer")
    for path in ("/desk/teams", "/desk/teams/T1", "/desk/shifts", "/desk/shifts/T1/2026-09-07", "/desk/absences"):
        assert '<form method="post" class' not in eve.get(path)
    eve.post("/desk/shifts/T1/2026-09-07", 403, **SHIFT)
    eve.post("/desk/absences", 403)


@pytest.mark.parametrize("path", ["/desk/teams/x", "/desk/shifts/x/2026-09-07", "/desk/shifts/T1/soon", "/desk/kits/x"])
def test_what_does_not_exist_is_not_found(ada: Desk, path: str) -> None:
    ada.get(path, 404)
