"""How much a run of the optimiser tries: an effort, counted in steps, labels and nodes, or a share of the time.

Nothing here loads OR-Tools or numba, so that the web may name the efforts without solving anything.
"""

from dataclasses import dataclass, replace
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
    choosing, labels in each pricing, nodes in each choice."""

    steps: int
    steps_per_visit: int
    rounds: int
    labels: int
    nodes: int


BUDGETS: dict[Effort, Budget] = {
    "quick": Budget(4_000, 40, 1, 400_000, 20),
    "standard": Budget(15_000, 150, 2, 2_500_000, 60),
    "thorough": Budget(60_000, 1_000, 5, 30_000_000, 2_000),
}
TIMED = replace(BUDGETS["thorough"], rounds=12)
"""With a time: as many rounds as it allows."""
SEARCH_ALONE, SEARCH_MOST = 0.003, 0.1
"""With a time: seconds a visit that are for the search alone; and after which it finds little more by itself."""
PRICE, DIVE, CHOOSE, FINISH, NEXT_SEARCH = 0.6, 0.4, 0.3, 0.4, 0.1
"""With a time: the part of what is left that a phase may take; most end earlier."""


def searched(visits: int, seconds: float | None = None, length: float = 0.0) -> float:
    """With a time: the part of it for the first search; without `seconds`, of what is left for the search after a dive.

    Prices pay soon for few visits, late for many, seldom where batches are long (`length` visits on average); in very
    little time they only cost (docs/optimiser.md).
    """
    share = min(0.6, max(0.1, (visits - 20) / 460))
    if not seconds:
        return share / 2
    if length > LONG_LENGTH:
        share = 0.75 if length <= PROVE_LENGTH else 0.4
    else:
        share = min(share, visits * SEARCH_MOST / seconds)
    return min(1.0, max(share, visits * SEARCH_ALONE / seconds))


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
