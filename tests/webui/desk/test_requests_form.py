"""A request entered and corrected by the staff, and a date promised by hand."""

import re
from datetime import date
from typing import Any

from sqlalchemy import select

from planner.model import Group, Hours
from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk
from webui.actions.requests import RequestForm, edit_request
from webui.store.engine import Store
from webui.store.requests import PromiseRow, RequestRow
from webui.store.values import request_of

LINE: dict[str, Any] = {
    "groups, 1, kind": "study",
    "groups, 1, task": "first",
    "groups, 1, count": "12",
    "groups, 1, ready": "9",
    "groups, 1, language": "en",
    "groups, 1, also_languages": "zh;en",
    "groups, 1, event_date": "2026-08-30",
}
WHERE: dict[str, Any] = {
    "site_id": "S1",
    "service": "acceptance",
    "host_hours": "14:00-17:00",
    "contact": "Office, 023-0000-0001",
}
BY_TELEPHONE: dict[str, Any] = {"form": "new", "rows": "4", **LINE, **WHERE}


def the_new_one(store: Store) -> RequestRow:
    with store.read() as session:
        return session.scalars(select(RequestRow).where(RequestRow.status == "received")).one()


def test_a_request_by_telephone_is_in_the_inbox_with_what_was_said(ada: Desk, store: Store) -> None:
    ada.post("/desk/organisations/O1/requests/new", **BY_TELEPHONE, key="k1")
    asked = request_of(the_new_one(store))
    # the third line says nothing and is no group; a language given twice is there once
    assert asked.groups == (Group("study", "first", 12, "en", date(2026, 8, 30), ("zh",), 9),)
    assert asked.host_hours == (Hours(14 * 3600, 17 * 3600),)
    assert asked.received == date(2026, 9, 4)
    assert asked.id in ada.get("/desk/requests")


def test_sent_twice_it_is_there_once(ada: Desk, store: Store) -> None:
    for _ in range(2):
        ada.post("/desk/organisations/O1/requests/new", **BY_TELEPHONE, key="k1")
    assert len(the_new_one(store).groups) == 1


def test_every_mistake_is_told_beside_its_line_and_nothing_is_lost(ada: Desk, store: Store) -> None:
    second = {"groups, 2, kind": "work", "groups, 2, task": "change", "groups, 2, count": "3"}
    wrong = {**BY_TELEPHONE, **second, "groups, 1, count": "many", "groups, 2, event_date": "32 August"}
    page = ada.post("/desk/organisations/O1/requests/new", 400, **wrong, key="k1").text
    assert "Not saved: 3 to correct" in page  # the number, the language that is missing, the date
    assert 'value="many"' in page
    assert 'value="Office, 023-0000-0001"' in page
    assert ada.get("/desk/requests").count("Every request is answered.") == 1


def test_a_request_without_people_is_refused(ada: Desk) -> None:
    page = ada.post("/desk/organisations/O1/requests/new", 400, form="new", rows="4", **WHERE, key="k1").text
    assert "needs one group of people at least" in page


def test_more_lines_keep_what_was_typed(ada: Desk) -> None:
    page = ada.post("/desk/organisations/O1/requests/new", 200, **BY_TELEPHONE, key="k1", more="yes").text
    assert 'name="rows" value="10"' in page
    assert 'name="groups, 10, count"' in page
    assert 'name="groups, 1, count" type="number" value="12"' in page
    assert 'name="key" value="k1"' in page


def test_a_request_is_corrected(ada: Desk, store: Store) -> None:
    page = ada.get("/desk/requests/R1/edit")
    assert 'value="20"' in page
    ada.post("/desk/requests/R1/edit", form="edit", version="1", rows="4", **LINE, **WHERE)
    with store.read() as session:
        row = session.get_one(RequestRow, "R1")
        assert [group.people for group in row.groups] == [12]
        assert row.version > 1


def test_who_is_second_sees_both_versions(ada: Desk, store: Store, cast: Cast) -> None:
    first = RequestForm("S1", "acceptance", (Group("study", "first", 18, "en", date(2026, 8, 30)),))
    edit_request(store, "R1", first, 1, cast.ada)
    page = ada.post("/desk/requests/R1/edit", 409, form="edit", version="1", rows="4", **LINE, **WHERE).text
    assert "Changed meanwhile" in page
    assert re.search(r"<th[^>]*>Applicants</th><td>.*18.*</td><td><b>.*12.*</b>", page)


def test_a_promise_by_hand_stands_on_the_page_and_is_taken_back(ada: Desk, store: Store) -> None:
    give: dict[str, Any] = {"form": "promise", "session": "1", "date": "2026-09-08", "start": "09:30", "team_id": "T2"}
    ada.post("/desk/requests/R1/promises", **give)
    page = ada.get("/desk/requests/R1")
    assert "Promise, session 1" in page
    assert "Tue 8 Sep" in page
    assert "Team 2" in page
    again = ada.post("/desk/requests/R1/promises", 409, **give).text
    assert "promised already" in again
    with store.read() as session:
        promise = session.scalars(select(PromiseRow)).one()
    ada.post(f"/desk/requests/R1/promises/{promise.id}/release", form="release", why="they have exams")
    assert "Promise, session 1" not in ada.get("/desk/requests/R1")


def test_a_promise_in_the_past_or_of_nobody_is_refused(ada: Desk) -> None:
    give: dict[str, Any] = {"form": "promise", "session": "1", "date": "2026-09-03", "start": "09:30"}
    assert "has passed" in ada.post("/desk/requests/R1/promises", 400, **give).text
    ada.post("/desk/requests/R1/promises", 404, **{**give, "date": "2026-09-08", "team_id": "T9"})
