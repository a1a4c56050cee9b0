"""Texts in CSV and XLSX cells: nothing runs, and what was written is read back."""

import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planner.io import spelling
from planner.io.sheets import csv_sheet, workbook_sheets
from planner.io.spreadsheets import Page, write_csv, write_xlsx

FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    " =1",
    "'=1",
    "''",
    "'",
    "=cmd|' /C calc'!A0",
)
any_text = st.text(max_size=30).filter(lambda text: len(text) < 5_000)


def through_csv(texts: list[str], folder: Path) -> list[str]:
    """The texts written as one CSV row and read again."""
    write_csv(Page("t", ("a",) * len(texts), (tuple(texts),)), folder / "t.csv")
    row = csv_sheet(folder / "t.csv").rows[1:]
    return [*row[0], *[""] * (len(texts) - len(row[0]))] if row else [""] * len(texts)


def through_xlsx(texts: list[str], folder: Path) -> list[str]:
    """The texts written as one XLSX row and read again."""
    write_xlsx([Page("t", ("a",) * len(texts), (tuple(texts),))], folder / "t.xlsx")
    rows = workbook_sheets(folder / "t.xlsx")[0].rows[1:]
    return [*rows[0], *[""] * (len(texts) - len(rows[0]))] if rows else [""] * len(texts)


@given(st.lists(any_text, min_size=1, max_size=6))
@example(list(FORMULAS))
@example(["_x000D_", "_x005F_x000D_", "a\r\nb\rc\nd", "_x0041_", "x005F_", '"', '""', ",", "\ufeff", "\ufeffa"])
def test_a_text_comes_back_from_csv_as_it_went(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("csv")
    assert through_csv(texts, folder) == [spelling.legal(text) for text in texts]


@given(st.lists(any_text, min_size=1, max_size=6))
@example(list(FORMULAS))
@example(["_x000D_", "_x005F_x000D_", "a\r\nb\rc\nd", "_x0041_", "x005F_", "#N/A", "1", "2026-09-07", "TRUE"])
def test_a_text_comes_back_from_xlsx_as_it_went(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("xlsx")
    assert through_xlsx(texts, folder) == [spelling.legal(text) for text in texts]


@given(any_text)
def test_no_csv_cell_begins_like_a_formula(text: str) -> None:
    assert not spelling.to_csv(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


@given(any_text)
def test_only_characters_that_xml_cannot_hold_are_replaced(text: str) -> None:
    kept = "".join(letter for letter in text if letter in "\t\n\r" or (letter >= " " and letter not in "\ufffe\uffff"))
    assert spelling.legal(text).replace("\ufffd", "") == kept.replace("\ufffd", "")


def test_a_workbook_holds_no_formula_whatever_the_texts_are(tmp_path: Path) -> None:
    write_xlsx([Page("=1+1", FORMULAS, (FORMULAS,))], tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n"}  # n: the empty cell
    with zipfile.ZipFile(tmp_path / "t.xlsx") as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_risky_texts_stay_text_when_somebody_edits_the_cell(tmp_path: Path) -> None:
    write_xlsx([Page("t", ("a", "b"), (("=1+1", "plain"),))], tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    assert sheet["A2"].quotePrefix
    assert not sheet["B2"].quotePrefix


def test_a_text_too_long_for_excel_is_cut_and_says_so(tmp_path: Path) -> None:
    write_xlsx([Page("t", ("a",), (("x" * 40_000,),))], tmp_path / "t.xlsx")
    text = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]["A2"].value
    assert isinstance(text, str)
    assert len(text) == 32_767
    assert text.endswith("…")


def test_the_same_page_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_xlsx([Page("t", ("甲",), ((1,),))], tmp_path / f"{name}.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize("title", ["a/b", "[x]", "a:b", "x" * 60, "", "*", "'a'", "甲\0乙"])
def test_any_title_makes_a_sheet_name_and_no_name_stands_twice(title: str, tmp_path: Path) -> None:
    write_xlsx([Page(title, ("a",), ()), Page(title, ("a",), ())], tmp_path / "t.xlsx")
    names = openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames
    assert len(set(names)) == 2
