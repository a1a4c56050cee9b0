"""What a dossier tells its readers: outings with their stops, and everything that is out."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from planner.dossier import Dossier
from planner.model import Base, Group, Organisation, Request, Shift, Site, Team, Visit, Way
from planner.problem import Problem, Route, Stop
from planner.reasons import Reason


@dataclass(frozen=True)
class Call:
    """One stop of an outing: its place in the order (from 1) and whom it serves."""

    order: int
    stop: Stop
    visit: Visit
    site: Site
    organisation: Organisation
    request: Request | None
    drive_seconds: int
    """From the stop before, or from the base."""
    way: Way | None = None
    """How one drives there; None where it is not known."""


@dataclass(frozen=True)
class Outing:
    """One team's batch on one date."""

    team: Team
    team_index: int
    """Position among the dossier's teams; gives colour and letter."""
    base: Base
    date: date
    route: Route
    shift: Shift | None
    calls: tuple[Call, ...]
    drive_seconds: int
    drive_metres: int | None
    """None where the problem has no distances."""
    farthest_seconds: int
    """The longest single drive from the base to one of its stops."""
    way_back: Way | None = None
    """How one drives from the last stop to the base."""

    @property
    def work_seconds(self) -> int:
        """From leaving the base to being back."""
        return self.route.back - self.route.leave

    @property
    def applicants(self) -> int:
        """People served."""
        return sum(call.visit.applicants for call in self.calls)


@dataclass(frozen=True)
class LeftOut:
    """A visit that is in no outing, or people who became no visit, and where they go."""

    organisation: Organisation
    site: Site
    request_id: str
    visit: Visit | None
    """None for people who became no visit."""
    people: int
    """0 where nobody is left out but a promise or a return cannot be kept as it stands."""
    reasons: tuple[Reason, ...]
    go_by: date | None
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Contents:
    """Everything in a dossier in reading order: outings by date and team, then what is out."""

    outings: tuple[Outing, ...]
    left_out: tuple[LeftOut, ...]

    def outing(self, team_id: str, day: date) -> Outing | None:
        """The outing of this team on this date."""
        return next((one for one in self.outings if one.team.id == team_id and one.date == day), None)

    def placed(self) -> dict[str, tuple[Outing, Call]]:
        """Where each served visit is, by visit id."""
        return {call.visit.id: (one, call) for one in self.outings for call in one.calls}


def contents(dossier: Dossier) -> Contents:
    """The dossier's outings and what is out; KeyError where plan and facts do not belong together (our bug)."""
    book = _Book(dossier)
    routes = [route for route in dossier.plan.routes if route.stops]
    routes.sort(key=lambda route: (route.date, book.team_index[route.team]))
    served = {stop.visit for route in routes for stop in route.stops}
    left = [book.unserved(visit) for visit in dossier.facts.visits if visit.id not in served]
    left += [book.refused(index) for index in range(len(dossier.facts.refused))]
    left.sort(key=lambda one: (one.go_by is None, one.go_by or date.max, -one.people, one.request_id))
    return Contents(tuple(book.outing(route) for route in routes), tuple(left))


class _Book:
    """Look-ups by id over one dossier."""

    def __init__(self, dossier: Dossier) -> None:
        inputs = dossier.facts.inputs
        self.facts = dossier.facts
        self.problem: Problem = dossier.problem
        self.sites = {site.id: site for site in inputs.sites}
        self.organisations = {one.id: one for one in inputs.organisations}
        self.requests = {request.id: request for request in inputs.requests}
        self.bases = {base.id: base for base in inputs.bases}
        self.team_index = {team.id: index for index, team in enumerate(inputs.teams)}
        self.shifts = {(shift.team_id, shift.date): shift for shift in inputs.shifts}
        self.visits = {visit.id: visit for visit in dossier.facts.visits}
        self.visit_location = {visit.id: visit.location for visit in dossier.problem.visits}
        self.ways = {(one.start, one.end): one.way for one in dossier.facts.ways}
        self.ends = {team.id: (team.start, team.end) for team in dossier.problem.teams}

    def outing(self, route: Route) -> Outing:
        team = self.facts.inputs.teams[self.team_index[route.team]]
        start, end = self.ends[route.team]
        places = [start, *(self.visit_location[stop.visit] for stop in route.stops), end]
        legs = list(pairwise(places))
        seconds, metres = self.problem.seconds, self.problem.metres
        return Outing(
            team=team,
            team_index=self.team_index[team.id],
            base=self.bases[team.base_id],
            date=route.date,
            route=route,
            shift=self.shifts.get((team.id, route.date)),
            calls=tuple(
                self._call(order, stop, int(seconds[leg]), self.ways.get(leg))
                for order, (stop, leg) in enumerate(zip(route.stops, legs, strict=False), 1)
            ),
            drive_seconds=sum(int(seconds[leg]) for leg in legs),
            drive_metres=None if metres is None else sum(int(metres[leg]) for leg in legs),
            farthest_seconds=max(int(seconds[start, place]) for place in places[1:-1]),
            way_back=self.ways.get(legs[-1]),
        )

    def _call(self, order: int, stop: Stop, drive_seconds: int, way: Way | None) -> Call:
        visit = self.visits[stop.visit]
        return Call(
            order,
            stop,
            visit,
            self.sites[visit.site_id],
            self.organisations[visit.organisation_id],
            self.requests.get(visit.request_id),
            drive_seconds,
            way,
        )

    def unserved(self, visit: Visit) -> LeftOut:
        return LeftOut(
            organisation=self.organisations[visit.organisation_id],
            site=self.sites[visit.site_id],
            request_id=visit.request_id,
            visit=visit,
            people=visit.applicants,
            reasons=self.facts.reasons.get(visit.id, ()),
            go_by=visit.last_workday,
            groups=visit.groups,
        )

    def refused(self, index: int) -> LeftOut:
        refused = self.facts.refused[index]
        site = self.sites[self.requests[refused.request_id].site_id]
        return LeftOut(
            organisation=self.organisations[site.organisation_id],
            site=site,
            request_id=refused.request_id,
            visit=None,
            people=refused.applicants,
            reasons=refused.reasons,
            go_by=refused.go_by,
            groups=refused.groups,
        )
