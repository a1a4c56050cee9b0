"""Outlines of districts out of an extract: whether a place lies in the district it is said to lie in.

An outline is kept as the two ends of all its segments; whether a point is inside needs no more (even-odd
rule). Outlines that the extract cuts off are left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planner.districts import district_of
from planner.travel.ways import Floats

LEVELS = ("5", "6")
"""admin_level of districts and counties in China; 5 for the special areas that stand beside them."""


@dataclass(frozen=True, eq=False)
class Outline:
    """A district's name and the segments of its outline, shape (segments, 4): lat, lon, lat, lon."""

    name: str
    segments: Floats

    def holds(self, lat: float, lon: float) -> bool:
        """Whether a point lies inside."""
        lat_a, lon_a, lat_b, lon_b = self.segments.T
        spans = (lat_a > lat) != (lat_b > lat)
        rise = np.where(lat_b == lat_a, 1.0, lat_b - lat_a)
        return int((spans & (lon < lon_a + (lat - lat_a) / rise * (lon_b - lon_a))).sum()) % 2 == 1


@dataclass
class Members:
    """Ways that make up relations, and the points of those seen so far."""

    outlines: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    places: list[tuple[dict[str, str], tuple[int, ...]]] = field(default_factory=list)
    wanted: set[int] = field(default_factory=set)
    points: dict[int, list[tuple[float, float]]] = field(default_factory=dict)

    def add(self, relation: Any) -> None:
        """Keeps a relation that is a district or has a name."""
        tags = dict(relation.tags)
        name = tags.get("name:zh") or tags.get("name", "")
        ways = tuple(one.ref for one in relation.members if one.type == "w" and one.role in ("outer", "", "inner"))
        if not name or not ways:
            return
        if tags.get("boundary") == "administrative":
            if tags.get("admin_level") in LEVELS:
                self.outlines.append((name, ways))
                self.wanted.update(ways)
        elif tags.get("type") in ("multipolygon", "site"):
            self.places.append((tags, ways))
            self.wanted.update(ways)

    def see(self, way: Any) -> None:
        """Keeps the points of a way that a relation wants; a way with points missing is not kept."""
        if way.id in self.wanted and all(one.location.valid() for one in way.nodes):
            self.points[way.id] = [(one.lat, one.lon) for one in way.nodes]

    def whole_outlines(self) -> tuple[Outline, ...]:
        """Outlines of which the extract has every way."""
        return tuple(
            Outline(name, np.concatenate([_segments(self.points[way]) for way in ways]))
            for name, ways in self.outlines
            if all(way in self.points for way in ways)
        )

    def middles(self) -> list[tuple[dict[str, str], float, float]]:
        """Tags and middle of each named relation of which a part was seen."""
        made: list[tuple[dict[str, str], float, float]] = []
        for tags, ways in self.places:
            points = np.array([point for way in ways for point in self.points.get(way, [])])
            if len(points):
                lat, lon = (points.min(axis=0) + points.max(axis=0)) / 2
                made.append((tags, float(lat), float(lon)))
        return made


def misplaced(outlines: Sequence[Outline], lat: float, lon: float, district: str) -> bool:
    """Whether a place surely lies outside `district`; False where the outlines cannot tell.

    A unit that changed in 2026 counts as what it was and as what became of its land, whichever the
    extract knows.
    """
    unit = _code(district)
    own = [one for one in outlines if _code(one.name) in {unit, *_heirs(district)}]
    named = own or [one for one in outlines if unit in _heirs(one.name)]
    return bool(named) and not any(one.holds(lat, lon) for one in named)


def _code(name: str) -> str:
    unit = district_of(name)
    return (unit.code or unit.name_zh) if unit else name


def _heirs(name: str) -> set[str]:
    """Codes of the units that have land of this one today."""
    unit = district_of(name)
    if unit is None:
        return set()
    return {part.successor for part in unit.parts} | ({unit.successor} if unit.successor else set())


def _segments(points: list[tuple[float, float]]) -> Floats:
    line = np.array(points)
    return np.hstack([line[:-1], line[1:]])
