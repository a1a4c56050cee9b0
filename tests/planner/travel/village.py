"""A tiny extract for tests: two banks of a river, one bridge, a one-way street, an island, two districts.

D ──── 江北路 (secondary, 55 km/h) ──── E ──────────── F        1000 m north
╎ ferry                                                │ 长江大桥 (primary, 65 km/h)
A ──── 人民路 (primary, 65 km/h) ────── B ── 人民路 ── C        0 m
 ╲→ 单行街 (residential, one way) → G →╱│
                                        H 校内路 (private)
0 m                                  1000 m          2000 m east
"""

import math
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

from planner.model import Place

LAT, LON = 29.5, 106.5
METRES = 6_371_008.8 * math.pi / 180
"""Of one degree of latitude."""

POINTS = {
    "A": (0, 0),
    "B": (0, 1000),
    "C": (0, 2000),
    "D": (1000, 0),
    "E": (1000, 1000),
    "F": (1000, 2000),
    "G": (-500, 500),
    "H": (1300, 1000),
    "I": (3000, 3000),
    "J": (3000, 3500),
    "s1": (1050, 950),
    "s2": (1050, 1050),
    "s3": (1150, 1050),
    "s4": (1150, 950),
    "p": (50, 400),
    "SW": (-4000, -4000),
    "SE": (-4000, 8000),
    "W": (500, -4000),
    "M": (500, 8000),
    "NW": (8000, -4000),
    "NE": (8000, 8000),
}
WAYS = [
    ("ABC", {"highway": "primary", "name": "人民路", "name:en": "Renmin Road"}),
    (
        "CF",
        {
            "highway": "primary",
            "name": "跨江路",
            "bridge": "yes",
            "bridge:name": "长江大桥",
            "bridge:name:en": "Yangtze Bridge",
        },
    ),
    ("FED", {"highway": "secondary", "name": "江北路"}),
    ("AD", {"route": "ferry", "name": "轮渡"}),
    ("AGB", {"highway": "residential", "name": "单行街", "oneway": "yes"}),
    ("EH", {"highway": "service", "name": "校内路", "access": "private"}),
    ("IJ", {"highway": "residential", "name": "岛上路"}),
    ("AE", {"highway": "footway", "name": "步道"}),
]
SOUTH, NORTH = ["SW", "SE", "M", "W"], ["W", "M", "NE", "NW"]


def at(north: float, east: float) -> Place:
    """The place so many metres north and east of A."""
    lat = LAT + north / METRES
    return Place(lat, LON + east / METRES / math.cos(math.radians(lat)))


def write_village(path: Path, roads: bool = True) -> Path:
    """Writes the extract to `path` (.osm.pbf); without its ways where `roads` is false."""
    number = {name: index for index, name in enumerate(POINTS, start=1)}
    with osmium.SimpleWriter(str(path)) as writer:
        for name, (north, east) in POINTS.items():
            place = at(north, east)
            tags = {"name": "重庆邮局", "amenity": "post_office", "addr:street": "人民路", "addr:housenumber": "8号"}
            writer.add_node(
                Node(id=number[name], location=(place.lon, place.lat), tags=tags if name == "p" else {}, version=1)
            )
        if not roads:
            return path
        for index, (nodes, tags) in enumerate(WAYS, start=1):
            writer.add_way(Way(id=index, nodes=[number[one] for one in nodes], tags=tags, version=1))
        school = [number[one] for one in ("s1", "s2", "s3", "s4", "s1")]
        tags = {"amenity": "school", "name": "重庆第一中学", "name:en": "Chongqing No. 1 Secondary School"}
        writer.add_way(Way(id=90, nodes=school, tags=tags, version=1))
        for index, corners in enumerate((SOUTH, NORTH), start=91):
            writer.add_way(Way(id=index, nodes=[number[one] for one in [*corners, corners[0]]], version=1))
        for index, name in enumerate(("渝中区", "江北区"), start=91):
            writer.add_relation(
                Relation(
                    id=index,
                    members=[("w", index, "outer")],
                    tags={"type": "boundary", "boundary": "administrative", "admin_level": "6", "name": name},
                    version=1,
                )
            )
    return path
