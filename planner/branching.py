"""Branch and bound: the plans that could still be better are split in two, again and again, and each part proven alone.

In the one part a visit is on some dates (or shifts), in the other on the others: the prices of a part see only half of
what may happen to it, so its bound is higher. No plan costs less than the least bound of all parts (branch and price:
Barnhart et al. 1998).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from planner.batches.arrays import DATE, Float
from planner.cuts import SOME
from planner.pricer import Batch
from planner.proof import Ban, Leaf, Proof

TRIED = 6
"""Splits of which the LP alone is asked before one is chosen."""
LEAN = 0.02
"""A split that leaves less of a visit's use on one side says too little."""


@dataclass(frozen=True, eq=False)
class Split:
    """A visit on these classes of shifts, or on the others; and how much of its use is on the smaller side."""

    visit: int
    classes: frozenset[int]
    balance: float


class Tree:
    """Leaves, in one of which is every plan that costs less than the best known."""

    def __init__(self, proof: Proof) -> None:
        """`proof` is at its end with all plans; it is left at some leaf by `split`."""
        self.proof = proof
        self.root = proof.leaf
        self.leaves = [self.root]
        self.whole: list[Leaf] = []  # leaves that no split makes smaller
        dates = proof.p.shifts[proof.first_of, DATE]
        self.classes_by_date = [frozenset(np.flatnonzero(dates == date).tolist()) for date in np.unique(dates)]
        self.every = frozenset(range(len(proof.first_of)))

    @property
    def bound(self) -> float:
        """No plan that is in a leaf costs less; without end when none is left."""
        return min((leaf.least for leaf in (*self.leaves, *self.whole)), default=math.inf)

    @property
    def open(self) -> list[Leaf]:
        """The leaves that may be split: what is not proven to its end cannot be."""
        return [leaf for leaf in self.leaves if leaf.finished]

    def split(self, cost: int, labels: int, close: Callable[[], None]) -> list[Batch] | None:
        """Splits the leaf of which least is proven; leaves that hold nothing cheaper than `cost` go.

        Each part may take so many `labels`. `close` is called at each new leaf and may lift its bound. Returns a plan
        where the prices are about a whole one, whatever it costs. Where time ends the leaf stays as it was.
        """
        self.leaves = [leaf for leaf in self.leaves if leaf.least < cost]
        self.whole = [leaf for leaf in self.whole if leaf.least < cost]
        if not self.open:
            return None
        proof, leaf = self.proof, min(self.open, key=lambda one: one.least)
        proof.at(leaf)
        if not proof.value():
            return None
        assert proof.worth is not None
        splits = self._splits(proof.worth.use)
        if not splits:
            self.leaves.remove(leaf)
            self.whole.append(leaf)
            whole = [proof.master.columns[i] for i in np.flatnonzero(proof.worth.use > 1.0 - SOME).tolist()]
            return [(number, visits) for number, _, visits in whole]
        best = self._best(leaf, splits, proof.worth.value)
        parts = []
        for bans in () if best is None else self._sides(best):
            part = Leaf((*leaf.bans, bans), least=leaf.least, too_wide=leaf.too_wide)
            proof.at(part)
            proof.run(labels, cost)
            if not proof.goes_on():
                return None
            close()
            parts.append(part)
        if parts:
            self.leaves = [one for one in self.leaves if one is not leaf] + [one for one in parts if one.least < cost]
        return None

    def _sides(self, split: Split) -> tuple[Ban, Ban]:
        return (split.visit, split.classes), (split.visit, self.every - split.classes)

    def _splits(self, use: Float) -> list[Split]:
        """The most balanced split of each visit, the most balanced first."""
        used = np.zeros((len(self.proof.p.visits), len(self.every)))
        for i in np.flatnonzero(use > SOME).tolist():
            number, _, visits = self.proof.master.columns[i]
            for visit in set(visits):
                used[visit, number] += use[i]
        found = []
        for visit in range(len(used)):
            best = max(self._sets(used[visit]), key=lambda split: split[0], default=None)
            if best is not None and best[0] > LEAN:
                found.append(Split(visit, best[1], best[0]))
        return sorted(found, key=lambda split: (-round(split.balance, 6), split.visit))[:TRIED]

    def _sets(self, used: Float) -> list[tuple[float, frozenset[int]]]:
        """Dates up to one, single dates; single classes where a visit is on one date alone."""
        by_date = [float(used[list(classes)].sum()) for classes in self.classes_by_date]
        total = sum(by_date)
        sets = []
        so_far, earlier = 0.0, frozenset[int]()
        for date, classes in zip(by_date, self.classes_by_date, strict=True):
            so_far, earlier = so_far + date, earlier | classes
            sets.append((min(so_far, total - so_far), earlier))
            sets.append((min(date, total - date), classes))
        if max(by_date) > total - LEAN:
            sets += [
                (min(float(part), total - float(part)), frozenset({number}))
                for number, part in enumerate(used)
                if part > SOME
            ]
        return sets

    def _best(self, leaf: Leaf, splits: list[Split], value: float) -> Split | None:
        """The split whose sides lift the LP over the known batches most, in product; None if time ended."""
        best, most = None, -1.0
        for split in splits:
            lift = 1.0
            for ban in self._sides(split):
                self.proof.at(Leaf((*leaf.bans, ban)))
                if not self.proof.value():
                    return None
                assert self.proof.worth is not None
                lift *= max(self.proof.worth.value - value, 1.0)
            if lift > most:
                best, most = split, lift
        return best
