"""Finding a place by name or address without the Internet: the names of an extract in SQLite.

Found are Chinese names and addresses by any part of them, also one or two characters; English names; and
pinyin, whole or by initials ("chongqing daxue", "cqdx"). Text search indexes of SQLite silently find nothing
for two characters, so every query walks over the table, which takes a few hundredths of a second.
"""

import sqlite3
import unicodedata
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pypinyin import Style, lazy_pinyin

KINDS = (
    "amenity",
    "office",
    "place",
    "tourism",
    "healthcare",
    "leisure",
    "shop",
    "railway",
    "aeroway",
    "landuse",
    "building",
)
"""Keys whose value says what kind of place something is; the first that is there counts."""
WEIGHT = {
    "university": 3,
    "college": 3,
    "school": 2,
    "hospital": 2,
    "police": 2,
    "townhall": 2,
    "hotel": 1,
    "industrial": 1,
}
"""Kinds that a division visits come before others that match as well."""

FIND = """
SELECT name, name_en, kind, address, lat, lon FROM places
WHERE instr(text, :asked) > 0 OR (:latin AND (instr(pinyin, :asked) > 0 OR instr(initials, :asked) > 0))
ORDER BY
  CASE
    WHEN plain = :asked OR pinyin = :asked OR initials = :asked THEN 0
    WHEN instr(plain, :asked) = 1 OR instr(pinyin, :asked) = 1 OR instr(initials, :asked) = 1 THEN 1
    WHEN instr(plain, :asked) > 0 THEN 2
    WHEN instr(pinyin, :asked) > 0 OR instr(initials, :asked) > 0 THEN 3
    ELSE 4
  END, weight DESC, length(name), name, lat, lon
LIMIT :limit
"""


@dataclass(frozen=True)
class Entry:
    """A named place, WGS-84; `kind` is the value of its OpenStreetMap tag, e.g. "university"."""

    name: str
    name_en: str
    kind: str
    address: str
    lat: float
    lon: float


def entry(tags: dict[str, str], lat: float, lon: float) -> Entry | None:
    """The place these tags describe; None for what has neither a name nor an address, and for plain roads."""
    name = tags.get("name:zh") or tags.get("name", "")
    kind = next((tags[key] for key in KINDS if tags.get(key, "no") != "no"), "")
    address = tags.get("addr:full") or "".join(
        tags.get(f"addr:{part}", "") for part in ("city", "district", "street", "housenumber")
    )
    if not name and tags.get("addr:street") and tags.get("addr:housenumber"):
        name, kind = tags["addr:street"] + tags["addr:housenumber"], kind or "address"
    if not name or not (kind or "highway" in tags):
        return None
    return Entry(name, tags.get("name:en", ""), kind or "road", address, lat, lon)


def write_gazetteer(path: Path, entries: Iterable[Entry]) -> int:
    """Writes the places to a new SQLite file; of roads and same places close together one stays. Their number."""
    seen: set[tuple[str, str, int, int]] = set()
    rows: list[tuple[str | float | int, ...]] = []
    for one in entries:
        mark = (one.name, one.kind, round(one.lat * 50), round(one.lon * 50))
        if mark not in seen:
            seen.add(mark)
            text = plain(f"{one.name} {one.address} {one.name_en}")
            rows.append((*_row(one), plain(one.name), text, *_pinyin(one.name), WEIGHT.get(one.kind, 0)))
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as store, store:
        store.execute(
            "CREATE TABLE places (name TEXT, name_en TEXT, kind TEXT, address TEXT, lat REAL, lon REAL,"
            " plain TEXT, text TEXT, pinyin TEXT, initials TEXT, weight INTEGER)"
        )
        store.executemany("INSERT INTO places VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return len(rows)


def find_places(path: Path, text: str, limit: int = 20) -> tuple[Entry, ...]:
    """Places that match `text`, best first; () for an empty text or where there is no gazetteer."""
    asked = plain(text)
    if not asked or not path.exists():
        return ()
    latin = asked.isascii() and len(asked) > 1
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as store:
        found = store.execute(FIND, {"asked": asked, "latin": latin, "limit": limit}).fetchall()
    return tuple(Entry(*row) for row in found)


def plain(text: str) -> str:
    """The text as it is compared: one width, lower case, no spaces or apostrophes."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if not letter.isspace() and letter not in "'’‘`·")


def _row(one: Entry) -> tuple[str, str, str, str, float, float]:
    return one.name, one.name_en, one.kind, one.address, one.lat, one.lon


def _pinyin(name: str) -> tuple[str, str]:
    """The whole name in pinyin without tones, and its initials."""
    whole = lazy_pinyin(name, style=Style.NORMAL)
    short = lazy_pinyin(name, style=Style.FIRST_LETTER)
    return plain("".join(whole)), plain("".join(short))
