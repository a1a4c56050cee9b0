"""A division problem as other solvers see it: one vehicle for each team and date, all dates on one time axis.

A lane is a team on a date. Its date begins `Axis.day` seconds after the one before, so that nothing of one date
can reach into the next. What the other solvers give back is turned into a plan by `tests.bench.answers`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.problem import Problem, ProblemShift, ProblemTeam, ProblemVisit

REQUIRED = 10**9
"""An unserved cost from here on means that the visit has to be made (public sets)."""


@dataclass(frozen=True)
class Lane:
    """A team on a date: its shift, when it may leave and must be back on the common axis."""

    team: ProblemTeam
    shift: ProblemShift
    leave: int
    back: int

    @property
    def key(self) -> tuple[str, date]:
        """Team and date, as a plan names them."""
        return self.team.id, self.shift.date


@dataclass(frozen=True)
class Axis:
    """The problem on one time axis.

    `places` are location indices: the bases first, then one place for each visit in order, even where visits
    share a location. `seconds` has shape (places, places): row from, column to.
    """

    problem: Problem
    day: int
    lanes: tuple[Lane, ...]
    bases: tuple[int, ...]
    seconds: NDArray[np.int64]

    def base(self, location: int) -> int:
        """The place of this base."""
        return self.bases.index(location)

    def place(self, visit: int) -> int:
        """The place of the visit with this index."""
        return len(self.bases) + visit

    def offset(self, day: date) -> int:
        """When this date begins on the axis."""
        return self.problem.dates.index(day) * self.day

    def windows(self, visit: ProblemVisit) -> Iterator[tuple[date, int, int]]:
        """Date, earliest and latest start of service on the axis, ascending, in which the visit may be made."""
        spans = sorted((window.date, window.earliest, window.latest) for window in visit.windows)
        for day, earliest, latest in spans:
            if visit.fixed_date in (None, day):
                yield day, self.offset(day) + earliest, self.offset(day) + latest


@dataclass(frozen=True)
class Answer:
    """What a solver found: visits in order for each team-date, the seconds it took, cost by seconds on the way.

    The curve is in the solver's own points; `cost` is its own final figure.
    """

    batches: Mapping[tuple[str, date], Sequence[str]]
    seconds: float
    cost: float
    curve: Sequence[tuple[float, float]] = field(default=())


def axis_of(problem: Problem) -> Axis:
    """The problem on one time axis."""
    latest = max(
        [shift.end for team in problem.teams for shift in team.shifts]
        + [window.latest + visit.service_seconds for visit in problem.visits for window in visit.windows]
    )
    day = latest + int(problem.seconds.max()) + 1
    lanes = []
    for team in problem.teams:
        for shift in team.shifts:
            begins = problem.dates.index(shift.date) * day
            lanes.append(Lane(team, shift, begins + shift.start, begins + shift.end))
    bases = tuple(sorted({place for team in problem.teams for place in (team.start, team.end)}))
    index = [*bases, *(visit.location for visit in problem.visits)]
    return Axis(problem, day, tuple(lanes), bases, np.ascontiguousarray(problem.seconds[np.ix_(index, index)]))


def able(team: ProblemTeam, visit: ProblemVisit) -> bool:
    """Whether the team may make the visit: skills, allowed teams, a fixed team."""
    allowed = visit.teams is None or team.id in visit.teams
    return allowed and visit.fixed_team in (None, team.id) and visit.skills <= team.skills


def date_cost(visit: ProblemVisit, day: date) -> int:
    """Points for making the visit on this date."""
    return dict(visit.date_costs).get(day, 0)
