"""The built-in background: names of districts and the two rivers, for orientation only."""

import csv
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from planner.districts import district_of
from planner.report.geometry import Point
from planner.report.words import Text

DATA = Path(__file__).parents[2] / "data"


@dataclass(frozen=True)
class Landmark:
    """A name on the background; where names would overlap the one with the lowest `rank` stays."""

    name: Text
    at: Point
    rank: int


@dataclass(frozen=True)
class River:
    """A hand-typed centre line, about 450 m off: a band at city scale, never a bank."""

    name: Text
    line: tuple[Point, ...]


def districts(today: date) -> tuple[Landmark, ...]:
    """The seats of the districts under the names of `today`, the central ones and the populous first."""
    with (DATA / "places" / "districts.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows.sort(key=lambda row: (row["zone"] != "central", -int(row["population_2020"])))
    return tuple(
        Landmark(_shown(row["name_zh"], row["name_en"], today), (float(row["seat_lat"]), float(row["seat_lon"])), rank)
        for rank, row in enumerate(rows)
    )


def rivers() -> tuple[River, ...]:
    """The Yangtze and the Jialing near the city."""
    table = json.loads((DATA / "schematic" / "rivers_schematic.geojson").read_text("utf-8"))
    return tuple(
        River(
            Text(feature["properties"]["name_zh"], feature["properties"]["name_en"]),
            tuple((lat, lon) for lon, lat in feature["geometry"]["coordinates"]),
        )
        for feature in table["features"]
    )


def district_text(name: str) -> Text:
    """The district in both languages, short in English; what was written where it is no district of Chongqing."""
    known = district_of(name) if name else None
    return Text(known.name_zh, _short(known.name_en)) if known else Text(name, name)


def _shown(name_zh: str, name_en: str, today: date) -> Text:
    """The name on the map: short in English, and with the unit of today where the old one has ended."""
    short = _short(name_en)
    known = district_of(name_zh)
    if known is None or known.existed(today) or known.successor is None:
        return Text(name_zh.replace("土家族苗族", "").replace("苗族土家族", "").replace("土家族", ""), short)
    successor = district_of(known.successor)
    if successor is None:
        return Text(name_zh, short)
    return Text(f"{name_zh.removesuffix('区')}({successor.name_zh})", f"{short} ({_short(successor.name_en)})")


def _short(name_en: str) -> str:
    return (
        name_en.replace(" New Area", "").split(" District")[0].split(" County")[0].split(" Tujia")[0].split(" Miao")[0]
    )
