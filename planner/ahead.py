"""Compiles in a process of its own what search and proof call later, while the code of the first plan is compiled here.

Compiling everything takes one core half a minute, once after each change of the code; numba holds a lock meanwhile, so
threads would not help. The other process leaves its half in numba's cache. Nothing depends on it: what is not
found there is compiled where it is called.
"""

import gc
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date

import numpy as np

from planner.batches.arrays import UNSERVED, ZERO, Arrays, arrays_of
from planner.batches.pricing import grain_of
from planner.batches.ruin import ruin
from planner.batches.state import empty_state, neighbours_of
from planner.model import Window
from planner.problem import Costs, Problem, ProblemShift, ProblemTeam, ProblemVisit
from planner.proof import Proof

LOG = logging.getLogger("doorstep.ahead")
LOOK_SECONDS = 0.05


@contextmanager
def compiled_ahead(p: Arrays, goes_on: Callable[[], bool]) -> Iterator[None]:
    """Where nothing is compiled yet, the rest is compiled beside what happens inside; leaving waits for it.

    Once `goes_on` says no it is not waited for but ended. `p` has a shift.
    """
    process = None if _is_compiled(p) else _started()
    if process is None:
        yield
        return
    try:
        yield
        while process.poll() is None and goes_on():
            _wait(process)
        if process.poll() and goes_on():  # Ctrl-C ends both
            LOG.warning("compiling ahead failed (%s -m %s ends with %d)", sys.executable, __name__, process.returncode)
    finally:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen[bytes]) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(LOOK_SECONDS)


def _is_compiled(p: Arrays) -> bool:
    """Whether numba knows the smallest of the functions, from its cache or from before: then it knows the others."""
    before = sum(grain_of.stats.cache_misses.values())  # type: ignore[attr-defined]
    grain_of(p, ZERO)
    return bool(sum(grain_of.stats.cache_misses.values()) == before)  # type: ignore[attr-defined]


def _started() -> subprocess.Popen[bytes] | None:
    """The other process; None where the system allows none."""
    nothing = subprocess.DEVNULL
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", __name__]
    try:
        return subprocess.Popen(command, env=environment, stdin=nothing, stdout=nothing, stderr=nothing)
    except OSError as error:
        LOG.info("no second process for compiling: %s", error)
        return None


def compile_rest() -> None:
    """Calls once, on a problem of one visit, what the search and the proof call after the first plan."""
    day = date(2026, 9, 7)
    problem = Problem(
        "one visit",
        (day,),
        np.zeros((2, 2), dtype=np.int64),
        (ProblemTeam("T1", 0, 0, shifts=(ProblemShift(day, 30_000, 60_000),)),),
        (ProblemVisit("V1", 1, 1_800, (Window(day, 30_000, 60_000),), unserved_cost=10_000),),
        Costs(),
    )
    p, _ = arrays_of(problem)
    ruin(p, neighbours_of(p, 1), empty_state(p, 1, pool=16))
    Proof(p, lambda: True, threads=1).run(1_000, int(p.visits[:, UNSERVED].sum()))


if __name__ == "__main__":
    gc.disable()  # a short life: looking for garbage costs a tenth of it
    compile_rest()
