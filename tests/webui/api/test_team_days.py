"""An officer's program knows its day as the phone does, so that it can say what became of it; nobody else's day."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from tests.webui.api.conftest import Program
from tests.webui.conftest import Cast
from tests.webui.officer.conftest import DayOut, out
from webui.actions.marks import set_officers
from webui.app import create_app
from webui.config import Config
from webui.store.engine import Store
from webui.store.users import UserRow

__all__ = ["out"]

Make = Callable[..., Program]


@pytest.fixture
def app(config: Config, store: Store, out: DayOut) -> Flask:
    """The application at ten o'clock of that day."""
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))
    return create_app(replace(config, demo=True), now=lambda: out.now, store=store)


def test_a_day_is_read_and_what_became_of_it_is_told(out: DayOut, program: Make) -> None:
    one = program("eve")
    days = one.get("/days")["items"]
    assert (out.team, str(out.date)) in {(item["team"], item["date"]) for item in days}
    path = f"/days/{out.date}/teams/{out.team}"
    day = one.get(path)
    assert (day["plan"], [stop["visit"] for stop in day["stops"]]) == (out.plan_id, [v.visit_id for v in out.visits])
    first = day["stops"][0]
    assert sum(group["people"] for group in first["groups"]) == out.visits[0].applicants
    assert day["bring"]
    assert all(text["en"] and text["zh"] for text in day["bring"])
    at = f"{out.date}T10:00:00+08:00"
    served = [group["people"] for group in first["groups"]] or [first["passports"]]
    marks = [
        {"id": "mark-one", "visit": first["visit"], "kind": "arrive", "at": at},
        {"id": "mark-two", "visit": first["visit"], "kind": "done", "at": at, "processed": served},
        {"id": "mark-six", "visit": day["stops"][1]["visit"], "kind": "problem", "at": at, "reason": "nobody there"},
    ]
    taken = one.ask("POST", f"{path}/marks", 200, {"marks": marks}).json
    assert taken is not None
    assert {item["outcome"] for item in taken["items"]} == {"saved"}
    done, problem = one.get(path)["stops"][:2]
    assert (done["progress"], done["processed"], done["last"]) == ("done", served, "mark-two")
    assert (problem["progress"], problem["reason"]) == ("problem", "nobody there")
    undo = {"id": "mark-undo", "visit": first["visit"], "kind": "undo", "at": at, "undoes": "mark-two"}
    one.ask("POST", f"{path}/marks", 200, {"marks": [undo]})
    assert one.get(path)["stops"][0]["progress"] == "there"
    assert next(item["done"] for item in one.get("/days")["items"] if item["date"] == str(out.date)) == 0


def test_officers_read_the_days_of_their_own_teams_only(out: DayOut, program: Make, store: Store, cast: Cast) -> None:
    path = f"/days/{out.date}/teams/{out.team}"
    set_officers(store, out.team, [], cast.ada)
    eve = program("eve")
    assert eve.get("/days")["items"] == []
    eve.get(path, 404)
    eve.get(f"/days/{out.date}", 403)  # all teams beside each other are the desk's
    assert program("ada").get(path)["stops"]
    assert program("ben").get(f"/days/{out.date}")["visits"]


def test_a_day_without_an_outing_is_empty(out: DayOut, program: Make) -> None:
    one = program("eve")
    day = one.get(f"/days/2026-12-01/teams/{out.team}")
    assert (day["plan"], day["stops"], day["leaves"]) == (None, [], None)
    one.get(f"/days/2026-12-01/teams/{out.team}x", 404)
