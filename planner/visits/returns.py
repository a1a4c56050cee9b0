"""Return visits 送证: bringing passports back once they are issued, with custody kept short."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from planner.dossier import Refused, Remark
from planner.errors import PastTheCalendar
from planner.model import Inputs, PassportBag, Site, Visit
from planner.policy import Policy
from planner.reasons import reason
from planner.visits.hours import common_stretches, longest_seconds, start_windows
from planner.workdays import Calendar


@dataclass(frozen=True)
class Returned:
    """The return visits of bags collected earlier, and what is to be said about the other bags."""

    visits: tuple[Visit, ...]
    refused: tuple[Refused, ...]
    remarks: tuple[Remark, ...]


def bag_visits(
    inputs: Inputs, policy: Policy, calendar: Calendar, days: tuple[date, ...], taken: Collection[str]
) -> Returned:
    """A return for each bag issued by the last of `days`, which are working days, ascending.

    A visit has its bag's id, with "-2" behind it where a visit in `taken` has that already.
    """
    sites = {site.id: site for site in inputs.sites}
    visits: list[Visit] = []
    refused: list[Refused] = []
    remarks: list[Remark] = []
    ids = set(taken)
    for bag in sorted(inputs.bags, key=lambda bag: bag.id):
        site = sites[bag.site_id]
        stretches = common_stretches(site.hours, policy.division_hours)
        if longest_seconds(stretches) < _service_seconds(policy):
            facts = {"needed": _service_seconds(policy) // 60, "available": longest_seconds(stretches) // 60}
            refused.append(Refused(bag.request_id, (reason("return_hours_too_short", bag=bag.id, **facts),), 0))
        elif not [day for day in days if day >= bag.issued_on]:
            issued = bag.issued_on.isoformat()
            remarks.append(Remark(bag.request_id, (reason("return_after_horizon", bag=bag.id, issued_on=issued),)))
        else:
            name = _free_id(bag.id, ids)
            ids.add(name)
            visits.append(_return(name, bag, site, policy, calendar, days))
    return Returned(tuple(visits), tuple(refused), tuple(remarks))


def return_visits(
    collected: Mapping[str, date],
    visits: Iterable[Visit],
    inputs: Inputs,
    policy: Policy,
    calendar: Calendar,
    horizon: Sequence[date],
) -> tuple[Visit, ...]:
    """The returns that fall into the horizon, for passports collected in it: visit id → date of collection.

    A return is issued `processing_days` working days after the collection, as far as the calendar is known,
    provisional days included. Visits that collect nothing (interviews, returns) have none. Ordered by id.
    """
    known = tuple(visits)
    sites = {site.id: site for site in inputs.sites}
    ids = {visit.id for visit in known}
    made: list[Visit] = []
    for visit in sorted(known, key=lambda visit: visit.id):
        day = collected.get(visit.id)
        if day is None or visit.processing_days is None:
            continue
        issued = _workdays_after(calendar, day, visit.processing_days)
        site = sites[visit.site_id]
        days = tuple(day for day in sorted(horizon) if calendar.is_workday(day, allow_provisional=True))
        stretches = common_stretches(site.hours, policy.division_hours)
        fits = longest_seconds(stretches) >= _service_seconds(policy)
        if issued is not None and fits and [day for day in days if day >= issued]:
            name = _free_id(f"{visit.id}-back", ids)
            ids.add(name)
            bag = PassportBag(visit.id, visit.request_id, visit.site_id, visit.applicants, issued)
            made.append(_return(name, bag, site, policy, calendar, days))
    return tuple(made)


def _return(
    name: str, bag: PassportBag, site: Site, policy: Policy, calendar: Calendar, days: tuple[date, ...]
) -> Visit:
    service = _service_seconds(policy)
    dates = [day for day in days if day >= bag.issued_on]
    return Visit(
        id=name,
        request_id=bag.request_id,
        organisation_id=site.organisation_id,
        site_id=site.id,
        work="return",
        session=1,
        sessions=1,
        applicants=0,
        groups=(),
        service_seconds=service,
        skills=(),
        windows=start_windows(dates, common_stretches(site.hours, policy.division_hours), service),
        returns=bag.id,
        passports=bag.passports,
        wanted_by=_workdays_after(calendar, bag.issued_on, policy.return_within_workdays),
    )


def _service_seconds(policy: Policy) -> int:
    return 60 * (policy.return_setup_minutes + policy.minutes_return)


def _workdays_after(calendar: Calendar, day: date, days: int) -> date | None:
    """The working day so many after `day`; None where not even the provisional calendar reaches it."""
    try:
        return calendar.add_workdays(day, days, allow_provisional=True)
    except PastTheCalendar:
        return None


def _free_id(wanted: str, taken: Collection[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name
