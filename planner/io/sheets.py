"""CSV and XLSX files → sheets: grids of texts, with the cells that cannot be taken as they are."""

import csv
import io
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter

from planner.errors import BadInput
from planner.io import spelling
from planner.io.mistakes import CellError
from planner.io.safe_files import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_ROWS,
    encoding_of,
    read_bytes,
    refuse,
    refuse_disguised_csv,
)
from planner.io.safe_workbooks import checked_workbook

MAX_SHEETS = 50
MAX_HEADER_BYTES = 64 * 1024
"""Looked at before pandas is, which takes seconds to refuse a first row of a million columns."""
MAX_PADDED_CELLS = 3_000_000
"""Cells of a sheet with the empty ones left of them: a few far to the right cost as many as a full sheet."""


@dataclass(frozen=True)
class Sheet:
    """A grid of texts; row 1 is `rows[0]`. `wrong` says what cannot be taken, by row number and position."""

    name: str
    rows: list[list[str]]
    wrong: dict[tuple[int, int], CellError] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell.strip() for row in self.rows for cell in row)


def csv_sheet(path: Path) -> Sheet:
    """The one sheet of a CSV file (its name is ""); BadInput for what cannot be read as one."""
    data = read_bytes(path)
    refuse_disguised_csv(data, path.name)
    frame = _csv_frame(data, encoding_of(data, path.name), path.name)
    if len(frame) > MAX_ROWS:
        raise refuse(path.name, f"has more than {MAX_ROWS} rows; split it", f"超过{MAX_ROWS}行；请拆分")
    sheet = Sheet("", [])
    for number, cells in enumerate(frame.itertuples(index=False, name=None), 1):
        sheet.rows.append([spelling.from_csv(cell) for cell in cells])
        for at, cell in enumerate(cells):
            if cell[:1] in ("=", "＝"):
                sheet.wrong[number, at] = _formula()
    return _measured(sheet)


def workbook_sheets(path: Path) -> tuple[Sheet, ...]:
    """The sheets of an XLSX file; BadInput for what cannot be read as one. Formulas are never evaluated."""
    stream = checked_workbook(read_bytes(path), path.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of decoration it does not keep
            book = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
            if len(book.worksheets) > MAX_SHEETS:
                raise refuse(
                    path.name, f"has more than {MAX_SHEETS} sheets; split it", f"工作表超过{MAX_SHEETS}个；请拆分"
                )
            return tuple(_measured(_sheet(sheet, path.name)) for sheet in book.worksheets)
    except (BadInput, MemoryError):
        raise
    except Exception as error:  # openpyxl raises almost any type for a file that is not as it expects
        raise refuse(
            path.name,
            f"is a damaged workbook ({type(error).__name__}: {error}); open it in Excel and save it again as .xlsx",
            f"工作簿已损坏（{type(error).__name__}）；请用 Excel 打开后重新另存为 .xlsx",
        ) from error


def column_letter(position: int) -> str:
    """The letter a spreadsheet program shows for the column at this position, from 0."""
    return get_column_letter(position + 1)


def _csv_frame(data: bytes, encoding: str, file: str) -> pd.DataFrame:
    """All cells as text, at most one row more than allowed; unused columns are left out."""
    first = data[:MAX_HEADER_BYTES].partition(b"\n")[0].decode(encoding, "replace")
    if len(next(csv.reader([first]), [])) > MAX_COLUMNS:
        raise _too_wide(file, 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            frame = pd.read_csv(
                io.BytesIO(data),
                encoding=encoding,
                header=None,
                names=range(MAX_COLUMNS),
                index_col=False,
                dtype=object,
                na_filter=False,
                skip_blank_lines=False,
                nrows=MAX_ROWS + 1,
            )
    except pd.errors.EmptyDataError:
        return pd.DataFrame()
    except pd.errors.ParserWarning as error:
        raise _too_wide(file, 1) from error
    except (pd.errors.ParserError, UnicodeDecodeError) as error:
        raise _unreadable(str(error), file) from error
    used = [at for at in range(MAX_COLUMNS) if (frame[at] != "").any()]
    return frame[list(range(used[-1] + 1 if used else 0))]


def _unreadable(trouble: str, file: str) -> BadInput:
    if found := re.search(r"EOF inside string starting at row (\d+)", trouble):
        row = int(found[1]) + 1
        return refuse(
            file,
            f'has a quotation mark in row {row} that is never closed; close it, or write "" for a mark inside a text',
            f'第{row}行的引号没有配对；请补上，文字中的引号写成 ""',
        )
    if found := re.search(r"in line (\d+), saw", trouble):
        return _too_wide(file, int(found[1]))
    return refuse(file, f"is no CSV ({trouble}); save it as “CSV UTF-8”", "不是有效的 CSV；请另存为“CSV UTF-8”")


def _too_wide(file: str, row: int) -> BadInput:
    return refuse(
        file,
        f"has more than {MAX_COLUMNS} columns in row {row}; delete those that are not needed",
        f"第{row}行超过{MAX_COLUMNS}列；请删除多余的列",
    )


def _sheet(source: Any, file: str) -> Sheet:
    """The cells of an openpyxl worksheet as texts. What a sheet states as its size is not believed."""
    source.reset_dimensions()
    sheet = Sheet(str(source.title), [])
    padded = 0
    for number, cells in enumerate(source.iter_rows(), 1):
        padded += len(cells)
        if number > MAX_ROWS or padded > MAX_PADDED_CELLS:
            raise refuse(
                file,
                f"has cells far below or right of its table (sheet {sheet.name[:40]}); delete those rows and columns",
                f"表格下方或右侧远处有单元格（工作表“{sheet.name[:40]}”）；请删除多余的行和列",
            )
        texts = [_text(cell.value) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if len(texts) > MAX_COLUMNS:
            raise _too_wide(file, number)
        sheet.rows.append(texts)
        for at, cell in enumerate(cells[: len(texts)]):
            if cell.data_type == "f":
                sheet.wrong[number, at] = _formula()
            elif cell.data_type == "e":
                sheet.wrong[number, at] = CellError(
                    "is an error of the spreadsheet; type the value itself", "是表格计算错误；请直接填写数值"
                )
    return sheet


def _formula() -> CellError:
    return CellError(
        "is a formula, which is never calculated here; replace it by its value (in Excel: copy, paste as values)",
        "是公式，系统不计算公式；请改为数值（Excel：复制后选择性粘贴为“值”）",
    )


def _text(value: object) -> str:
    """A cell's value as people write it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return spelling.from_xlsx(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0)
        return rounded.date().isoformat() if rounded.time() == time() else rounded.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return _clock(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second + value.microsecond / 1e6))
    if isinstance(value, timedelta):
        return _clock(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _clock(value: timedelta) -> str:
    seconds = round(value.total_seconds())
    shown = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
    return shown if seconds % 60 == 0 else f"{shown}:{seconds % 60:02d}"


def _measured(sheet: Sheet) -> Sheet:
    for number, at, cell in _long_cells(sheet.rows):
        sheet.wrong[number, at] = CellError(
            f"is {len(cell)} characters long; at most {MAX_CELL_CHARACTERS} are read, shorten it",
            f"有{len(cell)}个字符，最多{MAX_CELL_CHARACTERS}个；请缩短",
        )
        sheet.rows[number - 1][at] = cell[:MAX_CELL_CHARACTERS]
    return sheet


def _long_cells(rows: list[list[str]]) -> Iterable[tuple[int, int, str]]:
    for number, cells in enumerate(rows, 1):
        for at, cell in enumerate(cells):
            if len(cell) > MAX_CELL_CHARACTERS:
                yield number, at, cell
