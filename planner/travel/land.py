"""The land between rivers and ridges: cells, and the bridges and tunnels that join them.

Read from data/gateways: gateways.csv (one line per bridge, tunnel or pass) and cells.json. A user edits
either; what is wrong comes back as BadInput, every mistake with its place.
"""

import csv
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from planner.errors import BadInput, Mistake
from planner.travel.ways import EARTH_METRES, Floats, great_circle_metres

Side = Literal["south", "north", "west", "east"]

METRES_A_DEGREE = EARTH_METRES * math.pi / 180
REACH_DEGREES = 3.0
"""How far a barrier is thought to go on beyond its ends; more than any area is wide."""


@dataclass(frozen=True)
class Gateway:
    """A bridge, tunnel or pass: the only way from one cell to the other. (lat, lon) is its middle."""

    id: str
    name_zh: str
    name_en: str
    kind: Literal["bridge", "tunnel", "pass"]
    cell_a: str
    cell_b: str
    lat: float
    lon: float
    crossing_metres: int
    peak_rule: bool = False
    """Whether it is closed in the peak to the number plates of the day (see `planner.travel.peak`)."""

    @property
    def names(self) -> frozenset[str]:
        """What the gateway answers to when it is closed by name."""
        return frozenset((self.id, self.name_zh, self.name_en))


@dataclass(frozen=True)
class Box:
    """A box of latitudes and longitudes."""

    south: float
    north: float
    west: float
    east: float


@dataclass(frozen=True)
class Region:
    """A box outside the cells where roads wind more than elsewhere."""

    name_zh: str
    name_en: str
    south: float
    north: float
    west: float
    east: float
    factor: float


@dataclass(frozen=True)
class Barrier:
    """A line nobody drives across: named rivers end to end, or the ridge through the gateways between cells.

    A place is "on" the barrier's `side` when it lies between the line and that edge of the map.
    """

    id: str
    side: Side
    rivers: tuple[str, ...] = ()
    between: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cell:
    """Land without an obstacle inside; `sides` says for each barrier that bounds it whether it is on its side."""

    id: str
    name_zh: str
    name_en: str
    sides: dict[str, bool]
    includes: str = ""
    test_sites: tuple[str, ...] = ()


@dataclass(frozen=True)
class Anchor:
    """A place known to lie in `cell`, though a barrier's hand-made line says otherwise."""

    name_zh: str
    name_en: str
    lat: float
    lon: float
    radius_metres: int
    cell: str


@dataclass(frozen=True)
class Model:
    """The numbers of the estimate; metres and seconds."""

    in_cell_factor: float
    crossing_factor: float
    gateway_penalty_metres: int
    outside_factor: float
    outside_regions: tuple[Region, ...]
    start_seconds: int
    speeds: str = ""


@dataclass(frozen=True)
class _Cells:
    area_wgs84: Box
    rivers: str
    barriers: tuple[Barrier, ...]
    cells: tuple[Cell, ...]
    model: Model
    anchors: tuple[Anchor, ...] = ()
    status: str = ""
    note: str = ""


@dataclass(frozen=True, eq=False)
class Land:
    """Cells and gateways of an area; `outlines` are the closed barriers by id, arrays of (lat, lon)."""

    area: Box
    outlines: dict[str, Floats]
    cells: tuple[Cell, ...]
    gateways: tuple[Gateway, ...]
    anchors: tuple[Anchor, ...]
    model: Model

    def cells_of(self, points: Floats) -> list[str]:
        """The cell id of each point (lat, lon), "" outside the area; anchors first, then the first cell that fits."""
        on = {barrier: inside(points, outline) for barrier, outline in self.outlines.items()}
        lat, lon = points[:, 0], points[:, 1]
        area = self.area
        found = np.full(len(points), "", dtype=object)
        free = (lat >= area.south) & (lat <= area.north) & (lon >= area.west) & (lon <= area.east)
        for cell in self.cells:
            fits = free & np.all([on[barrier] == side for barrier, side in cell.sides.items()], axis=0)
            found[fits] = cell.id
            free &= ~fits
        for anchor in self.anchors:
            near = great_circle_metres(points, np.array([(anchor.lat, anchor.lon)]))[:, 0] <= anchor.radius_metres
            found[near] = anchor.cell
        return [str(one) for one in found]

    def ends(self, gateway: Gateway) -> Floats:
        """Where the crossing begins in cell_a and ends in cell_b, shape (2, 2): square to the nearest barrier."""
        middle = np.array([gateway.lat, gateway.lon])
        scale = np.array([1.0, math.cos(math.radians(gateway.lat))])
        along = min(
            (_nearest_segment(outline, middle, scale) for outline in self.outlines.values()), key=lambda one: one[0]
        )[1]
        across = np.array([-along[1], along[0]]) / scale * (gateway.crossing_metres / 2 / METRES_A_DEGREE)
        for stretch in (1.0, 1.5, 2.0, 3.0):
            first, second = self.cells_of(np.array([middle - stretch * across, middle + stretch * across]))
            if (first, second) == (gateway.cell_b, gateway.cell_a):
                return np.array([middle + across, middle - across])
            if (first, second) == (gateway.cell_a, gateway.cell_b):
                break
        return np.array([middle - across, middle + across])


def _nearest_segment(outline: Floats, point: Floats, scale: Floats) -> tuple[float, Floats]:
    """Distance (scaled degrees) to the nearest segment of the outline, and that segment's unit direction."""
    line = (outline - point) * scale
    steps = np.roll(line, -1, axis=0) - line
    lengths = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-12)
    share = np.clip(-(line * steps).sum(axis=1) / lengths**2, 0, 1)
    gaps = np.hypot(*(line + share[:, None] * steps).T)
    best = int(np.argmin(gaps))
    return float(gaps[best]), np.asarray(steps[best] / lengths[best])


def inside(points: Floats, outline: Floats) -> NDArray[np.bool_]:
    """Which points lie in the closed outline (even-odd rule: rays to the east)."""
    lat, lon = points[:, 0, None], points[:, 1, None]
    lat_a, lon_a = outline[:, 0], outline[:, 1]
    lat_b, lon_b = np.roll(lat_a, -1), np.roll(lon_a, -1)
    spans = (lat_a > lat) != (lat_b > lat)
    rise = np.where(lat_b == lat_a, 1.0, lat_b - lat_a)
    crosses = spans & (lon < lon_a + (lat - lat_a) / rise * (lon_b - lon_a))
    return np.asarray(crosses.sum(axis=1) % 2 == 1)


def read_land(folder: Path) -> Land:
    """The land described in `folder`. Raises BadInput with every mistake found."""
    cells = _read_cells(folder / "cells.json")
    gateways = _read_gateways(folder / "gateways.csv", {cell.id for cell in cells.cells})
    rivers = _read_rivers(folder / cells.rivers) if any(one.rivers for one in cells.barriers) else {}
    outlines = {one.id: _outline(one, rivers, gateways) for one in cells.barriers}
    return Land(cells.area_wgs84, outlines, cells.cells, gateways, cells.anchors, cells.model)


def _read_cells(path: Path) -> _Cells:
    try:
        return TypeAdapter(_Cells).validate_json(path.read_bytes())
    except ValidationError as error:
        raise BadInput(
            Mistake(
                f"{path.name}, {'.'.join(str(part) for part in one['loc'])}",
                f"{one['msg']}; see data/gateways/README.md",
                f"内容有误:{one['msg']};格式见 data/gateways/README.md",
            )
            for one in error.errors()
        ) from error


def _read_gateways(path: Path, cells: set[str]) -> tuple[Gateway, ...]:
    gateways: list[Gateway] = []
    mistakes: list[Mistake] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            where = f"{path.name}, row {number}"
            try:
                gateway = TypeAdapter(Gateway).validate_python({k: v for k, v in row.items() if v not in (None, "")})
            except ValidationError as error:
                mistakes += [
                    Mistake(
                        f"{where}, column {one['loc'][0] if one['loc'] else ''}", one["msg"], f"内容有误:{one['msg']}"
                    )
                    for one in error.errors()
                ]
                continue
            mistakes += [
                Mistake(f"{where}, column {column}", "no such cell in cells.json", "cells.json 中没有这个单元", cell)
                for column, cell in (("cell_a", gateway.cell_a), ("cell_b", gateway.cell_b))
                if cell not in cells
            ]
            gateways.append(gateway)
    if mistakes:
        raise BadInput(mistakes)
    return tuple(gateways)


def _read_rivers(path: Path) -> dict[str, list[tuple[float, float]]]:
    features = json.loads(path.read_text("utf-8"))["features"]
    return {
        feature["properties"]["name_zh"]: [(lat, lon) for lon, lat in feature["geometry"]["coordinates"]]
        for feature in features
    }


def _outline(barrier: Barrier, rivers: dict[str, list[tuple[float, float]]], gateways: tuple[Gateway, ...]) -> Floats:
    if barrier.rivers:
        line = _joined([rivers[name] for name in barrier.rivers])
    else:
        pairs = {frozenset(pair) for pair in barrier.between}
        through = [(one.lat, one.lon) for one in gateways if frozenset((one.cell_a, one.cell_b)) in pairs]
        line = _prolonged(sorted(through))
    north, east = {"south": (-1, 0), "north": (1, 0), "west": (0, -1), "east": (0, 1)}[barrier.side]
    far = [(lat + north * REACH_DEGREES, lon + east * REACH_DEGREES) for lat, lon in (line[-1], line[0])]
    return np.array([*line, *far], dtype=np.float64)


def _joined(lines: list[list[tuple[float, float]]]) -> list[tuple[float, float]]:
    """One line: each next river is followed from where the one before it flows in."""
    whole = list(lines[0])
    for line in lines[1:]:
        mouth = min(range(len(line)), key=lambda index: math.dist(line[index], whole[-1]))
        whole += line[mouth + 1 :]
    return whole


def _prolonged(line: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The line going on straight by REACH_DEGREES at both ends, in its overall direction."""
    (south, first), (north, last) = line[0], line[-1]
    length = math.dist(line[0], line[-1])
    step = ((north - south) / length * REACH_DEGREES, (last - first) / length * REACH_DEGREES)
    return [(south - step[0], first - step[1]), *line, (north + step[0], last + step[1])]
