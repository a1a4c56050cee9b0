"""The audit chain: append-only, and every manipulation found."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from tests.webui.conftest import FRIDAY
from webui.store.audit import Change, append, erase_details, head, verify
from webui.store.engine import Store
from webui.store.person import doorstep

BY = doorstep(FRIDAY)
TRIGGERS = ("audit_no_update", "audit_no_delete", "audit_detail_no_update")


@pytest.fixture
def five(store: Store) -> Store:
    """A store with five entries."""
    with store.write() as session:
        for number in range(1, 6):
            append(session, Change("site.edit", f"site S{number}", {"lat": 1}, {"lat": number}, "测试"), BY)
    return store


def test_a_chain_that_nobody_touched_is_whole(five: Store) -> None:
    with five.read() as session:
        verified = verify(session, head(session))
    assert (verified.entries, verified.faults) == (5, ())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'user 9' WHERE number = 2",
        "DELETE FROM audit WHERE number = 5",
        "UPDATE audit_detail SET why = 'other' WHERE number = 2",
    ],
)
def test_the_database_itself_refuses_to_change_an_entry(five: Store, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"), five.job() as connection:
        connection.execute(text(statement))


def test_not_even_a_replacing_insert_gets_past_the_triggers_of_sqlite(five: Store) -> None:
    if not five.is_sqlite:
        pytest.skip("INSERT OR REPLACE is SQLite's")
    with pytest.raises(DBAPIError, match="append-only"), five.job() as connection:
        connection.execute(
            text(
                "INSERT OR REPLACE INTO audit SELECT number, at, 'user 9', action, subject, fields, detail_hash, "
                "previous, hash FROM audit WHERE number = 3"
            )
        )


def _drop_triggers(connection: Connection) -> None:
    for name in TRIGGERS:
        table = name.partition("_no_")[0]
        on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        connection.execute(text(f"DROP TRIGGER {name}{on}"))


Manipulation = Callable[[Connection], None]


def _said_by_another(connection: Connection) -> None:
    connection.execute(text("UPDATE audit SET actor = 'user 9' WHERE number = 2"))


def _values_changed(connection: Connection) -> None:
    connection.execute(text("UPDATE audit_detail SET after = '{\"lat\": 9}' WHERE number = 2"))


def _one_taken_out(connection: Connection) -> None:
    connection.execute(text("DELETE FROM audit_detail WHERE number = 3"))
    connection.execute(text("DELETE FROM audit WHERE number = 3"))


def _values_taken_out(connection: Connection) -> None:
    connection.execute(text("DELETE FROM audit_detail WHERE number = 3"))


def _end_cut_off(connection: Connection) -> None:
    connection.execute(text("DELETE FROM audit_detail WHERE number = 5"))
    connection.execute(text("DELETE FROM audit WHERE number = 5"))


@pytest.mark.parametrize(
    "manipulate", [_said_by_another, _values_changed, _one_taken_out, _values_taken_out, _end_cut_off]
)
def test_with_the_triggers_gone_the_chain_still_finds_it(five: Store, manipulate: Manipulation) -> None:
    with five.read() as session:
        before = head(session)
    with five.job() as connection:
        _drop_triggers(connection)
        manipulate(connection)
    with five.read() as session:
        assert verify(session, before).faults


def test_a_cut_off_end_is_invisible_without_a_head_from_elsewhere(five: Store) -> None:
    with five.job() as connection:
        _drop_triggers(connection)
        _end_cut_off(connection)
    with five.read() as session:
        assert verify(session).faults == ()


def test_erased_values_leave_the_chain_whole_and_say_who_erased_them(five: Store) -> None:
    with five.write() as session:
        assert erase_details(session, FRIDAY + timedelta(days=1), BY, "retention") == 5
    with five.read() as session:
        verified = verify(session)
    assert (verified.entries, verified.erased, verified.faults) == (6, 5, ())
