"""Large plans in parts: some shifts with their visits are improved as a problem of their own, many at a time.

What a batch costs depends on its own shift alone, so a part that gets cheaper makes the whole plan cheaper
by as much. Parts of one round share no shift; those of the next round are cut elsewhere, by region or by date, so that
every pair of neighbouring shifts meets sooner or later (POPMUSIC: Taillard & Voss 2002).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from planner.batches.arrays import CLASS, DATE, FROM, LOCATION, TO, UNSERVED, Arrays, ByShift, Int
from planner.batches.kernel import batch_cost
from planner.batches.search import adopt
from planner.batches.state import BEST, COST, LENGTH, empty_state, neighbours_of
from planner.walk import walk

PART_VISITS = 120
"""Visits of a part, about."""
COOLING = 500
"""So many steps of a part cool down once; then it is hot again."""
BY_DATE = 3
"""One round in so many cuts by date instead of by region."""


@dataclass(frozen=True, eq=False)
class Part:
    """Some shifts and visits of a problem: their positions in the whole, and themselves as arrays."""

    shifts: Int
    visits: Int
    arrays: Arrays
    batches: tuple[Int, ...]
    """What the shifts do now, by position in the part."""

    @property
    def cost(self) -> int:
        """Points of the part as it is: its batches, and its visits that are in none."""
        out = int(self.arrays.visits[:, UNSERVED].sum())
        served = sum(int(self.arrays.visits[batch, UNSERVED].sum()) for batch in self.batches)
        return (
            out
            - served
            + sum(
                int(batch_cost(self.arrays, s, batch, len(batch))) for s, batch in enumerate(self.batches) if len(batch)
            )
        )


@dataclass(frozen=True, eq=False)
class Better:
    """A part after its search: the best plan met and the one it stopped at, as annealing goes on from there.

    Costs, and what each shift does by position in the part.
    """

    cost: int
    batches: tuple[Int, ...]
    last_cost: int
    last_batches: tuple[Int, ...]


def parts_of(p: Arrays, plan: ByShift, seed: int, number: int) -> list[Part]:
    """Cuts the plan into parts that share no shift, anew for each `number`.

    Every visit that some shift may take is in one of them.
    """
    random = np.random.Generator(np.random.PCG64([seed, number]))
    count = max(1, round(len(p.visits) / PART_VISITS))
    home = _by_date(p, count, random) if number % BY_DATE == BY_DATE - 1 else None
    if home is None:
        home = _by_region(p, plan, count, random)
    of_visit = np.full(len(p.visits), -1, dtype=np.int64)
    for s, batch in plan:
        of_visit[batch] = home[s]
    for v in np.flatnonzero(of_visit < 0):
        able = np.flatnonzero(p.allowed[v])
        if len(able):
            of_visit[v] = home[random.choice(able)]
    held = dict(plan)
    return [
        part
        for one in range(count)
        if len((part := _cut_out(p, np.flatnonzero(home == one), np.flatnonzero(of_visit == one), held)).visits)
        and len(part.shifts)
    ]


def improve(part: Part, seed: int, steps: int, heat: float, goes_on: Callable[[], bool] | None = None) -> Better:
    """Searches a part at one heat; the best found is never worse than what it was."""
    p = part.arrays
    near = neighbours_of(p, seed)
    state = empty_state(p, seed, pool=16)
    lengths = np.array([len(batch) for batch in part.batches], dtype=np.int64)
    batches = np.zeros(state.batches.shape, dtype=np.int64)
    for s, batch in enumerate(part.batches):
        batches[s, : len(batch)] = batch
    state.numbers[BEST] = np.iinfo(np.int64).max
    adopt(p, near, state, batches, lengths)
    walk(p, near, state, steps, heat, heat / 3, COOLING, -1.0, goes_on or (lambda: True))
    best = _copied(state.best_batches, state.best_lengths)
    last = _copied(state.batches, state.batch_facts[:, LENGTH])
    return Better(int(state.numbers[BEST]), best, int(state.numbers[COST]), last)


def put_back(part: Part, batches: Sequence[Int], plan: dict[int, Int]) -> None:
    """Writes what the part's shifts do now into the plan of the whole, batches by shift."""
    for s, batch in zip(part.shifts.tolist(), batches, strict=True):
        plan.pop(s, None)
        if len(batch):
            plan[s] = part.visits[batch]


def _copied(batches: Int, lengths: Int) -> tuple[Int, ...]:
    return tuple(batches[s, :length].copy() for s, length in enumerate(lengths.tolist()))


def _by_region(p: Arrays, plan: ByShift, count: int, random: np.random.Generator) -> Int:
    """The part of each shift: that of the nearest of some visits picked far from each other; empty shifts anywhere."""
    where = p.visits[:, LOCATION]
    gaps = np.full(len(where), np.inf)
    centres: list[int] = []
    for _ in range(count):
        chance = np.where(np.isinf(gaps), 1.0, gaps)
        v = int(random.choice(len(where), p=chance / chance.sum())) if chance.sum() > 0 else 0
        centres.append(int(where[v]))
        gaps = np.minimum(gaps, p.travel[where[v], where].astype(float))
    home = random.integers(0, count, len(p.shifts))
    to_centres = p.travel[np.array(centres)]
    for s, batch in plan:
        home[s] = int(np.argmin(to_centres[:, where[batch]].mean(axis=1)))
    return np.asarray(home, dtype=np.int64)


def _by_date(p: Arrays, count: int, random: np.random.Generator) -> Int | None:
    """The part of each shift by its date; None where the dates are fewer than the parts."""
    dates = random.permutation(np.unique(p.shifts[:, DATE]))
    if len(dates) < count:
        return None
    part_of = np.zeros(int(dates.max()) + 1, dtype=np.int64)
    part_of[dates] = np.arange(len(dates)) * count // len(dates)
    return np.asarray(part_of[p.shifts[:, DATE]], dtype=np.int64)


def _cut_out(p: Arrays, shifts: Int, visits: Int, held: dict[int, Int]) -> Part:
    """The part of these shifts and visits, its arrays as small as it is."""
    ends = p.shifts[shifts]
    places, at = np.unique(
        np.concatenate([ends[:, FROM], ends[:, TO], p.visits[visits, LOCATION]]), return_inverse=True
    )
    rows = ends.copy()
    rows[:, FROM], rows[:, TO] = at[: len(shifts)], at[len(shifts) : 2 * len(shifts)]
    rows[:, CLASS] = np.unique(ends[:, CLASS], return_inverse=True)[1]
    kept = p.visits[visits].copy()
    kept[:, LOCATION] = at[2 * len(shifts) :]
    dates = p.date_costs.shape[1]
    cells = (visits[:, None] * dates + np.arange(dates)[None, :]).ravel()
    lengths = p.window_of[cells + 1] - p.window_of[cells]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    windows = np.repeat(p.window_of[cells] - offsets[:-1], lengths) + np.arange(offsets[-1])
    travel = np.ascontiguousarray(p.travel[np.ix_(places, places)])
    arrays = Arrays(
        travel,
        np.ascontiguousarray(travel.T),
        rows,
        kept,
        offsets,
        np.ascontiguousarray(p.windows[windows]),
        np.ascontiguousarray(p.date_costs[visits]),
        np.ascontiguousarray(p.allowed[np.ix_(visits, shifts)]),
        p.costs,
    )
    place = np.full(len(p.visits), -1, dtype=np.int64)
    place[visits] = np.arange(len(visits))
    nobody = np.zeros(0, dtype=np.int64)
    return Part(shifts, visits, arrays, tuple(place[held.get(int(s), nobody)] for s in shifts))
