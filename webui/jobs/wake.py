"""The bell: wakes workers early. Nothing is lost where it stays silent; their sweep finds every row."""

import logging
import sqlite3
from typing import Any

from huey import storage

from webui.config import Config
from webui.store.engine import sqlite_file

LOG = logging.getLogger("doorstep.jobs")
QUEUE = "doorstep"
WAIT_SECONDS = 0.5
"""How long a worker on PostgreSQL listens at a time."""


class Bell:
    """A queue of numbers of runs: a file beside an embedded database, or two tables of PostgreSQL."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._embedded = sqlite_file(config.database_url) is not None
        self._errors: tuple[type[Exception], ...] = (sqlite3.Error, OSError)
        self._storage: Any = None
        self._has_tables = False
        if not self._embedded:
            self._errors = (storage.psycopg.Error, OSError)  # huey's own: psycopg is an extra

    @property
    def waits(self) -> bool:
        """Whether `listen` itself waits for a ring."""
        return not self._embedded

    def ring(self, run_id: int) -> None:
        """Says that a run waits. A bell that cannot ring is logged, no more: the row is there."""
        try:
            queue = self._made()  # of its own: rings are rare, and a connection kept by every web thread is not
            try:
                queue.enqueue(str(run_id).encode())
            finally:
                queue.close()
        except self._errors as error:
            self._forget(error)

    def listen(self) -> int | None:
        """The run somebody rang for; None where nobody did (PostgreSQL: within half a second)."""
        try:
            said = self._open().dequeue()
        except self._errors as error:
            self._forget(error)
            return None
        text = bytes(said or b"").decode("ascii", "replace")
        return int(text) if text.isdigit() else None

    def close(self) -> None:
        """Gives the connection back."""
        if self._storage is not None:
            self._storage.close()
            self._storage = None

    def _open(self) -> Any:
        if self._storage is not None and self._embedded and not self._config.queue_file.exists():
            self.close()  # somebody deleted the file; a connection would go on with the deleted one
        if self._storage is None:
            self._storage = self._made()
        return self._storage

    def _made(self) -> Any:
        if self._embedded:
            self._config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            return storage.SqliteStorage(
                QUEUE, str(self._config.queue_file), journal_mode="delete", fsync=False, timeout=1
            )
        dsn = self._config.database_url.replace("postgresql+psycopg://", "postgresql://")
        queue = storage.PostgresStorage(QUEUE, dsn, read_timeout=WAIT_SECONDS, create_tables=False)
        if not self._has_tables:
            _make_tables(queue)
            self._has_tables = True
        return queue

    def _forget(self, error: Exception) -> None:
        """Drops the connection; a queue file that is none is removed, it holds nothing that is not in a row."""
        LOG.warning("the bell is silent: %s", type(error).__name__)
        self.close()
        self._has_tables = False
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            self._config.queue_file.unlink(missing_ok=True)


def _make_tables(queue: Any) -> None:
    """Makes the queue's tables; of two who do it at the same moment the later one is content."""
    try:
        queue.initialize_schema()
    except storage.psycopg.errors.UniqueViolation:
        queue.close()
    except storage.psycopg.Error:
        queue.close()
        raise
