"""What every provider of driving times gives: legs between places, and the way of one leg."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from planner.errors import DoorstepError
from planner.model import Place
from planner.model import Way as Way
from planner.reasons import Reason

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

NO_ROAD = 10_000_000
"""Stands for "no road leads there" in seconds and metres: longer than any shift, far from overflow."""

NAMES_SHOWN = 6
"""So many roads describe a way."""
CROSSING_WEIGHT = 4
"""A metre of bridge or tunnel describes a way like so many metres of road."""

EARTH_METRES = 6_371_008.8
"""Mean radius of the earth (IUGG)."""


@dataclass(frozen=True, eq=False)
class Legs:
    """Driving between places off-peak, door steps not included.

    `seconds` and `metres` have shape (places, places): row from, column to; NO_ROAD where none leads.
    """

    seconds: Integers
    metres: Integers
    warnings: tuple[Reason, ...] = ()


Run = tuple[str, str, float]
"""Name and English name of a road driven on, and its metres; "" where it has no name."""


def describing(runs: Iterable[Run]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names (Chinese, English) of the roads that make up most of a way, in order.

    Bridges and tunnels count more than their length, since people know a way by them.
    """
    merged: list[Run] = []
    for name, english, metres in runs:
        if merged and merged[-1][0] == name:
            merged[-1] = (name, merged[-1][1] if merged[-1][1] != name else english, merged[-1][2] + metres)
        elif name:
            merged.append((name, english, metres))
    ranked = sorted(merged, key=lambda run: -run[2] * (CROSSING_WEIGHT if re.search("[桥橋隧]", run[0]) else 1))
    kept = {name for name, _, _ in ranked[:NAMES_SHOWN]}
    shown = [run for run in merged if run[0] in kept]
    single = [run for index, run in enumerate(shown) if index == 0 or run[0] != shown[index - 1][0]]
    return tuple(name for name, _, _ in single), tuple(english for _, english, _ in single)


class Unavailable(DoorstepError):
    """A provider cannot answer now; `reason` says why and what to do."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.sentence("en"))
        self.reason = reason


Handling = Literal["closes", "ignores"]


class Provider(Protocol):
    """A source of driving times."""

    @property
    def name(self) -> str:
        """Short and stable, e.g. "builtin"; part of the cache key and shown as the source."""

    @property
    def estimated(self) -> bool:
        """Whether its times are estimates without a road network."""

    @property
    def closures(self) -> Handling:
        """Whether it can drive around roads that are closed."""

    def version(self) -> str:
        """Changes whenever the data behind the answers change; part of the cache key."""

    def legs(self, places: Sequence[Place], closed: frozenset[str]) -> Legs:
        """Legs between all places, the roads and gateways named in `closed` not used. Raises Unavailable."""

    def way(self, start: Place, end: Place, closed: frozenset[str]) -> Way:
        """The way from `start` to `end`. Raises Unavailable, also where no road leads there."""

    def misplaced(self, places: Sequence[Place], districts: Sequence[str]) -> tuple[int, ...] | None:
        """Indices of the places that surely lie outside their district; None where the provider cannot tell."""


def degrees(places: Sequence[Place]) -> Floats:
    """The places as an array of shape (places, 2): latitude, longitude."""
    return np.array([(place.lat, place.lon) for place in places], dtype=np.float64).reshape(-1, 2)


def great_circle_metres(first: Floats, second: Floats) -> Floats:
    """Distances of points in degrees, shape (len(first), len(second)); haversine, symmetric to the last bit."""
    lat_a, lon_a = np.radians(first[:, None, 0]), np.radians(first[:, None, 1])
    lat_b, lon_b = np.radians(second[None, :, 0]), np.radians(second[None, :, 1])
    half = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * EARTH_METRES * np.arcsin(np.sqrt(np.clip(half, 0, 1))))
