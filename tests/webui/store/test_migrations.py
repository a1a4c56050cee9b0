"""Migrations up and down with data, on both databases; the newest is what the models say."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import inspect

from planner.io.tables import read_inputs
from webui.config import Config
from webui.store import backup
from webui.store.engine import make_engine, open_store
from webui.store.imports import load_inputs
from webui.store.migrate import alembic_for, downgrade, migrate, newest_revision, revision_of

QUIET = Path(__file__).parents[3] / "data" / "sample" / "quiet"


def test_the_newest_form_is_what_the_models_say(config: Config) -> None:
    engine = make_engine(config.database_url)
    command.check(alembic_for(engine))
    assert revision_of(engine) == newest_revision()
    engine.dispose()


def test_migrating_twice_loses_no_row(config: Config) -> None:
    store = open_store(config.database_url)
    with store.write() as session:
        load_inputs(session, read_inputs(QUIET).inputs)
    before = backup.row_counts(store.engine)
    migrate(config.database_url)
    assert backup.row_counts(store.engine) == before
    assert before["organisation"] > 100
    store.close()


def test_down_to_nothing_and_up_again(config: Config) -> None:
    downgrade(config.database_url, "base")
    engine = make_engine(config.database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    migrate(config.database_url)
    engine = make_engine(config.database_url)
    command.check(alembic_for(engine))
    engine.dispose()


def test_broken_references_stop_a_migration_of_sqlite_before_anything_is_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    migrate(url)
    engine = make_engine(url, foreign_keys=False)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO contact VALUES (1, 'NOBODY', 'office', '1', 1)")
        connection.exec_driver_sql("DELETE FROM alembic_version")
        connection.exec_driver_sql("DROP TABLE team_slot")
    with pytest.raises(Exception, match=r"already exists|would break"):
        migrate(url)
    assert revision_of(engine) == ""
    assert "team_slot" not in inspect(engine).get_table_names()
    engine.dispose()
