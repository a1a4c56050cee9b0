"""Kills processes at random while they work, then looks what is left. Small in the suite, large in tests/faults."""

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import select

from webui.config import Config
from webui.store.audit import AuditRow, verify
from webui.store.engine import Store
from webui.store.plans import PlanRow
from webui.store.runs import RunRow

ROOT = Path(__file__).parents[3]


@dataclass
class Office:
    """The processes of one test, restarted when they are killed, and what the web ones acknowledged."""

    config: Config
    folder: Path
    acknowledged: list[int] = field(default_factory=list)
    running: dict[str, "subprocess.Popen[str]"] = field(default_factory=dict)
    at_work: dict[str, Event] = field(default_factory=dict)
    kills: int = 0

    def start(self, name: str) -> None:
        """Starts a process: "worker 1", "web 1" …"""
        role = name.split()[0]
        self.at_work[name] = Event()
        arguments = [str(self.config.data), self.config.database, str(self.folder)]
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.webui.jobs.an_office", role, *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.running[name] = process
        Thread(target=self._listen, args=(process, self.at_work[name]), daemon=True).start()

    def kill(self, name: str) -> None:
        """kill -9 once it is at work, and a new one in its place."""
        assert self.at_work[name].wait(30), f"{name} did not come to work"
        time.sleep(random.Random(self.kills).uniform(0.05, 0.5))
        self.running[name].kill()
        self.running[name].wait()
        self.kills += 1
        self.start(name)

    def stop(self, role: str) -> None:
        """Ends all processes of a role."""
        for name in [name for name in self.running if name.startswith(role)]:
            process = self.running.pop(name)
            process.kill()
            process.wait()

    def freeze(self, name: str, seconds: float) -> None:
        """Stops a process longer than its lease, then lets it go on: a zombie that has to find itself fenced."""
        process = self.running[name]
        process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    def _listen(self, process: "subprocess.Popen[str]", at_work: Event) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip().isdigit() and line.endswith("\n"):
                self.acknowledged.append(int(line))
            at_work.set()
        process.stdout.close()


def kill_at_random(office: Office, store: Store, kills: int, seed: int) -> None:
    """Kills one process after another, each while it works, and wipes the queue file now and then."""
    dice = random.Random(seed)
    while office.kills < kills:
        office.kill(dice.choice(sorted(office.running)))
        if office.kills % 10 == 5 and store.is_sqlite:
            office.config.queue_file.unlink(missing_ok=True)


def wait_until_all_ended(store: Store, seconds: float) -> None:
    """Waits until no run is open; AssertionError with those that are."""
    until = time.monotonic() + seconds
    left: list[tuple[int, str]] = []
    while time.monotonic() < until:
        with store.read() as session:
            rows = session.execute(select(RunRow.id, RunRow.status).where(RunRow.status.in_(("queued", "running"))))
            left = [(row.id, row.status) for row in rows]
        if not left:
            return
        time.sleep(0.2)
    raise AssertionError(f"still open: {left}")


def look(store: Store, acknowledged: list[int]) -> dict[str, int]:
    """Asserts that nothing was lost and nothing happened twice; how many runs ended in which way."""
    with store.read() as session:
        runs = {row.id: row.status for row in session.execute(select(RunRow.id, RunRow.status))}
        plans = Counter(session.scalars(select(PlanRow.run_id)))
        entries = Counter(session.scalars(select(AuditRow.action)))
        assert verify(session).faults == ()
    assert set(acknowledged) <= set(runs), "an acknowledged run is gone"
    done = [run for run, status in runs.items() if status == "done"]
    assert plans == Counter(done), "a plan was lost or made twice"
    assert entries["plan.make"] == len(done)
    assert entries["run.start"] == len(runs)
    return Counter(runs.values())
