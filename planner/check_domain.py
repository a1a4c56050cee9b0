"""What a plan must keep beyond the format: promises, passports, joint stops, legal dates, every person counted.

One function per rule, on a finished dossier; nothing here is shared with the optimiser or with `planner.visits`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from planner.breaches import Breach, breach, exact_clock
from planner.dossier import Dossier
from planner.model import Visit
from planner.workdays import Calendar


@dataclass(frozen=True)
class _Made:
    """Where one visit of the plan stands."""

    where: str
    team: str
    day: date
    start: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {exact_clock(self.start)} {self.team}"


@dataclass(frozen=True)
class _Case:
    dossier: Dossier
    calendar: Calendar
    visits: dict[str, Visit]
    made: dict[str, _Made]

    def served(self) -> Iterator[tuple[Visit, _Made]]:
        """The visits of the facts that are in a route."""
        return ((visit, self.made[visit.id]) for visit in self.dossier.facts.visits if visit.id in self.made)


Rule = Callable[[_Case], Iterator[Breach]]


def check_dossier(dossier: Dossier, calendar: Calendar) -> tuple[Breach, ...]:
    """Every rule of the domain that the plan breaks; the rules of the format are `planner.check`'s.

    A promised visit that is left out is a breach too: no plan passes over a promise silently. Counts
    provisional working days; PastTheCalendar for dates the calendar does not know at all.
    """
    made = {
        stop.visit: _Made(f"routes[{index}].stops[{number}]", route.team, route.date, stop.start)
        for index, route in enumerate(dossier.plan.routes)
        for number, stop in enumerate(route.stops)
    }
    case = _Case(dossier, calendar, {visit.id: visit for visit in dossier.facts.visits}, made)
    return tuple(found for rule in RULES for found in rule(case))


def facts_match_the_problem(case: _Case) -> Iterator[Breach]:
    """The problem and the facts hold the same visits, as long and with as many people."""
    own = {visit.id: (visit.service_seconds, visit.applicants) for visit in case.dossier.facts.visits}
    posed = {visit.id: (visit.service_seconds, visit.applicants) for visit in case.dossier.problem.visits}
    for name in sorted(own.keys() | posed.keys()):
        if own.get(name) != posed.get(name):
            yield breach("visits_differ", "problem.visits", visit=name)


def promises_are_kept(case: _Case) -> Iterator[Breach]:
    """A promised session is made on a promised date, at that time and, if one is named, by that team."""
    inputs = case.dossier.facts.inputs
    names = {one.id: one.name_zh for one in inputs.organisations}
    for visit in case.dossier.facts.visits:
        mine = [one for one in inputs.promises if (one.request_id, one.session) == (visit.request_id, visit.session)]
        if not visit.promised or not mine:
            continue
        made = case.made.get(visit.id)
        if made and any(
            (one.date, one.start) == (made.day, made.start) and one.team_id in (None, made.team) for one in mine
        ):
            continue
        promised = " / ".join(
            f"{one.date.isoformat()} {exact_clock(one.start)} {one.team_id or ''}".strip() for one in mine
        )
        organisation = names.get(visit.organisation_id, visit.organisation_id)
        where = made.where if made else "unserved"
        yield breach("promise_broken", where, organisation=organisation, promised=promised, found=str(made or "–"))


def returns_come_after_processing(case: _Case) -> Iterator[Breach]:
    """Passports come back when they are ready: collected by this plan, or issued as the bag says."""
    issued = {bag.id: bag.issued_on for bag in case.dossier.facts.inputs.bags}
    for visit, made in case.served():
        if visit.work != "return" or visit.returns is None:
            continue
        source = case.visits.get(visit.returns)
        collected = case.made.get(visit.returns)
        if source is not None and source.processing_days is not None:
            ready = (
                case.calendar.add_workdays(collected.day, source.processing_days, allow_provisional=True)
                if collected
                else None
            )
        else:
            ready = issued.get(visit.returns)
        if ready is None:
            yield breach("return_without_collection", made.where, visit=visit.id, collected=visit.returns)
        elif made.day < ready:
            day, earliest = made.day.isoformat(), ready.isoformat()
            yield breach("return_too_early", made.where, collected=visit.returns, date=day, ready=earliest)


def joint_visits_start_together(case: _Case) -> Iterator[Breach]:
    """Visits that are one stop start at the same moment, each with a team of its own."""
    stops: defaultdict[str, list[tuple[Visit, _Made]]] = defaultdict(list)
    for visit, made in case.served():
        if visit.joint:
            stops[visit.joint].append((visit, made))
    for together in stops.values():
        moments = {(made.day, made.start) for _, made in together}
        teams = {made.team for _, made in together}
        if len(moments) > 1 or len(teams) < len(together):
            names = ", ".join(sorted(visit.id for visit, _ in together))
            yield breach("joint_apart", together[0][1].where, visits=names)


def legal_dates_are_kept(case: _Case) -> Iterator[Breach]:
    """No visit is made after the last lawful working day of its people."""
    for visit, made in case.served():
        if visit.last_workday is not None and made.day > visit.last_workday:
            day, last = made.day.isoformat(), visit.last_workday.isoformat()
            yield breach("after_last_workday", made.where, visit=visit.id, date=day, last=last)


def teams_go_out_on_working_days(case: _Case) -> Iterator[Breach]:
    """Every route is on a working day."""
    for index, route in enumerate(case.dossier.plan.routes):
        if not case.calendar.is_workday(route.date, allow_provisional=True):
            yield breach("not_a_workday", f"routes[{index}]", date=route.date.isoformat(), team=route.team)


def everybody_is_counted(case: _Case) -> Iterator[Breach]:
    """For each request: applicants in its visits and refusals = applicants requested."""
    found: defaultdict[str, int] = defaultdict(int)
    for visit in case.dossier.facts.visits:
        found[visit.request_id] += visit.applicants if visit.work != "return" else 0
    for refused in case.dossier.facts.refused:
        found[refused.request_id] += refused.applicants
    for request in case.dossier.facts.inputs.requests:
        if found[request.id] != request.applicants:
            yield breach(
                "counts_differ", "facts.visits", request=request.id, wanted=request.applicants, found=found[request.id]
            )


RULES: tuple[Rule, ...] = (
    facts_match_the_problem,
    promises_are_kept,
    returns_come_after_processing,
    joint_visits_start_together,
    legal_dates_are_kept,
    teams_go_out_on_working_days,
    everybody_is_counted,
)
