"""Sites at the desk: coordinates in any order and datum, both kept; the map's background."""

from typing import Any

import pytest

from tests.webui.desk.conftest import Desk
from webui.store.engine import Store
from webui.store.organisations import SiteRow


def site(store: Store, key: str) -> SiteRow:
    with store.read() as session:
        return session.get_one(SiteRow, key)


@pytest.mark.parametrize("pasted", ["29.563012, 106.551556", "106.551556,29.563012", "29.563012°N 106.551556°E"])
def test_a_pair_pasted_from_a_chinese_map_is_kept_beside_its_wgs84(ada: Desk, store: Store, pasted: str) -> None:
    ada.post("/desk/sites/S1/place", form="pin", version="1", place=pasted, datum="gcj02", accuracy_metres="30")
    row = site(store, "S1")
    assert (row.given_lat, row.given_lon, row.datum, row.accuracy_metres) == (29.563012, 106.551556, "gcj02", 30)
    assert row.lat == pytest.approx(29.5657, abs=0.0005)  # GCJ-02 lies 0.0027 south and 0.0039 east of it here
    assert row.lon == pytest.approx(106.5477, abs=0.0005)
    page = ada.get("/desk/sites/S1")
    assert "given as 29.563012, 106.551556" in page
    assert f"{row.lat:.6f}, {row.lon:.6f}" in page


@pytest.mark.parametrize(
    ("pasted", "said"),
    [("somewhere", "is no pair of coordinates"), ("9.5, 106.5", "lies outside of China"), ("", "is needed")],
)
def test_a_place_that_cannot_be_is_refused(ada: Desk, store: Store, pasted: str, said: str) -> None:
    page = ada.post("/desk/sites/S1/place", 400, form="pin", version="1", place=pasted, datum="wgs84").text
    assert said in page
    assert site(store, "S1").lat == 29.567


def test_a_moved_pin_that_somebody_else_moved_first_is_a_conflict(ada: Desk) -> None:
    ada.post("/desk/sites/S1/place", form="pin", version="1", place="29.5, 106.5", datum="wgs84")
    page = ada.post("/desk/sites/S1/place", 409, form="pin", version="1", place="29.6, 106.6", datum="wgs84").text
    assert 'href="/desk/sites/S1"' in page


def test_hours_and_names_are_saved(ada: Desk, store: Store) -> None:
    form: dict[str, Any] = {
        "name_zh": "新校区",
        "name_en": "New campus",
        "hours": "9:00-12:00;14:00-17:00",
        "access_minutes": "7",
    }
    ada.post("/desk/sites/S1", form="edit", version="1", **form)
    row = site(store, "S1")
    assert [(one.start, one.end) for one in row.hours] == [(32400, 43200), (50400, 61200)]
    assert row.access_seconds == 420
    assert 'value="09:00-12:00;14:00-17:00"' in ada.get("/desk/sites/S1")


def test_a_site_is_added_with_its_place(ada: Desk, store: Store) -> None:
    ada.get("/desk/organisations/O1/sites/new")
    form: dict[str, Any] = {"id": "S9", "name_zh": "C校区", "place": "29.6,106.5", "datum": "bd09"}
    ada.post("/desk/organisations/O1/sites/new", form="new", **form)
    assert site(store, "S9").organisation_id == "O1"


def test_the_map_gets_rivers_and_districts_and_points_in_every_system(ada: Desk) -> None:
    background = ada.client.get("/desk/map/background").get_json()
    assert len(background["rivers"]) >= 2
    assert "Shapingba" in {one["name"] for one in background["districts"]}
    points = ada.client.get("/desk/map/point?place=29.6,106.5&datum=wgs84").get_json()
    assert points["wgs84"] == [29.6, 106.5]
    assert points["gcj02"] != points["bd09"]
    assert ada.client.get("/desk/map/point?place=x&datum=wgs84").status_code == 400
