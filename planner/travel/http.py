"""Driving times from a routing service on the intranet: OSRM and Valhalla over HTTP.

The only module of Doorstep that opens connections. It talks to the addresses in the settings and to nothing
else: no redirects, no proxies. Every answer has a time limit; what fails is tried again, then reported as
Unavailable, so that the next provider of the chain takes over.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.model import Place
from planner.reasons import Reason, reason
from planner.travel.ways import NO_ROAD, Floats, Handling, Legs, Unavailable, Way, describing

FAR_METRES = 300
"""From here on a place far from any road is warned of, as in `planner.travel.osm`."""
LARGEST_ANSWER = 64 * 1024 * 1024
AGAIN = frozenset({429, 500, 502, 503, 504})
"""HTTP states after which the same request may succeed."""


@dataclass(frozen=True)
class Endpoint:
    """Where a service listens and how long it is waited for."""

    url: str
    """http://host:port or https://host:port, with a path where the service has one."""
    timeout_seconds: float = 10.0
    tries: int = 3
    pause_seconds: float = 0.3
    """Before the second try; twice as long before each further one."""

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"no address of a service: {self.url!r}; write http://host:port")

    @property
    def shown(self) -> str:
        """The address without a password that may stand in it."""
        parts = urllib.parse.urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "") + parts.path


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """A redirect would lead to an address that is not in the settings."""
        return


def ask(name: str, endpoint: Endpoint, path: str, body: object = None) -> Any:
    """The JSON that a service answers to GET `path`, or to POST `path` with a JSON `body`.

    Raises Unavailable when it cannot be reached, takes too long, refuses, or answers something else.
    """
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(endpoint.url.rstrip("/") + path, data, {"Content-Type": "application/json"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
    problem = ""
    for turn in range(endpoint.tries):
        if turn:
            time.sleep(endpoint.pause_seconds * 2 ** (turn - 1))
        try:
            with opener.open(request, timeout=endpoint.timeout_seconds) as answer:
                text = answer.read(LARGEST_ANSWER + 1)
        except urllib.error.HTTPError as error:
            problem = f"HTTP {error.code} {_told(error)}".strip()
            error.close()
            if error.code not in AGAIN:
                raise _bad_answer(name, endpoint, problem) from error
            continue
        except (urllib.error.URLError, TimeoutError, ConnectionError, OSError) as error:
            problem = str(getattr(error, "reason", error))
            continue
        return _parsed(name, endpoint, text)
    raise Unavailable(reason("travel_no_answer", provider=name, url=endpoint.shown, problem=problem))


class Osrm:
    """osrm-routed with a car profile. Cannot drive around closed roads."""

    name = "osrm"
    estimated = False
    closures: Handling = "ignores"

    def __init__(self, endpoint: Endpoint, table_size: int = 100) -> None:
        """`table_size` as the service was started with (--max-table-size, 100 by default)."""
        self._endpoint = endpoint
        self._table_size = table_size

    def version(self) -> str:
        """Address and data version of the service; the latter only where its data carry one."""
        answer = ask(self.name, self._endpoint, "/nearest/v1/driving/0,0")
        return f"{self._endpoint.url} {answer.get('data_version', '')}"

    def legs(self, places: Sequence[Place], closed: frozenset[str] = frozenset()) -> Legs:
        """The service's table, in blocks no larger than it takes; warns of places far from any road."""
        seconds, metres = _empty(len(places)), _empty(len(places))
        snapped = np.zeros(len(places))
        for rows, columns in _blocks(len(places), self._table_size):
            order = [*rows, *(one for one in columns if one not in rows)]
            spot = {one: index for index, one in enumerate(order)}
            query = urllib.parse.urlencode(
                {
                    "annotations": "duration,distance",
                    "sources": ";".join(str(spot[one]) for one in rows),
                    "destinations": ";".join(str(spot[one]) for one in columns),
                },
                safe=";,",
            )
            where = ";".join(f"{places[one].lon:.6f},{places[one].lat:.6f}" for one in order)
            answer = ask(self.name, self._endpoint, f"/table/v1/driving/{where}?{query}")
            with _reading(self.name, self._endpoint):
                seconds[np.ix_(rows, columns)] = _numbers(answer["durations"])
                metres[np.ix_(rows, columns)] = _numbers(answer["distances"])
                snapped[list(rows)] = [float(one["distance"]) for one in answer["sources"]]
        return _legs(seconds, metres, _far(snapped))

    def way(self, start: Place, end: Place, closed: frozenset[str] = frozenset()) -> Way:
        """The service's route."""
        where = ";".join(f"{one.lon:.6f},{one.lat:.6f}" for one in (start, end))
        path = f"/route/v1/driving/{where}?overview=full&geometries=geojson&steps=true"
        answer = ask(self.name, self._endpoint, path)
        with _reading(self.name, self._endpoint):
            route = answer["routes"][0]
            runs = [
                (step["name"] or step.get("ref", ""), step["name"] or step.get("ref", ""), float(step["distance"]))
                for leg in route["legs"]
                for step in leg["steps"]
            ]
            points = tuple((float(lat), float(lon)) for lon, lat in route["geometry"]["coordinates"])
            return Way(round(route["duration"]), round(route["distance"]), points, *describing(runs))

    def misplaced(self, places: Sequence[Place], districts: Sequence[str]) -> None:
        """The service knows no districts."""
        return


class Valhalla:
    """valhalla_service with auto costing. Cannot drive around closed roads."""

    name = "valhalla"
    estimated = False
    closures: Handling = "ignores"

    def __init__(self, endpoint: Endpoint, table_size: int = 50) -> None:
        """`table_size` squared is the service's limit of pairs in a matrix (2500 by default)."""
        self._endpoint = endpoint
        self._table_size = table_size

    def version(self) -> str:
        """Address and date of the tiles of the service."""
        answer = ask(self.name, self._endpoint, "/status")
        return f"{self._endpoint.url} {answer.get('tileset_last_modified', '')}"

    def legs(self, places: Sequence[Place], closed: frozenset[str] = frozenset()) -> Legs:
        """The service's matrix, in blocks no larger than it takes."""
        seconds, metres = _empty(len(places)), _empty(len(places))
        for rows, columns in _blocks(len(places), self._table_size):
            body = {
                "sources": [_location(places[one]) for one in rows],
                "targets": [_location(places[one]) for one in columns],
                "costing": "auto",
                "units": "kilometers",
            }
            answer = ask(self.name, self._endpoint, "/sources_to_targets", body)
            with _reading(self.name, self._endpoint):
                table = answer["sources_to_targets"]
                seconds[np.ix_(rows, columns)] = _numbers([[one["time"] for one in row] for row in table])
                km = _numbers([[one["distance"] for one in row] for row in table])
                metres[np.ix_(rows, columns)] = km * 1000
        return _legs(seconds, metres, ())

    def way(self, start: Place, end: Place, closed: frozenset[str] = frozenset()) -> Way:
        """The service's route."""
        body = {"locations": [_location(start), _location(end)], "costing": "auto", "units": "kilometers"}
        answer = ask(self.name, self._endpoint, "/route", body)
        with _reading(self.name, self._endpoint):
            trip = answer["trip"]
            runs = [
                ("/".join(one.get("street_names", ())), "/".join(one.get("street_names", ())), 1000.0 * one["length"])
                for leg in trip["legs"]
                for one in leg["maneuvers"]
            ]
            points = tuple(point for leg in trip["legs"] for point in polyline6(leg["shape"]))
            summary = trip["summary"]
            return Way(round(summary["time"]), round(1000 * summary["length"]), points, *describing(runs))

    def misplaced(self, places: Sequence[Place], districts: Sequence[str]) -> None:
        """The service knows no districts."""
        return


def polyline6(text: str) -> Iterator[tuple[float, float]]:
    """The points (lat, lon) of a polyline with six decimals, as Valhalla writes lines."""
    numbers: list[int] = []
    value = shift = 0
    for letter in text:
        bits = ord(letter) - 63
        value |= (bits & 31) << shift
        shift += 5
        if bits < 32:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    lat = lon = 0
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + north, lon + east
        yield lat / 1e6, lon / 1e6


class _reading:
    """Turns what is missing or wrong in an answer into Unavailable."""

    def __init__(self, name: str, endpoint: Endpoint) -> None:
        self._name, self._endpoint = name, endpoint

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KeyError | IndexError | TypeError | ValueError):
            problem = f"{type(error).__name__} {error}"
            raise _bad_answer(self._name, self._endpoint, problem) from error


def _parsed(name: str, endpoint: Endpoint, text: bytes) -> Any:
    if len(text) > LARGEST_ANSWER:
        raise _bad_answer(name, endpoint, f"more than {LARGEST_ANSWER} bytes")
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise _bad_answer(name, endpoint, "no JSON") from error
    if not isinstance(answer, dict):
        raise _bad_answer(name, endpoint, "no JSON object")
    return answer


def _told(error: urllib.error.HTTPError) -> str:
    """What the service says about its refusal, shortened; both services answer with JSON."""
    try:
        answer = json.loads(error.read(4096))
    except (ValueError, OSError):
        return ""
    said = answer.get("message") or answer.get("error") if isinstance(answer, dict) else ""
    return str(said or "")[:200]


def _bad_answer(name: str, endpoint: Endpoint, problem: str) -> Unavailable:
    return Unavailable(reason("travel_bad_answer", provider=name, url=endpoint.shown, problem=problem))


def _blocks(count: int, size: int) -> Iterator[tuple[range, range]]:
    parts = [range(start, min(start + size, count)) for start in range(0, count, size)]
    return ((rows, columns) for rows in parts for columns in parts)


def _empty(count: int) -> Floats:
    return np.full((count, count), np.nan)


def _numbers(table: Sequence[Sequence[float | None]]) -> Floats:
    """The table as floats; null, which is "no road", as nan."""
    return np.array([[np.nan if one is None else float(one) for one in row] for row in table])


def _legs(seconds: Floats, metres: Floats, warnings: tuple[Reason, ...]) -> Legs:
    road = np.isfinite(seconds) & np.isfinite(metres)
    whole = [np.where(road, np.rint(np.where(road, one, 0)), NO_ROAD).astype(np.int64) for one in (seconds, metres)]
    for one in whole:
        np.fill_diagonal(one, 0)
    return Legs(whole[0], whole[1], warnings)


def _far(metres: Floats) -> tuple[Reason, ...]:
    return tuple(
        reason("travel_far_from_road", place=int(one), metres=round(float(metres[one])))
        for one in np.flatnonzero(metres > FAR_METRES)
    )


def _location(place: Place) -> dict[str, float]:
    return {"lat": round(place.lat, 6), "lon": round(place.lon, 6)}
