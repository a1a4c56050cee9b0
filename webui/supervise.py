"""Web and worker as children of one process: started together, started again when they die, ended together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import FrameType

from planner.errors import DoorstepError

CHILDREN = ("serve", "booking", "worker")
PORT_TAKEN = 3
"""Exit code of a web server that cannot have its port."""
SOON_SECONDS = 5.0
"""A child that ends sooner than this has failed to start."""
FAILURES = 5
"""So many failed starts in a row end everything."""
END_SECONDS = 10.0


class PortTaken(DoorstepError):
    """Another program has the port of the child that it names."""


class NotRunning(DoorstepError):
    """A child failed to start again and again; its own words stand on standard error."""


@dataclass
class Child:
    """One process, and how often it failed in a row."""

    name: str
    process: subprocess.Popen[bytes]
    began: float = field(default_factory=time.monotonic)
    failures: int = 0


def supervise(environment: Mapping[str, str]) -> None:
    """Keeps web and worker running until SIGTERM or Ctrl-C.

    Raises PortTaken or NotRunning. A worker is given time to put its run back into the queue.
    """
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    children: list[Child] = []
    try:
        children = [Child(name, _start(name, environment)) for name in CHILDREN]
        while not stop.wait(0.3):
            for child in children:
                _look_after(child, environment)
    finally:
        _end(children)
        for number, handler in before.items():
            signal.signal(number, handler)


def end_with_parent() -> None:
    """For a child: ends this process when its parent has ended, however that came about."""

    def wait() -> None:
        os.read(0, 1)  # the parent holds the other end of standard input and never writes
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _look_after(child: Child, environment: Mapping[str, str]) -> None:
    code = child.process.poll()
    if code is None:
        return
    if code == PORT_TAKEN:
        raise PortTaken(child.name)
    child.failures = child.failures + 1 if time.monotonic() - child.began < SOON_SECONDS else 0
    if child.failures >= FAILURES:
        raise NotRunning(f"{child.name} ends at once, again and again (exit {code})")
    time.sleep(0.2 * 2**child.failures)
    child.process, child.began = _start(child.name, environment), time.monotonic()


def _start(name: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The child, in a group of its own: Ctrl-C at the terminal reaches it through this process only."""
    command = [sys.executable, "-P", "-m", "webui", name, "--child"]
    return subprocess.Popen(command, env=dict(environment), stdin=subprocess.PIPE, start_new_session=True)


def _end(children: list[Child]) -> None:
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + END_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        if child.process.stdin is not None:
            child.process.stdin.close()
