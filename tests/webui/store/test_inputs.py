"""What is imported is what is planned, on both databases."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from planner.errors import BadInput
from planner.io.tables import read_inputs
from planner.model import Inputs, Promise
from webui.store.engine import Store
from webui.store.imports import load_inputs
from webui.store.inputs import inputs_of
from webui.store.requests import RequestRow
from webui.store.teams import ShiftRow

SAMPLE = Path(__file__).parents[3] / "data" / "sample"


@pytest.fixture(scope="module")
def september() -> Inputs:
    return read_inputs(SAMPLE / "september").inputs


@pytest.fixture(scope="module")
def quiet() -> Inputs:
    return read_inputs(SAMPLE / "quiet").inputs


def test_gives_back_exactly_what_was_imported(store: Store, september: Inputs) -> None:
    with store.write() as session:
        load_inputs(session, september)
    with store.read() as session:
        assert inputs_of(session) == september


def test_importing_the_same_twice_changes_nothing(store: Store, september: Inputs) -> None:
    with store.write() as session:
        load_inputs(session, september)
    with store.write() as session:
        loaded = load_inputs(session, september, "replace")
    assert (loaded.added, loaded.changed, loaded.removed) == ({}, {}, {})


def test_replacing_leaves_only_the_new(store: Store, september: Inputs, quiet: Inputs) -> None:
    with store.write() as session:
        load_inputs(session, september)
    with store.write() as session:
        loaded = load_inputs(session, quiet, "replace")
    assert len(loaded.removed["shift"]) == len(september.shifts)
    with store.read() as session:
        assert inputs_of(session) == quiet


def test_merging_keeps_what_the_new_tables_do_not_name(store: Store, september: Inputs, quiet: Inputs) -> None:
    with store.write() as session:
        load_inputs(session, september)
    with store.write() as session:
        load_inputs(session, quiet, "merge")
    with store.read() as session:
        shifts = inputs_of(session).shifts
    assert len(shifts) == len({(one.team_id, one.date) for one in (*september.shifts, *quiet.shifts)})


def test_requests_nobody_has_answered_survive_a_replacement_and_are_not_planned(
    store: Store, september: Inputs
) -> None:
    with store.write() as session:
        load_inputs(session, september)
        session.get_one(RequestRow, "R001").status = "received"
    fewer = replace(
        september,
        requests=tuple(one for one in september.requests if one.id != "R001"),
        promises=tuple(one for one in september.promises if one.request_id != "R001"),
        special_visits=tuple(one for one in september.special_visits if one.request_id != "R001"),
    )
    with store.write() as session:
        load_inputs(session, fewer, "replace")
    with store.read() as session:
        assert session.get(RequestRow, "R001") is not None
        assert "R001" not in {one.id for one in inputs_of(session).requests}


def test_an_absent_team_has_no_shift_and_an_import_does_not_bring_it_back(store: Store, september: Inputs) -> None:
    first = september.shifts[0]
    with store.write() as session:
        load_inputs(session, september)
        session.get_one(ShiftRow, (first.team_id, first.date)).absence = "training"
    with store.write() as session:
        load_inputs(session, september, "replace")
    with store.read() as session:
        assert first not in inputs_of(session).shifts


def test_two_promises_for_one_session_are_refused_and_nothing_is_kept(store: Store, september: Inputs) -> None:
    twice = replace(
        september,
        promises=(
            Promise("R025", 1, date(2026, 9, 8), 32_400),
            Promise("R025", 1, date(2026, 9, 9), 32_400),
        ),
    )
    with pytest.raises(BadInput, match="promised twice"), store.write() as session:
        load_inputs(session, twice)
    with store.read() as session:
        assert inputs_of(session) == Inputs()
