"""One measurement in a process of its own: `python -m tests.bench.measure CELL.json ROW.json FOLDER`.

The compiled code is loaded by a tiny problem before the clock starts. Every answer is re-costed and checked.
"""

import hashlib
import importlib
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from random import Random
from threading import Event, Timer

from planner.check import check
from planner.effort import Effort, Progress
from planner.problem import Problem, plan_to_json
from tests.bench.answers import impossible, lawful_plan
from tests.bench.cases import Cell, Public
from tests.bench.peers.lanes import Answer
from tests.bench.problems import division_problem
from tests.bench.public import best_known

ROOT = Path(__file__).parents[2]
PACKAGES = {"vroom": "pyvroom", "pyvrp": "pyvrp", "routing": "ortools"}
OPTIMISER = (
    "planner/ahead.py",
    "planner/assign.py",
    "planner/batches/*.py",
    "planner/branching.py",
    "planner/chains.py",
    "planner/crossing.py",
    "planner/cuts.py",
    "planner/effort.py",
    "planner/optimise.py",
    "planner/parted.py",
    "planner/parts.py",
    "planner/pricer.py",
    "planner/problem/*.py",
    "planner/proof.py",
    "planner/walk.py",
    "planner/workers.py",
    "tests/bench/problems.py",
)
"""The files on which an answer of ours depends."""
STOPS = 8
"""How often a run is stopped to see how long that takes."""
SIDE_BY_SIDE_VISITS = 600
"""Above, the memory of two processes with PyVRP's matrices does not fit: one process."""


@dataclass(frozen=True)
class Row:
    """What one measurement found. Costs in points; times in seconds; `best` per second in `curve`."""

    suite: str
    case: str
    visits: int
    solver: str
    limit: float
    seed: int
    code: str
    cost: int | None = None
    bound: int | None = None
    best_known: int | None = None
    """The least cost known for an instance of a public set."""
    nobody: int = 0
    """What the visits cost that no team can make: part of every cost and bound of this problem."""
    took: float = 0.0
    first: float | None = None
    curve: tuple[tuple[float, float], ...] = ()
    unserved: int = 0
    taken_out: int = 0
    put_back: int = 0
    megabytes: int = 0
    others: float | None = None
    """Cores that other work on the machine took on average, where the system tells."""
    pace: float | None = None
    """Seconds that `pace` took, the mean of before and after."""
    day: str = ""
    note: str = ""


def code_of(solver: str) -> str:
    """What the answer depends on besides the problem: our optimiser's files, or the peer's version and model."""
    if solver in ("ours", "start", "same", "stop"):
        files = [path for part in OPTIMISER for path in sorted(ROOT.glob(part))]
    else:
        files = [ROOT / f"tests/bench/peers/{solver}.py", ROOT / "tests/bench/peers/lanes.py"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:10]
    return digest if solver not in PACKAGES else f"{version_of(PACKAGES[solver])}-{digest}"


def version_of(package: str) -> str:
    """The installed version, or that there is none."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def measured(cell: Cell, folder: Path) -> Row:
    """The measurement, in this process."""
    problem = cell.case.problem(folder)
    empty = Row(
        cell.suite, cell.case.name, len(problem.visits), cell.solver, cell.seconds, cell.seed, code_of(cell.solver)
    )
    if isinstance(cell.case, Public):
        empty = replace(empty, best_known=best_known(folder, cell.case.set)[cell.case.instance])
    before, clock = pace(), busy_seconds()
    run: dict[str, Callable[[Cell, Problem, Row], Row]] = {"ours": ours, "start": start, "same": same, "stop": stop}
    row = run.get(cell.solver, peer)(cell, problem, empty)
    peak = peak_megabytes()
    others = None if clock is None else others_since(clock)
    nobody = sum(visit.unserved_cost for visit in impossible(problem))
    return replace(row, nobody=nobody, megabytes=peak, others=others, pace=round((before + pace()) / 2, 3))


def pace() -> float:
    """Seconds that a fixed sum takes here and now.

    Other guests of the same host slow a virtual machine down by half and more, for hours, without any trace in its own
    load.
    """
    began = time.perf_counter()
    sum(number * number % 7 for number in range(3_000_000))
    return time.perf_counter() - began


def ours(cell: Cell, problem: Problem, row: Row) -> Row:
    """Our plan at a wall-clock time, with the cost and bound on the way."""
    from planner.optimise import optimise

    optimise(division_problem("september", 12, 2, 3, 1), seconds=2.0)
    curve: list[tuple[float, float]] = []

    def note(progress: Progress) -> None:
        if not curve or progress.cost < curve[-1][1]:
            curve.append((round(progress.seconds, 3), float(progress.cost)))

    began = time.monotonic()
    plan = optimise(problem, seconds=cell.seconds, seed=cell.seed, progress=note)
    took = time.monotonic() - began
    checked = check(problem, plan)
    if checked.breaches:
        raise AssertionError(f"{cell.case.name}: {checked.breaches[0]}")
    return replace(
        row,
        cost=checked.cost,
        bound=plan.lower_bound,
        took=round(took, 2),
        first=curve[0][0] if curve else None,
        curve=tuple(curve),
        unserved=len(plan.unserved),
    )


def peer(cell: Cell, problem: Problem, row: Row) -> Row:
    """A peer's plan: two runs side by side where it uses one core only, the better one counts."""
    module = importlib.import_module(f"tests.bench.peers.{cell.solver}")
    two = module.CORES == 1 and len(problem.visits) <= SIDE_BY_SIDE_VISITS
    seeds = [2 * cell.seed, 2 * cell.seed + 1] if two else [2 * cell.seed + 1]
    # A process for each run keeps the two from sharing anything but the machine.
    with ProcessPoolExecutor(len(seeds), mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(solve_peer, cell.solver, pickle.dumps(problem), cell.seconds, seed) for seed in seeds]
        answers = [job.result() for job in jobs]
    repaired, answer = min(
        ((lawful_plan(problem, one.batches), one) for one in answers), key=lambda pair: pair[0].plan.cost
    )
    plan = repaired.plan
    exact = repaired.taken_out == repaired.put_back == 0 and answer.cost < float("inf")
    shift = plan.cost - answer.cost
    return replace(
        row,
        cost=plan.cost,
        took=round(answer.seconds, 2),
        curve=tuple((at, cost + shift) for at, cost in answer.curve) if exact else (),
        unserved=len(plan.unserved),
        taken_out=repaired.taken_out,
        put_back=repaired.put_back,
    )


def solve_peer(name: str, problem: bytes, seconds: float, seed: int) -> Answer:
    """The peer's answer; the problem travels pickled between our own processes."""
    module = importlib.import_module(f"tests.bench.peers.{name}")
    answer: Answer = module.solve(pickle.loads(problem), seconds, seed)  # noqa: S301
    return answer


FIRST_CALL = """
import time
began = time.monotonic()
from planner.optimise import optimise
from tests.bench.problems import division_problem
problem = division_problem("september", 12, 2, 3, 1)
optimise(problem, effort="quick")
print(time.monotonic() - began)
"""


def start(cell: Cell, problem: Problem, row: Row) -> Row:
    """Seconds of the first call ever (`took`), of a first call with what is compiled (`note`), of the first plan."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        both = [
            float(subprocess.run([sys.executable, "-c", FIRST_CALL], env=environment, cwd=ROOT, check=True,
                                 capture_output=True, text=True).stdout)
            for _ in range(2)
        ]  # fmt: skip
    timed = ours(cell, problem, row)
    return replace(timed, took=round(both[0], 1), note=f"{both[1]:.1f}")


def same(cell: Cell, problem: Problem, row: Row) -> Row:
    """Whether one and two threads, and a second run, give the same bytes; `took` is the time of the last run."""
    from planner.optimise import optimise

    effort: Effort = "thorough" if cell.suite == "same-thorough" else "quick"
    texts = set()
    took = 0.0
    for threads in (1, 2, 2):
        began = time.monotonic()
        plan = optimise(problem, effort=effort, seed=cell.seed, threads=threads)
        took = time.monotonic() - began
        texts.add(plan_to_json(plan))
    note = "equal" if len(texts) == 1 else "different"
    return replace(row, cost=plan.cost, bound=plan.lower_bound, took=round(took, 2), note=note)


def stop(cell: Cell, problem: Problem, row: Row) -> Row:
    """The longest of some waits (`took`) from a stop, at any moment of the first 25 seconds, to the plan."""
    from planner.optimise import optimise

    optimise(division_problem("september", 12, 2, 3, 1), seconds=2.0)
    random = Random(cell.seed)
    waits = [wait for _ in range(STOPS) if (wait := _wait(cell, problem, random.uniform(0.5, 25.0))) is not None]
    return replace(row, took=round(max(waits), 3), note=str(len(waits)))


def _wait(cell: Cell, problem: Problem, after: float) -> float | None:
    """Seconds from a stop after so many seconds to the plan; None where the run had ended before."""
    from planner.optimise import optimise

    told = Event()
    moments = []

    def tell() -> None:
        moments.append(time.monotonic())
        told.set()

    timer = Timer(after, tell)
    timer.start()
    plan = optimise(problem, seconds=cell.seconds, seed=cell.seed, stop=told)
    ended = time.monotonic()
    timer.cancel()
    if breaches := check(problem, plan).breaches:
        raise AssertionError(f"{cell.case.name}: {breaches[0]}")
    return ended - moments[0] if moments else None


@dataclass(frozen=True)
class Clock:
    """Seconds that have passed, that all cores together were busy, that this process and its children used."""

    wall: float
    busy: float
    own: float


def busy_seconds() -> Clock | None:
    """The clocks now; None where the system does not tell how busy it is."""
    status = Path("/proc/stat")
    if not status.exists():
        return None
    user, nice, system = (int(word) for word in status.read_text(encoding="ascii").split()[1:4])
    times = os.times()
    own = times.user + times.system + times.children_user + times.children_system
    return Clock(time.monotonic(), (user + nice + system) / os.sysconf("SC_CLK_TCK"), own)


def others_since(before: Clock) -> float | None:
    """Cores that other processes took on average since then."""
    now = busy_seconds()
    if now is None:
        return None
    mine = now.own - before.own
    return round(max(0.0, now.busy - before.busy - mine) / max(1e-3, now.wall - before.wall), 2)


def peak_megabytes() -> int:
    """The most memory this process has had, where the system tells; 0 elsewhere."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def main() -> None:
    """Reads a pickled cell, writes its row."""
    given, target, folder = (Path(argument) for argument in sys.argv[1:4])
    cell: Cell = pickle.loads(given.read_bytes())  # noqa: S301
    target.write_text(json.dumps(asdict(measured(cell, folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
