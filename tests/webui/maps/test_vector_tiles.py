"""An archive of vector tiles: known by its layers, sent in ranges, to the staff only; its words are text."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from pmtiles.reader import MemorySource, Reader
from pmtiles.tile import Compression, TileType
from werkzeug.test import TestResponse

from planner.dossier import save
from planner.errors import BadInput
from planner.report.labels import Tiles
from planner.report.map import map_page
from tests.planner.report.a_dossier import a_dossier
from tests.webui.conftest import Cast
from tests.webui.maps.test_tiles import an_archive
from tests.webui.maps.vectors import AREA, LINE, POINT, Feature, a_tile, an_archive_of
from webui.__main__ import main
from webui.app import create_app
from webui.config import Config, from_environment
from webui.store.engine import Store
from webui.tilefile import TileFile
from webui.viewer.site import create_app as create_viewer

LEFT = Feature(AREA, ((0, 0), (0, 4096), (2048, 4096), (2048, 0)), {"kind": "water"})
ROAD = Feature(LINE, ((0, 1024), (4096, 1024)), {"kind": "highway", "name": "Ring"})
TOWN = Feature(POINT, ((3000, 3000),), {"kind": "locality", "name": "重庆", "name:en": "Chongqing"})
CITY: Mapping[str, tuple[Feature, ...]] = {"water": (LEFT,), "roads": (ROAD,), "places": (TOWN,)}
HOSTILE = '<img src=x onerror=alert(1)>{{7919*7907}}${7919*7907}`\\</script>"\u202e&lt;b&gt;'


def got(client: FlaskClient, address: str, **headers: str) -> TestResponse:
    """The answer, read to its end and closed: until then a file that is sent stays open."""
    answer = client.get(address, headers=headers)
    answer.get_data()
    answer.close()
    return answer


def told(path: Path, **more: str) -> Config:
    """The settings with this archive."""
    return from_environment({"DOORSTEP_TILES_FILE": str(path), **more})


@pytest.fixture
def scheduler(config: Config, store: Store, cast: Cast, tmp_path: Path) -> FlaskClient:
    """A signed-in browser without a screen, where an archive of vector tiles is configured."""
    given = told(an_archive_of(tmp_path / "city.pmtiles", CITY))
    app = create_app(replace(config, demo=True, tiles=given.tiles, tiles_file=given.tiles_file), store=store)
    client = app.test_client()
    token = client.get("/sign-in").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/demo/scheduler", data={"csrf_token": token})
    with store.write() as session:
        session.connection().exec_driver_sql("UPDATE users SET must_change = FALSE, one_time_until = NULL")
    return client


def test_the_settings_take_an_archive_of_vector_tiles(tmp_path: Path) -> None:
    path = an_archive_of(tmp_path / "city.pmtiles", CITY, {"attribution": "© <a href='x'>OpenStreetMap</a> people"})
    assert told(path).tiles == Tiles("/tiles/archive.pmtiles", "© OpenStreetMap people", 10, "wgs84", vector=True)
    given = told(path, DOORSTEP_TILES_ATTRIBUTION="the office", DOORSTEP_TILES_DATUM="gcj02").tiles
    assert given == Tiles("/tiles/archive.pmtiles", "the office", 10, "gcj02", vector=True)
    assert TileFile(path).layers == ("water", "roads", "places")


def test_an_archive_of_pictures_names_its_owner_too(tmp_path: Path) -> None:
    path = an_archive(tmp_path / "a.pmtiles")
    assert TileFile(path).owner == ""
    assert not TileFile(path).vector


def test_what_an_archive_says_of_itself_is_text(tmp_path: Path) -> None:
    tiles = told(an_archive_of(tmp_path / "h.pmtiles", CITY, {"attribution": HOSTILE, "name": HOSTILE})).tiles
    assert tiles is not None
    # the tags are gone, the rest is kept as it stands, but for what would turn the line round
    assert tiles.attribution == '{{7919*7907}}${7919*7907}`\\"<b>'
    for strange in (None, 7, ["a"], {"a": 1}, "x" * 9999):
        path = an_archive_of(tmp_path / "s.pmtiles", CITY, {"attribution": strange})
        assert len(TileFile(path).owner) <= 200


@pytest.mark.parametrize(
    ("layers", "about", "found"),
    [
        ({"streets": (ROAD,), HOSTILE: (ROAD,)}, {}, "streets, <img src=x"),
        (CITY, {"vector_layers": None}, "–"),
        (CITY, {"vector_layers": "water"}, "–"),
        (CITY, {"vector_layers": ["water", {"no": "id"}]}, "None"),
    ],
)
def test_an_archive_without_a_layer_that_is_drawn_is_refused_with_its_layers(
    tmp_path: Path, layers: Mapping[str, tuple[Feature, ...]], about: dict[str, Any], found: str
) -> None:
    with pytest.raises(BadInput) as raised:
        told(an_archive_of(tmp_path / "x.pmtiles", layers, about))
    for language in ("en", "zh"):
        sentence = raised.value.mistakes[0].sentence(language)
        assert found in sentence
        assert "transportation" in sentence
        assert "\u202e" not in sentence


def test_tiles_of_other_kinds_and_packings_are_refused(tmp_path: Path) -> None:
    old = tmp_path / "old.pmtiles"
    old.write_bytes(b"PMTiles\x02" + bytes(200))
    for path in (
        an_archive(tmp_path / "mlt.pmtiles", TileType.MLT),
        an_archive_of(tmp_path / "zstd.pmtiles", CITY, packed=Compression.ZSTD),
        old,
    ):
        with pytest.raises(BadInput) as raised:
            TileFile(path)
        assert raised.value.mistakes[0].where == "DOORSTEP_TILES_FILE"


def test_the_doctor_says_what_the_map_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOORSTEP_DATA", str(tmp_path / "data"))
    assert CliRunner().invoke(main, ["prepare"]).exit_code == 0
    monkeypatch.setenv("DOORSTEP_TILES_FILE", str(an_archive_of(tmp_path / "city.pmtiles", CITY)))
    said = CliRunner().invoke(main, ["doctor"])
    assert (said.exit_code, said.output.splitlines()[-1]) == (
        0,
        "map       city.pmtiles: vector tiles with water, roads, places, zoom 0 to 10",
    )
    monkeypatch.setenv("DOORSTEP_TILES_FILE", str(an_archive_of(tmp_path / "other.pmtiles", {"streets": (ROAD,)})))
    said = CliRunner().invoke(main, ["doctor"])
    assert said.exit_code == 2
    assert "no layer that can be drawn (it has: streets)" in said.output


def test_a_range_of_the_archive_is_sent_as_such(scheduler: FlaskClient, tmp_path: Path) -> None:
    whole = (tmp_path / "city.pmtiles").read_bytes()
    answer = got(scheduler, "/tiles/archive.pmtiles", Range="bytes=0-126")
    assert (answer.status_code, answer.data) == (206, whole[:127])
    assert answer.headers["Content-Range"] == f"bytes 0-126/{len(whole)}"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    # the browser's first question is longer than a small archive
    answer = got(scheduler, "/tiles/archive.pmtiles", Range=f"bytes=100-{len(whole) + 5000}")
    assert (answer.status_code, answer.data) == (206, whole[100:])
    beyond = got(scheduler, "/tiles/archive.pmtiles", Range=f"bytes={len(whole)}-")
    assert beyond.status_code == 416
    etag = answer.headers["ETag"]
    assert got(scheduler, "/tiles/archive.pmtiles", **{"If-None-Match": etag}).status_code == 304
    all_of_it = got(scheduler, "/tiles/archive.pmtiles")
    assert (all_of_it.status_code, all_of_it.data) == (200, whole)
    assert Reader(MemorySource(whole)).get(10, 815, 423) == a_tile(CITY)  # type: ignore[no-untyped-call]


def test_only_the_staff_gets_it_and_only_that_file(
    scheduler: FlaskClient, config: Config, store: Store, tmp_path: Path
) -> None:
    stranger = scheduler.application.test_client()
    for path in ("/tiles/archive.pmtiles", "/tiles/10/815/423"):
        assert got(stranger, path, Range="bytes=0-126").status_code == 303
    assert scheduler.get("/tiles/10/815/423").status_code == 404  # these are no pictures
    for path in ("/tiles/city.pmtiles", "/tiles/..%2fcity.pmtiles", "/tiles/archive.pmtiles/0"):
        assert scheduler.get(path).status_code == 404
    public = create_app(config, "public", store=store).test_client()
    assert public.get("/tiles/archive.pmtiles").status_code == 404


def test_an_archive_of_pictures_is_not_sent_whole(scheduler: FlaskClient, tmp_path: Path) -> None:
    web = scheduler.application.extensions["doorstep"]
    given = told(an_archive(tmp_path / "a.pmtiles"))
    app = scheduler.application
    app.extensions["doorstep"] = replace(
        web, config=replace(web.config, tiles=given.tiles, tiles_file=given.tiles_file)
    )
    assert scheduler.get("/tiles/archive.pmtiles").status_code == 404
    assert "vector-map.js" not in scheduler.get("/desk/bases/new").text


def test_pages_with_a_map_get_the_scripts_and_the_address(scheduler: FlaskClient) -> None:
    page = scheduler.get("/desk/bases/new").text
    names = re.findall(r'src="/static/([^"]*)"', page)
    assert names[-4:] == [
        "vendor/leaflet/leaflet.js",
        "vendor/protomaps-leaflet/protomaps-leaflet.js",
        "vector-map.js",
        "pin.js",
    ]
    tiles = scheduler.get("/desk/map/background").get_json()["tiles"]
    assert (tiles["url"], tiles["max_zoom"], tiles["vector"]) == ("/tiles/archive.pmtiles", 10, True)


def test_the_view_of_one_plan_has_it_too(tmp_path: Path) -> None:
    save(a_dossier(), tmp_path)
    client = create_viewer(tmp_path, told(an_archive_of(tmp_path / "city.pmtiles", CITY))).test_client()
    assert '<script src="/static/vector-map.js">' in client.get("/").text
    assert client.get("/plan/labels").get_json()["tiles"]["vector"] is True
    assert got(client, "/tiles/archive.pmtiles", Range="bytes=0-6").data == b"PMTiles"
    pictures = create_viewer(tmp_path, told(an_archive(tmp_path / "a.pmtiles"))).test_client()
    assert pictures.get("/tiles/1/1/0").content_type == "image/png"
    assert pictures.get("/tiles/archive.pmtiles").status_code == 404
    without = create_viewer(tmp_path).test_client()
    assert "vector-map.js" not in without.get("/").text
    assert [without.get(path).status_code for path in ("/tiles/1/1/0", "/tiles/archive.pmtiles")] == [404, 404]


def test_doorstep_show_reads_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[Flask] = []
    monkeypatch.setattr("waitress.serve", lambda app, **options: served.append(app))
    monkeypatch.setenv("DOORSTEP_TILES_FILE", str(an_archive_of(tmp_path / "city.pmtiles", CITY)))
    save(a_dossier(), tmp_path)
    assert CliRunner().invoke(main, ["show", str(tmp_path)]).exit_code == 0
    assert got(served[0].test_client(), "/tiles/archive.pmtiles", Range="bytes=0-6").data == b"PMTiles"


def test_one_file_keeps_the_schematic_where_it_cannot_reach_the_archive() -> None:
    tiles = Tiles("/tiles/archive.pmtiles", vector=True)
    assert map_page(a_dossier(), "zh", tiles=tiles) == map_page(a_dossier(), "zh")
