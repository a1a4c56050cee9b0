"""One request with everything that decides its visits, and the refusals that follow from it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from planner.dossier import Refused
from planner.eligibility import Verdict
from planner.model import Group, Hours, Promise, Request, Site, clock
from planner.policy import Policy
from planner.reasons import Reason, reason
from planner.visits.hours import longest_seconds
from planner.visits.joint import Crews
from planner.visits.people import lawful_span, service_seconds
from planner.workdays import Calendar, legal_span


@dataclass(frozen=True)
class World:
    """What all requests of one planning run share. `days` are the horizon's working days from today on."""

    policy: Policy
    calendar: Calendar
    horizon: tuple[date, ...]
    days: tuple[date, ...]
    today: date
    crews: Crews

    def last_day_to_go(self, people: Sequence[Group]) -> date | None:
        """The last working day on which all of them can still lawfully apply; None where it has passed."""
        day = self.calendar.last_safe_workday(lawful_span(people, self.policy)[1])
        return day if day is not None and day >= self.today else None


@dataclass(frozen=True)
class Case:
    """A request, its site, its verdict, its promises by session, and when it can host.

    `host_days` are the days of the world on which the organisation can host, `stretches` the hours.
    """

    world: World
    request: Request
    site: Site
    verdict: Verdict
    promises: Mapping[int, Promise]
    stretches: tuple[Hours, ...]
    host_days: tuple[date, ...]

    @property
    def longest(self) -> int:
        """The longest session possible, seconds."""
        return min(longest_seconds(self.stretches), 60 * self.world.policy.max_session_minutes)

    def plans(self, day: date) -> bool:
        """Whether a promise for this day falls into what is planned."""
        return day in self.world.horizon and day >= self.world.today

    def host_dates(self, people: Sequence[Group]) -> tuple[date, ...]:
        """The days on which the organisation can host and all these people can lawfully apply."""
        first, last = lawful_span(people, self.world.policy)
        return tuple(day for day in self.host_days if first <= day <= last)

    def dates(self, group: Group) -> tuple[date, ...]:
        """The days these people can be visited: host dates, and promised dates even where nobody hosts."""
        first, last = legal_span(group, self.world.policy)
        promised = {promise.date for promise in self.promises.values() if self.plans(promise.date)}
        return tuple(day for day in sorted({*self.host_days, *promised}) if first <= day <= last)


def refuse(case: Case, people: Sequence[Group], reasons: Iterable[Reason]) -> tuple[Refused, ...]:
    """The people as refused for these reasons; those for whom every lawful day has passed stand apart."""
    given = tuple(reasons)
    if not people:
        return (Refused(case.request.id, given, 0),)
    late = tuple(group for group in people if case.world.last_day_to_go([group]) is None)
    rest = tuple(group for group in people if group not in late)
    made = [_refused(case, [group], (*given, _past(case, group))) for group in late]
    return (*made, _refused(case, rest, given)) if rest else tuple(made)


def why_unreachable(case: Case, group: Group) -> Reason | None:
    """Why no session can be had for these people in this horizon; None where one can."""
    world = case.world
    opens, legal_date = legal_span(group, world.policy)
    if case.dates(group):
        alone = service_seconds(
            [Group(group.kind, group.task, 1, "", group.event_date)], case.request.service, world.policy
        )
        return None if alone <= case.longest or case.promises else why_no_hours(case, alone)
    if opens > world.horizon[-1]:
        last = world.horizon[-1].isoformat()
        return reason("not_open_yet", opens=opens.isoformat(), legal_date=legal_date.isoformat(), last=last)
    if not any(day <= legal_date for day in world.days):
        return _before_horizon(case, group)
    return why_no_date(case, [group])


def why_no_date(case: Case, people: Sequence[Group]) -> Reason:
    """The reason where the organisation hosts on none of the days on which these people can apply."""
    if not case.host_days:
        horizon = case.world.horizon
        return reason("no_host_date", first=horizon[0].isoformat(), last=horizon[-1].isoformat())
    opens, legal_date = lawful_span(people, case.world.policy)
    return reason("no_host_date_in_time", opens=opens.isoformat(), legal_date=legal_date.isoformat())


def why_no_hours(case: Case, needed: int) -> Reason:
    """The reason where a session of `needed` seconds has no room in the common hours."""
    if not case.stretches:
        hours = ", ".join(f"{clock(one.start)}-{clock(one.end)}" for one in case.world.policy.division_hours)
        return reason("no_common_hours", hours=hours)
    return reason("hours_too_short", needed=needed // 60, available=case.longest // 60)


def _before_horizon(case: Case, group: Group) -> Reason:
    legal_date, go_by = legal_span(group, case.world.policy)[1], case.world.last_day_to_go([group])
    if go_by is None:
        return _past(case, group)
    first = case.world.horizon[0].isoformat()
    return reason("legal_date_before_horizon", legal_date=legal_date.isoformat(), first=first, go_by=go_by.isoformat())


def _past(case: Case, group: Group) -> Reason:
    return reason("legal_date_past", legal_date=legal_span(group, case.world.policy)[1].isoformat())


def _refused(case: Case, people: Sequence[Group], reasons: tuple[Reason, ...]) -> Refused:
    applicants = sum(group.count for group in people)
    once = tuple(dict.fromkeys(reasons))
    return Refused(case.request.id, once, applicants, case.world.last_day_to_go(people), tuple(people))
