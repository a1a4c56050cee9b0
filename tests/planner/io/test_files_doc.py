"""docs/files.md says what the program does: every table, column, word and limit."""

from pathlib import Path

import pytest

from planner.io import safe_files, words
from planner.io.cells import MAX_RANGE_DAYS, MAX_TEXT_CHARACTERS
from planner.io.export import plan_pages
from planner.io.mistakes import MAX_MISTAKES
from planner.io.safe_workbooks import MAX_UNPACKED_BYTES
from planner.io.schema import ADDED_COLUMNS, TABLES, Table
from planner.workdays import default_calendar
from tests.planner.io.a_plan import a_plan

TEXT = (Path(__file__).parents[3] / "docs" / "files.md").read_text("utf-8")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_stands_in_its_table_with_both_names_and_an_example(table: Table) -> None:
    section = TEXT.split(f"### {table.name} {table.zh}\n")[1].split("\n##")[0]
    found = [line.split(" | ")[:4] for line in section.splitlines() if line.startswith("| ")][1:]
    wanted = [[f"| {each.name}", each.zh, "yes" if each.needed else "", each.example] for each in table.columns]
    assert found == wanted


@pytest.mark.parametrize("name", ["ORGANISATION_KINDS", "KINDS", "TASKS", "SERVICES", "KITS"])
def test_every_choice_stands_there_in_both_languages(name: str) -> None:
    choices: words.Words = getattr(words, name)
    assert [key for key, names in choices.items() if f"{key} {names[0]}" not in TEXT] == []


def test_every_datum_and_its_maps_stand_there() -> None:
    for names in words.DATUMS.values():
        assert f"| {names[0]} |" in TEXT


def test_the_limits_are_those_of_the_program() -> None:
    sizes = (safe_files.MAX_FILE_BYTES, MAX_UNPACKED_BYTES)
    assert [size // safe_files.MEBIBYTE for size in sizes] == [16, 48]
    assert "At most 16 MB a file, 50,000 rows and 64 columns a table, 500 characters a text" in TEXT
    assert (safe_files.MAX_ROWS, safe_files.MAX_COLUMNS, MAX_TEXT_CHARACTERS) == (50_000, 64, 500)
    assert (MAX_MISTAKES, MAX_RANGE_DAYS) == (10_000, 400)
    assert "After 10,000 mistakes reading stops" in TEXT
    assert "at most 400 days" in TEXT


def test_the_tables_that_come_out_are_listed_with_both_titles() -> None:
    zh, en = (plan_pages(a_plan(), language, default_calendar()) for language in ("zh", "en"))
    for name, page in en.items():
        assert f"| plan-{name}.csv | {page.title} {zh[name].title} |" in TEXT


def test_the_added_columns_are_explained() -> None:
    for column in ADDED_COLUMNS:
        assert f"`{column.name}` {column.zh}" in TEXT
