"""When nothing fits: the nearest thing that would, by asking again with one wish less."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from planner.model import Group, Request
from planner.offers.offer import Answer, Offer, best_few, offers_of
from planner.offers.pose import Setting
from planner.offers.standing import Standing
from planner.policy import Policy
from planner.reasons import Reason, reason
from planner.visits.people import by_urgency


@dataclass(frozen=True)
class Nearest:
    """A request that differs in one wish from the one asked, what can be offered to it, and how it differs."""

    request: Request
    offers: tuple[Offer, ...]
    how: Reason


def nearest_of(standing: Standing, request: Request, setting: Setting, answer: Answer) -> tuple[Nearest, ...]:
    """What would fit instead, the smallest change first: other hours, other days, both, an interpreter, fewer people.

    Empty where offers were found, or where nothing helps (an organisation that may not be visited).
    """
    if answer.offers:
        return ()
    found: list[Nearest] = []
    for step in STEPS:
        for changed, how in step(request, answer):
            again = offers_of(standing, changed, setting, explained=False)
            if again.offers:
                found.append(Nearest(changed, best_few(again.offers, 3), how))
    if not found or all(one.how.code == "nearest_interpreter" for one in found):
        found += _fewer(standing, request, setting)
    return tuple(found)


Step = Callable[[Request, Answer], Iterator[tuple[Request, Reason]]]


def _other_hours(request: Request, answer: Answer) -> Iterator[tuple[Request, Reason]]:
    if request.host_hours:
        yield replace(request, host_hours=()), reason("nearest_other_hours")


def _other_days(request: Request, answer: Answer) -> Iterator[tuple[Request, Reason]]:
    if request.host_dates:
        yield replace(request, host_dates=()), reason("nearest_other_days")


def _other_days_and_hours(request: Request, answer: Answer) -> Iterator[tuple[Request, Reason]]:
    if request.host_dates and request.host_hours:
        yield replace(request, host_dates=(), host_hours=()), reason("nearest_other_days_and_hours")


def _interpreter(request: Request, answer: Answer) -> Iterator[tuple[Request, Reason]]:
    lacking = tuple(sorted({group.language for group in request.groups if group.language} - {*request.interpreters}))
    unable = ("offers_no_skill", "offers_no_team_with_all")
    if lacking and any(one.code in unable for one in answer.why):
        facts = {"languages": ", ".join(lacking)}
        yield replace(request, interpreters=(*request.interpreters, *lacking)), reason("nearest_interpreter", **facts)


STEPS: tuple[Step, ...] = (_other_hours, _other_days, _other_days_and_hours, _interpreter)


def _fewer(standing: Standing, request: Request, setting: Setting) -> Iterator[Nearest]:
    """As many people as fit, the most urgent; the others ask again. Found by halving, as fewer people fit better."""
    low, high, best = 1, request.applicants - 1, None
    while low <= high:
        middle = (low + high) // 2
        some = replace(request, groups=_most_urgent(request, middle, standing.dossier.facts.policy))
        offers = offers_of(standing, some, setting, explained=False).offers
        if offers:
            low, best = middle + 1, (some, offers)
        else:
            high = middle - 1
    if best is not None:
        some, offers = best
        how = reason("nearest_fewer", people=some.applicants, applicants=request.applicants)
        yield Nearest(some, best_few(offers, 3), how)


def _most_urgent(request: Request, people: int, policy: Policy) -> tuple[Group, ...]:
    chosen: list[Group] = []
    for group in by_urgency(request.groups, policy):
        count = min(group.count, people - sum(one.count for one in chosen))
        if count > 0:
            ready = None if group.ready is None else min(group.ready, count)
            chosen.append(replace(group, count=count, ready=ready))
    return tuple(chosen)
