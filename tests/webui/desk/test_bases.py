"""Bases: listed with their teams, renamed, moved on the map, added."""

from typing import Any

from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk
from webui.actions.places import BaseForm, Pin, edit_base, move_base
from webui.store.engine import Store
from webui.store.teams import BaseRow


def test_the_list_says_who_starts_from_where(ada: Desk) -> None:
    page = ada.get("/desk/bases")
    assert "Division" in page
    assert "Team 1" in page


def test_a_base_is_added_from_a_chinese_map_and_kept_in_wgs84(ada: Desk, store: Store) -> None:
    new: dict[str, Any] = {"form": "new", "id": "B2", "name_zh": "新驻地", "district": "沙坪坝区", "datum": "gcj02"}
    ada.post("/desk/bases/new", **new, place="29.560000, 106.470000")
    with store.read() as session:
        row = session.get_one(BaseRow, "B2")
    # GCJ-02 lies about 0.0029 south and 0.0037 east of WGS-84 here (docs/domain.md)
    assert 0.002 < abs(row.lat - 29.56) < 0.004
    assert 0.003 < 106.47 - row.lon < 0.005
    assert "No team starts from here." in ada.get("/desk/bases/B2")


def test_a_base_without_a_name_or_called_new_is_refused(ada: Desk) -> None:
    new: dict[str, Any] = {"form": "new", "datum": "wgs84", "place": "29.56, 106.47"}
    assert "needs a name in one language" in ada.post("/desk/bases/new", 400, **new, id="B2").text
    assert "taken by the program" in ada.post("/desk/bases/new", 400, **new, id="new", name_zh="新").text


def test_two_people_who_move_it_at_once_are_told(ada: Desk, store: Store, cast: Cast) -> None:
    move_base(store, "B1", Pin(29.6, 106.5), 1, cast.ada)
    page = ada.post("/desk/bases/B1/place", 409, form="pin", version="1", place="29.61, 106.51", datum="wgs84").text
    assert "29.600000" in page
    assert "29.610000" in page


def test_its_history_says_who_renamed_it(ada: Desk, store: Store, cast: Cast) -> None:
    edit_base(store, "B1", BaseForm("总队新址", "Division, new house", "两江新区"), 1, cast.ada)
    page = ada.get("/desk/bases/B1")
    assert "Division, new house" in page
    assert "排班员 / Scheduler" in page
