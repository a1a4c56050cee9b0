"""The loop search → assign: from a problem to a plan, within an effort or a time."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from threading import Event
from typing import Literal

import numpy as np

from planner.assign import Columns, choose
from planner.batches.arrays import CLASS, UNSERVED, Arrays, Int, arrays_of
from planner.batches.kernel import timetable
from planner.batches.search import BEST, Neighbours, State, adopt, empty_state, neighbours_of, search, start
from planner.problem import Plan, Problem, Route, Stop, Unserved

Effort = Literal["quick", "standard", "thorough"]

CHAINS = 2
"""Searches that run side by side whatever the number of threads, so that threads never change the plan."""
ROUNDS = 20
"""How often the chains compare their plans."""
SLICE_SECONDS = 0.1
"""How long compiled code runs before it looks whether somebody wants to stop."""


@dataclass(frozen=True)
class Budget:
    """How much is tried: search steps in each chain, and deterministic time for the assignment."""

    steps: int
    steps_per_visit: int
    assign_work: float


BUDGETS: dict[Effort, Budget] = {
    "quick": Budget(5_000, 50, 2.0),
    "standard": Budget(40_000, 400, 8.0),
    "thorough": Budget(300_000, 3_000, 60.0),
}


def effort_of(text: str) -> Effort:
    """The effort with this name; ValueError for any other text."""
    for name in BUDGETS:
        if name == text:
            return name
    raise ValueError(f"no such effort: {text!r}; there are {', '.join(BUDGETS)}")


@dataclass(frozen=True)
class Progress:
    """Where a run stands: seconds since its start, cost, proven bound, visits served, share of the effort done."""

    seconds: float
    cost: int
    bound: int | None
    served: int
    share: float


def optimise(
    problem: Problem,
    *,
    effort: Effort = "standard",
    seconds: float | None = None,
    seed: int = 1,
    threads: int = CHAINS,
    progress: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
) -> Plan:
    """The best plan found. Same problem, effort and seed: same plan, byte for byte, with any number of threads.

    With `seconds` the effort is a wall-clock time and the plan cannot be replayed. Setting `stop` ends the
    run within about 0.2 s with the best plan so far. `progress` is called now and then from this thread.
    """
    run = Run(problem, effort, seconds, seed, threads, progress, stop or Event())
    return run.plan()


class Run:
    """One run of the optimiser: its arrays, its chains of search and its best plan."""

    def __init__(
        self,
        problem: Problem,
        effort: Effort,
        seconds: float | None,
        seed: int,
        threads: int,
        progress: Callable[[Progress], None] | None,
        stop: Event,
    ) -> None:
        self.began = time.monotonic()
        self.problem = problem
        self.effort = effort
        self.seconds = seconds
        self.seed = seed
        self.threads = threads
        self.progress = progress
        self.stop = stop
        self.arrays, self.keys = arrays_of(problem)
        self.best: list[tuple[int, Int]] = []
        self.cost = int(self.arrays.visits[:, UNSERVED].sum())
        self.bound: int | None = None

    def plan(self) -> Plan:
        """Runs to the end of the effort and returns the best plan."""
        if len(self.keys) and len(self.problem.visits):
            budget = BUDGETS[self.effort]
            neighbours = neighbours_of(self.arrays, self.seed)
            chains = [empty_state(self.arrays, self.seed * 1000 + number) for number in range(CHAINS)]
            for chain in chains:
                start(self.arrays, neighbours, chain)
                self._take(chain)
            self._tell(0.0)
            self._search(neighbours, chains, budget)
            if not self.stop.is_set():
                self._assign(neighbours, chains, budget)
        self._tell(1.0)
        return plan_of(self.problem, self.arrays, self.keys, self.best, self.cost, self.bound, self.seed, self.spent())

    def spent(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    def _take(self, chain: State) -> None:
        if chain.numbers[BEST] < self.cost or not self.best:
            self.cost = int(chain.numbers[BEST])
            self.best = [
                (s, chain.best_batches[s, :n].astype(np.int64)) for s, n in enumerate(chain.best_lengths) if n > 0
            ]

    def _tell(self, share: float) -> None:
        if self.progress is not None:
            served = sum(len(batch) for _, batch in self.best)
            self.progress(Progress(self.spent(), self.cost, self.bound, served, share))

    def _search(self, neighbours: Neighbours, chains: Sequence[State], budget: Budget) -> None:
        hot, cold = _heat(self.arrays)
        steps = budget.steps + budget.steps_per_visit * len(self.problem.visits)
        with ThreadPoolExecutor(max(1, min(self.threads, CHAINS))) as pool:
            for number in range(ROUNDS):
                each = steps // ROUNDS
                jobs = [
                    pool.submit(self._round, neighbours, chain, each, hot, cold, number * each, steps)
                    for chain in chains
                ]
                for job in jobs:
                    job.result()
                for chain in chains:
                    self._take(chain)
                if self.stop.is_set():
                    return
                self._meet(neighbours, chains)
                self._tell(0.9 * (number + 1) / ROUNDS)

    def _round(
        self, neighbours: Neighbours, chain: State, steps: int, hot: float, cold: float, first: int, whole: int
    ) -> None:
        done = 0
        size = 50
        while done < steps and not self.stop.is_set():
            now = min(size, steps - done)
            before = time.monotonic()
            search(self.arrays, neighbours, chain, now, hot, cold, first + done, whole, 0.02)
            done += now
            size = max(10, int(now * SLICE_SECONDS / max(1e-6, time.monotonic() - before)))

    def _meet(self, neighbours: Neighbours, chains: Sequence[State]) -> None:
        """The worse chain goes on from the better one's best plan."""
        order = sorted(range(len(chains)), key=lambda number: (int(chains[number].numbers[BEST]), number))
        best, worst = chains[order[0]], chains[order[-1]]
        if worst.numbers[BEST] > best.numbers[BEST]:
            adopt(self.arrays, neighbours, worst, best.best_batches, best.best_lengths)

    def _assign(self, neighbours: Neighbours, chains: Sequence[State], budget: Budget) -> None:
        columns, hint = _columns(self.arrays, chains, self.best)
        counts = np.bincount(self.arrays.shifts[:, CLASS])
        choice = choose(columns, self.arrays.visits[:, UNSERVED], counts, hint, budget.assign_work)
        if choice is None or choice.cost >= self.cost:
            return
        free: dict[int, list[int]] = {}
        for s in range(len(self.keys) - 1, -1, -1):
            free.setdefault(int(self.arrays.shifts[s, CLASS]), []).append(s)
        self.best = sorted(
            (free[int(columns.classes[i])].pop(), columns.visits(i).astype(np.int64)) for i in choice.chosen
        )
        self.cost = choice.cost


def _heat(p: Arrays) -> tuple[float, float]:
    """First and last temperature in points, from the length of a usual short drive."""
    where = np.unique(p.visits[:, 0])
    between = p.travel[np.ix_(where, where)].astype(np.float64)
    usual = float(np.median(between)) if len(where) > 1 else 600.0
    points = max(1.0, usual * max(1, int(p.costs[0])))
    return points, points / 100.0


def _columns(p: Arrays, chains: Sequence[State], best: Sequence[tuple[int, Int]]) -> tuple[Columns, list[int]]:
    """The batches met by the chains and those of the best plan, and which of them make the best plan."""
    known: dict[tuple[int, tuple[int, ...]], tuple[int, list[int]]] = {}
    for chain in chains:
        for slot in np.nonzero(chain.pool_keys)[0]:
            s, cost, offset, length = (int(x) for x in chain.pool_rows[slot])
            batch = chain.pool_visits[offset : offset + length].tolist()
            key = (int(p.shifts[s, CLASS]), tuple(sorted(batch)))
            if key not in known or known[key][0] > cost:
                known[key] = (cost, batch)
    from planner.batches.kernel import batch_cost

    hint = []
    for s, visits in best:
        key = (int(p.shifts[s, CLASS]), tuple(sorted(visits.tolist())))
        cost = int(batch_cost(p, s, visits.astype(np.int32), len(visits)))
        if key not in known or known[key][0] > cost:
            known[key] = (cost, visits.tolist())
        hint.append(key)
    keys = sorted(known)
    place = {key: number for number, key in enumerate(keys)}
    lengths = [len(known[key][1]) for key in keys]
    columns = Columns(
        np.array([key[0] for key in keys], dtype=np.int64),
        np.array([known[key][0] for key in keys], dtype=np.int64),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.array([visit for key in keys for visit in known[key][1]], dtype=np.int32),
    )
    return columns, [place[key] for key in hint]


def plan_of(
    problem: Problem,
    p: Arrays,
    keys: Sequence[tuple[str, date]],
    batches: Sequence[tuple[int, Int]],
    cost: int,
    bound: int | None,
    seed: int,
    seconds: float,
) -> Plan:
    """The plan that these batches (row of the shift, visits in order) make, with all its times."""
    routes = []
    served: set[int] = set()
    for s, visits in batches:
        leave, back, rest, rows = timetable(p, s, visits.astype(np.int32), len(visits))
        stops = tuple(
            Stop(problem.visits[v].id, int(row[0]), int(row[1]), int(row[2]))
            for v, row in zip(visits.tolist(), rows, strict=True)
        )
        team, day = keys[s]
        routes.append(Route(team, day, int(leave), int(back), stops, int(rest) if rest >= 0 else None))
        served.update(visits.tolist())
    routes.sort(key=lambda route: (route.date, route.team))
    out = tuple(Unserved(visit.id) for v, visit in enumerate(problem.visits) if v not in served)
    return Plan(problem.name, cost, tuple(routes), out, bound, seed, round(seconds, 3))
