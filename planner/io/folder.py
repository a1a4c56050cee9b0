"""A folder of tables → sheets by table: which file or sheet holds what, and what is in the way."""

from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import BadInput
from planner.io import schema
from planner.io.mistakes import CellError, Mistakes, Source, in_file
from planner.io.safe_files import refuse
from planner.io.schema import Table
from planner.io.sheets import Sheet, csv_sheet, workbook_sheets

WORKBOOK_STEMS = ("inputs", "输入表")
FAILED_ROWS = "failed-rows.xlsx"
OTHER_FILES = frozenset({"policy.toml", "workdays.csv", "notes.txt", "corrections.csv", "vehicles.csv", FAILED_ROWS})
PLAN_PREFIX = "plan"
"""What Doorstep itself writes: plan.xlsx, plan-visits.csv …"""
TABLE_SUFFIXES = (".csv", ".xlsx", ".xls", ".ods", ".xlsm", ".xlsb", ".et", ".tsv", ".numbers")
IGNORED_SHEETS = frozenset({"help", "说明", "mistakes", "错误清单"})
MAX_ENTRIES = 500


@dataclass
class Given:
    """What a folder gives: sheets by table name with the file they come from, and unreadable tables."""

    sheets: dict[str, tuple[str, Sheet]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def sheets_in(folder: Path, mistakes: Mistakes) -> Given:
    """The sheets of all tables in a folder; unreadable, unknown and doubled files are mistakes."""
    given = Given()
    for path in _entries(folder):
        if path.name.lower() in OTHER_FILES:
            continue
        try:
            _take(path, given, mistakes)
        except BadInput as error:
            mistakes.extend(error)
            given.unread |= _meant(path)
    return given


def sheets_in_workbook(path: Path, mistakes: Mistakes) -> Given:
    """The sheets of one workbook whose sheets are the tables."""
    given = Given()
    for sheet in workbook_sheets(path):
        if sheet.blank or schema.heading(sheet.name) in IGNORED_SHEETS:
            continue
        table = schema.table_named(sheet.name)
        if table:
            _put(table, path.name, sheet, given, mistakes)
        elif schema.heading(sheet.name) in schema.NOTES:
            given.notes += [cells[0].strip() for cells in sheet.rows if cells and cells[0].strip()]
        else:
            near = schema.nearest_table(sheet.name)
            mistakes.cell(Source(path.name, sheet.name[:60], ()), None, "", "", _unknown_sheet(near))
    return given


def _entries(folder: Path) -> list[Path]:
    """The files that may be tables, in order of name."""
    if not folder.is_dir():
        raise refuse(
            str(folder.name),
            "is no folder; name the folder that holds the tables",
            "不是文件夹；请指定存放表格的文件夹",
        )
    entries = sorted(folder.iterdir())
    if len(entries) > MAX_ENTRIES:
        raise refuse(
            folder.name,
            f"holds more than {MAX_ENTRIES} files; put the tables into a folder of their own",
            f"文件超过{MAX_ENTRIES}个；请将表格放入单独的文件夹",
        )
    return [
        path
        for path in entries
        if path.suffix.lower() in TABLE_SUFFIXES
        and not path.name.startswith((".", "~$", f"{PLAN_PREFIX}.", f"{PLAN_PREFIX}-"))
    ]


def _meant(path: Path) -> set[str]:
    """The tables that an unreadable file was to give."""
    if _is_workbook_of_all(path):
        return {each.name for each in schema.TABLES}
    table = schema.table_named(path.stem)
    near = table.name if table else schema.nearest_table(path.stem)
    return {near} if near else set()


def _is_workbook_of_all(path: Path) -> bool:
    return path.suffix.lower() == ".xlsx" and path.stem.lower() in WORKBOOK_STEMS


def _take(path: Path, given: Given, mistakes: Mistakes) -> None:
    suffix = path.suffix.lower()
    table = schema.table_named(path.stem)
    if _is_workbook_of_all(path):
        _merge(sheets_in_workbook(path, mistakes), given, mistakes)
    elif table is None:
        near = schema.nearest_table(path.stem)
        raise refuse(
            path.name,
            f"no table has this name{f'; did you mean {near}?' if near else ''}; rename the file or move it away",
            f"没有以此命名的表{f'；是否应为“{near}”' if near else ''}；请重命名或移走该文件",
        )
    elif suffix == ".csv":
        _put(table, path.name, csv_sheet(path), given, mistakes)
    elif suffix == ".xlsx":
        _put(table, path.name, _only_sheet(path, table), given, mistakes)
    else:
        raise refuse(
            path.name,
            f"{suffix} files are not read; save it as .xlsx or as “CSV UTF-8”",
            f"不支持{suffix}文件；请另存为 .xlsx 或“CSV UTF-8”",
        )


def _only_sheet(path: Path, table: Table) -> Sheet:
    """The sheet named like the table, or the only one that holds anything."""
    sheets = workbook_sheets(path)
    named = [sheet for sheet in sheets if schema.table_named(sheet.name) == table]
    filled = [sheet for sheet in sheets if not sheet.blank and schema.heading(sheet.name) not in IGNORED_SHEETS]
    if len(named) == 1:
        return named[0]
    if len(filled) > 1:
        raise refuse(
            path.name,
            f"has several filled sheets and none is named {table.name}; name one so, or delete the others",
            f"有多个非空工作表，但没有名为“{table.zh}”的；请命名其一或删除其余",
        )
    return filled[0] if filled else Sheet("", [])


def _put(table: Table, file: str, sheet: Sheet, given: Given, mistakes: Mistakes) -> None:
    if table.name in given.sheets:
        earlier = given.sheets[table.name][0]
        mistakes.add(
            in_file(
                file,
                f"the table {table.name} is given a second time (also in {earlier}); delete one of them",
                f"“{table.zh}”表重复提供（另见 {earlier}）；请删除其中一个",
            )
        )
        return
    given.sheets[table.name] = (file, sheet)


def _merge(new: Given, given: Given, mistakes: Mistakes) -> None:
    for name, (file, sheet) in new.sheets.items():
        _put(schema.BY_NAME[name], file, sheet, given, mistakes)
    given.notes += new.notes


def _unknown_sheet(near: str) -> CellError:
    return CellError(
        f"no table has this name{f'; did you mean {near}?' if near else ''}; rename the sheet or delete it",
        f"没有以此命名的表{f'；是否应为“{near}”' if near else ''}；请重命名或删除该工作表",
    )
