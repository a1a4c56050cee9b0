"""Checks between rows and between tables: repeated ids, references to nothing, empty tables."""

from collections.abc import Mapping

from planner.io.mistakes import CellError, Mistakes, in_file
from planner.io.rows import Row
from planner.io.schema import BY_NAME, TABLES, Table

Rows = Mapping[str, tuple[Row, ...]]


def check(rows: Rows, unread: frozenset[str], mistakes: Mistakes) -> None:
    """Notes every repeated key and every reference to nothing.

    `rows` holds the tables that were given; `unread` names those whose file could not be read, so that
    nothing is said about them and references to them are believed.
    """
    for table in TABLES:
        _repeated(table, rows.get(table.name, ()), mistakes)
        for column, target in table.refers.items():
            if target not in unread:
                _dangling(rows.get(table.name, ()), column, target, _ids(rows.get(target, ())), mistakes)
    _missing_tables(rows, unread, mistakes)
    if "requests" not in unread and "groups" not in unread:
        _requests_without_people(rows, mistakes)


def _ids(rows: tuple[Row, ...]) -> frozenset[str]:
    """All ids given, also those of rows that are wrong elsewhere."""
    return frozenset(row.cell("id") for row in rows)


def _repeated(table: Table, rows: tuple[Row, ...], mistakes: Mistakes) -> None:
    first: dict[tuple[object, ...], Row] = {}
    for row in rows:
        if not table.key or not all(column in row.values for column in table.key):
            continue
        earlier = first.setdefault(tuple(row.values[column] for column in table.key), row)
        if earlier is not row:
            column = table.key[-1]
            named = " + ".join(row.title(each) for each in table.key)
            mistakes.cell(
                row.source,
                row.number,
                row.title(column),
                row.cell(column),
                CellError(
                    f"repeats row {earlier.number} ({named}); delete one row or change it",
                    f"与第{earlier.number}行重复（{named}）；请删除或修改其中一行",
                ),
            )


def _dangling(rows: tuple[Row, ...], column: str, target: str, known: frozenset[str], mistakes: Mistakes) -> None:
    for row in rows:
        value = row.values.get(column)
        if value is not None and value not in known:
            mistakes.cell(
                row.source,
                row.number,
                row.title(column),
                row.cell(column),
                CellError(
                    f"is not in the table {target}; add it there or correct the id",
                    f"在“{BY_NAME[target].zh}”表中不存在；请在该表中添加或更正编号",
                ),
            )


def _missing_tables(rows: Rows, unread: frozenset[str], mistakes: Mistakes) -> None:
    for table in TABLES:
        if table.needed and table.name not in unread and not rows.get(table.name):
            _no_rows(table, given=table.name in rows, mistakes=mistakes)
    if not unread & {"requests", "returns"} and not rows.get("requests") and not rows.get("returns"):
        _no_rows(BY_NAME["requests"], given="requests" in rows, mistakes=mistakes)


def _no_rows(table: Table, given: bool, mistakes: Mistakes) -> None:
    if given:
        mistakes.add(
            in_file(
                table.name, "the table has no rows; fill in at least one", f"“{table.zh}”表没有数据；请至少填写一行"
            )
        )
    else:
        mistakes.add(
            in_file(
                table.name,
                f"this table is missing; add {table.name}.csv or .xlsx, or a sheet {table.name} in inputs.xlsx",
                f"缺少“{table.zh}”表；请提供 {table.name}.csv、{table.zh}.xlsx 或 inputs.xlsx 中的工作表“{table.zh}”",
            )
        )


def _requests_without_people(rows: Rows, mistakes: Mistakes) -> None:
    served = {row.cell("request_id") for row in rows.get("groups", ())}
    for row in rows.get("requests", ()):
        if (asked := row.values.get("id")) and asked not in served:
            mistakes.cell(
                row.source,
                row.number,
                row.title("id"),
                asked,
                CellError(
                    "has no applicants; add its people to the table groups",
                    "没有申请人；请在“申请人组”表中添加",
                ),
            )
