"""Subset-row cuts: of three visits, at most one batch of a plan holds two or more (Jepsen et al. 2008)."""

from itertools import combinations

from planner.assign import Master, Worth

SOME = 1e-6
"""Use of a batch in the LP below which it is none."""


def violated(master: Master, worth: Worth) -> list[tuple[frozenset[int], float]]:
    """The sets of three visits of which batches, in sum of use, hold two or more more than once; and the excess."""
    pairs: dict[tuple[int, ...], float] = {}
    threes: dict[tuple[int, ...], float] = {}
    for (_, _, visits), use in zip(master.columns, worth.use, strict=False):
        if use > SOME:
            held = sorted(set(visits))
            for pair in combinations(held, 2):
                pairs[pair] = pairs.get(pair, 0.0) + use
            for trio in combinations(held, 3):
                threes[trio] = threes.get(trio, 0.0) + use
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
