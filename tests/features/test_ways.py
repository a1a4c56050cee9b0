"""A plan knows the way of each of its legs: on the map, in the box of a stop, on the sheet, with the source's name."""

from datetime import date
from pathlib import Path

from planner.dossier import Dossier, load, save
from planner.report.contents import contents
from planner.report.drawing import drawing
from planner.report.geometry import ARC_POINTS, point
from planner.report.map import map_labels, map_page
from planner.report.sheets import sheet
from planner.travel.roads import import_roads
from tests.features.office import FRIDAY, MONDAY, planned, requests
from tests.planner.travel.village import at, write_village

EVE = date(2026, 9, 4)
BASE, SCHOOL = at(0, 250), at(1000, 250)
"""On the two banks: the way goes 1750 m east along 人民路, over 长江大桥, and 1750 m west along 江北路."""
TABLES = {
    "bases": f"id,name_zh,lat,lon,datum\nB1,驻地,{BASE.lat},{BASE.lon},WGS-84\n",
    "sites": "id,organisation_id,name_zh,lat,lon,datum,hours\n"
    f"S1,O1,国际学院,{SCHOOL.lat},{SCHOOL.lon},WGS-84,09:00-12:00;13:00-17:30\n",
    "requests": requests(f"R1,{MONDAY},"),
}


def on_roads(folder: Path) -> Dossier:
    import_roads(write_village(folder / "v.osm.pbf"), folder / "roads")
    return planned(folder, MONDAY, FRIDAY, EVE, **TABLES)


def test_every_leg_is_drawn_along_its_roads(tmp_path: Path) -> None:
    dossier = on_roads(tmp_path)
    assert dossier.facts.travel_source == "osm"
    out, back = drawing(dossier, contents(dossier), point).legs
    assert point(at(1000, 2000)) in out.line and point(at(1000, 2000)) in back.line  # F, the head of the bridge
    assert out.line == back.line[::-1]


def test_stop_and_sheet_tell_the_way_by_the_names_of_its_roads(tmp_path: Path) -> None:
    dossier = on_roads(tmp_path)
    zh, en = "沿 人民路 → 长江大桥 → 江北路", "via Renmin Road → Yangtze Bridge → 江北路"
    [stop] = map_labels(dossier)["stops"]
    assert {"zh": zh, "en": en} in stop["lines"]
    page = sheet(dossier, "T1", MONDAY, "zh")
    assert zh in page and "返程沿 江北路 → 长江大桥 → 人民路" in page
    assert en in sheet(dossier, "T1", MONDAY, "en")


def test_the_map_and_the_sheet_name_the_owner_of_the_roads(tmp_path: Path) -> None:
    dossier = on_roads(tmp_path)
    for page in (map_page(dossier, "zh"), sheet(dossier, "T1", MONDAY, "en")):
        assert "© OpenStreetMap contributors" in page and "估算" not in page and "(estimated)" not in page


def test_an_estimate_draws_bowed_lines_and_says_so_on_map_and_sheet(tmp_path: Path) -> None:
    dossier = planned(tmp_path, MONDAY, FRIDAY, EVE, **TABLES)
    assert {len(leg.line) for leg in drawing(dossier, contents(dossier), point).legs} == {ARC_POINTS + 1}
    assert "内置估算(估算值)" in map_page(dossier, "zh") and "内置估算(估算值)" in sheet(dossier, "T1", MONDAY, "zh")
    assert "built-in estimate (estimated)" in sheet(dossier, "T1", MONDAY, "en")


def test_doubts_about_the_driving_times_stand_on_the_page_with_what_to_do(tmp_path: Path) -> None:
    head = "kind,what,to,minutes,first,last,by,on,why\n"
    line = f"closed,无名路,,,{MONDAY},{MONDAY},Scheduler A,2026-09-01,works\n"
    (tmp_path / "corrections.csv").write_text(head + line, "utf-8")
    dossier = on_roads(tmp_path)
    [doubt] = dossier.facts.travel_warnings
    page = map_page(dossier, "zh")
    assert doubt.code == "travel_closure_unknown"
    assert doubt.sentence("zh") in page and doubt.remedy("en") in page


def test_ways_are_kept_with_the_plan(tmp_path: Path) -> None:
    dossier = on_roads(tmp_path)
    save(dossier, tmp_path / "kept")
    assert load(tmp_path / "kept").facts.ways == dossier.facts.ways
    assert len(dossier.facts.ways) == 2
    assert dossier.facts.horizon[0] == date(2026, 9, 7)
