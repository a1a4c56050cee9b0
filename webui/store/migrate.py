"""Brings a database to the newest form, and says which form it has."""

from pathlib import Path

from alembic import command
from alembic.config import Config as Alembic
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from webui.store.engine import make_engine, sqlite_file

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_for(engine: Engine) -> Alembic:
    """Alembic's settings for the migrations of Doorstep, on this engine."""
    settings = Alembic()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.attributes["engine"] = engine
    return settings


def migrate(url: str, revision: str = "head") -> None:
    """Upgrades the database to a revision, all or nothing; makes its tables where there are none.

    SQLite's foreign keys are off meanwhile, since rebuilding a table would delete what refers to it, and
    are checked before anything is kept.
    """
    file = sqlite_file(url)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = make_engine(url, foreign_keys=False)
    try:
        command.upgrade(alembic_for(engine), revision)
    finally:
        engine.dispose()


def downgrade(url: str, revision: str) -> None:
    """Takes the database back to an older revision; "base" removes every table."""
    engine = make_engine(url, foreign_keys=False)
    try:
        command.downgrade(alembic_for(engine), revision)
    finally:
        engine.dispose()


def revision_of(engine: Engine) -> str:
    """The revision a database is at; "" for one that has none."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def newest_revision() -> str:
    """The revision this version of Doorstep needs."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""
