"""What the providers of driving times are worth: error, speed, memory, and what each does to a plan.

    python -m tests.bench.travel_bench --shared ../shared --out docs/travel_measured.md

Truth is OSRM's car profile on the same roads, which are empty. The built-in estimate gets what a user would
have typed: one line along the water, and the crossings of it. Writes Markdown; takes some minutes.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from planner.model import Place
from planner.travel.atlas import Atlas, open_atlas
from planner.travel.builtin import Builtin, builtin, seconds_of
from planner.travel.http import Endpoint, Osrm, Valhalla
from planner.travel.land import Box, Cell, Gateway, Land
from planner.travel.osm import Osm
from planner.travel.roads import import_roads
from planner.travel.ways import NO_ROAD, Floats, Legs, Provider, degrees, great_circle_metres
from tests.bench.big_extract import write_big_extract
from tests.bench.travel_plans import daytime_rows, plan_rows
from tests.planner.travel.engines import osrm_server, valhalla_server

PLACES, SEED = 160, 7
BEYOND_LINE = 3.0


@dataclass(frozen=True)
class Town:
    """An extract, the line along its water (lat, lon; none: no barrier), and how long a crossing is."""

    file: str
    name: str
    line: tuple[tuple[float, float], ...]
    crossing_metres: int


TOWNS = (
    Town(
        "qiantang_river",
        "Hangzhou, Qiantang",
        # along the middle of the river, by hand
        ((30.112, 120.130), (30.128, 120.143), (30.150, 120.120), (30.168, 120.105), (30.187, 120.113),
         (30.193, 120.135), (30.202, 120.160), (30.213, 120.190), (30.232, 120.215), (30.262, 120.233)),
        1500,
    ),
    Town("macau-260508", "Macau", ((22.175, 113.50), (22.175, 113.55), (22.1755, 113.60)), 2000),
    Town("westlake_10km", "Hangzhou, West Lake", (), 0),
)  # fmt: skip


def sample(atlas: Atlas, count: int, seed: int) -> list[Place]:
    """Places near streets, spread like the streets are."""
    chance = np.random.default_rng(seed)
    streets = atlas.streets
    points = chance.choice(len(streets.lat), count, replace=False)
    off = chance.normal(0, 0.0004, (count, 2))
    return [
        Place(float(streets.lat[one] / 1e7 + off[row, 0]), float(streets.lon[one] / 1e7 + off[row, 1]))
        for row, one in enumerate(points)
    ]


def typed_land(atlas: Atlas, town: Town) -> Land:
    """The water line and its crossings, found where streets cross the line; constants as shipped."""
    shipped = builtin().land
    streets = atlas.streets
    area = Box(-90, 90, -180, 180)
    if not town.line:
        return Land(area, {}, (Cell("A", "A", "A", {}),), (), (), shipped.model)
    line = np.array(town.line)
    ends = [line[0] + BEYOND_LINE * _unit(line[0] - line[1]), line[-1] + BEYOND_LINE * _unit(line[-1] - line[-2])]
    whole = np.vstack([ends[0], line, ends[1]])
    outline = np.vstack([whole, [whole[-1] - (BEYOND_LINE, 0), whole[0] - (BEYOND_LINE, 0)]])
    cells = (Cell("S", "S", "S", {"water": True}), Cell("N", "N", "N", {"water": False}))
    land = Land(area, {"water": outline}, cells, (), (), shipped.model)
    side = np.array(land.cells_of(np.stack([streets.lat, streets.lon], axis=1) / 1e7))
    found: list[tuple[float, float]] = []
    for street in range(len(streets.tail)):
        points = np.arange(streets.first[street], streets.last[street])
        for point in points[side[points] != side[points + 1]]:
            middle = (streets.lat[point : point + 2].mean() / 1e7, streets.lon[point : point + 2].mean() / 1e7)
            gaps = great_circle_metres(np.array([middle]), np.array(found or [(0.0, 0.0)]))
            if gaps.min() > 500:
                found.append(middle)
    gateways = tuple(
        Gateway(f"B{number}", f"B{number}", f"B{number}", "bridge", "S", "N", *spot, town.crossing_metres)
        for number, spot in enumerate(found)
    )
    return Land(area, land.outlines, cells, gateways, (), shipped.model)


def _unit(step: Floats) -> Floats:
    return np.asarray(step / np.hypot(*step))


@dataclass(frozen=True, eq=False)
class Compared:
    """Legs of each provider between the same places, OSRM's first."""

    town: Town
    straight: Floats
    other_bank: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    legs: dict[str, Legs]
    crossings: int


def compare(town: Town, extract: Path, folder: Path) -> tuple[Compared, list[Place]]:
    """All providers between the same places of one town, and the places."""
    import_roads(extract, folder / "roads")
    atlas = open_atlas(folder / "roads")
    places = sample(atlas, PLACES, SEED)
    land = typed_land(atlas, town)
    cells = np.array(land.cells_of(degrees(places)))
    estimate = Builtin(land, "bench")
    legs: dict[str, Legs] = {}
    with osrm_server(extract, folder) as address:
        legs["OSRM"] = Osrm(Endpoint(address)).legs(places)
    (folder / "valhalla").mkdir()
    with valhalla_server(extract, folder / "valhalla") as address:
        legs["Valhalla"] = Valhalla(Endpoint(address)).legs(places)
    legs["osm"] = Osm(atlas).legs(places)
    legs["builtin"] = estimate.legs(places)
    straight = great_circle_metres(degrees(places), degrees(places))
    metres = 1.3 * straight
    legs["straight line"] = Legs(_as_driven(metres), np.rint(metres).astype(np.int64))
    return Compared(town, straight, cells[:, None] != cells[None, :], legs, len(land.gateways)), places


def _as_driven(metres: Floats) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    return seconds_of(metres, 180)


def error_rows(compared: Compared) -> list[str]:
    """Mean error of time (after one scale per provider) and of distance, by kind of pair."""
    truth = compared.legs["OSRM"]
    known = (truth.seconds < NO_ROAD) & (compared.straight > 500)
    for legs in compared.legs.values():
        known &= legs.seconds < NO_ROAD
    straight, other = compared.straight, compared.other_bank
    kinds = {
        "all": known,
        "same bank": known & ~other,
        "other bank, 0.5–3 km": known & other & (straight < 3000),
        "other bank, 3–6 km": known & other & (straight >= 3000) & (straight < 6000),
        "over 8 km": known & (straight > 8000),
    }
    rows: list[str] = []
    for name in ("osm", "Valhalla", "builtin", "straight line"):
        legs = compared.legs[name]
        scale = float(np.median(truth.seconds[known] / np.maximum(legs.seconds[known], 1)))
        cells = [f"{scale:.2f}"]
        for pairs in kinds.values():
            if pairs.sum() < 20:
                cells.append("–")
                continue
            off = legs.seconds[pairs] * scale / truth.seconds[pairs] - 1
            far = legs.metres[pairs] / truth.metres[pairs] - 1
            cells.append(f"{100 * abs(off).mean():.0f} ({100 * off.mean():+.0f}) / {100 * abs(far).mean():.0f}")
        rows.append(f"| {compared.town.name} | {name} | {' | '.join(cells)} |")
    counts = " | ".join(str(int(pairs.sum())) for pairs in kinds.values())
    rows.append(f"| {compared.town.name} | *pairs* | {compared.crossings} crossings | {counts} |")
    return rows


def speed_ratio(compared: Compared) -> str:
    """How much longer the off-peak estimate takes over a road of OSRM's length than OSRM, on empty roads."""
    truth = compared.legs["OSRM"]
    pairs = (truth.metres < NO_ROAD) & (truth.metres > 2000)
    ratio = (_as_driven(truth.metres.astype(np.float64)) - 180)[pairs] / truth.seconds[pairs]
    low, middle, high = np.percentile(ratio, [25, 50, 75])
    return f"{compared.town.name}: {middle:.2f} ({low:.2f} to {high:.2f})"


def timed(provider: Provider, places: Sequence[Place]) -> list[str]:
    """Seconds of matrices of 33, 50 and 100 places, the second time asked."""
    cells: list[str] = []
    for count in (33, 50, 100):
        provider.legs(places[:count], frozenset())
        begun = time.monotonic()
        provider.legs(places[:count], frozenset())
        cells.append(f"{time.monotonic() - begun:.3f}")
    return cells


def peak_megabytes(code: str) -> tuple[float, float]:
    """Seconds and peak memory of a Python of its own that runs `code`."""
    begun = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": "."}) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"the measured program ended with {child.returncode}")
    return time.monotonic() - begun, usage.ru_maxrss / 1024


def big_rows(folder: Path) -> list[str]:
    """Import, opening, matrix, way and memory on the extract of Chongqing's size."""
    extract = write_big_extract(folder / "big.osm.pbf")
    roads = folder / "big"
    call = f"import_roads(Path({str(extract)!r}), Path({str(roads)!r}))"
    code = f"from pathlib import Path; from planner.travel.roads import import_roads; {call}"
    seconds, megabytes = peak_megabytes(code)
    begun = time.monotonic()
    atlas = open_atlas(roads)
    opened = time.monotonic() - begun
    places = sample(atlas, 100, SEED)
    provider = Osm(atlas)
    begun = time.monotonic()
    provider.legs(places)
    first = time.monotonic() - begun
    times = timed(provider, places)
    begun = time.monotonic()
    for start, end in zip(places[:20:2], places[1:20:2], strict=True):
        provider.way(start, end)
    way = (time.monotonic() - begun) / 10
    size = extract.stat().st_size / 1e6
    rows = [
        f"| extract | {size:.0f} MB, {len(atlas.streets.tail):,} streets, {atlas.streets.nodes:,} junctions |",
        f"| import | {seconds:.0f} s, {megabytes:.0f} MB at its peak (asked: 60 s, 1,500 MB) |",
        f"| opening | {opened:.2f} s |",
        f"| matrix of 100 × 100, first / again | {first:.2f} s / {times[2]} s (asked: 3 s) |",
        f"| one way with its line | {1000 * way:.0f} ms |",
    ]
    with osrm_server(extract, folder) as address:
        engine = Osrm(Endpoint(address))
        rows.append(f"| OSRM over HTTP, 100 × 100 | {timed(engine, places)[2]} s |")
    return rows


def main() -> None:
    """Measures everything and writes the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("DOORSTEP_SHARED", "../shared")))
    parser.add_argument("--out", type=Path, default=Path("docs/travel_measured.md"))
    parser.add_argument("--date", default=time.strftime("%Y-%m-%d"), help="written into the file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        asked.out.write_text("\n".join(report(asked.shared, Path(name), asked.date)) + "\n", "utf-8")


def report(shared: Path, folder: Path, day: str) -> list[str]:
    """All tables as lines of Markdown."""
    compared: list[Compared] = []
    spots: list[list[Place]] = []
    for town in TOWNS:
        place = folder / town.file
        place.mkdir()
        one, places = compare(town, shared / "geo" / "data" / f"{town.file}.osm.pbf", place)
        compared.append(one)
        spots.append(places)
    return [
        "# Driving times, measured",
        "",
        f"Written by `python -m tests.bench.travel_bench` on {day}: {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, numpy {version('numpy')}, scipy {version('scipy')}, "
        f"osmium {version('osmium')}, OSRM 26.10.0, Valhalla 3.9.1. Extracts of 2026-05-08, "
        "© OpenStreetMap contributors.",
        "",
        "## Error against OSRM",
        "",
        "Mean error of time in % after one scale per town (its bias) / mean error of distance in %.",
        "",
        "| town | provider | scale of time | all | same bank | other bank, 0.5–3 km | 3–6 km | over 8 km |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
        *(row for one in compared for row in error_rows(one)),
        "",
        "Off-peak time of the built-in speeds over OSRM's time on its own roads, median (quartiles): "
        + "; ".join(speed_ratio(one) for one in compared) + ".",
        "",
        "## What each does to a plan",
        "",
        *plan_rows([(one.town.name, one.legs, one.other_bank) for one in compared[:2]]),
        "",
        "## One matrix for the day",
        "",
        *daytime_rows(),
        "",
        "## Speed and memory",
        "",
        "| Chongqing-sized extract | |",
        "|---|---|",
        *big_rows(folder),
        "",
        "| matrix, seconds | 33 × 33 | 50 × 50 | 100 × 100 |",
        "|---|--:|--:|--:|",
        f"| builtin (Chongqing) | {' | '.join(timed(builtin(), spots[0]))} |",
        f"| osm (Hangzhou) | {' | '.join(timed(Osm(open_atlas(folder / TOWNS[0].file / 'roads')), spots[0]))} |",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
