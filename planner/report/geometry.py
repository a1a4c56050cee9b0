"""Where the map draws what: numbers only, no names.

Places are (lat, lon) in WGS-84 degrees, rounded to about a metre.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from planner.model import Place

Point = tuple[float, float]
Box = tuple[Point, Point]
"""South-west and north-east corner."""

ARC_POINTS = 12
ARC_BULGE = 0.09
"""How far a leg bows to the left, as a share of its length, so that out and back do not cover each other."""
CITY_KM = 32
"""Around the middle of all places: what the city view may show."""
MUNICIPALITY: Box = ((28.2, 105.3), (32.2, 110.2))
_KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class View:
    """The box of the places near the middle, where most of the work is, and the box of all."""

    core: Box
    everything: Box


def point(place: Place) -> Point:
    """The place as the map writes it."""
    return round(place.lat, 5), round(place.lon, 5)


def arc(start: Point, end: Point) -> list[Point]:
    """A slightly bowed line, since no road is known: `ARC_POINTS` + 1 points, or [] where both ends are one place."""
    if start == end:
        return []
    shrink = math.cos(math.radians((start[0] + end[0]) / 2))
    north, east = end[0] - start[0], (end[1] - start[1]) * shrink
    middle = (
        (start[0] + end[0]) / 2 + ARC_BULGE * 2 * east,
        (start[1] + end[1]) / 2 - ARC_BULGE * 2 * north / shrink,
    )
    return [_bezier(start, middle, end, step / ARC_POINTS) for step in range(ARC_POINTS + 1)]


def _bezier(start: Point, middle: Point, end: Point, share: float) -> Point:
    first, second, third = (1 - share) ** 2, 2 * share * (1 - share), share**2
    return (
        round(first * start[0] + second * middle[0] + third * end[0], 5),
        round(first * start[1] + second * middle[1] + third * end[1], 5),
    )


def view(everything: Iterable[Point]) -> View:
    """The city and all there is; the municipality where there is nothing."""
    places = list(everything)
    if not places:
        return View(MUNICIPALITY, MUNICIPALITY)
    centre = median(place[0] for place in places), median(place[1] for place in places)
    near = [place for place in places if kilometres(place, centre) <= CITY_KM]
    return View(_box(near or places), _box(places))


def kilometres(one: Point, other: Point) -> float:
    """The straight distance, good enough for choosing a view."""
    east = (one[1] - other[1]) * math.cos(math.radians(one[0]))
    return math.hypot(one[0] - other[0], east) * _KM_PER_DEGREE


def _box(places: list[Point]) -> Box:
    margin = 0.01
    lats, lons = [place[0] for place in places], [place[1] for place in places]
    return (min(lats) - margin, min(lons) - margin), (max(lats) + margin, max(lons) + margin)
