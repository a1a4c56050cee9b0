"""Workers: claims and fencing, progress, cancelling within a second, and eight kills that lose nothing."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

import planner.optimise
import planner.workers
from planner.dossier import Dossier, save
from planner.errors import BadInput, Mistake
from tests.webui.conftest import FRIDAY, Cast
from tests.webui.jobs.an_office import settings
from tests.webui.jobs.chaos import Office, kill_at_random, look, wait_until_all_ended
from tests.webui.world import WEEK, a_draft, fill, planned
from webui.actions.runs import cancel_run, finish_run, plan_of_run, progress_of, start_plan
from webui.config import Config
from webui.jobs.solve import Tell
from webui.jobs.worker import Worker
from webui.refusals import Conflict
from webui.store import runs
from webui.store.dossiers import dossier_of
from webui.store.engine import Store
from webui.store.orders import Order, order_to_json
from webui.store.person import doorstep
from webui.store.plans import PlanRow
from webui.store.runs import DEATHS, Figures, IncumbentRow, RunRow

BY = doorstep(FRIDAY)


@pytest.fixture
def office(store: Store, cast: Cast) -> Store:
    fill(store)
    return store


def state(store: Store, run: int) -> str:
    with store.read() as session:
        return session.get_one(RunRow, run).status


def wait_for(store: Store, run: int, *states: str, seconds: float = 10) -> float:
    began = time.monotonic()
    while state(store, run) not in states:
        assert time.monotonic() - began < seconds, state(store, run)
        time.sleep(0.02)
    return time.monotonic() - began


def figures_of(store: Store, run: int) -> tuple[IncumbentRow, ...]:
    with store.read() as session:
        return progress_of(session, run)


def immediate(order: Order, tell: Tell, stop: Event) -> Dossier:
    """A solver that knows the plan already."""
    return planned(order_to_json(order))


def endless(order: Order, tell: Tell, stop: Event) -> Dossier:
    """A solver that finds better figures for ever, and has a plan when it is stopped."""
    step = 0
    while not stop.wait(0.01):
        step += 1
        tell(Figures(step / 100, 10_000 - step, 9_000, step, min(1.0, step / 1000)))
    return planned(order_to_json(order))


@pytest.fixture
def working(office: Store, config: Config) -> Iterator[tuple[Store, Worker]]:
    """A worker at work in a thread, whose solver never ends by itself."""
    worker, stop = Worker(config, office, endless), Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    yield office, worker
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def claim(store: Store, run: int, lease: float = 60.0) -> runs.Claim | None:
    with store.job() as connection:
        return runs.claim(connection, run, "test", lease)


def test_only_one_worker_gets_a_run(office: Store, cast: Cast) -> None:
    run = start_plan(office, WEEK, cast.ada)
    assert claim(office, run) is not None
    assert claim(office, run) is None


def test_a_silent_worker_loses_its_run_and_is_fenced(office: Store, cast: Cast) -> None:
    run = start_plan(office, WEEK, cast.ada)
    first = claim(office, run, lease=-1.0)
    second = claim(office, run)
    assert first is not None
    assert second is not None
    assert second.token == first.token + 1
    with office.job() as connection:
        assert runs.heartbeat(connection, first, 60) is None
        assert not runs.publish(connection, first, Figures(1, 1, None, 1, 0.5))
    assert not finish_run(office, first, planned(first.order), BY)
    assert finish_run(office, second, planned(second.order), BY)
    assert not finish_run(office, second, planned(second.order), BY)
    with office.read() as session:
        assert session.query(PlanRow).count() == 1


def test_without_the_token_a_zombie_would_finish_too(
    office: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_plan(office, WEEK, cast.ada)
    first = claim(office, run, lease=-1.0)
    assert first is not None
    assert claim(office, run) is not None
    monkeypatch.setattr(runs, "_mine", lambda held: (RunRow.id == held.run_id,))
    assert finish_run(office, first, planned(first.order), BY)


def test_a_run_that_kills_every_worker_is_given_up(office: Store, cast: Cast) -> None:
    run = start_plan(office, WEEK, cast.ada)
    for _ in range(DEATHS + 1):
        claim(office, run, lease=-1.0)
    with office.job() as connection:
        runs.sweep(connection)
    with office.read() as session:
        row = session.get_one(RunRow, run)
        assert row.status == "failed"
        assert "5" in row.failure_zh


def test_the_sweep_rings_again_and_backs_off(office: Store, cast: Cast) -> None:
    run = start_plan(office, WEEK, cast.ada)
    with office.job() as connection:
        assert runs.sweep(connection) == (run,)
    with office.job() as connection:
        assert runs.sweep(connection) == ()


def test_the_same_key_is_the_same_run(office: Store, cast: Cast) -> None:
    first = start_plan(office, WEEK, cast.ada, key="abc")
    assert start_plan(office, WEEK, cast.ada, key="abc") == first
    with pytest.raises(Conflict, match="other settings"):
        start_plan(office, replace(WEEK, seed=9), cast.ada, key="abc")


def test_a_worker_makes_the_plan_that_was_ordered(office: Store, config: Config, cast: Cast) -> None:
    run = start_plan(office, WEEK, cast.ada)
    Worker(config, office, immediate).work_on(run, Event())
    with office.read() as session:
        number = plan_of_run(session, run)
        assert number is not None
        row = session.get_one(PlanRow, number)
        assert (row.served, row.made_by) == (5, cast.ada.id)
        order = session.get_one(RunRow, run).order
        assert dossier_of(row).plan == planned(order).plan


def test_figures_come_at_most_twice_a_second_and_cancelling_takes_less_than_one(
    working: tuple[Store, Worker], cast: Cast
) -> None:
    store, worker = working
    run = start_plan(store, WEEK, cast.ada)
    worker.bell.ring(run)
    began = time.monotonic()
    wait_for(store, run, "running")
    while len(figures_of(store, run)) < 3:
        assert time.monotonic() - began < 20
        time.sleep(0.05)
    cancel_run(store, run, cast.ada)
    assert wait_for(store, run, "cancelled") < 1.0
    figures = figures_of(store, run)
    assert len(figures) <= 2 + (time.monotonic() - began) / 0.5
    with store.read() as session:
        assert plan_of_run(session, run) is None
    assert [one.cost for one in figures] == sorted((one.cost for one in figures), reverse=True)


def test_cancelling_can_keep_the_best_plan_so_far(working: tuple[Store, Worker], cast: Cast) -> None:
    store, worker = working
    run = start_plan(store, WEEK, cast.ada)
    worker.bell.ring(run)
    wait_for(store, run, "running")
    cancel_run(store, run, cast.ada, keep=True)
    wait_for(store, run, "done")
    with store.read() as session:
        assert plan_of_run(session, run) is not None


def test_a_queued_run_is_cancelled_at_once(office: Store, cast: Cast) -> None:
    run = start_plan(office, WEEK, cast.ada)
    cancel_run(office, run, cast.ada)
    assert state(office, run) == "cancelled"
    assert claim(office, run) is None


def test_a_worker_that_is_asked_to_stop_gives_its_run_back(office: Store, config: Config, cast: Cast) -> None:
    run = start_plan(office, WEEK, cast.ada)
    worker, stop = Worker(config, office, endless), Event()
    thread = threading.Thread(target=worker.work_on, args=(run, stop))
    thread.start()
    wait_for(office, run, "running")
    stop.set()
    thread.join(10)
    assert state(office, run) == "queued"
    Worker(config, office, immediate).work_on(run, Event())
    assert state(office, run) == "done"


@pytest.mark.parametrize("fault", [BadInput([Mistake("shifts", "none", "无班次")]), RuntimeError("secret detail")])
def test_a_failure_is_told_in_both_languages_and_the_worker_lives(
    office: Store, config: Config, cast: Cast, fault: Exception
) -> None:
    def failing(order: Order, tell: Tell, stop: Event) -> Dossier:
        raise fault

    run = start_plan(office, WEEK, cast.ada)
    Worker(config, office, failing).work_on(run, Event())
    with office.read() as session:
        row = session.get_one(RunRow, run)
    assert row.status == "failed"
    assert row.failure_en
    assert row.failure_zh
    assert "secret" not in row.failure_en


def test_large_plans_go_to_the_cluster_of_the_settings(
    office: Store, config: Config, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody answers at this address; here every plan counts as large."""
    monkeypatch.setattr(planner.optimise, "PARTED", 0)
    monkeypatch.setattr(planner.workers, "CONNECT_SECONDS", 1)
    run = start_plan(office, WEEK, cast.ada)
    Worker(replace(config, cluster="tcp://127.0.0.1:9"), office).work_on(run, Event())
    with office.read() as session:
        row = session.get_one(RunRow, run)
    assert (row.status, "cluster" in row.failure_en) == ("failed", True)


def test_a_damaged_queue_file_loses_nothing(office: Store, config: Config, cast: Cast) -> None:
    run = start_plan(office, WEEK, cast.ada)
    config.data.mkdir(exist_ok=True)
    config.queue_file.write_bytes(b"this is no database" * 100)
    worker, stop = Worker(config, office, immediate), Event()
    worker.bell.ring(run)
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    wait_for(office, run, "done")
    stop.set()
    thread.join(10)


@pytest.fixture
def finished_plan(office: Store, cast: Cast, tmp_path: Path) -> Path:
    """A folder with a finished plan, and a database without it."""
    with office.read() as session:
        dossier = dossier_of(session.get_one(PlanRow, a_draft(office, cast)))
    save(dossier, tmp_path / "plan")
    return tmp_path / "plan"


def test_eight_killed_workers_lose_nothing_and_finish_nothing_twice(
    office: Store, config: Config, cast: Cast, finished_plan: Path
) -> None:
    started = [start_plan(office, WEEK, cast.ada) for _ in range(10)]
    people = Office(settings(str(config.data), config.database), finished_plan)
    for name in ("worker 1", "worker 2", "worker 3"):
        people.start(name)
    try:
        kill_at_random(people, office, kills=8, seed=1)
        wait_until_all_ended(office, 30)
    finally:
        people.stop("worker")
    assert people.kills == 8
    assert look(office, started)["done"] == 11
