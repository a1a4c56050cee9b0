"""A postman in a process of its own, which the tests kill; `careless` forgets to note that a letter leaves."""

import sys
from pathlib import Path
from threading import Event

from webui.config import Config, MailServer
from webui.jobs.postman import Postman, carrier_of
from webui.store import outbox
from webui.store.engine import open_store

LEASE = 1.0


def main(data: str, database: str, port: str, careless: str) -> None:
    """Sends until it is killed."""
    config = Config(data=Path(data), database=database, mail=MailServer("127.0.0.1", int(port)))
    if careless == "careless":
        outbox.hand_over = lambda *_: True
    store = open_store(config.database_url)
    Postman(config, store, carrier_of(config), lease=LEASE).run(Event())


if __name__ == "__main__":
    main(*sys.argv[1:])
