"""What every provider of driving times gives: legs between places, and the way of one leg."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from planner.errors import DoorstepError, Language
from planner.model import Place
from planner.reasons import Reason

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

NO_ROAD = 10_000_000
"""Stands for "no road leads there" in seconds and metres: longer than any shift, far from overflow."""

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


@dataclass(frozen=True)
class Way:
    """The way of one leg: off-peak seconds, metres, the line (lat, lon) and the names of its roads in order."""

    seconds: int
    metres: int
    points: tuple[tuple[float, float], ...]
    roads: tuple[str, ...] = ()

    def sentence(self, language: Language) -> str:
        """The way in one line: "沿 A 路 → B 大桥 → C 路"; empty where no road has a name."""
        if not self.roads:
            return ""
        return ("沿 " if language == "zh" else "via ") + " → ".join(self.roads)


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


def degrees(places: Sequence[Place]) -> Floats:
    """The places as an array of shape (places, 2): latitude, longitude."""
    return np.array([(place.lat, place.lon) for place in places], dtype=np.float64).reshape(-1, 2)


def great_circle_metres(first: Floats, second: Floats) -> Floats:
    """Distances of points in degrees, shape (len(first), len(second)); haversine, symmetric to the last bit."""
    lat_a, lon_a = np.radians(first[:, None, 0]), np.radians(first[:, None, 1])
    lat_b, lon_b = np.radians(second[None, :, 0]), np.radians(second[None, :, 1])
    half = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * EARTH_METRES * np.arcsin(np.sqrt(np.clip(half, 0, 1))))
