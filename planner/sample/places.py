"""The real places of data/places as organisations, sites and bases of the sample."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from planner.districts import default_districts, district_of
from planner.model import Base, Hours, Organisation, OrganisationKind, Place, Site
from planner.policy import hours_of

DATA = Path(__file__).parent.parent.parent / "data" / "places"

CAMPUS = "校区)"
CAMPUS_EN = ")"
UNIVERSITY_TOWN = (29.58, 106.28, 29.64, 106.335)
"""South, west, north and east of the University Town, whose campuses the High-tech Zone polices."""

SITE_NAMES: dict[OrganisationKind, tuple[str, str]] = {
    "university": ("校本部", "Main campus"),
    "college": ("校本部", "Main campus"),
    "school": ("学校", "School"),
    "company": ("公司驻地", "Premises"),
    "hospital": ("院区", "Hospital"),
    "hotel": ("酒店", "Hotel"),
    "institute": ("院部", "Institute"),
}
HOURS: dict[OrganisationKind, str] = {
    "university": "09:00-17:30",
    "college": "09:00-17:30",
    "school": "08:30-11:30;13:30-16:30",
    "company": "09:00-12:00;13:00-17:30",
    "hospital": "08:30-12:00;14:00-17:30",
    "hotel": "10:00-12:00;14:00-17:00",
    "institute": "09:00-12:00;13:30-17:30",
}
"""When a site is open (SYN). A campus is open over noon; its offices are not, see `ask`."""
ACCESS_MINUTES: dict[OrganisationKind, int] = {
    "university": 8,
    "college": 6,
    "school": 5,
    "company": 7,
    "hospital": 8,
    "hotel": 4,
    "institute": 5,
}
"""From the road to the room (SYN)."""
ACCESS_MINUTES_AT = {"ORG010": 12, "ORG110": 12, "ORG090": 10, "ORG119": 10}
"""A hill road to the campus, and plants with a gate control (SYN)."""


@dataclass(frozen=True)
class Spot:
    """One row of organisations.csv: a campus, a plant or an office, with its made-up head-counts."""

    id: str
    name_zh: str
    name_en: str
    kind: OrganisationKind
    district_zh: str
    district_en: str
    lat: float
    lon: float
    accuracy_metres: int
    students: int
    staff: int
    active_to: date | None
    zone: str
    notes: str

    @property
    def foreigners(self) -> int:
        """Students and staff together."""
        return self.students + self.staff


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table in data/places."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def spots() -> tuple[Spot, ...]:
    """All rows of organisations.csv in their order."""
    zones = {row["name_zh"]: row["zone"] for row in rows("districts.csv")}
    return tuple(_spot(row, zones) for row in rows("organisations.csv"))


def organisations_and_sites(all_spots: Iterable[Spot]) -> tuple[tuple[Organisation, ...], tuple[Site, ...]]:
    """One organisation for all campuses of a university, and a site for each row."""
    campuses: dict[str, list[Spot]] = defaultdict(list)
    for spot in all_spots:
        campuses[_stem(spot.name_zh)].append(spot)
    organisations = tuple(_organisation(index, group) for index, group in enumerate(campuses.values()))
    sites = tuple(
        _site(organisation, spot)
        for organisation, group in zip(organisations, campuses.values(), strict=True)
        for spot in group
    )
    return organisations, sites


def site_id(spot_id: str) -> str:
    """The id of the site that a row of organisations.csv becomes."""
    return spot_id.replace("ORG", "S")


def bases(wanted: Iterable[str]) -> tuple[Base, ...]:
    """The stations with these ids as bases, in the order of stations.csv."""
    chosen = set(wanted)
    return tuple(
        Base(
            row["id"],
            row["name_zh"],
            row["name_en"],
            _place(float(row["lat"]), float(row["lon"]), int(row["coord_accuracy_m"])),
            _present(row["district_zh"]),
        )
        for row in rows("stations.csv")
        if row["id"] in chosen
    )


def _spot(row: Mapping[str, str], zones: Mapping[str, str]) -> Spot:
    kinds: dict[str, OrganisationKind] = {kind: kind for kind in HOURS}
    return Spot(
        row["id"],
        row["name_zh"],
        row["name_en"],
        kinds[row["kind"]],
        row["district_zh"],
        row["district_en"],
        float(row["lat"]),
        float(row["lon"]),
        int(row["coord_accuracy_m"]),
        int(row["est_students"]),
        int(row["est_staff"]),
        date(int(row["active_to"]), 12, 31) if row["active_to"] else None,
        zones[row["district_zh"]],
        row["notes"] or "",
    )


def _organisation(index: int, group: list[Spot]) -> Organisation:
    first = group[0]
    return Organisation(
        first.id,
        _stem(first.name_zh),
        _stem(first.name_en) if CAMPUS in first.name_zh else first.name_en,
        first.kind,
        _district_as_written(index, first),
        sum(spot.foreigners for spot in group),
        "高新区" if _in_university_town(first) else "",
        first.active_to,
    )


def _site(organisation: Organisation, spot: Spot) -> Site:
    campus = spot.name_zh.removeprefix(organisation.name_zh).strip("()")
    campus_en = spot.name_en.removeprefix(organisation.name_en).strip(" ()") if campus else ""
    district = "两江新区" if _became_liangjiang(spot) else _present(spot.district_zh)
    return Site(
        site_id(spot.id),
        organisation.id,
        campus or SITE_NAMES[spot.kind][0],
        campus_en or SITE_NAMES[spot.kind][1],
        _place(spot.lat, spot.lon, spot.accuracy_metres),
        district,
        f"重庆市{district}(概略位置,误差约{spot.accuracy_metres}米)",
        _hours(spot.kind),
        60 * ACCESS_MINUTES_AT.get(spot.id, ACCESS_MINUTES[spot.kind]),
    )


def _place(lat: float, lon: float, accuracy_metres: int) -> Place:
    """A point given in WGS-84, as the tables that are read give it."""
    return Place(lat, lon, lat, lon, accuracy_metres=accuracy_metres)


def _hours(kind: OrganisationKind) -> tuple[Hours, ...]:
    return tuple(hours_of(part) for part in HOURS[kind].split(";"))


def _stem(name: str) -> str:
    """The name without the campus in brackets at its end."""
    return name.split("(")[0].strip() if name.endswith((CAMPUS, CAMPUS_EN)) else name


def _district_as_written(index: int, spot: Spot) -> str:
    """What the organisation itself wrote: where a district was merged, old and new names side by side."""
    district = district_of(spot.district_zh)
    if district is None or district.successor is None:
        return spot.district_zh
    unit = default_districts().now(district)
    return (spot.district_zh, unit.name_zh, spot.district_en, unit.name_en, district.code)[index % 5]


def _present(name_zh: str) -> str:
    district = district_of(name_zh)
    if district is None:
        raise ValueError(f"no such district: {name_zh}")
    return default_districts().now(district).name_zh


def _became_liangjiang(spot: Spot) -> bool:
    return "since 2026" in spot.notes and "Liangjiang" in spot.notes


def _in_university_town(spot: Spot) -> bool:
    south, west, north, east = UNIVERSITY_TOWN
    return south < spot.lat < north and west < spot.lon < east and spot.district_zh == "沙坪坝区"
