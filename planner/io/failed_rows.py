"""The rows that could not be read, as a workbook to correct and give back."""

from pathlib import Path

from planner.errors import BadInput, Language, Mistake
from planner.io.folder import FAILED_ROWS
from planner.io.mistakes import BadTables, CellMistake, FailedRow, FailedTable
from planner.io.schema import BY_NAME, ROW_COLUMN, WRONG_COLUMN
from planner.io.spreadsheets import Cell, Page, write_xlsx

LIST_TITLES = {"zh": "错误清单", "en": "mistakes"}
LIST_HEADERS = {
    "zh": ("文件", "工作表", "行", "列", "原值", "错误"),
    "en": ("file", "sheet", "row", "column", "value", "what is wrong"),
}


def write_failed_rows(error: BadInput, folder: Path, language: Language = "zh") -> Path:
    """Writes failed-rows.xlsx into `folder` (made if need be) and returns its path.

    One sheet per table with the columns as given, the number of the row and what is wrong, wrong cells
    coloured; and a sheet with every mistake, also those of whole files. The sheets, corrected, can be
    read with `read_inputs(folder, corrections=path)`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = error.tables if isinstance(error, BadTables) else ()
    pages = [_page(table, language) for table in tables]
    path = folder / FAILED_ROWS
    write_xlsx([*pages, _list(error, language)], path)
    return path


def _page(table: FailedTable, language: Language) -> Page:
    width = max(len(table.source.header), *(len(row.cells) for row in table.rows))
    header = [*table.source.header, *[""] * (width - len(table.source.header))]
    kept = [at for at, name in enumerate(header) if name or any(_cell_at(row, at) for row in table.rows)]
    rows = tuple((*(_cell_at(row, at) for at in kept), row.number, _sentences(row, language)) for row in table.rows)
    wrong = {
        (number, position)
        for number, row in enumerate(table.rows)
        for position, at in enumerate(kept)
        if header[at] and any(mistake.column == header[at] for mistake in row.mistakes)
    }
    titles = (*(header[at] for at in kept), ROW_COLUMN.title(language), WRONG_COLUMN.title(language))
    return Page(BY_NAME[table.name].title(language), titles, rows, frozenset(wrong))


def _cell_at(row: FailedRow, at: int) -> Cell:
    return row.cells[at] if at < len(row.cells) else ""


def _sentences(row: FailedRow, language: Language) -> str:
    """What is wrong in a row, one line for each mistake."""
    return "\n".join(
        f"{mistake.column}: {_wrong(mistake, language)}" if mistake.column else _wrong(mistake, language)
        for mistake in row.mistakes
    )


def _list(error: BadInput, language: Language) -> Page:
    rows = tuple(
        (mistake.file, mistake.sheet, mistake.row, mistake.column, mistake.value, _wrong(mistake, language))
        if isinstance(mistake, CellMistake)
        else (mistake.where, "", None, "", mistake.value, _wrong(mistake, language))
        for mistake in error.mistakes
    )
    return Page(LIST_TITLES[language], LIST_HEADERS[language], rows)


def _wrong(mistake: Mistake, language: Language) -> str:
    return mistake.en if language == "en" else mistake.zh
