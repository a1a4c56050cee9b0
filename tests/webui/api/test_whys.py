"""Programs read why: whether an organisation and a request may be visited, by when, and why a visit is where it is."""

from collections.abc import Callable
from typing import Any

from tests.webui.api.conftest import Program
from tests.webui.conftest import Cast
from tests.webui.world import a_draft
from webui.store.engine import Store

Make = Callable[..., Program]


def test_an_organisation_that_is_too_small_says_so(program: Make) -> None:
    one = program()
    small = {"id": "O8", "name_en": "Small", "name_zh": "小", "kind": "company", "district": "", "foreigners": 3}
    small["district"] = one.get("/organisations/O1")["district"]
    made: Any = one.ask("POST", "/organisations", 201, small).json
    (why,) = made["reasons"]
    assert why["code"]
    assert why["en"]
    assert why["zh"]
    assert one.get("/organisations/O1")["reasons"] == []
    assert [bool(item["reasons"]) for item in one.get("/organisations")["items"]] == [False, False, True]


def test_a_request_says_whether_it_may_be_visited_and_by_when(program: Make) -> None:
    one = program()
    found = one.get("/requests/R1/verdict")
    assert found["eligible"] is True
    assert found["reasons"] == []
    assert found["visits"] == []
    asked = one.get("/requests/R1")["groups"]
    assert [legal["group"] for legal in found["legal"]] == asked
    assert all(legal["opens"] <= legal["closes"] for legal in found["legal"])
    one.get("/requests/none/verdict", 404)


def test_a_visit_says_why_it_is_there(program: Make, store: Store, cast: Cast) -> None:
    number, one = a_draft(store, cast), program("ben")
    plan = one.get(f"/plans/{number}")
    visit = next(found for found in plan["visits"] if found["date"])
    found = one.get(f"/plans/{number}/visits/{visit['id']}")
    assert (found["team"], found["date"], found["pinned"]) == (visit["team"], visit["date"], False)
    assert found["reasons"]
    assert all(why["en"] and why["zh"] for why in found["reasons"])
    one.get(f"/plans/{number}/visits/none", 404)
    one.get(f"/plans/999/visits/{visit['id']}", 404)


def test_legal_dates_of_a_plan_are_in_order_and_count_everybody(program: Make, store: Store, cast: Cast) -> None:
    number, one = a_draft(store, cast), program("ben")
    rows = one.get(f"/plans/{number}/legal-dates")["items"]
    days = [row["legal_date"] or row["last_workday"] for row in rows]
    assert days == sorted(days)
    visits = {visit["id"]: visit for visit in one.get(f"/plans/{number}")["visits"]}
    covered = [row for row in rows if row["covered"]]
    assert covered
    assert all(visits[row["visit"]]["date"] == row["visited"] for row in covered)
    assert sum(row["people"] for row in rows) == sum(visit["applicants"] for visit in visits.values())
    one.get("/plans/999/legal-dates", 404)
