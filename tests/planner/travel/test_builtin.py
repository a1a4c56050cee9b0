"""The estimate without road data, on a tiny land and on Chongqing."""

import csv
import time
from pathlib import Path

import numpy as np
import pytest

from planner.model import Place
from planner.travel.builtin import builtin, seconds_of
from planner.travel.land import read_land

ROOT = Path(__file__).resolve().parents[3]
PLACES = ROOT / "data" / "places"

# A river runs along the parallel 30.00; one bridge at 100.05, 1000 m long. One kilometre of latitude is 0.008993°.
TINY_CELLS = """{"area_wgs84": {"south": 29.5, "north": 30.5, "west": 99.5, "east": 100.5},
 "rivers": "rivers.geojson",
 "barriers": [{"id": "river", "rivers": ["河"], "side": "south"}],
 "cells": [{"id": "S", "name_zh": "南", "name_en": "South", "sides": {"river": true}},
           {"id": "N", "name_zh": "北", "name_en": "North", "sides": {"river": false}}],
 "model": {"in_cell_factor": 1.3, "crossing_factor": 1.05, "gateway_penalty_metres": 600, "outside_factor": 1.25,
           "outside_regions": [], "start_seconds": 180}}"""
TINY_RIVER = """{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name_zh": "河"},
 "geometry": {"type": "LineString", "coordinates": [[99.0, 30.0], [101.0, 30.0]]}}]}"""
TINY_GATEWAYS = (
    "id,name_zh,name_en,kind,cell_a,cell_b,lat,lon,crossing_metres\nB1,大桥,Bridge,bridge,N,S,30.0,100.05,1000\n"
)

SITES = """解放碑 29.5575 106.5770 W, 重庆西站 29.4995 106.4330 W, 重大A区 29.567 106.464 W, 三峡广场 29.558 106.458 W,
杨家坪 29.509 106.510 W, 大渡口区府 29.484 106.482 W, 滩子口 29.498 106.526 W, 蔡家 29.730 106.475 W,
菜园坝 29.5495 106.5455 W, 磁器口 29.580 106.447 W, 重大虎溪 29.595 106.2945 WW, 西南大学 29.8195 106.421 WW,
川美虎溪 29.603 106.297 WW, 西永微电园 29.590 106.370 WW, 江北机场T3 29.708 106.651 N, 江北机场T2 29.718 106.639 N,
重庆北站 29.609 106.547 N, 观音桥 29.573 106.531 N, 西政渝北 29.668 106.598 N, 江北嘴 29.574 106.573 N,
礼嘉 29.660 106.530 N, 大石坝 29.5745 106.499 N, 水土 29.790 106.512 N, 鱼嘴 29.620 106.765 NE, 南坪 29.526 106.567 S,
重邮 29.533 106.607 S, 重交南岸 29.492 106.570 S, 重理工花溪 29.459 106.530 S, 龙洲湾(巴南区府) 29.403 106.537 S,
李家沱 29.478 106.545 S, 弹子石 29.581 106.594 S, 铜元局 29.540 106.555 S, 茶园 29.504 106.641 SE"""
"""The 33 test sites, by hand (some 500 m)."""

BANKS = {
    "渝中区": {"W"},
    "大渡口区": {"W"},
    "九龙坡区": {"W", "WW"},
    "沙坪坝区": {"W", "WW"},
    "江北区": {"N", "NE"},
    "渝北区": {"N", "NE"},
    "南岸区": {"S", "SE"},
    "巴南区": {"S", "SE"},
    "璧山区": {"FAR-JY"},
    "北碚区": {"WW", "W", "N", "FAR-BB"},
}
"""Cells in which the urban districts lie (units before 2026)."""
SHUITU = ("ORG119", "ORG120", "ORG121", "ORG122", "ORG123")
"""Beibei's organisations on the left bank of the Jialing, in Shuitu."""


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    (tmp_path / "cells.json").write_text(TINY_CELLS, "utf-8")
    (tmp_path / "rivers.geojson").write_text(TINY_RIVER, "utf-8")
    (tmp_path / "gateways.csv").write_text(TINY_GATEWAYS, "utf-8")
    return tmp_path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_on_one_bank_the_road_is_the_straight_line_times_the_factor(tiny: Path) -> None:
    # 0.01° of latitude = 1112 m; × 1.3 = 1446 m; v = 19 + 2 × 1.446 = 21.9 km/h; 180 + 238 s
    legs = builtin(tiny).legs([Place(30.01, 100.0), Place(30.02, 100.0)])
    assert legs.metres[0, 1] == 1446
    assert legs.seconds[0, 1] == 418


def test_to_the_other_bank_the_road_bends_over_the_bridge(tiny: Path) -> None:
    # Bridge ends 500 m north and south of the river. From 1112 m north and 4815 m west of the bridge to its end:
    # √(612² + 4815²) = 4854 m, the same on the other side: 2 × 1.3 × 4854 + 1.05 × 1000 + 600 = 14,270 m
    provider = builtin(tiny)
    north, south = Place(30.01, 100.0), Place(29.99, 100.0)
    assert provider.legs([north, south]).metres[0, 1] == pytest.approx(14_270, abs=15)
    way = provider.way(north, south)
    assert (way.roads, way.sentence("zh"), way.sentence("en")) == (("大桥",), "沿 大桥", "via Bridge")
    assert way.points == ((30.01, 100.0), (30.0, 100.05), (29.99, 100.0))


def test_a_closed_bridge_leaves_the_ferryless_river_to_the_outside_factor(tiny: Path) -> None:
    # No gateway is left, so nothing is known but the straight line: 2224 m × 1.25
    provider = builtin(tiny)
    for name in ("B1", "大桥", "Bridge"):
        legs = provider.legs([Place(30.01, 100.0), Place(29.99, 100.0)], frozenset([name]))
        assert legs.metres[0, 1] == pytest.approx(2_780, abs=2)


def test_outside_the_area_the_road_is_the_straight_line_times_the_outside_factor(tiny: Path) -> None:
    legs = builtin(tiny).legs([Place(31.0, 100.0), Place(31.1, 100.0)])
    assert legs.metres[0, 1] == pytest.approx(11_120 * 1.25, abs=5)


def test_a_place_and_itself_are_no_drive(tiny: Path) -> None:
    place = Place(30.01, 100.0)
    legs = builtin(tiny).legs([place, place])
    assert legs.seconds.tolist() == legs.metres.tolist() == [[0, 0], [0, 0]]
    assert builtin(tiny).legs([]).seconds.shape == (0, 0)


def test_speeds_rise_with_the_length_of_the_trip() -> None:
    # 5 km: v = 29 → 180 + 621; 20 km: v = 47.4 → 180 + 1519; 139.27 km: 180 + 2437 (39.27 at 58) + 4091 (100 at 88)
    assert seconds_of(np.array([0.0, 5_000, 20_000, 139_270]), 180).tolist() == [0, 801, 1699, 6708]


@pytest.mark.parametrize("line", SITES.replace("\n", " ").split(", "))
def test_every_test_site_lies_in_its_cell(line: str) -> None:
    name, lat, lon, cell = line.split()
    land = read_land(ROOT / "data" / "gateways")
    assert land.cells_of(np.array([[float(lat), float(lon)]])) == [cell]
    assert name in next(one.test_sites for one in land.cells if one.id == cell)


def test_the_table_names_33_test_sites() -> None:
    named = [site for cell in read_land(ROOT / "data" / "gateways").cells for site in cell.test_sites]
    assert len(named) == len(set(named)) == 33
    assert {line.split()[0] for line in SITES.replace("\n", " ").split(", ")} == set(named)


def test_every_organisation_lies_on_the_bank_of_its_district() -> None:
    land = read_land(ROOT / "data" / "gateways")
    organisations = rows(PLACES / "organisations.csv")
    cells = land.cells_of(np.array([(float(one["lat"]), float(one["lon"])) for one in organisations]))
    wrong = [
        (one["id"], one["district_zh"], cell)
        for one, cell in zip(organisations, cells, strict=True)
        if one["district_zh"] in BANKS and cell not in BANKS[one["district_zh"]]
    ]
    assert wrong == []
    assert {cell for one, cell in zip(organisations, cells, strict=True) if one["id"] in SHUITU} == {"N"}


def test_both_ends_of_every_gateway_lie_in_its_two_cells() -> None:
    land = read_land(ROOT / "data" / "gateways")
    wrong = [one.id for one in land.gateways if land.cells_of(land.ends(one)) != [one.cell_a, one.cell_b]]
    assert len(land.gateways) == 45
    assert wrong == ["B24"]  # 礼嘉/宝山: its middle lies 1 km from the hand-made river line


def test_drives_from_headquarters_match_the_table_of_districts_within_reason() -> None:
    seats = rows(PLACES / "districts.csv")
    places = [Place(29.594, 106.545), *(Place(float(one["seat_lat"]), float(one["seat_lon"])) for one in seats)]
    legs = builtin().legs(places)
    hours = np.array([float(one["drive_hours_from_hq_est"]) for one in seats])
    far = hours > 0.75  # inside the city the table counts half-hours of ordinary traffic, the estimate is off-peak
    off = legs.seconds[0, 1:][far] / 3600 / hours[far] - 1
    assert abs(off).max() < 0.17
    assert abs(off).mean() < 0.07
    assert abs(off.mean()) < 0.02


def test_the_short_hop_over_the_river_is_more_than_twice_the_straight_line() -> None:
    # 弹子石 and 江北嘴 face each other over the Yangtze, 2.2 km apart; the straight line × 1.3 would say 2.8 km.
    legs = builtin().legs([Place(29.581, 106.594), Place(29.574, 106.573)])
    assert legs.metres[0, 1] > 2 * 2_175


def test_a_hundred_places_take_a_moment_and_give_whole_symmetric_equal_answers() -> None:
    places = [Place(float(one["lat"]), float(one["lon"])) for one in rows(PLACES / "organisations.csv")][:100]
    provider = builtin()
    begun = time.monotonic()
    legs = provider.legs(places)
    assert time.monotonic() - begun < 1
    assert legs.seconds.dtype == legs.metres.dtype == np.int64
    assert (legs.seconds == legs.seconds.T).all()
    assert (legs.metres == legs.metres.T).all()
    assert (builtin().legs(places).seconds == legs.seconds).all()
    assert builtin().version() == provider.version()
