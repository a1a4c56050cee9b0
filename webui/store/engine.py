"""The one way to a connection. SQLite and PostgreSQL behave alike behind it: one writer at a time, no lost row.

Measurements behind these rules: docs/decisions/0004-store.md.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from planner.errors import DoorstepError
from webui.refusals import Conflict
from webui.store import tables  # noqa: F401  a row is written only where every table that it refers to is known

BUSY_MILLISECONDS = 10_000
TURN_SECONDS = 60
"""How long a thread waits for the writers of its own process before it."""
WRITER_LOCK = 0x446F6F72
"""Number of the advisory lock that lets one writer at a time into PostgreSQL, as SQLite does of itself."""


def sqlite_module() -> ModuleType:
    """pysqlite3 where it is installed (a newer SQLite inside), else the standard library's.

    Never use both in one process: closing one's file drops the other's locks (measured).
    """
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    module: ModuleType = dbapi2
    return module


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite keeps a WAL database whole: 3.7.0 to 3.51.2 can lose it, mended in three lines."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def make_engine(url: str, *, foreign_keys: bool = True, immediate: bool = True) -> Engine:
    """The engine of a database. `foreign_keys=False` is for migrations only, `immediate=False` for the test that
    shows what BEGIN IMMEDIATE is good for."""
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20)
    module = sqlite_module()
    engine = create_engine(url, module=module, connect_args={"timeout": BUSY_MILLISECONDS / 1000})
    journal = "WAL" if wal_is_safe(module.sqlite_version_info) else "DELETE"

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy emits BEGIN itself, below
        for pragma in (
            f"busy_timeout={BUSY_MILLISECONDS}",
            f"journal_mode={journal}",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            "synchronous=FULL",
            "recursive_triggers=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if reading or not immediate else "BEGIN IMMEDIATE")

    return engine


class Unavailable(DoorstepError):
    """The database could not be reached in time; trying again later may work."""


class Store:
    """The database as the rest of Doorstep uses it: transactions that write, and such that read."""

    inside = False
    """Whether it is a part of a transaction that writes already."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._reader = engine.execution_options(read_only=True) if self.is_sqlite else engine
        self._turn = Lock()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: all of it is kept at the end, nothing if an exception leaves the block.

        One writer at a time, on both databases. Raises Conflict where a row was changed by another since
        it was read, Unavailable where it did not come to its turn.
        """
        try:
            with self._in_turn(), Session(self.engine, expire_on_commit=False) as session, session.begin():
                if not self.is_sqlite:
                    session.execute(select(func.pg_advisory_xact_lock(WRITER_LOCK)))
                yield session
        except StaleDataError as error:
            raise _changed_meanwhile() from error

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """On SQLite the threads of a process queue here.

        Its own waiting is by chance: of eight threads that wrote without pause, one did not come to it in ten seconds.
        PostgreSQL queues its writers itself.
        """
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise Unavailable(f"another thread has been writing for {TURN_SECONDS} s")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One view of the database. End it before anything slow (on old SQLite an open one stops every writer)."""
        with Session(self._reader, expire_on_commit=False) as session, session.begin():
            session.autoflush = False
            yield session

    @contextmanager
    def job(self) -> Iterator[Connection]:
        """One short transaction of a worker, which does not wait for writers of other rows on PostgreSQL.

        Raises Unavailable where the database cannot be reached or stays locked.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise Unavailable(str(error.orig)) from error

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """The same for a short read."""
        try:
            with self._reader.begin() as connection:
                yield connection
        except OperationalError as error:
            raise Unavailable(str(error.orig)) from error

    @contextmanager
    def joined(self) -> Iterator[tuple[Session, "Store"]]:
        """One transaction for several actions: a session, and a store whose transactions are parts of it.

        All is kept at the end, or nothing; what a part had to take back is taken back alone.
        """
        with self.write() as session:
            yield session, _Joined(self.engine, session)

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


class _Joined(Store):
    """A store inside a transaction."""

    inside = True

    def __init__(self, engine: Engine, session: Session) -> None:
        super().__init__(engine)
        self._session = session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A part of the transaction, taken back by itself if an exception leaves the block."""
        try:
            with self._session.begin_nested():
                yield self._session
        except StaleDataError as error:
            raise _changed_meanwhile() from error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """The transaction's own view."""
        yield self._session


def _changed_meanwhile() -> Conflict:
    return Conflict(
        "Somebody else has changed this meanwhile. Look at it again, then repeat your change.",
        "内容已被他人修改。请重新查看后再修改。",
    )


def open_store(url: str) -> Store:
    """The store of a database; makes the folder of a SQLite file if need be."""
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Store(make_engine(url))


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for PostgreSQL."""
    parsed = make_url(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None
