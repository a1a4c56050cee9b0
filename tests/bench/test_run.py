"""What was measured is kept beside the document, until the code that was measured has changed."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.bench import run
from tests.bench.cases import Cell, Division
from tests.bench.measure import Row, code_of

CELL = Cell("division-plain", Division("far", 40, 3, 10, 1, "plain"), "ours", 10.0)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty store."""
    path = tmp_path / "rows.jsonl"
    monkeypatch.setattr(run, "STORE", path)
    return path


def measured(code: str, cost: int = 1000) -> Row:
    return Row(CELL.suite, CELL.case.name, 40, CELL.solver, CELL.seconds, CELL.seed, code, cost, curve=((0.5, 1000.0),))


def test_a_row_with_the_present_code_is_read_again_as_it_was() -> None:
    row = measured(code_of("ours"))
    run._store({**asdict(row), "day": "2026-11-29"})
    assert run._is_measured(CELL)
    assert run.present_rows() == [replace(row, day="2026-11-29")]


def test_a_row_with_older_code_is_not_shown_and_measured_anew() -> None:
    run._store(asdict(measured("older")))
    assert run.present_rows() == []
    assert not run._is_measured(CELL)


def test_a_newer_row_takes_the_place_of_the_older_one_and_of_no_other(store: Path) -> None:
    run._store(asdict(replace(measured("older"), seed=2)))
    run._store(asdict(measured("older")))
    run._store(asdict(measured(code_of("ours"), cost=900)))
    assert [row.cost for row in run.present_rows()] == [900]
    assert len(store.read_text(encoding="utf-8").splitlines()) == 2


def test_what_was_measured_on_a_slow_machine_is_measured_again_if_one_asks() -> None:
    row = measured(code_of("ours"))
    run._store(asdict(replace(row, seed=2, pace=0.2)))
    for pace, kept in ((0.23, True), (0.26, False), (None, False)):
        run._store(asdict(replace(row, pace=pace)))
        assert run._is_measured(CELL)
        assert run._is_measured(CELL, slower=1.2) is kept
