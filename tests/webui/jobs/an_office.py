"""Processes for the tests that kill them: `worker` solves with a stand-in, `web` starts runs and says so once kept.

python -m tests.webui.jobs.an_office worker|web DATA DATABASE PLAN_FOLDER
"""

import sys
import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Event

from planner.dossier import Dossier, load
from tests.webui.week import WEEK
from webui.config import Config
from webui.jobs.solve import Tell
from webui.jobs.wake import Bell
from webui.jobs.worker import run_worker
from webui.store.engine import open_store
from webui.store.orders import Order
from webui.store.person import Person
from webui.store.runs import Figures

LEASE_SECONDS = 1.0
SOLVE_STEPS = 12
STEP_SECONDS = 0.03


def settings(data: str, database: str) -> Config:
    """The settings that all processes of one test share."""
    return Config(data=Path(data), database=database, lease_seconds=LEASE_SECONDS)


@cache
def finished(folder: str) -> Dossier:
    """A plan made earlier."""
    return load(Path(folder))


def work(config: Config, folder: str) -> None:
    """A worker whose solver sleeps a third of a second and then has the plan made earlier."""

    def stand_in(order: Order, tell: Tell, stop: Event) -> Dossier:
        for step in range(SOLVE_STEPS):
            if stop.wait(STEP_SECONDS):
                break
            tell(Figures(step * STEP_SECONDS, 1000 - step, None, step, step / SOLVE_STEPS))
        return finished(folder)

    def ready() -> None:
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    run_worker(config, stand_in, ready)


def start_runs(config: Config) -> None:
    """Starts a run, says its number once it is kept, and so on until killed."""
    from webui.actions.runs import start_plan

    store, bell, number = open_store(config.database_url), Bell(config), 0
    ada = Person(None, "Ada", frozenset(("scheduler",)), datetime(2026, 9, 4, 1, tzinfo=UTC))
    while True:
        number += 1
        run = start_plan(store, WEEK, ada)
        sys.stdout.write(f"{run}\n")
        sys.stdout.flush()
        if number % 2:
            bell.ring(run)  # every other wake-up is lost
        time.sleep(0.15)


if __name__ == "__main__":
    role, data, database, folder = sys.argv[1:5]
    if role == "worker":
        work(settings(data, database), folder)
    else:
        start_runs(settings(data, database))
