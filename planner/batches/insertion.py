"""One visit more in a plan as it stands, at every start that is asked about. Compiled.

The visit is the last of the arrays and has one window on each date it is open; that window is set to the
start that is tried, so that the kernel's own rules decide. The arrays' windows are written to.
"""

import numpy as np

from planner.batches.arrays import BIG, DATE, NONE, ZERO, Arrays, Batches, Index, Int, Points, Visits
from planner.batches.change import cheapest_place
from planner.batches.compiled import compiled, inner
from planner.batches.kernel import batch_cost, drive_seconds
from planner.batches.state import State

# columns of the rows that `insertions` and `exchanges` return
SHIFT, START, PLACE, ADDED, DRIVEN, MOVED, AGAIN = range(7)
LONGEST_REORDERED = 8
"""Outings of more visits are not put into another order."""


@compiled
def costs_as_planned(p: Arrays, batches: Batches, lengths: Int) -> Int:
    """Points of each shift's batch; 0 for an empty one, BIG where it breaks a rule as it stands."""
    costs = np.zeros(len(lengths), dtype=np.int64)
    for s in range(len(lengths)):
        if lengths[s] > 0:
            costs[s] = batch_cost(p, s, batches[s], lengths[s])
    return costs


@inner
def _put_in(order: Visits, batch: Visits, n: Index, left_out: Index, v: Index, place: Index) -> Index:
    """Writes the batch without its visit number `left_out`, v at `place`, into `order`. Returns the length."""
    m = ZERO
    for k in range(n):
        if k != left_out:
            if m == place:
                order[m] = v
                m += 1
            order[m] = batch[k]
            m += 1
    if m == place:
        order[m] = v
        m += 1
    return m


@compiled
def insertions(p: Arrays, batches: Batches, lengths: Int, costs: Int, v: Index, starts: Int, start_of: Int) -> Int:
    """The cheapest place of v in each shift at each start, rows (SHIFT, START, PLACE, ADDED, DRIVEN, -1, -1).

    The starts of date d are `starts[start_of[d]:start_of[d + 1]]`; `costs` are those of `costs_as_planned`.
    The other visits keep their order. What has no row is impossible.
    """
    most = 0
    dates = p.date_costs.shape[1]
    for s in range(len(lengths)):
        day = p.shifts[s, DATE]
        most += start_of[day + 1] - start_of[day]
    rows = np.empty((most, 7), dtype=np.int64)
    order = np.empty(batches.shape[1] + 2, dtype=np.int64)
    count = 0
    for s in range(len(lengths)):
        if p.allowed[v, s] == 0 or costs[s] >= BIG:
            continue
        n = lengths[s]
        day = p.shifts[s, DATE]
        window = p.window_of[v * dates + day]
        before = drive_seconds(p, s, batches[s], n) if n > 0 else ZERO
        for i in range(start_of[day], start_of[day + 1]):
            p.windows[window, 0] = starts[i]
            p.windows[window, 1] = starts[i]
            best, best_place = BIG, NONE
            for place in range(n + 1):
                m = _put_in(order, batches[s], n, NONE, v, place)
                points = batch_cost(p, s, order, m)
                if points < best:
                    best, best_place = points, np.int64(place)
            if best < BIG:
                m = _put_in(order, batches[s], n, NONE, v, best_place)
                row = rows[count]
                row[SHIFT], row[START], row[PLACE], row[ADDED] = s, starts[i], best_place, best - costs[s]
                row[DRIVEN], row[MOVED], row[AGAIN] = drive_seconds(p, s, order, m) - before, -1, -1
                count += 1
    return rows[:count]


@compiled
def homes_elsewhere(p: Arrays, st: State, costs: Int, movable: Int) -> Int:
    """For each movable visit the cheapest other shift it fits into, shape (visits, 3): points, shift, place.

    Points are BIG where there is none, and for the visits that may not move.
    """
    homes = np.full((st.shift_of.shape[0], 3), BIG, dtype=np.int64)
    buffer = np.empty(st.batches.shape[1] + 1, dtype=np.int64)
    for v in range(len(movable)):
        if movable[v] == 0:
            continue
        for s in range(p.shifts.shape[0]):
            if p.allowed[v, s] == 0 or st.shift_of[v] == s or costs[s] >= BIG:
                continue
            points, place = cheapest_place(p, st, s, v, buffer)
            if points < homes[v, 0]:
                homes[v, 0], homes[v, 1], homes[v, 2] = points, s, place
    return homes


@compiled
def exchanges(
    p: Arrays,
    batches: Batches,
    lengths: Int,
    costs: Int,
    v: Index,
    starts: Int,
    start_of: Int,
    homes: Int,
    movable: Int,
    known: Int,
) -> Int:
    """As `insertions`, with one movable visit of the shift making room: it goes to its home elsewhere, or to
    another place of the same outing.

    MOVED is that visit's place in the outing as it stands, AGAIN its new place there, -1 if it goes elsewhere.
    Starts with `known` 1 (by index of start) are passed over. Rows are the cheapest of each shift and start.
    """
    most = 0
    dates = p.date_costs.shape[1]
    for s in range(len(lengths)):
        most += start_of[p.shifts[s, DATE] + 1] - start_of[p.shifts[s, DATE]]
    rows = np.empty((most, 7), dtype=np.int64)
    order = np.empty(batches.shape[1] + 2, dtype=np.int64)
    whole = np.empty(batches.shape[1] + 2, dtype=np.int64)
    count = 0
    for s in range(len(lengths)):
        n = lengths[s]
        if p.allowed[v, s] == 0 or costs[s] >= BIG or n == 0:
            continue
        day = p.shifts[s, DATE]
        window = p.window_of[v * dates + day]
        before = drive_seconds(p, s, batches[s], n)
        for i in range(start_of[day], start_of[day + 1]):
            if known[i] != 0:
                continue
            p.windows[window, 0] = starts[i]
            p.windows[window, 1] = starts[i]
            best: Points = BIG
            row = rows[count]
            for moved in range(n):
                u = batches[s, moved]
                if movable[u] == 0:
                    continue
                for place in range(n):
                    m = _put_in(order, batches[s], n, np.int64(moved), v, place)
                    if homes[u, 0] < BIG:
                        points = batch_cost(p, s, order, m)
                        if points < BIG and points + homes[u, 0] < best:
                            best = points + homes[u, 0]
                            row[PLACE], row[MOVED], row[AGAIN] = place, moved, -1
                            row[DRIVEN] = drive_seconds(p, s, order, m) - before
                    if n > LONGEST_REORDERED:
                        continue
                    for again in range(n + 1):
                        j = _put_in(whole, order, m, NONE, u, again)
                        points = batch_cost(p, s, whole, j)
                        if points < best:
                            best = points
                            row[PLACE], row[MOVED], row[AGAIN] = place, moved, again
                            row[DRIVEN] = drive_seconds(p, s, whole, j) - before
            if best < BIG:
                row[SHIFT], row[START], row[ADDED] = s, starts[i], best - costs[s]
                count += 1
    return rows[:count]
