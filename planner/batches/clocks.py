"""The two clocks that run through a batch, forwards and backwards. Compiled.

A team may rest (`REST` seconds, beginning in [REST_EARLIEST, REST_LATEST]) at a stop before or after a
service. Hence two clocks run through a batch: `open`, the earliest time without the rest taken, and
`done`, the earliest time with the rest taken or not needed. Earlier is never worse, because waiting is
allowed, so two numbers describe everything that matters about what came before. A shift without a
rest uses `done` alone. The same holds backwards for latest times.
"""

from planner.batches.arrays import (
    BIG,
    CLOSES,
    DATE,
    LOCATION,
    OPENS,
    REST,
    REST_EARLIEST,
    REST_LATEST,
    SERVICE,
    Arrays,
    Index,
    Seconds,
)
from planner.batches.compiled import inner


@inner
def first_start(p: Arrays, v: Index, day: Index, arrive: Seconds) -> Seconds:
    """The earliest start of service at v on `day` for one who arrives then; BIG if none is left."""
    dates = p.date_costs.shape[1]
    for w in range(p.window_of[v * dates + day], p.window_of[v * dates + day + 1]):
        if arrive <= p.windows[w, 1]:
            return max(arrive, p.windows[w, 0])
    return BIG


@inner
def last_start(p: Arrays, v: Index, day: Index, by: Seconds) -> Seconds:
    """The latest start of service at v on `day` that is not after `by`; -BIG if there is none."""
    dates = p.date_costs.shape[1]
    for w in range(p.window_of[v * dates + day + 1] - 1, p.window_of[v * dates + day] - 1, -1):
        if by >= p.windows[w, 0]:
            return min(by, p.windows[w, 1])
    return -BIG


@inner
def at_base(p: Arrays, s: Index) -> tuple[Seconds, Seconds]:
    """The two clocks before leaving the base: a team that leaves after REST_LATEST needs no rest."""
    opens = p.shifts[s, OPENS]
    if p.shifts[s, REST] == 0:
        return BIG, opens
    return opens, max(opens, p.shifts[s, REST_LATEST] + 1)


@inner
def serve_next(
    p: Arrays, s: Index, open_: Seconds, done: Seconds, here: Index, at_stop: bool, v: Index
) -> tuple[Seconds, Seconds]:
    """The two clocks after serving v, coming from location `here`, where a rest is possible if `at_stop`."""
    day = p.shifts[s, DATE]
    drive = p.travel[here, p.visits[v, LOCATION]]
    service = p.visits[v, SERVICE]
    next_done = BIG
    if done < BIG:
        start = first_start(p, v, day, done + drive)
        if start < BIG:
            next_done = start + service
    if open_ >= BIG:
        return BIG, next_done
    rest = p.shifts[s, REST]
    earliest = p.shifts[s, REST_EARLIEST]
    latest = p.shifts[s, REST_LATEST]
    next_open = BIG
    arrive = open_ + drive
    start = first_start(p, v, day, arrive)
    if start < BIG:
        next_open = start + service
    if at_stop and open_ <= latest:
        start = first_start(p, v, day, max(open_, earliest) + rest + drive)
        if start < BIG:
            next_done = min(next_done, start + service)
    if arrive <= latest:
        start = first_start(p, v, day, max(arrive, earliest) + rest)
        if start < BIG:
            next_done = min(next_done, start + service)
    return next_open, next_done


@inner
def back_by(p: Arrays, s: Index) -> tuple[Seconds, Seconds]:
    """The latest arrivals at the base: without a rest the work ends before REST_LATEST."""
    closes = p.shifts[s, CLOSES]
    if p.shifts[s, REST] == 0:
        return -BIG, closes
    return min(closes, p.shifts[s, REST_LATEST] - 1), closes


@inner
def can_go_on(
    p: Arrays,
    s: Index,
    open_: Seconds,
    done: Seconds,
    here: Index,
    there: Index,
    by_open: Seconds,
    by_done: Seconds,
    at_stop: bool,
) -> bool:
    """Whether one who has finished at `here` by the two clocks can reach `there` by the latest arrivals."""
    drive = p.travel[here, there]
    if done + drive <= by_done:
        return True
    if open_ >= BIG:
        return False
    if open_ + drive <= by_open:
        return True
    return (
        at_stop
        and open_ <= p.shifts[s, REST_LATEST]
        and max(open_, p.shifts[s, REST_EARLIEST]) + p.shifts[s, REST] + drive <= by_done
    )


@inner
def serve_before(
    p: Arrays, s: Index, by_open: Seconds, by_done: Seconds, there: Index, v: Index
) -> tuple[Seconds, Seconds]:
    """The latest arrivals at v, given the latest arrivals `by_…` at location `there`, which follows it."""
    day = p.shifts[s, DATE]
    drive = p.travel[p.visits[v, LOCATION], there]
    service = p.visits[v, SERVICE]
    start_done = last_start(p, v, day, by_done - drive - service)
    rest = p.shifts[s, REST]
    if rest == 0:
        return -BIG, start_done
    earliest = p.shifts[s, REST_EARLIEST]
    latest = p.shifts[s, REST_LATEST]
    end = by_open - drive
    rest_after = min(latest, by_done - drive - rest)
    if rest_after >= earliest:
        end = max(end, rest_after)
    arrive = last_start(p, v, day, end - service)
    rest_before = min(latest, start_done - rest)
    if rest_before >= earliest:
        arrive = max(arrive, rest_before)
    return arrive, start_done
