"""Importing at the desk: mistakes by cell, failed rows to correct, a look at what would change, all or nothing."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from planner.io.tables import write_inputs
from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk
from tests.webui.world import INPUTS
from webui.actions.imports import import_inputs
from webui.config import Config
from webui.store.engine import Store
from webui.store.organisations import OrganisationRow


@pytest.fixture
def tables(tmp_path: Path, app: Flask, store: Store, cast: Cast) -> dict[str, bytes]:
    """The office's own tables as CSV files, imported once: tables name the coordinates as given, the world does not."""
    paths = write_inputs(INPUTS, tmp_path / "tables", "en")
    import_inputs(store, tmp_path / "tables", cast.ada)
    return {path.name: path.read_bytes() for path in paths}


def send(desk: Desk, files: dict[str, bytes], status: int = 303, **form: Any) -> str:
    """Uploads files; the address of the page that checks them."""
    given = [(BytesIO(content), name) for name, content in files.items()]
    answer = desk.post("/desk/imports", status, form="upload", files=given, **form)
    return answer.headers.get("Location", "") or answer.text


def zipped(files: dict[str, bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(f"folder/{name}", data)
    return content.getvalue()


def foreigners(store: Store) -> int:
    with store.read() as session:
        return session.get_one(OrganisationRow, "O1").foreigners


def changed(tables: dict[str, bytes], what: bytes, by: bytes) -> dict[str, bytes]:
    assert what in tables["organisations.csv"]
    return {**tables, "organisations.csv": tables["organisations.csv"].replace(what, by)}


def test_the_same_tables_change_nothing(ada: Desk, tables: dict[str, bytes]) -> None:
    assert "Everything is there already, just like this." in ada.get(send(ada, tables))


@pytest.mark.parametrize("packed", [False, True])
def test_nothing_is_imported_before_one_says_so(
    ada: Desk, store: Store, tables: dict[str, bytes], packed: bool
) -> None:
    files = changed(tables, b",300,", b",321,")
    address = send(ada, {"tables.zip": zipped(files)} if packed else files)
    page = ada.get(address)
    assert re.search(r'organisations</th><td class="number"></td><td class="number">1</td>', page)
    assert foreigners(store) == 300
    answer = ada.post(address, form="import", why="census")
    assert "Imported: 0 added, 1 changed, 0 removed." in ada.get(answer.headers["Location"])
    assert foreigners(store) == 321
    assert "census" in ada.get("/desk/imports")
    ada.get(address, 404)


def test_mistakes_are_named_by_cell_and_corrected_rows_come_back(
    ada: Desk, store: Store, tables: dict[str, bytes]
) -> None:
    address = send(ada, changed(tables, b",300,", b",many,"))
    page = ada.get(address)
    assert "1 mistakes" in page
    assert re.search(r'organisations.csv</th><td class="number">2</td><td>foreigners</td><td><q>many</q></td>', page)
    ada.post(address, 400, form="import")
    assert foreigners(store) == 300

    failed = ada.client.get(f"{address}/failed-rows.xlsx")
    book = openpyxl.load_workbook(BytesIO(failed.data))
    sheet = book["organisations"]
    column = [cell.value for cell in sheet[1]].index("foreigners") + 1
    sheet.cell(2, column, "345")
    corrected = BytesIO()
    book.save(corrected)
    corrected.seek(0)
    ada.post(f"{address}/corrections", form="corrected", corrected=(corrected, "failed-rows.xlsx"))
    page = ada.get(address)
    assert "No mistakes" in page and "with corrected rows" in page
    ada.post(address, form="import")
    assert foreigners(store) == 345


def test_replace_says_what_would_be_removed(ada: Desk, tables: dict[str, bytes]) -> None:
    lines = tables["shifts.csv"].splitlines(keepends=True)
    page = ada.get(send(ada, {**tables, "shifts.csv": b"".join(lines[:-1])}, mode="replace"))
    assert "T2 2026-09-11" in page


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "choose the tables to import"),
        ({"tables.zip": b"no zip"}, "is no zip archive that can be opened"),
        ({"empty.zip": zipped({})}, "hold no table"),
        ({".hidden.csv": b"id"}, "has a name that no file may have"),
        ({"many.zip": zipped({f"{number}.csv": b"" for number in range(61)})}, "has more than 60 files"),
        ({"bomb.zip": zipped({"sites.csv": b"0" * (65 * 1024 * 1024)})}, "is too large"),
    ],
)
def test_what_is_no_upload_is_refused(ada: Desk, files: dict[str, bytes], said: str) -> None:
    assert said in send(ada, files, 400)


def test_file_names_lead_nowhere_else(ada: Desk, tables: dict[str, bytes], config: Config) -> None:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("../../../escaped.csv", b"id\n")
    ada.get(send(ada, {"tables.zip": content.getvalue()}))
    assert [path.parent.name for path in config.data.parent.rglob("escaped.csv")] == ["tables"]


def test_names_written_by_chinese_windows_are_read(ada: Desk, tables: dict[str, bytes]) -> None:
    """Its zips hold the bytes of GBK without a flag that says so."""
    files = {"QQQQ.csv" if name == "organisations.csv" else name: data for name, data in tables.items()}
    content = zipped(files).replace(b"QQQQ.csv", "单位.csv".encode("gbk"))
    page = ada.get(send(ada, {"tables.zip": content}))
    assert "单位.csv" in page
    assert "No mistakes" in page


def test_an_upload_belongs_to_who_gave_it(ada: Desk, at_desk: Callable[[str], Desk], tables: dict[str, bytes]) -> None:
    address = send(ada, tables)
    nora = at_desk("admin")
    nora.get(address, 404)
    nora.post(address, 404, form="import")
    nora.get("/desk/imports/1-..%2f..%2fsecret", 404)
    nora.get("/desk/imports")
    at_desk("supervisor").get("/desk/imports", 403)


def test_what_is_there_can_be_taken_out_and_imported_again(ada: Desk, tables: dict[str, bytes]) -> None:
    content = ada.client.get("/desk/imports/tables.zip").data
    assert "Everything is there already, just like this." in ada.get(send(ada, {"tables.zip": content}))
