"""A background map in one file: a PMTiles archive of pictures, read a tile at a time."""

import gzip
import mmap
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.tile import (
    Compression,
    MagicNumberNotFound,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from planner.errors import BadInput, Mistake

PICTURES = {TileType.PNG: "image/png", TileType.JPEG: "image/jpeg", TileType.WEBP: "image/webp"}
HEADER_BYTES = 127
DEEPEST = 4
"""Directories below each other; the format allows no more."""


class TileFile:
    """An open archive. Raises BadInput for a file that is none, or that holds no pictures."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._header = deserialize_header(self._bytes[:HEADER_BYTES])
        except (OSError, ValueError, MagicNumberNotFound, IndexError) as error:
            raise _unusable(path, f"cannot be read as PMTiles ({error})", "不是可读的 PMTiles 文件") from error
        if self._header["tile_type"] not in PICTURES:
            raise _unusable(
                path,
                "holds no pictures; make one with PNG, JPEG or WebP tiles, not vector tiles",
                "不含图片瓦片;请使用 PNG、JPEG 或 WebP 栅格瓦片,而非矢量瓦片",
            )
        self.media_type = PICTURES[self._header["tile_type"]]
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


def _unusable(path: Path, en: str, zh: str) -> BadInput:
    return BadInput([Mistake("DOORSTEP_TILES_FILE", en, zh, str(path))])
