"""Labelling, compiled: batches that are cheaper than the prices the assignment puts on visits and shifts.

For one class of shifts, partial batches ("labels") grow visit by visit; one that another beats in cost,
time, load and memory is dropped (Desrochers & Soumis 1988). Memory is the ng-set of Baldacci, Mingozzi &
Roberti (2011): a label forgets visits far from where it is, so that a batch may, rarely, hold a visit
twice; the bound stays valid. Prices of subset-row cuts (Jepsen et al. 2008) are carried as parities.

A label holds one strand (see `kernel`), so work limits, several windows and rests are exact.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

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
    Bits,
    Float,
    Index,
    Int,
    Points,
    Seconds,
    Visits,
)
from planner.batches.borrowed import borrowed
from planner.batches.kernel import at_base, back_by, counts_work, first_start

# columns of `Labels.facts`
AT, PARENT, RESTED, END, LENGTH, LEAVE, LOAD, NEXT, ALIVE = range(9)
RELAXED, EXACT, SAME_VISITS = range(3)
"""How careful dominance is: by time and cost only, which finds much fast; right for the least; right for every set."""
GRAIN_MOST = 600
"""Seconds of a step in the completion bound, at most."""
STEPS_MOST = 2000


class Labels(NamedTuple):
    """Room for labels, made once per thread.

    - facts: shape (capacity, 9), columns above; points: reduced cost by label
    - visited: the ng-memory, shape (capacity, words); parity: shape (capacity, cut words)
    - ended: reduced cost of each label that could go home, BIG if it cannot
    - halt: shape (1,); set to 1 from another thread it ends pricing as if there were no room
    """

    facts: Int
    points: Float
    visited: Bits
    parity: Bits
    ended: Float
    halt: Int


class Prices(NamedTuple):
    """What the assignment pays: by visit, and by cut (a penalty ≤ 0) with the visits of each cut.

    - visits: points by visit; cuts: points by cut
    - cut_of: bit masks by visit, shape (visits, cut words): the cuts that hold it
    - near: ng-masks by visit, shape (visits, words)
    """

    visits: Float
    cuts: Float
    cut_of: Bits
    near: Bits


def make_labels(capacity: int, visits: int, cut_words: int) -> Labels:
    """Room for `capacity` labels over so many visits and words of cuts."""
    return Labels(
        np.zeros((capacity, 9), dtype=np.int64),
        np.zeros(capacity),
        np.zeros((capacity, (visits + 63) // 64), dtype=np.uint64),
        np.zeros((capacity, cut_words), dtype=np.uint64),
        np.zeros(capacity),
        np.zeros(1, dtype=np.int64),
    )


def memory_of(p: Arrays, size: int) -> Bits:
    """The ng-masks: each visit remembers itself and the `size` visits nearest to it."""
    visits = len(p.visits)
    masks = np.zeros((visits, (visits + 63) // 64), dtype=np.uint64)
    where = p.visits[:, LOCATION]
    for v in range(visits):
        distance = p.travel[where[v], where].astype(np.int64) + p.travel[where, where[v]]
        distance[v] = -1
        for other in np.argsort(distance, kind="stable")[: size + 1]:
            masks[v, other >> 6] |= np.uint64(1) << np.uint64(other & 63)
    return masks


@njit(cache=True, nogil=True)
def grain_of(p: Arrays, s: Index) -> Seconds:
    """Seconds of a step of the completion bound for shift s; 0 where no visit takes long enough for one."""
    grain = np.int64(GRAIN_MOST)
    for v in range(p.visits.shape[0]):
        if p.allowed[v, s]:
            grain = min(grain, p.visits[v, SERVICE])
    if grain <= 0 or (p.shifts[s, CLOSES] - 0) // grain > STEPS_MOST:
        return np.int64(0)
    return grain


@njit(cache=True, nogil=True)
def completion(p: Arrays, s: Index, prices: Prices, beside: Int, grain: Seconds) -> Float:
    """The least reduced points from the end of a service to the base, by visit and step of time.

    Shape (visits, steps). Looks only at time, not at rests, load, work or memory, so it is never too high for
    batches in which each visit is followed by one of the visits `beside` it, shape (visits, any).
    """
    p, prices = borrowed(p), borrowed(prices)
    visits = p.visits.shape[0]
    closes = p.shifts[s, CLOSES]
    day = p.shifts[s, DATE]
    steps = closes // grain + 1
    least = np.full((visits, steps), float(BIG))
    per_second = float(p.costs[TRAVEL_SECOND])
    home = p.shifts[s, TO]
    first = np.int64(steps)
    for v in range(visits):
        if p.allowed[v, s]:
            first = min(first, first_start(p, v, day, p.shifts[s, OPENS]) // grain)
    for step in range(steps - 1, -1, -1):
        if step < first:
            break
        now = step * grain
        for v in range(visits):
            if p.allowed[v, s] == 0:
                continue
            here = p.visits[v, LOCATION]
            best = float(BIG)
            if now + p.travel[here, home] <= closes:
                best = per_second * p.travel[here, home]
            for j in range(beside.shape[1]):
                w = beside[v, j]
                if w == v or p.allowed[w, s] == 0:
                    continue
                drive = p.travel[here, p.visits[w, LOCATION]]
                begin = first_start(p, w, day, now + drive)
                if begin >= BIG:
                    continue
                then = (begin + p.visits[w, SERVICE]) // grain
                if then < steps:
                    value = per_second * drive + p.date_costs[w, day] - prices.visits[w] + least[w, then]
                    best = min(best, value)
            least[v, step] = best
    return least


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _beats(labels: Labels, prices: Prices, i: Index, j: Index, care: Index) -> bool:
    """Whether label i makes label j needless."""
    labels, prices = borrowed(labels), borrowed(prices)
    a = labels.facts[i]
    b = labels.facts[j]
    if labels.points[i] > labels.points[j] or a[END] > b[END] or a[RESTED] < b[RESTED]:
        return False
    if a[LENGTH] > b[LENGTH] or a[LEAVE] < b[LEAVE]:
        return False
    if care == RELAXED:
        return True
    if a[LOAD] > b[LOAD]:
        return False
    if care == SAME_VISITS:
        for word in range(labels.visited.shape[1]):
            if labels.visited[i, word] != labels.visited[j, word]:
                return False
        return bool(i != j)
    for word in range(labels.visited.shape[1]):
        if labels.visited[i, word] & ~labels.visited[j, word]:
            return False
    spare = labels.points[j] - labels.points[i]
    for word in range(labels.parity.shape[1]):
        odd = labels.parity[i, word] & ~labels.parity[j, word]
        bit = 0
        while odd:
            if odd & np.uint64(1):
                spare += prices.cuts[word * 64 + bit]
                if spare < 0.0:
                    return False
            odd >>= np.uint64(1)
            bit += 1
    return True


@njit(cache=True, nogil=True)
def _settle_label(labels: Labels, prices: Prices, heads: Int, new: Index, care: Index) -> bool:
    """Enters the new label at its visit unless it is beaten; drops those it beats. Whether it was entered."""
    labels, prices = borrowed(labels), borrowed(prices)
    v = labels.facts[new, AT]
    i = heads[v]
    while i >= 0:
        if _beats(labels, prices, i, new, care):
            return False
        i = labels.facts[i, NEXT]
    before = np.int64(-1)
    i = heads[v]
    while i >= 0:
        following = labels.facts[i, NEXT]
        if _beats(labels, prices, new, i, care):
            labels.facts[i, ALIVE] = 0
            if before < 0:
                heads[v] = following
            else:
                labels.facts[before, NEXT] = following
        else:
            before = i
        i = following
    labels.facts[new, NEXT] = heads[v]
    heads[v] = new
    return True


@njit(cache=True, nogil=True)
def _extend(
    p: Arrays,
    s: Index,
    prices: Prices,
    labels: Labels,
    heads: Int,
    least: Float,
    grain: Seconds,
    top: Index,
    parent: Index,
    v: Index,
    rested: Index,
    end: Seconds,
    length: Seconds,
    leave: Seconds,
    points: Points,
    care: Index,
    worth: Points,
) -> Index:
    """Enters the labels that serve v from a strand that arrives at `end`, one for each window. Returns the count."""
    p, prices, labels = borrowed(p), borrowed(prices), borrowed(labels)
    day = p.shifts[s, DATE]
    dates = p.date_costs.shape[1]
    service = p.visits[v, SERVICE]
    work_counts = counts_work(p, s)
    load = p.visits[v, APPLICANTS] + (labels.facts[parent, LOAD] if parent >= 0 else 0)
    for w in range(p.window_of[v * dates + day], p.window_of[v * dates + day + 1]):
        closes = p.windows[w, 1]
        if end > closes:
            continue
        served = max(end, p.windows[w, 0]) + service
        if grain > 0:
            step = served // grain
            if step >= least.shape[1] or points + least[v, step] >= worth:
                continue
        if top >= labels.points.shape[0]:
            return top + 1
        row = labels.facts[top]
        row[AT], row[PARENT], row[RESTED], row[END] = v, parent, rested, served
        row[LOAD], row[ALIVE] = load, 1
        if work_counts:
            row[LENGTH] = length + service
            row[LEAVE] = min(leave, closes - length)
        else:
            row[LENGTH] = 0
            row[LEAVE] = 0
        labels.points[top] = points
        for word in range(labels.visited.shape[1]):
            known = labels.visited[parent, word] & prices.near[v, word] if parent >= 0 else np.uint64(0)
            labels.visited[top, word] = known
        labels.visited[top, v >> 6] |= np.uint64(1) << np.uint64(v & 63)
        for word in range(labels.parity.shape[1]):
            old = labels.parity[parent, word] if parent >= 0 else np.uint64(0)
            labels.parity[top, word] = old ^ prices.cut_of[v, word]
        if _settle_label(labels, prices, heads, top, care):
            top += 1
        if not work_counts:
            break
    return top


@njit(cache=True, nogil=True)
def _cut_points(prices: Prices, labels: Labels, parent: Index, v: Index) -> Points:
    """The penalty of the cuts of which the batch now holds a second visit (≥ 0)."""
    prices, labels = borrowed(prices), borrowed(labels)
    points = 0.0
    for word in range(labels.parity.shape[1]):
        both = labels.parity[parent, word] & prices.cut_of[v, word]
        bit = 0
        while both:
            if both & np.uint64(1):
                points -= prices.cuts[word * 64 + bit]
            both >>= np.uint64(1)
            bit += 1
    return points


@njit(cache=True, nogil=True)
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
        top = _extend(
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
            top = _extend(
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
                top = _extend(
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
            points += _cut_points(prices, labels, i, v)
            top = _extend(
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
                    top = _extend(
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
                    top = _extend(
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def batch_of(labels: Labels, i: Index, batch: Visits) -> Index:
    """Writes the visits of label i in driving order into `batch`; returns their number."""
    n = 0
    j = i
    while j >= 0:
        n += 1
        j = labels.facts[j, PARENT]
    j = i
    k = n
    while j >= 0:
        k -= 1
        batch[k] = labels.facts[j, AT]
        j = labels.facts[j, PARENT]
    return n
