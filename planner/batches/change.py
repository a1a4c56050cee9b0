"""One change of a plan: a visit put into a batch or cut out of it, with all clocks right, and undone again. Compiled.

Where a visit costs least is looked at here too, because the answer lies in the same clocks.
"""

import numpy as np

from planner.batches.arrays import (
    APPLICANTS,
    BIG,
    CAPACITY,
    CLASS,
    CLOSES,
    DATE,
    FROM,
    LOCATION,
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
    Index,
    Int,
    Points,
    Seconds,
    Visits,
)
from planner.batches.clocks import at_base, back_by, can_go_on, serve_before, serve_next
from planner.batches.compiled import borrowed, inlined, inner
from planner.batches.kernel import counts_work, least_work, work_is_short
from planner.batches.state import (
    BACK,
    BY_DONE,
    BY_OPEN,
    COST,
    DIRECT,
    DONE,
    EARLIEST,
    HERE,
    LATEST,
    LEAVE,
    LENGTH,
    LOAD,
    ONE_STRAND,
    OPEN,
    POINTS,
    SEEN,
    SO_FAR,
    STEP,
    TO_COME,
    VERSION,
    WIDEST,
    WORKED,
    Neighbours,
    State,
)


@inner
def refresh(p: Arrays, near: Neighbours, st: State, s: Index) -> None:
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


@inner
def mark_open(p: Arrays, near: Neighbours, st: State, s: Index) -> None:
    """Finds the first empty shift of the class of s."""
    c = p.shifts[s, CLASS]
    st.open_shifts[c] = -1
    for i in range(near.members_of[c], near.members_of[c + 1]):
        if st.batch_facts[near.members[i], LENGTH] == 0:
            st.open_shifts[c] = near.members[i]
            return


@inner
def touch(st: State, s: Index) -> None:
    """Keeps shift s for undoing, once a step."""
    if st.touched_in[s] == st.numbers[STEP]:
        return
    st.touched_in[s] = st.numbers[STEP]
    st.touched[0] += 1
    st.touched[st.touched[0]] = s
    n = st.batch_facts[s, LENGTH]
    for k in range(n):
        st.undo[s, k] = st.batches[s, k]
    for i in range(st.batch_facts.shape[1]):
        st.undo_facts[s, i] = st.batch_facts[s, i]


@inlined
def _work_with(row: Int, out: Seconds, back: Seconds, service: Seconds, done: Seconds, closes: Seconds) -> Seconds:
    """The least work of a batch of one strand with one more visit, which is left at `done` at the earliest.

    `row` are the clocks of its place. As `least_work` finds it, from the strands before and behind (Vidal et al. 2013).
    """
    so_far = row[SO_FAR] + out
    whole = so_far + service + back + row[TO_COME]
    ends = max(row[BACK], done + back + row[TO_COME])
    leave = min(min(row[LEAVE], closes - so_far), row[BY_DONE] - so_far - service - back)
    return ends - min(leave, ends - whole)


@inlined
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


@inner
def insert(p: Arrays, near: Neighbours, st: State, s: Index, v: Index, place: Index) -> None:
    """Puts v before place `place` of shift s."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    touch(st, s)
    n = st.batch_facts[s, LENGTH]
    before = st.batch_facts[s, POINTS]
    for k in range(n, place, -1):
        st.batches[s, k] = st.batches[s, k - 1]
    st.batches[s, place] = v
    st.batch_facts[s, LENGTH] = n + 1
    st.shift_of[v] = s
    refresh(p, near, st, s)
    st.numbers[COST] += st.batch_facts[s, POINTS] - before - p.visits[v, UNSERVED]
    if n == 0:
        mark_open(p, near, st, s)


@inner
def cut(
    p: Arrays, near: Neighbours, st: State, s: Index, first: Index, count: Index, kept_from: Index, kept: Index
) -> None:
    """Takes `count` visits from `first` on out of shift s, but leaves `kept` of them from `kept_from` on."""
    p, near, st = borrowed(p), borrowed(near), borrowed(st)
    touch(st, s)
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
    refresh(p, near, st, s)
    if write > 0 and not _still_holds(p, st, s):
        for k in range(write):
            st.shift_of[st.batches[s, k]] = -1
            st.numbers[COST] += p.visits[st.batches[s, k], UNSERVED]
        write = 0
        st.batch_facts[s, LENGTH] = 0
        refresh(p, near, st, s)
    st.numbers[COST] += st.batch_facts[s, POINTS] - before
    if write == 0:
        mark_open(p, near, st, s)


@inner
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


@inner
def take_back(p: Arrays, near: Neighbours, st: State) -> None:
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
        refresh(p, near, st, s)
        # The batch is the one it was, so what was remembered of it is true again.
        st.batch_facts[s, SEEN] = st.undo_facts[s, SEEN]
        mark_open(p, near, st, s)
