"""Column generation: batches and prices in turn, until no batch is cheaper than its prices.

Then the LP's value is a proven bound on every plan; before that the Lagrangian bound is. Subset-row cuts lift
it further, and where little is missing all batches that could still matter are listed, so that the choice
among them is proven best.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planner.assign import Columns, Master, Worth
from planner.batches.arrays import BIG, CLASS, TEAM_DATE, UNSERVED, Arrays, Int
from planner.batches.kernel import batch_cost
from planner.batches.labels import EXACT, RELAXED, SAME_VISITS, Labels, Prices, batch_of, make_labels, memory_of
from planner.batches.pricing import completion, grain_of, least_ahead, price
from planner.batches.state import neighbours_of
from planner.cuts import SOME, violated

Batch = tuple[int, tuple[int, ...]]
"""Class of shifts, and visits in driving order."""

CUT_WORDS = 2
CUTS_MOST = 64 * CUT_WORDS
CUTS_A_ROUND = 16
NEW_A_CLASS = 12
BESIDE = 30
"""Visits nearby that a batch may go on to while pricing is relaxed."""
LIFT_AT_LEAST = 3e-5
"""Cuts that lift the bound by a smaller share of it are the last."""
MEMORY = 12
"""Visits nearby that a label remembers."""
ROOM = 60_000
"""Labels in one pricing at most; more means that nothing is proven by it."""
AGAIN = 2
"""Classes with more labels than that are tried again after so many times the labels that it takes to see it."""
SMALL_ROOM = 12_000
"""Labels for listing all batches of one class, at most: with more the choice among them would not end."""
LISTED_MOST = 30_000
"""Batches listed in all, at most."""
KEPT_FROM = 0.6
"""Use of a batch in the LP from which a dive keeps it."""
LOOK_SECONDS = 0.01
"""How often somebody looks whether pricing has to end."""
TINY = 1e-4
"""Points below which a batch is not cheaper."""


@dataclass(frozen=True, eq=False)
class Priced:
    """What pricing one class found: batches, no more reduced points than there are, and whether it went to its end."""

    batches: tuple[tuple[int, ...], ...]
    least: float
    labels: int
    whole: bool


@dataclass
class Proof:
    """Column generation over one problem: `add` batches, `run`, read `bound`, take `columns`."""

    p: Arrays
    goes_on: Callable[[], bool]
    threads: int = 2
    bound: float = -math.inf
    labels: int = 0
    """Labels made so far: the measure of effort."""
    finished: bool = False
    """Whether no batch and no cut can lift the bound any more."""
    pool: dict[Batch, int] = field(default_factory=dict)
    """Points by batch."""
    worth: Worth | None = None
    """The newest prices."""
    proved: Worth | None = None
    """The prices whose bound is `bound`: newer ones may prove less."""
    last_bound: float = -math.inf
    """The bound before the newest cuts."""
    led: list[int] = field(default_factory=list)
    """The columns with which dives began."""

    def __post_init__(self) -> None:
        p = self.p
        classes = p.shifts[:, CLASS]
        self.shifts_in: Int = np.bincount(classes)
        self.first_of = [int(np.argmax(classes == c)) for c in range(len(self.shifts_in))]
        self.grains = [int(grain_of(p, s)) for s in self.first_of]
        self.memory = memory_of(p, MEMORY)
        everyone = np.tile(np.arange(len(p.visits), dtype=np.int64), (len(p.visits), 1))
        self.beside = {RELAXED: neighbours_of(p, 0, BESIDE).near, EXACT: everyone, SAME_VISITS: everyone}
        self.master = Master(p.visits[:, UNSERVED], self.shifts_in)
        self.spaces: list[Labels] = [make_labels(ROOM, len(p.visits), CUT_WORDS) for _ in range(self.threads)]
        self.small_spaces = [make_labels(SMALL_ROOM, len(p.visits), CUT_WORDS) for _ in range(self.threads)]

    def add(self, batches: Iterable[Batch]) -> int:
        """Takes batches into the pool and the LP, those that break a rule excepted. Returns how many were new.

        Ends early where there is no time left: a search may have met tens of thousands.
        """
        new = 0
        for number, visits in batches:
            if not self.goes_on():
                break
            if (number, visits) not in self.pool:
                cost = self.cost_of(number, visits)
                if cost < BIG:
                    self.pool[number, visits] = cost
                    self.master.add(number, cost, visits)
                    new += 1
        return new

    def cost_of(self, number: int, visits: Sequence[int]) -> int:
        """Points of a batch on a shift of class `number`; BIG if it breaks a rule."""
        return int(batch_cost(self.p, self.first_of[number], np.array(visits, dtype=np.int64), len(visits)))

    def run(self, most_labels: int, cost: int) -> None:
        """Generates batches until the bound is as high as it goes, meets `cost`, or `most_labels` more were made."""
        until = self.labels + most_labels
        few: set[int] = set()  # classes with more exact labels than there is room for
        few_found_none, few_since = False, 0
        with ThreadPoolExecutor(self.threads) as threads:
            while self.goes_on() and self.labels < until and not self.proves(cost) and self.value():
                assert self.worth is not None
                found = self._price_all(threads, self.worth, few, -TINY)
                if not self.goes_on():
                    return
                self._lift(self.worth, found)
                over = {number for number, one in enumerate(found) if not one.whole} - few
                if over:
                    few_since = self.labels
                if self.add((number, visits) for number, one in enumerate(found) for visits in one.batches):
                    ripe = self.labels - few_since > AGAIN * ROOM * len(few)
                    few, few_found_none = over if ripe else few | over, False
                elif few:
                    few, few_found_none = set(), True
                elif over and not few_found_none:
                    few = over
                elif self._lifted() and self._cut(self.worth):
                    few_found_none = False
                else:
                    self.finished = not over
                    return

    def dive(self) -> list[Batch]:
        """A plan's batches, by keeping the most used ones, pricing again, and so on; each visit at most once.

        Keeping many at once leaves visits out when days are tight; the prices must see each decision. No dive
        keeps a batch with which an earlier one began, so each leads to another plan (Sadykov et al. 2019).
        """
        kept: list[Batch] = []
        free, room = set(range(len(self.p.visits))), self.shifts_in.copy()
        for index in self.led:
            self.master.leave_out(index)
        with ThreadPoolExecutor(self.threads) as threads:
            while self.goes_on():
                worth = self._solve()
                more = [] if worth is None else self._most_used(worth, free, room)
                if not more:
                    break
                if not kept:
                    self.led.append(more[0])
                for index in more:
                    number, _, visits = self.master.columns[index]
                    self.master.fix(index)
                    kept.append((number, visits))
                    free.difference_update(visits)
                    room[number] -= 1
                worth = self._solve()
                if worth is None:
                    break
                found = self._price_all(threads, worth, set(range(len(self.first_of))), -TINY)
                self.add((number, visits) for number, one in enumerate(found) for visits in one.batches)
        self.master.release()
        return kept

    def _most_used(self, worth: Worth, free: Set[int], room: Int) -> list[int]:
        """The columns used more than `KEPT_FROM`, else the most used one, that go together with those kept before."""
        free, room = set(free), room.copy()
        chosen: list[int] = []
        for index in np.argsort(-worth.use, kind="stable").tolist():
            if worth.use[index] <= (KEPT_FROM if chosen else SOME):
                break
            number, _, visits = self.master.columns[index]
            if room[number] > 0 and _once(visits) and free.issuperset(visits):
                chosen.append(index)
                free.difference_update(visits)
                room[number] -= 1
        return chosen

    def _lifted(self) -> bool:
        """Whether the last cuts were worth their time; the first always are."""
        before, self.last_bound = self.last_bound, self.bound
        return self.bound > before + LIFT_AT_LEAST * abs(self.bound)

    def proves(self, cost: int) -> bool:
        """Whether the bound shows that no plan is cheaper than `cost`; costs are whole points."""
        return self.lower_bound >= cost

    @property
    def lower_bound(self) -> int:
        """The bound in whole points: no plan costs less."""
        return -1 if self.bound == -math.inf else math.ceil(self.bound - 1e-3)

    def value(self) -> bool:
        """Solves the LP over the pool into `worth`; False, and `worth` as it was, if there is no time left for it."""
        worth = self._solve()
        self.worth = worth or self.worth
        return worth is not None

    def _solve(self) -> Worth | None:
        """The LP's answer; None once there is no time left or somebody says stop."""
        with ThreadPoolExecutor(1) as clerk:
            job = clerk.submit(self.master.solve)
            while wait([job], timeout=LOOK_SECONDS).not_done:
                if not self.goes_on():
                    self.master.interrupt()
            return job.result()

    def columns(self, most: int, gap: float, always: Iterable[Batch]) -> tuple[Columns, list[Batch]]:
        """The `most` most promising batches with at most `gap` reduced points, and `always`; and their keys.

        Asks for `value` first. A choice among them proves nothing: `all_within` does.
        """
        worth = self.worth
        if worth is None:
            raise ValueError("columns have no reduced points before the LP was solved: call value() first")
        cuts_of = self._cuts_of(worth)
        ranked = sorted((_reduced(batch, cost, worth, cuts_of), batch) for batch, cost in self.pool.items())
        kept = [batch for points, batch in ranked[:most] if points <= gap]
        return self.as_columns([*kept, *always])

    def all_within(self, gap: float) -> list[Batch] | None:
        """Every batch that a plan less than `gap` points above the bound may hold; None where they are too many.

        A batch with so many points beyond its prices lifts any plan that holds it as far above the bound that these
        very prices prove; other prices would leave out batches that matter.
        """
        worth = self.proved
        if worth is None:
            return None
        listed: list[Batch] = []
        prices = self._prices(worth, SAME_VISITS)
        with ThreadPoolExecutor(self.threads) as threads:
            for first in range(0, len(self.first_of), self.threads):
                numbers = range(first, min(first + self.threads, len(self.first_of)))
                jobs = [
                    threads.submit(self._price, number, prices, worth, space, SAME_VISITS, gap)
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

    def as_columns(self, batches: Iterable[Batch]) -> tuple[Columns, list[Batch]]:
        """Batches as columns, the cheapest order of each set of visits; and their keys."""
        cheapest: dict[tuple[int, frozenset[int]], tuple[int, Batch]] = {}
        for number, visits in batches:
            held = frozenset(visits)
            if _once(visits):
                cost = self.pool.get((number, visits), -1)
                cost = self.cost_of(number, visits) if cost < 0 else cost
                key = (number, held)
                if cost < BIG and (key not in cheapest or cheapest[key] > (cost, (number, visits))):
                    cheapest[key] = (cost, (number, visits))
        rows = sorted(cheapest.values(), key=lambda one: one[1])
        return (
            Columns(
                np.array([batch[0] for _, batch in rows], dtype=np.int64),
                np.array([cost for cost, _ in rows], dtype=np.int64),
                np.concatenate([[0], np.cumsum([len(batch[1]) for _, batch in rows])]).astype(np.int64),
                np.array([visit for _, batch in rows for visit in batch[1]], dtype=np.int64),
            ),
            [batch for _, batch in rows],
        )

    def _cuts_of(self, worth: Worth) -> dict[int, list[int]]:
        """By visit, the numbers of the cuts that it stands in and that `worth` knows."""
        cuts_of: dict[int, list[int]] = {}
        for number, (three, _) in enumerate(self.master.cuts[: len(worth.cuts)]):
            for visit in three:
                cuts_of.setdefault(visit, []).append(number)
        return cuts_of

    def _lift(self, worth: Worth, found: list[Priced]) -> None:
        """The Lagrangian bound: what the prices pay, less what each class could still gain."""
        gain = sum(min(0.0, one.least) * int(count) for one, count in zip(found, self.shifts_in, strict=True))
        paid = float(worth.visits.sum() + (worth.classes * self.shifts_in).sum() + worth.cuts.sum())
        if paid + gain > -math.inf and paid + gain >= self.bound:
            self.bound, self.proved = paid + gain, worth

    def _prices(self, worth: Worth, care: int) -> Prices:
        cut_of = np.zeros((len(self.p.visits), CUT_WORDS), dtype=np.uint64)
        for number, (three, _) in enumerate(self.master.cuts[: len(worth.cuts)]):
            for visit in three:
                cut_of[visit, number >> 6] |= np.uint64(1) << np.uint64(number & 63)
        cuts = np.zeros(CUTS_MOST)
        cuts[: len(worth.cuts)] = worth.cuts
        memory = np.full_like(self.memory, ~np.uint64(0)) if care == SAME_VISITS else self.memory
        return Prices(worth.visits, cuts, cut_of, memory)

    def _price_all(self, threads: ThreadPoolExecutor, worth: Worth, few: Set[int], below: float) -> list[Priced]:
        """Prices each class: those of `few` with relaxed labels, the others with exact ones."""
        prices = self._prices(worth, EXACT)
        count = len(self.first_of)

        def work(thread: int) -> list[tuple[int, Priced]]:
            return [
                (
                    number,
                    self._price(number, prices, worth, self.spaces[thread], RELAXED if number in few else EXACT, below),
                )
                for number in range(thread, count, self.threads)
                if self.goes_on()
            ]

        jobs = [threads.submit(work, thread) for thread in range(self.threads)]
        self._watch(jobs, self.spaces)
        found = dict(pair for job in jobs for pair in job.result())
        unknown = Priced((), -math.inf, 0, False)
        result = [found.get(number, unknown) for number in range(count)]
        self.labels += sum(one.labels for one in result)
        return result

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

    def _cut(self, worth: Worth) -> bool:
        """Adds the most violated subset-row cuts; whether there were any and there was room."""
        room = min(CUTS_A_ROUND, CUTS_MOST - len(self.master.cuts))
        known = {three for three, _ in self.master.cuts}
        found = [(excess, three) for three, excess in violated(self.master, worth) if three not in known]
        found.sort(key=lambda one: (-round(one[0], 6), sorted(one[1])))
        for _, three in found[:room]:
            self.master.add_cut(three)
        return bool(found[:room])


def _reduced(batch: Batch, cost: int, worth: Worth, cuts_of: Mapping[int, Sequence[int]]) -> float:
    """What a batch costs beyond its prices."""
    number, visits = batch
    held = Counter(cut for visit in visits for cut in cuts_of.get(visit, ()))
    penalties = sum(float(worth.cuts[cut]) * (count // 2) for cut, count in held.items())
    return float(cost - worth.classes[number] - worth.visits[list(visits)].sum() - penalties)


def _once(visits: tuple[int, ...]) -> bool:
    return len(set(visits)) == len(visits)
