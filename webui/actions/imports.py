"""Importing the tables of a folder: all or nothing, with every mistake named by cell."""

from pathlib import Path

from planner.io.tables import read_inputs
from planner.model import Inputs
from webui.actions.acting import allow
from webui.store.audit import Change, append
from webui.store.engine import Store
from webui.store.imports import Loaded, Mode, load_inputs
from webui.store.person import Person


class _Tried(Exception):
    """Ends a transaction that must leave nothing behind."""


def try_import(store: Store, folder: Path, by: Person, mode: Mode = "merge", corrections: Path | None = None) -> Loaded:
    """What an import would add, change and remove; nothing is kept. Raises as `import_inputs` does."""
    allow(by, "scheduler", "administrator")
    read = read_inputs(folder, corrections)
    loaded = Loaded()
    try:
        with store.write() as session:
            loaded = load_inputs(session, read.inputs, mode)
            raise _Tried
    except _Tried:
        return loaded


def import_inputs(
    store: Store, folder: Path, by: Person, mode: Mode = "merge", corrections: Path | None = None, why: str = ""
) -> Loaded:
    """Reads a folder of tables (docs/files.md) into the database; what was added, changed and removed.

    Raises BadTables with every mistake and the failed rows before anything is written. A policy.toml in the
    folder is not taken over: policies are changed by their own action.
    """
    allow(by, "scheduler", "administrator")
    return import_read(store, read_inputs(folder, corrections).inputs, by, mode, why)


def import_read(store: Store, inputs: Inputs, by: Person, mode: Mode = "merge", why: str = "") -> Loaded:
    """The same for tables that were read before, so that nobody waits for the reading of them."""
    allow(by, "scheduler", "administrator")
    with store.write() as session:
        loaded = load_inputs(session, inputs, mode)
        numbers = {
            name: {table: len(keys) for table, keys in found.items()}
            for name, found in (("added", loaded.added), ("changed", loaded.changed), ("removed", loaded.removed))
        }
        append(session, Change("inputs.import", f"inputs {mode}", {}, numbers, why), by)
        return loaded
