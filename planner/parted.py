"""A large plan while it is improved in parts: round after round, each cut elsewhere and cooler (`planner.parts`)."""

from collections.abc import Callable

from planner.batches.arrays import Arrays, ByShift
from planner.parts import parts_of, put_back
from planner.workers import Workers

PART_STEPS = 20
"""Steps a visit in each round of parts."""


class Parted:
    """Where the annealing of all parts stands, and the cheapest plan met: `cost` in points and `best` by shift."""

    def __init__(self, p: Arrays, cost: int, plan: ByShift, seed: int) -> None:
        self.p = p
        self.seed = seed
        self.number = 0
        self.cost = self._present_cost = cost
        self.best = self._present = plan

    def round(self, workers: Workers, heat: float, goes_on: Callable[[], bool]) -> None:
        """One round of parts, `PART_STEPS` steps a visit at this heat (points)."""
        parts = parts_of(self.p, self._present, self.seed, self.number)
        seeds = [(self.seed * 1_000_003 + self.number) * 1_009 + at for at in range(len(parts))]
        steps = [PART_STEPS * len(part.visits) for part in parts]
        present, best = dict(self._present), dict(self._present)
        cost = least = self._present_cost
        for part, better in zip(parts, workers.improve(parts, seeds, steps, heat, goes_on), strict=True):
            if better is not None:
                before = part.cost
                cost, least = cost + better.last_cost - before, least + better.cost - before
                put_back(part, better.last_batches, present)
                put_back(part, better.batches, best)
        self._present, self._present_cost = sorted(present.items()), cost
        if least < self.cost:
            self.best, self.cost = sorted(best.items()), least
        self.number += 1
