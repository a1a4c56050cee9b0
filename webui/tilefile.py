"""A background map in one file: a PMTiles archive of pictures or of vector tiles."""

import gzip
import json
import mmap
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pmtiles.tile import (
    Compression,
    HeaderDict,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from planner.errors import BadInput, Mistake

PICTURES = {TileType.PNG: "image/png", TileType.JPEG: "image/jpeg", TileType.WEBP: "image/webp"}
UNPACKED = (Compression.UNKNOWN, Compression.NONE, Compression.GZIP)
"""How tiles may be packed: what both this module and the script in the browser can open."""
PROTOMAPS = {"earth", "landcover", "landuse", "natural", "water", "physical_line", "physical_point", "buildings"}
PROTOMAPS |= {"boundaries", "roads", "transit", "places"}
OPENMAPTILES = {"landcover", "landuse", "park", "water", "waterway", "water_name", "building", "boundary"}
OPENMAPTILES |= {"transportation", "transportation_name", "place"}
LAYERS = frozenset(PROTOMAPS | OPENMAPTILES)
"""The layers that webui/static/vector-map.js draws: the names of two schemas."""
HEADER_BYTES = 127
DEEPEST = 4
"""Directories below each other; the format allows no more."""
LONGEST_OWNER = 200
NOT_AN_ARCHIVE = (
    OSError,
    ValueError,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    IndexError,
    EOFError,
    RecursionError,
    zlib.error,
)


class TileFile:
    """An open archive. Raises BadInput for a file that is none, or that holds nothing a map here can show."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._header = deserialize_header(self._bytes[:HEADER_BYTES])
            about = self._about()
        except NOT_AN_ARCHIVE as error:
            raise _unusable(path, f"cannot be read as PMTiles ({error})", "不是可读的 PMTiles 文件") from error
        self.vector = self._header["tile_type"] == TileType.MVT
        """Whether the browser draws the tiles; if not, `picture` gives each as a picture."""
        self.layers = _layers(path, about) if self.vector else ()
        """What of a vector archive is drawn, in the order of the archive."""
        self.owner = _printable(_without_tags(about.get("attribution")), LONGEST_OWNER)
        """Whom the archive says to name, as text; as foreign as any text from people."""
        self.media_type = _media_type(path, self._header)
        self.min_zoom = int(self._header["min_zoom"])
        self.max_zoom = int(self._header["max_zoom"])
        self._directory = lru_cache(maxsize=64)(self._read_directory)

    def picture(self, z: int, x: int, y: int) -> bytes | None:
        """The tile; None where the archive has none, or there can be none."""
        if not (0 <= z <= self.max_zoom and 0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        wanted = zxy_to_tileid(z, x, y)
        offset, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(DEEPEST):
            found = find_tile(self._directory(offset, length), wanted)
            if found is None:
                return None
            if found.run_length:
                start = self._header["tile_data_offset"] + found.offset
                tile = self._bytes[start : start + found.length]
                return gzip.decompress(tile) if self._header["tile_compression"] == Compression.GZIP else tile
            offset, length = self._header["leaf_directory_offset"] + found.offset, found.length
        return None

    def _read_directory(self, offset: int, length: int) -> Any:
        return deserialize_directory(self._bytes[offset : offset + length])

    def _about(self) -> dict[str, Any]:
        """The archive's own description of itself; {} where it has none."""
        start, length = self._header["metadata_offset"], self._header["metadata_length"]
        text = self._bytes[start : start + length]
        if self._header["internal_compression"] == Compression.GZIP:
            text = gzip.decompress(text)
        about = json.loads(text) if text else {}
        return about if isinstance(about, dict) else {}


def _media_type(path: Path, header: HeaderDict) -> str:
    """What `picture` gives; "" for vector tiles. BadInput for tiles of another kind, or packed in another way."""
    kind = header["tile_type"]
    if kind is not TileType.MVT and kind not in PICTURES:
        raise _unusable(
            path,
            f"holds {kind.name} tiles; make one with PNG, JPEG, WebP or MVT (vector) tiles",
            f"瓦片类型为 {kind.name};请使用 PNG、JPEG、WebP 或 MVT(矢量)瓦片",
        )
    if header["tile_compression"] not in UNPACKED:
        packed = header["tile_compression"].name
        raise _unusable(path, f"has tiles packed with {packed}; use gzip or none", f"瓦片以 {packed} 压缩;请改用 gzip")
    return PICTURES.get(kind, "")


def _layers(path: Path, about: dict[str, Any]) -> tuple[str, ...]:
    """The layers of a vector archive that are drawn; BadInput where there is none, since the map would be empty."""
    listed = about.get("vector_layers")
    names = [str(one.get("id")) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    drawn = tuple(name for name in names if name in LAYERS)
    if drawn:
        return drawn
    found = ", ".join(_printable(name) for name in names[:8]) or "–"
    raise _unusable(
        path,
        f"has no layer that can be drawn (it has: {found}); name them as Protomaps' basemaps or OpenMapTiles do: "
        "roads, water, landuse, places … or transportation, waterway, landcover, place …",
        f"没有可绘制的图层(现有:{found});图层请按 Protomaps 或 OpenMapTiles 命名:"
        "roads、water、landuse、places…… 或 transportation、waterway、landcover、place……",
    )


def _without_tags(text: object) -> str:
    return Markup(text or "").striptags()  # noqa: S704 - nothing is marked safe: what comes back is a plain str


def _printable(text: str, most: int = 40) -> str:
    return "".join(character for character in text[:most] if character.isprintable())


def _unusable(path: Path, en: str, zh: str) -> BadInput:
    return BadInput([Mistake("DOORSTEP_TILES_FILE", en, zh, str(path))])
