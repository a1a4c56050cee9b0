"""Tables out: CSV and XLSX in which nothing can run, whatever the texts hold."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from planner.io import spelling

Cell = str | int | float | date | None

HEADER_FILL = PatternFill("solid", fgColor="FFE7EDF3")
WRONG_FILL = PatternFill("solid", fgColor="FFF8D7DA")
MAX_WIDTH = 48
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Page:
    """One table to write: its title (the sheet's name), header and rows; `wrong` cells are coloured."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    wrong: frozenset[tuple[int, int]] = frozenset()
    """(row, column) from 0, the header not counted."""


def write_csv(page: Page, path: Path) -> None:
    """The page as UTF-8 with BOM, which Excel recognises; texts are marked so that none can run."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([spelling.to_csv(name) for name in page.header])
        writer.writerows([_csv_cell(cell) for cell in row] for row in page.rows)


def write_xlsx(pages: Sequence[Page], path: Path) -> None:
    """The pages as the sheets of one workbook; the same pages give the same bytes."""
    book = Workbook(write_only=True)
    for page in pages:
        sheet = book.create_sheet(_sheet_name(page.title, book.sheetnames))
        sheet.freeze_panes = "A2"
        for at, width in enumerate(_widths(page), 1):
            sheet.column_dimensions[get_column_letter(at)].width = width
        sheet.append([_header_cell(sheet, name) for name in page.header])
        for number, row in enumerate(page.rows):
            sheet.append([_cell(sheet, value, (number, at) in page.wrong) for at, value in enumerate(row)])
    packed = io.BytesIO()
    book.save(packed)
    _write_undated(packed, path)


def _csv_cell(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return spelling.to_csv(cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def _cell(sheet: Any, value: Cell, wrong: bool) -> Any:
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell.value = spelling.to_xlsx(value)
        cell.data_type = "s"  # otherwise "=1+1" becomes a live formula
        if spelling.RISKY.match(value):
            cell.quotePrefix = True  # and stays text when somebody edits it
        if len(value) > MAX_WIDTH or "\n" in value:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    elif value is not None:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    if wrong:
        cell.fill = WRONG_FILL
    return cell


def _header_cell(sheet: Any, name: str) -> Any:
    cell = _cell(sheet, name, False)
    cell.font = Font(bold=True)
    cell.fill = HEADER_FILL
    return cell


def _sheet_name(title: str, taken: Iterable[str]) -> str:
    """The title as a sheet may be called: at most 31 characters, none of []:*?/\\, and not twice."""
    plain = "".join("_" if letter in "[]:*?/\\'" else letter for letter in spelling.legal(title))[:31] or "1"
    names = {name.casefold() for name in taken}
    number = 2
    name = plain
    while name.casefold() in names:
        name = f"{plain[:27]} {number}"
        number += 1
    return name


def _widths(page: Page) -> list[int]:
    shown = [list(page.header), *([str(cell) for cell in row] for row in page.rows[:200] if row)]
    columns = [[row[at] for row in shown if at < len(row)] for at in range(len(page.header))]
    return [min(MAX_WIDTH, 3 + max(_width(text) for text in texts)) for texts in columns]


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text[:MAX_WIDTH])


def _write_undated(packed: io.BytesIO, path: Path) -> None:
    """The workbook without the clock times that openpyxl writes into it."""
    with ZipFile(packed) as source, ZipFile(path, "w", ZIP_DEFLATED) as target:
        for entry in source.infolist():
            data = _CORE if entry.filename == "docProps/core.xml" else source.read(entry)
            target.writestr(ZipInfo(entry.filename, ZIP_DATE), data, ZIP_DEFLATED)


_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Doorstep</dc:creator></cp:coreProperties>'
)
