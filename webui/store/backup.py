"""Backups that say what is in them, and restores that look before they put anything in place.

SQLite: `VACUUM INTO`, which waits for no reader and makes writers wait some milliseconds (measured).
PostgreSQL: pg_dump and pg_restore of the machine, or those in the folder DOORSTEP_PG_BIN names.
"""

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, MetaData, Table, func, inspect, select, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session

from planner.errors import DoorstepError
from webui.store import audit
from webui.store.engine import make_engine, sqlite_file
from webui.store.migrate import newest_revision, revision_of

MANIFEST = "manifest.json"


class BackupError(DoorstepError):
    """A backup that could not be made, or must not be put back."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds, written beside it; keep a copy elsewhere, it finds a chain cut off at its end."""

    made_at: str
    kind: str
    file: str
    sha256: str
    revision: str
    audit_entries: int
    audit_head: str
    rows: dict[str, int]


def back_up(url: str, folder: Path, at: datetime, pg_bin: Path | None = None) -> Path:
    """Writes a copy of the database and its manifest into a new folder below `folder`; returns that folder.

    The copy is checked as a restore would check it before this returns.
    """
    target = folder / at.strftime("doorstep-%Y%m%d-%H%M%S")
    target.mkdir(parents=True, mode=0o700)
    engine = make_engine(url)
    try:
        if engine.dialect.name == "sqlite":
            copy = target / "doorstep.sqlite"
            _vacuum_into(engine, copy)
        else:
            copy = target / "doorstep.pgdump"
            _pg(pg_bin, "pg_dump", make_url(url), "--format=custom", f"--file={copy}", "--no-owner")
        copy.chmod(0o600)
        manifest = _manifest(url, copy, at)
    finally:
        engine.dispose()
    (target / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    if manifest.kind == "sqlite":
        check_copy(copy, manifest)
    return target


def restore(backup: Path, url: str, pg_bin: Path | None = None) -> Manifest:
    """Puts a backup in the place of the database: SQLite's file is swapped at once, a PostgreSQL must be empty.

    Nothing may run meanwhile. Raises BackupError, before anything is touched, for a backup that is damaged,
    incomplete, or newer than this Doorstep. The old SQLite file stays beside it as *.before-restore.
    """
    manifest = read_manifest(backup)
    copy = backup / manifest.file
    if _digest(copy) != manifest.sha256:
        raise BackupError(f"{copy} is not the file that was backed up: its hash differs")
    if manifest.revision > newest_revision():
        raise BackupError(f"{backup} was made by a newer Doorstep ({manifest.revision}); update first")
    if manifest.kind == "sqlite":
        _restore_sqlite(copy, manifest, url)
    else:
        _restore_postgresql(copy, manifest, url, pg_bin)
    return manifest


def read_manifest(backup: Path) -> Manifest:
    """The manifest of a backup; BackupError where it cannot be read."""
    try:
        return Manifest(**json.loads((backup / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{backup} holds no backup: {error}") from error


def check_copy(copy: Path, manifest: Manifest) -> None:
    """Looks at a SQLite copy: whole pages, whole references, whole audit, all rows; BackupError for any lack."""
    engine = make_engine(f"sqlite:///{copy.resolve()}")
    try:
        with engine.connect() as connection:
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            if said != "ok":
                raise BackupError(f"{copy} is damaged: {said}")
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise BackupError(f"{copy} has {len(broken)} references to nothing")
        _compare(engine, manifest, str(copy))
    finally:
        engine.dispose()


def _compare(engine: Engine, manifest: Manifest, where: str) -> None:
    if row_counts(engine) != manifest.rows:
        raise BackupError(f"{where} holds other rows than its manifest says")
    with Session(engine) as session:
        verified = audit.verify(session, manifest.audit_head)
    if verified.faults:
        number, fault = verified.faults[0]
        raise BackupError(f"the audit of {where} is broken at entry {number}: {fault}")


def row_counts(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    names = sorted(inspect(engine).get_table_names())
    with engine.connect() as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(Table(name, MetaData()))) or 0 for name in names
        }


def _manifest(url: str, copy: Path, at: datetime) -> Manifest:
    """Described from the copy itself where it can be opened, so that a write in between makes no difference."""
    source = f"sqlite:///{copy.resolve()}" if sqlite_file(url) is not None else url
    engine = make_engine(source)
    try:
        with Session(engine) as session:
            verified = audit.verify(session)
        return Manifest(
            at.isoformat(),
            engine.dialect.name,
            copy.name,
            _digest(copy),
            revision_of(engine),
            verified.entries,
            verified.head,
            row_counts(engine) if engine.dialect.name == "sqlite" else {},
        )
    finally:
        engine.dispose()
        for ending in ("-wal", "-shm"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)


def _vacuum_into(engine: Engine, copy: Path) -> None:
    connection = engine.raw_connection()  # outside of a transaction, where VACUUM may run
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    finally:
        connection.close()


def _restore_sqlite(copy: Path, manifest: Manifest, url: str) -> None:
    file = sqlite_file(url)
    if file is None:
        raise BackupError("a backup of SQLite cannot be put into PostgreSQL")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(file.name + ".restoring")
    shutil.copyfile(copy, fresh)
    check_copy(fresh, manifest)
    for ending in ("-wal", "-shm", "-journal"):
        fresh.with_name(fresh.name + ending).unlink(missing_ok=True)
        file.with_name(file.name + ending).unlink(missing_ok=True)
    fresh.chmod(0o600)
    if file.exists():
        os.replace(file, file.with_name(file.name + ".before-restore"))
    os.replace(fresh, file)


def _restore_postgresql(copy: Path, manifest: Manifest, url: str, pg_bin: Path | None) -> None:
    if sqlite_file(url) is not None:
        raise BackupError("a backup of PostgreSQL cannot be put into SQLite")
    engine = make_engine(url)
    try:
        if inspect(engine).get_table_names():
            raise BackupError("the database is not empty; make a new one and restore into that")
        options = ("--no-owner", "--exit-on-error", "--single-transaction")
        _pg(pg_bin, "pg_restore", make_url(url), *options, str(copy))
        with engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()
        with Session(engine) as session:
            verified = audit.verify(session, manifest.audit_head)
        if verified.faults:
            number, fault = verified.faults[0]
            raise BackupError(f"restored, but the audit is broken at entry {number}: {fault}")
    finally:
        engine.dispose()


def _pg(pg_bin: Path | None, program: str, url: URL, *options: str) -> None:
    """Runs a program of PostgreSQL; the password goes through the environment, never through the arguments."""
    path = str(pg_bin / program) if pg_bin else program
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    environment = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    command = [path, f"--dbname={plain.render_as_string(hide_password=False)}", *options]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
    except OSError as error:
        raise BackupError(f"{program} cannot be started ({error}); install PostgreSQL's client programs") from error
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-500:]}")


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error}") from error
