"""Two plans side by side: what moved, who must be told, what each costs and how near legal dates it comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from planner.dossier import Dossier
from planner.model import Organisation, Request, Site, Visit
from planner.problem import ProblemVisit
from planner.report.statistics import Summary, summary
from planner.workdays import Calendar

Key = tuple[str, str, int]
"""Request, work and session: what makes visits of two plans the same."""
Change = Literal["date", "time", "team", "added", "dropped"]


@dataclass(frozen=True)
class Where:
    """Team, date and times of a visit in one plan."""

    team_id: str
    date: date
    starts: int
    ends: int


@dataclass(frozen=True)
class Moved:
    """A visit that is elsewhere in the second plan; `before` or `after` is None where it is not in that plan."""

    visit: Visit
    organisation: Organisation
    site: Site
    request: Request | None
    before: Where | None
    after: Where | None
    promised: bool
    """Whether its organisation knows the date of the first plan."""

    @property
    def change(self) -> Change:
        """What changed most for its organisation."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "dropped"
        if self.before.date != self.after.date:
            return "date"
        return "time" if self.before.starts != self.after.starts else "team"

    @property
    def must_tell(self) -> bool:
        """Whether the organisation was told another date or hour."""
        return self.promised and self.change in ("date", "time", "dropped")


@dataclass(frozen=True)
class Comparison:
    """Both plans' figures and every visit that differs, by date of the second."""

    first: Summary
    second: Summary
    moved: tuple[Moved, ...]
    same: int
    """Visits that stay with their team, date and time."""
    counted_apart: int
    """Visits of both plans whose dates cost more or less in one than in the other, so that the costs say less."""

    @property
    def to_tell(self) -> tuple[Moved, ...]:
        """The visits whose organisations must be told."""
        return tuple(one for one in self.moved if one.must_tell)


Places = Mapping[Key, tuple[Visit, Where | None]]
"""Every visit of a plan and where it is; None for those that are out."""


def compare(first: Dossier, second: Dossier, promised: frozenset[tuple[str, int]], calendar: Calendar) -> Comparison:
    """What changes from the first plan to the second; `promised` holds request and session of every promise."""
    before, after = _places(first), _places(second)
    moved, same = [], 0
    for key in {**before, **after}:
        visit = (after.get(key) or before[key])[0]
        here, there = (before.get(key) or (visit, None))[1], (after.get(key) or (visit, None))[1]
        if here == there:
            same += here is not None
            continue
        told = visit.work != "return" and (key[0], key[2]) in promised
        moved.append(_moved(first if key in before else second, visit, here, there, told))
    moved.sort(key=lambda one: (_date(one), one.visit.id))
    apart = _counted_apart(first, second, before, after)
    return Comparison(summary(first, calendar), summary(second, calendar), tuple(moved), same, apart)


def _counted_apart(first: Dossier, second: Dossier, before: Places, after: Places) -> int:
    """A promised visit costs nothing for its date; others by the days they wait from the first of the plan."""
    here, there = ({visit.id: visit for visit in dossier.problem.visits} for dossier in (first, second))
    return sum(_cost_apart(here[before[key][0].id], there[after[key][0].id]) for key in before.keys() & after.keys())


def _cost_apart(one: ProblemVisit, other: ProblemVisit) -> bool:
    """Whether a date on which both may be made costs more in one of them."""
    costs, other_costs = dict(one.date_costs), dict(other.date_costs)
    days = {window.date for window in one.windows} & {window.date for window in other.windows}
    return any(costs.get(day, 0) != other_costs.get(day, 0) for day in days)


def _moved(dossier: Dossier, visit: Visit, here: Where | None, there: Where | None, told: bool) -> Moved:
    inputs = dossier.facts.inputs
    own = next(one for one in dossier.facts.visits if one.request_id == visit.request_id)
    return Moved(
        visit,
        next(one for one in inputs.organisations if one.id == own.organisation_id),
        next(one for one in inputs.sites if one.id == own.site_id),
        next((one for one in inputs.requests if one.id == own.request_id), None),
        here,
        there,
        told,
    )


def _date(one: Moved) -> date:
    place = one.after or one.before
    return place.date if place else date.max


def _places(dossier: Dossier) -> Places:
    made = {
        stop.visit: Where(route.team, route.date, stop.start, stop.end)
        for route in dossier.plan.routes
        for stop in route.stops
    }
    return {
        (visit.request_id, visit.work, visit.session): (visit, made.get(visit.id)) for visit in dossier.facts.visits
    }
