"""Names and codes of Chongqing's districts and counties, old and new, as one table.

On 25 January 2026 江北区 and 渝北区 became 两江新区 (with five towns of Yubei going to 北碚区, and five
places of Beibei to 两江新区). Both names stay in use, so both are understood and history is kept.
A development zone was called 两江新区 before that date as well; it is a `District` of its own kind
and never the unit of 2026.
"""

import csv
import difflib
import functools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from planner.errors import Language

DATA = Path(__file__).parent.parent / "data" / "places"

DistrictKind = Literal["district", "county", "autonomous county", "zone"]

SUFFIXES = ("autonomous county", "new area", "district", "county", "自治县", "新区", "区", "县")
PEOPLES = ("tujia and miao", "miao and tujia", "tujia", "土家族苗族", "苗族土家族", "土家族")
"""The peoples in the full names of the autonomous counties, longest first."""


@dataclass(frozen=True)
class Part:
    """Where land of a unit went: the code of the unit that has it now and the places named."""

    successor: str
    places_zh: tuple[str, ...] = ()
    """Towns and subdistricts; () means everything not named in another part."""


@dataclass(frozen=True)
class District:
    """A county-level unit, or a zone that people name like one.

    `code` is the six digits of the unit, "" for a zone. It is in force from `since` (None: before
    the table begins) to the day before `until` (None: still).
    """

    code: str
    name_zh: str
    name_en: str
    kind: DistrictKind
    since: date | None = None
    until: date | None = None
    successor: str | None = None
    """Code of the unit that has most of its land now; None while the unit exists."""
    parts: tuple[Part, ...] = ()
    also: tuple[str, ...] = ()
    """Further names, exactly as people write them."""

    def name(self, language: Language) -> str:
        """Its name in the reader's language."""
        return self.name_zh if language == "zh" else self.name_en

    def existed(self, day: date) -> bool:
        """Whether it was in force on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Districts:
    """The table, and how to find a district in it by what people write."""

    table: tuple[District, ...]

    def find(self, text: str, on: date | None = None) -> District | None:
        """The district of a name or code, None for an unknown one.

        Understood are Chinese and English names with or without 区/县/District, with 重庆市 or
        Chongqing before them, and six-digit codes; case, spaces and apostrophes do not matter.
        Old names stay old names; `now` leads on to the successor. Where a name means a unit and a
        zone, it is the unit, unless `on` is a day on which the unit did not exist yet.
        """
        key = _key(text)
        found = [district for district in self.table if key and key in _keys(district)]
        if on is not None and len(found) > 1:
            found = [district for district in found if district.existed(on)] or found
        return min(found, key=lambda district: district.kind == "zone", default=None)

    def nearest(self, text: str, limit: int = 3) -> tuple[str, ...]:
        """Names that look like `text`, best first, to suggest where `find` knows nothing."""
        names = {key: name for district in self.table for name in _names(district) for key in _spellings(name)}
        close = difflib.get_close_matches(_key(text), list(names), n=3 * limit, cutoff=0.5)
        return tuple(dict.fromkeys(names[key] for key in close))[:limit]

    def now(self, district: District, address: str = "") -> District:
        """The unit that has the district's land today; `address` decides where it was divided.

        A unit that is in force and gave nothing away, and a zone, come back as they are.
        """
        named = [part.successor for part in district.parts if any(place in address for place in part.places_zh)]
        code = named[0] if named else district.successor
        return next((unit for unit in self.table if code and unit.code == code), district)

    def units(self, day: date) -> tuple[District, ...]:
        """The county-level units in force on a day, zones left out."""
        return tuple(unit for unit in self.table if unit.kind != "zone" and unit.existed(day))


def district_of(text: str, on: date | None = None) -> District | None:
    """`Districts.find` on the table of the checkout."""
    return default_districts().find(text, on)


def nearest_names(text: str, limit: int = 3) -> tuple[str, ...]:
    """`Districts.nearest` on the table of the checkout."""
    return default_districts().nearest(text, limit)


@functools.cache
def default_districts() -> Districts:
    """The table of data/places: districts.csv, district_changes_2026.csv and zones.csv."""
    return from_folder(DATA)


def from_folder(folder: Path) -> Districts:
    """The table made from districts.csv (units before the change), the changes and the zones."""
    changes = _rows(folder / "district_changes_2026.csv")
    old = [_old_unit(row, changes) for row in _rows(folder / "districts.csv")]
    known = {unit.code for unit in old}
    new = {row["new_adcode"]: _new_unit(row) for row in changes if row["new_adcode"] not in known}
    zones = [
        District("", row["name_zh"], row["name_en"], "zone", also=tuple(row["also"].split(";")))
        for row in _rows(folder / "zones.csv")
    ]
    return Districts((*old, *new.values(), *zones))


def _old_unit(row: dict[str, str], changes: Iterable[dict[str, str]]) -> District:
    mine = [change for change in changes if change["old_adcode"] == row["adcode"]]
    rest = [change for change in mine if _is_rest(change)]
    return District(
        row["adcode"],
        row["name_zh"],
        row["name_en"],
        _kind(row["type"]),
        until=date.fromisoformat(rest[0]["in_force"]) if rest else None,
        successor=rest[0]["new_adcode"] if rest else None,
        parts=tuple(
            Part(change["new_adcode"], () if _is_rest(change) else tuple(change["part_zh"].split("、")))
            for change in mine
        ),
    )


def _new_unit(row: dict[str, str]) -> District:
    since = date.fromisoformat(row["in_force"])
    return District(row["new_adcode"], row["new_name_zh"], row["new_name_en"], "district", since=since)


def _is_rest(change: dict[str, str]) -> bool:
    """Whether a change takes the whole unit, or all of it but some towns."""
    return change["part_en"].startswith("all")


def _kind(text: str) -> DistrictKind:
    kinds: dict[str, DistrictKind] = {
        "district": "district",
        "county": "county",
        "autonomous county": "autonomous county",
    }
    return kinds[text]


def _names(district: District) -> tuple[str, ...]:
    return (district.name_zh, district.name_en, *district.also)


@functools.cache
def _keys(district: District) -> frozenset[str]:
    spelt = {key for name in _names(district) for key in _spellings(name)}
    return frozenset(spelt | {district.code} - {""})


def _spellings(name: str) -> set[str]:
    """The keys a name answers to: itself, without its suffix, and without the peoples named in it."""
    key = _key(name)
    short = _bare(key)
    plain = short
    for people in PEOPLES:
        plain = plain.removesuffix(people).strip()
    return {key, short, plain, plain + ("县" if plain != short and not plain.isascii() else "")}


def _bare(key: str) -> str:
    for suffix in SUFFIXES:
        if key.endswith(suffix) and key != suffix:
            return key.removesuffix(suffix).strip()
    return key


def _key(text: str) -> str:
    """The text as it is compared: one width, lower case, no apostrophes, no name of the city before it."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"['’‘`ʼ]", "", plain)
    plain = re.sub(r"[\s_-]+", " ", plain).strip(" ,.;")
    plain = re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", plain)
    plain = re.sub(r"^(重庆市?|chongqing( municipality| city)?,? )", "", plain)
    return re.sub(r",? chongqing$", "", plain)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
