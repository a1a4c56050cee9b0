"""Roads out of an OpenStreetMap extract, as arrays: what a car may use, cut into streets between junctions.

`read_streets` walks over the file once with pyosmium and keeps numbers only. Speeds by class are those of
OSRM's car profile (also its factor 0.8 for signed limits), so that both mean the same: driving on empty
roads. Ferries are never used. Turn restrictions are not read.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from osmium.filter import KeyFilter

from planner.travel.streets import Streets, steps_metres
from planner.travel.ways import Integers

Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1."""

DRIVEN = 0.8
"""Speed driven over the signed limit (OSRM car profile, speed_reduction)."""
CLASS_KMH = {
    "motorway": 90,
    "motorway_link": 45,
    "trunk": 85,
    "trunk_link": 40,
    "primary": 65,
    "primary_link": 30,
    "secondary": 55,
    "secondary_link": 25,
    "tertiary": 40,
    "tertiary_link": 20,
    "unclassified": 25,
    "residential": 25,
    "living_street": 10,
    "service": 15,
    "road": 25,
}
ONE_WAY_CLASSES = ("motorway", "motorway_link")
SHUT = frozenset({"no", "private", "agricultural", "forestry", "emergency", "psv", "bus", "delivery"})
ACCESS = ("motorcar", "motor_vehicle", "vehicle", "access")
"""Most specific first: the first that is there decides."""
MINOR_SERVICE = frozenset({"parking_aisle", "drive-through", "emergency_access", "slipway"})
HIGHEST_KMH, LOWEST_KMH = 140, 5


@dataclass
class _Ways:
    """What is kept of each drivable way while reading: numbers in growing arrays."""

    node: Any = field(default_factory=lambda: array("q"))
    lat: Any = field(default_factory=lambda: array("i"))
    lon: Any = field(default_factory=lambda: array("i"))
    end: Any = field(default_factory=lambda: array("q"))
    kmh: Any = field(default_factory=lambda: array("d"))
    direction: Any = field(default_factory=lambda: array("b"))
    name: Any = field(default_factory=lambda: array("q"))
    names: dict[tuple[str, str], int] = field(default_factory=lambda: {("", ""): 0})

    def add(self, way: Any) -> None:
        """Keeps a way if a car may use it; points that the extract lacks are left out."""
        tags = way.tags
        kmh = drivable_kmh(tags)
        if kmh is None:
            return
        before = len(self.node)
        for one in way.nodes:
            if one.location.valid():
                self.node.append(one.ref)
                self.lat.append(one.y)
                self.lon.append(one.x)
        if len(self.node) - before < 2:
            del self.node[before:], self.lat[before:], self.lon[before:]
            return
        self.end.append(len(self.node))
        self.kmh.append(kmh)
        self.direction.append(direction(tags))
        self.name.append(self.names.setdefault(name_of(tags), len(self.names)))


def drivable_kmh(tags: Any) -> float | None:
    """The speed driven on a way with these tags; None where a car may not drive."""
    kind = tags.get("highway")
    if kind not in CLASS_KMH or tags.get("area") == "yes" or tags.get("service") in MINOR_SERVICE:
        return None
    allowed = next((tags[key] for key in ACCESS if key in tags), "yes")
    if allowed in SHUT:
        return None
    signed = signed_kmh(tags.get("maxspeed", ""))
    return CLASS_KMH[kind] if signed is None else DRIVEN * signed


def signed_kmh(text: str) -> float | None:
    """Kilometres per hour of a maxspeed tag; None where it is none or no sensible number."""
    number, _, unit = text.strip().partition(" ")
    try:
        kmh = float(number) * (1.609 if unit == "mph" else 1.0)
    except ValueError:
        return None
    return kmh if LOWEST_KMH <= kmh <= HIGHEST_KMH else None


def direction(tags: Any) -> int:
    """1: only along the points, -1: only against them, 0: both."""
    said = tags.get("oneway", "")
    if said in ("yes", "true", "1"):
        return 1
    if said in ("-1", "reverse"):
        return -1
    implied = tags.get("junction") in ("roundabout", "circular") or tags.get("highway") in ONE_WAY_CLASSES
    return 1 if implied and said not in ("no", "false", "0") else 0


def name_of(tags: Any) -> tuple[str, str]:
    """The Chinese and the English name: of the bridge or tunnel, else of the road, else its number."""
    for key in ("bridge:name", "tunnel:name", "name", "ref"):
        local = tags.get(f"{key}:zh") or tags.get(key)
        if local:
            return local, tags.get(f"{key}:en") or local
    return "", ""


@dataclass(frozen=True, eq=False)
class Extract:
    """The streets of an extract, not yet checked for being joined, and how many ways they were cut from."""

    streets: Streets
    ways: int


def read_relations(path: Path, visit: Callable[[Any], None]) -> str:
    """Shows every named relation to `visit`; the date and time of the data, "" where the file tells none."""
    with osmium.io.Reader(str(path)) as reader:
        state = reader.header().get("osmosis_replication_timestamp")
    for one in osmium.FileProcessor(str(path), osmium.osm.RELATION).with_filter(KeyFilter("name")):
        visit(one)
    return state


def read_streets(path: Path, visit: Callable[[Any], None], progress: Progress) -> Extract | None:
    """All streets of the extract, None where it has none; all ways, and nodes with a name or a
    house number, are shown to `visit` too. Raises RuntimeError for a file that is no extract.
    """
    ways = _Ways()
    progress("reading", 0.0)
    tagged_nodes = KeyFilter("name", "addr:housenumber")
    tagged_nodes.enable_for(osmium.osm.NODE)
    entities = osmium.osm.NODE | osmium.osm.WAY
    for one in osmium.FileProcessor(str(path), entities).with_locations("flex_mem").with_filter(tagged_nodes):
        if isinstance(one, osmium.osm.Way) and "highway" in one.tags:
            ways.add(one)
        visit(one)
    progress("cutting", 0.5)
    return _cut(ways) if ways.end else None


def _cut(ways: _Ways) -> Extract:
    """Ways cut at every node that two of them share, or one passes twice."""
    ends = np.frombuffer(ways.end, dtype=np.int64)
    starts = np.concatenate([[0], ends[:-1]])
    lat, lon = (np.frombuffer(part, dtype=np.int32).astype(np.int64) for part in (ways.lat, ways.lon))
    ids, point_node = np.unique(np.frombuffer(ways.node, dtype=np.int64), return_inverse=True)
    cut = np.bincount(point_node, minlength=len(ids)) > 1
    cut[point_node[starts]] = cut[point_node[ends - 1]] = True
    owner = np.repeat(np.arange(len(ends)), ends - starts)
    marks = np.flatnonzero(cut[point_node])
    same = owner[marks[:-1]] == owner[marks[1:]]
    first, last, way = marks[:-1][same], marks[1:][same], owner[marks[:-1][same]]
    decimetres = _lengths(lat, lon, first, last)
    kmh = np.frombuffer(ways.kmh, dtype=np.float64)[way]
    side = np.frombuffer(ways.direction, dtype=np.int8)[way]
    number, node = np.full(len(ids), -1), np.concatenate([point_node[first], point_node[last]])
    used = np.unique(node)
    number[used] = np.arange(len(used))
    streets = Streets(
        number[point_node[first]],
        number[point_node[last]],
        first,
        last,
        lat,
        lon,
        np.maximum(1, np.rint(decimetres * 360 / kmh)).astype(np.int64),
        decimetres,
        side >= 0,
        side <= 0,
        np.frombuffer(ways.name, dtype=np.int64)[way],
        tuple(ways.names),
        len(used),
    )
    return Extract(streets, len(ends))


def _lengths(lat: Integers, lon: Integers, first: Integers, last: Integers) -> Integers:
    """Decimetres along the points first … last of each street."""
    along = np.concatenate([[0.0], np.cumsum(steps_metres(lat / 1e7, lon / 1e7))])
    return np.asarray(np.rint(10 * (along[last] - along[first])).astype(np.int64))
