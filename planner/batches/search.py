"""Ruin-and-recreate over whole plans, compiled: slack induction by string removals.

Christiaens & Vanden Berghe (2020), "Slack Induction by String Removals for Vehicle Routing Problems",
Transportation Science 54. Strings of neighbouring visits are cut from a few batches and put back
greedily, now and then passing over the best place; worse plans are accepted as in simulated annealing.

The cheapest place of a visit in a batch is remembered with the batch's version, so that a step looks
anew only at the batches that it changed.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from planner.batches.arrays import (
    APPLICANTS,
    BIG,
    CAPACITY,
    CLASS,
    CLOSES,
    DATE,
    FROM,
    LOCATION,
    NONE,
    REST,
    SERVICE,
    TEAM_DATE,
    TO,
    TRAVEL_SECOND,
    UNSERVED,
    WORK,
    WORK_SECOND,
    YES,
    ZERO,
    Arrays,
    Batches,
    Bits,
    Index,
    Int,
    Points,
    Seconds,
    Visits,
)
from planner.batches.borrowed import borrowed
from planner.batches.kernel import (
    at_base,
    back_by,
    can_go_on,
    counts_work,
    least_work,
    serve_before,
    serve_next,
    work_is_short,
)

REMOVED_ON_AVERAGE = 10
LONGEST_STRING = 10
PASS_OVER = 0.01
"""Chance that a place is passed over (a "blink")."""
WHOLE_BATCHES = 0.25
"""Share of the steps that empty whole batches instead of cutting strings."""
BY_REGRET = 0.5
"""Share of the steps that put back by regret instead of in one of the simple orders."""
REGRET_NOISE = 0.5
WAITING = 70
"""So many visits are put back in one step, at most; the longest ruin takes some forty out."""

# entries of `State.numbers`
COST, BEST, VERSION, STEP, POOLED, POOL_VISITS = range(6)
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


@njit(cache=True, nogil=True)
def draw(random: Bits) -> float:
    """A uniform number in [0, 1); xorshift64*."""
    x = random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    random[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@njit(cache=True, nogil=True)
def _refresh(p: Arrays, near: Neighbours, st: State, s: Index) -> None:
    """Recomputes clocks and facts of shift s after its visits changed."""
    p, st = borrowed(p), borrowed(st)
    n = st.batch_facts[s, LENGTH]
    day = p.shifts[s, DATE]
    dates_of = p.date_costs.shape[1]
    clocks, gaps = st.clocks[s], st.gaps[s]
    open_, done = at_base(p, s)
    clocks[0, OPEN], clocks[0, DONE] = open_, done
    length, leave, one = ZERO, p.shifts[s, CLOSES], p.shifts[s, REST] == 0
    clocks[0, SO_FAR], clocks[0, LEAVE] = length, leave
    here = p.shifts[s, FROM]
    load = np.int64(0)
    drive = np.int64(0)
    dates = np.int64(0)
    for k in range(n):
        v = st.batches[s, k]
        open_, done = serve_next(p, s, open_, done, here, k > 0, v)
        clocks[k + 1, OPEN], clocks[k + 1, DONE] = open_, done
        there = p.visits[v, LOCATION]
        way = np.int64(p.travel[here, there])
        gaps[k, HERE], gaps[k, DIRECT] = here, way
        drive += way
        window = p.window_of[v * dates_of + day]
        one &= p.window_of[v * dates_of + day + 1] - window == 1
        if one:
            leave = min(leave, p.windows[window, 1] - length - way)
        length += way + p.visits[v, SERVICE]
        clocks[k + 1, SO_FAR], clocks[k + 1, LEAVE] = length, leave
        here = there
        load += p.visits[v, APPLICANTS]
        dates += p.date_costs[v, day]
    way = np.int64(p.travel[here, p.shifts[s, TO]])
    gaps[n, HERE], gaps[n, DIRECT], gaps[n + 1, HERE] = here, way if n > 0 else ZERO, p.shifts[s, TO]
    drive += way
    by_open, by_done = back_by(p, s)
    back, to_come = -BIG, ZERO
    clocks[n, BY_OPEN], clocks[n, BY_DONE], clocks[n, BACK], clocks[n, TO_COME] = by_open, by_done, back, to_come
    there = p.shifts[s, TO]
    for k in range(n - 1, -1, -1):
        v = st.batches[s, k]
        by_open, by_done = serve_before(p, s, by_open, by_done, there, v)
        to_come += p.visits[v, SERVICE] + p.travel[p.visits[v, LOCATION], there]
        if one:
            back = max(back, p.windows[p.window_of[v * dates_of + day], 0] + to_come)
        clocks[k, BY_OPEN], clocks[k, BY_DONE], clocks[k, BACK], clocks[k, TO_COME] = by_open, by_done, back, to_come
        there = p.visits[v, LOCATION]
    widest = -BIG
    for k in range(n + 1):
        gaps[k, EARLIEST] = min(clocks[k, OPEN], clocks[k, DONE])
        gaps[k, LATEST] = max(clocks[k, BY_OPEN], clocks[k, BY_DONE])
        widest = max(widest, gaps[k, LATEST] - gaps[k, EARLIEST])
    points = np.int64(0)
    work = np.int64(0)
    if n > 0:
        points = p.costs[TEAM_DATE] + p.costs[TRAVEL_SECOND] * drive + dates
        if one:
            work = done + way - min(leave, done - length)
        elif p.costs[WORK_SECOND] > 0:
            work = least_work(p, s, st.batches[s], n)[0]
        points += p.costs[WORK_SECOND] * work
        st.numbers[VERSION] += 1
        st.batch_facts[s, SEEN] = st.numbers[VERSION]
    else:
        st.batch_facts[s, SEEN] = 0
    st.batch_facts[s, LOAD] = load
    st.batch_facts[s, POINTS] = points
    st.batch_facts[s, WORKED] = work
    st.batch_facts[s, WIDEST] = widest
    st.batch_facts[s, ONE_STRAND] = one


@njit(cache=True, nogil=True)
def _mark_open(p: Arrays, near: Neighbours, st: State, s: Index) -> None:
    """Finds the first empty shift of the class of s."""
    c = p.shifts[s, CLASS]
    st.open_shifts[c] = -1
    for i in range(near.members_of[c], near.members_of[c + 1]):
        if st.batch_facts[near.members[i], LENGTH] == 0:
            st.open_shifts[c] = near.members[i]
            return


@njit(cache=True, nogil=True)
def _touch(st: State, s: Index) -> None:
    """Keeps shift s for undoing, once a step."""
    if st.touched_in[s] == st.numbers[STEP]:
        return
    st.touched_in[s] = st.numbers[STEP]
    st.touched[0] += 1
    st.touched[st.touched[0]] = s
    n = st.batch_facts[s, LENGTH]
    for k in range(n):
        st.undo[s, k] = st.batches[s, k]
    for i in range(7):
        st.undo_facts[s, i] = st.batch_facts[s, i]


@njit(cache=True, nogil=True, inline="always")
def _work_with(row: Int, out: Seconds, back: Seconds, service: Seconds, done: Seconds, closes: Seconds) -> Seconds:
    """The least work of a batch of one strand with one more visit, which is left at `done` at the earliest.

    `row` are the clocks of its place. As `least_work` finds it, from the strands before and behind (Vidal et al. 2013).
    """
    so_far = row[SO_FAR] + out
    whole = so_far + service + back + row[TO_COME]
    ends = max(row[BACK], done + back + row[TO_COME])
    leave = min(min(row[LEAVE], closes - so_far), row[BY_DONE] - so_far - service - back)
    return ends - min(leave, ends - whole)


@njit(cache=True, nogil=True, inline="always")
def cheapest_place(p: Arrays, st: State, s: Index, v: Index, buffer: Visits) -> tuple[Points, Index]:
    """The least points v adds to shift s and the place before which it goes; BIG if it fits nowhere.

    Nearly all places are refused by two comparisons: service and drives against the time between the stops, and the
    windows of the day as a whole.
    """
    n = st.batch_facts[s, LENGTH]
    service = p.visits[v, SERVICE]
    if st.batch_facts[s, WIDEST] < service or n + 2 > st.batches.shape[1]:
        return BIG, 0
    if st.batch_facts[s, LOAD] + p.visits[v, APPLICANTS] > p.shifts[s, CAPACITY]:
        return BIG, 0
    day = v * p.date_costs.shape[1] + p.shifts[s, DATE]
    opens, closes = p.windows[p.window_of[day], 0], p.windows[p.window_of[day + 1] - 1, 1]
    clocks, gaps = st.clocks[s], st.gaps[s]
    per_second = p.costs[TRAVEL_SECOND]
    per_work = p.costs[WORK_SECOND]
    work_counts = counts_work(p, s)
    one_window = p.window_of[day + 1] - p.window_of[day] == 1
    no_choice = one_window and p.shifts[s, REST] == 0
    one_strand = one_window and st.batch_facts[s, ONE_STRAND] == 1
    at = p.visits[v, LOCATION]
    drive_to, drive_from = p.travel_to[at], p.travel[at]
    best, best_place = BIG, ZERO
    for k in range(n + 1):
        here, there = gaps[k, HERE], gaps[k + 1, HERE]
        out, back = np.int64(drive_to[here]), np.int64(drive_from[there])
        added = per_second * (out + back - gaps[k, DIRECT])
        start = max(gaps[k, EARLIEST] + out, opens)
        if added < best and start <= closes and start + service + back <= gaps[k, LATEST]:
            open_, done = BIG, start + service
            if not no_choice:
                open_, done = serve_next(p, s, clocks[k, OPEN], clocks[k, DONE], here, k > 0, v)
            if no_choice or (
                (open_ < BIG or done < BIG)
                and can_go_on(p, s, open_, done, at, there, clocks[k, BY_OPEN], clocks[k, BY_DONE], YES)
            ):
                if work_counts:
                    work = st.batch_facts[s, WORKED]
                    if one_strand:
                        work = _work_with(clocks[k], out, back, service, done, closes)
                    else:
                        for i in range(k):
                            buffer[i] = st.batches[s, i]
                        buffer[k] = v
                        for i in range(k, n):
                            buffer[i + 1] = st.batches[s, i]
                        if per_work > 0 or not work_is_short(p, s, buffer, n + 1, k, open_, done):
                            work = least_work(p, s, buffer, n + 1)[0]
                    if work <= p.shifts[s, WORK]:
                        added += per_work * (work - st.batch_facts[s, WORKED])
                        if added < best:
                            best, best_place = added, k
                else:
                    best, best_place = added, k
    if best >= BIG:
        return BIG, 0
    best += p.date_costs[v, p.shifts[s, DATE]]
    if n == 0:
        best += p.costs[TEAM_DATE]
    return best, best_place


@njit(cache=True, nogil=True)
def _insert(p: Arrays, near: Neighbours, st: State, s: Index, v: Index, place: Index) -> None:
    """Puts v before place `place` of shift s."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    _touch(st, s)
    n = st.batch_facts[s, LENGTH]
    before = st.batch_facts[s, POINTS]
    for k in range(n, place, -1):
        st.batches[s, k] = st.batches[s, k - 1]
    st.batches[s, place] = v
    st.batch_facts[s, LENGTH] = n + 1
    st.shift_of[v] = s
    _refresh(p, near, st, s)
    st.numbers[COST] += st.batch_facts[s, POINTS] - before - p.visits[v, UNSERVED]
    if n == 0:
        _mark_open(p, near, st, s)


@njit(cache=True, nogil=True)
def _cut(
    p: Arrays, near: Neighbours, st: State, s: Index, first: Index, count: Index, kept_from: Index, kept: Index
) -> None:
    """Takes `count` visits from `first` on out of shift s, but leaves `kept` of them from `kept_from` on."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    _touch(st, s)
    n = st.batch_facts[s, LENGTH]
    before = st.batch_facts[s, POINTS]
    write = first
    taken = first + count + kept
    for k in range(first, n):
        v = st.batches[s, k]
        if k < taken and not (kept_from <= k < kept_from + kept):
            st.shift_of[v] = -1
            st.numbers[COST] += p.visits[v, UNSERVED]
        else:
            st.batches[s, write] = v
            write += 1
    st.batch_facts[s, LENGTH] = write
    _refresh(p, near, st, s)
    if write > 0 and not _still_holds(p, st, s):
        for k in range(write):
            st.shift_of[st.batches[s, k]] = -1
            st.numbers[COST] += p.visits[st.batches[s, k], UNSERVED]
        write = 0
        st.batch_facts[s, LENGTH] = 0
        _refresh(p, near, st, s)
    st.numbers[COST] += st.batch_facts[s, POINTS] - before
    if write == 0:
        _mark_open(p, near, st, s)


@njit(cache=True, nogil=True)
def _still_holds(p: Arrays, st: State, s: Index) -> bool:
    """Whether a batch that lost visits keeps the rules: without its stop the rest may have no place, and a detour
    may have been the short way."""
    n = st.batch_facts[s, LENGTH]
    clocks = st.clocks[s]
    here = p.visits[st.batches[s, n - 1], LOCATION]
    by_open, by_done = clocks[n, BY_OPEN], clocks[n, BY_DONE]
    if not can_go_on(p, s, clocks[n, OPEN], clocks[n, DONE], here, p.shifts[s, TO], by_open, by_done, YES):
        return False
    if not counts_work(p, s):
        return True
    if st.batch_facts[s, ONE_STRAND]:
        return bool(st.batch_facts[s, WORKED] <= p.shifts[s, WORK])
    if work_is_short(p, s, st.batches[s], n, n - 1, clocks[n, OPEN], clocks[n, DONE]):
        return True
    return bool(least_work(p, s, st.batches[s], n)[0] <= p.shifts[s, WORK])


@njit(cache=True, nogil=True)
def _ruin(p: Arrays, near: Neighbours, st: State) -> None:
    """Takes visits near a random one out: strings of several batches, or whole batches."""
    if p.visits.shape[0] == 0:
        return
    seed = int(draw(st.random) * p.visits.shape[0])
    how = draw(st.random)
    if st.shift_of[seed] < 0 and near.shifts_of[seed] < near.shifts_of[seed + 1]:
        # A visit in no batch gets a shift that it may use to itself, and the shift's visits look for room elsewhere.
        among = near.shifts_of[seed + 1] - near.shifts_of[seed]
        s = near.shifts[near.shifts_of[seed] + int(draw(st.random) * among)]
        n = st.batch_facts[s, LENGTH]
        if n > 0:
            _cut(p, near, st, s, ZERO, n, ZERO, ZERO)
    if how < WHOLE_BATCHES:
        _ruin_batches(p, near, st, seed)
    else:
        _ruin_strings(p, near, st, seed)


@njit(cache=True, nogil=True)
def _ruin_batches(p: Arrays, near: Neighbours, st: State, seed: Index) -> None:
    """Empties two to four batches that hold visits near `seed`."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    batches = 2 + int(draw(st.random) * 3.0)
    out = 0
    for i in range(-1, near.near.shape[1]):
        if batches == 0 or out > 3 * REMOVED_ON_AVERAGE:
            return
        s = st.shift_of[seed if i < 0 else near.near[seed, i]]
        if s < 0 or st.touched_in[s] == st.numbers[STEP] or draw(st.random) < 0.3:
            continue
        n = st.batch_facts[s, LENGTH]
        if n <= 2 * REMOVED_ON_AVERAGE:
            _cut(p, near, st, s, ZERO, n, ZERO, ZERO)
            batches -= 1
            out += n


@njit(cache=True, nogil=True)
def _ruin_strings(p: Arrays, near: Neighbours, st: State, seed: Index) -> None:
    """Cuts strings of visits near `seed` out of several batches."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    used = 0
    served = np.int64(0)
    for shift in range(p.shifts.shape[0]):
        if st.batch_facts[shift, LENGTH] > 0:
            used += 1
            served += st.batch_facts[shift, LENGTH]
    if used == 0:
        return
    longest = min(float(LONGEST_STRING), served / used)
    most = 4.0 * REMOVED_ON_AVERAGE / (1.0 + longest) - 1.0
    strings = int(1.0 + draw(st.random) * max(0.0, most))
    for i in range(-1, near.near.shape[1]):
        if strings == 0:
            return
        v: Index = seed if i < 0 else near.near[seed, i]
        s = st.shift_of[v]
        if s < 0 or st.touched_in[s] == st.numbers[STEP]:
            continue
        _cut_string(p, near, st, s, v, longest)
        strings -= 1


@njit(cache=True, nogil=True)
def _cut_string(p: Arrays, near: Neighbours, st: State, s: Index, v: Index, longest: float) -> None:
    """Cuts a string that holds v out of shift s; half of the time a part in its middle stays."""
    n = st.batch_facts[s, LENGTH]
    length = min(n, int(1.0 + draw(st.random) * min(float(n), longest)))
    place = 0
    while st.batches[s, place] != v:
        place += 1
    kept = 0
    if length > 1 and length < n and draw(st.random) < 0.5:
        kept = 1
        while length + kept < n and draw(st.random) > 0.01:
            kept += 1
            if draw(st.random) < 0.5:
                break
    whole = length + kept
    lowest = max(0, place - whole + 1)
    highest = min(place, n - whole)
    first = lowest + int(draw(st.random) * (highest - lowest + 1))
    kept_from = first + 1 + int(draw(st.random) * max(1, length - 1)) if kept > 0 else 0
    _cut(p, near, st, s, first, length, kept_from, kept)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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
        for j in range(near.shifts_of[v], near.shifts_of[v + 1]):
            s = near.shifts[j]
            if _is_closed(p, st, s):
                continue
            packed = st.remembered[v, s, 1]
            points = packed >> 10
            if points < best and draw(st.random) >= PASS_OVER:
                best, best_shift, best_place = points, s, packed & 1023
        if best_shift >= 0:
            _insert(p, near, st, best_shift, v, best_place)


@njit(cache=True, nogil=True, inline="always")
def _is_closed(p: Arrays, st: State, s: Index) -> bool:
    """Whether s is an empty shift that another of its class stands for."""
    return bool(st.batch_facts[s, LENGTH] == 0 and st.open_shifts[p.shifts[s, CLASS]] != s)


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True)
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
        _insert(p, near, st, s, st.waiting[0, pick], st.offers[pick, 4])
        opened = st.open_shifts[p.shifts[s, CLASS]] if opens else NONE
        count -= 1
        st.waiting[0, pick], st.waiting[1, pick] = st.waiting[0, count], st.waiting[1, count]
        for k in range(5):
            st.offers[pick, k] = st.offers[count, k]


@njit(cache=True, nogil=True)
def _take_back(p: Arrays, near: Neighbours, st: State) -> None:
    """Undoes the step."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    for i in range(1, st.touched[0] + 1):
        s = st.touched[i]
        for k in range(st.batch_facts[s, LENGTH]):
            st.shift_of[st.batches[s, k]] = -1
    for i in range(1, st.touched[0] + 1):
        s = st.touched[i]
        n = st.undo_facts[s, LENGTH]
        st.batch_facts[s, LENGTH] = n
        for k in range(n):
            st.batches[s, k] = st.undo[s, k]
            st.shift_of[st.undo[s, k]] = s
        _refresh(p, near, st, s)
        # The batch is the one it was, so what was remembered of it is true again.
        st.batch_facts[s, SEEN] = st.undo_facts[s, SEEN]
        _mark_open(p, near, st, s)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _keep_best(p: Arrays, near: Neighbours, st: State) -> None:
    p, st = borrowed(p), borrowed(st)
    st.numbers[BEST] = st.numbers[COST]
    for s in range(p.shifts.shape[0]):
        n = st.batch_facts[s, LENGTH]
        st.best_lengths[s] = n
        for k in range(n):
            st.best_batches[s, k] = st.batches[s, k]


@njit(cache=True, nogil=True)
def start(p: Arrays, near: Neighbours, st: State) -> None:
    """Fills an empty plan greedily; the first plan."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    st.touched_in[:] = -1
    _settle(p, near, st)
    st.numbers[STEP] = 0
    st.touched[0] = 0
    _recreate(p, near, st, np.empty(st.batches.shape[1] + 1, dtype=np.int64))
    _keep_best(p, near, st)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _settle(p: Arrays, near: Neighbours, st: State) -> None:
    """Sets up clocks and costs of the plan in `batches`."""
    st.numbers[COST] = 0
    for v in range(p.visits.shape[0]):
        if st.shift_of[v] < 0:
            st.numbers[COST] += p.visits[v, UNSERVED]
    for s in range(p.shifts.shape[0]):
        _refresh(p, near, st, s)
        st.numbers[COST] += st.batch_facts[s, POINTS]
    for s in range(p.shifts.shape[0]):
        _mark_open(p, near, st, s)


@njit(cache=True, nogil=True)
def search(
    p: Arrays,
    near: Neighbours,
    st: State,
    steps: Index,
    hot: Points,
    cold: Points,
    first: Index,
    whole: Index,
    pooling: float,
) -> None:
    """`steps` steps of the search, numbers `first` … of `whole`, cooling from `hot` to `cold` points.

    Batches of plans within `pooling` (a share) of the best cost enter the pool.
    """
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    buffer = np.empty(st.batches.shape[1] + 1, dtype=np.int64)
    for i in range(steps):
        st.numbers[STEP] += 1
        st.touched[0] = 0
        before = st.numbers[COST]
        heat = hot * (cold / hot) ** min(1.0, (first + i) / whole)
        _ruin(p, near, st)
        _recreate(p, near, st, buffer)
        cost = st.numbers[COST]
        if cost > before and cost >= before - heat * np.log(max(1e-300, draw(st.random))):
            _take_back(p, near, st)
            st.numbers[COST] = before
            continue
        if cost < st.numbers[BEST]:
            _keep_best(p, near, st)
        if cost != before and cost <= st.numbers[BEST] * (1.0 + pooling):
            for j in range(1, st.touched[0] + 1):
                s = st.touched[j]
                if st.batch_facts[s, LENGTH] > 0:
                    _pool_batch(p, near, st, s)


def neighbours_of(p: Arrays, seed: int, how_many: int = 400) -> Neighbours:
    """The neighbourhood tables of a problem."""
    visits = len(p.visits)
    where = p.visits[:, 0]
    k = min(visits - 1, how_many) if visits else 0
    near = np.zeros((visits, k), dtype=np.int64)
    for v in range(visits):
        there = where
        distance = p.travel[where[v], there].astype(np.int64) + p.travel[there, where[v]]
        distance[v] = -1
        near[v] = np.argsort(distance, kind="stable")[1 : k + 1]
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
        numbers=np.zeros(6, dtype=np.int64),
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
