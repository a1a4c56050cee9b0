"""Where one visit more fits into a standing plan: exactly among the outings as they are, then by moving one visit."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.batches.arrays import DATE, SERVICE, Arrays, Int
from planner.batches.insertion import ADDED, AGAIN, DRIVEN, MOVED, PLACE, SHIFT, START, exchanges, insertions
from planner.batches.kernel import drive_seconds, timetable
from planner.model import Visit
from planner.offers.standing import Standing
from planner.problem import Location, ProblemTeam, ProblemVisit

STEP, FINE_STEP = 900, 300
"""Starts are offered at full quarters of an hour; on a date with none of these, at full five minutes."""


@dataclass(frozen=True, eq=False)
class Newcomer:
    """A visit that is not in the plan yet, as the problem poses it.

    `location` is None where its site is among the plan's. The matrices are the problem's, with a row and a
    column more for a new location. `teams` are the problem's teams with what this visit asks of them.
    """

    visit: Visit
    posed: ProblemVisit
    teams: tuple[ProblemTeam, ...]
    seconds: NDArray[np.int64]
    metres: NDArray[np.int64] | None
    location: Location | None = None


@dataclass(frozen=True)
class Outing:
    """The visits of one team on one date, in driving order."""

    team: str
    date: date
    visits: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """An unpromised visit that makes room."""

    visit: str
    from_team: str
    from_date: date
    from_start: int
    to_team: str
    to_date: date
    to_start: int


@dataclass(frozen=True)
class Slot:
    """One visit with a team at a date and start that can really be kept, and what that adds to the plan.

    `points` are cost points, `driving_seconds` seconds of driving; `outings` are those that change.
    """

    visit: str
    team: str
    date: date
    start: int
    end: int
    points: int
    driving_seconds: int
    alone: bool
    """Whether the team goes out for this visit only."""
    outings: tuple[Outing, ...]
    moves: tuple[Move, ...] = ()


def slots_of(
    standing: Standing, newcomer: Newcomer, wanted: Mapping[date, Iterable[int]] | None = None
) -> tuple[Slot, ...]:
    """The cheapest slot of every date and start, by date and start.

    Complete for insertion: where a team can make the visit at one of the starts with the others in their
    order, there is a slot. Without `wanted` the starts are those of `STEP` inside the visit's windows, and
    those of `FINE_STEP` on dates that have none.
    """
    if not standing.keys:
        return ()
    probe = _Probe(standing, newcomer)
    if wanted is not None:
        return probe.slots({day: tuple(starts) for day, starts in wanted.items()})
    found = probe.slots(_starts(newcomer, STEP))
    seen = {slot.date for slot in found}
    finer = {day: starts for day, starts in _starts(newcomer, FINE_STEP).items() if day not in seen}
    return tuple(sorted((*found, *probe.slots(finer)), key=lambda slot: (slot.date, slot.start)))


def _starts(newcomer: Newcomer, step: int) -> dict[date, tuple[int, ...]]:
    """The full steps inside the windows; of the finest steps also the opening of a window that holds none."""
    made: dict[date, set[int]] = {}
    for window in newcomer.posed.windows:
        full = range(-(-window.earliest // step) * step, window.latest + 1, step)
        if not full and step == FINE_STEP:
            full = range(window.earliest, window.earliest + 1)
        made.setdefault(window.date, set()).update(full)
    return {day: tuple(sorted(starts)) for day, starts in made.items()}


def with_slot(standing: Standing, newcomer: Newcomer, slot: Slot) -> Arrays:
    """The standing plan's arrays with the newcomer as their last visit, which can only be made as the slot says."""
    there = np.array([key == (slot.team, slot.date) for key in standing.keys], dtype=np.uint8)
    return _grown(standing, newcomer, {slot.date}, there, (slot.start, slot.start))


def _grown(
    standing: Standing, newcomer: Newcomer, days: Collection[date], shifts: NDArray[np.uint8], window: tuple[int, int]
) -> Arrays:
    """The standing plan's arrays and the newcomer, open in this window of each of these days and for these shifts."""
    was, posed, dates = standing.arrays, newcomer.posed, standing.dossier.problem.dates
    opens = np.cumsum([int(day in days) for day in dates], dtype=np.int64)
    costs = dict(posed.date_costs)
    row = np.array([[posed.location, posed.service_seconds, posed.applicants, posed.unserved_cost]], dtype=np.int64)
    return Arrays(
        np.ascontiguousarray(newcomer.seconds, dtype=np.int32),
        np.ascontiguousarray(newcomer.seconds.T, dtype=np.int32),
        was.shifts,
        np.concatenate([was.visits, row]),
        np.concatenate([was.window_of, was.window_of[-1] + opens]),
        np.concatenate([was.windows, np.full((len(days), 2), window, dtype=np.int64)]),
        np.concatenate([was.date_costs, np.array([[costs.get(day, 0) for day in dates]], dtype=np.int64)]),
        np.concatenate([was.allowed, shifts[None, :]]),
        was.costs,
    )


def _shifts_for(standing: Standing, newcomer: Newcomer) -> NDArray[np.uint8]:
    """By shift, 1 where the newcomer may be visited: the team is able, the day is open and to come."""
    posed = newcomer.posed
    able = {
        team.id
        for team in newcomer.teams
        if posed.skills <= team.skills
        and (posed.teams is None or team.id in posed.teams)
        and posed.fixed_team in (None, team.id)
    }
    open_ = {window.date for window in posed.windows}
    days = {day for day in open_ if day > standing.today and posed.fixed_date in (None, day)}
    return np.array(
        [team in able and day in days and (team, day) not in standing.closed for team, day in standing.keys],
        dtype=np.uint8,
    )


class _Probe:
    """The standing plan's arrays with the newcomer as their last visit."""

    def __init__(self, standing: Standing, newcomer: Newcomer) -> None:
        self.standing, self.newcomer = standing, newcomer
        self.dates = {day: number for number, day in enumerate(standing.dossier.problem.dates)}
        self.open = {window.date for window in newcomer.posed.windows}
        self.arrays = _grown(standing, newcomer, self.open, _shifts_for(standing, newcomer), (0, 0))
        self.v = len(standing.dossier.problem.visits)
        routes = standing.dossier.plan.routes
        self.planned = {stop.visit: stop.start for route in routes for stop in route.stops}
        self.names = [*(visit.id for visit in standing.dossier.problem.visits), newcomer.posed.id]

    def slots(self, starts: Mapping[date, tuple[int, ...]]) -> tuple[Slot, ...]:
        """The cheapest slot of each of these dates and starts."""
        at, start_of = self._laid_out(starts)
        if not len(at):
            return ()
        standing = self.standing
        plain = insertions(self.arrays, standing.batches, standing.lengths, standing.costs, self.v, at, start_of)
        rows = self._cheapest(plain)
        days = np.searchsorted(start_of, np.arange(len(at)), side="right") - 1
        known = np.array([(int(day), int(start)) in rows for day, start in zip(days, at, strict=True)], dtype=np.int64)
        if not known.all():
            moved = exchanges(
                self.arrays,
                standing.batches,
                standing.lengths,
                standing.costs,
                self.v,
                at,
                start_of,
                standing.homes,
                standing.movable,
                known,
            )
            rows |= self._cheapest(moved)
        return tuple(self._slot(rows[key]) for key in sorted(rows))

    def _laid_out(self, starts: Mapping[date, tuple[int, ...]]) -> tuple[Int, Int]:
        by_day = [starts.get(day, ()) if day in self.open else () for day in self.dates]
        offsets = np.concatenate([[0], np.cumsum([len(one) for one in by_day])]).astype(np.int64)
        return np.array([start for one in by_day for start in one], dtype=np.int64), offsets

    def _cheapest(self, rows: Int) -> dict[tuple[int, int], Int]:
        """The cheapest row of each date and start; of equal ones the first shift's."""
        best: dict[tuple[int, int], Int] = {}
        for row in rows:
            key = int(self.arrays.shifts[row[SHIFT], DATE]), int(row[START])
            if key not in best or row[ADDED] < best[key][ADDED]:
                best[key] = row
        return best

    def _slot(self, row: Int) -> Slot:
        s, start = int(row[SHIFT]), int(row[START])
        team, day = self.standing.keys[s]
        here, moved, there = self._orders(row)
        driving, outings, moves = int(row[DRIVEN]), [self._outing(s, here)], []
        if moved is not None:
            to, order = there if there is not None else (s, here)
            if there is not None:
                outings.append(self._outing(to, order))
                driving += self._driving(to, order) - self._driving(to, self._batch(to))
            moves.append(self._move(s, moved, to, order, start))
        return Slot(
            self.newcomer.posed.id,
            team,
            day,
            start,
            start + int(self.arrays.visits[self.v, SERVICE]),
            int(row[ADDED]),
            driving,
            len(here) == 1,
            tuple(outings),
            tuple(moves),
        )

    def _orders(self, row: Int) -> tuple[list[int], int | None, tuple[int, list[int]] | None]:
        """The shift's new order; the visit that moves, if one does; and where it goes: shift and order there."""
        s = int(row[SHIFT])
        order = self._batch(s)
        if row[MOVED] < 0:
            order.insert(int(row[PLACE]), self.v)
            return order, None, None
        moved = order.pop(int(row[MOVED]))
        order.insert(int(row[PLACE]), self.v)
        if row[AGAIN] >= 0:
            order.insert(int(row[AGAIN]), moved)
            return order, moved, None
        _, to, place = (int(one) for one in self.standing.homes[moved])
        other = self._batch(to)
        other.insert(place, moved)
        return order, moved, (to, other)

    def _batch(self, s: int) -> list[int]:
        return [int(v) for v in self.standing.batches[s, : self.standing.lengths[s]]]

    def _outing(self, s: int, order: list[int]) -> Outing:
        return Outing(*self.standing.keys[s], tuple(self.names[v] for v in order))

    def _driving(self, s: int, order: list[int]) -> int:
        return int(drive_seconds(self.arrays, s, np.array(order, dtype=np.int64), len(order))) if order else 0

    def _move(self, s: int, moved: int, to: int, order: list[int], start: int) -> Move:
        before = self.planned[self.names[moved]]
        after = self._start(to, order, moved, start)
        return Move(self.names[moved], *self.standing.keys[s], before, *self.standing.keys[to], after)

    def _start(self, s: int, order: list[int], v: int, start: int) -> int:
        """When v starts in this order of shift s, the newcomer starting at `start`."""
        window = self.arrays.window_of[self.v * len(self.dates) + self.arrays.shifts[s, DATE]]
        if self.v in order:
            self.arrays.windows[window] = start
        rows = timetable(self.arrays, s, np.array(order, dtype=np.int64), len(order))[3]
        return int(rows[order.index(v), 1])


def promised(visit: ProblemVisit, slot: Slot) -> ProblemVisit:
    """The visit, only possible as the slot says."""
    window = next(one for one in visit.windows if one.date == slot.date)
    at = replace(window, earliest=slot.start, latest=slot.start)
    return replace(visit, windows=(at,), fixed_team=slot.team, fixed_date=slot.date)
