"""Times and ways on imported roads, worked out by hand on a village with a river."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.errors import BadInput
from planner.model import Place
from planner.travel.atlas import open_atlas
from planner.travel.builtin import GATEWAYS
from planner.travel.land import read_land
from planner.travel.osm import Osm, osm
from planner.travel.roads import RoadsReport, import_roads, read_report
from planner.travel.ways import NO_ROAD, Unavailable
from tests.planner.travel.village import at, write_village

WEST, EAST, ACROSS = at(0, 250), at(0, 1750), at(1000, 250)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RoadsReport]:
    folder = tmp_path_factory.mktemp("village")
    extract = write_village(folder / "village.osm.pbf")
    return folder / "roads", import_roads(extract, folder / "roads")


@pytest.fixture
def roads(imported: tuple[Path, RoadsReport]) -> Osm:
    return osm(imported[0])


def test_the_report_says_what_was_found(imported: tuple[Path, RoadsReport]) -> None:
    # Ways for cars: ABC, CF, FED, AGB, IJ. Streets joined: A-B, B-C, C-F, F-D, A-G-B. Junctions A, B, C, F, D.
    folder, report = imported
    assert (report.source, report.ways, report.streets, report.junctions) == ("village.osm.pbf", 5, 5, 5)
    assert report.road_km == 6  # 2 + 1 + 2 km and the one-way street of 1.41 km, rounded
    assert report.districts == ("渝中区", "江北区")
    assert report.attribution == "© OpenStreetMap contributors"
    assert read_report(folder) == report


def test_along_a_street_the_time_is_its_length_at_the_speed_of_its_class(roads: Osm) -> None:
    # 500 m of primary road at 65 km/h: 27.7 s
    legs = roads.legs([WEST, at(0, 750)])
    assert legs.metres.tolist() == [[0, 500], [500, 0]]
    assert legs.seconds.tolist() == [[0, 28], [28, 0]]
    assert legs.warnings == ()


def test_a_junction_of_three_streets_costs_a_second(roads: Osm) -> None:
    # 1500 m at 65 km/h = 83.1 s, + 1 s at B
    legs = roads.legs([WEST, EAST])
    assert (legs.metres[0, 1], legs.seconds[0, 1]) == (1500, 84)


def test_the_way_to_the_other_bank_leads_over_the_bridge_never_over_the_ferry(roads: Osm) -> None:
    # 1750 m + 1000 m of bridge at 65 km/h = 152.3 s, 1750 m at 55 km/h = 114.5 s, 1 s at B
    legs = roads.legs([WEST, ACROSS])
    assert (legs.metres[0, 1], legs.seconds[0, 1]) == (4500, 268)


def test_a_one_way_street_is_driven_one_way(roads: Osm) -> None:
    # On 单行街 from 100 m before its corner to 100 m after it: 200 m. Back: 607 m on to B, 1000 m to A, 607 m.
    before, after = at(-500 + 70.71, 500 - 70.71), at(-500 + 70.71, 500 + 70.71)
    legs = roads.legs([before, after])
    assert legs.metres[0, 1] == pytest.approx(200, abs=1)
    assert legs.metres[1, 0] == pytest.approx(607 + 1000 + 607, abs=2)


def test_a_private_road_is_not_driven_and_the_place_joins_the_public_one(roads: Osm) -> None:
    # 25 m down the private road is 25 m from E: 1750 + 1000 + 1000 m from WEST as if it stood at E.
    assert roads.legs([WEST, at(1025, 1000)]).metres[0, 1] == 3750


def test_the_way_follows_the_roads_and_tells_their_names(roads: Osm) -> None:
    way = roads.way(WEST, ACROSS)
    assert way.sentence("zh") == "沿 人民路 → 长江大桥 → 江北路"
    assert way.sentence("en") == "via Renmin Road → Yangtze Bridge → 江北路"
    assert (way.seconds, way.metres) == (268, 4500)
    corners = [WEST, at(0, 1000), at(0, 2000), at(1000, 2000), at(1000, 1000), ACROSS]
    assert np.allclose(way.points, [(one.lat, one.lon) for one in corners], atol=2e-7)


def test_the_way_along_one_street_is_the_street(roads: Osm) -> None:
    way = roads.way(at(0, 750), WEST)
    assert np.allclose(way.points, [(one.lat, one.lon) for one in (at(0, 750), WEST)], atol=2e-7)
    assert way.roads == ("人民路",)


@pytest.mark.parametrize("name", ["长江大桥", "大桥", "Yangtze Bridge"])
def test_a_closed_bridge_cuts_the_banks_apart(roads: Osm, name: str) -> None:
    closed = frozenset([name])
    legs = roads.legs([WEST, EAST, ACROSS], closed)
    assert legs.seconds[0, 1] == 84
    assert legs.seconds[0, 2] == legs.metres[0, 2] == NO_ROAD
    with pytest.raises(Unavailable, match="No road leads"):
        roads.way(WEST, ACROSS, closed)
    assert roads.legs([WEST, ACROSS]).seconds[0, 1] == 268  # open again


def test_a_closed_street_is_driven_around(roads: Osm) -> None:
    # With 人民路 closed nobody leaves WEST, which lies on it; from 单行街 nothing leads on but B.
    legs = roads.legs([at(-250, 250), at(-250, 750)], frozenset(["人民路"]))
    assert legs.metres[0, 1] == pytest.approx(707, abs=1)
    assert legs.metres[1, 0] == NO_ROAD


def test_a_closure_may_name_a_gateway_by_its_id(imported: tuple[Path, RoadsReport]) -> None:
    gateways = tuple(replace(one, name_zh="长江大桥") for one in read_land(GATEWAYS).gateways if one.id == "B09")
    legs = osm(imported[0], gateways).legs([WEST, ACROSS], frozenset(["B09"]))
    assert legs.seconds[0, 1] == NO_ROAD


def test_a_closure_of_an_unknown_road_is_warned_of(roads: Osm) -> None:
    legs = roads.legs([WEST, EAST], frozenset(["无名桥"]))
    assert [one.code for one in legs.warnings] == ["travel_closure_unknown"]
    assert "无名桥" in legs.warnings[0].sentence("zh")


def test_a_place_far_from_any_road_is_warned_of(roads: Osm) -> None:
    # 400 m south of 人民路, and away from 单行街
    legs = roads.legs([WEST, at(-400, 1800)])
    assert [(one.code, dict(one.facts)) for one in legs.warnings] == [
        ("travel_far_from_road", {"place": 1, "metres": 400})
    ]
    assert "GCJ-02" in legs.warnings[0].remedy("en")


def test_places_outside_the_imported_area_are_not_estimated_on_its_roads(roads: Osm) -> None:
    with pytest.raises(Unavailable, match="1 places lie outside"):
        roads.legs([WEST, Place(31.0, 108.0)])


def test_a_place_in_the_wrong_district_is_found(roads: Osm) -> None:
    # WEST lies in 渝中区, ACROSS in 江北区, which is 两江新区 since 2026.
    assert roads.misplaced([WEST, ACROSS, ACROSS], ["渝中区", "江北区", "两江新区"]) == ()
    assert roads.misplaced([WEST, ACROSS, WEST], ["江北区", "渝中区", "两江新区"]) == (0, 1, 2)
    assert roads.misplaced([WEST], ["不认识的区"]) == ()


def test_no_places_need_no_legs(roads: Osm) -> None:
    assert roads.legs([]).seconds.shape == (0, 0)


def test_a_new_import_replaces_the_old_one_whole(tmp_path: Path) -> None:
    extract = write_village(tmp_path / "village.osm.pbf")
    seen: list[str] = []
    first = import_roads(extract, tmp_path / "roads", lambda what, share: seen.append(what))
    (tmp_path / "roads" / "leftover").write_text("old")
    again = import_roads(extract, tmp_path / "roads")
    assert first.version == again.version == open_atlas(tmp_path / "roads").version
    assert sorted(one.name for one in tmp_path.iterdir()) == ["roads", "village.osm.pbf"]
    assert not (tmp_path / "roads" / "leftover").exists()
    assert seen == ["reading", "cutting", "joining", "naming", "done"]


def test_what_is_no_extract_is_refused_and_the_old_roads_stay(tmp_path: Path) -> None:
    folder = tmp_path / "roads"
    import_roads(write_village(tmp_path / "village.osm.pbf"), folder)
    (tmp_path / "photo.osm.pbf").write_bytes(b"no extract at all")
    for name, told in (("photo.osm.pbf", "is no OpenStreetMap extract"), ("absent.osm.pbf", "no such file")):
        with pytest.raises(BadInput, match=told):
            import_roads(tmp_path / name, folder)
    write_village(tmp_path / "empty.osm.pbf", roads=False)
    with pytest.raises(BadInput, match="no road a car may use"):
        import_roads(tmp_path / "empty.osm.pbf", folder)
    assert open_atlas(folder).streets.nodes == 5


def test_without_an_import_the_provider_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        osm(tmp_path / "nothing")
    assert "doorstep roads import" in caught.value.reason.remedy("zh")
    (tmp_path / "roads").mkdir()
    (tmp_path / "roads" / "roads.npz").write_bytes(b"PK broken")
    with pytest.raises(Unavailable):
        osm(tmp_path / "roads")
