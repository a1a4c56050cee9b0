"""A background map in one file: a tile is found, what is outside is empty, other files are refused with a word why."""

import struct
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from planner.errors import BadInput
from tests.webui.conftest import Cast
from webui.app import create_app
from webui.config import Config, from_environment
from webui.store.engine import Store
from webui.tilefile import TileFile


def picture(red: int) -> bytes:
    """A PNG of one point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes((0, red, 90, 90)))) + chunk(b"IEND", b"")


def an_archive(path: Path, kind: TileType = TileType.PNG, zooms: int = 3) -> Path:
    """Zoom 0 to 2 of the whole world; each tile has its number as colour."""
    places = [(z, x, y) for z in range(zooms) for x in range(1 << z) for y in range(1 << z)]
    tiles = {zxy_to_tileid(*place): picture(number % 256) for number, place in enumerate(places)}
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for key in sorted(tiles):
            writer.write_tile(key, tiles[key])
        writer.finalize(
            {"tile_type": kind, "tile_compression": Compression.NONE, "min_zoom": 0, "max_zoom": zooms - 1}, {}
        )
        writer.tile_f.close()  # it leaves its own temporary file open
    return path


def test_each_tile_is_found_and_nothing_outside(tmp_path: Path) -> None:
    file = TileFile(an_archive(tmp_path / "a.pmtiles"))
    # zoom 0 is tile 0, zoom 1 is 1 to 4 by x then y, zoom 2 begins with 5: (2, 1, 3) is 5 + 1 · 4 + 3 = 12
    assert file.picture(0, 0, 0) == picture(0)
    assert file.picture(1, 1, 0) == picture(3)
    assert file.picture(2, 1, 3) == picture(12)
    assert file.max_zoom == 2
    for z, x, y in ((3, 0, 0), (1, 2, 0), (1, 0, 2), (40, 0, 0)):
        assert file.picture(z, x, y) is None


def test_other_files_are_refused_with_a_word_why(tmp_path: Path) -> None:
    other = tmp_path / "b.pmtiles"
    other.write_bytes(b"not an archive" * 20)
    empty = tmp_path / "empty.pmtiles"
    empty.touch()
    for path in (an_archive(tmp_path / "v.pmtiles", TileType.AVIF), other, empty, tmp_path / "none.pmtiles"):
        with pytest.raises(BadInput) as raised:
            TileFile(path)
        assert raised.value.mistakes[0].where == "DOORSTEP_TILES_FILE"


def test_the_settings_take_the_file_or_the_address_but_not_both(tmp_path: Path) -> None:
    path = an_archive(tmp_path / "a.pmtiles")
    config = from_environment({"DOORSTEP_TILES_FILE": str(path), "DOORSTEP_TILES_DATUM": "gcj02"})
    assert config.tiles is not None
    assert (config.tiles.url, config.tiles.max_zoom, config.tiles.datum) == ("/tiles/{z}/{x}/{y}", 2, "gcj02")
    with pytest.raises(BadInput):
        from_environment({"DOORSTEP_TILES_FILE": str(path), "DOORSTEP_TILES_URL": "/t/{z}/{x}/{y}"})


def test_the_application_serves_it_to_the_staff_alone(config: Config, store: Store, cast: Cast, tmp_path: Path) -> None:
    given = from_environment({"DOORSTEP_TILES_FILE": str(an_archive(tmp_path / "a.pmtiles"))})
    app = create_app(replace(config, demo=True, tiles=given.tiles, tiles_file=given.tiles_file), store=store)
    client = app.test_client()
    assert client.get("/tiles/0/0/0").status_code == 303
    assert create_app(config, store=store).test_client().get("/tiles/0/0/0").status_code == 303
    token = client.get("/sign-in").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/demo/scheduler", data={"csrf_token": token})
    with store.write() as session:
        session.connection().exec_driver_sql("UPDATE users SET must_change = FALSE, one_time_until = NULL")
    answer = client.get("/tiles/2/1/3")
    assert (answer.status_code, answer.content_type, answer.data) == (200, "image/png", picture(12))
    assert client.get("/tiles/2/1/3", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/tiles/9/0/0").status_code == 200  # nothing there: a transparent point, no error on the page
    background = client.get("/desk/map/background").get_json()
    assert background["tiles"]["url"] == "/tiles/{z}/{x}/{y}"
    assert "img-src 'self' data:;" in answer.headers["Content-Security-Policy"]
