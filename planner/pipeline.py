"""make_plan(): the whole flow, from what was imported to a checked and explained plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from threading import Event

from planner.check import check
from planner.check_domain import check_dossier
from planner.dossier import Dossier, Driven, Location, PlanFacts, Refused, Remark
from planner.effort import Effort, Progress
from planner.errors import DoorstepError
from planner.explain import explain, with_reasons
from planner.model import Inputs, Visit
from planner.optimise import optimise
from planner.policy import Policy
from planner.problem import Plan, Problem, build_problem, locations_of
from planner.reasons import Reason
from planner.travel.providers import Options, travel_of, ways_of
from planner.visits import make_visits, return_visits
from planner.workdays import Calendar

TOLD = "promise_broken"
"""The one breach that the input can force: such a visit is among what is out, with its reasons."""


class PlanIsWrong(DoorstepError):
    """The checker found a broken rule in a plan of the optimiser: a fault of the program."""


@dataclass(frozen=True)
class Search:
    """How much is tried, from which seed, who watches, and who may end it (see `planner.optimise`)."""

    effort: Effort = "standard"
    seconds: float | None = None
    seed: int = 1
    progress: Callable[[Progress], None] | None = None
    stop: Event | None = None
    cluster: str | None = None

    def share(self, part: float) -> "Search":
        """The same search with a part of the time, quietly; of an effort, the quick one."""
        seconds = None if self.seconds is None else self.seconds * part
        return replace(self, effort="quick", seconds=seconds, progress=None)

    def plan(self, problem: Problem) -> Plan:
        """The best plan found for this problem."""
        return optimise(
            problem,
            effort=self.effort,
            seconds=self.seconds,
            seed=self.seed,
            progress=self.progress,
            stop=self.stop,
            cluster=self.cluster,
        )


@dataclass(frozen=True)
class Ask:
    """What is to be planned: everything imported, the rules, the calendar, the working days, and today."""

    name: str
    inputs: Inputs
    policy: Policy
    calendar: Calendar
    horizon: tuple[date, ...]
    today: date
    travel: Options | None = None
    fixed: Mapping[str, tuple[str, date]] = field(default_factory=dict)
    """Visits that keep their team and date, by id; ids that come of none of the requests mean nothing."""


def make_plan(ask: Ask, search: Search) -> Dossier:
    """Eligibility, visits, batches, assignment, check and reasons: the plan with all that explains it.

    Passports that are collected and issued inside the horizon are brought back in it: a quick first plan
    says when they are collected, then their returns join and the collection may only move forward.
    Raises PlanIsWrong if the checker finds a broken rule, which is never the input's fault.
    """
    made = make_visits(ask.inputs, ask.policy, ask.calendar, ask.horizon, ask.today)
    visits = tuple(_fixed(visit, ask) for visit in made.visits)
    if any(_may_return(visit, ask) for visit in visits):
        first = _Case(ask, visits)
        visits = _with_returns(ask, visits, search.share(0.2).plan(first.problem))
    case = _Case(ask, visits)
    plan = search.plan(case.problem)
    orphans = _orphans(visits, plan)
    if orphans:
        case = _Case(ask, tuple(visit for visit in visits if visit.id not in orphans))
        plan = search.plan(case.problem)
    dossier = _dossier(case, plan, made.refused, made.remarks)
    breaches = [*check(case.problem, plan).breaches, *check_dossier(dossier, ask.calendar)]
    if wrong := [breach for breach in breaches if breach.code != TOLD]:
        raise PlanIsWrong("\n".join(breach.sentence("en") for breach in wrong))
    return dossier


class _Case:
    """Visits as a problem, with the places they are at and the driving between them."""

    def __init__(self, ask: Ask, visits: tuple[Visit, ...]) -> None:
        self.ask = ask
        self.visits = visits
        self.locations: tuple[Location, ...] = locations_of(visits, ask.inputs)
        self.travel = travel_of(self.locations, ask.inputs, ask.horizon, ask.travel)
        self.problem = build_problem(
            ask.name,
            visits,
            ask.inputs,
            self.locations,
            self.travel.seconds,
            self.travel.metres,
            ask.policy,
            ask.calendar,
            ask.horizon,
        )


def _fixed(visit: Visit, ask: Ask) -> Visit:
    """The visit, kept to its team and date where that was asked for."""
    if visit.id not in ask.fixed:
        return visit
    team, day = ask.fixed[visit.id]
    return replace(visit, fixed_team=team, fixed_date=day)


def _may_return(visit: Visit, ask: Ask) -> bool:
    """Whether passports collected on the first possible date could be back before the horizon ends."""
    if visit.processing_days is None or not visit.windows:
        return False
    first = min(window.date for window in visit.windows)
    later = [day for day in ask.horizon if day > first]
    return len(later) >= visit.processing_days


def _with_returns(ask: Ask, visits: tuple[Visit, ...], plan: Plan) -> tuple[Visit, ...]:
    collected = {stop.visit: route.date for route in plan.routes for stop in route.stops}
    returns = return_visits(collected, visits, ask.inputs, ask.policy, ask.calendar, ask.horizon)
    until = {visit.returns: collected[visit.returns] for visit in returns if visit.returns is not None}
    kept = tuple(_not_after(visit, until[visit.id]) if visit.id in until else visit for visit in visits)
    return kept + returns


def _orphans(visits: tuple[Visit, ...], plan: Plan) -> frozenset[str]:
    """Returns in the plan whose passports it does not collect."""
    served = {stop.visit for route in plan.routes for stop in route.stops}
    collections = {visit.id for visit in visits if visit.processing_days is not None}
    return frozenset(
        visit.id
        for visit in visits
        if visit.id in served and visit.returns in collections and visit.returns not in served
    )


def _not_after(visit: Visit, day: date) -> Visit:
    return replace(visit, windows=tuple(window for window in visit.windows if window.date <= day))


def _ways(case: _Case, plan: Plan) -> tuple[tuple[Driven, ...], tuple[Reason, ...]]:
    """How the plan's legs are driven, by the provider its times come from; and what went wrong in asking it."""
    place = {visit.id: visit.location for visit in case.problem.visits}
    ends = {team.id: (team.start, team.end) for team in case.problem.teams}
    legs = [
        leg
        for route in plan.routes
        for leg in pairwise((ends[route.team][0], *(place[stop.visit] for stop in route.stops), ends[route.team][1]))
    ]
    places = [one.place for one in case.locations]
    made, warnings = ways_of(case.travel, legs, places, case.ask.horizon, case.ask.travel)
    return tuple(Driven(start, end, way) for (start, end), way in sorted(made.items())), warnings


def _dossier(case: _Case, plan: Plan, refused: tuple[Refused, ...], remarks: tuple[Remark, ...]) -> Dossier:
    ask = case.ask
    reasons = explain(case.problem, plan)
    ways, warnings = _ways(case, plan)
    facts = PlanFacts(
        inputs=ask.inputs,
        policy=ask.policy,
        today=ask.today,
        horizon=ask.horizon,
        visits=case.visits,
        locations=case.locations,
        refused=refused,
        reasons=reasons,
        remarks=remarks,
        travel_source=case.travel.source,
        travel_warnings=(*case.travel.warnings, *warnings),
        ways=ways,
    )
    return Dossier(facts, case.problem, with_reasons(plan, reasons))
