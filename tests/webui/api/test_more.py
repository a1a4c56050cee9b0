"""What else programs do: try a move, compare plans, invite offices, keep addresses, send again, read the audit."""

from collections.abc import Callable

from sqlalchemy import select

from tests.webui.api.conftest import Program
from tests.webui.conftest import FRIDAY, Cast
from tests.webui.world import a_draft
from webui.actions.notices import EVENTS
from webui.actions.webhooks import add_webhook
from webui.store.audit import AuditRow
from webui.store.engine import Store
from webui.store.outbox import DeliveryRow, NoticeRow
from webui.store.tokens import AnswerRow

Make = Callable[..., Program]


def test_a_move_is_tried_and_nothing_is_saved(program: Make, store: Store, cast: Cast) -> None:
    number, one = a_draft(store, cast), program()
    before = one.ask("GET", f"/plans/{number}")
    visit = next(found for found in before.json["visits"] if found["date"])  # type: ignore[index]
    other = "T1" if visit["team"] == "T2" else "T2"
    path = f"/plans/{number}/visits/{visit['id']}/try"
    tried = one.ask("POST", path, 200, {"team": other, "date": visit["date"]}).json
    assert tried is not None
    assert tried["cost_before"] == before.json["cost"]  # type: ignore[index]
    assert tried["possible"] == (tried["starts"] is not None)
    one.ask("POST", path, 409, {"team": other, "date": "2026-10-30"})  # nobody works then
    out = one.ask("POST", path, 200, {}).json
    assert out is not None
    assert (out["possible"], out["starts"]) == (True, None)
    assert out["cost_after"] > out["cost_before"]
    one.ask("POST", path, 400, {"team": other})
    assert one.ask("GET", f"/plans/{number}").headers["ETag"] == before.headers["ETag"]


def test_two_plans_are_compared(program: Make, store: Store, cast: Cast) -> None:
    first, second, one = a_draft(store, cast), a_draft(store, cast), program()
    same = one.get(f"/plans/{first}/changes/{second}")
    assert same["moved"] == []
    plan = one.ask("GET", f"/plans/{second}")
    visit = next(found for found in plan.json["visits"] if found["date"])  # type: ignore[index]
    one.ask("POST", f"/plans/{second}/visits/{visit['id']}/move", 200, {}, If_Match=plan.headers["ETag"])
    found = one.get(f"/plans/{first}/changes/{second}")
    (moved,) = (one for one in found["moved"] if one["change"] == "dropped")  # others of the outing may come earlier
    assert found["same"] + len(found["moved"]) == same["same"]
    assert (moved["request"], moved["after"]) == (visit["request"], None)
    assert moved["before"]["team"] == visit["team"]
    assert moved["must_tell"] is False
    one.get(f"/plans/{first}/changes/999", 404)


def test_runs_and_exceptions_that_wait_are_listed(program: Make) -> None:
    one = program()
    assert one.get("/runs") == {"running": [], "ended": []}
    asked = {"name": "Week", "first": "2026-09-07", "last": "2026-09-11", "effort": "quick"}
    run = one.ask("POST", "/runs", 201, asked).json
    assert run is not None
    assert one.get("/runs")["running"] == [run]
    one.ask("POST", f"/runs/{run['id']}/cancel", 200, {})
    assert [ended["status"] for ended in one.get("/runs")["ended"]] == ["cancelled"]
    assert one.get("/specials")["items"] == []
    special = one.ask("POST", "/requests/R2/specials", 201, {"reason": "Exams begin on Monday"}).json
    assert one.get("/specials")["items"] == [special]


def test_an_invitation_is_shown_once_and_kept_nowhere(program: Make, store: Store) -> None:
    one, path = program(), "/organisations/O1/invitations"
    made = one.ask("POST", path, 201, {"office": "International office"}).json
    assert made is not None
    secret = made.pop("link").rpartition("/")[2]
    assert len(secret) > 40
    assert one.get(path)["items"] == [made]
    keyed = one.ask("POST", path, 400, {"office": "x"}, Idempotency_Key="again").json
    assert keyed is not None
    assert keyed["mistakes"][0]["where"] == "Idempotency-Key"
    with store.read() as session:
        assert session.scalars(select(AnswerRow)).all() == []
    one.ask("POST", f"/organisations/O2/invitations/{made['id']}/revoke", 404)
    assert one.ask("POST", f"{path}/{made['id']}/revoke").json["items"][0]["revoked_at"] == "2026-09-04T01:00:00Z"  # type: ignore[index]
    one.get("/organisations/none/invitations", 404)
    one.ask("POST", "/organisations/none/invitations", 404, {"office": "x"})


def test_addresses_are_kept_and_stuck_notices_go_again(program: Make, store: Store) -> None:
    one = program("nora")
    asked = {"email": "office@example.edu", "audience": "organisation", "organisation": "O1", "language": "en"}
    added = one.ask("POST", "/addresses", 201, asked).json
    assert added is not None
    (address,) = added["items"]
    assert address == {"id": address["id"], **asked}
    assert added["without"] == ["O2"]
    assert one.get("/addresses") == added
    one.ask("POST", "/addresses", 409, asked)
    wrong = one.ask("POST", "/addresses", 400, {"email": "no address", "audience": "schedulers", "organisation": "O1"})
    assert [mistake["where"] for mistake in wrong.json["mistakes"]] == ["email", "organisation_id"]  # type: ignore[index]
    assert one.ask("POST", f"/addresses/{address['id']}/remove").json["items"] == []  # type: ignore[index]

    facts = {"kind": "visit.moved", "email": "a@example.edu", "subject": "s", "body": "b", "message_id": "m"}
    with store.write() as session:
        session.add(NoticeRow(key="k", status="failed", failures=3, made_at=FRIDAY, **facts))
    assert one.get("/notices")["stuck"] == 1
    assert one.ask("POST", "/notices/1/again").json["status"] == "waiting"  # type: ignore[index]
    one.ask("POST", "/notices/1/again", 409)
    assert one.get("/notices")["items"][0]["failures"] == 0


def test_a_failed_delivery_goes_again(program: Make, store: Store, cast: Cast) -> None:
    host = "hooks.example:443"
    add_webhook(store, "calendar", "https://hooks.example/a", EVENTS, host, (host,), cast.nora)
    with store.write() as session:
        facts = {"key": "k", "mark": "m", "event": "visit.moved", "payload": "{}", "status": "failed"}
        session.add(DeliveryRow(hook_id=1, made_at=FRIDAY, **facts))
    one = program("nora")
    assert one.ask("POST", "/deliveries/1/again").json["status"] == "waiting"  # type: ignore[index]
    one.ask("POST", "/deliveries/1/again", 409)
    one.ask("POST", "/deliveries/2/again", 404)


def test_the_audit_is_read_backwards(program: Make, store: Store) -> None:
    program().ask("POST", "/requests/R1/withdraw", 200, {"why": "moved away"}, If_Match="*")
    one = program("ben")
    newest = one.get("/audit?text=request R1")["items"][0]
    assert (newest["action"], newest["why"]) == ("request.withdrawn", "moved away")
    assert newest["after"]["status"] == "withdrawn"
    with store.read() as session:
        numbers = sorted(session.scalars(select(AuditRow.number)), reverse=True)
    assert [entry["number"] for entry in one.get("/audit")["items"]] == numbers[:100]
    assert [entry["number"] for entry in one.get("/audit?before=3")["items"]] == [2, 1]
