"""Column generation: batches and prices in turn, until no batch is cheaper than its prices.

Then the LP's value is a proven bound on every plan; before that the Lagrangian bound is. Subset-row cuts lift
it further, and where little is missing all batches that could still matter are listed, so that the choice
among them is proven best.
"""

import math
from collections.abc import Callable, Iterable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import numpy as np

from planner.assign import Columns, Master, Worth
from planner.batches.arrays import BIG, CLASS, UNSERVED, Arrays, Float, Int
from planner.batches.kernel import batch_cost
from planner.cuts import SOME, violated
from planner.pricer import CUTS_MOST, Batch, Priced, Pricer

Ban = tuple[int, frozenset[int]]
"""A visit, and the classes of shifts that may not make it."""

CUTS_A_ROUND = 16
LIFT_AT_LEAST = 0.002
"""Cuts that lift the bound by a smaller share of what is not proven are the last."""
AGAIN = 2
"""Classes with more labels than there is room for are tried again after so many times the labels it takes to see it."""
KEPT_FROM = 0.6
"""Use of a batch in the LP from which a dive keeps it."""
LOOK_SECONDS = 0.01
"""How often somebody looks whether the LP has to end."""


@dataclass(eq=False)
class Leaf:
    """Plans in which some visits are not made by some classes of shifts, and what is proven of them."""

    bans: tuple[Ban, ...] = ()
    bound: float = -math.inf
    """By prices."""
    proved: Worth | None = None
    """The prices whose bound is `bound`: newer ones may prove less."""
    last_bound: float = -math.inf
    """The bound before the newest cuts."""
    finished: bool = False
    """Whether no batch and no cut can lift the bound any more."""
    least: float = -math.inf
    """No plan of these costs less, whatever proves it."""
    too_wide: float = math.inf
    """The gap at which listing all batches that could still matter failed."""


@dataclass
class Proof:
    """Column generation over one problem: `add` batches, `run`, read `bound`, take `columns`."""

    p: Arrays
    goes_on: Callable[[], bool]
    threads: int = 2
    labels: int = 0
    """Labels made so far: the measure of effort."""
    leaf: Leaf = field(default_factory=Leaf)
    """The plans that the prices are about: all of them at first."""
    pool: dict[Batch, int] = field(default_factory=dict)
    """Points by batch."""
    worth: Worth | None = None
    """The newest prices."""
    led: list[int] = field(default_factory=list)
    """The columns with which dives began."""

    def __post_init__(self) -> None:
        self.shifts_in: Int = np.bincount(self.p.shifts[:, CLASS])
        self.pricer = Pricer(self.p, self.goes_on, self.threads)
        self.first_of = self.pricer.first_of
        self.master = Master(self.p.visits[:, UNSERVED], self.shifts_in)
        self.banned: dict[int, list[int]] = {}  # by class, the visits that it may not make

    @property
    def bound(self) -> float:
        """What the prices prove of the present plans."""
        return self.leaf.bound

    @property
    def finished(self) -> bool:
        """Whether no batch and no cut can lift `bound` any more."""
        return self.leaf.finished

    def at(self, leaf: Leaf) -> None:
        """From now on the prices are about these plans alone."""
        self.leaf = leaf
        self.banned = {}
        for visit, classes in leaf.bans:
            for number in classes:
                self.banned.setdefault(number, []).append(visit)
        columns, holders = self.master.columns, self.master.holders
        self.master.bar({i for visit, classes in leaf.bans for i in holders[visit] if columns[i][0] in classes})

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
                found = self._price(threads, self.worth, few)
                if not self.goes_on():
                    return
                self._lift(self.worth, found)
                over = {number for number, one in enumerate(found) if not one.whole} - few
                if over:
                    few_since = self.labels
                if self.add((number, visits) for number, one in enumerate(found) for visits in one.batches):
                    ripe = self.labels - few_since > AGAIN * self.pricer.room * len(few)
                    few, few_found_none = over if ripe else few | over, False
                elif few:
                    few, few_found_none = set(), True
                elif over and not few_found_none:
                    few = over
                elif self._lifted(cost) and self._cut(self.worth):
                    few_found_none = False
                else:
                    self.leaf.finished = not over
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
                found = self._price(threads, worth, set(range(len(self.first_of))))
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

    def _lifted(self, cost: int) -> bool:
        """Whether the last cuts were worth their time; the first always are."""
        before, self.leaf.last_bound = self.leaf.last_bound, self.bound
        return self.bound > before + LIFT_AT_LEAST * (cost - self.bound)

    def proves(self, cost: int) -> bool:
        """Whether the bound shows that no plan is cheaper than `cost`; costs are whole points."""
        return self.lower_bound >= cost

    @property
    def lower_bound(self) -> int:
        """The bound in whole points: no plan costs less."""
        return whole_points(self.bound)

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
        if self.worth is None:
            raise ValueError("columns have no reduced points before the LP was solved: call value() first")
        reduced = self._reduced(self.worth)
        best = [self.master.columns[i] for i in np.argsort(reduced, kind="stable")[:most] if reduced[i] <= gap]
        return self.as_columns([*((number, visits) for number, _, visits in best), *always])

    def all_within(self, gap: float) -> list[Batch] | None:
        """Every batch that a plan less than `gap` points above the bound may hold; None where they are too many.

        A batch with so many points beyond its prices lifts any plan that holds it as far above the bound that these
        very prices prove; other prices would leave out batches that matter.
        """
        worth = self.leaf.proved
        if worth is None:
            return None
        return self.pricer.list_all(worth, self.cuts, self.banned, gap)

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

    @property
    def cuts(self) -> list[frozenset[int]]:
        """The visits of each cut."""
        return [three for three, _ in self.master.cuts]

    def _reduced(self, worth: Worth) -> Float:
        """By column, what it costs beyond its prices. A visit that stands in it twice counts once."""
        holders = [np.array(one, dtype=np.int64) for one in self.master.holders]
        numbers = np.array([number for number, _, _ in self.master.columns])
        reduced: Float = np.array([cost for _, cost, _ in self.master.columns]) - worth.classes[numbers]
        for held, points in zip(holders, worth.visits.tolist(), strict=True):
            reduced[held] -= points
        for three, points in zip(self.cuts, worth.cuts.tolist(), strict=False):
            held, times = np.unique(np.concatenate([holders[visit] for visit in three]), return_counts=True)
            reduced[held[times > 1]] -= points
        return reduced

    def _lift(self, worth: Worth, found: list[Priced]) -> None:
        """The Lagrangian bound: what the prices pay, less what each class could still gain."""
        gain = sum(min(0.0, one.least) * int(count) for one, count in zip(found, self.shifts_in, strict=True))
        paid = float(worth.visits.sum() + (worth.classes * self.shifts_in).sum() + worth.cuts.sum())
        if paid + gain > -math.inf and paid + gain >= self.bound:
            self.leaf.bound, self.leaf.proved = paid + gain, worth
            self.leaf.least = max(self.leaf.least, self.leaf.bound)

    def _price(self, threads: ThreadPoolExecutor, worth: Worth, few: Set[int]) -> list[Priced]:
        found = self.pricer.price(threads, worth, self.cuts, self.banned, few)
        self.labels += sum(one.labels for one in found)
        return found

    def _cut(self, worth: Worth) -> bool:
        """Adds the most violated subset-row cuts; whether there were any and there was room."""
        room = min(CUTS_A_ROUND, CUTS_MOST - len(self.master.cuts))
        known = set(self.cuts)
        found = [(excess, three) for three, excess in violated(self.master.columns, worth.use) if three not in known]
        found.sort(key=lambda one: (-round(one[0], 6), sorted(one[1])))
        for _, three in found[:room]:
            self.master.add_cut(three)
        return bool(found[:room])


def whole_points(bound: float) -> int:
    """A bound in the whole points that costs are in, the LP's inexactness taken off; -1 while nothing is proven."""
    return -1 if bound == -math.inf else math.ceil(bound - 1e-3)


def _once(visits: tuple[int, ...]) -> bool:
    return len(set(visits)) == len(visits)
