"""Estimated driving times without any road data: the straight line, bent through bridges and tunnels.

Within a cell of land a road is the great circle times a factor; from cell to cell the shortest chain of
gateways decides (Dijkstra). Constants and their evidence: docs/travel.md.
"""

import csv
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import csgraph_from_dense, dijkstra

from planner.model import Place
from planner.travel.land import Gateway, Land, read_land
from planner.travel.ways import Floats, Handling, Integers, Legs, Way, degrees, great_circle_metres

DATA = Path(__file__).resolve().parents[2] / "data"
GATEWAYS = DATA / "gateways"
DISTRICTS = DATA / "places" / "districts.csv"

HIGHWAY_KILOMETRES = 39.27
"""From here on a trip runs on expressways: the rest of it at HIGHWAY_KMH."""
HIGHWAY_KMH = 88.0
"""Fitted on the drives from headquarters to the 38 district seats (data/places/districts.csv)."""
TOP_KMH = 58.0

NEAR_METRES = 8_000.0
"""So near to its seat a place is never said to lie outside its district."""
REACH_RADII = 2.0
"""Districts reach at most so many radii of a circle of their area from their middle (the longest, 2 to 1)."""


@dataclass(frozen=True)
class Reach:
    """A district roughly: its seat, its middle and the area it covers."""

    seat: Place
    middle: Place
    area_km2: float

    def holds(self, place: Place) -> bool:
        """Whether a place may lie in the district: near its seat, or near enough to its middle."""
        gaps = great_circle_metres(degrees([place]), degrees([self.seat, self.middle]))[0]
        radius = 1000 * math.sqrt(self.area_km2 / math.pi)
        return bool(gaps[0] <= max(NEAR_METRES, radius) or gaps[1] <= REACH_RADII * radius)


class Builtin:
    """The provider that is always there. Symmetric, deterministic, estimated."""

    name = "builtin"
    estimated = True
    closures: Handling = "closes"

    def __init__(self, land: Land, version: str, reaches: Mapping[str, Reach] | None = None) -> None:
        self.land = land
        self._version = version
        self._reaches = reaches or {}
        self._net_without = lru_cache(maxsize=4)(partial(_Net, land))

    def version(self) -> str:
        """A digest of the tables behind the estimate."""
        return self._version

    def legs(self, places: Sequence[Place], closed: frozenset[str] = frozenset()) -> Legs:
        """Estimated legs between all places; each leg is as long as its way back."""
        metres = self._net_without(closed).metres(degrees(places))
        return Legs(seconds_of(metres, self.land.model.start_seconds), np.rint(metres).astype(np.int64))

    def misplaced(self, places: Sequence[Place], districts: Sequence[str]) -> tuple[int, ...]:
        """Indices of the places far from their district: without its outline only gross errors show."""
        return tuple(
            index
            for index, (place, district) in enumerate(zip(places, districts, strict=True))
            if district in self._reaches and not self._reaches[district].holds(place)
        )

    def way(self, start: Place, end: Place, closed: frozenset[str] = frozenset()) -> Way:
        """Straight lines from gateway to gateway, with the gateways' names."""
        legs = self.legs([start, end], closed)
        passed = self._net_without(closed).passed(degrees([start, end]))
        points = [(start.lat, start.lon), *((one.lat, one.lon) for one in passed), (end.lat, end.lon)]
        names, english = tuple(one.name_zh for one in passed), tuple(one.name_en for one in passed)
        return Way(int(legs.seconds[0, 1]), int(legs.metres[0, 1]), tuple(points), names, english)


def builtin(folder: Path = GATEWAYS) -> Builtin:
    """The estimate over the cells and gateways in `folder`. Raises BadInput."""
    land = read_land(folder)
    digest = hashlib.sha256(repr((land.area, land.cells, land.gateways, land.anchors, land.model)).encode())
    for name, outline in sorted(land.outlines.items()):
        digest.update(name.encode() + outline.tobytes())
    return Builtin(land, digest.hexdigest()[:16], _read_reaches(DISTRICTS))


def _read_reaches(path: Path) -> dict[str, Reach]:
    """The districts by Chinese name: their seats, middles and areas."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["name_zh"]: Reach(
                Place(float(row["seat_lat"]), float(row["seat_lon"])),
                Place(float(row["centroid_lat"]), float(row["centroid_lon"])),
                float(row["area_km2"]),
            )
            for row in csv.DictReader(file)
        }


def seconds_of(metres: Floats, start_seconds: int) -> Integers:
    """Off-peak driving seconds of trips of `metres`; none for a trip of no length."""
    km = metres / 1000
    near = np.minimum(km, HIGHWAY_KILOMETRES)
    kmh = np.minimum(TOP_KMH, np.where(near < 12, 19 + 2 * near, 43 + 0.55 * (near - 12)))
    hours = near / kmh + (km - near) / HIGHWAY_KMH
    return np.asarray(np.where(metres > 0, np.rint(start_seconds + 3600 * hours), 0).astype(np.int64))


class _Net:
    """Both ends of every open gateway, and the distances between them.

    Node g is the end of gateway g in its cell_a, node g + G its end in cell_b.
    """

    def __init__(self, land: Land, closed: frozenset[str]) -> None:
        self._land = land
        self._open = tuple(one for one in land.gateways if not one.names & closed)
        ends = np.array([land.ends(one) for one in self._open]).reshape(-1, 2, 2)
        self._at = np.concatenate([ends[:, 0], ends[:, 1]])
        self._cell = [one.cell_a for one in self._open] + [one.cell_b for one in self._open]
        self._between, self._before = self._closure()

    def _closure(self) -> tuple[Floats, Integers]:
        count = len(self._open)
        if not count:
            return np.zeros((0, 0)), np.zeros((0, 0), dtype=np.int64)
        model = self._land.model
        gaps = great_circle_metres(self._at, self._at)
        direct = np.where(self._same(self._cell, self._cell), model.in_cell_factor * gaps, np.inf)
        lengths = np.array([one.crossing_metres for one in self._open])
        crossing = lengths * model.crossing_factor + model.gateway_penalty_metres
        pairs = np.arange(count)
        direct[pairs, pairs + count] = direct[pairs + count, pairs] = crossing
        between, before = dijkstra(csgraph_from_dense(direct, null_value=np.inf), return_predecessors=True)
        return np.asarray(between), np.asarray(before, dtype=np.int64)

    @staticmethod
    def _same(first: list[str], second: list[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        return np.asarray(np.array(first, dtype=str)[:, None] == np.array(second, dtype=str)[None, :])

    def _reach(self, points: Floats, cells: list[str]) -> Floats:
        """From each point to each gateway end of its own cell, infinite to the others."""
        gaps = great_circle_metres(points, self._at)
        return np.where(self._same(cells, self._cell), self._land.model.in_cell_factor * gaps, np.inf)

    def metres(self, points: Floats) -> Floats:
        """Road metres between all points; symmetric."""
        cells = self._land.cells_of(points)
        straight = great_circle_metres(points, points)
        outside = np.array([not cell for cell in cells], dtype=np.bool_)
        free = outside[:, None] | outside[None, :]
        found = np.where(self._same(cells, cells), straight * self._land.model.in_cell_factor, np.inf)
        reach = self._reach(points, cells)
        through = np.full_like(reach, np.inf)
        for node in range(len(self._cell)):
            np.minimum(through, reach[:, node, None] + self._between[None, node], out=through)
        for node in range(len(self._cell)):
            np.minimum(found, through[:, node, None] + reach[None, :, node], out=found)
        found = np.where(free | np.isinf(found), straight * self._outside_factor(points), found)
        return np.asarray(np.minimum(found, found.T))

    def _outside_factor(self, points: Floats) -> Floats:
        """Road over straight line of each pair of which one lies outside: the higher of both ends' regions."""
        model = self._land.model
        factor = np.full(len(points), model.outside_factor)
        lat, lon = points[:, 0], points[:, 1]
        for one in model.outside_regions:
            here = (lat >= one.south) & (lat <= one.north) & (lon >= one.west) & (lon <= one.east)
            factor = np.where(here, one.factor, factor)
        return np.asarray(np.maximum(factor[:, None], factor[None, :]))

    def passed(self, ends: Floats) -> list[Gateway]:
        """The gateways on the way from the first to the second of two points, in order."""
        cells = self._land.cells_of(ends)
        if not all(cells) or cells[0] == cells[1]:
            return []
        reach = self._reach(ends, cells)
        total = reach[0][:, None] + self._between + reach[1][None, :]
        if not total.size or np.isinf(total.min()):
            return []
        first, last = (int(one) for one in np.unravel_index(int(np.argmin(total)), total.shape))
        nodes = [last]
        while nodes[-1] != first:
            nodes.append(int(self._before[first, nodes[-1]]))
        gateways = [self._open[node % len(self._open)] for node in reversed(nodes)]
        return [one for index, one in enumerate(gateways) if index == 0 or one != gateways[index - 1]]
