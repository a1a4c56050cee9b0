"""A corrected file of failed rows laid over the rows it came from."""

from planner.io import schema
from planner.io.folder import Given
from planner.io.mistakes import CellError, Mistakes
from planner.io.rows import SPACE, Row, rows_of
from planner.io.schema import ROW_COLUMN, TABLES, Table
from planner.io.sheets import Sheet

Rows = dict[str, tuple[Row, ...]]


def corrected(rows: Rows, given: Given, mistakes: Mistakes) -> Rows:
    """The rows with those of `given` in place of the rows whose number they carry, mistakes taken back.

    A row that carries a number and nothing else removes that row; one without a number is added.
    """
    made = dict(rows)
    for table in TABLES:
        if table.name in given.sheets:
            file, sheet = given.sheets[table.name]
            made[table.name] = _laid_over(table, rows.get(table.name, ()), file, sheet, mistakes)
    return made


def _laid_over(table: Table, rows: tuple[Row, ...], file: str, sheet: Sheet, mistakes: Mistakes) -> tuple[Row, ...]:
    new = {row.number: row for row in rows_of(table, _without_removals(sheet), file, mistakes)}
    by_number = {row.number: row for row in rows}
    replaced = set()
    for number, original in _numbers(sheet).items():
        if original in by_number:
            taken = by_number.pop(original)
            replaced.add((taken.source.file, taken.source.sheet, taken.number))
            if number in new:
                by_number[original] = new.pop(number)
        elif number in new:
            row = new.pop(number)
            mistakes.cell(row.source, number, ROW_COLUMN.zh, str(original), _NO_SUCH_ROW)
    mistakes.forget(replaced)
    return (*(by_number[number] for number in sorted(by_number)), *new.values())


def _numbers(sheet: Sheet) -> dict[int, int]:
    """Row of the corrections → row it replaces, for those that name one."""
    at = _row_position(sheet)
    found: dict[int, int] = {}
    for number, cells in enumerate(sheet.rows[1:], 2):
        text = cells[at].strip(SPACE) if at is not None and at < len(cells) else ""
        if text.isascii() and text.isdigit():
            found[number] = int(text)
    return found


def _without_removals(sheet: Sheet) -> Sheet:
    """The sheet with rows emptied that hold nothing besides the added columns."""
    header = sheet.rows[0] if sheet.rows else []
    added = {schema.heading(name) for each in schema.ADDED_COLUMNS for name in (each.name, each.zh)}
    positions = {at for at, text in enumerate(header) if schema.heading(text) in added}
    rows = [
        cells if number == 0 or any(cell.strip(SPACE) for at, cell in enumerate(cells) if at not in positions) else []
        for number, cells in enumerate(sheet.rows)
    ]
    return Sheet(sheet.name, rows, sheet.wrong)


def _row_position(sheet: Sheet) -> int | None:
    names = {schema.heading(ROW_COLUMN.name), schema.heading(ROW_COLUMN.zh)}
    header = sheet.rows[0] if sheet.rows else []
    return next((at for at, text in enumerate(header) if schema.heading(text) in names), None)


_NO_SUCH_ROW = CellError(
    "no row of the table has this number; correct it, or empty it to add a row",
    "表中没有此行号；请更正，或清空以新增一行",
)
