"""A made-up extract of Chongqing's size: 150,000 ways for cars, 220,000 junctions, 18 MB or more.

A bent grid with gaps, dead ends, one-way streets, curved streets of several points, main roads every eighth line,
and what else an extract holds: buildings without a name and named places.
"""

import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import osmium
from osmium.osm.mutable import Node, Way

SIDE = 500
"""Junctions to a side before gaps."""
KEPT = 0.60
"""Share of the grid's edges that exist."""
SPACING_METRES = 420.0
SHAPE_POINTS = 4
"""Points of a street between two junctions."""
BUILDINGS, NAMED = 120_000, 50_000
SOUTH, WEST = 28.3, 105.4
METRES = 111_195.0
CLASSES = ("residential", "residential", "unclassified", "tertiary", "service")


def write_big_extract(path: Path, seed: int = 1) -> Path:
    """Writes the extract to `path` (.osm.pbf)."""
    chance = np.random.default_rng(seed)
    jitter = chance.normal(0, 80, (SIDE, SIDE, 2))
    steps = np.arange(SIDE) * SPACING_METRES
    north, east = steps[:, None] + jitter[:, :, 0], steps[None, :] + jitter[:, :, 1]
    edges = list(_edges(chance))
    with osmium.SimpleWriter(str(path), 1 << 22) as writer:
        for row in range(SIDE):
            for column in range(SIDE):
                writer.add_node(_node(row * SIDE + column + 1, north[row, column], east[row, column]))
        free = SIDE * SIDE + 1
        ways: list[tuple[list[int], dict[str, str]]] = []
        for tags, junctions in edges:
            nodes = [junctions[0][0] * SIDE + junctions[0][1] + 1]
            for (row_a, column_a), (row_b, column_b) in pairwise(junctions):
                bend = chance.normal(0, 15, (SHAPE_POINTS, 2))
                for turn in range(SHAPE_POINTS):
                    share = (turn + 1) / (SHAPE_POINTS + 1)
                    lat = (1 - share) * north[row_a, column_a] + share * north[row_b, column_b] + bend[turn, 0]
                    lon = (1 - share) * east[row_a, column_a] + share * east[row_b, column_b] + bend[turn, 1]
                    writer.add_node(_node(free, lat, lon))
                    nodes.append(free)
                    free += 1
                nodes.append(row_b * SIDE + column_b + 1)
            ways.append((nodes, tags))
        free = _others(writer, chance, free, ways)
        for number, (nodes, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, nodes=nodes, tags=tags, version=1))
    return path


def _edges(chance: np.random.Generator) -> Iterator[tuple[dict[str, str], list[tuple[int, int]]]]:
    """Tags and junctions of each way: one to three edges of a line of the grid, ended by gaps."""
    for across in (False, True):
        for line in range(SIDE):
            main = line % 8 == 0
            run: list[tuple[int, int]] = []
            length = 0
            for position in range(SIDE):
                here = (position, line) if across else (line, position)
                goes_on = main or chance.random() < KEPT
                if run:
                    run.append(here)
                if run and (len(run) > length or not goes_on):
                    yield _tags(chance, main, line, across), run
                    run = []
                if goes_on and not run:
                    run, length = [here], int(chance.integers(1, 6))


def _tags(chance: np.random.Generator, main: bool, line: int, across: bool) -> dict[str, str]:
    kind = ("primary" if line % 32 == 0 else "secondary") if main else CLASSES[int(chance.integers(len(CLASSES)))]
    tags = {"highway": kind}
    if main or chance.random() < 0.3:
        tags["name"] = f"{'南北' if across else '东西'}{line}路"
    if not main and chance.random() < 0.08:
        tags["oneway"] = "yes"
    if main and chance.random() < 0.5:
        tags["maxspeed"] = "60"
    return tags


def _others(
    writer: osmium.SimpleWriter, chance: np.random.Generator, free: int, ways: list[tuple[list[int], dict[str, str]]]
) -> int:
    """Buildings and named places; the next free number of a node."""
    size = SIDE * SPACING_METRES
    for _ in range(BUILDINGS):
        north, east = chance.uniform(0, size, 2)
        corners = [(0, 0), (0, 20), (15, 20), (15, 0)]
        for up, right in corners:
            writer.add_node(_node(free, north + up, east + right))
            free += 1
        ways.append(([*range(free - 4, free), free - 4], {"building": "yes"}))
    for number in range(NAMED):
        north, east = chance.uniform(0, size, 2)
        writer.add_node(_node(free, north, east, {"name": f"重庆第{number}中学", "amenity": "school"}))
        free += 1
    return free


def _node(number: int, north: float, east: float, tags: dict[str, str] | None = None) -> Node:
    lat = SOUTH + north / METRES
    lon = WEST + east / METRES / math.cos(math.radians(30))
    return Node(id=number, location=(lon, lat), tags=tags or {}, version=1)
