"""What a `visit-problem/1` and a `visit-plan/1` hold, as values.

Times are seconds since midnight, durations seconds, costs whole points. The format is written down
in docs/format.md.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.model import Break, Place, Window


@dataclass(frozen=True)
class Location:
    """What one index of the travel matrix stands for."""

    kind: Literal["base", "site"]
    id: str
    place: Place


@dataclass(frozen=True)
class ProblemShift:
    """The hours one team may be out on one date."""

    date: date
    start: int
    end: int
    max_applicants: int | None = None
    max_work_seconds: int | None = None
    rest: Break | None = None


@dataclass(frozen=True)
class ProblemTeam:
    """A team: where its shifts begin and end (location indices) and what it can do."""

    id: str
    start: int
    end: int
    skills: frozenset[str] = frozenset()
    shifts: tuple[ProblemShift, ...] = ()


@dataclass(frozen=True)
class ProblemVisit:
    """A visit: where, how long, when it may start, and what leaving it out costs."""

    id: str
    location: int
    service_seconds: int
    windows: tuple[Window, ...]
    unserved_cost: int
    applicants: int = 0
    skills: frozenset[str] = frozenset()
    teams: frozenset[str] | None = None
    date_costs: tuple[tuple[date, int], ...] = ()
    fixed_team: str | None = None
    fixed_date: date | None = None


@dataclass(frozen=True)
class Costs:
    """Points for a second of driving, a second of work and a team-date in use."""

    travel_second: int = 1
    work_second: int = 0
    team_date: int = 0


@dataclass(frozen=True, eq=False)
class Problem:
    """A whole `visit-problem/1`. `seconds` and `metres` have shape (locations, locations): row from, column to."""

    name: str
    dates: tuple[date, ...]
    seconds: NDArray[np.int64]
    teams: tuple[ProblemTeam, ...]
    visits: tuple[ProblemVisit, ...]
    costs: Costs = Costs()
    metres: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Stop:
    """One visit in a route: the team arrives, starts the service and ends it."""

    visit: str
    arrive: int
    start: int
    end: int


@dataclass(frozen=True)
class Route:
    """One team's outing on one date, stops in driving order."""

    team: str
    date: date
    leave: int
    back: int
    stops: tuple[Stop, ...]
    break_start: int | None = None


@dataclass(frozen=True)
class Unserved:
    """A visit that is in no route, with reason codes."""

    visit: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A `visit-plan/1`."""

    problem: str
    cost: int
    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...] = ()
    lower_bound: int | None = None
    seed: int = 0
    seconds: float = 0.0
    effort: str = field(default="")
