"""Subset-row cuts: of three visits, at most one batch of a plan holds two or more (Jepsen et al. 2008)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

SOME = 1e-6
"""Use of a batch in the LP below which it is none."""


def by_visit(cuts: Iterable[frozenset[int]]) -> dict[int, list[int]]:
    """By visit, the numbers of the cuts that it stands in."""
    cuts_of: dict[int, list[int]] = {}
    for number, three in enumerate(cuts):
        for visit in three:
            cuts_of.setdefault(visit, []).append(number)
    return cuts_of


def held_twice(cuts_of: Mapping[int, Sequence[int]], visits: Iterable[int]) -> list[int]:
    """The cuts of which these visits hold two or three; with visits that stand twice, once for each two."""
    held = Counter(cut for visit in visits for cut in cuts_of.get(visit, ()))
    return [cut for cut, count in held.items() for _ in range(count // 2)]


def violated(
    columns: Iterable[tuple[int, int, tuple[int, ...]]], use: NDArray[np.float64]
) -> list[tuple[frozenset[int], float]]:
    """The sets of three visits of which batches, in sum of use, hold two or more more than once; and the excess.

    `columns` are batches (class, points, visits), `use` is how much of each the LP takes.
    """
    pairs: dict[tuple[int, ...], float] = {}
    threes: dict[tuple[int, ...], float] = {}
    for (_, _, visits), used in zip(columns, use, strict=False):
        if used > SOME:
            held = sorted(set(visits))
            for pair in combinations(held, 2):
                pairs[pair] = pairs.get(pair, 0.0) + used
            for trio in combinations(held, 3):
                threes[trio] = threes.get(trio, 0.0) + used
    beside: dict[int, set[int]] = {}
    for a, b in pairs:
        beside.setdefault(a, set()).add(b)
        beside.setdefault(b, set()).add(a)
    found: dict[frozenset[int], float] = {}
    for a, b in pairs:
        for c in beside[a] | beside[b]:
            if c not in (a, b):
                three: tuple[int, ...] = tuple(sorted((a, b, c)))
                held_twice = sum(pairs.get(pair, 0.0) for pair in combinations(three, 2))
                total = held_twice - 2 * threes.get(three, 0.0)
                if total > 1.01:
                    found[frozenset(three)] = total - 1.0
    return list(found.items())
