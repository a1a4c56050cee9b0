"""Sheets → rows of a known table: headers understood, cells read, everything wrong noted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from planner.io import schema
from planner.io.mistakes import CellError, Mistakes, Source
from planner.io.schema import Column, Table
from planner.io.sheets import Sheet, column_letter

SPACE = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b"


@dataclass(frozen=True)
class Row:
    """One row: where it stands, its cells as given, and the values of those cells that could be read.

    A column that is missing or whose cell is wrong has no entry in `values`; `sound` says that none is.
    """

    source: Source
    number: int
    cells: tuple[str, ...]
    at: dict[str, int]
    """Position of each known column."""
    values: dict[str, Any] = field(default_factory=dict)
    sound: bool = True

    def cell(self, column: str) -> str:
        """The trimmed text under a column, "" where there is none."""
        position = self.at.get(column)
        return self.cells[position].strip(SPACE) if position is not None else ""

    def title(self, column: str) -> str:
        """The header as given over a column, its own name where it is missing."""
        position = self.at.get(column)
        return self.source.header[position] if position is not None else column


def rows_of(table: Table, sheet: Sheet, file: str, mistakes: Mistakes) -> tuple[Row, ...]:
    """The rows of a sheet with their values read; blank rows are left out, mistakes are collected."""
    header = tuple(cell.strip(SPACE) for cell in sheet.rows[0]) if sheet.rows else ()
    source = Source(file, sheet.name, header)
    at = _positions(table, source, mistakes)
    if not at:
        return ()
    found = []
    for number, cells in enumerate(sheet.rows[1:], 2):
        if not any(cell.strip(SPACE) for cell in cells):
            continue
        padded = (*cells, *[""] * (len(header) - len(cells)))
        wrong = {where: error for where in range(len(padded)) if (error := sheet.wrong.get((number, where)))}
        row = Row(source, number, padded, at)
        found.append(_read(table, row, wrong, mistakes))
    return tuple(found)


def _positions(table: Table, source: Source, mistakes: Mistakes) -> dict[str, int]:
    """Where each column of the table stands; missing, unknown and repeated headers are mistakes."""
    at: dict[str, int] = {}
    for position, text in enumerate(source.header):
        if not text:
            continue
        column = schema.column_named(table, text)
        if column is None:
            mistakes.cell(source, 1, text[:60], "", _unknown(table, text))
        elif column.name in at:
            mistakes.cell(source, 1, text[:60], "", _repeated(source.header[at[column.name]]))
        else:
            at[column.name] = position
    known = [column for column in table.columns if column.name in at]
    if not known:
        mistakes.cell(source, 1, "", "", _no_header(table))
        return {}
    for column in table.columns:
        if column.needed and column.name not in at:
            mistakes.cell(source, 1, column.name, "", _missing(column))
    return at


def _read(table: Table, row: Row, wrong: dict[int, CellError], mistakes: Mistakes) -> Row:
    """The row with its values read."""
    sound = True
    for position, error in wrong.items():
        name = _title(row.source, position)
        mistakes.cell(row.source, row.number, name, row.cells[position], error)
        sound = False
    for position, cell in enumerate(row.cells):
        if cell.strip(SPACE) and not _has_header(row.source, position):
            mistakes.cell(row.source, row.number, _title(row.source, position), cell, _BEYOND)
            sound = False
    for column in table.columns:
        if wrong and row.at.get(column.name) in wrong:
            continue
        try:
            row.values[column.name] = _value(column, row.cell(column.name), column.name in row.at)
        except CellError as error:
            sound = False
            if column.name in row.at:
                mistakes.cell(row.source, row.number, row.title(column.name), row.cell(column.name), error)
    return row if sound else Row(row.source, row.number, row.cells, row.at, row.values, False)


def _value(column: Column, cell: str, present: bool) -> object:
    if cell:
        value = column.read(cell)
        if value == () and column.needed:
            raise _empty(column)
        return value
    if column.needed:
        raise _empty(column)
    return column.default


def _title(source: Source, position: int) -> str:
    """The header over a position, or its letter."""
    return source.header[position] if _has_header(source, position) else column_letter(position)


def _has_header(source: Source, position: int) -> bool:
    return position < len(source.header) and bool(source.header[position])


def headers_of(table: Table) -> Iterator[str]:
    """Each column as "english 中文", for messages."""
    return (f"{column.name} {column.zh}" for column in table.columns)


_BEYOND = CellError(
    "stands under no header; add one or delete the cell (a text with a comma in it needs quotation marks around it)",
    "上方没有表头；请添加表头或删除该单元格（文字中含逗号时，请用引号括起）",
)


def _empty(column: Column) -> CellError:
    return CellError(f"is empty; fill in, for example, {column.example}", f"为空；请填写，例如 {column.example}")


def _missing(column: Column) -> CellError:
    return CellError(
        f"this column is missing; add a column headed {column.name} (or {column.zh})",
        f"缺少此列；请添加列“{column.zh}”（或 {column.name}）",
    )


def _repeated(first: str) -> CellError:
    return CellError(f"means the same as the column {first}; delete one of them", f"与“{first}”列重复；请删除其中一列")


def _no_header(table: Table) -> CellError:
    return CellError(
        f"the first row must hold the headers: {', '.join(headers_of(table))}; cells are separated by commas",
        f"第一行应为表头：{'、'.join(headers_of(table))}；单元格以逗号分隔",
    )


def _unknown(table: Table, text: str) -> CellError:
    if schema.PERSONAL.search(schema.heading(text)):
        return CellError(
            "looks like personal data, which Doorstep does not keep; delete this column",
            "疑似个人信息，本系统不保存；请删除此列",
        )
    near = schema.nearest_column(table, text)
    if near:
        zh = table.column(near).zh
        return CellError(f"no such column; did you mean {near} ({zh})?", f"没有此列；是否应为“{zh}”（{near}）")
    return CellError(
        f"no such column; delete it. This table has: {', '.join(headers_of(table))}",
        f"没有此列；请删除。本表的列：{'、'.join(headers_of(table))}",
    )
