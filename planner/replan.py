"""The rest of a day planned anew: what has begun stays, promises keep their hour unless somebody lets them go.

The visits of the plan in force stand for the day, with the driving times they were planned with. A team that is
with a visit, or on its way to the next one, makes that one first; the others may change teams.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from planner.begun import Begun, Rest
from planner.check import check
from planner.check_domain import check_dossier
from planner.dossier import Dossier
from planner.explain import explain, with_reasons
from planner.model import Break, Hours, Inputs, PassportBag, Promise, Request, Shift, Visit, Window
from planner.outings import Excess, best_outing, timing_of
from planner.pipeline import TOLD, PlanIsWrong, Search
from planner.problem import Problem, ProblemVisit, Route, Stop, build_problem
from planner.problem.reader import COST_LIMIT
from planner.visits.hours import common_stretches, start_windows
from planner.workdays import Calendar

LATE_SECONDS = 300
"""A visit whose hour has passed by more than this has lost its promise, whatever is planned."""


def replan_rest(dossier: Dossier, rest: Rest, calendar: Calendar, name: str, search: Search) -> Dossier:
    """A plan for `rest.date` alone, for the visits that `dossier` makes on it, checked and explained.

    Visits keep their ids. Raises PlanIsWrong if the checker finds a broken rule other than a promise that cannot
    be kept; such a visit is among what is out, with its reasons.
    """
    day = _Day(dossier, rest)
    visits = tuple(day.visit(stop) for _, stop in day.stops)
    facts = replace(
        dossier.facts,
        inputs=day.inputs(visits, calendar),
        today=min(dossier.facts.today, rest.date),
        horizon=(rest.date,),
        visits=visits,
        refused=(),
        remarks=(),
        version=dossier.facts.version + 1,
    )
    posed = Dossier(facts, day.problem(name, facts.inputs, visits, calendar), dossier.plan)
    posed = _as_it_happened(posed, day, calendar, name)
    plan = search.plan(posed.problem)
    reasons = explain(posed.problem, plan)
    made = Dossier(replace(posed.facts, reasons=reasons), posed.problem, with_reasons(plan, reasons))
    breaches = [*check(made.problem, made.plan).breaches, *check_dossier(made, calendar)]
    if wrong := [one for one in breaches if one.code != TOLD]:
        raise PlanIsWrong("\n".join(one.sentence("en") for one in wrong))
    return made


@dataclass(frozen=True)
class _Held:
    """A visit that stays where it is: its team, and when it begins and ends."""

    team_id: str
    start: int
    end: int


class _Day:
    """One date of a plan with what has begun on it."""

    def __init__(self, dossier: Dossier, rest: Rest) -> None:
        self.dossier, self.rest = dossier, rest
        self.known = {visit.id: visit for visit in dossier.facts.visits}
        self.place = {visit.id: visit.location for visit in dossier.problem.visits}
        self.base = {team.id: team.start for team in dossier.problem.teams}
        self.routes = [route for route in dossier.plan.routes if route.date == rest.date]
        self.stops = [(route, stop) for route in self.routes for stop in route.stops if stop.visit not in rest.dropped]
        self.held: dict[str, _Held] = {}
        self.opens: dict[str, int] = {}
        """From when on a team that has not begun may leave."""
        for team in self.base:
            self._follow(team)

    def _follow(self, team: str) -> None:
        """Walks behind a team through what it has begun, and to the visit it is on its way to."""
        route = next((one for one in self.routes if one.team == team), None)
        begun = [one for one in self.rest.begun if one.team_id == team]
        planned = {stop.visit: stop for stop in route.stops} if route else {}
        here, clock = self.base[team], route.leave if route else self.rest.at
        for one in begun:
            clock = self._hold(one, planned, here, clock)
            here = self.place[one.visit_id]
        ahead = self._next(team, route, begun)
        there = bool(begun) and begun[-1].ended is None
        if ahead is not None and not there and ahead.arrive - self._drive(here, self.place[ahead.visit]) < self.rest.at:
            start = max(ahead.start, clock + self._drive(here, self.place[ahead.visit]))
            self.held[ahead.visit] = _Held(team, start, start + self.known[ahead.visit].service_seconds)
        elif begun:
            last = self.held[begun[-1].visit_id]
            self.held[begun[-1].visit_id] = replace(last, end=max(last.end, self.rest.at))
        else:
            self.opens[team] = self.rest.at

    def _hold(self, one: Begun, planned: dict[str, Stop], here: int, clock: int) -> int:
        """Notes a visit that has begun, as late as driving takes; when it is over."""
        hour = planned[one.visit_id].start if one.visit_id in planned else one.arrived
        start = max(hour, clock + self._drive(here, self.place[one.visit_id]))
        service = self.known[one.visit_id].service_seconds
        over = max(start + service, self.rest.at) if one.ended is None else max(start + 60, one.ended)
        self.held[one.visit_id] = _Held(one.team_id, start, over)
        return over

    def _next(self, team: str, route: Route | None, begun: Iterable[Begun]) -> Stop | None:
        """The visit that a team goes to next if nobody says otherwise."""
        gone = {one.visit_id for one in self.rest.begun} | self.rest.dropped
        ahead = [stop for stop in route.stops if stop.visit not in gone] if route else []
        if not ahead or team in self.rest.out or ahead[0].visit in self.rest.free:
            return None
        return ahead[0]

    def _drive(self, start: int, end: int) -> int:
        return int(self.dossier.problem.seconds[start, end])

    # -------------------------------------------------------------------------------- visits

    def visit(self, stop: Stop) -> Visit:
        """A visit of the day as it may be made from now on."""
        visit = replace(self.known[stop.visit], joint="", fixed_team=None, fixed_date=None, promised=False)
        if self._collection(visit) is not None:
            visit = replace(visit, returns=self.bag_id(visit))
        held = self.held.get(visit.id)
        if held is not None:
            return replace(
                visit,
                service_seconds=held.end - held.start,
                windows=(Window(self.rest.date, held.start, held.start),),
                fixed_team=held.team_id,
                fixed_date=self.rest.date,
                promised=True,
            )
        if visit.work != "return" and not self.lost(stop):
            return replace(visit, windows=(Window(self.rest.date, stop.start, stop.start),), promised=True)
        return replace(visit, windows=self._later(visit))

    def _collection(self, visit: Visit) -> Visit | None:
        """For a return, the visit of the same plan that collected its passports; a bag may bear a visit's name."""
        source = self.known.get(self.known[visit.id].returns or "")
        return None if source is None or source.processing_days is None else source

    def lost(self, stop: Stop) -> bool:
        """Whether a visit's hour may or must change."""
        return stop.visit in self.rest.free or stop.start < self.rest.at - LATE_SECONDS

    def _later(self, visit: Visit) -> tuple[Window, ...]:
        """The starts that are left on this date, by the hours of site, organisation and division."""
        facts = self.dossier.facts
        site = next(one for one in facts.inputs.sites if one.id == visit.site_id)
        request = next((one for one in facts.inputs.requests if one.id == visit.request_id), None)
        hosted = request.host_hours if request and visit.work != "return" else ()
        stretches = common_stretches(hosted or site.hours, facts.policy.division_hours)
        windows = start_windows((self.rest.date,), stretches, visit.service_seconds)
        return tuple(
            replace(one, earliest=max(one.earliest, self.rest.at)) for one in windows if one.latest >= self.rest.at
        )

    def bag_id(self, visit: Visit) -> str:
        """How the passports are called that this plan collected on an earlier date."""
        return f"{self.rest.bag_prefix}{self.known[visit.id].returns}"

    # -------------------------------------------------------------------------------- inputs and problem

    def inputs(self, visits: tuple[Visit, ...], calendar: Calendar) -> Inputs:
        """What the rest of the day is planned from: its people, the shifts of its date, the promises that stand."""
        old = self.dossier.facts.inputs
        return replace(
            old,
            shifts=tuple(self._shift(one) for one in old.shifts if one.date == self.rest.date),
            requests=tuple(self._people(one, visits) for one in old.requests if self._asked(one, visits)),
            promises=tuple(
                Promise(visit.request_id, visit.session, self.rest.date, self._hour(visit))
                for visit in visits
                if visit.promised and visit.work != "return" and visit.windows[0].earliest == self._hour(visit)
            ),
            bags=(*old.bags, *self._bags(visits, calendar)),
            special_visits=tuple(
                one for one in old.special_visits if any(visit.request_id == one.request_id for visit in visits)
            ),
        )

    def _hour(self, visit: Visit) -> int:
        """When the plan in force makes a visit."""
        return next(stop.start for _, stop in self.stops if stop.visit == visit.id)

    def _shift(self, shift: Shift) -> Shift:
        opens = max(shift.hours.start, self.opens.get(shift.team_id, 0))
        return replace(shift, hours=Hours(min(opens, shift.hours.end - 1), shift.hours.end))

    def _asked(self, request: Request, visits: tuple[Visit, ...]) -> bool:
        return any(visit.request_id == request.id and visit.work != "return" for visit in visits)

    def _people(self, request: Request, visits: tuple[Visit, ...]) -> Request:
        """The request with the people of these visits only: the others are not this day's."""
        mine = [visit for visit in visits if visit.request_id == request.id and visit.work != "return"]
        return replace(request, groups=tuple(group for visit in mine for group in visit.groups))

    def _bags(self, visits: tuple[Visit, ...], calendar: Calendar) -> Iterable[PassportBag]:
        """Passports that the plan collected on an earlier date and brings back on this one."""
        dates = {stop.visit: route.date for route in self.dossier.plan.routes for stop in route.stops}
        for visit in visits:
            source = self._collection(visit)
            if source is None or source.processing_days is None:
                continue
            issued = calendar.add_workdays(dates[source.id], source.processing_days, allow_provisional=True)
            yield PassportBag(self.bag_id(visit), visit.request_id, visit.site_id, visit.passports, issued)

    def problem(self, name: str, inputs: Inputs, visits: tuple[Visit, ...], calendar: Calendar) -> Problem:
        """The rest of the day as a problem; only teams that go on may make what has not begun."""
        old = self.dossier.problem
        facts = self.dossier.facts
        posed = build_problem(
            name, visits, inputs, facts.locations, old.seconds, old.metres, facts.policy, calendar, (self.rest.date,)
        )
        return replace(posed, visits=tuple(self._bound(one) for one in posed.visits))

    def _bound(self, visit: ProblemVisit) -> ProblemVisit:
        """What has begun outweighs everything else; the others are for teams that go on."""
        if visit.id in self.held:
            return replace(visit, unserved_cost=COST_LIMIT - 1)
        able = frozenset(self.base) - self.rest.out
        return replace(visit, teams=able) if self.rest.out else visit


def _as_it_happened(posed: Dossier, day: _Day, calendar: Calendar, name: str) -> Dossier:
    """Lets go of breaks, working time and shift ends that the morning has broken already; they cannot be kept."""
    timing = timing_of(posed.problem)
    visits = {visit.id: visit for visit in posed.problem.visits}
    loose = set()
    for team in posed.problem.teams:
        mine = sorted((held.start, one) for one, held in day.held.items() if held.team_id == team.id)
        if mine and isinstance(best_outing(timing, team, team.shifts[0], [visits[one] for _, one in mine]), Excess):
            loose.add(team.id)
    if not loose:
        return posed
    inputs = posed.facts.inputs
    shifts = tuple(_loosened(one) if one.team_id in loose else one for one in inputs.shifts)
    inputs = replace(inputs, shifts=shifts)
    facts = replace(posed.facts, inputs=inputs)
    return Dossier(facts, day.problem(name, inputs, facts.visits, calendar), posed.plan)


def _loosened(shift: Shift) -> Shift:
    """The shift without the limits that a day can pass by itself."""
    none: Break | None = None
    return replace(shift, hours=Hours(0, 24 * 3600), rest=none, max_applicants=None, max_work_seconds=None)
