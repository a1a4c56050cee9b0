"""Real roads: the extracts in shared/geo/data (© OpenStreetMap contributors, not part of the product).

Skipped where shared is not beside the checkout; with CI=true and shared there, never skipped.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from planner.model import Place
from planner.travel.atlas import open_atlas
from planner.travel.gazetteer import find_places
from planner.travel.http import Endpoint, Osrm
from planner.travel.osm import Osm
from planner.travel.roads import import_roads
from planner.travel.ways import NO_ROAD
from tests.planner.travel.engines import osrm_server

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("DOORSTEP_SHARED") or ROOT.parent / "shared") / "geo" / "data"
EXTRACTS = ("qiantang_river", "westlake_10km", "macau-260508")

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"NOT TESTED on real roads: there is no {SHARED.name} folder"
)


def test_the_extracts_are_there_where_shared_is() -> None:
    assert {f"{one}.osm.pbf" for one in EXTRACTS} <= {one.name for one in SHARED.iterdir()}


@pytest.mark.parametrize(("name", "error"), [("qiantang_river", 0.05), ("westlake_10km", 0.06), ("macau-260508", 0.10)])
def test_times_on_real_roads_agree_with_osrm(name: str, error: float, tmp_path: Path) -> None:
    extract = SHARED / f"{name}.osm.pbf"
    report = import_roads(extract, tmp_path / "roads")
    atlas = open_atlas(tmp_path / "roads")
    assert report.left_out_km < 0.12 * report.road_km
    spots = np.random.default_rng(5).choice(len(atlas.streets.lat), 40, replace=False)
    places = [Place(float(atlas.streets.lat[one] / 1e7), float(atlas.streets.lon[one] / 1e7)) for one in spots]
    ours = Osm(atlas).legs(places)
    with osrm_server(extract, tmp_path) as address:
        theirs = Osrm(Endpoint(address)).legs(places)
    known = (theirs.seconds > 60) & (theirs.seconds < NO_ROAD)
    assert known.sum() > 1000
    assert (ours.seconds < NO_ROAD).all()
    assert np.abs(ours.seconds[known] / theirs.seconds[known] - 1).mean() < error
    assert np.abs(ours.metres[known] / theirs.metres[known] - 1).mean() < error


def test_real_places_are_found_by_two_characters_and_by_pinyin(tmp_path: Path) -> None:
    import_roads(SHARED / "westlake_10km.osm.pbf", tmp_path / "roads")
    names = tmp_path / "roads" / "places.sqlite"
    assert find_places(names, "浙江大学")[0].kind == "university"
    assert all("小学" in one.name or "小学" in one.address for one in find_places(names, "小学"))
    assert find_places(names, "西湖")
    assert any("西湖" in one.name for one in find_places(names, "xihu"))
