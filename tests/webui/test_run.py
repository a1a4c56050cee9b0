"""`doorstep run`: an empty database gets tables, users and the plan once; web and worker live and end together."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.request import urlopen

from planner.dossier import save
from planner.io.tables import write_inputs
from planner.planning import PlanOrder, plan_folder
from tests.webui.conftest import FRIDAY
from tests.webui.world import INPUTS
from webui.actions.plans import submit
from webui.run import First, first_start
from webui.store.engine import open_store
from webui.store.person import Person
from webui.store.plans import PlanRow

ROOT = Path(__file__).parents[2]


def test_an_empty_database_is_filled_once(tmp_path: Path) -> None:
    folder, made = tmp_path / "week", tmp_path / "out"
    write_inputs(INPUTS, folder)
    save(plan_folder(PlanOrder(folder, None, date(2026, 9, 4), "quick"), lambda _: None, Event()).dossier, made)
    environment = {"DOORSTEP_DATA": str(tmp_path / "data")}
    given = first_start(environment, folder, made)
    assert [login for login, _ in given.users] == ["admin", "scheduler", "supervisor", "officer"]
    assert given.invitation is None
    assert first_start(environment, folder, made) == First()
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'doorstep.sqlite'}")
    with store.read() as session:
        [plan] = session.query(PlanRow).all()
        assert (plan.name, plan.status, plan.served) == ("week", "draft", 5)
    submit(store, plan.id, None, Person(2, "Ada", frozenset({"scheduler"}), FRIDAY))  # it is a plan like any other
    store.close()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def children_of(pid: int) -> dict[str, int]:
    """The processes that were started as `webui serve` and `webui worker`, by that name."""
    found = {}
    for line in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{line}/cmdline").read_text().split("\0")
        if "webui" in words:  # one that has just died has no words any more
            found[words[words.index("webui") + 1]] = int(line)
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_web_and_worker_are_started_again_and_end_with_their_parent(tmp_path: Path) -> None:
    folder = tmp_path / "week"
    write_inputs(INPUTS, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DOORSTEP_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "webui", "run", str(folder), "--effort", "quick", "--demo", "--lang", "en"]
    command += ["--port", str(port), "--out", str(tmp_path / "out")]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=tmp_path)

    def answers() -> bool:
        try:
            return b"/demo/scheduler" in urlopen(f"http://127.0.0.1:{port}/sign-in").read()
        except URLError:
            return False

    try:
        until(answers)
        first = children_of(running.pid)
        os.kill(first["serve"], signal.SIGKILL)
        until(lambda: children_of(running.pid).get("serve", first["serve"]) != first["serve"])
        until(answers)
        assert children_of(running.pid)["worker"] == first["worker"]
        second = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, timeout=120)
        assert second.returncode == 1
        assert re.search(rf"port ({port}|{port + 1}) is taken", second.stderr)  # that of the staff or of booking
        assert "First users" not in second.stdout
        last = children_of(running.pid)
        running.kill()
        until(lambda: not any(alive(pid) for pid in last.values()), 20)
    finally:
        running.kill()
        said, _ = running.communicate()
    assert re.search(r"scheduler +\w{5}-\w{5}-\w{5}-\w{5}\n", said)
    assert "Visits served" in said
