"""Archives of vector tiles made by hand: the few messages of the Mapbox Vector Tile format that a test needs."""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import asinh, pi, radians, tan
from pathlib import Path
from typing import Any

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

EXTENT = 4096
POINT, LINE, AREA = 1, 2, 3
AROUND = ((28.0, 105.0), (31.0, 108.5))
"""South-west and north-east of what the archives cover: Chongqing."""

Corner = tuple[int, int]


@dataclass(frozen=True)
class Feature:
    """One shape of a layer, in 4096ths of a tile from its north-west."""

    shape: int
    corners: tuple[Corner, ...]
    properties: Mapping[str, str]


def a_tile(layers: Mapping[str, Iterable[Feature]]) -> bytes:
    """The layers as a vector tile."""
    return b"".join(_part(3, _layer(name, tuple(features))) for name, features in layers.items())


def an_archive_of(
    path: Path,
    layers: Mapping[str, Iterable[Feature]],
    about: Mapping[str, Any] | None = None,
    deepest: int = 10,
    packed: Compression = Compression.NONE,
) -> Path:
    """An archive whose every tile around Chongqing is the same; it describes its layers, and itself with `about`."""
    tile = gzip.compress(a_tile(layers), mtime=0) if packed == Compression.GZIP else a_tile(layers)
    listed = {"vector_layers": [{"id": name, "fields": {}} for name in layers], **(about or {})}
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for key in sorted(key for zoom in range(deepest + 1) for key in _keys(zoom)):
            writer.write_tile(key, tile)
        header = {"tile_type": TileType.MVT, "tile_compression": packed, "min_zoom": 0, "max_zoom": deepest}
        writer.finalize(header, listed)
        writer.tile_f.close()  # it leaves its own temporary file open
    return path


def _keys(zoom: int) -> Iterable[int]:
    (south, west), (north, east) = AROUND
    columns = [int((lon + 180) / 360 * 2**zoom) for lon in (west, east)]
    rows = [int((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**zoom) for lat in (north, south)]
    return (zxy_to_tileid(zoom, x, y) for x in range(columns[0], columns[1] + 1) for y in range(rows[0], rows[1] + 1))


def _layer(name: str, features: tuple[Feature, ...]) -> bytes:
    keys = sorted({key for one in features for key in one.properties})
    values = sorted({value for one in features for value in one.properties.values()})
    parts = [_number(15, 2), _part(1, name.encode())]
    parts += [_part(2, _feature(one, keys, values)) for one in features]
    parts += [_part(3, key.encode()) for key in keys]
    parts += [_part(4, _part(1, value.encode())) for value in values]
    return b"".join((*parts, _number(5, EXTENT)))


def _feature(one: Feature, keys: list[str], values: list[str]) -> bytes:
    tags = [index for key, value in one.properties.items() for index in (keys.index(key), values.index(value))]
    return b"".join((_part(2, _row(tags)), _number(3, one.shape), _part(4, _row(_commands(one)))))


def _commands(one: Feature) -> list[int]:
    """Move to the first corner (1), line to the others (2), close an area (7); steps from corner to corner."""
    (x, y), rest = one.corners[0], one.corners[1:]
    commands = [1 | 1 << 3, _folded(x), _folded(y)]
    if rest:
        commands.append(2 | len(rest) << 3)
    for (before_x, before_y), (to_x, to_y) in pairwise(one.corners):
        commands += [_folded(to_x - before_x), _folded(to_y - before_y)]
    return [*commands, 7 | 1 << 3] if one.shape == AREA else commands


def _folded(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, data: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _row(values: Iterable[int]) -> bytes:
    return b"".join(_varint(value) for value in values)


def _varint(value: int) -> bytes:
    digits = bytearray()
    while value > 127:
        digits.append(value & 127 | 128)
        value >>= 7
    digits.append(value)
    return bytes(digits)
