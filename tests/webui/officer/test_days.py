"""The officers' pages and the desk's view of the day: who may open what, and what is on them."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webui.desk.conftest import Desk
from tests.webui.officer.conftest import DayOut
from webui.auth.access import table_of
from webui.officer.replan import choices
from webui.store.days import MarkRow, TeamOfficerRow
from webui.store.engine import Store
from webui.store.runs import RunRow

WATCHERS = {"scheduler", "supervisor", "administrator"}
ACCESS = {
    "officer.home": {"officer"},
    "officer.day": {"officer"},
    "officer.marks": {"officer"},
    "officer.session": {"officer"},
    "officer.sheet": {"officer", *WATCHERS},
    "officer.sheet_style": {"officer", *WATCHERS},
    "officer.worker": {"anyone"},
    "officer.live": WATCHERS,
    "officer.crews": {"scheduler", "administrator"},
    "officer.set_crew": {"scheduler", "administrator"},
    "officer.replan": {"scheduler"},
    "officer.replan_now": {"scheduler"},
}


def send(desk: Desk, path: str, status: int = 200, *marks: dict[str, object]) -> list[dict[str, str]]:
    """Sends marks as the page's script does."""
    headers = {"X-CSRFToken": json.loads(desk.get("/officer/session"))["token"]}
    answer = desk.client.post(f"{path}/marks", json=list(marks), headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json if status == 200 else []  # type: ignore[return-value]


def arrival(out: DayOut, **other: object) -> dict[str, object]:
    at = out.now.isoformat()
    return {"id": "arrived-1", "visit_id": out.visits[0].visit_id, "kind": "arrive", "at": at, **other}


def test_the_pages_of_the_day_are_open_to_these_roles_and_no_other(app: Flask) -> None:
    told = {name: set(audiences) for name, audiences in table_of(app).items() if name.startswith("officer.")}
    assert told == ACCESS


def test_an_officer_sees_the_days_of_the_own_team(eve: Desk, out: DayOut) -> None:
    page = eve.get("/officer/")
    assert out.path in page
    assert "today" in page
    assert page.count("/officer/T") == len(re.findall(rf"/officer/{out.team}/", page))


def test_the_day_has_times_ways_contacts_counts_and_what_to_bring(eve: Desk, out: DayOut) -> None:
    page = eve.get(out.path)
    for text in ("Leave", "Back", "To bring", "Campus", "drive", "study · first permit · English", "ready", "Arrived"):
        assert text in page, text
    assert page.count('class="stop-card"') == len(out.visits)


@pytest.mark.parametrize("path", ["", "/sheet"])
def test_another_teams_day_does_not_exist_for_an_officer(eve: Desk, out: DayOut, path: str) -> None:
    other = "T2" if out.team == "T1" else "T1"
    eve.get(f"/officer/{other}/{out.date}{path}", 404)
    eve.get(f"/officer/nobody/{out.date}{path}", 404)
    eve.get(f"/officer/{out.team}/2026-13-45{path}", 404)


def test_the_sheet_is_printed_by_officer_and_desk(eve: Desk, ada: Desk, out: DayOut) -> None:
    for desk in (eve, ada):
        page = desk.get(f"{out.path}/sheet")
        assert "/officer/sheet.css" in page
        assert "<style" not in page
    assert "@page" in eve.get("/officer/sheet.css")
    ada.get(f"/officer/{out.team}/2026-09-30/sheet", 404)


def test_marks_sent_by_the_script_are_noted_once(eve: Desk, out: DayOut, store: Store) -> None:
    assert [one["outcome"] for one in send(eve, out.path, 200, arrival(out), arrival(out))] == ["saved", "known"]
    assert [one["outcome"] for one in send(eve, out.path, 200, arrival(out))] == ["known"]
    with store.read() as session:
        assert session.scalars(select(MarkRow.kind)).all() == ["arrive"]
    assert "arrived" in eve.get(f"{out.path}?part=1")


def test_a_form_without_a_script_does_the_same_and_twice_is_once(eve: Desk, out: DayOut, store: Store) -> None:
    form: dict[str, Any] = {
        "id": "f" * 32,
        "visit_id": out.visits[0].visit_id,
        "kind": "done",
        "processed": "2",
        "reason": "rain",
    }
    for _ in range(2):
        eve.post(f"{out.path}/marks", **form)
    with store.read() as session:
        [mark] = session.scalars(select(MarkRow)).all()
    assert (mark.processed, mark.reason) == ((2,), "rain")
    assert f"2 of {out.visits[0].applicants} served" in eve.get(out.path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "x"},
        {"kind": "dance"},
        {"at": "yesterday"},
        {"at": "2026-09-07T10:00:00"},
        {"kind": "problem"},
        {"visit_id": 3},
        {"visit_id": "R1\0-1"},
        {"reason": "rain\0"},
        {"reason": "rain\ud800"},
    ],
)
def test_marks_that_cannot_be_read_are_400(eve: Desk, out: DayOut, wrong: dict[str, object]) -> None:
    send(eve, out.path, 400, arrival(out, **wrong))


def test_marks_without_the_token_are_refused(eve: Desk, out: DayOut) -> None:
    assert eve.client.post(f"{out.path}/marks", json=[arrival(out)]).status_code == 400


def test_the_desk_sees_what_was_noted(eve: Desk, ada: Desk, out: DayOut) -> None:
    before = ada.get(f"/officer/live?day={out.date}")
    assert "not yet" in before
    send(eve, out.path, 200, arrival(out, kind="problem", reason="<b>No power</b>"))
    page = ada.get(f"/officer/live?day={out.date}&part=1")
    assert "&lt;b&gt;No power&lt;/b&gt;" in page
    assert "data-going" in page
    assert "data-going" not in ada.get("/officer/live?day=2026-09-30&part=1")
    ada.get("/officer/live?day=never", 404)


def test_a_scheduler_says_who_goes_with_which_team(ada: Desk, out: DayOut, store: Store) -> None:
    assert "Officers of the teams" in ada.get("/officer/crews")
    ada.post(f"/officer/crews/{out.team}")
    with store.read() as session:
        assert session.scalars(select(TeamOfficerRow.user_id)).all() == []
    ada.post(f"/officer/crews/{out.team}", officer=str(out.cast.eve.id))
    with store.read() as session:
        assert session.scalars(select(TeamOfficerRow.user_id)).all() == [out.cast.eve.id]
    ada.post("/officer/crews/T9", 404, officer="1")
    ada.post(f"/officer/crews/{out.team}", 400, officer=str(out.cast.ada.id))


def test_the_rest_of_the_day_is_planned_again_from_the_desk(ada: Desk, eve: Desk, out: DayOut, store: Store) -> None:
    send(eve, out.path, 200, arrival(out))
    page = ada.get("/officer/replan")
    assert "stays as it is" in page
    assert 'value="10:20"' in page  # ten o'clock and twenty minutes
    last = out.visits[-1].visit_id
    form: dict[str, Any] = {"at": "10:30", "key": "once", f"visit {last}": "free"}
    places = [ada.post("/officer/replan", **form).headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    assert "/desk/plans/runs/" in places[0]
    with store.read() as session:
        assert len(session.scalars(select(RunRow.id).where(RunRow.name.contains("10:30"))).all()) == 1
    ada.post("/officer/replan", 400, at="soon")
    begun: dict[str, Any] = {"at": "10:30", f"visit {out.visits[0].visit_id}": "drop"}
    ada.post("/officer/replan", 400, **begun)


def test_the_keeping_script_comes_from_where_it_may_answer(at_desk: Callable[[str], Desk]) -> None:
    answer = at_desk("officer").client.get("/officer/worker.js")
    assert answer.content_type == "text/javascript; charset=utf-8"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_passports_that_come_back_are_not_said_to_keep_their_hour(app: Flask) -> None:
    """The search finds their hour anew, so the page must not offer to keep it."""
    with app.test_request_context("/officer/replan?lang=en"):
        assert choices("return") == (("keep", "may have another hour today"), ("drop", "not today"))
        assert choices("acceptance")[0] == ("keep", "keeps its hour")
