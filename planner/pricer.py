"""Pricing on all cores: batches that are cheaper than the prices, class by class of equal shifts.

Labels with exact dominance prove that there is none; relaxed ones find many fast. Where little is missing, all batches
that could still matter are listed.
"""

import math
from collections.abc import Callable, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np

from planner.assign import Worth
from planner.batches.arrays import CLASS, TEAM_DATE, Arrays
from planner.batches.labels import EXACT, RELAXED, SAME_VISITS, Labels, Prices, batch_of, make_labels, memory_of
from planner.batches.pricing import completion, grain_of, least_ahead, price
from planner.batches.state import neighbours_of

Batch = tuple[int, tuple[int, ...]]
"""Class of shifts, and visits in driving order."""
Cuts = Sequence[frozenset[int]]
"""By cut, its three visits."""
Banned = Mapping[int, Sequence[int]]
"""By class of shifts, the visits that it may not make."""

CUT_WORDS = 2
CUTS_MOST = 64 * CUT_WORDS
NEW_A_CLASS = 12
BESIDE = 30
"""Visits nearby that a batch may go on to while pricing is relaxed."""
MEMORY = 12
"""Visits nearby that a label remembers."""
ROOM = 60_000
"""Labels in one pricing at most; more means that nothing is proven by it."""
SMALL_ROOM = 12_000
"""Labels for listing all batches of one class, at most: with more the choice among them would not end."""
LISTED_MOST = 30_000
"""Batches listed in all, at most."""
LOOK_SECONDS = 0.01
"""How often somebody looks whether pricing has to end."""
NEVER = 1e12
"""Points that a visit costs where it is banned."""
TINY = 1e-4
"""Points below which a batch is not cheaper."""


@dataclass(frozen=True, eq=False)
class Priced:
    """What pricing one class found: batches, no more reduced points than there are, and whether it went to its end."""

    batches: tuple[tuple[int, ...], ...]
    least: float
    labels: int
    whole: bool


class Pricer:
    """Room for labels, and what of a problem does not change from price to price."""

    def __init__(self, p: Arrays, goes_on: Callable[[], bool], threads: int) -> None:
        self.p = p
        self.goes_on = goes_on
        self.threads = threads
        self.room = ROOM
        classes = p.shifts[:, CLASS]
        self.first_of = [int(np.argmax(classes == c)) for c in range(int(classes.max()) + 1)]
        self.grains = [int(grain_of(p, s)) for s in self.first_of]
        self.memory = memory_of(p, MEMORY)
        everyone = np.tile(np.arange(len(p.visits), dtype=np.int64), (len(p.visits), 1))
        self.beside = {RELAXED: neighbours_of(p, 0, BESIDE).near, EXACT: everyone, SAME_VISITS: everyone}
        self.spaces: list[Labels] = [make_labels(ROOM, len(p.visits), CUT_WORDS) for _ in range(threads)]
        self.small_spaces = [make_labels(SMALL_ROOM, len(p.visits), CUT_WORDS) for _ in range(threads)]

    def price(
        self, threads: ThreadPoolExecutor, worth: Worth, cuts: Cuts, banned: Banned, few: Set[int]
    ) -> list[Priced]:
        """Batches of each class that are cheaper than `worth`: of those in `few` by relaxed labels, else by exact ones.

        `cuts` may hold more cuts than `worth` knows.
        """
        prices = self._prices(worth, cuts, EXACT)
        count = len(self.first_of)

        def work(thread: int) -> list[tuple[int, Priced]]:
            found = []
            for number in range(thread, count, self.threads):
                if self.goes_on():
                    care = RELAXED if number in few else EXACT
                    mine = _without(prices, banned.get(number, ()))
                    found.append((number, self._price(number, mine, worth, self.spaces[thread], care, -TINY)))
            return found

        jobs = [threads.submit(work, thread) for thread in range(self.threads)]
        self._watch(jobs, self.spaces)
        found = dict(pair for job in jobs for pair in job.result())
        unknown = Priced((), -math.inf, 0, False)
        return [found.get(number, unknown) for number in range(count)]

    def list_all(self, worth: Worth, cuts: Cuts, banned: Banned, gap: float) -> list[Batch] | None:
        """Every batch that costs less than `gap` points beyond `worth`; None where they are too many or time ends."""
        listed: list[Batch] = []
        prices = self._prices(worth, cuts, SAME_VISITS)
        with ThreadPoolExecutor(self.threads) as threads:
            for first in range(0, len(self.first_of), self.threads):
                numbers = range(first, min(first + self.threads, len(self.first_of)))
                jobs = [
                    threads.submit(
                        self._price, number, _without(prices, banned.get(number, ())), worth, space, SAME_VISITS, gap
                    )
                    for number, space in zip(numbers, self.small_spaces, strict=False)
                ]
                self._watch(jobs, self.small_spaces)
                for number, job in zip(numbers, jobs, strict=True):
                    one = job.result()
                    listed += [(number, visits) for visits in one.batches]
                    if not one.whole:
                        return None
                if len(listed) > LISTED_MOST or not self.goes_on():
                    return None
        return listed

    def _prices(self, worth: Worth, all_cuts: Cuts, care: int) -> Prices:
        cut_of = np.zeros((len(self.p.visits), CUT_WORDS), dtype=np.uint64)
        for number, three in enumerate(all_cuts[: len(worth.cuts)]):
            for visit in three:
                cut_of[visit, number >> 6] |= np.uint64(1) << np.uint64(number & 63)
        cuts = np.zeros(CUTS_MOST)
        cuts[: len(worth.cuts)] = worth.cuts
        memory = np.full_like(self.memory, ~np.uint64(0)) if care == SAME_VISITS else self.memory
        return Prices(worth.visits, cuts, cut_of, memory)

    def _watch(self, jobs: Sequence[Future[Any]], spaces: Sequence[Labels]) -> None:
        """Waits for the jobs; halts the pricing in these spaces once there is no time left or somebody says stop."""
        while wait(jobs, timeout=LOOK_SECONDS).not_done:
            if not self.goes_on():
                for space in spaces:
                    space.halt[0] = 1
        for space in spaces:
            space.halt[0] = 0

    def _price(self, number: int, prices: Prices, worth: Worth, space: Labels, care: int, below: float) -> Priced:
        s, grain = self.first_of[number], self.grains[number]
        shift_price = float(worth.classes[number])
        beside = self.beside[care]
        least, at_least = np.zeros((1, 1)), -math.inf
        if grain > 0:
            least = completion(self.p, s, prices, beside, grain)
            if care != RELAXED:
                at_least = least_ahead(self.p, s, prices, least, grain) + float(self.p.costs[TEAM_DATE]) - shift_price
        top, best = price(self.p, s, prices, beside, shift_price, space, least, grain, care, below)
        if top > len(space.points):
            return Priced((), at_least, len(space.points), False)
        ended = space.ended[:top] + (float(self.p.costs[TEAM_DATE]) - shift_price)
        most = NEW_A_CLASS if care != SAME_VISITS else LISTED_MOST
        batch = np.zeros(top, dtype=np.int64)  # a batch that holds visits twice may be very long
        taken: dict[frozenset[int], tuple[int, ...]] = {}
        for i in np.argsort(ended, kind="stable")[: 4 * most]:
            if ended[i] >= below or len(taken) >= most:
                break
            visits = tuple(int(v) for v in batch[: int(batch_of(space, i, batch))])
            taken.setdefault(frozenset(visits), visits)
        if care == RELAXED:
            return Priced(tuple(taken.values()), -math.inf, top, False)
        # Labels that end less than TINY below nothing are not looked for.
        return Priced(tuple(taken.values()), min(-TINY, float(best)), top, True)


def _without(prices: Prices, banned: Sequence[int]) -> Prices:
    """These prices for a class that may not make some visits."""
    if not banned:
        return prices
    visits = prices.visits.copy()
    visits[list(banned)] = -NEVER
    return prices._replace(visits=visits)
