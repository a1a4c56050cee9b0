"""The loop search → price → assign: from a problem to a plan and a proven bound, within an effort or a time.

1. Two chains of ruin-and-recreate look for plans; every good batch they meet enters a pool.
2. Column generation adds the batches that the prices call for, and proves a bound (`planner.proof`).
3. An integer program chooses the plan among the most promising batches, while a chain goes on searching.
4. Again from 1, from the new plan, cooler; where little is missing, the plan is proven best.

Above `PARTED` visits the plan is improved in parts instead (`planner.parts`), by threads or a cluster.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import date
from threading import Event

import numpy as np

from planner.ahead import compiled_ahead
from planner.assign import Choice, Chooser, Columns
from planner.batches.arrays import BIG, CLASS, LOCATION, TRAVEL_SECOND, UNSERVED, Arrays, Float, Int, arrays_of
from planner.batches.kernel import batch_cost, timetable
from planner.batches.search import adopt, search, start
from planner.batches.state import BEST, POOL_VISITS, Neighbours, State, empty_state, neighbours_of
from planner.effort import (
    BUDGETS,
    CHOOSE,
    DIVE,
    FINISH,
    NEXT_SEARCH,
    PRICE,
    PROVE_LENGTH,
    PROVE_VISITS,
    TIMED,
    Effort,
    Progress,
    searched,
)
from planner.parts import parts_of, put_back
from planner.problem import Plan, Problem, Route, Stop, Unserved
from planner.proof import Batch, Proof
from planner.workers import Workers

CHAINS = 2
"""Searches that run side by side whatever the number of threads, so that threads never change the plan."""
ROUNDS = 20
"""How often the chains compare their plans in the first search."""
SLICE_SECONDS = 0.1
"""How long compiled code runs before it looks whether somebody wants to stop."""
POOLED = 0.03
"""Batches of plans so close to the best, as a share of its cost, enter the pool."""
PARTED = 500
"""From so many visits on a plan is improved in parts."""
PART_STEPS = 20
"""Steps a visit in each round of parts."""
MET_MOST = 6_000
"""With a time: batches met by a chain that enter the LP, a quarter the most promising."""
CHOOSE_FROM = 2_000
"""Batches the integer program chooses from."""


def optimise(
    problem: Problem,
    *,
    effort: Effort = "standard",
    seconds: float | None = None,
    seed: int = 1,
    threads: int = CHAINS,
    progress: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
    cluster: str | None = None,
) -> Plan:
    """The best plan found. Same problem, effort and seed: same plan, byte for byte, with any number of threads.

    With `seconds` the effort is a wall-clock time and the plan cannot be replayed. Setting `stop` ends the
    run within about 0.2 s with the best plan so far. `progress` is called now and then from this thread.
    """
    run = Run(problem, effort, seconds, seed, threads, progress, stop or Event())
    run.cluster = cluster
    return run.plan()


class Run:
    """One run of the optimiser: its arrays, its chains of search, its proof and its best plan."""

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
        self.ends = None if seconds is None else self.began + seconds
        self.phase_began, self.until = self.began, self.ends
        self.problem = problem
        self.budget = BUDGETS[effort] if seconds is None else TIMED
        self.seed = seed
        self.threads = max(1, min(threads, CHAINS))
        self.progress = progress
        self.stop = stop
        self.share = 0.0
        self.arrays, self.keys = arrays_of(problem)
        self.best: list[tuple[int, Int]] = []
        self.cost = int(self.arrays.visits[:, UNSERVED].sum())
        self.bound: int | None = None
        self.heat = heat_of(self.arrays)
        self.neighbours: Neighbours = neighbours_of(self.arrays, seed)
        self.chains: list[State] = []
        self.too_wide = float(BIG)
        self.cluster: str | None = None
        self.present, self.present_cost = self.best, self.cost

    def plan(self) -> Plan:
        """Runs to the end of the effort and returns the best plan."""
        if not len(self.keys) or not len(self.problem.visits):
            self.bound = self.cost
        elif len(self.problem.visits) > PARTED:
            self._in_parts()
        else:
            self._begin()
            steps = self.budget.steps + self.budget.steps_per_visit * len(self.problem.visits)
            self._phase(searched(len(self.problem.visits), self.ends and self.ends - self.began, self._length()))
            self._search(steps, ROUNDS, 1.0, 0.5 / self.budget.rounds)
            self._rounds(steps // 4)
        self._tell(1.0)
        # With an effort the same input gives the same bytes, so the clock stays out of the plan.
        seconds = 0.0 if self.ends is None else time.monotonic() - self.began
        return plan_of(self.problem, self.arrays, self.keys, self.best, self.cost, self.bound, self.seed, seconds)

    # -------------------------------------------------------------------------------------- clock and progress

    def goes_on(self) -> bool:
        """Whether the present phase has time left and nobody has said stop."""
        return not self.stop.is_set() and (self.until is None or time.monotonic() < self.until)

    def _phase(self, share: float) -> None:
        """Begins a phase that may take this share of the time that is left."""
        if self.ends is not None:
            now = self.phase_began = time.monotonic()
            self.until = now + max(0.0, self.ends - now) * share

    def _spent(self) -> float:
        """The share of the phase's time that is over; 1.0 at its end."""
        assert self.until is not None
        return min(1.0, (time.monotonic() - self.phase_began) / max(1e-9, self.until - self.phase_began))

    def _left(self) -> bool:
        return not self.stop.is_set() and (self.ends is None or time.monotonic() < self.ends - 0.05)

    def _tell(self, share: float) -> None:
        self.share = max(self.share, share)
        if self.progress is not None:
            if self.ends is not None and share < 1.0:
                whole = self.ends - self.began
                self.share = min(0.99, (time.monotonic() - self.began) / max(1e-9, whole))
            served = sum(len(batch) for _, batch in self.best)
            self.progress(Progress(time.monotonic() - self.began, self.cost, self.bound, served, self.share))

    # -------------------------------------------------------------------------------------------------- search

    def _begin(self) -> None:
        with compiled_ahead(self.arrays, self.goes_on):
            for number in range(CHAINS):
                self.chains.append(self._first_plan(empty_state(self.arrays, self.seed * 1000 + number)))

    def _first_plan(self, chain: State) -> State:
        """Fills the chain's empty plan greedily."""
        start(self.arrays, self.neighbours, chain)
        self._take(chain)
        self._tell(0.0)
        return chain

    def _take(self, chain: State) -> None:
        if chain.numbers[BEST] < self.cost or not self.best:
            self.cost = int(chain.numbers[BEST])
            self.best = [
                (s, chain.best_batches[s, :n].astype(np.int64)) for s, n in enumerate(chain.best_lengths) if n > 0
            ]

    def _search(self, steps: int, rounds: int, heat: float, share: float) -> None:
        """Searches in both chains; they meet `rounds` times. `heat` is a share of the full heat to begin with."""
        each = max(1, steps // rounds)
        began = self.share
        with ThreadPoolExecutor(self.threads) as pool:
            for number in range(rounds):
                jobs = [
                    pool.submit(self._walk, chain, each, number * each, each * rounds, heat) for chain in self.chains
                ]
                for job in jobs:
                    job.result()
                for chain in self.chains:
                    self._take(chain)
                if not self.goes_on():
                    return
                self._meet()
                self._tell(began + share * (number + 1) / rounds)

    def _walk(
        self,
        chain: State,
        steps: int,
        first: int,
        whole: int,
        heat: float,
        goes_on: Callable[[], bool] | None = None,
    ) -> None:
        """Steps `first` to `first + steps` of `whole` of one chain, in slices short enough to be stopped; with a time,
        the same share of the phase instead."""
        goes_on = goes_on or self.goes_on
        done, size = 0, 50
        hot, cold = self.heat * heat, self.heat / 100.0
        while goes_on():
            before = time.monotonic()
            if self.until is None:
                now, at, of = min(size, steps - done), first + done, whole
                over = done >= steps
            else:
                now, at, of = size, int(1e6 * self._spent()), 1_000_000
                over = at * whole >= (first + steps) * of
            if over:
                return
            search(self.arrays, self.neighbours, chain, now, hot, cold, at, of, POOLED)
            done += now
            size = max(10, min(4 * size, int(now * SLICE_SECONDS / max(1e-6, time.monotonic() - before))))

    def _meet(self) -> None:
        """The worse chain goes on from the better one's best plan."""
        order = sorted(range(CHAINS), key=lambda number: (int(self.chains[number].numbers[BEST]), number))
        best, worst = self.chains[order[0]], self.chains[order[-1]]
        if worst.numbers[BEST] > best.numbers[BEST]:
            adopt(self.arrays, self.neighbours, worst, best.best_batches, best.best_lengths)

    def _adopt(self, plan: Sequence[tuple[int, Int]], chains: Sequence[State]) -> None:
        """These chains go on from this plan."""
        shape = self.chains[0].best_batches.shape
        batches = np.zeros(shape, dtype=np.int64)
        lengths = np.zeros(shape[0], dtype=np.int64)
        for s, visits in plan:
            batches[s, : len(visits)] = visits
            lengths[s] = len(visits)
        for chain in chains:
            adopt(self.arrays, self.neighbours, chain, batches, lengths)

    def _on_shifts(self, batches: Sequence[Batch]) -> list[tuple[int, Int]]:
        """Batches by class on shifts of their own."""
        free: dict[int, list[int]] = {}
        for s in range(len(self.keys) - 1, -1, -1):
            free.setdefault(int(self.arrays.shifts[s, CLASS]), []).append(s)
        return [(free[number].pop(), np.array(visits, dtype=np.int64)) for number, visits in batches]

    # --------------------------------------------------------------------------------------------------- parts

    def _in_parts(self) -> None:
        """A greedy plan, then rounds of parts that cool down."""
        visits = len(self.problem.visits)
        with compiled_ahead(self.arrays, self.goes_on):
            self._first_plan(empty_state(self.arrays, self.seed * 1000, pool=16))
        self.present, self.present_cost = self.best, self.cost
        each = CHAINS * (self.budget.steps_per_visit + self.budget.steps / visits)
        rounds = max(1, round(each / PART_STEPS))
        number = 0
        with Workers(self.threads, self.cluster) as workers:
            while self.goes_on() and (self.until is not None or number < rounds):
                share = number / rounds if self.until is None else self._spent()
                self._round_of_parts(workers, number, self.heat * 0.01**share)
                number += 1
                self._tell(min(1.0, share))

    def _round_of_parts(self, workers: Workers, number: int, heat: float) -> None:
        parts = parts_of(self.arrays, self.present, self.seed, number)
        seeds = [(self.seed * 1_000_003 + number) * 1_009 + at for at in range(len(parts))]
        steps = [PART_STEPS * len(part.visits) for part in parts]
        present, best = dict(self.present), dict(self.present)
        cost = least = self.present_cost
        for part, better in zip(parts, workers.improve(parts, seeds, steps, heat, self.goes_on), strict=True):
            if better is not None:
                before = part.cost
                cost, least = cost + better.last_cost - before, least + better.cost - before
                put_back(part, better.last_batches, present)
                put_back(part, better.batches, best)
        self.present, self.present_cost = sorted(present.items()), cost
        if least < self.cost:
            self.best, self.cost = sorted(best.items()), least

    # ----------------------------------------------------------------------------------------- price and assign

    def _rounds(self, steps: int) -> None:
        proof = Proof(self.arrays, self.goes_on, self.threads)
        part = 0.5 / self.budget.rounds
        for number in range(self.budget.rounds):
            if not self._left() or self._proven():
                return
            self._phase(PRICE)
            proof.add(self._met())
            if self._can_prove():
                proof.run(self.budget.labels, self.cost)
                self._lift(proof)
                if self._left() and not self._proven():
                    self._dive(proof, 2 * steps)
            elif self.goes_on():
                proof.value()
            self._tell(self.share + part * 0.4)
            if not self._left() or self._proven():
                return
            self._phase(CHOOSE)
            self._choose(proof, steps)
            if self._left() and not self._proven():
                self._phase(FINISH)
                self._finish(proof)
            self._tell(self.share + part * 0.6)
            if number + 1 < self.budget.rounds and self._left() and not self._proven():
                self._adopt(self.best, self.chains)
                self._phase(NEXT_SEARCH)
                self._search(2 * steps, 4, 0.3, 0.5 / self.budget.rounds)

    def _proven(self) -> bool:
        return self.bound is not None and self.bound >= self.cost

    def _lift(self, proof: Proof) -> None:
        if proof.lower_bound >= 0:
            self.bound = max(self.bound or 0, min(proof.lower_bound, self.cost))

    def _can_prove(self) -> bool:
        return len(self.problem.visits) <= PROVE_VISITS and self._length() <= PROVE_LENGTH

    def _length(self) -> float:
        """Visits in a batch of the best plan, on average."""
        return sum(len(batch) for _, batch in self.best) / max(1, len(self.best))

    def _met(self) -> list[Batch]:
        """The batches of the best plan, and those that the chains met.

        With a time only those that cost least beyond what their visits cost in the best plan, and some of all kinds;
        all of them would keep the LP busy for too long.
        """
        fair = self._fair_costs()
        met: set[Batch] = set(self._best_batches())
        for chain in self.chains:
            slots = np.flatnonzero(chain.pool_keys)
            slots = slots[chain.pool_rows[slots, 3] > 0]
            shifts, costs, offsets, lengths = chain.pool_rows[slots].T
            so_far = np.concatenate([[0.0], np.cumsum(fair[chain.pool_visits[: chain.numbers[POOL_VISITS]]])])
            excess = costs - (so_far[offsets + lengths] - so_far[offsets])
            order = np.argsort(excess, kind="stable")
            if self.ends is not None and len(order) > MET_MOST:
                # The best alone make lopsided prices: the others are of all kinds.
                best, rest = order[: MET_MOST // 4], order[MET_MOST // 4 :]
                order = np.concatenate([best, rest[:: -(-len(rest) // (MET_MOST - len(best)))]])
            for i in order.tolist():
                visits = tuple(chain.pool_visits[offsets[i] : offsets[i] + lengths[i]].tolist())
                met.add((int(self.arrays.shifts[shifts[i], CLASS]), visits))
        return sorted(met)

    def _fair_costs(self) -> Float:
        """By visit, an equal share of its batch in the best plan; what leaving it out costs if it is in none."""
        fair = self.arrays.visits[:, UNSERVED].astype(np.float64)
        for s, visits in self.best:
            fair[visits] = int(batch_cost(self.arrays, s, visits, len(visits))) / len(visits)
        return fair

    def _best_batches(self) -> list[Batch]:
        return [(int(self.arrays.shifts[s, CLASS]), tuple(visits.tolist())) for s, visits in self.best]

    def _dive(self, proof: Proof, steps: int) -> None:
        """A plan out of the prices, whose gaps the second chain mends; the first goes on from the best plan."""
        self._phase(DIVE)
        batches = proof.dive()
        if not self.stop.is_set():
            self._phase(searched(len(self.problem.visits)))
            self._adopt(self.best, self.chains[:1])
            self._adopt(self._on_shifts(batches), self.chains[1:])
            self._search(steps, 2, 0.1, 0.0)

    def _choose(self, proof: Proof, steps: int) -> None:
        """The integer program over the promising batches, beside it the chains from the best plan."""
        if proof.worth is None and not proof.value():
            return
        gap = self.cost - proof.bound if proof.bound > 0 else float(BIG)
        columns, keys = proof.columns(CHOOSE_FROM, gap, self._best_batches())
        chooser = self._chooser(proof, columns, keys)
        self._adopt(self.best, self.chains[:1])
        with ThreadPoolExecutor(self.threads) as pool:
            job = pool.submit(chooser.solve, self.budget.nodes, self._seconds())
            # With a time the chain goes on as long as the choice takes; with an effort for so many steps.
            goes_on = self.goes_on if self.ends is None else lambda: not job.done() and self.goes_on()
            beside = pool.submit(self._walk, self.chains[0], steps, 0, steps, 0.1, goes_on)
            self._await(job, chooser)
            beside.result()
        self._take_choice(job, columns, keys)
        self._take(self.chains[0])

    def _finish(self, proof: Proof) -> None:
        """Lists every batch that could still matter, if they are few, and chooses among all of them: proven best."""
        gap = self.cost - proof.bound
        if not proof.finished or self.bound is None or gap > 0.8 * self.too_wide:
            return
        every = proof.all_within(gap)
        if every is None:
            self.too_wide = gap
            return
        columns, keys = proof.as_columns([*every, *self._best_batches()])
        chooser = self._chooser(proof, columns, keys)
        with ThreadPoolExecutor(1) as pool:
            # Each node of a long list takes longer; the product is what it costs.
            nodes = max(10, int(self.budget.nodes * min(4.0, 8_000 / len(columns))))
            job = pool.submit(chooser.solve, nodes, self._seconds())
            self._await(job, chooser)
        choice = self._take_choice(job, columns, keys)
        if choice is not None:
            # Batches outside the list cannot be in a plan below the cost that the list was made for.
            self.bound = max(self.bound, min(self.cost, int(np.ceil(choice.bound - 1e-3))))

    def _chooser(self, proof: Proof, columns: Columns, keys: Sequence[Batch]) -> Chooser:
        places = {(number, frozenset(visits)): place for place, (number, visits) in enumerate(keys)}
        hint = [places[number, frozenset(visits)] for number, visits in self._best_batches()]
        return Chooser(columns, self.arrays.visits[:, UNSERVED], proof.shifts_in, hint)

    def _seconds(self) -> float | None:
        return None if self.until is None else max(0.1, self.until - time.monotonic())

    def _await(self, job: Future[Choice | None], chooser: Chooser) -> None:
        while not job.done():
            wait([job], timeout=0.05)
            if self.stop.is_set():
                chooser.interrupt()

    def _take_choice(self, job: Future[Choice | None], columns: Columns, keys: Sequence[Batch]) -> Choice | None:
        choice = job.result()
        if choice is not None and choice.cost < self.cost:
            self.best = self._on_shifts([keys[index] for index in choice.chosen])
            self.cost = choice.cost
        return choice


def heat_of(p: Arrays) -> float:
    """The first temperature in points: what a usual short drive costs."""
    where = np.unique(p.visits[:, LOCATION])
    usual = float(np.median(p.travel[np.ix_(where, where)])) if len(where) > 1 else 600.0
    return max(1.0, usual * max(1, int(p.costs[TRAVEL_SECOND])))


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
        leave, back, rest, rows = timetable(p, s, visits.astype(np.int64), len(visits))
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
