"""The plan that is shown, read again when its files change."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import cast

from flask import current_app

from planner.dossier import Dossier, load
from planner.errors import Language
from planner.io.export import write_tables
from planner.report.labels import Tiles

PLAN_FILES = ("facts.json", "plan.json", "problem.json")
SHELF = "doorstep-shelf"


@dataclass
class Edition:
    """One state of the plan and what was made from it."""

    stamp: str
    """Changes with the files; page, map and labels must come from the same one."""
    dossier: Dossier
    tables: dict[Language, Mapping[str, bytes]] = field(default_factory=dict)


class Shelf:
    """Holds the newest edition of the plan in one folder. Safe for several threads."""

    def __init__(self, folder: Path, tiles: Tiles | None, tiles_file: Path | None) -> None:
        self.tiles = tiles
        self.tiles_file = tiles_file
        self._folder = folder
        self._lock = Lock()
        self._edition = self._read()

    def edition(self) -> Edition:
        """The plan as it lies in the folder now."""
        with self._lock:
            if self._edition.stamp != self._stamp():
                self._edition = self._read()
            return self._edition

    def tables(self, language: Language) -> Mapping[str, bytes]:
        """The plan's tables by file name, as bytes."""
        edition = self.edition()
        with self._lock:
            if language not in edition.tables:
                with tempfile.TemporaryDirectory() as folder:
                    paths = write_tables(edition.dossier, Path(folder), language)
                    edition.tables[language] = {path.name: path.read_bytes() for path in paths}
            return edition.tables[language]

    def _stamp(self) -> str:
        return "-".join(f"{(self._folder / name).stat().st_mtime_ns:x}" for name in PLAN_FILES)

    def _read(self) -> Edition:
        return Edition(self._stamp(), load(self._folder))


def shelf() -> Shelf:
    """The shelf of the application that answers this request."""
    return cast(Shelf, current_app.extensions[SHELF])
