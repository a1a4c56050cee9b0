"""Ruin-and-recreate over whole plans, compiled: slack induction by string removals.

Christiaens & Vanden Berghe (2020), "Slack Induction by String Removals for Vehicle Routing Problems",
Transportation Science 54. Strings of neighbouring visits are cut from a few batches and put back
greedily, now and then passing over the best place; worse plans are accepted as in simulated annealing.

The cheapest place of a visit in a batch is remembered with the batch's version, so that a step looks
anew only at the batches that it changed.
"""

import numpy as np

from planner.batches.arrays import (
    APPLICANTS,
    CLASS,
    FROM,
    LOCATION,
    NONE,
    UNSERVED,
    ZERO,
    Arrays,
    Batches,
    Index,
    Int,
    Points,
    Visits,
)
from planner.batches.change import cheapest_place, insert, mark_open, refresh, take_back
from planner.batches.compiled import borrowed, compiled, inlined, inner
from planner.batches.ruin import draw, ruin
from planner.batches.state import (
    BEST,
    COST,
    HALT,
    LENGTH,
    POINTS,
    POOL_VISITS,
    POOLED,
    SEEN,
    STEP,
    WAITING,
    Neighbours,
    State,
)

PASS_OVER = 0.01
"""Chance that a place is passed over (a "blink")."""
BY_REGRET = 0.5
"""Share of the steps that put back by regret instead of in one of the simple orders."""
REGRET_NOISE = 0.5


@inner
def _line_up(p: Arrays, near: Neighbours, st: State) -> Index:
    """Lists the visits that are in no batch, in the order in which they are put back. Returns their count."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    visits = p.visits.shape[0]
    count = 0
    for v in range(visits):
        if st.shift_of[v] < 0 and near.shifts_of[v] < near.shifts_of[v + 1]:
            st.waiting[0, count] = v
            count += 1
    if count > WAITING and st.numbers[STEP] > 0:
        for i in range(WAITING):
            j = i + int(draw(st.random) * (count - i))
            st.waiting[0, i], st.waiting[0, j] = st.waiting[0, j], st.waiting[0, i]
        count = WAITING
    how = draw(st.random)
    base = p.shifts[0, FROM]
    for i in range(count):
        v = st.waiting[0, i]
        key: Index
        if how < 0.3:
            key = int(draw(st.random) * 1048576.0)
        elif how < 0.5:
            key = -p.visits[v, APPLICANTS] * 4096
        elif how < 0.65:
            key = -np.int64(p.travel[base, p.visits[v, LOCATION]])
        elif how < 0.7:
            key = np.int64(p.travel[base, p.visits[v, LOCATION]])
        elif how < 0.85:
            key = near.shifts_of[v + 1] - near.shifts_of[v]
        else:
            key = -p.visits[v, UNSERVED]
        st.waiting[1, i] = key
    for i in range(1, count):
        v, key = st.waiting[0, i], st.waiting[1, i]
        j = i - 1
        while j >= 0 and st.waiting[1, j] > key:
            st.waiting[0, j + 1], st.waiting[1, j + 1] = st.waiting[0, j], st.waiting[1, j]
            j -= 1
        st.waiting[0, j + 1], st.waiting[1, j + 1] = v, key
    return count


@inner
def _recall_all(p: Arrays, near: Neighbours, st: State, v: Index, buffer: Visits) -> None:
    """Remembers for every shift v may use the least points v adds to it and its place, as points * 1024 + place."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    for j in range(near.shifts_of[v], near.shifts_of[v + 1]):
        s = near.shifts[j]
        seen = st.batch_facts[s, SEEN]
        if st.remembered[v, s, 0] != seen and not _is_closed(p, st, s):
            points, place = cheapest_place(p, st, s, v, buffer)
            st.remembered[v, s, 0] = seen
            st.remembered[v, s, 1] = points * 1024 + place


@inner
def _recreate(p: Arrays, near: Neighbours, st: State, buffer: Visits) -> None:
    """Puts the visits that are in no batch back, each where it costs least, if that beats leaving it out."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    count = _line_up(p, near, st)
    if st.numbers[STEP] > 0 and draw(st.random) < BY_REGRET:
        _insert_by_regret(p, near, st, count, buffer)
        return
    for i in range(count):
        v = st.waiting[0, i]
        best, best_shift, best_place = p.visits[v, UNSERVED], NONE, ZERO
        _recall_all(p, near, st, v, buffer)
        if st.numbers[HALT] != 0:
            return
        for j in range(near.shifts_of[v], near.shifts_of[v + 1]):
            s = near.shifts[j]
            if _is_closed(p, st, s):
                continue
            packed = st.remembered[v, s, 1]
            points = packed >> 10
            if points < best and draw(st.random) >= PASS_OVER:
                best, best_shift, best_place = points, s, packed & 1023
        if best_shift >= 0:
            insert(p, near, st, best_shift, v, best_place)


@inlined
def _is_closed(p: Arrays, st: State, s: Index) -> bool:
    """Whether s is an empty shift that another of its class stands for."""
    return bool(st.batch_facts[s, LENGTH] == 0 and st.open_shifts[p.shifts[s, CLASS]] != s)


@inlined
def _list_candidates(p: Arrays, near: Neighbours, st: State, i: Index, buffer: Visits) -> None:
    """Lists the shifts in which the i-th waiting visit has a place; as they fill up, none joins them but empty ones."""
    v = st.waiting[0, i]
    st.waiting[1, i] = i
    st.candidates[i, 0] = 0
    _recall_all(p, near, st, v, buffer)
    for j in range(near.shifts_of[v], near.shifts_of[v + 1]):
        s = near.shifts[j]
        if not _is_closed(p, st, s) and st.remembered[v, s, 1] >> 10 < p.visits[v, UNSERVED]:
            st.candidates[i, 0] += 1
            st.candidates[i, st.candidates[i, 0]] = s


@inlined
def _offer(p: Arrays, st: State, i: Index, anew: bool, changed: Index, opened: Index, buffer: Visits) -> None:
    """Puts the offers of the i-th waiting visit right: among all its shifts where `anew` or one of the two offered has
    changed, else only `changed` and the empty shift `opened` (-1: none), which has come to stand for its class.

    One loop for both, because the compiler copies the look at a shift to every place that asks for it.
    """
    v, row = st.waiting[0, i], st.offers[i]
    listed = st.candidates[st.waiting[1, i]]
    if opened >= 0 and p.allowed[v, opened]:
        listed[0] += 1
        listed[listed[0]] = opened
    anew = anew or row[2] == changed or row[3] == changed
    if anew:
        out = p.visits[v, UNSERVED]
        row[0], row[1], row[2], row[3], row[4] = out, out, NONE, NONE, ZERO
    for j in range(1, listed[0] + 1 if anew else 3):
        s = listed[j] if anew else (changed if j == 1 else opened)
        if not anew and (s < 0 or not p.allowed[v, s]):
            continue
        if st.remembered[v, s, 0] != st.batch_facts[s, SEEN]:
            points, place = cheapest_place(p, st, s, v, buffer)
            st.remembered[v, s, 0] = st.batch_facts[s, SEEN]
            st.remembered[v, s, 1] = points * 1024 + place
        packed = st.remembered[v, s, 1]
        if packed >> 10 < row[0]:
            row[1], row[3] = row[0], row[2]
            row[0], row[2], row[4] = packed >> 10, s, packed & 1023
        elif packed >> 10 < row[1]:
            row[1], row[3] = packed >> 10, s


@inner
def _insert_by_regret(p: Arrays, near: Neighbours, st: State, count: Index, buffer: Visits) -> None:
    """Puts back first the visit that would lose most if it had to take its second best batch."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    for i in range(count):
        _list_candidates(p, near, st, i, buffer)
    anew, s, opened = True, NONE, NONE
    while count > 0:
        for i in range(count):
            _offer(p, st, i, anew, s, opened, buffer)
        anew = False
        pick, most = -1, -1.0
        for i in range(count):
            if st.offers[i, 2] >= 0:
                regret = (st.offers[i, 1] - st.offers[i, 0]) * (1.0 + REGRET_NOISE * draw(st.random))
                if regret > most:
                    pick, most = i, regret
        if pick < 0:
            return
        s = st.offers[pick, 2]
        opens = st.batch_facts[s, LENGTH] == 0
        insert(p, near, st, s, st.waiting[0, pick], st.offers[pick, 4])
        opened = st.open_shifts[p.shifts[s, CLASS]] if opens else NONE
        count -= 1
        st.waiting[0, pick], st.waiting[1, pick] = st.waiting[0, count], st.waiting[1, count]
        for k in range(5):
            st.offers[pick, k] = st.offers[count, k]


@inner
def _pool_batch(p: Arrays, near: Neighbours, st: State, s: Index) -> None:
    """Remembers the batch of shift s in the pool, the cheapest order of each set of visits by class."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    n = st.batch_facts[s, LENGTH]
    capacity = st.pool_keys.shape[0]
    key = near.class_marks[p.shifts[s, CLASS]]
    for k in range(n):
        key ^= near.marks[st.batches[s, k]]
    slot = np.int64(key & np.uint64(capacity - 1))
    while st.pool_keys[slot] != 0 and st.pool_keys[slot] != key:
        slot = (slot + 1) & (capacity - 1)
    if st.pool_keys[slot] == key:
        if st.pool_rows[slot, 1] <= st.batch_facts[s, POINTS]:
            return
    else:
        if 2 * st.numbers[POOLED] >= capacity or st.numbers[POOL_VISITS] + n > st.pool_visits.shape[0]:
            return
        st.pool_keys[slot] = key
        st.pool_rows[slot, 2] = st.numbers[POOL_VISITS]
        st.numbers[POOLED] += 1
        st.numbers[POOL_VISITS] += n
    st.pool_rows[slot, 0] = s
    st.pool_rows[slot, 1] = st.batch_facts[s, POINTS]
    st.pool_rows[slot, 3] = n
    for k in range(n):
        st.pool_visits[st.pool_rows[slot, 2] + k] = st.batches[s, k]


@inner
def _keep_best(p: Arrays, near: Neighbours, st: State) -> None:
    p, st = borrowed(p), borrowed(st)
    st.numbers[BEST] = st.numbers[COST]
    for s in range(p.shifts.shape[0]):
        n = st.batch_facts[s, LENGTH]
        st.best_lengths[s] = n
        for k in range(n):
            st.best_batches[s, k] = st.batches[s, k]


@compiled
def start(p: Arrays, near: Neighbours, st: State) -> None:
    """Fills an empty plan greedily, the first plan, until another thread writes HALT."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    st.touched_in[:] = -1
    _settle(p, near, st)
    st.numbers[STEP] = 0
    st.touched[0] = 0
    _recreate(p, near, st, np.empty(st.batches.shape[1] + 1, dtype=np.int64))
    _keep_best(p, near, st)


@compiled
def adopt(p: Arrays, near: Neighbours, st: State, batches: Batches, lengths: Int) -> None:
    """Goes on from another plan, given as batches by shift and their lengths."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    st.shift_of[:] = -1
    for s in range(p.shifts.shape[0]):
        st.batch_facts[s, LENGTH] = lengths[s]
        for k in range(lengths[s]):
            st.batches[s, k] = batches[s, k]
            st.shift_of[batches[s, k]] = s
    _settle(p, near, st)
    if st.numbers[COST] < st.numbers[BEST]:
        _keep_best(p, near, st)


@inner
def _settle(p: Arrays, near: Neighbours, st: State) -> None:
    """Sets up clocks and costs of the plan in `batches`."""
    st.numbers[COST] = 0
    for v in range(p.visits.shape[0]):
        if st.shift_of[v] < 0:
            st.numbers[COST] += p.visits[v, UNSERVED]
    for s in range(p.shifts.shape[0]):
        refresh(p, near, st, s)
        st.numbers[COST] += st.batch_facts[s, POINTS]
    for s in range(p.shifts.shape[0]):
        mark_open(p, near, st, s)


@compiled
def search(
    p: Arrays,
    near: Neighbours,
    st: State,
    steps: Index,
    hot: Points,
    cold: Points,
    first: Index,
    whole: Index,
    pooled: float,
) -> None:
    """`steps` steps of the search, numbers `first` … of `whole`, cooling from `hot` to `cold` points.

    Batches of plans at most `pooled` points above the best enter the pool.
    """
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    buffer = np.empty(st.batches.shape[1] + 1, dtype=np.int64)
    for i in range(steps):
        st.numbers[STEP] += 1
        st.touched[0] = 0
        before = st.numbers[COST]
        heat = hot * (cold / hot) ** min(1.0, (first + i) / whole)
        ruin(p, near, st)
        _recreate(p, near, st, buffer)
        cost = st.numbers[COST]
        if cost > before and cost >= before - heat * np.log(max(1e-300, draw(st.random))):
            take_back(p, near, st)
            st.numbers[COST] = before
            continue
        if cost < st.numbers[BEST]:
            _keep_best(p, near, st)
        if cost != before and cost <= st.numbers[BEST] + pooled:
            for j in range(1, st.touched[0] + 1):
                s = st.touched[j]
                if st.batch_facts[s, LENGTH] > 0:
                    _pool_batch(p, near, st, s)
