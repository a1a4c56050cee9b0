"""Programs read the calendar and the policy and change them with a reason, as the pages do."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.webui.api.conftest import Program
from webui.actions.rules import as_toml, policy_of
from webui.store.audit import AuditDetailRow
from webui.store.engine import Store

Make = Callable[..., Program]
OFF = {"kind": "holiday", "official": True, "name": "flood", "why": "notice 12"}


def test_a_day_of_the_calendar_changes_with_a_reason(program: Make, store: Store) -> None:
    one = program("nora")
    year = one.get("/calendar?year=2026")["items"]
    # 2026 is no leap year
    assert (len(year), year[0]["date"], year[-1]["date"]) == (365, "2026-01-01", "2026-12-31")
    before = one.ask("GET", "/calendar/2026-09-08")
    assert before.json == {"date": "2026-09-08", "kind": "workday", "official": True, "name": ""}
    tag = before.headers["ETag"]
    one.ask("PUT", "/calendar/2026-09-08", 400, {**OFF, "why": ""}, If_Match=tag)
    changed = one.ask("PUT", "/calendar/2026-09-08", 200, OFF, If_Match=tag).json
    assert changed == {"date": "2026-09-08", "kind": "holiday", "official": True, "name": "flood"}
    one.ask("PUT", "/calendar/2026-09-08", 412, OFF, If_Match=tag)
    weekend = one.ask("PUT", "/calendar/2026-09-09", 400, {**OFF, "kind": "weekend"}, If_Match="*").json
    assert weekend is not None
    assert weekend["mistakes"][0]["where"] == "kind"
    with store.read() as session:
        assert "notice 12" in session.scalars(select(AuditDetailRow.why)).all()
    one.get("/calendar?year=2090", 404)
    one.get("/calendar/2026-02-30", 404)
    program("eve").get("/calendar?year=2026")
    program("eve").ask("PUT", "/calendar/2026-09-08", 403, OFF, If_Match=tag)


def test_a_new_policy_is_a_version_with_its_reason(program: Make, store: Store) -> None:
    one = program()
    before = one.ask("GET", "/policy")
    assert before.json is not None
    assert before.json["values"]["shift_start"] == "08:30"
    assert before.json["values"]["division_hours"] == ["09:00-12:00", "13:00-17:30"]
    asked = {"changes": {"setup_minutes": 25, "shift_start": "08:00", "division_hours": ["09:00-12:00"]}, "why": "vans"}
    made = one.ask("POST", "/policy", 201, asked, If_Match=before.headers["ETag"], Idempotency_Key="p")
    assert made.json is not None
    assert made.json["number"] == before.json["number"] + 1
    assert made.json["values"] == before.json["values"] | asked["changes"]
    again = one.ask("POST", "/policy", 201, asked, If_Match=before.headers["ETag"], Idempotency_Key="p")
    assert again.json == made.json
    one.ask("POST", "/policy", 412, asked, If_Match=before.headers["ETag"])
    newest = one.get("/policy/versions")["items"][0]
    assert (newest["number"], newest["why"]) == (made.json["number"], "vans")
    assert newest["changed"] == ["division_hours", "setup_minutes", "shift_start"]
    with store.read() as session:
        assert as_toml(policy_of(session)[1]) == made.json["values"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"no_such": 1}, "no_such"),
        ({"setup_minutes": "soon"}, "setup_minutes"),
        ({"shift_start": 8}, "shift_start"),
        ({"division_hours": ["late"]}, "division_hours"),
        ({"a\u007f": 1}, "changes.a"),
        ({"__class__": 1}, "__class__"),
    ],
)
def test_a_policy_that_cannot_be_names_its_field(program: Make, changes: dict[str, Any], where: str) -> None:
    one = program()
    tag = one.ask("GET", "/policy").headers["ETag"]
    answer = one.ask("POST", "/policy", 400, {"changes": changes, "why": "x"}, If_Match=tag).json
    assert answer is not None
    assert [mistake["where"] for mistake in answer["mistakes"]] == [where]
    same = one.get("/policy")["values"]["setup_minutes"]
    nothing = {"changes": {"setup_minutes": same}, "why": "x"}
    assert one.ask("POST", "/policy", 400, nothing, If_Match=tag).json["mistakes"][0]["where"] == "policy"  # type: ignore[index]
