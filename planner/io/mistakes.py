"""Mistakes in tables: each names file, sheet, row and column, and the rows can be written back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from planner.errors import BadInput, Language, Mistake

MAX_MISTAKES = 10_000
"""A file with more is the wrong file: reading stops, and the last mistake says so."""


class CellError(ValueError):
    """Why one cell cannot be read, in both languages; `column` where it is not the cell's own."""

    def __init__(self, en: str, zh: str, column: str = "") -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh
        self.column = column


@dataclass(frozen=True)
class CellMistake(Mistake):
    """A mistake in a table; rows count from 1 (the header), as spreadsheet programs show them."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    def sentence(self, language: Language) -> str:
        """The whole mistake as one line, the place in the reader's language."""
        if language == "en":
            return super().sentence(language)
        shown = f"（“{self.value}”）" if self.value else ""
        return f"{place_zh(self.file, self.sheet, self.row, self.column)}{shown}：{self.zh}"


def place_en(file: str, sheet: str = "", row: int | None = None, column: str = "") -> str:
    """Where a cell stands: "inputs.xlsx, sheet sites, row 3, column lat"."""
    parts = (file, sheet and f"sheet {sheet}", f"row {row}" if row else "", column and f"column {column}")
    return ", ".join(part for part in parts if part)


def place_zh(file: str, sheet: str = "", row: int | None = None, column: str = "") -> str:
    """Where a cell stands, in Chinese."""
    parts = (file, sheet and f"工作表“{sheet}”", f"第{row}行" if row else "", column and f"“{column}”列")
    return "，".join(part for part in parts if part)


def in_file(file: str, en: str, zh: str, value: str = "") -> CellMistake:
    """A mistake that concerns a whole file."""
    return CellMistake(file, en, zh, value, file=file)


@dataclass(frozen=True)
class Source:
    """One sheet as it was given: its file, its name (empty for CSV) and its header."""

    file: str
    sheet: str
    header: tuple[str, ...]


@dataclass(frozen=True)
class FailedRow:
    """A row with mistakes, its cells as they were given."""

    number: int
    cells: tuple[str, ...]
    mistakes: tuple[CellMistake, ...]


@dataclass(frozen=True)
class FailedTable:
    """The failed rows of one sheet; `name` is the table's name in `planner.io.schema`."""

    name: str
    source: Source
    rows: tuple[FailedRow, ...]


class BadTables(BadInput):
    """BadInput with the failed rows of each table, for `planner.io.failed_rows`."""

    def __init__(self, mistakes: Iterable[Mistake], tables: Iterable[FailedTable] = ()) -> None:
        super().__init__(mistakes)
        self.tables = tuple(tables)


class TooManyMistakes(Exception):
    """Ends the reading once MAX_MISTAKES are found; never leaves `planner.io`."""


class Mistakes:
    """Collects mistakes over all files; of one cell only the first is kept."""

    def __init__(self) -> None:
        self.found: list[Mistake] = []
        self._cells: set[tuple[str, str, int, str]] = set()

    def add(self, mistake: Mistake) -> None:
        """Keeps a mistake; raises TooManyMistakes at the limit."""
        if isinstance(mistake, CellMistake) and mistake.row and mistake.column:
            cell = (mistake.file, mistake.sheet, mistake.row, mistake.column)
            if cell in self._cells:
                return
            self._cells.add(cell)
        self.found.append(mistake)
        if len(self.found) >= MAX_MISTAKES:
            self.found.append(
                Mistake(
                    "",
                    f"reading stopped after {MAX_MISTAKES} mistakes; check that these are the right files",
                    f"发现{MAX_MISTAKES}处错误后停止读取；请先确认文件是否正确",
                )
            )
            raise TooManyMistakes

    def extend(self, error: BadInput) -> None:
        """Keeps all mistakes of an error."""
        for mistake in error.mistakes:
            self.add(mistake)

    def cell(self, source: Source, row: int | None, column: str, value: str, error: CellError) -> None:
        """Keeps a mistake at a cell (row and column named) or at a whole row (column empty)."""
        place = (source.file, source.sheet, row, column)
        self.add(CellMistake(place_en(*place), error.en, error.zh, value, *place))

    def forget(self, places: set[tuple[str, str, int]]) -> None:
        """Takes back what was found in rows (file, sheet, number) that are replaced."""
        self.found = [each for each in self.found if _row_place(each) not in places]

    def by_row(self) -> dict[tuple[str, str, int], tuple[CellMistake, ...]]:
        """The mistakes that name a row, by file, sheet and row."""
        rows: defaultdict[tuple[str, str, int], list[CellMistake]] = defaultdict(list)
        for mistake in self.found:
            if isinstance(mistake, CellMistake) and (place := _row_place(mistake)):
                rows[place].append(mistake)
        return {place: tuple(found) for place, found in rows.items()}


def _row_place(mistake: Mistake) -> tuple[str, str, int] | None:
    if isinstance(mistake, CellMistake) and mistake.row is not None:
        return mistake.file, mistake.sheet, mistake.row
    return None
