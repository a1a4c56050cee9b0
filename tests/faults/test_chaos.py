"""The large version: forty kills of web and worker, zombies, wiped queues, on both databases (`make faults`)."""

import os
from pathlib import Path

import pytest

from planner.dossier import save
from tests.webui.conftest import Cast
from tests.webui.conftest import cast as cast
from tests.webui.conftest import config as config
from tests.webui.conftest import data as data
from tests.webui.conftest import postgresql as postgresql
from tests.webui.conftest import store as store
from tests.webui.conftest import template as template
from tests.webui.jobs.an_office import LEASE_SECONDS, settings
from tests.webui.jobs.chaos import Office, kill_at_random, look, wait_until_all_ended
from tests.webui.world import a_draft, fill
from webui.config import Config
from webui.store.dossiers import dossier_of
from webui.store.engine import Store
from webui.store.plans import PlanRow

pytestmark = pytest.mark.skipif(os.environ.get("DOORSTEP_FAULTS") != "1", reason="long; run with: make faults")


def test_forty_kills_of_web_and_worker_lose_nothing(store: Store, config: Config, cast: Cast, tmp_path: Path) -> None:
    fill(store)
    with store.read() as session:
        dossier = dossier_of(session.get_one(PlanRow, a_draft(store, cast)))
    save(dossier, tmp_path / "plan")
    people = Office(settings(str(config.data), config.database), tmp_path / "plan")
    for name in ("web 1", "worker 1", "worker 2", "worker 3"):
        people.start(name)
    try:
        kill_at_random(people, store, kills=20, seed=2)
        for name in ("worker 1", "worker 2"):
            people.freeze(name, LEASE_SECONDS * 2)
        kill_at_random(people, store, kills=40, seed=3)
        people.stop("web")
        wait_until_all_ended(store, 300)
    finally:
        people.stop("web")
        people.stop("worker")
    ended = look(store, people.acknowledged)
    assert people.kills == 40
    assert len(people.acknowledged) >= 20
    assert ended["done"] >= len(people.acknowledged)
    assert set(ended) == {"done"}
