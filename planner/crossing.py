"""A new plan out of two: batches of the one on some dates, on some shifts or in some region, the others from the other.

Plans that separate searches end in are good in different places; crossing them brings the good places together
(Nagata, Bräysy & Dullaert 2010). A search then mends the child.
"""

import numpy as np

from planner.batches.arrays import DATE, LOCATION, Arrays, ByShift

DATES, SHIFTS = 0.4, 0.2
"""Share of the children that take whole dates of the one parent, or any of its shifts; the others take a region."""
PARTLY = 0.7
"""Chance that a batch of the other parent is kept without the visits that the child has already."""


def crossed(p: Arrays, one: ByShift, other: ByShift, random: np.random.Generator) -> ByShift:
    """A child of two plans. No visit is in it twice, some may be in no batch."""
    taken = _shifts_of_one(p, one, random)
    child = {s: visits for s, visits in one if taken[s]}
    free = np.ones(len(p.visits), dtype=bool)
    for visits in child.values():
        free[visits] = False
    for s, visits in other:
        left = visits[free[visits]]
        if s not in child and len(left) and (len(left) == len(visits) or random.random() < PARTLY):
            child[s] = left
            free[left] = False
    return sorted(child.items())


def _shifts_of_one(p: Arrays, one: ByShift, random: np.random.Generator) -> np.ndarray:
    """By shift, whether the child has its batch from the first parent."""
    how = random.random()
    if how < DATES:
        dates = p.shifts[:, DATE]
        return (random.random(int(dates.max()) + 1) < 0.5)[dates]
    if how < DATES + SHIFTS or not one:
        return random.random(len(p.shifts)) < 0.5
    where = p.visits[:, LOCATION]
    from_centre = p.travel[where[random.integers(len(where))]]
    far = [float(from_centre[where[visits]].mean()) for _, visits in one]
    nearest = np.argsort(far, kind="stable")[: int(len(one) * random.uniform(0.3, 0.7))]
    taken = np.zeros(len(p.shifts), dtype=bool)
    taken[[one[i][0] for i in nearest]] = True
    return taken
