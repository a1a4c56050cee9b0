"""Coordinate systems: known points, round trips, and two libraries that check each other."""

import math
import random

import pytest

from planner.travel.datum import (
    Point,
    from_wgs84,
    native_converters,
    place_in,
    portable_converters,
    to_wgs84,
)

KNOWN = [  # WGS-84, GCJ-02, BD-09: 重庆 centre, 北碚, 万州
    ((29.5630, 106.5516), (29.5601513, 106.5553176), (29.5664660, 106.5617482)),
    ((29.8165, 106.4230), (29.8140153, 106.4270326), (29.8202654, 106.4334689)),
    ((30.8077, 108.4086), (30.8054380, 108.4131900), (30.8111279, 108.4197579)),
]


def metres(a: Point, b: Point) -> float:
    """Distance of two near points; one degree of latitude is 111,195 m."""
    return math.hypot(a[0] - b[0], (a[1] - b[1]) * math.cos(math.radians(a[0]))) * 111_195


def points(count: int) -> list[Point]:
    chance = random.Random(1)
    return [(chance.uniform(28.1, 32.3), chance.uniform(105.2, 110.2)) for _ in range(count)]


@pytest.mark.parametrize(("wgs84", "gcj02", "bd09"), KNOWN)
def test_known_points_come_out_in_each_system(wgs84: Point, gcj02: Point, bd09: Point) -> None:
    assert metres(from_wgs84(*wgs84, "gcj02"), gcj02) < 0.02
    assert metres(from_wgs84(*wgs84, "bd09"), bd09) < 0.02
    assert metres(to_wgs84(*gcj02, "gcj02"), wgs84) < 0.05
    assert metres(to_wgs84(*bd09, "bd09"), wgs84) < 0.05


def test_the_systems_lie_half_a_kilometre_and_a_kilometre_apart_in_chongqing() -> None:
    centre = (29.5630, 106.5516)
    assert 470 < metres(centre, from_wgs84(*centre, "gcj02")) < 490
    assert 1_040 < metres(centre, from_wgs84(*centre, "bd09")) < 1_070


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_there_and_back_is_less_than_ten_centimetres_off(datum: str) -> None:
    for library in (native_converters(), portable_converters()):
        worst = max(metres(point, library[f"{datum}_wgs84"](library[f"wgs84_{datum}"](point))) for point in points(500))
        assert worst < 0.1


def test_two_independent_libraries_agree_to_three_centimetres() -> None:
    native, portable = native_converters(), portable_converters()
    assert set(native) == set(portable)
    for way in native:
        assert max(metres(native[way](point), portable[way](point)) for point in points(500)) < 0.03, way


def test_wgs84_and_places_outside_china_stay_what_they_are() -> None:
    assert to_wgs84(29.56, 106.55, "wgs84") == (29.56, 106.55)
    assert to_wgs84(48.137, 11.575, "gcj02") == (48.137, 11.575)
    assert from_wgs84(48.137, 11.575, "bd09") == (48.137, 11.575)


def test_a_place_remembers_what_was_given() -> None:
    place = place_in(29.5601513, 106.5553176, "gcj02", 20)
    assert (place.given_lat, place.given_lon, place.datum, place.accuracy_metres) == (
        29.5601513,
        106.5553176,
        "gcj02",
        20,
    )
    assert metres((place.lat, place.lon), (29.5630, 106.5516)) < 0.05


def test_swapped_coordinates_are_refused() -> None:
    with pytest.raises(ValueError, match=r"latitude 106\.55"):
        to_wgs84(106.55, 29.56, "gcj02")
