"""Labels, compiled: partial batches of one class of shifts, and which of two makes the other needless.

A label that another beats in cost, time, load and memory is dropped (Desrochers & Soumis 1988). Memory is the ng-set
of Baldacci, Mingozzi & Roberti (2011): a label forgets visits far from where it is, so that a batch may, rarely, hold
a visit twice; the bound stays valid. Prices of subset-row cuts (Jepsen et al. 2008) are carried as parities.

A label holds one strand (see `kernel`), so work limits, several windows and rests are exact.
"""

from typing import NamedTuple

import numpy as np

from planner.batches.arrays import (
    APPLICANTS,
    DATE,
    LOCATION,
    SERVICE,
    Arrays,
    Bits,
    Float,
    Index,
    Int,
    Points,
    Seconds,
    Visits,
)
from planner.batches.compiled import borrowed, compiled, inner
from planner.batches.kernel import counts_work

# columns of `Labels.facts`
AT, PARENT, RESTED, END, LENGTH, LEAVE, LOAD, NEXT, ALIVE = range(9)
RELAXED, EXACT, SAME_VISITS = range(3)
"""How careful dominance is: by time and cost only, which finds much fast; right for the least; right for every set."""


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


@inner
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


@inner
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


@inner
def extend(
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


@inner
def cut_points(prices: Prices, labels: Labels, parent: Index, v: Index) -> Points:
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


@compiled
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
