"""OSRM and Valhalla over HTTP: against real servers on the village, and against one that misbehaves."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.model import Place
from planner.travel.builtin import builtin
from planner.travel.http import Endpoint, Osrm, Valhalla, polyline6
from planner.travel.osm import osm
from planner.travel.profile import flat_profile
from planner.travel.providers import Options, travel, way
from planner.travel.roads import import_roads
from planner.travel.ways import NO_ROAD, Unavailable
from tests.planner.travel.engines import osrm_server, valhalla_server
from tests.planner.travel.village import at, write_village

WEST, EAST, ACROSS = at(0, 250), at(0, 1750), at(1000, 250)
ISLAND = at(3000, 3250)


@pytest.fixture(scope="module")
def osrm_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("osrm")
    with osrm_server(write_village(folder / "village.osm.pbf"), folder, table_size=4) as address:
        yield address


@pytest.fixture(scope="module")
def valhalla_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("valhalla")
    with valhalla_server(write_village(folder / "village.osm.pbf"), folder) as address:
        yield address


def test_osrm_gives_the_legs_of_the_village(osrm_address: str) -> None:
    # Speeds are OSRM's own: 1500 m and 4500 m of road as worked out in test_osm.py.
    legs = Osrm(Endpoint(osrm_address), table_size=4).legs([WEST, EAST, ACROSS])
    assert legs.metres[0] == pytest.approx([0, 1500, 4500], abs=12)
    assert (legs.metres == legs.metres.T).all()
    assert legs.seconds[0, 1] == 83  # 1500 m at 65 km/h, the junction crossed straight on costs nothing
    assert legs.warnings == ()


def test_osrm_is_asked_in_blocks_no_larger_than_its_table(osrm_address: str) -> None:
    # The server takes 4 × 4; ten places in one request are too many, in blocks of four they are not.
    places = [at(0, 100.0 * step) for step in range(1, 11)]
    whole = Osrm(Endpoint(osrm_address), table_size=100)
    with pytest.raises(Unavailable, match=r"HTTP 400 .*Too many"):
        whole.legs(places)
    legs = Osrm(Endpoint(osrm_address), table_size=4).legs(places)
    steps = np.abs(np.subtract.outer(np.arange(10), np.arange(10)))
    assert np.allclose(legs.metres, 100 * steps, atol=12)


def test_osrm_has_no_road_to_the_island_and_does_not_call_it_near(osrm_address: str) -> None:
    legs = Osrm(Endpoint(osrm_address), table_size=4).legs([WEST, ISLAND])
    assert legs.seconds[0, 1] == legs.seconds[1, 0] == NO_ROAD
    assert legs.metres[0, 1] == NO_ROAD
    assert legs.seconds[0, 0] == 0


def test_osrm_says_how_far_a_place_is_from_the_road(osrm_address: str) -> None:
    legs = Osrm(Endpoint(osrm_address), table_size=4).legs([WEST, at(-480, 1900)])
    (warning,) = legs.warnings
    assert warning.code == "travel_far_from_road"
    assert dict(warning.facts)["metres"] == pytest.approx(480, abs=3)


def test_osrm_tells_the_way_by_the_names_of_its_roads(osrm_address: str) -> None:
    found = Osrm(Endpoint(osrm_address)).way(WEST, ACROSS)
    assert found.sentence("zh") == "沿 人民路 → 跨江路 → 江北路"
    assert found.metres == pytest.approx(4500, abs=12)
    corner = at(1000, 2000)
    assert min(abs(lat - corner.lat) + abs(lon - corner.lon) for lat, lon in found.points) < 2e-5
    with pytest.raises(Unavailable, match=r"NoRoute|Impossible"):
        Osrm(Endpoint(osrm_address, tries=1)).way(WEST, ISLAND)


def test_osrm_tells_the_version_of_its_data(osrm_address: str) -> None:
    assert Osrm(Endpoint(osrm_address)).version() == f"{osrm_address} test-1"


def test_valhalla_gives_the_legs_of_the_village(valhalla_address: str) -> None:
    provider = Valhalla(Endpoint(valhalla_address), table_size=2)
    legs = provider.legs([WEST, EAST, ACROSS, ISLAND])
    assert legs.metres[0, :3] == pytest.approx([0, 1500, 4500], abs=12)
    assert legs.seconds[0, 1] > 60
    assert legs.seconds[0, 3] == NO_ROAD
    assert valhalla_address in provider.version()
    assert provider.version() == provider.version()


def test_valhalla_tells_the_way_by_the_names_of_its_roads(valhalla_address: str) -> None:
    found = Valhalla(Endpoint(valhalla_address)).way(WEST, ACROSS)
    assert found.sentence("zh").startswith("沿 人民路 → ")
    assert found.sentence("zh").endswith("江北路")
    assert found.metres == pytest.approx(4500, abs=12)
    assert found.points[0] == pytest.approx((WEST.lat, WEST.lon), abs=2e-5)


def test_the_imported_roads_and_osrm_agree_on_the_village(osrm_address: str, tmp_path: Path) -> None:
    import_roads(write_village(tmp_path / "v.osm.pbf"), tmp_path / "roads")
    places = [WEST, EAST, ACROSS, at(1000, 1500), at(-250, 250), at(0, 1300), at(500, 2000)]
    ours = osm(tmp_path / "roads").legs(places)
    theirs = Osrm(Endpoint(osrm_address), table_size=4).legs(places)
    assert np.abs(ours.metres - theirs.metres).max() < 12
    off = np.abs(ours.seconds - theirs.seconds) / np.maximum(theirs.seconds, 30)
    assert off.max() < 0.15


Answer = Callable[[str], tuple[int, bytes]]


@contextmanager
def misbehaving(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that answers what `answer` says; its address and the paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            status, body = answer(self.path)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def quick(address: str, tries: int = 3) -> Endpoint:
    return Endpoint(address, timeout_seconds=2, tries=tries, pause_seconds=0.01)


@pytest.mark.parametrize(
    ("status", "body", "told", "times"),
    [
        (200, b"<html>not a router</html>", "no JSON", 1),
        (200, b"[]", "no JSON object", 1),
        (200, b'{"code": "Ok"}', "KeyError 'durations'", 1),
        (200, b'{"durations": [[0, "soon"], [1, 0]]}', "ValueError", 1),
        (200, b'{"durations": [[0]], "distances": [[0]], "sources": []}', "ValueError", 1),
        (400, b'{"message": "Query string malformed"}', "HTTP 400 Query string malformed", 1),
        (404, b"gone", "HTTP 404", 1),
        (302, b"", "HTTP 302", 1),
        (503, b"", "HTTP 503", 3),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_and_only_a_passing_fault_is_tried_again(
    status: int, body: bytes, told: str, times: int
) -> None:
    with misbehaving(lambda path: (status, body)) as (address, asked):
        with pytest.raises(Unavailable) as caught:
            Osrm(quick(address)).legs([WEST, EAST])
        assert told in caught.value.reason.sentence("en")
        assert address in caught.value.reason.sentence("zh")
        assert len(asked) == times


def test_a_service_that_is_busy_once_is_asked_again() -> None:
    table = {"durations": [[0, 60], [70, 0]], "distances": [[0, 900], [950, 0]], "sources": [{"distance": 1}] * 2}
    turns = iter([503, 200])
    with misbehaving(lambda path: (next(turns), json.dumps(table).encode())) as (address, asked):
        legs = Osrm(quick(address)).legs([WEST, EAST])
    assert legs.seconds.tolist() == [[0, 60], [70, 0]]
    assert len(asked) == 2
    assert asked[0].startswith(f"/table/v1/driving/{WEST.lon:.6f},{WEST.lat:.6f};")


def test_a_service_that_does_not_answer_is_not_waited_for_forever() -> None:
    blocked = threading.Event()
    with misbehaving(lambda path: (200 if blocked.wait(5) else 500, b"{}")) as (address, _):
        with pytest.raises(Unavailable, match="timed out"):
            Osrm(Endpoint(address, timeout_seconds=0.2, tries=1)).version()
        blocked.set()


def test_the_chain_goes_on_with_the_built_in_estimate_and_warns() -> None:
    dead = Osrm(quick("http://127.0.0.1:9", tries=1))
    chain = Options((dead, Valhalla(quick("http://127.0.0.1:9", tries=1)), builtin()), flat_profile())
    places = [Place(29.56, 106.57), Place(29.53, 106.57)]
    made = travel(places, options=chain)
    assert made.estimated
    assert [one.code for one in made.warnings] == ["travel_no_answer"] * 2 + ["travel_fallback"] * 2
    assert "127.0.0.1:9" in made.warnings[0].sentence("en")
    found, warnings = way(places[0], places[1], options=chain)
    assert found.roads
    assert len(warnings) == 2


@pytest.mark.parametrize("url", ["ftp://router", "file:///etc/passwd", "router:5000", "http://", ""])
def test_only_addresses_of_web_services_are_taken(url: str) -> None:
    with pytest.raises(ValueError, match="no address of a service"):
        Endpoint(url)


def test_a_password_in_the_address_is_not_shown() -> None:
    assert Endpoint("https://user:secret@router.intranet:8443/osrm").shown == "https://router.intranet:8443/osrm"


def test_a_polyline_is_read_as_its_makers_document_it() -> None:
    # The example of the format, (38.5, -120.2), (40.7, -120.95), (43.252, -126.453), with five decimals:
    # read with six the degrees are a tenth.
    points = list(polyline6("_p~iF~ps|U_ulLnnqC_mqNvxq`@"))
    assert [(round(10 * lat, 5), round(10 * lon, 5)) for lat, lon in points] == [
        (38.5, -120.2),
        (40.7, -120.95),
        (43.252, -126.453),
    ]
