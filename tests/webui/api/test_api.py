"""The API does what the pages do: tokens and scopes, versions, idempotency, errors that a program can read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from planner.errors import BadInput
from tests.webui.api.conftest import Desk, Program
from tests.webui.conftest import FRIDAY, Cast
from tests.webui.officer.conftest import DayOut, out
from tests.webui.world import a_draft
from webui.actions.notices import EVENTS
from webui.actions.tokens import SCOPES, create_token, holder_of, revoke_token
from webui.actions.users import edit_user
from webui.actions.webhooks import add_webhook
from webui.api.contract import OPERATIONS
from webui.auth.access import table_of
from webui.refusals import Conflict, NotAllowed
from webui.store.audit import AuditDetailRow, AuditRow, verify
from webui.store.engine import Store
from webui.store.outbox import DeliveryRow, note_attempt
from webui.store.requests import RequestRow
from webui.store.tokens import TokenRow
from webui.store.users import UserRow

__all__ = ["out"]

Make = Callable[..., Program]
ASKED = {
    "site": "S1",
    "service": "acceptance",
    "groups": [{"kind": "study", "task": "first", "people": 12, "language": "en", "event_date": "2026-08-30"}],
}
SCOPE = {
    "organisations": "organisations:read",
    "organisation": "organisations:read",
    "add_organisation": "organisations:write",
    "edit_organisation": "organisations:write",
    "add_contact": "organisations:write",
    "remove_contact": "organisations:write",
    "add_site": "organisations:write",
    "site": "organisations:read",
    "edit_site": "organisations:write",
    "move_site": "organisations:write",
    "list_bases": "days:read",
    "base": "days:read",
    "add_base": "teams:write",
    "edit_base": "teams:write",
    "move_base": "teams:write",
    "list_requests": "requests:read",
    "request": "requests:read",
    "receive_request": "requests:write",
    "edit_request": "requests:write",
    "accept_request": "requests:write",
    "refuse_request": "requests:write",
    "withdraw_request": "requests:write",
    "ask_special": "requests:write",
    "special": "requests:read",
    "decide_special": "requests:write",
    "list_promises": "requests:read",
    "give_promise": "requests:write",
    "release_promise": "requests:write",
    "list_offers": "requests:read",
    "booking": "requests:read",
    "hold_offer": "requests:write",
    "adopt_nearest": "requests:write",
    "release_hold": "requests:write",
    "confirm_hold": "requests:write",
    "cancel_booking": "requests:write",
    "try_import": "inputs:write",
    "import_tables": "inputs:write",
    "import_calendar": "rules:write",
    "calendar": "rules:read",
    "calendar_day": "rules:read",
    "edit_day": "rules:write",
    "policy": "rules:read",
    "policy_versions": "rules:read",
    "new_policy": "rules:write",
    "list_teams": "days:read",
    "team": "days:read",
    "add_team": "teams:write",
    "edit_team": "teams:write",
    "list_crews": "days:read",
    "crew": "days:read",
    "set_crew": "teams:write",
    "list_kits": "days:read",
    "kit": "days:read",
    "add_kit": "teams:write",
    "edit_kit": "teams:write",
    "list_shifts": "days:read",
    "add_shift": "teams:write",
    "edit_shift": "teams:write",
    "remove_shift": "teams:write",
    "fill_shifts": "teams:write",
    "set_absences": "plans:write",
    "shift": "days:read",
    "set_absence": "plans:write",
    "replan_rest": "plans:write",
    "undo_plan": "plans:write",
    "rename_plan": "plans:write",
    "take_back_plan": "plans:write",
    "list_plans": "plans:read",
    "plan": "plans:read",
    "run": "plans:read",
    "start_run": "plans:write",
    "cancel_run": "plans:write",
    "move_visit": "plans:write",
    "pin_visit": "plans:write",
    "unpin_visit": "plans:write",
    "submit_plan": "plans:write",
    "approve_plan": "plans:write",
    "send_back_plan": "plans:write",
    "publish_plan": "plans:write",
    "discard_plan": "plans:write",
    "day": "days:read",
    "take_marks": "days:write",
    "list_deliveries": "webhooks:read",
    "deliver_again": "webhooks:write",
    "list_notices": "notices:read",
    "send_notice_again": "notices:write",
    "list_addresses": "notices:read",
    "add_address": "notices:write",
    "remove_address": "notices:write",
    "audit": "audit:read",
    "list_invitations": "organisations:read",
    "invite": "organisations:write",
    "revoke_invitation": "organisations:write",
    "try_move": "plans:read",
    "compare_plans": "plans:read",
    "list_runs": "plans:read",
    "list_specials": "requests:read",
    "list_days": "days:read",
    "team_day": "days:read",
    "verdict": "requests:read",
    "plan_visit": "plans:read",
    "plan_legal_dates": "plans:read",
}
"""Every operation and the scope it needs, so that a new one cannot be forgotten."""


PATH = {"key": "R1", "number": 1, "visit": "R1-1", "day": "2026-09-07", "team": "T1", "other": 1}


def test_every_operation_needs_its_scope(program: Make, app: Flask) -> None:
    assert {one.name: one.scope for one in OPERATIONS} == SCOPE
    names = {name.removeprefix("api.") for name in table_of(app) if name.startswith("api.")}
    assert names == {*SCOPE, "openapi"}
    for one in OPERATIONS:
        others = [scope for scope in SCOPES if scope != one.scope]
        path = one.path.format(**PATH)
        answer = program("ada", *others).ask(one.method, path, 403)
        assert answer.json is not None
        assert answer.json["code"] == "forbidden"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer dst_x", "Basic dst_x", "Bearer dst_" + "x" * 500])
def test_without_a_token_that_works_nothing_is_answered(app: Flask, header: str) -> None:
    answer = app.test_client().get("/api/v1/plans", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json is not None
    assert answer.json["code"] == "no_token"


def test_a_browser_that_is_signed_in_is_no_program(ada: Desk) -> None:
    assert ada.client.get("/api/v1/plans").status_code == 401
    assert ada.client.post("/api/v1/requests", json=ASKED).status_code == 401


def test_lists_come_in_parts(program: Make) -> None:
    one = program()
    first = one.get("/requests?limit=2")
    assert [item["id"] for item in first["items"]] == ["R1", "R2"]
    assert first["next"] == "R2"
    rest = one.get(f"/requests?limit=10&after={first['next']}")
    assert [item["id"] for item in rest["items"]] == ["R3", "R4", "R5"]
    assert rest["next"] is None
    assert [item["id"] for item in one.get("/organisations")["items"]] == ["O1", "O2"]
    assert [site["id"] for site in one.get("/organisations/O1")["sites"]] == ["S1", "S2"]


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=201", "what=1", "limit=1&limit=2", "status=lost"])
def test_queries_that_cannot_be_are_400(program: Make, query: str) -> None:
    assert program().get(f"/requests?{query}", 400)["mistakes"]


def test_a_request_goes_its_way_with_versions(program: Make) -> None:
    one = program()
    answer = one.ask("POST", "/requests", 201, ASKED)
    key, tag = answer.json["id"], answer.headers["ETag"]  # type: ignore[index]
    assert one.ask("GET", f"/requests/{key}", 304, If_None_Match=tag).text == ""
    assert one.ask("POST", f"/requests/{key}/accept", 428).json["code"] == "no_version"  # type: ignore[index]
    one.ask("POST", f"/requests/{key}/accept", 400, If_Match="3")
    changed = one.ask("PUT", f"/requests/{key}", 200, {**ASKED, "contact": "Office"}, If_Match=tag)
    assert one.ask("POST", f"/requests/{key}/accept", 412, If_Match=tag).json["code"] == "changed"  # type: ignore[index]
    accepted = one.ask("POST", f"/requests/{key}/accept", 200, If_Match=changed.headers["ETag"])
    assert accepted.json["status"] == "accepted"  # type: ignore[index]
    again = one.ask("POST", f"/requests/{key}/accept", 409, If_Match=accepted.headers["ETag"])
    assert again.json["code"] == "conflict"  # type: ignore[index]
    one.ask("POST", f"/requests/{key}/refuse", 400, {"why": " "}, If_Match=accepted.headers["ETag"])


def test_the_same_key_is_carried_out_once_and_answered_the_same(program: Make, store: Store) -> None:
    one = program()
    first = one.ask("POST", "/requests", 201, ASKED, Idempotency_Key="k1")
    again = one.ask("POST", "/requests", 201, ASKED, Idempotency_Key="k1")
    assert (again.text, again.headers["ETag"]) == (first.text, first.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    one.ask("POST", "/requests", 409, {**ASKED, "contact": "other"}, Idempotency_Key="k1")
    one.ask("POST", "/requests", 400, ASKED, Idempotency_Key="with space")
    other = program("ada").ask("POST", "/requests", 201, ASKED, Idempotency_Key="k1")
    assert other.json["id"] != first.json["id"]  # type: ignore[index]  # keys belong to a token
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(RequestRow)) == 5 + 2
        assert verify(session).faults == ()


def test_a_refused_request_uses_up_no_key(program: Make) -> None:
    one = program()
    tag = one.ask("GET", "/requests/R1").headers["ETag"]
    one.ask("POST", "/requests/R1/accept", 409, If_Match=tag, Idempotency_Key="k2")
    one.ask("POST", "/requests/R1/withdraw", 200, {"why": "gone"}, If_Match=tag, Idempotency_Key="k2")


def test_what_a_person_may_not_do_its_program_may_not_either(program: Make) -> None:
    assert program("eve").ask("POST", "/requests", 403, ASKED).json["code"] == "forbidden"  # type: ignore[index]


def test_mistakes_are_named_all_at_once(program: Make) -> None:
    wrong = {**ASKED, "site": "", "groups": [{**ASKED["groups"][0], "people": 0}], "more": 1}  # type: ignore[dict-item]
    mistakes = program().ask("POST", "/requests", 400, wrong).json["mistakes"]  # type: ignore[index]
    assert {one["where"] for one in mistakes} == {"site", "groups.0.people", "more"}
    hours = {**ASKED, "host_hours": [{"start": "10:00", "end": "09:00"}]}
    assert program().ask("POST", "/requests", 400, hours).json["mistakes"][0]["where"] == "host_hours"  # type: ignore[index]


def test_errors_of_the_address_and_the_form_are_json_too(program: Make) -> None:
    one = program()
    for method, path, status in (("GET", "/nothing", 404), ("DELETE", "/plans", 405), ("GET", "/plans/x", 404)):
        answer = one.ask(method, path, status)
        assert answer.content_type == "application/json"
        assert answer.json["zh"]  # type: ignore[index]
    raw = {"Authorization": f"Bearer {one.token}"}
    assert one.client.post("/api/v1/requests", data="{}", headers=raw).status_code == 415
    json = {**raw, "Content-Type": "application/json"}
    assert one.client.post("/api/v1/requests", data="{", headers=json).status_code == 400
    assert one.client.post("/api/v1/requests", data=b"\xff", headers=json).status_code == 400


def test_a_plan_from_draft_to_force(program: Make, store: Store, cast: Cast) -> None:
    number = a_draft(store, cast)
    ada, ben = program("ada"), program("ben")
    plan = ada.ask("GET", f"/plans/{number}")
    visit = next(one for one in plan.json["visits"] if one["date"])  # type: ignore[index]
    pinned = ada.ask("POST", f"/plans/{number}/visits/{visit['id']}/pin", If_Match=plan.headers["ETag"])
    stuck = {"team": "T1", "date": "2026-09-11"}
    ada.ask("POST", f"/plans/{number}/visits/{visit['id']}/move", 409, stuck, If_Match=pinned.headers["ETag"])
    free = ada.ask("POST", f"/plans/{number}/visits/{visit['id']}/unpin", If_Match=pinned.headers["ETag"])
    sent = ada.ask("POST", f"/plans/{number}/submit", If_Match=free.headers["ETag"])
    ada.ask("POST", f"/plans/{number}/approve", 403, {}, If_Match=sent.headers["ETag"])
    approved = ben.ask("POST", f"/plans/{number}/approve", 200, {"why": "seen"}, If_Match=sent.headers["ETag"])
    published = ada.ask("POST", f"/plans/{number}/publish", 200, {}, If_Match=approved.headers["ETag"])
    assert published.json["status"] == "published"  # type: ignore[index]
    day = ada.get(f"/days/{visit['date']}")
    assert day["plan"] == number
    assert visit["id"] in {one["visit"] for one in day["visits"]}
    assert ada.get("/plans")["items"][0]["id"] == number
    ada.get("/days/2026-02-30", 404)


def test_deliveries_are_read_with_every_try_by_administrators_only(
    program: Make, store: Store, cast: Cast, at_desk: Callable[[str], Desk]
) -> None:
    host = "hooks.example:443"
    add_webhook(store, "calendar", "https://hooks.example/a", EVENTS, host, (host,), cast.nora)
    with store.write() as session:
        for number in (1, 2, 3):
            facts = {"key": f"k{number}", "mark": f"m{number}", "event": "visit.moved", "payload": "{}"}
            session.add(DeliveryRow(hook_id=1, attempt=2, made_at=FRIDAY, **facts))
    with store.job() as connection:
        note_attempt(connection, 3, FRIDAY, 1.25, 503, "503 <b>busy</b>")
        note_attempt(connection, 3, FRIDAY + timedelta(seconds=30), 0.5, 204)
    first = program("nora").get("/deliveries?limit=2")
    assert ([one["id"] for one in first["items"]], first["next"]) == (["m3", "m2"], 2)
    assert first["items"][0]["attempts"] == [
        {"at": "2026-09-04T01:00:30Z", "seconds": 0.5, "code": 204, "error": ""},
        {"at": "2026-09-04T01:00:00Z", "seconds": 1.25, "code": 503, "error": "503 <b>busy</b>"},
    ]
    rest = program("nora").get("/deliveries?limit=2&before=2")
    assert [(one["id"], one["tries"], one["attempts"]) for one in rest["items"]] == [("m1", 2, [])]
    program("nora").get("/deliveries?before=0", 400)
    program("ada").get("/deliveries", 403)
    page = at_desk("admin").get("/programs/webhooks")
    assert "<summary>2</summary>" in page
    assert "503 1.25 s" in page
    assert "503 &lt;b&gt;busy&lt;/b&gt;" in page


def test_an_exception_is_asked_for_by_one_and_decided_by_another(program: Make) -> None:
    asked = program("ada").ask("POST", "/requests/R2/specials", 201, {"reason": "Exams begin on Monday"})
    key, tag = asked.json["id"], asked.headers["ETag"]  # type: ignore[index]
    program("ada").ask("POST", f"/specials/{key}/decide", 403, {"approve": True}, If_Match=tag)
    decided = program("ben").ask("POST", f"/specials/{key}/decide", 200, {"approve": True}, If_Match=tag)
    assert decided.json["status"] == "approved"  # type: ignore[index]
    assert program("ada").get(f"/specials/{key}")["reason"] == "Exams begin on Monday"


def test_a_promise_is_given_and_taken_back(program: Make) -> None:
    one = program()
    promise = {"date": "2026-09-08", "start": "09:30"}
    given = one.ask("POST", "/requests/R1/promises", 201, promise).json["items"]  # type: ignore[index]
    assert [(item["date"], item["start"], item["session"]) for item in given] == [("2026-09-08", "09:30", 1)]
    tag = one.ask("GET", "/requests/R1/promises").headers["ETag"]
    one.ask("POST", "/requests/R1/promises", 409, promise)
    one.ask("POST", f"/requests/R2/promises/{given[0]['id']}/release", 404, {"why": "told"}, If_Match="*")
    one.ask("POST", f"/requests/R1/promises/{given[0]['id']}/release", 400, {"why": ""}, If_Match=tag)
    one.ask("POST", f"/requests/R1/promises/{given[0]['id']}/release", 200, {"why": "told"}, If_Match=tag)
    assert one.get("/requests/R1/promises")["items"] == []


def test_an_absence_is_noted_on_a_shift(program: Make) -> None:
    one = program()
    assert [team["id"] for team in one.get("/teams")["items"]] == ["T1", "T2"]
    tag = one.ask("GET", "/teams/T1/shifts/2026-09-07").headers["ETag"]
    absent = one.ask("PUT", "/teams/T1/shifts/2026-09-07/absence", 200, {"absence": "training"}, If_Match=tag)
    assert absent.json["absence"] == "training"  # type: ignore[index]
    one.ask("PUT", "/teams/T1/shifts/2026-09-07/absence", 412, {"absence": ""}, If_Match=tag)
    one.get("/teams/T1/shifts/2026-09-06", 404)


def test_a_draft_is_renamed_undone_and_taken_back(program: Make, store: Store, cast: Cast) -> None:
    number, one = a_draft(store, cast), program()
    tag = one.ask("GET", f"/plans/{number}").headers["ETag"]
    named = one.ask("POST", f"/plans/{number}/rename", 200, {"name": "Week"}, If_Match=tag)
    assert named.json["name"] == "Week"  # type: ignore[index]
    one.ask("POST", f"/plans/{number}/undo", 409, If_Match=named.headers["ETag"])
    sent = one.ask("POST", f"/plans/{number}/submit", If_Match=named.headers["ETag"])
    back = one.ask("POST", f"/plans/{number}/take-back", If_Match=sent.headers["ETag"])
    assert back.json["status"] == "draft"  # type: ignore[index]
    one.ask("POST", "/days/2026-09-04/replan", 409, {"at": "10:30"})


def test_a_run_is_started_and_cancelled(program: Make) -> None:
    one = program()
    asked = {"name": "Week", "first": "2026-09-07", "last": "2026-09-11", "effort": "quick"}
    made = one.ask("POST", "/runs", 201, asked, Idempotency_Key="run").json
    assert made is not None
    assert one.ask("POST", "/runs", 201, asked, Idempotency_Key="run").json == made
    assert one.ask("POST", f"/runs/{made['id']}/cancel", 200, {}).json["status"] == "cancelled"  # type: ignore[index]
    assert one.get(f"/runs/{made['id']}")["plan"] is None
    one.ask("POST", "/runs", 400, {**asked, "last": "2026-01-01"})


def test_an_officers_program_notes_marks(out: DayOut, app: Flask, program: Make) -> None:
    mark = {"id": "program-1", "visit": out.visits[0].visit_id, "kind": "arrive", "at": "2026-09-07T10:00:00+08:00"}
    path = f"/days/{out.date}/teams/{out.team}/marks"
    answer = program("eve").ask("POST", path, 200, {"marks": [mark]})
    assert answer.json["items"][0]["outcome"] == "refused"  # type: ignore[index]  # it is Friday; the day is Monday
    program("ada").ask("POST", path, 403, {"marks": [mark]})
    program("eve").ask("POST", path, 400, {"marks": [{**mark, "at": "2026-09-07T10:00:00"}]})


# ------------------------------------------------------------------------------------------------ tokens


@pytest.fixture
def settled(store: Store, cast: Cast) -> None:
    """Everybody has a password of their own."""
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))


@pytest.mark.usefixtures("settled")
def test_a_token_is_shown_once_and_kept_as_a_hash(store: Store, cast: Cast) -> None:
    number, token = create_token(store, "export", cast.ada.id or 0, ["plans:read"], 30, cast.nora)
    with store.read() as session:
        row = session.get_one(TokenRow, number)
        assert token not in (row.token_hash, row.begins)
        assert token.startswith(row.begins)
        details = session.scalars(select(AuditDetailRow)).all()
        assert not any(token in one.after + one.before + one.why for one in details)
    holder = holder_of(store, token, FRIDAY)
    assert holder is not None
    assert (holder.person.id, set(holder.scopes)) == (cast.ada.id, {"plans:read"})
    with store.read() as session:
        assert session.get_one(TokenRow, number).used_at == FRIDAY


@pytest.mark.usefixtures("settled")
def test_a_token_ends_when_revoked_or_over_or_its_user_is_locked_out(store: Store, cast: Cast) -> None:
    assert cast.ada.id
    number, token = create_token(store, "a", cast.ada.id, ["plans:read"], 30, cast.nora)
    assert holder_of(store, token, FRIDAY + timedelta(days=30)) is not None
    assert holder_of(store, token, FRIDAY + timedelta(days=31)) is None
    revoke_token(store, number, cast.nora)
    assert holder_of(store, token, FRIDAY) is None
    with pytest.raises(Conflict):
        revoke_token(store, number, cast.nora)
    _, second = create_token(store, "b", cast.ada.id, ["plans:read"], 30, cast.nora)
    edit_user(store, cast.ada.id, name="Ada", roles=("scheduler",), active=False, version=None, by=cast.nora)
    assert holder_of(store, second, FRIDAY) is None
    with store.read() as session:
        actions = session.scalars(
            select(AuditRow.action).where(AuditRow.action.like("token.%")).order_by(AuditRow.number)
        ).all()
    assert actions == ["token.create", "token.revoke", "token.create"]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["all"]}, {"days": 0}, {"days": 999}])
def test_tokens_that_cannot_be_are_bad_input(store: Store, cast: Cast, wrong: dict[str, Any]) -> None:
    facts = {"name": "x", "user_id": cast.ada.id, "scopes": ["plans:read"], "days": 30, **wrong}
    with pytest.raises(BadInput):
        create_token(store, **facts, by=cast.nora)
    with pytest.raises(NotAllowed):
        create_token(store, "x", cast.ada.id or 0, ["plans:read"], 30, cast.ada)


def test_an_administrator_makes_and_revokes_tokens_on_a_page(
    at_desk: Callable[[str], Desk], cast: Cast, store: Store
) -> None:
    nora = at_desk("admin")
    assert "No program has a token yet." in nora.get("/programs/tokens")
    form = {"name": "<i>x</i>", "user_id": str(cast.ada.id), "days": "9", "scopes": "plans:read"}
    page = nora.post("/programs/tokens", 200, **form).text
    assert "&lt;i&gt;x&lt;/i&gt;" in page
    assert "dst_" in page
    with store.read() as session:
        begins = session.scalars(select(TokenRow.begins)).one()
    later = nora.get("/programs/tokens")
    assert later.count("dst_") == later.count(begins) == 1  # its first signs, no more
    nora.post("/programs/tokens/1/revoke")
    assert "revoked" in nora.get("/programs/tokens")
    nora.post("/programs/tokens", 400, name="x", user_id="1", days="soon", scopes="plans:read")
    at_desk("scheduler").get("/programs/tokens", 403)


def test_the_contract_is_read_by_people_and_programs(ada: Desk, app: Flask) -> None:
    page = ada.get("/programs/api")
    assert page.count("/api/v1") > len(OPERATIONS)
    document = app.test_client().get("/api/v1/openapi.json").json
    assert document is not None
    assert document["openapi"] == "3.1.0"
    assert len(document["paths"]["/api/v1/requests"]) == 2
    given = {tag for path in document["paths"].values() for one in path.values() for tag in one["responses"]}
    assert {"200", "201", "400", "401", "403", "404", "409", "412", "415", "428"} <= given


PAGES = {
    "programs.api": {"scheduler", "supervisor", "officer", "administrator"},
    "programs.tokens": {"administrator"},
    "programs.create_token": {"administrator"},
    "programs.revoke_token": {"administrator"},
    "programs.webhooks": {"administrator"},
    "programs.add_webhook": {"administrator"},
    "programs.switch_webhook": {"administrator"},
    "programs.remove_webhook": {"administrator"},
    "programs.deliver_again": {"administrator"},
}


def test_the_pages_of_programs_are_open_to_these_roles_and_no_other(app: Flask) -> None:
    told = {name: set(audiences) for name, audiences in table_of(app).items() if name.startswith("programs.")}
    assert told == PAGES


def test_a_locked_out_row_version_is_412_not_409(program: Make, store: Store) -> None:
    one = program()
    tag = one.ask("GET", "/requests/R1").headers["ETag"]
    with store.write() as session:
        session.execute(update(RequestRow).where(RequestRow.id == "R1").values(version=RequestRow.version + 1))
    one.ask("POST", "/requests/R1/withdraw", 412, {}, If_Match=tag)


def test_the_same_key_from_many_at_once_is_carried_out_once(program: Make, app: Flask, store: Store) -> None:
    one = program()

    def send(_: int) -> tuple[int, str]:
        mine = Program(app.test_client(), one.token)
        answer = mine.ask("POST", "/requests", 201, ASKED, Idempotency_Key="race")
        return answer.status_code, answer.text

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(24)))
    assert len(answers) == 1
    with store.read() as session:
        assert session.scalar(select(func.count()).select_from(RequestRow)) == 5 + 1
