"""Two searches side by side: how they walk, meet, begin anew, and cross the plans they ended in.

What they find depends on the seed and on their steps alone, or on a time, never on the number of threads.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event

import numpy as np

from planner.batches.arrays import BIG, CLASS, LOCATION, TRAVEL_SECOND, UNSERVED, Arrays, ByShift, Float
from planner.batches.kernel import batch_cost
from planner.batches.search import adopt, search, start
from planner.batches.state import BEST, HALT, POOL_VISITS, State, empty_state, neighbours_of
from planner.crossing import crossed
from planner.effort import Phases
from planner.pricer import Batch
from planner.walk import walk

CHAINS = 2
"""Searches that run side by side whatever the number of threads, so that threads never change the plan."""
LOOK_SECONDS = 0.01
"""How often somebody looks whether the first plan has to end."""
SLICE_SECONDS = 0.1
"""How long compiled code runs before it looks whether somebody wants to stop."""
COLD = 0.01
"""The last heat, as a share of the full heat."""
POOLED = 0.03
"""Batches of plans so close to the best, as a share of what its batches cost, enter the pool."""
KEPT = 8
"""Plans kept for crossing, at most."""
ALIKE = 0.3
"""Of two plans in which a smaller share of the batches differs only the cheaper one is kept."""
CHILD_STEPS = 40
"""Steps a visit that mend a child."""
CHILD_HEAT = 0.1
MEASURED = 1_000
"""So many places, at most, say what a usual drive is."""


@dataclass(frozen=True, eq=False)
class Kept:
    """A plan kept for crossing: points, batches by shift, batches by class."""

    cost: int
    plan: ByShift
    batches: frozenset[Batch]

    def is_like(self, other: "Kept") -> bool:
        """Whether nearly all batches of the two are the same."""
        same = len(self.batches & other.batches)
        return same > (1.0 - ALIKE) * max(1, min(len(self.batches), len(other.batches)))


class Chains:
    """The searches over one problem, and the best plans they ended in, cheapest first."""

    def __init__(self, p: Arrays, seed: int, threads: int, phases: Phases) -> None:
        self.p = p
        self.seed = seed
        self.threads = max(1, min(threads, CHAINS))
        self.phases = phases
        self.near = neighbours_of(p, seed, goes_on=phases.goes_on)
        self.heat = heat_of(p)
        self.states: list[State] = []
        self.kept: list[Kept] = []
        self.random = np.random.Generator(np.random.PCG64(seed))

    def start(self, pool: int = 1 << 16) -> tuple[int, ByShift]:
        """One more chain, its plan filled greedily: points and batches. `pool` is the room for batches met.

        Where there is no time left or somebody says stop the plan is as full as it is by then.
        """
        state = empty_state(self.p, self.seed * 1000 + len(self.states), pool)
        with ThreadPoolExecutor(1) as clerk:
            job = clerk.submit(start, self.p, self.near, state)
            while wait([job], timeout=LOOK_SECONDS).not_done:
                if not self.phases.goes_on():
                    state.numbers[HALT] = 1
            job.result()
        self.states.append(state)
        return best_of(state)

    def best(self) -> tuple[int, ByShift]:
        """The cheapest of what the chains have met since they began anew."""
        return best_of(min(self.states, key=lambda state: int(state.numbers[BEST])))

    def walk(
        self,
        state: State,
        steps: int,
        first: int,
        whole: int,
        heat: float,
        goes_on: Callable[[], bool] | None = None,
    ) -> None:
        """Steps `first` to `first + steps` of `whole` of one chain, in slices short enough to be stopped; with a time,
        the same share of the phase instead. `heat` is a share of the full heat to begin with."""
        goes_on = goes_on or self.phases.goes_on
        pooled = self._pooled(state)
        done, size = 0, 50
        hot, cold = self.heat * heat, self.heat * COLD
        while goes_on():
            before = time.monotonic()
            if not self.phases.timed:
                now, at, of = min(size, steps - done), first + done, whole
                over = done >= steps
            else:
                now, at, of = size, int(1e6 * self.phases.spent()), 1_000_000
                over = at * whole >= (first + steps) * of
            if over:
                return
            search(self.p, self.near, state, now, hot, cold, at, of, pooled)
            done += now
            size = max(10, min(4 * size, int(now * SLICE_SECONDS / max(1e-6, time.monotonic() - before))))

    def search(self, steps: int, rounds: int, heat: float, meet: bool = True) -> Iterator[float]:
        """Searches in all chains, in so many rounds, after each of which they may meet; yields the share done.

        At the end their plans are kept for crossing.
        """
        each = max(1, steps // rounds)
        with ThreadPoolExecutor(self.threads) as pool:
            for number in range(rounds):
                jobs = [
                    pool.submit(self.walk, state, each, number * each, each * rounds, heat) for state in self.states
                ]
                for job in jobs:
                    job.result()
                yield (number + 1) / rounds
                if not self.phases.goes_on():
                    break
                if meet:
                    self._meet()
        for state in self.states:
            self.keep(*best_of(state))

    def _meet(self) -> None:
        """The worse chain goes on from the better one's best plan."""
        order = sorted(range(len(self.states)), key=lambda number: (int(self.states[number].numbers[BEST]), number))
        best, worst = self.states[order[0]], self.states[order[-1]]
        if worst.numbers[BEST] > best.numbers[BEST]:
            adopt(self.p, self.near, worst, best.best_batches, best.best_lengths)

    def go_on_from(self, plan: ByShift, states: Iterable[State], anew: bool = False) -> None:
        """These chains go on from this plan; `anew` they forget the best one that they had met."""
        shape = self.states[0].best_batches.shape
        batches = np.zeros(shape, dtype=np.int64)
        lengths = np.zeros(shape[0], dtype=np.int64)
        for s, visits in plan:
            batches[s, : len(visits)] = visits
            lengths[s] = len(visits)
        for state in states:
            if anew:
                state.numbers[BEST] = BIG
            adopt(self.p, self.near, state, batches, lengths)

    def begin_anew(self) -> None:
        """All chains forget their plans."""
        self.go_on_from([], self.states, anew=True)

    def forget(self) -> None:
        """No chain, no plan kept and no batch met is left: the next `start` is the first."""
        self.states.clear()
        self.kept.clear()

    # ------------------------------------------------------------------------------------------------ crossing

    def keep(self, cost: int, plan: ByShift) -> None:
        """Keeps a plan for crossing, if it is among the best and no better one is like it."""
        new = Kept(cost, plan, self._keys(plan))
        like = [one for one in self.kept if one.is_like(new)]
        if all(cost < one.cost for one in like):
            others = [one for one in self.kept if one not in like]
            self.kept = sorted([*others, new], key=lambda one: one.cost)[:KEPT]

    def _keys(self, plan: ByShift) -> frozenset[Batch]:
        return frozenset((int(self.p.shifts[s, CLASS]), tuple(visits.tolist())) for s, visits in plan)

    @property
    def child_steps(self) -> int:
        """Steps that a child takes."""
        return CHILD_STEPS * len(self.p.visits)

    def cross(self) -> None:
        """Every chain mends a child of two of the plans kept; the good ones are kept in their turn."""
        self._cross(self.states, self.phases.goes_on)

    @contextmanager
    def crossing_beside(self) -> Iterator[None]:
        """The first chain goes on crossing beside what happens inside, of which the LP keeps only one core busy."""
        done = Event()

        def goes_on() -> bool:
            return not done.is_set() and self.phases.goes_on()

        def work() -> None:
            while goes_on():
                self._cross(self.states[:1], goes_on)

        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(work)
            try:
                yield
            finally:
                done.set()
            job.result()

    def _cross(self, states: Sequence[State], goes_on: Callable[[], bool]) -> None:
        children = [crossed(self.p, *self._parents(), self.random) for _ in states]
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(lambda state, child: self._mend(state, child, self.child_steps, goes_on), states, children))
        for state in states:
            self.keep(*best_of(state))

    def _parents(self) -> tuple[ByShift, ByShift]:
        """Two of the plans kept, each the better of two."""
        count = len(self.kept)
        one = int(self.random.integers(count, size=2).min())
        other = int(self.random.integers(count, size=2).min())
        if one == other:
            other = (one + 1 + int(self.random.integers(max(1, count - 1)))) % count
        return self.kept[one].plan, self.kept[other].plan

    def mend(self, plan: ByShift, steps: int) -> tuple[int, ByShift]:
        """The last chain mends a plan that may leave visits out: points and batches. The first may cross meanwhile."""
        self._mend(self.states[-1], plan, steps, self.phases.goes_on)
        return best_of(self.states[-1])

    def _mend(self, state: State, child: ByShift, steps: int, goes_on: Callable[[], bool]) -> None:
        self.go_on_from(child, [state], anew=True)
        pooled = self._pooled(state)
        walk(self.p, self.near, state, steps, self.heat * CHILD_HEAT, self.heat * COLD, steps, pooled, goes_on)

    # ---------------------------------------------------------------------------------------------------- pool

    def _pooled(self, state: State) -> float:
        """So many points above the best plan batches still enter the pool."""
        out = int(self.p.visits[state.shift_of < 0, UNSERVED].sum())
        return POOLED * max(0.0, float(state.numbers[BEST] - out))

    def met(self, plan: ByShift, most: int | None) -> Iterator[Batch]:
        """The batches in the pools: class and visits.

        Of each chain at most `most`: a quarter those that cost least beyond a fair share of what `plan` costs, the
        others of all kinds; the cheapest alone make lopsided prices.
        """
        fair = self._fair_costs(plan)
        for state in self.states:
            slots = np.flatnonzero(state.pool_keys)
            slots = slots[state.pool_rows[slots, 3] > 0]
            shifts, costs, offsets, lengths = state.pool_rows[slots].T
            so_far = np.concatenate([[0.0], np.cumsum(fair[state.pool_visits[: state.numbers[POOL_VISITS]]])])
            excess = costs - (so_far[offsets + lengths] - so_far[offsets])
            order = np.argsort(excess, kind="stable")
            if most is not None and len(order) > most:
                best, rest = order[: most // 4], order[most // 4 :]
                order = np.concatenate([best, rest[:: -(-len(rest) // (most - len(best)))]])
            for i in order.tolist():
                visits = tuple(state.pool_visits[offsets[i] : offsets[i] + lengths[i]].tolist())
                yield int(self.p.shifts[shifts[i], CLASS]), visits

    def _fair_costs(self, plan: ByShift) -> Float:
        """By visit, an equal share of its batch in the plan; what leaving it out costs if it is in none."""
        fair = self.p.visits[:, UNSERVED].astype(np.float64)
        for s, visits in plan:
            fair[visits] = int(batch_cost(self.p, s, visits, len(visits))) / len(visits)
        return fair


def best_of(state: State) -> tuple[int, ByShift]:
    """The cheapest plan that a chain has met since it began anew: points and batches."""
    plan = [(s, state.best_batches[s, :n].astype(np.int64)) for s, n in enumerate(state.best_lengths) if n > 0]
    return int(state.numbers[BEST]), plan


def heat_of(p: Arrays) -> float:
    """The first temperature in points: what a usual short drive costs."""
    where = np.unique(p.visits[:, LOCATION])
    where = where[:: max(1, -(-len(where) // MEASURED))]
    usual = float(np.median(p.travel[np.ix_(where, where)])) if len(where) > 1 else 600.0
    return max(1.0, usual * max(1, int(p.costs[TRAVEL_SECOND])))
