"""What is known of a day that has begun: said by officers and the desk, read by `planner.replan`."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Begun:
    """A visit that a team has arrived at: when, and when it was over (None: not yet). Seconds since midnight."""

    visit_id: str
    team_id: str
    arrived: int
    ended: int | None = None


@dataclass(frozen=True)
class Rest:
    """How the rest of `date` shall be planned: nothing new begins before `at`, seconds since midnight.

    Visits in `free` may have another hour on the same date, those in `dropped` are not made on it any more; all
    others keep their hour. Teams in `out` go on to no further visit. `begun` is in the order in which it was begun.
    """

    date: date
    at: int
    begun: tuple[Begun, ...] = ()
    free: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    out: frozenset[str] = frozenset()
    bag_prefix: str = ""
    """What stands before a visit's id in the name of the passports it collected on an earlier date."""
