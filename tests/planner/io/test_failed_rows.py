"""The failed rows as a workbook: what is wrong beside each row, and the way back in once corrected."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from planner.errors import BadInput, Mistake
from planner.io.failed_rows import write_failed_rows
from planner.io.mistakes import BadTables
from planner.io.tables import read_inputs
from tests.planner.io.a_folder import TABLES, a_folder, a_workbook, read

BAD_BASES = """\
id,name_zh,lat,lon,datum
B1,出入境管理局,29.594,106.545,GPS
B2,=1+1,106.545,29.594,?
B3,局,29.6,106.5,GPS
B4,局,x,106.5,GPS
"""
"""Row 3 has three mistakes (two cells and then swapped coordinates, which are not looked at), row 5 one."""


def failed(folder: Path, language: Any = "en", **changed: str | None) -> Path:
    """The workbook of the failed rows of these tables."""
    with pytest.raises(BadTables) as caught:
        read(folder, **changed)
    return write_failed_rows(caught.value, folder, language)


def grid_of(path: Path, sheet: str) -> list[list[object]]:
    """The cells of one sheet."""
    return [[cell.value for cell in row] for row in openpyxl.load_workbook(path)[sheet].iter_rows()]


def correct(path: Path, sheet: str, *cells: tuple[str, str | float | None]) -> None:
    """Types values into cells of the workbook, as a person would, and saves it."""
    book = openpyxl.load_workbook(path)
    for at, value in cells:
        book[sheet][at] = value
    book.save(path)


def test_the_failed_rows_stand_as_given_with_their_number_and_what_is_wrong(tmp_path: Path) -> None:
    path = failed(tmp_path, bases=BAD_BASES)
    header, third, fifth = grid_of(path, "bases")
    assert header == ["id", "name_zh", "lat", "lon", "datum", "row", "what_is_wrong"]
    assert third[:6] == ["B2", "=1+1", "106.545", "29.594", "?", 3]
    assert "name_zh: is a formula" in str(third[6])
    assert "datum: is not among the choices" in str(third[6])
    assert fifth[5] == 5
    assert "lat: is no coordinate" in str(fifth[6])


def test_wrong_cells_are_coloured_and_no_formula_lives(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(failed(tmp_path, bases=BAD_BASES))["bases"]
    coloured = {cell.coordinate for row in sheet.iter_rows(min_row=2) for cell in row if cell.fill.fill_type}
    assert coloured == {"B2", "E2", "C3"}
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}


def test_the_same_in_chinese(tmp_path: Path) -> None:
    path = failed(tmp_path, "zh", bases=BAD_BASES)
    header, third, _ = grid_of(path, "驻地")
    assert header[-2:] == ["原行号", "错误"]
    assert "是公式，系统不计算公式" in str(third[-1])


def test_every_mistake_is_listed_also_those_of_whole_files(tmp_path: Path) -> None:
    path = failed(tmp_path, bases=BAD_BASES, teams="id\0")
    rows = grid_of(path, "mistakes")
    assert rows[0] == ["file", "sheet", "row", "column", "value", "what is wrong"]
    assert [row[:4] for row in rows[1:]] == [
        ["teams.csv", None, None, None],
        ["bases.csv", None, 3, "name_zh"],
        ["bases.csv", None, 3, "datum"],
        ["bases.csv", None, 5, "lat"],
    ]


def test_any_bad_input_can_be_written(tmp_path: Path) -> None:
    path = write_failed_rows(
        BadInput([Mistake("policy.toml, desks", "too many", "过多", "99")]), tmp_path / "new", "en"
    )
    assert grid_of(path, "mistakes")[1] == ["policy.toml, desks", None, None, None, "99", "too many"]


def test_the_corrected_rows_take_the_place_of_the_failed_ones(tmp_path: Path) -> None:
    path = failed(tmp_path, bases=BAD_BASES)
    correct(path, "bases", ("B2", "分局"), ("C2", 29.594), ("D2", 106.545), ("E2", "高德"), ("C3", 29.7))
    bases = read_inputs(tmp_path, corrections=path).inputs.bases
    assert [base.id for base in bases] == ["B1", "B2", "B3", "B4"]  # in the order of the table
    assert (bases[1].name_zh, bases[1].place.datum, bases[3].place.lat) == ("分局", "gcj02", 29.7)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_corrections_work_in_both_languages_and_for_workbooks(language: Any, tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        name: [list(line.split(",")) for line in (BAD_BASES if name == "bases" else text).splitlines()]
        for name, text in TABLES.items()
    }
    sheets["bases"][2] = ["B2", "局", "x", "106.5", "GPS"]
    a_workbook(tmp_path / "inputs.xlsx", sheets)
    with pytest.raises(BadTables) as caught:
        read_inputs(tmp_path)
    path = write_failed_rows(caught.value, tmp_path / "out", language)
    correct(path, "驻地" if language == "zh" else "bases", ("C2", "29.7"), ("C3", "29.7"))
    assert len(read_inputs(tmp_path, corrections=path).inputs.bases) == 4


def test_rows_that_are_still_wrong_fail_again_with_the_place_in_the_corrections(tmp_path: Path) -> None:
    path = failed(tmp_path, bases=BAD_BASES)
    correct(path, "bases", ("B2", "分局"), ("C2", 29.594), ("D2", 106.545), ("E2", "GPS"))
    with pytest.raises(BadTables) as caught:
        read_inputs(tmp_path, corrections=path)
    assert [mistake.where for mistake in caught.value.mistakes] == ["failed-rows.xlsx, sheet bases, row 3, column lat"]
    again = write_failed_rows(caught.value, tmp_path / "again", "en")
    assert grid_of(again, "bases")[1][:5] == ["B4", "局", "x", "106.5", "GPS"]


def test_a_row_emptied_but_for_its_number_is_removed(tmp_path: Path) -> None:
    path = failed(tmp_path, bases=BAD_BASES)
    correct(path, "bases", *((f"{letter}{row}", None) for letter in "ABCDE" for row in (2, 3)))
    assert [base.id for base in read_inputs(tmp_path, corrections=path).inputs.bases] == ["B1", "B3"]


def test_a_row_without_a_number_is_added(tmp_path: Path) -> None:
    path = failed(tmp_path, groups=TABLES["groups"].replace(",24,", ",-24,"))
    correct(
        path,
        "groups",
        ("D2", 24),
        ("A3", "R1"),
        ("B3", "work"),
        ("C3", "first"),
        ("D3", 2),
        ("E3", "ko"),
        ("F3", "2026-09-01"),
    )
    (request,) = read_inputs(tmp_path, corrections=path).inputs.requests
    assert [group.count for group in request.groups] == [24, 2]


def test_a_number_that_no_row_has_is_a_mistake(tmp_path: Path) -> None:
    path = failed(tmp_path, bases=BAD_BASES)
    correct(path, "bases", ("F2", 77))
    with pytest.raises(BadTables, match="no row of the table has this number"):
        read_inputs(tmp_path, corrections=path)


def test_references_are_checked_after_the_corrections(tmp_path: Path) -> None:
    """The site asks for an organisation that the corrections rename."""
    path = failed(tmp_path, organisations=TABLES["organisations"].replace("O1", "O 1"))
    with pytest.raises(BadTables, match="not in the table organisations"):
        read_inputs(tmp_path)
    correct(path, "organisations", ("A2", "O1"))
    assert read_inputs(tmp_path, corrections=path).inputs.organisations[0].id == "O1"


def test_corrections_that_cannot_be_read_are_mistakes(tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_bytes(b"no workbook")
    with pytest.raises(BadTables, match=r"bad\.xlsx: is no \.xlsx workbook"):
        read_inputs(a_folder(tmp_path / "given"), corrections=tmp_path / "bad.xlsx")


def test_a_corrected_sheet_alone_is_a_table_too(tmp_path: Path) -> None:
    """The added columns may stay where somebody copies the rows back."""
    text = "id,name_zh,lat,lon,datum,原行号,错误\nB1,局,29.594,106.545,GPS,7,was wrong\n"
    assert read(tmp_path, bases=text).inputs.bases[0].id == "B1"
