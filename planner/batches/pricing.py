"""Pricing, compiled: batches that are cheaper than the prices the assignment puts on visits and shifts.

For one class of shifts, labels grow visit by visit as long as they may still end below what is asked for; what they
cost to the end is known from below beforehand (`completion`).
"""

import numpy as np
from numpy.typing import NDArray

from planner.batches.arrays import (
    APPLICANTS,
    BIG,
    CAPACITY,
    CLOSES,
    DATE,
    FROM,
    LOCATION,
    NONE,
    ONE,
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
    ZERO,
    Arrays,
    Float,
    Index,
    Int,
    Points,
    Seconds,
)
from planner.batches.clocks import at_base, back_by, first_start
from planner.batches.compiled import borrowed, compiled, inner
from planner.batches.kernel import counts_work
from planner.batches.labels import ALIVE, AT, END, LEAVE, LENGTH, LOAD, RESTED, Labels, Prices, cut_points, extend

GRAIN_MOST = 600
"""Seconds of a step in the completion bound, at most."""
STEPS_MOST = 2000


@compiled
def grain_of(p: Arrays, s: Index) -> Seconds:
    """Seconds of a step of the completion bound for shift s; 0 where no visit takes long enough for one."""
    grain = np.int64(GRAIN_MOST)
    for v in range(p.visits.shape[0]):
        if p.allowed[v, s]:
            grain = min(grain, p.visits[v, SERVICE])
    if grain <= 0 or (p.shifts[s, CLOSES] - 0) // grain > STEPS_MOST:
        return np.int64(0)
    return grain


@inner
def onward(
    p: Arrays, s: Index, prices: Prices, beside: Int, grain: Seconds, first: Index
) -> tuple[Int, NDArray[np.int32], Float]:
    """What may follow each visit on shift s: links, and the points of each.

    Links `offsets[v]` up to `offsets[v + 1]` lead on from v, each in one window of the visit that follows. A row of the
    second array: the last step in which one can set out to it; and, as places in a table of steps by visit, that visit
    so many steps later as its service is done, that visit and the step in which it is done at the earliest. Links that
    nobody can take from step `first` on are left out.
    """
    visits, dates, day = p.visits.shape[0], p.date_costs.shape[1], p.shifts[s, DATE]
    steps = p.shifts[s, CLOSES] // grain + 1
    open_, able = 0, 0
    for v in range(visits):
        if p.allowed[v, s]:
            able += 1
            open_ += p.window_of[v * dates + day + 1] - p.window_of[v * dates + day]
    offsets = np.zeros(visits + 1, dtype=np.int64)
    rows = np.empty((able * open_, 3), dtype=np.int32)
    points = np.empty(able * open_)
    top = 0
    for v in range(visits):
        for w in beside[v]:
            if w == v or p.allowed[v, s] == 0 or p.allowed[w, s] == 0:
                continue
            drive = np.int64(p.travel[p.visits[v, LOCATION], p.visits[w, LOCATION]])
            service = p.visits[w, SERVICE]
            for window in range(p.window_of[w * dates + day], p.window_of[w * dates + day + 1]):
                later = (drive + service) // grain
                soonest = (p.windows[window, 0] + service) // grain
                last = min((p.windows[window, 1] - drive) // grain, steps - 1 - later)
                if first <= last and soonest < steps:
                    rows[top, 0], rows[top, 1], rows[top, 2] = last, later * visits + w, soonest * visits + w
                    points[top] = float(p.costs[TRAVEL_SECOND]) * drive + p.date_costs[w, day] - prices.visits[w]
                    top += 1
        offsets[v + 1] = top
    return offsets, rows, points


@compiled
def completion(p: Arrays, s: Index, prices: Prices, beside: Int, grain: Seconds) -> Float:
    """The least reduced points from the end of a service to the base, by visit and step of time.

    Shape (visits, steps). Looks only at time, not at rests, load, work or memory, so it is never too high for
    batches in which each visit is followed by one of the visits `beside` it, shape (visits, any).
    """
    p, prices = borrowed(p), borrowed(prices)
    visits = p.visits.shape[0]
    closes = p.shifts[s, CLOSES]
    steps = closes // grain + 1
    first = np.int64(steps)
    for v in range(visits):
        if p.allowed[v, s]:
            first = min(first, first_start(p, v, p.shifts[s, DATE], p.shifts[s, OPENS]) // grain)
    offsets, rows, points = onward(p, s, prices, beside, grain, first)
    least = np.full(steps * visits, float(BIG))  # what lies near in time lies together
    for step in range(steps - 1, first - 1, -1):
        for v in range(visits):
            if p.allowed[v, s] == 0:
                continue
            home = p.travel[p.visits[v, LOCATION], p.shifts[s, TO]]
            best = float(BIG)
            if step * grain + home <= closes:
                best = float(p.costs[TRAVEL_SECOND]) * home
            for link in range(offsets[v], offsets[v + 1]):
                # A later window never leads to less, so all of a visit's may be looked at.
                if step <= rows[link, 0]:
                    best = min(best, points[link] + least[max(step * visits + rows[link, 1], rows[link, 2])])
            least[step * visits + v] = best
    return least.reshape((steps, visits)).T.copy()


@compiled
def least_ahead(p: Arrays, s: Index, prices: Prices, least: Float, grain: Seconds) -> Points:
    """No batch of shift s has fewer reduced points, the price of the shift left out; BIG if it can make none.

    `least` is what `completion` said of visits that may be followed by any other; `grain` is not 0.
    """
    p, prices = borrowed(p), borrowed(prices)
    day = p.shifts[s, DATE]
    open_, done = at_base(p, s)
    best = float(BIG)
    for v in range(p.visits.shape[0]):
        if p.allowed[v, s] == 0:
            continue
        drive = np.int64(p.travel[p.shifts[s, FROM], p.visits[v, LOCATION]])
        begin = first_start(p, v, day, min(open_, done) + drive)
        if begin >= BIG:
            continue
        step = (begin + p.visits[v, SERVICE]) // grain
        if step < least.shape[1]:
            points = float(p.costs[TRAVEL_SECOND]) * drive + p.date_costs[v, day] - prices.visits[v]
            best = min(best, points + least[v, step])
    return best


@compiled
def price(
    p: Arrays,
    s: Index,
    prices: Prices,
    beside: Int,
    shift_price: Points,
    labels: Labels,
    least: Float,
    grain: Seconds,
    care: Index,
    worth: Points,
) -> tuple[Index, Points]:
    """Grows all labels of shift s that may end below `worth` reduced points.

    Returns the number of labels and the least reduced points of a whole batch (BIG: none below `worth`).
    More labels than there is room for, or halted: the number is above the room, and nothing is proven.
    `labels.ended` has the reduced points of each label as a whole batch.
    """
    p, prices, labels = borrowed(p), borrowed(prices), borrowed(labels)
    visits = p.visits.shape[0]
    heads = np.full(visits, -1, dtype=np.int64)
    shift = p.shifts[s]
    per_second = float(p.costs[TRAVEL_SECOND])
    rest, earliest, latest = shift[REST], shift[REST_EARLIEST], shift[REST_LATEST]
    day = shift[DATE]
    worth -= p.costs[TEAM_DATE] - shift_price
    top = np.int64(0)
    open_, done = at_base(p, s)
    room = labels.points.shape[0]
    for v in range(visits):
        if p.allowed[v, s] == 0:
            continue
        drive = np.int64(p.travel[shift[FROM], p.visits[v, LOCATION]])
        points = per_second * drive + p.date_costs[v, day] - prices.visits[v]
        top = extend(
            p,
            s,
            prices,
            labels,
            heads,
            least,
            grain,
            top,
            NONE,
            v,
            ONE,
            done + drive,
            drive,
            shift[CLOSES],
            points,
            care,
            worth,
        )
        if open_ < BIG:
            top = extend(
                p,
                s,
                prices,
                labels,
                heads,
                least,
                grain,
                top,
                NONE,
                v,
                ZERO,
                open_ + drive,
                drive,
                shift[CLOSES],
                points,
                care,
                worth,
            )
            if open_ + drive <= latest:
                top = extend(
                    p,
                    s,
                    prices,
                    labels,
                    heads,
                    least,
                    grain,
                    top,
                    NONE,
                    v,
                    ONE,
                    max(open_ + drive, earliest) + rest,
                    drive + rest,
                    latest - drive,
                    points,
                    care,
                    worth,
                )
        if top > room:
            return top, -float(BIG)
    i = np.int64(0)
    while i < top:
        if labels.halt[0]:
            return room + 1, -float(BIG)
        if labels.facts[i, ALIVE] == 0:
            i += 1
            continue
        here = p.visits[labels.facts[i, AT], LOCATION]
        rested, end = labels.facts[i, RESTED], labels.facts[i, END]
        length, leave = labels.facts[i, LENGTH], labels.facts[i, LEAVE]
        at = labels.facts[i, AT]
        for j in range(beside.shape[1]):
            v = beside[at, j]
            if p.allowed[v, s] == 0:
                continue
            if (labels.visited[i, v >> 6] >> np.uint64(v & 63)) & np.uint64(1):
                continue
            if labels.facts[i, LOAD] + p.visits[v, APPLICANTS] > shift[CAPACITY]:
                continue
            drive = np.int64(p.travel[here, p.visits[v, LOCATION]])
            begin = first_start(p, v, day, end + drive)
            if begin >= BIG:
                continue
            points = labels.points[i] + per_second * drive + p.date_costs[v, day] - prices.visits[v]
            if grain > 0:
                step = (begin + p.visits[v, SERVICE]) // grain
                if step >= least.shape[1] or points + least[v, step] >= worth:
                    continue
            points += cut_points(prices, labels, i, v)
            top = extend(
                p,
                s,
                prices,
                labels,
                heads,
                least,
                grain,
                top,
                i,
                v,
                rested,
                end + drive,
                length + drive,
                leave,
                points,
                care,
                worth,
            )
            if rested == 0:
                if end <= latest:
                    top = extend(
                        p,
                        s,
                        prices,
                        labels,
                        heads,
                        least,
                        grain,
                        top,
                        i,
                        v,
                        ONE,
                        max(end, earliest) + rest + drive,
                        length + rest + drive,
                        min(leave, latest - length),
                        points,
                        care,
                        worth,
                    )
                if end + drive <= latest:
                    top = extend(
                        p,
                        s,
                        prices,
                        labels,
                        heads,
                        least,
                        grain,
                        top,
                        i,
                        v,
                        ONE,
                        max(end + drive, earliest) + rest,
                        length + drive + rest,
                        min(leave, latest - length - drive),
                        points,
                        care,
                        worth,
                    )
            if top > room:
                return top, -float(BIG)
        i += 1
    best = _end_all(p, s, labels, top, worth)
    return top, best + (p.costs[TEAM_DATE] - shift_price) if best < BIG else float(BIG)


@inner
def _end_all(p: Arrays, s: Index, labels: Labels, top: Index, worth: Points) -> Points:
    """Sends each label home; the least reduced points."""
    p, labels = borrowed(p), borrowed(labels)
    shift = p.shifts[s]
    latest, earliest, rest = shift[REST_LATEST], shift[REST_EARLIEST], shift[REST]
    by_open, by_done = back_by(p, s)
    work_counts = counts_work(p, s)
    best = float(BIG)
    for i in range(top):
        labels.ended[i] = float(BIG)
        if labels.facts[i, ALIVE] == 0:
            continue
        drive = np.int64(p.travel[p.visits[labels.facts[i, AT], LOCATION], shift[TO]])
        end, length, leave = labels.facts[i, END], labels.facts[i, LENGTH], labels.facts[i, LEAVE]
        work = BIG
        by = by_done if labels.facts[i, RESTED] == 1 else by_open
        if end + drive <= by:
            work = end + drive - min(leave, end - length) if work_counts else 0
        if labels.facts[i, RESTED] == 0 and end <= latest and max(end, earliest) + rest + drive <= by_done:
            out = min(leave, latest - length)
            back = max(end, earliest) + rest + drive
            work = min(work, back - min(out, back - length - rest - drive) if work_counts else 0)
        if (work > shift[WORK] and work_counts) or work >= BIG:
            continue
        points = labels.points[i] + p.costs[TRAVEL_SECOND] * drive + p.costs[WORK_SECOND] * work
        if points < worth:
            labels.ended[i] = points
            best = min(best, points)
    return best
