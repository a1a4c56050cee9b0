"""Coordinates as Chinese maps give them, and the WGS-84 that Doorstep keeps.

高德 and 腾讯 give GCJ-02 (half a kilometre off in Chongqing), 百度 gives BD-09 (one kilometre off),
天地图 and GPS give WGS-84. The work is done by geocoordinates-rs (round trip below a millimetre);
where it has no wheel (Windows, LoongArch) by coord-convert, in plain Python. The two are
each other's check, see docs/decisions/0003-travel.md.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from planner.model import Datum, Place

Point = tuple[float, float]
"""Latitude and longitude in degrees."""
Converter = Callable[[Point], Point]

CHINA = (0.8293, 55.8271, 72.004, 137.8347)
"""South, north, west and east of where the two Chinese systems differ from WGS-84 at all."""


def to_wgs84(lat: float, lon: float, datum: Datum) -> Point:
    """The WGS-84 latitude and longitude of a point given in `datum`; unchanged outside China."""
    return _convert(lat, lon, f"{datum}_wgs84")


def from_wgs84(lat: float, lon: float, datum: Datum) -> Point:
    """The latitude and longitude in `datum` of a WGS-84 point; unchanged outside China."""
    return _convert(lat, lon, f"wgs84_{datum}")


def place_in(lat: float, lon: float, datum: Datum, accuracy_metres: int = 0) -> Place:
    """The place given in `datum`, kept in WGS-84 together with what was given."""
    wgs_lat, wgs_lon = to_wgs84(lat, lon, datum)
    return Place(wgs_lat, wgs_lon, lat, lon, datum, accuracy_metres)


def _convert(lat: float, lon: float, way: str) -> Point:
    south, north, west, east = CHINA
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError(f"no place on earth: latitude {lat}, longitude {lon}")
    if way == "wgs84_wgs84" or not (south <= lat <= north and west <= lon <= east):
        return lat, lon
    return converters()[way]((lat, lon))


def converters() -> dict[str, Converter]:
    """Conversions by "from_to" from the library at hand."""
    return native_converters() if find_spec("geocoordinates_ffi") else portable_converters()


def native_converters() -> dict[str, Converter]:
    """Conversions by geocoordinates-rs."""
    library: Any = import_module("geocoordinates_ffi")

    def by(name: str, given: str) -> Converter:
        def convert(point: Point) -> Point:
            made = getattr(library, name)(getattr(library, given)(lat=point[0], lon=point[1]))
            return float(made.lat), float(made.lon)

        return convert

    return {
        "wgs84_gcj02": by("wgs84_to_gcj02", "Wgs84"),
        "gcj02_wgs84": by("gcj02_to_wgs84_refined", "Gcj02"),
        "wgs84_bd09": by("wgs84_to_bd09", "Wgs84"),
        "bd09_wgs84": by("bd09_to_wgs84_refined", "Bd09"),
    }


def portable_converters() -> dict[str, Converter]:
    """Conversions by coord-convert; the ways back are found from the ways there."""
    library: Any = import_module("coord_convert.transform")

    def by(name: str) -> Converter:
        def convert(point: Point) -> Point:
            lon, lat = getattr(library, name)(point[1], point[0])
            return float(lat), float(lon)

        return convert

    to_gcj02, to_bd09 = by("wgs2gcj"), by("wgs2bd")
    return {
        "wgs84_gcj02": to_gcj02,
        "gcj02_wgs84": _undone(to_gcj02),
        "wgs84_bd09": to_bd09,
        "bd09_wgs84": _undone(to_bd09),
    }


def _undone(convert: Converter) -> Converter:
    """The way back, by fixed-point iteration: the shift hardly changes within a kilometre, so five steps suffice."""

    def back(point: Point) -> Point:
        lat, lon = point
        for _ in range(5):
            there_lat, there_lon = convert((lat, lon))
            lat, lon = lat + point[0] - there_lat, lon + point[1] - there_lon
        return lat, lon

    return back
