"""From requests to visits and refusals, so that every person of every request is in one or the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from planner.dossier import Refused, Remark
from planner.eligibility import judge
from planner.model import Group, Inputs, Promise, Request, Visit
from planner.policy import Policy
from planner.reasons import Reason, reason
from planner.visits.case import Case, World, refuse, why_unreachable
from planner.visits.hours import common_stretches
from planner.visits.joint import Crews
from planner.visits.people import by_urgency
from planner.visits.returns import bag_visits
from planner.visits.sessions import Drawn, Taken, draw_sessions
from planner.workdays import Calendar, legal_span


@dataclass(frozen=True)
class Made:
    """The visits, by request and session and then the returns; who is not visited and why; remarks on the rest.

    For each request: applicants in its visits + applicants refused = applicants requested.
    """

    visits: tuple[Visit, ...]
    refused: tuple[Refused, ...]
    remarks: tuple[Remark, ...] = ()


def make_visits(inputs: Inputs, policy: Policy, calendar: Calendar, horizon: tuple[date, ...], today: date) -> Made:
    """The visits of all requests that may be visited, and the returns of passports collected earlier.

    Judges the requests itself (`planner.eligibility`). The horizon may lie in provisional years, its
    days off are left out. Raises PastTheCalendar for a horizon the calendar does not know at all, and
    ValueError for an empty one.
    """
    if not horizon:
        raise ValueError("a horizon without a date plans nothing")
    world = _world(inputs, policy, calendar, horizon, today)
    visits: list[Visit] = []
    refused: list[Refused] = []
    remarks: list[Remark] = []
    taken: Taken = frozenset((one.team_id, one.date) for one in inputs.promises if one.team_id)
    for case, faults in _cases(inputs, world):
        drawn = _draw(case, taken)
        taken |= drawn.taken
        visits += drawn.visits
        refused += [*drawn.refused, *(Refused(case.request.id, (fault,), 0) for fault in faults)]
        notes = _notes(case, drawn)
        remarks += [Remark(case.request.id, notes)] if notes else []
    visits.sort(key=lambda visit: (visit.request_id, visit.session))
    returned = bag_visits(inputs, policy, calendar, world.days, {visit.id for visit in visits})
    return Made(
        (*visits, *returned.visits),
        tuple(sorted([*refused, *returned.refused], key=lambda one: one.request_id)),
        tuple(sorted([*remarks, *returned.remarks], key=lambda one: one.request_id)),
    )


def _world(inputs: Inputs, policy: Policy, calendar: Calendar, horizon: tuple[date, ...], today: date) -> World:
    planned = tuple(sorted(set(horizon)))
    worked = (day for day in planned if calendar.is_workday(day, allow_provisional=True))
    return World(policy, calendar, planned, tuple(day for day in worked if day >= today), today, Crews.of(inputs))


def _cases(inputs: Inputs, world: World) -> list[tuple[Case, tuple[Reason, ...]]]:
    """Each request with what decides its visits, the most urgent first; and what is wrong with its promises."""
    sites = {site.id: site for site in inputs.sites}
    verdicts = judge(inputs, world.policy, world.today)
    made: list[tuple[Case, tuple[Reason, ...]]] = []
    for request, verdict in zip(inputs.requests, verdicts, strict=True):
        site = sites[request.site_id]
        mine = [promise for promise in inputs.promises if promise.request_id == request.id]
        promises, faults = _one_a_session(mine)
        stretches = common_stretches(site.hours, request.host_hours, world.policy.division_hours)
        days = tuple(day for day in world.days if not request.host_dates or day in request.host_dates)
        made.append((Case(world, request, site, verdict, promises, stretches, days), faults))
    return sorted(made, key=lambda one: _urgency(one[0].request, world.policy))


def _urgency(request: Request, policy: Policy) -> tuple[date, str]:
    return min((legal_span(group, policy)[1] for group in request.groups), default=date.max), request.id


def _one_a_session(promises: Iterable[Promise]) -> tuple[dict[int, Promise], tuple[Reason, ...]]:
    """The earliest promise of each session; a reason for every other one."""
    kept: dict[int, Promise] = {}
    faults: list[Reason] = []
    for promise in sorted(promises, key=lambda one: (one.session, one.date, one.start, one.team_id or "")):
        if promise.session in kept:
            faults.append(_about("promise_twice", promise))
        else:
            kept[promise.session] = promise
    return kept, tuple(faults)


def _draw(case: Case, taken: Taken) -> Drawn:
    """What comes of one request: all refused where it is not eligible, else sessions of those who can be reached."""
    groups = case.request.groups
    broken = [_about("promise_of_refused", promise) for promise in case.promises.values()]
    if not case.verdict.eligible:
        return Drawn((), refuse(case, groups, [*case.verdict.reasons, *broken]), (), frozenset())
    whys = [why_unreachable(case, group) for group in groups]
    people = tuple(group for group, why in zip(groups, whys, strict=True) if why is None)
    refused: list[Refused] = []
    for why in dict.fromkeys(one for one in whys if one is not None):
        out = [group for group, one in zip(groups, whys, strict=True) if one == why]
        refused += refuse(case, by_urgency(out, case.world.policy), [why, *(broken if not people else [])])
    if not people:
        return Drawn((), tuple(refused), (), frozenset())
    drawn = draw_sessions(case, people, taken)
    return Drawn(drawn.visits, (*refused, *drawn.refused), drawn.notes, drawn.taken)


def _notes(case: Case, drawn: Drawn) -> tuple[Reason, ...]:
    """What the reader should know beside the plan: an exception, papers, a provisional date, no joint stop."""
    if not drawn.visits:
        return ()
    return (*_exception(case), *_readiness(case.request.groups), *_provisional(case, drawn), *drawn.notes)


def _exception(case: Case) -> list[Reason]:
    special = case.verdict.special
    if special is None:
        return []
    on = special.approved_on.isoformat()
    return [reason("special_visit", why=special.reason, approved_by=special.approved_by, approved_on=on)]


def _readiness(groups: Iterable[Group]) -> list[Reason]:
    known = [(group.count, group.ready) for group in groups if group.ready is not None]
    if all(ready >= count for count, ready in known):
        return []
    people, ready = sum(count for count, _ in known), sum(ready for _, ready in known)
    return [reason("some_not_ready", applicants=people, ready=ready)]


def _provisional(case: Case, drawn: Drawn) -> list[Reason]:
    days = [visit.last_workday for visit in drawn.visits] + [one.go_by for one in drawn.refused]
    unsure = [day for day in days if day is not None and not case.world.calendar.is_official(day)]
    return [reason("date_provisional", date=min(unsure).isoformat())] if unsure else []


def _about(code: str, promise: Promise) -> Reason:
    return reason(code, session=promise.session, date=promise.date.isoformat())
