"""Input tables in and plan tables out: all mistakes of all files at once, and nothing half-imported."""

from dataclasses import dataclass
from pathlib import Path

from planner import policy as policies
from planner.errors import BadInput
from planner.io import references
from planner.io.build import inputs_of, model_values
from planner.io.corrections import corrected
from planner.io.export import write_tables
from planner.io.folder import Given, sheets_in, sheets_in_workbook
from planner.io.inputs_out import write_inputs
from planner.io.mistakes import BadTables, FailedRow, FailedTable, Mistakes, TooManyMistakes, in_file
from planner.io.rows import Row, rows_of
from planner.io.safe_files import read_bytes, text_of
from planner.io.schema import TABLES
from planner.model import Inputs
from planner.policy import Policy

__all__ = ["Read", "read_inputs", "write_inputs", "write_tables"]

MAX_SETTINGS_BYTES = 256 * 1024
MAX_NOTES = 1_000


@dataclass(frozen=True)
class Read:
    """What a folder of tables says: the inputs, the policy, and the calendar file if there is one."""

    inputs: Inputs
    policy: Policy
    calendar_path: Path | None


def read_inputs(folder: Path, corrections: Path | None = None) -> Read:
    """The tables of a folder (docs/files.md), optionally with a corrected file of failed rows.

    Each row of `corrections` takes the place of the row with the same number, or is added where it names
    none. Raises BadTables with all mistakes of all files and the failed rows, BadInput where `folder` is
    none.
    """
    mistakes = Mistakes()
    rows: dict[str, tuple[Row, ...]] = {}
    inputs, policy, calendar_path = Inputs(), Policy(), None
    try:
        given = sheets_in(folder, mistakes)
        policy = _policy(folder, mistakes)
        calendar_path = _calendar(folder, mistakes)
        notes = (*given.notes, *_notes(folder, mistakes))
        for table in TABLES:
            if table.name in given.sheets:
                file, sheet = given.sheets[table.name]
                rows[table.name] = rows_of(table, sheet, file, mistakes)
        if corrections:
            rows = corrected(rows, _correction_sheets(corrections, mistakes), mistakes)
        values = model_values(rows, mistakes)
        references.check(rows, frozenset(given.unread), mistakes)
        inputs = inputs_of(values, notes)
    except TooManyMistakes:
        pass  # the last mistake says so
    if mistakes.found:
        raise BadTables(mistakes.found, failed_tables(rows, mistakes))
    return Read(inputs, policy, calendar_path)


def failed_tables(rows: dict[str, tuple[Row, ...]], mistakes: Mistakes) -> tuple[FailedTable, ...]:
    """The rows that mistakes name, by table."""
    wrong = mistakes.by_row()
    tables = []
    for name, found in rows.items():
        for source in dict.fromkeys(row.source for row in found):
            failed = tuple(
                FailedRow(row.number, row.cells, wrong[place])
                for row in found
                if row.source == source and (place := (source.file, source.sheet, row.number)) in wrong
            )
            if failed:
                tables.append(FailedTable(name, source, failed))
    return tuple(tables)


def _correction_sheets(path: Path, mistakes: Mistakes) -> Given:
    try:
        return sheets_in_workbook(path, mistakes)
    except BadInput as error:
        mistakes.extend(error)
        return Given()


def _policy(folder: Path, mistakes: Mistakes) -> Policy:
    path = folder / "policy.toml"
    if not path.exists():
        return Policy()
    try:
        read_bytes(path, MAX_SETTINGS_BYTES)
        return policies.from_toml(path)
    except BadInput as error:
        mistakes.extend(error)
    except RecursionError:
        mistakes.add(in_file(path.name, "is nested too deeply; see docs/policy.md", "嵌套层次过深；见 docs/policy.md"))
    return Policy()


def _calendar(folder: Path, mistakes: Mistakes) -> Path | None:
    path = folder / "workdays.csv"
    if not path.exists():
        return None
    try:
        text_of(path, MAX_SETTINGS_BYTES * 4)
    except BadInput as error:
        mistakes.extend(error)
    return path


def _notes(folder: Path, mistakes: Mistakes) -> tuple[str, ...]:
    path = folder / "notes.txt"
    if not path.exists():
        return ()
    try:
        text = text_of(path, MAX_SETTINGS_BYTES)
    except BadInput as error:
        mistakes.extend(error)
        return ()
    lines = tuple(line.strip() for line in text.removeprefix("\ufeff").splitlines() if line.strip())
    if len(lines) > MAX_NOTES:
        mistakes.add(
            in_file(path.name, f"has more than {MAX_NOTES} remarks; shorten it", f"备注超过{MAX_NOTES}行；请精简")
        )
    return lines[:MAX_NOTES]
