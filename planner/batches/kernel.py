"""Work, cost and timetable of one batch: with `planner.batches.clocks` the only place that knows them. Compiled.

How long a team works depends on when it leaves, so work limits need more than two clocks: a *strand* (end, length,
leave) says "leaving at t ≤ leave, this is reached at max(end, t + length)". Windows and rests keep that form
(Savelsbergh 1992; Vidal et al. 2013), several windows and places for the rest give several strands.
"""

import numpy as np

from planner.batches.arrays import (
    APPLICANTS,
    BIG,
    CAPACITY,
    CLOSES,
    DATE,
    FROM,
    LOCATION,
    NO,
    OPENS,
    REST,
    REST_EARLIEST,
    REST_LATEST,
    SERVICE,
    TEAM_DATE,
    TO,
    TRAVEL_SECOND,
    WORK,
    WORK_SECOND,
    YES,
    ZERO,
    Arrays,
    Index,
    Int,
    Points,
    Seconds,
    Visits,
)
from planner.batches.clocks import at_base, back_by, can_go_on, first_start, serve_next
from planner.batches.compiled import compiled, inner

STRANDS = 48
"""Strands kept per clock: above it the least useful is dropped, which can only overstate work."""


@compiled
def drive_seconds(p: Arrays, s: Index, batch: Visits, n: Index) -> Seconds:
    """Seconds of driving from the base through the first n visits of `batch` and back."""
    here = p.shifts[s, FROM]
    total = np.int64(0)
    for k in range(n):
        there = p.visits[batch[k], LOCATION]
        total += p.travel[here, there]
        here = there
    return total + p.travel[here, p.shifts[s, TO]]


@inner
def _add_strand(strands: Int, count: Index, end: Seconds, length: Seconds, leave: Seconds) -> Index:
    """Adds a strand unless another is as good in all three; drops those it beats. Returns the count."""
    kept = 0
    for i in range(count):
        if strands[i, 0] <= end and strands[i, 1] <= length and strands[i, 2] >= leave:
            return count
    for i in range(count):
        if not (end <= strands[i, 0] and length <= strands[i, 1] and leave >= strands[i, 2]):
            if kept != i:
                strands[kept, 0] = strands[i, 0]
                strands[kept, 1] = strands[i, 1]
                strands[kept, 2] = strands[i, 2]
            kept += 1
    if kept == STRANDS:
        worst = 0
        for i in range(kept):
            if strands[i, 1] > strands[worst, 1]:
                worst = i
        if strands[worst, 1] <= length:
            return kept
        kept -= 1
        for column in range(3):
            strands[worst, column] = strands[kept, column]
    strands[kept, 0] = end
    strands[kept, 1] = length
    strands[kept, 2] = leave
    return kept + 1


@inner
def _serve_strand(
    p: Arrays, v: Index, day: Index, strands: Int, count: Index, end: Seconds, length: Seconds, leave: Seconds
) -> Index:
    """Adds, for each window of v, the strand that goes on through it."""
    dates = p.date_costs.shape[1]
    service = p.visits[v, SERVICE]
    for w in range(p.window_of[v * dates + day], p.window_of[v * dates + day + 1]):
        closes = p.windows[w, 1]
        if end <= closes:
            opens = p.windows[w, 0]
            count = _add_strand(
                strands, count, max(end, opens) + service, length + service, min(leave, closes - length)
            )
    return count


@compiled
def least_work(p: Arrays, s: Index, batch: Visits, n: Index) -> tuple[Seconds, Seconds]:
    """The least seconds from leaving to being back for this batch, and the leaving time; BIG if it cannot be done.

    Exact over all leaving times, windows and places of the rest. Of equal work the earliest end is taken.
    """
    shift = p.shifts[s]
    day = shift[DATE]
    rest, earliest, latest = shift[REST], shift[REST_EARLIEST], shift[REST_LATEST]
    now = np.empty((2, STRANDS, 3), dtype=np.int64)
    then = np.empty((2, STRANDS, 3), dtype=np.int64)
    counts = np.zeros(2, dtype=np.int64)
    open_, done = at_base(p, s)
    if open_ < BIG:
        counts[0] = _add_strand(now[0], ZERO, open_, ZERO, shift[CLOSES])
    counts[1] = _add_strand(now[1], ZERO, done, ZERO, shift[CLOSES])
    here = shift[FROM]
    for k in range(n):
        v = batch[k]
        there = p.visits[v, LOCATION]
        drive = np.int64(p.travel[here, there])
        fresh_open = ZERO
        fresh_done = ZERO
        for i in range(counts[1]):
            fresh_done = _serve_strand(
                p, v, day, then[1], fresh_done, now[1, i, 0] + drive, now[1, i, 1] + drive, now[1, i, 2]
            )
        for i in range(counts[0]):
            end, length, leave = now[0, i, 0], now[0, i, 1], now[0, i, 2]
            fresh_open = _serve_strand(p, v, day, then[0], fresh_open, end + drive, length + drive, leave)
            if k > 0 and end <= latest:
                fresh_done = _serve_strand(
                    p,
                    v,
                    day,
                    then[1],
                    fresh_done,
                    max(end, earliest) + rest + drive,
                    length + rest + drive,
                    min(leave, latest - length),
                )
            if end + drive <= latest:
                fresh_done = _serve_strand(
                    p,
                    v,
                    day,
                    then[1],
                    fresh_done,
                    max(end + drive, earliest) + rest,
                    length + drive + rest,
                    min(leave, latest - length - drive),
                )
        counts[0] = fresh_open
        counts[1] = fresh_done
        now, then = then, now
        here = there
    drive = np.int64(p.travel[here, shift[TO]])
    by_open, by_done = back_by(p, s)
    best, best_leave, best_end = BIG, np.int64(-1), BIG
    for clock in range(2):
        for i in range(counts[clock]):
            end, length, leave = now[clock, i, 0], now[clock, i, 1], now[clock, i, 2]
            by = by_open if clock == 0 else by_done
            for rested in range(2):
                if rested == 1:
                    if clock == 1 or n == 0 or end > latest:
                        break
                    leave = min(leave, latest - length)
                    end = max(end, earliest) + rest
                    length += rest
                    by = by_done
                last = end + drive
                whole = length + drive
                if last <= by:
                    # Leaving at `last - whole` is late enough to lose no time, if it is still allowed.
                    out = min(leave, last - whole)
                    work = last - out
                    if work < best or (work == best and last < best_end):
                        best, best_leave, best_end = work, out, last
    return best, best_leave


@inner
def work_is_short(
    p: Arrays, s: Index, batch: Visits, n: Index, from_stop: Index, open_: Seconds, done: Seconds
) -> bool:
    """Whether the work limit is surely kept; False says nothing. `open_`, `done` are the clocks after stop `from_stop`.

    Leaves so late that the first visit is not delayed, goes on as early as possible, and looks at the return.
    """
    first = batch[0]
    drive = p.travel[p.shifts[s, FROM], p.visits[first, LOCATION]]
    leave = p.shifts[s, OPENS]
    start = first_start(p, first, p.shifts[s, DATE], leave + drive)
    if start < BIG and (p.shifts[s, REST] == 0 or start <= p.shifts[s, REST_EARLIEST]):
        leave = start - drive
    here = p.visits[batch[from_stop], LOCATION]
    for k in range(from_stop + 1, n):
        open_, done = serve_next(p, s, open_, done, here, YES, batch[k])
        here = p.visits[batch[k], LOCATION]
    by_open, by_done = back_by(p, s)
    by = leave + p.shifts[s, WORK]
    return can_go_on(p, s, open_, done, here, p.shifts[s, TO], min(by_open, by), min(by_done, by), YES)


@compiled
def batch_cost(p: Arrays, s: Index, batch: Visits, n: Index) -> Points:
    """Points this batch costs on shift s, without its visits' unserved costs; BIG if it breaks a rule."""
    day = p.shifts[s, DATE]
    applicants = np.int64(0)
    points = p.costs[TEAM_DATE] + p.costs[TRAVEL_SECOND] * drive_seconds(p, s, batch, n)
    open_, done = at_base(p, s)
    here = p.shifts[s, FROM]
    for k in range(n):
        v = batch[k]
        if p.allowed[v, s] == 0:
            return BIG
        applicants += p.visits[v, APPLICANTS]
        points += p.date_costs[v, day]
        open_, done = serve_next(p, s, open_, done, here, k > 0, v)
        if open_ >= BIG and done >= BIG:
            return BIG
        here = p.visits[v, LOCATION]
    by_open, by_done = back_by(p, s)
    if applicants > p.shifts[s, CAPACITY]:
        return BIG
    if not can_go_on(p, s, open_, done, here, p.shifts[s, TO], by_open, by_done, n > 0):
        return BIG
    if counts_work(p, s):
        work = least_work(p, s, batch, n)[0]
        if work > p.shifts[s, WORK]:
            return BIG
        points += p.costs[WORK_SECOND] * work
    return points


@inner
def counts_work(p: Arrays, s: Index) -> bool:
    """Whether work has to be looked at for shift s: its limit can bind, or it costs something."""
    return bool(p.costs[WORK_SECOND] > 0 or p.shifts[s, WORK] < p.shifts[s, CLOSES] - p.shifts[s, OPENS])


@compiled
def timetable(p: Arrays, s: Index, batch: Visits, n: Index) -> tuple[Seconds, Seconds, Seconds, Int]:
    """Leaving time, return, start of the rest (-1: none), and rows (arrive, start, end), shape (n, 3).

    The leaving time is the one with the least work; from there everything happens as early as it can.
    Leaving is -1 if the batch cannot be done.
    """
    rows = np.zeros((n, 3), dtype=np.int64)
    leave = least_work(p, s, batch, n)[1]
    if leave < 0:
        return leave, leave, np.int64(-1), rows
    rest, latest = p.shifts[s, REST], p.shifts[s, REST_LATEST]
    # Place n of the rest is "none": right without a rest, before REST_LATEST is reached, or after it.
    best_place, best_after = n, NO
    best_back = _walk(p, s, batch, n, leave, n, NO, rows)[0]
    if rest > 0:
        if leave <= latest and best_back >= latest:
            best_back = BIG
        for place in range(n):
            for after in (NO, YES):
                back = _walk(p, s, batch, n, leave, place, after, rows)[0]
                if back < best_back:
                    best_back, best_place, best_after = back, place, after
    back, rest_start = _walk(p, s, batch, n, leave, best_place, best_after, rows)
    return leave, back, rest_start, rows


@inner
def _walk(
    p: Arrays, s: Index, batch: Visits, n: Index, leave: Seconds, place: Index, after: bool, rows: Int
) -> tuple[Seconds, Seconds]:
    """Fills rows for one choice of the rest; returns the return (BIG if it cannot be) and the rest's start."""
    shift = p.shifts[s]
    time = leave
    here = shift[FROM]
    rest_start = np.int64(-1)
    for k in range(n):
        v = batch[k]
        there = p.visits[v, LOCATION]
        arrive = time + p.travel[here, there]
        ready = arrive
        if k == place and not after:
            rest_start = max(arrive, shift[REST_EARLIEST])
            if rest_start > shift[REST_LATEST]:
                return BIG, rest_start
            ready = rest_start + shift[REST]
        start = first_start(p, v, shift[DATE], ready)
        if start >= BIG:
            return BIG, rest_start
        time = start + p.visits[v, SERVICE]
        rows[k, 0], rows[k, 1], rows[k, 2] = arrive, start, time
        if k == place and after:
            rest_start = max(time, shift[REST_EARLIEST])
            if rest_start > shift[REST_LATEST]:
                return BIG, rest_start
            time = rest_start + shift[REST]
        here = there
    back = time + p.travel[here, shift[TO]]
    return (back if back <= shift[CLOSES] else BIG), rest_start
