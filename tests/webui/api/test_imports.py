"""Programs import tables as the page does: a look first, every mistake by its cell, all or nothing."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select

from planner.io.tables import write_inputs
from tests.webui.api.conftest import Program
from tests.webui.conftest import Cast
from tests.webui.world import INPUTS
from webui.actions.imports import import_inputs
from webui.config import Config
from webui.store.audit import AuditRow
from webui.store.engine import Store
from webui.store.organisations import OrganisationRow
from webui.store.rules import DayRow

Make = Callable[..., Program]


@pytest.fixture
def tables(tmp_path: Path, program: Make, store: Store, cast: Cast) -> dict[str, bytes]:
    """The office's own tables as CSV files, imported once: tables name the coordinates as given, the world does not."""
    paths = write_inputs(INPUTS, tmp_path / "tables", "en")
    import_inputs(store, tmp_path / "tables", cast.ada)
    return {path.name: path.read_bytes() for path in paths}


def foreigners(store: Store) -> int:
    with store.read() as session:
        return session.get_one(OrganisationRow, "O1").foreigners


def imports(store: Store) -> int:
    with store.read() as session:
        found = select(func.count()).select_from(AuditRow).where(AuditRow.action == "inputs.import")
        return session.scalar(found) or 0


def changed(tables: dict[str, bytes], what: bytes, by: bytes) -> dict[str, bytes]:
    assert what in tables["organisations.csv"]
    return {**tables, "organisations.csv": tables["organisations.csv"].replace(what, by)}


def test_a_look_changes_nothing_and_an_import_happens_once(
    program: Make, store: Store, tables: dict[str, bytes], config: Config
) -> None:
    one, files, before = program(), changed(tables, b",300,", b",321,"), imports(store)
    looked = one.send("/imports/try", files).json
    assert looked is not None
    assert (looked["taken"], looked["changed"], looked["added"]) == (False, {"organisation": ["O1"]}, {})
    assert (foreigners(store), imports(store)) == (300, before)
    taken = one.send("/imports", files, key="census", why="census")
    assert taken.json == looked | {"taken": True}
    again = one.send("/imports", files, key="census", why="census")
    assert (again.json, again.headers["Idempotency-Replayed"]) == (taken.json, "true")
    assert (foreigners(store), imports(store)) == (321, before + 1)
    one.send("/imports", tables, 409, key="census", why="census")
    one.send("/imports", files, 409, key="census", why="another")
    assert list((config.data / "uploads").iterdir()) == []


def test_every_mistake_is_named_by_its_cell_and_nothing_is_taken(
    program: Make, store: Store, tables: dict[str, bytes], config: Config
) -> None:
    files = changed(tables, b",300,", b",many,")
    files["sites.csv"] = files["sites.csv"].replace(b"106.464", b"east")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    for path, given in (("/imports/try", files), ("/imports", {"tables.zip": packed.getvalue()})):
        answer = program().send(path, given, 400).json
        assert answer is not None
        found = {one["file"]: one for one in answer["mistakes"]}
        assert set(found) == {"organisations.csv", "sites.csv"}
        wrong = found["organisations.csv"]
        assert (wrong["row"], wrong["column"], wrong["value"], wrong["sheet"]) == (2, "foreigners", "many", "")
        assert wrong["en"] == "is no whole number; write digits only, like 12"
        assert wrong["zh"].startswith("不是整数")
    assert foreigners(store) == 300
    assert list((config.data / "uploads").iterdir()) == []


def test_what_is_missing_from_the_tables_goes_only_if_one_says_so(program: Make, tables: dict[str, bytes]) -> None:
    one = program()
    shifts = tables["shifts.csv"].decode("utf-8-sig").splitlines()
    fewer = {**tables, "shifts.csv": ("\ufeff" + "\n".join(shifts[:-1]) + "\n").encode()}
    merged, replaced = one.send("/imports/try", fewer).json, one.send("/imports/try", fewer, mode="replace").json
    assert merged is not None
    assert replaced is not None
    assert (merged["removed"], replaced["removed"]) == ({}, {"shift": ["T2 2026-09-11"]})
    one.send("/imports/try", fewer, 400, mode="both")


def test_what_is_no_upload_is_told_so(program: Make, tables: dict[str, bytes]) -> None:
    one = program()
    one.send("/imports/try", {}, 400)
    one.send("/imports/try", {"tables.zip": b"PK nothing"}, 400)
    one.send("/imports/try", {"notes.csv": b"a,b\n1,2\n"}, 400)
    form = {"Authorization": f"Bearer {one.token}", "Content-Type": "multipart/form-data; boundary=x"}
    assert one.client.post("/api/v1/imports", data=b"x" * (17 * 1024 * 1024), headers=form).status_code == 413
    one.ask("POST", "/imports", 415, {"why": "x"})
    program("ben").send("/imports", tables, 403)
    program("nora").send("/imports/try", tables)


@pytest.mark.parametrize("times", [1, 2])
def test_a_form_with_nameless_parts_is_bad_input(program: Make, times: int) -> None:
    one = program()
    form = {"Authorization": f"Bearer {one.token}", "Content-Type": "multipart/form-data; boundary=x"}
    form["Idempotency-Key"] = "k"
    part = b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n"
    named = b'--x\r\nContent-Disposition: form-data; name="why"\r\n\r\n1\r\n'
    answer = one.client.post("/api/v1/imports", data=part * times + named + b"--x--\r\n", headers=form)
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["code"] == "bad_input"


def test_a_calendar_is_imported_with_a_reason(program: Make, store: Store) -> None:
    one = program("nora")
    path = Path(__file__).parents[3] / "data" / "calendar" / "workdays.csv"
    one.send("/calendar/import", {"workdays.csv": path.read_bytes()}, 400)
    same = one.send("/calendar/import", {"workdays.csv": path.read_bytes()}, why="notice").json
    assert same == {"days": 0}
    with store.write() as session:
        session.delete(session.get_one(DayRow, session.scalar(select(func.max(DayRow.date)))))
    assert one.send("/calendar/import", {"workdays.csv": path.read_bytes()}, why="notice").json == {"days": 1}
    wrong = one.send("/calendar/import", {"workdays.csv": b"date,kind\nsoon,workday\n"}, 400, why="notice").json
    assert wrong is not None
    assert wrong["mistakes"]
    one.send("/calendar/import", {"a.csv": b"", "b.csv": b""}, 400, why="notice")
