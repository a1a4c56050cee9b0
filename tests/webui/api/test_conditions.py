"""If-Match (RFC 9110, 13.1.1): what was read is what is changed, or nothing is."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.webui.api.conftest import Program
from tests.webui.api.test_offers import act, asked
from tests.webui.booking.booking_world import in_force
from tests.webui.conftest import Cast
from tests.webui.world import a_draft
from webui.api.conditions import holds, is_condition, tag_of
from webui.api.contract import OPERATIONS
from webui.api.openapi import openapi
from webui.store.engine import Store

Make = Callable[..., Program]
FREE = {
    "these only add": """receive_request add_organisation add_contact add_site add_base add_team add_kit add_shift
        invite ask_special give_promise start_run replan_rest add_address take_marks""",
    "these end or send again what nobody edits": """remove_contact revoke_invitation remove_address cancel_run
        send_notice_again deliver_again""",
    "these change many things at once, which their own look shows first": """import_tables import_calendar fill_shifts
        set_absences""",
}


@pytest.fixture
def open_week(app: Flask, store: Store, cast: Cast) -> int:
    """The plan of the week is in force."""
    return in_force(store, cast)


def test_every_other_change_needs_if_match() -> None:
    free = {name for names in FREE.values() for name in names.split()}
    assert {one.name for one in OPERATIONS if one.changes and not one.guarded} == free


def test_the_contract_says_where_it_is_needed_and_from_where_it_comes() -> None:
    document = openapi()
    for one in OPERATIONS:
        made = document["paths"][f"/api/v1{one.path}"][one.method.lower()]
        headers = {found["name"]: found for found in made["parameters"] if found["in"] == "header"}
        assert ("If-Match" in headers) == one.guarded
        assert ({"412", "428"} <= made["responses"].keys()) == one.guarded
        if one.guards is not None:
            source = next(found for found in OPERATIONS if found.name == one.guards.__name__)
            assert f"GET /api/v1{source.path})" in headers["If-Match"]["description"]
            read = document["paths"][f"/api/v1{source.path}"]["get"]
            assert "ETag" in read["responses"]["200"]["headers"]


@pytest.mark.parametrize(
    ("given", "well_formed", "meant"),
    [
        ('"3-ab"', True, True),
        ("*", True, True),
        ('"2-ab", "3-ab"', True, True),
        ('"2-ab" ,\t"3-xx"', True, False),
        ('W/"3-ab"', True, False),  # weak tags are never equal here
        ('W/"3-ab", "3-ab"', True, True),
        ("3-ab", False, False),
        ('"3-ab" "x"', False, False),
        ('*, "3-ab"', False, True),
        ('"' + "x" * 1_000 + '"', False, False),
    ],
)
def test_conditions_are_read_as_the_standard_says(given: str, well_formed: bool, meant: bool) -> None:
    assert is_condition(given) is well_formed
    if well_formed:
        assert holds(given, '"3-ab"') is meant


def test_a_tag_names_the_version_and_what_is_shown() -> None:
    assert tag_of(3, "a") == '"3-ca978112ca1bbdca"'  # SHA-256 of "a" begins so
    assert len({tag_of(3, "a"), tag_of(4, "a"), tag_of(3, "b")}) == 3


def test_what_was_put_in_the_place_of_a_hold_is_not_booked_unseen(program: Make, open_week: int) -> None:
    one, other = program(), program()
    key = asked(one)
    first, second = one.get(f"/requests/{key}/offers")["items"][:2]
    path = f"/requests/{key}"
    empty = one.ask("GET", f"{path}/booking").headers["ETag"]
    one.ask("POST", f"{path}/hold", 428, {"choice": first["choice"]})
    seen = one.ask("POST", f"{path}/hold", 200, {"choice": first["choice"]}, If_Match=empty).headers["ETag"]
    act(other, key, "hold", {"choice": second["choice"]})
    for what, body in (("confirm", None), ("release", None), ("cancel", {}), ("hold", {"choice": first["choice"]})):
        refused = one.ask("POST", f"{path}/{what}", 412, body, If_Match=seen).json
        assert refused is not None
        assert refused["code"] == "changed"
    now: Any = one.ask("GET", f"{path}/booking")
    assert now.json["hold"]["slots"][0]["date"] == second["slots"][0]["date"]
    booked = one.ask("POST", f"{path}/confirm", 200, If_Match=now.headers["ETag"], Idempotency_Key="c")
    again = one.ask("POST", f"{path}/confirm", 200, If_Match=now.headers["ETag"], Idempotency_Key="c")
    assert (again.text, again.headers["ETag"]) == (booked.text, booked.headers["ETag"])
    one.ask("POST", f"{path}/confirm", 412, If_Match=now.headers["ETag"])
    assert one.ask("POST", f"{path}/confirm", 200, If_Match="*").json == booked.json


def test_who_read_the_contacts_before_has_not_read_the_organisation_as_it_is(program: Make) -> None:
    one = program()
    before: Any = one.ask("GET", "/organisations/O1")
    tag = before.headers["ETag"]
    one.ask("GET", "/organisations/O1", 304, If_None_Match=tag)
    added = one.ask("POST", "/organisations/O1/contacts", 201, {"office": "Office"})
    one.ask("GET", "/organisations/O1", 200, If_None_Match=tag)
    one.ask("GET", "/organisations/O1", 304, If_None_Match=added.headers["ETag"])
    form = {name: before.json[name] for name in ("name_zh", "name_en", "kind", "district", "foreigners")}
    one.ask("PUT", "/organisations/O1", 412, {**form, "foreigners": 50}, If_Match=tag)
    changed = one.ask("PUT", "/organisations/O1", 200, {**form, "foreigners": 50}, If_Match=added.headers["ETag"])
    assert one.ask("GET", "/organisations/O1").headers["ETag"] == changed.headers["ETag"]


def test_a_short_answer_has_the_tag_of_the_whole_plan(program: Make, store: Store, cast: Cast, open_week: int) -> None:
    number, one = a_draft(store, cast), program()
    plan = one.ask("GET", f"/plans/{number}")
    named = one.ask("POST", f"/plans/{number}/rename", 200, {"name": "Week"}, If_Match=plan.headers["ETag"])
    assert "visits" not in (named.json or {})
    assert one.ask("GET", f"/plans/{number}").headers["ETag"] == named.headers["ETag"] != plan.headers["ETag"]


def test_a_condition_where_none_is_taken_is_refused_not_ignored(program: Make) -> None:
    one = program()
    answer = one.ask("POST", "/organisations/O1/contacts", 400, {"office": "Office"}, If_Match="*").json
    assert answer is not None
    assert [mistake["where"] for mistake in answer["mistakes"]] == ["If-Match"]
    assert one.get("/organisations/O1")["contacts"] == []
