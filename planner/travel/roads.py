"""`import_roads`: an OpenStreetMap extract becomes a folder with roads, names and districts.

The extract is read once; afterwards nothing needs it, nor pyosmium. A folder is replaced as a whole or not
at all. Corrections of staff live elsewhere (corrections.csv beside the input tables) and stay.
"""

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from planner.errors import BadInput, Mistake
from planner.travel.atlas import ATTRIBUTION, FORMAT, GAZETTEER, NOTE, make_atlas, write_atlas
from planner.travel.extract import CLASS_KMH, DRIVEN, Progress, read_relations, read_streets
from planner.travel.gazetteer import Entry, entry, write_gazetteer
from planner.travel.outlines import Members
from planner.travel.streets import JUNCTION_MS


@dataclass(frozen=True)
class RoadsReport:
    """What an import found."""

    source: str
    """Name of the extract's file."""
    state: str
    """Date and time of the data as the extract tells it, "" where it does not."""
    version: str
    ways: int
    junctions: int
    streets: int
    road_km: int
    left_out_km: int
    """Roads that no car can reach from, or leave to, the rest."""
    places: int
    districts: tuple[str, ...]
    seconds: float
    attribution: str = ATTRIBUTION


def import_roads(path: Path, folder: Path, progress: Progress = lambda what, share: None) -> RoadsReport:
    """Reads the extract at `path` (.osm.pbf, .osm, .osm.bz2) into `folder`, which is made or replaced.

    Raises BadInput for a file that is missing, is no extract, or has no road a car may use.
    """
    begun = time.monotonic()
    if not path.is_file():
        raise BadInput([Mistake(path.name, "no such file", "找不到该文件")])
    members = Members()
    entries: list[Entry] = []

    def visit(one: Any) -> None:
        if one.is_way():
            members.see(one)
        found = entry_of(one)
        if found is not None:
            entries.append(found)

    try:
        state = read_relations(path, members.add)
        extract = read_streets(path, visit, progress)
    except RuntimeError as error:
        told = "is no OpenStreetMap extract (.osm.pbf)", "不是 OpenStreetMap 路网文件(.osm.pbf)"
        raise BadInput([Mistake(path.name, f"{told[0]}: {error}", f"{told[1]}:{error}")]) from error
    if extract is None:
        raise BadInput([Mistake(path.name, "has no road a car may use", "文件中没有机动车道路")])
    progress("joining", 0.6)
    atlas = make_atlas(extract.streets, members.whole_outlines(), digest(path))
    progress("naming", 0.85)
    entries += [found for found in (entry(*one) for one in members.middles()) if found is not None]
    with _replacing(folder) as draft:
        write_atlas(atlas, draft)
        report = RoadsReport(
            source=path.name,
            state=state,
            version=atlas.version,
            ways=extract.ways,
            junctions=atlas.streets.nodes,
            streets=len(atlas.streets.tail),
            road_km=round(atlas.streets.decimetres.sum() / 1e4),
            left_out_km=round((extract.streets.decimetres.sum() - atlas.streets.decimetres.sum()) / 1e4),
            places=write_gazetteer(draft / GAZETTEER, entries),
            districts=tuple(one.name for one in atlas.outlines),
            seconds=round(time.monotonic() - begun, 1),
        )
        (draft / NOTE).write_text(json.dumps(asdict(report), ensure_ascii=False, indent=1), "utf-8")
    progress("done", 1.0)
    return report


def read_report(folder: Path) -> RoadsReport | None:
    """What the last import into `folder` found; None where there was none."""
    try:
        table = json.loads((folder / NOTE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return RoadsReport(**{**table, "districts": tuple(table["districts"])})


def entry_of(one: Any) -> Entry | None:
    """The named place that a node or way is; a way counts with its middle point."""
    tags = one.tags
    if "name" not in tags and "addr:housenumber" not in tags:
        return None
    if one.is_node():
        return entry(dict(tags), one.lat, one.lon)
    points = [point for point in one.nodes if point.location.valid()]
    if not points:
        return None
    if "highway" in tags:
        middle = points[len(points) // 2]
        return entry(dict(tags), middle.lat, middle.lon)
    lats, lons = [point.lat for point in points], [point.lon for point in points]
    return entry(dict(tags), (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)


def digest(path: Path) -> str:
    """Digest of a file's bytes and of the form of the import."""
    with path.open("rb") as file:
        made = hashlib.file_digest(file, "sha256")
    made.update(repr((FORMAT, DRIVEN, JUNCTION_MS, sorted(CLASS_KMH.items()))).encode())
    return made.hexdigest()[:16]


@contextmanager
def _replacing(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder` that takes its place when all went well."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    old = draft.with_name(draft.name + ".old")
    try:
        yield draft
        draft.chmod(0o755)
        if folder.exists():
            folder.replace(old)
        draft.replace(folder)
    finally:
        for left in (draft, old):
            shutil.rmtree(left, ignore_errors=True)
