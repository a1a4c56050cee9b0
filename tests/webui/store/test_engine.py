"""Connections: which SQLite may use WAL, and one writer at a time on both databases."""

import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from webui.refusals import Conflict
from webui.store.base import plain
from webui.store.engine import Store, Unavailable, make_engine, open_store, wal_is_safe
from webui.store.rules import DayRow, NoteRow
from webui.store.tables import METADATA


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_wal_is_used_only_by_versions_without_the_reset_fault(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_every_connection_to_sqlite_has_the_rules(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with engine.connect() as connection:
        told = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("foreign_keys", "synchronous", "recursive_triggers", "busy_timeout", "journal_mode")
        ]
    assert told[:4] == [1, 2, 1, 10_000]
    assert told[4] in ("wal", "delete")
    engine.dispose()


def _race(store: Store, writers: int) -> int:
    """Each writer counts the notes and adds one if there are fewer than two: how many there are in the end."""
    barrier, errors = threading.Barrier(writers), []

    def add(number: int) -> None:
        barrier.wait()
        try:
            with store.write() as session:
                if session.query(NoteRow).count() < 2:
                    threading.Event().wait(0.02)
                    session.add(NoteRow(position=number, text=""))
        except OperationalError as error:  # "database is locked": refused, and nothing written
            errors.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        return session.query(NoteRow).count()


def test_count_then_insert_holds_with_many_writers(store: Store) -> None:
    assert _race(store, 6) == 2


def test_without_the_writer_lock_the_same_race_is_lost(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if store.is_sqlite:
        pytest.skip("SQLite without BEGIN IMMEDIATE refuses the second writer instead; see the next test")
    monkeypatch.setattr(store, "is_sqlite", True)  # skips the advisory lock
    monkeypatch.setattr(store, "_in_turn", nullcontext)  # and the queue that SQLite's threads stand in
    assert _race(store, 6) > 2


def test_no_thread_is_left_behind_by_others_that_write_without_pause(store: Store) -> None:
    """Eight threads write twenty times each, one after the other without a pause; each comes to its turns."""
    counted: list[int] = []

    def add(number: int) -> None:
        for turn in range(20):
            with store.write() as session:
                session.add(NoteRow(position=100 * number + turn, text=""))
                counted.append(number)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counted) == sorted(20 * list(range(8)))
    with store.read() as session:
        assert session.query(NoteRow).count() == 160


def test_who_does_not_come_to_the_turn_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if not store.is_sqlite:
        pytest.skip("PostgreSQL queues its writers itself")
    monkeypatch.setattr("webui.store.engine.TURN_SECONDS", 0.05)
    with store.write(), pytest.raises(Unavailable, match="another thread"), store.write():
        pass


def test_sqlite_without_begin_immediate_refuses_writers(tmp_path: Path, store: Store) -> None:
    """In WAL mode a transaction that read before another wrote fails at once, whatever the timeout."""
    if not store.is_sqlite:
        pytest.skip("a rule of SQLite")
    deferred = Store(make_engine(str(store.engine.url), immediate=False))
    with pytest.raises(OperationalError, match="locked"), deferred.write() as session:
        session.query(NoteRow).count()
        with store.write() as other:
            other.add(NoteRow(position=1, text="first"))
        session.add(NoteRow(position=2, text="second"))
    deferred.close()


def test_the_second_to_save_the_same_row_is_told(store: Store) -> None:
    from datetime import date

    with store.write() as session:
        session.add(DayRow(date=date(2026, 9, 7), kind="workday", official=True, name=""))
    with store.read() as mine, store.read() as theirs:
        first, second = (view.get_one(DayRow, date(2026, 9, 7)) for view in (mine, theirs))
    first.name, second.name = "first", "second"
    with store.write() as session:
        session.merge(first)
    with pytest.raises(Conflict), store.write() as session:
        session.merge(second)
    with store.read() as session:
        row = session.get_one(DayRow, date(2026, 9, 7))
        assert (row.name, row.version) == ("first", 2)


def test_a_reader_cannot_write_by_accident_and_an_exception_keeps_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as session:
        session.add(NoteRow(position=1, text="half"))
        session.flush()
        raise ZeroDivisionError
    with store.read() as session:
        assert session.query(NoteRow).count() == 0


def test_opening_makes_the_folder_for_nobody_else(tmp_path: Path) -> None:
    opened = open_store(f"sqlite:///{tmp_path / 'deep' / 'x.sqlite'}")
    assert (tmp_path / "deep").stat().st_mode & 0o077 == 0
    opened.close()


def test_values_of_the_planner_are_plain_json() -> None:
    from datetime import date

    from planner.model import Hours

    assert plain({"a": (Hours(1, 2), date(2026, 9, 7))}) == {"a": [{"start": 1, "end": 2}, "2026-09-07"]}


@pytest.mark.parametrize("module", ["webui.store.engine", "webui.jobs.worker", "webui.actions.runs"])
def test_a_process_that_opens_the_store_knows_every_table(module: str) -> None:
    """Of its own, without what other tests imported: rows refer to tables of modules it may never name."""
    look = f"import {module}; from webui.store.base import Base; print(len(Base.metadata.sorted_tables))"
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", look], capture_output=True, text=True, check=False)
    assert (told.stdout.strip(), told.stderr) == (str(len(METADATA.tables)), "")
