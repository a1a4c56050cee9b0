"""Programs of the staff ask for offers, hold, book, move and cancel, as organisations do at the counter."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.webui.api.conftest import Program
from tests.webui.booking.booking_world import in_force
from tests.webui.conftest import Cast
from webui.store.audit import AuditRow
from webui.store.engine import Store

Make = Callable[..., Program]
GROUP = {"kind": "study", "task": "first", "people": 12, "language": "en", "event_date": "2026-08-30"}
ASKED = {"site": "S3", "service": "acceptance", "groups": [GROUP]}


@pytest.fixture
def open_week(app: Flask, store: Store, cast: Cast) -> int:
    """The plan of the week is in force."""
    return in_force(store, cast)


def act(program: Program, key: str, what: str, body: Any = None, status: int = 200, **headers: str) -> Any:
    """Does something about the booking of a request as it stands now; what is answered."""
    tag = program.ask("GET", f"/requests/{key}/booking").headers["ETag"]
    return program.ask("POST", f"/requests/{key}/{what}", status, body, If_Match=tag, **headers).json


def asked(program: Program, **changed: Any) -> str:
    made: dict[str, Any] = program.ask("POST", "/requests", 201, {**ASKED, **changed}).json or {}
    return str(made["id"])


def test_an_offer_is_held_booked_moved_and_cancelled(program: Make, open_week: int) -> None:
    one = program()
    key = asked(one)
    found = one.get(f"/requests/{key}/offers")
    first, second = found["items"][:2]
    assert {offer["plan"] for offer in found["items"]} == {open_week}
    assert set(found["best"]) <= {offer["choice"] for offer in found["items"]}
    assert first["slots"][0]["starts"] < first["slots"][0]["ends"]
    assert (found["why"], found["nearest"]) == ([], [])

    held = act(one, key, "hold", {"choice": first["choice"]}, Idempotency_Key="h")
    assert (held["booking"], held["hold"]["slots"][0]["date"]) == (None, first["slots"][0]["date"])
    assert held["hold"]["expires_at"] == "2026-09-04T01:10:00Z"
    booked = act(one, key, "confirm")
    assert (booked["status"], booked["booking"], booked["hold"]) == ("accepted", "confirmed", None)
    assert act(one, key, "confirm") == booked
    visits = one.get(f"/days/{first['slots'][0]['date']}")["visits"]
    assert f"{key}-1" in {visit["visit"] for visit in visits}

    act(one, key, "hold", {"choice": second["choice"]})
    moved = act(one, key, "confirm")
    assert (moved["slots"][0]["date"], moved["slots"][0]["starts"]) == (
        second["slots"][0]["date"],
        second["slots"][0]["starts"],
    )
    cancelled = act(one, key, "cancel", {"why": "exams"})
    assert (cancelled["status"], cancelled["booking"]) == ("withdrawn", "cancelled")
    assert one.get(f"/requests/{key}/booking") == cancelled


def test_what_is_held_by_one_is_gone_for_the_next_until_released(program: Make, open_week: int) -> None:
    one = program()
    here, there = asked(one), asked(one)
    choice = one.get(f"/requests/{here}/offers")["items"][0]["choice"]
    act(one, here, "hold", {"choice": choice})
    act(one, there, "confirm", status=409)
    act(one, here, "release")
    assert one.get(f"/requests/{here}/booking")["hold"] is None
    act(one, there, "hold", {"choice": choice})
    for wrong in ("x", f"{open_week}_2026-09-08.1", f"{open_week + 9}_2026-09-08.32400"):
        act(one, here, "hold", {"choice": wrong}, 409)
    one.get("/requests/none/offers", 404)
    one.get("/requests/none/booking", 404)


def test_the_nearest_that_fits_is_found_and_adopted(program: Make, open_week: int) -> None:
    one = program()
    key = asked(one, host_hours=[{"start": "16:30", "end": "17:00"}])
    assert one.get(f"/requests/{key}/offers?nearest=false")["nearest"] == []
    found = one.get(f"/requests/{key}/offers")
    assert found["items"] == []
    assert found["why"][0]["zh"]
    nearest = found["nearest"][0]
    assert nearest["how"]["code"] == "nearest_other_hours"
    wish = {"how": "nearest_other_hours", "choice": nearest["offers"][0]["choice"]}
    held = act(one, key, "nearest", wish)
    assert held["hold"]["slots"][0]["date"] == nearest["offers"][0]["slots"][0]["date"]
    assert one.get(f"/requests/{key}")["host_hours"] == []
    act(one, key, "nearest", {**wish, "how": "nearest_fewer"}, 409)


def test_a_refused_hold_leaves_no_trace(program: Make, open_week: int, store: Store) -> None:
    one = program()
    key = asked(one)

    def entries() -> int:
        with store.read() as session:
            return session.query(AuditRow).count()

    before = entries()
    act(one, key, "hold", {"choice": f"{open_week}_2026-09-08.1"}, 409, Idempotency_Key="h")
    assert entries() == before
    program("ben").ask("POST", f"/requests/{key}/hold", 403, {"choice": "x"})
