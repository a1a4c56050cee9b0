"""Streets between junctions as arrays, their geometry, and finding the street a place lies at."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from planner.travel.ways import EARTH_METRES, Floats, Integers

JUNCTION_MS = 1_000
"""Lost at a junction of three or more streets; so the times agree with OSRM's without a scale (docs/travel.md)."""
SAMPLE_METRES = 100.0
"""Streets are looked up by points at most so far apart."""
LOOKED_AT = 24
"""Pieces of street looked at closely for each place."""


@dataclass(frozen=True, eq=False)
class Streets:
    """Pieces of road between junctions. Street s runs from node tail[s] to node head[s] along the points
    first[s] … last[s] (both included) of `lat`, `lon` (degrees × 1e7).

    `ms` are milliseconds from end to end in the direction of the points; `forward` and `backward` say which
    directions are allowed. `name` indexes `names` (Chinese, English); 0 is no name.
    """

    tail: Integers
    head: Integers
    first: Integers
    last: Integers
    lat: Integers
    lon: Integers
    ms: Integers
    decimetres: Integers
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    name: Integers
    names: tuple[tuple[str, str], ...]
    nodes: int

    def of_nodes(self, kept: NDArray[np.bool_]) -> "Streets":
        """The streets between nodes that are kept; nodes and points numbered anew."""
        some = kept[self.tail] & kept[self.head]
        number = np.cumsum(kept) - 1
        ends = np.zeros(len(self.lat) + 1, dtype=np.int64)
        np.add.at(ends, self.first[some], 1)
        np.add.at(ends, self.last[some] + 1, -1)
        used = np.cumsum(ends)[:-1] > 0
        point = np.cumsum(used) - 1
        return Streets(
            number[self.tail[some]],
            number[self.head[some]],
            point[self.first[some]],
            point[self.last[some]],
            self.lat[used],
            self.lon[used],
            self.ms[some],
            self.decimetres[some],
            self.forward[some],
            self.backward[some],
            self.name[some],
            self.names,
            int(kept.sum()),
        )

    @cached_property
    def lost_ms(self) -> Integers:
        """Milliseconds lost on reaching each node: at a junction of three or more streets."""
        degree = np.bincount(np.concatenate([self.tail, self.head]), minlength=self.nodes)
        return np.asarray(np.where(degree >= 3, JUNCTION_MS, 0))

    def node_points(self) -> tuple[Floats, Floats]:
        """Latitude and longitude of each node, degrees."""
        lat, lon = np.zeros(self.nodes), np.zeros(self.nodes)
        for node, point in ((self.tail, self.first), (self.head, self.last)):
            lat[node], lon[node] = self.lat[point] / 1e7, self.lon[point] / 1e7
        return lat, lon

    def line(self, street: int, start: float, end: float) -> list[tuple[float, float]]:
        """The points from share `start` to share `end` of a street's length, in that direction."""
        points = slice(int(self.first[street]), int(self.last[street]) + 1)
        lat, lon = self.lat[points] / 1e7, self.lon[points] / 1e7
        along = np.concatenate([[0.0], np.cumsum(steps_metres(lat, lon))])
        share = along / along[-1] if along[-1] > 0 else np.linspace(0, 1, len(along))
        low, high = min(start, end), max(start, end)
        shares = np.concatenate([[low], share[(share > low) & (share < high)], [high]])
        line = list(zip(np.interp(shares, share, lat).tolist(), np.interp(shares, share, lon).tolist(), strict=True))
        return line if start <= end else line[::-1]

    def nearest(self, points: Floats) -> tuple[Integers, Floats, Floats]:
        """For each point (lat, lon): its nearest street, the share of its length there, and metres to it."""
        tree, segments, owner = self._index
        _, found = tree.query(self._flat(points[:, 0], points[:, 1]), k=min(LOOKED_AT, len(segments)))
        looked = segments[np.asarray(found).reshape(len(points), -1)]
        offset, metres = self._closest(points, looked)
        best = np.argmin(metres, axis=1)
        rows = np.arange(len(points))
        segment, part = looked[rows, best], offset[rows, best]
        street = owner[segment]
        before = self._along[segment] - self._along[self.first[street]]
        step = self._along[segment + 1] - self._along[segment]
        whole = np.maximum(self._along[self.last[street]] - self._along[self.first[street]], 1e-9)
        return street, np.clip((before + part * step) / whole, 0, 1), metres[rows, best]

    @cached_property
    def _along(self) -> Floats:
        """Metres along all points, one after the other; only differences within a street mean anything."""
        return np.concatenate([[0.0], np.cumsum(steps_metres(self.lat / 1e7, self.lon / 1e7))])

    @cached_property
    def _index(self) -> tuple[KDTree, Integers, Integers]:
        """Points along all streets to look up, the segment (number of its first point) of each, and the
        street of each segment."""
        counts = self.last - self.first
        owner = np.full(len(self.lat), -1)
        starts = np.repeat(self.first, counts) + _ranks(counts)
        owner[starts] = np.repeat(np.arange(len(counts)), counts)
        pieces = np.maximum(1, np.ceil((self._along[starts + 1] - self._along[starts]) / SAMPLE_METRES)).astype(int)
        segments = np.repeat(starts, pieces)
        middle = (_ranks(pieces) + 0.5) / np.repeat(pieces, pieces)
        lat = (self.lat[segments] + middle * (self.lat[segments + 1] - self.lat[segments])) / 1e7
        lon = (self.lon[segments] + middle * (self.lon[segments + 1] - self.lon[segments])) / 1e7
        return KDTree(self._flat(lat, lon), balanced_tree=False, compact_nodes=False), segments, owner

    def _flat(self, lat: Floats, lon: Floats) -> Floats:
        """Degrees on a plane on which neighbours are neighbours."""
        middle = np.cos(np.radians(self.lat[:1].mean() / 1e7))
        return np.stack([lat, lon * middle], axis=1)

    def _closest(self, points: Floats, segments: Integers) -> tuple[Floats, Floats]:
        """Where each segment comes closest to its point: share of the segment, and metres."""
        metres = EARTH_METRES * np.pi / 180
        east = metres * np.cos(np.radians(points[:, 0]))[:, None]
        ends = [
            (
                (self.lat[segments + one] / 1e7 - points[:, 0, None]) * metres,
                (self.lon[segments + one] / 1e7 - points[:, 1, None]) * east,
            )
            for one in (0, 1)
        ]
        (north_a, east_a), (north_b, east_b) = ends
        north, right = north_b - north_a, east_b - east_a
        length = np.maximum(north**2 + right**2, 1e-12)
        share = np.clip(-(north_a * north + east_a * right) / length, 0, 1)
        return share, np.hypot(north_a + share * north, east_a + share * right)


def steps_metres(lat: Floats, lon: Floats) -> Floats:
    """Metres from each point to the next (flat earth, exact to a millimetre over the length of a street)."""
    north = np.radians(np.diff(lat))
    east = np.radians(np.diff(lon)) * np.cos(np.radians((lat[1:] + lat[:-1]) / 2))
    return np.asarray(EARTH_METRES * np.hypot(north, east))


def _ranks(counts: Integers) -> Integers:
    """0 … count − 1 for each of `counts`, one after the other."""
    total = int(counts.sum())
    return np.asarray(np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts))
