"""A problem as arrays: what the compiled functions read."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from planner.problem import Problem, ProblemShift, ProblemTeam, ProblemVisit

Int: TypeAlias = NDArray[np.int64]
Float: TypeAlias = NDArray[np.float64]
Bits: TypeAlias = NDArray[np.uint64]
Visits: TypeAlias = NDArray[np.int64]
"""Visits in driving order."""
Batches: TypeAlias = NDArray[np.int64]
"""Visits in driving order, a row for each shift."""
ByShift: TypeAlias = Sequence[tuple[int, Int]]
"""A plan: its batches, each with its shift."""

# Compiled code mixes numpy's and Python's numbers freely, which only numba can follow.
Index: TypeAlias = Any
Seconds: TypeAlias = Any
Points: TypeAlias = Any

BIG = 1 << 40
"""Later than any time, dearer than any batch."""

# A literal argument makes numba compile a function anew for its type; these are plain numbers.
NONE: Index = np.int64(-1)
ZERO: Index = np.int64(0)
ONE: Index = np.int64(1)
YES: Any = np.bool_(True)
NO: Any = np.bool_(False)

# columns of `Arrays.shifts`
FROM, TO, OPENS, CLOSES, CAPACITY, WORK, REST, REST_EARLIEST, REST_LATEST, DATE, CLASS, TEAM = range(12)
# columns of `Arrays.visits`
LOCATION, SERVICE, APPLICANTS, UNSERVED = range(4)
# entries of `Arrays.costs`
TRAVEL_SECOND, WORK_SECOND, TEAM_DATE = range(3)


class Arrays(NamedTuple):
    """The compiled problem. A shift is one team on one date; its class has the same data on the same date.

    - travel: seconds, shape (locations, locations), int32; row from, column to
    - travel_to: the same, row to, column from: what leads to one place lies together
    - shifts: shape (shifts, 12), columns above; no limit is BIG, no rest is REST = 0
    - visits: shape (visits, 4), columns above
    - window_of: shape (visits * dates + 1,); windows of visit v on date d are rows
      window_of[v * dates + d] up to window_of[v * dates + d + 1] of `windows`
    - windows: shape (n, 2): earliest and latest start, ascending, those of one visit and date not overlapping
    - date_costs: shape (visits, dates)
    - allowed: shape (visits, shifts), 1 where skills, teams, fixed, windows and capacity permit
    - costs: points per second of travel, per second of work, per team-date
    """

    travel: NDArray[np.int32]
    travel_to: NDArray[np.int32]
    shifts: Int
    visits: Int
    window_of: Int
    windows: Int
    date_costs: Int
    allowed: NDArray[np.uint8]
    costs: Int


def arrays_of(problem: Problem) -> tuple[Arrays, list[tuple[str, date]]]:
    """The problem as arrays, and the team and date of each row of `shifts`."""
    dates = {day: index for index, day in enumerate(problem.dates)}
    rows: list[list[int]] = []
    keys: list[tuple[str, date]] = []
    for number, team in enumerate(problem.teams):
        for shift in team.shifts:
            rows.append(_shift_row(number, team, shift, dates[shift.date]))
            keys.append((team.id, shift.date))
    shifts = np.array(rows, dtype=np.int64).reshape(len(rows), 12)
    visits = np.array(
        [[v.location, v.service_seconds, v.applicants, v.unserved_cost] for v in problem.visits], dtype=np.int64
    ).reshape(len(problem.visits), 4)
    window_of, windows = _windows(problem, dates)
    date_costs = np.zeros((len(problem.visits), len(dates)), dtype=np.int64)
    for index, visit in enumerate(problem.visits):
        for day, points in visit.date_costs:
            date_costs[index, dates[day]] = points
    allowed = _allowed(problem, shifts, window_of)
    shifts[:, CLASS] = _classes(shifts, allowed)
    costs = problem.costs
    return (
        Arrays(
            np.ascontiguousarray(problem.seconds, dtype=np.int32),
            np.ascontiguousarray(problem.seconds.T, dtype=np.int32),
            shifts,
            visits,
            window_of,
            windows,
            date_costs,
            allowed,
            np.array([costs.travel_second, costs.work_second, costs.team_date], dtype=np.int64),
        ),
        keys,
    )


def _shift_row(number: int, team: ProblemTeam, shift: ProblemShift, day: int) -> list[int]:
    capacity = BIG if shift.max_applicants is None else shift.max_applicants
    work = shift.end - shift.start if shift.max_work_seconds is None else shift.max_work_seconds
    rest = shift.rest
    # A rest of no length still has to begin at a stop within its span; a second is below what anyone plans.
    length, earliest, latest = (0, 0, 0) if rest is None else (max(1, rest.seconds), rest.earliest, rest.latest)
    return [team.start, team.end, shift.start, shift.end, capacity, work, length, earliest, latest, day, 0, number]


def _windows(problem: Problem, dates: dict[date, int]) -> tuple[Int, Int]:
    offsets = [0]
    rows: list[tuple[int, int]] = []
    for visit in problem.visits:
        by_date: list[list[tuple[int, int]]] = [[] for _ in dates]
        for window in visit.windows:
            by_date[dates[window.date]].append((window.earliest, window.latest))
        for spans in by_date:
            rows.extend(_joined(spans))
            offsets.append(len(rows))
    return np.array(offsets, dtype=np.int64), np.array(rows, dtype=np.int64).reshape(len(rows), 2)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same start times in ascending spans that do not overlap: the latest start is then in the last one reached."""
    joined: list[tuple[int, int]] = []
    for earliest, latest in sorted(spans):
        if joined and earliest <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], latest))
        else:
            joined.append((earliest, latest))
    return joined


def _allowed(problem: Problem, shifts: Int, window_of: Int) -> NDArray[np.uint8]:
    dates = len(problem.dates)
    allowed = np.zeros((len(problem.visits), len(shifts)), dtype=np.uint8)
    days = shifts[:, DATE]
    teams_for: dict[tuple[object, ...], NDArray[np.bool_]] = {}  # few visits differ in whom they ask for
    for v, visit in enumerate(problem.visits):
        open_on = np.diff(window_of[v * dates : (v + 1) * dates + 1]) > 0
        if visit.fixed_date is not None:
            open_on &= np.array([day == visit.fixed_date for day in problem.dates], dtype=bool)
        asks = (visit.skills, visit.teams, visit.fixed_team)
        able = teams_for.get(asks)
        if able is None:
            able = teams_for[asks] = np.array([_may_make(team, visit) for team in problem.teams], dtype=bool)
        allowed[v] = able[shifts[:, TEAM]] & open_on[days] & (shifts[:, CAPACITY] >= visit.applicants)
    return allowed


def _may_make(team: ProblemTeam, visit: ProblemVisit) -> bool:
    return (
        visit.skills <= team.skills
        and (visit.teams is None or team.id in visit.teams)
        and visit.fixed_team in (None, team.id)
    )


def _classes(shifts: Int, allowed: NDArray[np.uint8]) -> Int:
    known: dict[bytes, int] = {}
    classes = np.zeros(len(shifts), dtype=np.int64)
    for s in range(len(shifts)):
        key = shifts[s, :CLASS].tobytes() + allowed[:, s].tobytes()
        classes[s] = known.setdefault(key, len(known))
    return classes
