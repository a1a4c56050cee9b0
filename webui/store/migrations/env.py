"""Runs by Alembic: every migration in one transaction, with the foreign keys checked at its end."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, Engine

from webui.store.base import As, Moment
from webui.store.tables import METADATA


def render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Our column types as the plain ones below them, so that a migration never depends on later code."""
    if kind == "type" and isinstance(item, As):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Migrates over this connection, all or nothing."""
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        transactional_ddl=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration would break {len(broken)} references; nothing was changed")


engine: Engine = context.config.attributes["engine"]
with engine.connect() as connection:
    run(connection)
    connection.commit()
