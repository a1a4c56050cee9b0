"""`doorstep …`: the planner's commands, and what operators of the web do.

Settings of the web come from the DOORSTEP_… variables (docs/operations.md).
"""

import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import click

from planner.cli import doorstep as planner_commands
from planner.errors import BadInput, DoorstepError
from webui.config import Config, from_environment
from webui.run import run, show
from webui.store import audit as chain
from webui.store import backup as backups
from webui.store.engine import open_store, sqlite_module, wal_is_safe
from webui.store.migrate import migrate as upgrade
from webui.store.migrate import newest_revision, revision_of
from webui.store.person import doorstep
from webui.supervise import PORT_TAKEN, end_with_parent
from webui.tilefile import TileFile

T = TypeVar("T")
TURN_SECONDS = 0.001
"""How long one answer computes before another has its turn: reading rows gives the turn away at each row, and at
Python's 5 ms a page of a thousand rows waits for everybody else a thousand times."""


def settings() -> Config:
    """The settings of this process; ends it with every mistake where there is one."""
    try:
        return from_environment(os.environ)
    except BadInput as error:
        for mistake in error.mistakes:
            click.echo(mistake.sentence("en"), err=True)
        sys.exit(2)


@click.group(context_settings=planner_commands.context_settings, help=planner_commands.help)
def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


@main.command()
def prepare() -> None:
    """Bring the database to the newest form; on a new one, calendar, policy and first users (printed once)."""
    from webui.actions.rules import first_rules
    from webui.actions.users import first_users
    from webui.auth.passwords import Passwords

    config = settings()
    upgrade(config.database_url)
    by = doorstep(datetime.now(UTC))
    store = open_store(config.database_url)
    first_rules(store, by)
    for given in first_users(store, Passwords(config.hashing), by):
        click.echo(f"{given.login:<12} {given.password}")
    store.close()


@main.command()
@click.option("--child", is_flag=True, hidden=True)
def serve(child: bool) -> None:
    """Serve the staff's application."""
    import waitress  # type: ignore[import-untyped]

    from webui.app import create_app

    if child:
        end_with_parent()
    config = settings()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        waitress.serve(create_app(config), host=config.host, port=config.port, threads=8, ident="")
    except OSError as error:
        click.echo(f"{config.host}:{config.port}: {error.strerror}", err=True)
        sys.exit(PORT_TAKEN)


@main.command()
@click.option("--child", is_flag=True, hidden=True)
def booking(child: bool) -> None:
    """Serve the application in which schools and companies book, on DOORSTEP_PUBLIC_PORT."""
    import waitress

    from webui.app import create_app, utc_now
    from webui.booking.ready import in_background

    if child:
        end_with_parent()
    config = settings()
    store = open_store(config.database_url)
    app = create_app(config, "public", store=store)
    in_background(store, utc_now)
    try:
        waitress.serve(app, host=config.host, port=config.public_port, threads=8, ident="")
    except OSError as error:
        click.echo(f"{config.host}:{config.public_port}: {error.strerror}", err=True)
        sys.exit(PORT_TAKEN)


@main.command()
@click.option("--child", is_flag=True, hidden=True)
def worker(child: bool) -> None:
    """Work on planning runs until SIGTERM or Ctrl-C."""
    from webui.jobs.worker import run_worker

    if child:
        end_with_parent()
    run_worker(settings())


@main.group()
def audit() -> None:
    """The audit: every change with who, when and why, in a chain of hashes."""


@audit.command("verify")
@click.option("--head", default="", help="a head hash from a backup or an approved plan; finds a cut-off end")
def audit_verify(head: str) -> None:
    """Follow the whole audit chain. Exit 1 where it is broken."""
    store = open_store(settings().database_url)
    with store.read() as session:
        found = chain.verify(session, head)
    store.close()
    for number, fault in found.faults:
        click.echo(f"entry {number}: {fault}", err=True)
    click.echo(f"{found.entries} entries, {found.erased} with values erased, head {found.head}")
    sys.exit(1 if found.faults else 0)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Write a backup with its manifest into a new folder below FOLDER."""
    click.echo(
        str(_told(lambda: backups.back_up(settings().database_url, folder, datetime.now(UTC), settings().pg_bin)))
    )


@main.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def restore(folder: Path) -> None:
    """Put the backup in FOLDER in the place of the database. Stop web and workers first."""
    manifest = _told(lambda: backups.restore(folder, settings().database_url, settings().pg_bin))
    click.echo(f"restored the state of {manifest.made_at}, audit head {manifest.audit_head}")


@main.command()
def doctor() -> None:
    """Say what is installed and whether it is well. Exit 1 where something needs doing."""
    config = settings()
    store = open_store(config.database_url)
    module, revision = sqlite_module(), revision_of(store.engine)
    safe = wal_is_safe(module.sqlite_version_info)
    lines = [f"database  {store.engine.url.render_as_string(hide_password=True)}"]
    if store.is_sqlite:
        lines.append(f"SQLite    {module.sqlite_version} ({module.__name__}), journal {'WAL' if safe else 'DELETE'}")
    lines.append(f"revision  {revision or 'none'} of {newest_revision()}")
    well = revision == newest_revision()
    if well:
        with store.read() as session:
            found = chain.verify(session)
        lines.append(f"audit     {found.entries} entries, {'whole' if not found.faults else 'BROKEN'}")
        well = not found.faults
    store.close()
    lines += _background(config.tiles_file)
    click.echo("\n".join(lines))
    sys.exit(0 if well else 1)


def _background(path: Path | None) -> list[str]:
    if path is None:
        return []
    file = TileFile(path)
    kind = f"vector tiles with {', '.join(file.layers)}" if file.vector else f"pictures ({file.media_type})"
    return [f"map       {path.name}: {kind}, zoom {file.min_zoom} to {file.max_zoom}"]


def _told(act: Callable[[], T]) -> T:
    try:
        return act()
    except DoorstepError as error:
        click.echo(str(error), err=True)
        sys.exit(1)


main.add_command(run)
main.add_command(show)
for command in planner_commands.commands.values():
    main.add_command(command)

if __name__ == "__main__":
    main(prog_name="doorstep")
