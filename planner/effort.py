"""How much a run of the optimiser tries: an effort, counted in steps, labels and nodes, or a share of the time.

Nothing here loads OR-Tools or numba, so that the web may name the efforts without solving anything.
"""

import time
from dataclasses import dataclass, replace
from threading import Event
from typing import Literal

Effort = Literal["quick", "standard", "thorough"]

PROVE_VISITS = 500
PROVE_LENGTH = 14.0
"""More visits, or longer batches on average, and labelling does not end in useful time."""
LONG_LENGTH = 8.0
"""With longer batches on average it seldom does."""


@dataclass(frozen=True)
class Budget:
    """How much is tried: search steps in each chain (a number, and more for each visit), rounds of pricing and
    choosing, labels in each pricing, nodes in each choice; and whether plans are crossed."""

    steps: int
    steps_per_visit: int
    rounds: int
    labels: int
    nodes: int
    crosses: bool = False


BUDGETS: dict[Effort, Budget] = {
    "quick": Budget(4_000, 40, 1, 400_000, 20),
    "standard": Budget(15_000, 150, 2, 2_500_000, 60),
    "thorough": Budget(60_000, 1_000, 5, 30_000_000, 2_000, crosses=True),
}
SPLIT_LABELS = 0.1
"""The share of these labels that the splits of a round may take together; most of their time goes into the LP."""
TIMED = replace(BUDGETS["thorough"], rounds=60)
"""With a time: as many rounds as it allows."""
SEARCH_ALONE, SEARCH_MOST = 0.003, 0.1
"""With a time: seconds a visit that are for the search alone; and after which it finds little more by itself."""
PRICE, DIVE, CHOOSE, FINISH, BRANCH, NEXT_SEARCH, NEXT_CROSSING = 0.6, 0.4, 0.2, 0.7, 0.3, 0.1, 0.15
"""With a time: the part of what is left that a phase may take; most end earlier."""
CROSS_SECONDS = 0.00022
"""With a time: seconds of the first search, by the square of the visits, from which plans are crossed. In less, several
searches are worth less than one (docs/optimiser.md)."""
NEAR = 0.01
"""With a time: the share of a plan's cost up to which what is missing may soon be proven."""
LEAF_CHOICE = 0.3
"""With a time: the part of what the splits have left that the choice in one part may take."""
ANNEALED, ANNEALS = 0.8, 3
"""Where plans are crossed: the share of the first search that makes some, one after the other, each from nothing."""

EARLY_STEPS, EARLY_SECONDS, EARLY_MOST, EARLY_LEAST = 80, 0.3, 0.12, 0.3
"""A short search before the long one, so that a good plan is there early: steps a visit or, with a time, seconds for
150 visits; the share of the long one that it may take; and the share of itself below which it is worth nothing."""


def early_seconds(visits: int) -> float:
    """With a time: how long a search that cools at once takes to a good plan."""
    return float(EARLY_SECONDS * (visits / 150) ** 2.4)


def searched(visits: int, seconds: float | None = None, length: float = 0.0) -> float:
    """With a time: the part of it for the first search; without `seconds`, of what is left for the search after a dive.

    Prices pay soon for few visits, late for many, seldom where batches are long (`length` visits on average); in very
    little time they only cost (docs/optimiser.md).
    """
    share = min(0.6, max(0.25, (visits - 20) / 460))
    if not seconds:
        return share / 2
    if length > LONG_LENGTH:
        share = 0.75 if length <= PROVE_LENGTH else 0.4
    else:
        share = min(share, visits * SEARCH_MOST / seconds)
    return min(1.0, max(share, visits * SEARCH_ALONE / seconds))


def crosses(visits: int, seconds: float) -> bool:
    """With a time: whether a first search of so many seconds is better spent on several plans to be crossed."""
    return seconds >= CROSS_SECONDS * visits * visits


def nearness(cost: int, bound: int | None) -> float:
    """With a time: how much of their time a choice and splits get; where more than `NEAR` of `cost` is missing, better
    plans come first."""
    return 1.0 if bound is None else min(1.0, NEAR * cost / max(1, cost - bound))


def effort_of(text: str) -> Effort:
    """The effort with this name; ValueError for any other text."""
    for name in BUDGETS:
        if name == text:
            return name
    raise ValueError(f"no such effort: {text!r}; there are {', '.join(BUDGETS)}")


class Phases:
    """The clock of a run: its present phase, and what is left. Without a time only `stop` ends anything."""

    def __init__(self, seconds: float | None, stop: Event) -> None:
        self.began = self._phase_began = time.monotonic()
        self.ends = self._until = None if seconds is None else self.began + seconds
        self.stop = stop

    @property
    def timed(self) -> bool:
        """Whether the run has a time."""
        return self.ends is not None

    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    def begin(self, share: float) -> None:
        """Begins a phase that may take this share of the time that is left."""
        if self.ends is not None:
            now = self._phase_began = time.monotonic()
            self._until = now + max(0.0, self.ends - now) * share

    def begin_for(self, seconds: float) -> None:
        """Begins a phase of so many seconds."""
        if self.ends is not None:
            self._phase_began = time.monotonic()
            self._until = min(self.ends, self._phase_began + seconds)

    def goes_on(self) -> bool:
        """Whether the present phase has time left and nobody has said stop."""
        return not self.stop.is_set() and (self._until is None or time.monotonic() < self._until)

    def spent(self) -> float:
        """The share of the phase's time that is over; 1.0 at its end. With a time only."""
        assert self._until is not None
        return min(1.0, (time.monotonic() - self._phase_began) / max(1e-9, self._until - self._phase_began))

    def left(self) -> bool:
        """Whether another phase is worth beginning."""
        return not self.stop.is_set() and (self.ends is None or time.monotonic() < self.ends - 0.05)

    def phase_seconds(self) -> float | None:
        """Seconds that the phase has left; None without a time."""
        return None if self._until is None else max(0.1, self._until - time.monotonic())

    def share(self) -> float:
        """The share of the run's time that is over, below 1.0. With a time only."""
        assert self.ends is not None
        return min(0.99, self.seconds() / max(1e-9, self.ends - self.began))


@dataclass(frozen=True)
class Progress:
    """Where a run stands: seconds since its start, cost, proven bound, visits served, share of the effort done."""

    seconds: float
    cost: int
    bound: int | None
    served: int
    share: float
