"""What a search works on: a plan with its clocks, memory and best state, and the tables of its neighbourhood."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from planner.batches.arrays import CLASS, Arrays, Int

WAITING = 70
"""So many visits are put back in one step, at most; the longest ruin takes some forty out."""

# entries of `State.numbers`
COST, BEST, VERSION, STEP, POOLED, POOL_VISITS, HALT = range(7)
# columns of `State.batch_facts`
LENGTH, LOAD, POINTS, WORKED, SEEN, WIDEST, ONE_STRAND = range(7)
# columns of `State.clocks`
OPEN, DONE, BY_OPEN, BY_DONE, SO_FAR, LEAVE, BACK, TO_COME = range(8)
# columns of `State.gaps`
EARLIEST, LATEST, HERE, DIRECT = range(4)


class State(NamedTuple):
    """A plan under search, its memory, its best plan and the pool of batches met on the way."""

    batches: Int
    """Visits by shift in driving order, shape (shifts, longest)."""
    batch_facts: Int
    """Shape (shifts, 7): LENGTH, LOAD, POINTS, WORKED, SEEN (version), WIDEST (seconds between two stops), ONE_STRAND
    (1 where no rest and no second window leaves a choice, so that work is known from one strand each way)."""
    shift_of: Int
    """By visit: its shift, -1 if in none."""
    clocks: Int
    """Shape (shifts, longest + 1, 8): OPEN, DONE after stop k (0: base), BY_OPEN, BY_DONE the latest at stop k + 1; for
    ONE_STRAND the strand up to stop k, seconds SO_FAR when leaving by LEAVE, and the one from stop k + 1 on, BACK when
    arriving early, seconds TO_COME when arriving later."""
    gaps: Int
    """Shape (shifts, longest + 2, 4), what refuses most places, close together in memory: EARLIEST after stop k and
    LATEST at stop k + 1 by any clock, HERE the location of stop k, DIRECT the seconds to drive from it to the next."""
    numbers: Int
    """HALT: another thread writes 1 to end the first plan as it is."""
    random: NDArray[np.uint64]
    remembered: Int
    """Shape (visits, shifts, 2): version, and points * 1024 + place."""
    best_batches: Int
    best_lengths: Int
    undo: Int
    """The batches before the step, as `batches`."""
    undo_facts: Int
    touched: Int
    """Shape (shifts + 1,): the shifts changed in this step, their count first."""
    touched_in: Int
    """By shift: the step that changed it last."""
    open_shifts: Int
    """By class: the first empty shift, -1 if none."""
    waiting: Int
    """Shape (2, visits): the visits to put back, and their sort keys or rows of `candidates`."""
    offers: Int
    """By waiting visit: points of its cheapest and second cheapest shift, the two shifts, and the place."""
    candidates: Int
    """Rows of shifts in which a waiting visit may have a place, their count first; `waiting` says whose row it is."""
    pool_keys: NDArray[np.uint64]
    pool_rows: Int
    """Shape (capacity, 4): shift, cost, offset, length."""
    pool_visits: Int


class Neighbours(NamedTuple):
    """What stays the same during a search.

    - near: by visit, all others from near to far, shape (visits, k)
    - shifts: by visit, the shifts that may take it, rows `shifts_of[v]` to `shifts_of[v + 1]`
    - members: by class, its shifts, rows `members_of[c]` to `members_of[c + 1]`
    - marks: a random number by visit and one by class, for hashing batches
    """

    near: Int
    shifts_of: Int
    shifts: Int
    members_of: Int
    members: Int
    marks: NDArray[np.uint64]
    class_marks: NDArray[np.uint64]


def neighbours_of(p: Arrays, seed: int, how_many: int = 400, goes_on: Callable[[], bool] = lambda: True) -> Neighbours:
    """The neighbourhood tables of a problem. Once `goes_on` says no, nobody is near the visits that are left."""
    visits = len(p.visits)
    where = p.visits[:, 0]
    k = min(visits - 1, how_many) if visits else 0
    near = np.zeros((visits, k), dtype=np.int64)
    for v in range(visits):
        if not goes_on():
            break
        distance = p.travel[where[v], where].astype(np.int64) + p.travel[where, where[v]]
        distance[v] = -1
        # Of visits equally far the first come first. Only the nearest are put in order: the others are many.
        ranked = distance * visits + np.arange(visits)
        among = np.argpartition(ranked, k)[: k + 1]
        near[v] = among[np.argsort(ranked[among])][1:]
    shifts_of = np.concatenate([[0], np.cumsum(p.allowed.sum(axis=1, dtype=np.int64))]).astype(np.int64)
    classes = p.shifts[:, CLASS]
    order = np.argsort(classes, kind="stable").astype(np.int64)
    counts = np.bincount(classes, minlength=int(classes.max()) + 1 if len(classes) else 0)
    generator = np.random.Generator(np.random.PCG64(seed))
    return Neighbours(
        near,
        shifts_of,
        np.nonzero(p.allowed)[1].astype(np.int64),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        order,
        generator.integers(1, 2**63, size=max(1, visits), dtype=np.uint64),
        generator.integers(1, 2**63, size=max(1, len(counts)), dtype=np.uint64),
    )


def empty_state(p: Arrays, seed: int, pool: int = 1 << 16, longest: int | None = None) -> State:
    """A state with no batch. `longest` bounds the visits in one batch."""
    visits, shifts = len(p.visits), len(p.shifts)
    longest = min(visits, longest or 200) + 2
    classes = int(p.shifts[:, CLASS].max()) + 1 if shifts else 1
    return State(
        batches=np.zeros((shifts, longest), dtype=np.int64),
        batch_facts=np.zeros((shifts, 7), dtype=np.int64),
        shift_of=np.full(visits, -1, dtype=np.int64),
        clocks=np.zeros((shifts, longest + 1, 8), dtype=np.int64),
        gaps=np.zeros((shifts, longest + 2, 4), dtype=np.int64),
        numbers=np.zeros(7, dtype=np.int64),
        random=np.array([_scramble(seed)], dtype=np.uint64),
        remembered=np.full((visits, shifts, 2), -1, dtype=np.int64),
        best_batches=np.zeros((shifts, longest), dtype=np.int64),
        best_lengths=np.zeros(shifts, dtype=np.int64),
        undo=np.zeros((shifts, longest), dtype=np.int64),
        undo_facts=np.zeros((shifts, 7), dtype=np.int64),
        touched=np.zeros(shifts + 1, dtype=np.int64),
        touched_in=np.full(shifts, -1, dtype=np.int64),
        open_shifts=np.full(classes, -1, dtype=np.int64),
        waiting=np.zeros((2, max(1, visits)), dtype=np.int64),
        offers=np.zeros((max(1, visits), 5), dtype=np.int64),
        candidates=np.zeros((WAITING, shifts + 1), dtype=np.int64),
        pool_keys=np.zeros(pool, dtype=np.uint64),
        pool_rows=np.zeros((pool, 4), dtype=np.int64),
        pool_visits=np.zeros(pool * 4, dtype=np.int64),
    )


def _scramble(seed: int) -> int:
    """A seed as a well-mixed non-zero 64-bit number (splitmix64)."""
    x = (seed + 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & 0xFFFFFFFFFFFFFFFF
    return (x ^ (x >> 31)) or 1
