"""The map page as text: what folium is given, and what a single file carries."""

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import folium
import pytest

from planner.errors import BadInput
from planner.report.labels import Tiles
from planner.report.map import VENDOR, map_labels, map_page, map_script
from planner.report.page import Links
from tests.planner.report.a_dossier import HOSTILE, a_dossier, an_empty_dossier

ROOT = Path(__file__).resolve().parents[3]


def test_no_name_reaches_folium() -> None:
    assert map_script(a_dossier(hostile=True)) == map_script(a_dossier())
    script = map_script(a_dossier())
    texts = re.findall(r"[\u4e00-\u9fff]|University|7919|62615533", script)
    assert texts == []


def test_the_script_is_the_same_at_every_call() -> None:
    assert map_script(a_dossier()) == map_script(a_dossier())


def test_nothing_but_the_map_module_imports_folium() -> None:
    users = [
        path.relative_to(ROOT).as_posix()
        for folder in ("planner", "webui")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if re.search(r"^\s*(import|from) (folium|branca)", path.read_text("utf-8"), re.M)
    ]
    assert users == ["planner/report/map.py"]


def test_every_stop_base_and_left_out_has_its_mark() -> None:
    features = _features(map_script(a_dossier()))
    kinds = [feature["properties"]["what"] for feature in features]
    # 12 stops; 2 bases; 3 out; legs: 4+3+3+3+3+2 = 18, none between places that are one; 2 rivers
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"stop": 12, "base": 2, "out": 3, "leg": 18, "river": 2}


def test_labels_and_marks_count_alike() -> None:
    labels = map_labels(a_dossier())
    assert (len(labels["stops"]), len(labels["out"]), len(labels["bases"])) == (12, 3, 2)
    assert [stop["mark"] for stop in labels["stops"]][:5] == ["A1", "A2", "A3", "B1", "B2"]


def test_one_file_asks_for_nothing_else() -> None:
    page = map_page(a_dossier(), "zh")
    markup = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    assert not re.search(r"""\b(src|href)=["']?(https?:)?//""", markup)
    assert "url(" not in "".join(re.findall(r"<style>(.*?)</style>", page, re.S))
    assert re.findall(r"<link[^>]*>", page) == ['<link rel="icon" href="data:,">']
    assert not re.search(r"<script[^>]*src=", page)


def test_the_files_policy_allows_these_scripts_and_styles_only() -> None:
    page = map_page(a_dossier(), "zh")
    match = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert match
    policy = match[1].replace("&#x27;", "'")
    assert "unsafe" not in policy
    for text in re.findall(r"<script>(.*?)</script>", page, re.S) + re.findall(r"<style>(.*?)</style>", page, re.S):
        assert _hash(text) in policy


def test_hostile_names_stay_text_in_the_file() -> None:
    page = map_page(a_dossier(hostile=True), "en")
    assert HOSTILE not in page
    assert "62615533" not in page
    assert "<img" not in page
    labels = re.search(r'<script type="application/json" id="labels">(.*?)</script>', page, re.S)
    assert labels
    assert json.loads(labels[1])["teams"][0]["zh"] == f"第一警组{HOSTILE}"


def test_the_page_opens_in_the_language_asked_for_and_holds_both() -> None:
    for language, tag in (("zh", "zh-CN"), ("en", "en")):
        page = map_page(a_dossier(), language)  # type: ignore[arg-type]
        assert page.startswith(f'<!doctype html><html lang="{tag}">')
        assert "外出安排" in page
        assert "Outings" in page


def test_the_table_has_what_the_map_has() -> None:
    page = map_page(a_dossier(), "zh")
    assert len(re.findall(r'<tr data-stop="\d+"', page)) == 12
    assert len(re.findall(r'<tr data-out="\d+"', page)) == 3
    row = re.search(r'<tr data-stop="0">.*?</tr>', page, re.S)
    assert row
    for text in ("A1", "09:00–10:33", "重庆大学(A校区)", "沙坪坝区", "12", "韩语", "9月20日", "余10个工作日", "已承诺"):
        assert text in row[0], text


def test_a_link_is_offered_only_where_there_is_an_address() -> None:
    assert "外勤单</a>" not in map_page(a_dossier(), "zh")
    links = Links(sheet=lambda team, day, language: f"sheets/{team}&{day}.html")
    assert 'href="sheets/T1&amp;2026-09-07.html">外勤单</a>' in map_page(a_dossier(), "zh", links=links)


def test_a_week_without_visits_says_so() -> None:
    page = map_page(an_empty_dossier(), "zh")
    assert "本计划没有外出安排。" in page
    assert "所有申请均已安排。" in page


def test_tiles_take_the_place_of_the_schematic_in_their_own_coordinates() -> None:
    tiles = Tiles("https://tiles.example/{z}/{x}/{y}.png", "© <b>Office</b>", 16, "gcj02")
    script = map_script(a_dossier(), tiles=tiles)
    assert '"what": "river"' not in script
    base = next(one for one in _features(script) if one["properties"]["what"] == "base")
    lon, lat = base["geometry"]["coordinates"]
    # GCJ-02 lies about 0.0037 degrees east and 0.0029 south of WGS-84 here (106.545, 29.594)
    assert lon - 106.545 == pytest.approx(0.0037, abs=3e-4)
    assert lat - 29.594 == pytest.approx(-0.0029, abs=3e-4)
    labels = map_labels(a_dossier(), tiles)
    assert labels["tiles"]["url"] == tiles.url
    assert labels["districts"] == []
    assert "img-src data: https://tiles.example" in map_page(a_dossier(), "zh", tiles=tiles)


def test_tiles_from_nowhere_are_refused() -> None:
    for url in (
        "https://tiles.example/",
        "tiles/{z}/{x}/{y}",
        "javascript://x/{z}/{x}/{y}",
        "https://a b;/{z}/{x}/{y}",
    ):
        with pytest.raises(BadInput, match="tiles"):
            Tiles(url)
    assert Tiles("/tiles/{z}/{x}/{y}.png").origin == "'self'"
    assert Tiles("https://{s}.tiles.example:8443/{z}/{x}/{y}.png").origin == "https://*.tiles.example:8443"


def test_vendored_files_are_those_listed() -> None:
    listed = {name: digest for entry in _vendored() for name, digest in entry["sha256"].items()}
    found = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "vendor.json"
    }
    assert found == listed


def test_every_vendored_package_has_its_licence() -> None:
    for entry in _vendored():
        assert (VENDOR / entry["licence_file"]).read_text("utf-8").strip()
        assert entry["version"]
    assert "http" not in (VENDOR / "vendor.json").read_text("utf-8")


def test_the_map_asks_no_server_for_scripts_of_folium() -> None:
    assert "cdn" not in map_script(a_dossier()).lower()
    assert "http" not in map_script(a_dossier())
    assert folium.Map.default_js, "folium's own list is left as it is for others"


def _vendored() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((VENDOR / "vendor.json").read_text("utf-8"))
    return found


def _features(script: str) -> list[dict[str, Any]]:
    collections = re.findall(r"_add\((\{\"features\".*?\})\);", script)
    return [feature for text in collections for feature in json.loads(text)["features"]]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
