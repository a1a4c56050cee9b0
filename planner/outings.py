"""One outing timed by hand: the lawful timetable for an order of visits, or what stands in its way.

Plain Python for explanations and for moves by hand; it shares no code with the optimiser.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from planner.model import DAY_SECONDS, Break
from planner.problem import Problem, ProblemShift, ProblemTeam, ProblemVisit, Route, Stop

Limit = Literal["applicants", "window", "shift", "work", "break"]


@dataclass(frozen=True)
class Excess:
    """The limit that an outing passes furthest, and by how much (seconds; people for applicants).

    `visit` and `at` say which visit would start late and when; for the shift `at` is the return, for a
    break its beginning, for work the whole work. `waits` is how long the team waits on the way. With
    `limits` at 1, moving this one limit by `amount` makes the outing lawful.
    """

    limit: Limit
    amount: int
    at: int
    visit: str = ""
    waits: int = 0
    limits: int = 1
    """How many limits are passed at once, this one included."""


@dataclass(frozen=True)
class Timing:
    """A problem's driving times and windows, laid out for fast reading."""

    travel: list[list[int]]
    windows: dict[tuple[str, date], tuple[tuple[int, int], ...]]
    work_counts: bool
    """Whether a second of work costs something."""


@dataclass(frozen=True)
class _Try:
    """One outing with a leaving time and a place for the break; `place` 2k is before service k, 2k + 1 after it."""

    team: ProblemTeam
    shift: ProblemShift
    visits: Sequence[ProblemVisit]
    leave: int
    place: int | None


def timing_of(problem: Problem) -> Timing:
    """The problem's times for `best_outing`."""
    windows: dict[tuple[str, date], list[tuple[int, int]]] = {}
    for visit in problem.visits:
        for window in visit.windows:
            windows.setdefault((visit.id, window.date), []).append((window.earliest, window.latest))
    ordered = {key: tuple(sorted(spans)) for key, spans in windows.items()}
    return Timing(problem.seconds.tolist(), ordered, problem.costs.work_second > 0)


def best_outing(
    timing: Timing, team: ProblemTeam, shift: ProblemShift, visits: Sequence[ProblemVisit]
) -> Route | Excess:
    """A lawful route through `visits` in this order, the one with the least work where work costs something.

    If there is none, the least that would have to give way: few limits, then a small amount. There is a
    visit, and every visit has a window on the date. Skills and allowed teams are not looked at.
    """
    people = sum(visit.applicants for visit in visits)
    if shift.max_applicants is not None and people > shift.max_applicants:
        return Excess("applicants", people - shift.max_applicants, people)
    first = _Try(team, shift, visits, shift.start, None)
    best, tried = _best_of(timing, _tries(first, _places(timing, first)))
    if timing.work_counts or (isinstance(best, Excess) and any(one.limit == "work" for one in tried)):
        # Work depends on the leaving time, for which another place of the break can be best.
        best, _ = _best_of(timing, _tries(first, range(2 * len(visits))))
    return best


def _best_of(timing: Timing, tries: Iterable[_Try]) -> tuple[Route | Excess, list[Excess]]:
    """The route with the least work where work counts, else the first; without any, the least excess.

    Beside it every excess met on the way.
    """
    best: Route | Excess | None = None
    tried: list[Excess] = []
    for one in tries:
        found = _with_least_work(timing, one)
        if best is None or _burden(found) < _burden(best):
            best = found
        if isinstance(best, Route) and not timing.work_counts:
            break
        if isinstance(found, Excess):
            tried.append(found)
    if best is None:
        raise AssertionError("there is always a first try")
    return best, tried


def _tries(first: _Try, places: Iterable[int]) -> Iterator[_Try]:
    """Without a break, leaving first and after its latest beginning (then none is needed); then each place."""
    yield first
    if first.shift.rest:
        yield replace(first, leave=max(first.shift.start, first.shift.rest.latest + 1))
        yield from (replace(first, place=place) for place in places)


def _places(timing: Timing, first: _Try) -> Iterator[int]:
    """The places of the break worth trying for who leaves first.

    Of the places reached before it may begin only the last: at the others one waits for it with less done.
    Of those reached too late only the first.
    """
    rest = first.shift.rest
    if rest is None:
        return
    walk = _on_the_way(timing, first)
    times = [time for stop in walk.stops for time in (stop.arrive, stop.end)]
    last_early = max((place for place, time in enumerate(times) if time <= rest.earliest), default=0)
    for place in range(last_early, len(times)):
        yield place
        if times[place] > rest.latest:
            return


def _with_least_work(timing: Timing, first: _Try) -> Route | Excess:
    """The try, leaving later where that saves work that costs something or is too much.

    Leaving later helps against nothing else. As late as the waiting on the way permits is nearly always
    best; where it is not enough, or work costs something, every leaving time that can matter is tried.
    """
    found, delay = _walk(timing, first)
    limit = first.shift.max_work_seconds
    if not (timing.work_counts or (isinstance(found, Excess) and limit is not None)):
        return found
    if delay:
        found = min(found, _walk(timing, replace(first, leave=first.leave + delay))[0], key=_burden)
    if timing.work_counts or (isinstance(found, Excess) and (found.limits, found.limit) == (1, "work")):
        for leave in sorted(set(_marks(timing, first))):
            if first.leave < leave <= first.shift.end:
                found = min(found, _walk(timing, replace(first, leave=leave))[0], key=_burden)
    return found


def _burden(found: Route | Excess) -> tuple[int, int]:
    """Orders routes by work, then what breaks limits by how many and by how much."""
    return (0, found.back - found.leave) if isinstance(found, Route) else (found.limits, found.amount)


def _marks(timing: Timing, one: _Try) -> Iterator[int]:
    """Leaving times with which something happens just when a window or the time for the break begins or ends.

    Work is least at one of them: between two of them it only stays or falls.
    """
    so_far, here, rest = 0, one.team.start, one.shift.rest
    for index, visit in enumerate(one.visits):
        so_far += timing.travel[here][visit.location]
        here = visit.location
        for place, lasts in ((2 * index, 0), (2 * index + 1, visit.service_seconds)):
            if place == 2 * index + 1:
                for opens, closes in timing.windows[visit.id, one.shift.date]:
                    yield from (opens - so_far, closes - so_far)
            so_far += lasts
            if rest and one.place == place:
                yield from (rest.earliest - so_far, rest.latest - so_far)
                so_far += rest.seconds


def _walk(timing: Timing, one: _Try) -> tuple[Route | Excess, int]:
    """Everything as early as it can be, and by how much one could leave later and be back at the same time.

    Limits that are passed are noted, and the outing goes on.
    """
    walk = _on_the_way(timing, one)
    back = walk.time + timing.travel[one.visits[-1].location][one.team.end]
    walk.come_back(back, one.leave)
    delay = min(walk.waits, walk.slack)
    if walk.worst:
        return replace(walk.worst, limits=walk.passed), delay
    return Route(one.team.id, one.shift.date, one.leave, back, tuple(walk.stops), walk.begins), delay


def _on_the_way(timing: Timing, one: _Try) -> "_Walk":
    """The outing up to leaving the last stop."""
    walk = _Walk(one.shift, one.leave)
    here, rest = one.team.start, one.shift.rest
    for index, visit in enumerate(one.visits):
        arrive = walk.time = walk.time + timing.travel[here][visit.location]
        here = visit.location
        if rest and one.place == 2 * index:
            walk.pause(rest, visit.id)
        start, late, slack = _start(timing.windows[visit.id, one.shift.date], walk.time)
        walk.wait_until(start, slack)
        walk.note("window", late, start, visit.id)
        walk.time = start + visit.service_seconds
        walk.stops.append(Stop(visit.id, arrive, start, walk.time))
        if rest and one.place == 2 * index + 1:
            walk.pause(rest, visit.id)
    return walk


@dataclass
class _Walk:
    """The state of one outing on its way."""

    shift: ProblemShift
    time: int
    stops: list[Stop] = field(default_factory=list)
    waits: int = 0
    slack: int = DAY_SECONDS
    """By how much the leaving could be later without passing a window or the break's latest beginning."""
    begins: int | None = None
    worst: Excess | None = None
    passed: int = 0

    def note(self, limit: Limit, amount: int, at: int, visit: str = "") -> None:
        """Notes a limit that is passed, if `amount` is more than nothing."""
        if amount > 0:
            self.passed += 1
            if self.worst is None or amount > self.worst.amount:
                self.worst = Excess(limit, amount, at, visit, self.waits)

    def wait_until(self, time: int, slack: int) -> None:
        """Waits; what begins then could begin `slack` later."""
        self.waits += time - self.time
        self.slack = min(self.slack, self.waits + max(0, slack))
        self.time = time

    def pause(self, rest: Break, visit: str) -> None:
        """Takes the break at this visit's stop."""
        self.begins = max(self.time, rest.earliest)
        self.wait_until(self.begins, rest.latest - self.begins)
        self.note("break", self.begins - rest.latest, self.begins, visit)
        self.time += rest.seconds

    def come_back(self, back: int, leave: int) -> None:
        """Notes what the return passes: the shift, the work, a break that was needed."""
        shift, rest = self.shift, self.shift.rest
        self.note("shift", back - shift.end, back)
        if shift.max_work_seconds is not None:
            self.note("work", back - leave - shift.max_work_seconds, back - leave)
        if rest and self.begins is None and leave <= rest.latest <= back:
            self.note("break", back - rest.latest + 1, back)


def _start(windows: Sequence[tuple[int, int]], time: int) -> tuple[int, int, int]:
    """The first start not before `time`, how much that is after the last window, how much before its window ends."""
    for opens, closes in windows:
        if time <= closes:
            start = max(time, opens)
            return start, 0, closes - start
    return time, time - max(closes for _, closes in windows), 0
