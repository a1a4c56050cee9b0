"""A cluster of two workers on this machine: one is killed, then the scheduler; the plan arrives and is the same."""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from subprocess import DEVNULL, Popen
from typing import Any

import pytest

import planner.optimise
import planner.workers
from planner.check import check
from planner.effort import Progress
from planner.errors import BadInput
from planner.optimise import optimise
from planner.problem import Problem, plan_to_json
from tests.bench.problems import division_problem

WORKER = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]


@pytest.fixture(scope="module")
def problem() -> Problem:
    return division_problem("september", 240, 9, 10, 2)


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner.optimise, "PARTED", 200)


class Cluster:
    """A scheduler and two workers, processes of this test."""

    def __init__(self, folder: str) -> None:
        self.address = f"tcp://127.0.0.1:{20_000 + os.getpid() % 12_000}"  # below those that the system gives away
        port = self.address.rsplit(":", 1)[1]
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        self.workers = [
            self._start("worker", self.address, *WORKER, "--local-directory", f"{folder}/{name}") for name in "ab"
        ]

    def _start(self, what: str, *arguments: str) -> Popen[bytes]:
        return Popen([sys.executable, "-m", "distributed.cli.dask_" + what, *arguments], stdout=DEVNULL, stderr=DEVNULL)

    def wait_for_workers(self) -> None:
        import distributed

        client: Any = distributed.Client
        with client(self.address, timeout=60, set_as_default=False) as asking:
            asking.wait_for_workers(2, timeout=60)

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(str(tmp_path_factory.mktemp("dask")))
    try:
        made.wait_for_workers()
        yield made
    finally:
        made.end()


pytestmark = pytest.mark.filterwarnings("ignore")  # a cluster that is killed leaves sockets behind


def killed_after(process: Popen[bytes], reports: int) -> Callable[[Progress], None]:
    """A watcher that kills a process at its `reports`-th report."""
    count = [0]

    def watch(_: Progress) -> None:
        count[0] += 1
        if count[0] == reports:
            os.kill(process.pid, signal.SIGKILL)

    return watch


def test_a_cluster_makes_the_same_plan_though_a_worker_dies(in_parts: None, cluster: Cluster, problem: Problem) -> None:
    there = optimise(problem, effort="quick", progress=killed_after(cluster.workers[0], 2), cluster=cluster.address)
    here = optimise(problem, effort="quick")
    assert cluster.workers[0].poll() is not None
    assert plan_to_json(there) == plan_to_json(here)
    assert check(problem, there).breaches == ()


def test_without_its_scheduler_this_machine_goes_on_and_says_so(
    in_parts: None, cluster: Cluster, problem: Problem, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "doorstep.workers")
    plan = optimise(problem, effort="quick", progress=killed_after(cluster.scheduler, 2), cluster=cluster.address)
    assert check(problem, plan).breaches == ()
    assert plan_to_json(plan) == plan_to_json(optimise(problem, effort="quick"))
    assert "the cluster is lost" in caplog.text


def test_a_cluster_that_is_not_there_is_an_input_mistake(
    in_parts: None, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner.workers, "CONNECT_SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(BadInput, match="cannot be reached"):
        optimise(problem, effort="quick", cluster="tcp://127.0.0.1:9")
    assert time.monotonic() - began < 9
