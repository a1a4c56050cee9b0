"""Who comes to which session: people who share dates, split evenly, the most urgent first."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from planner.model import Group, Service
from planner.policy import Policy
from planner.workdays import legal_span

People = tuple[Group, ...]


def service_seconds(people: Sequence[Group], service: Service, policy: Policy) -> int:
    """How long one team needs for these people: minutes over the desks, set-up and pack-up; whole minutes.

    No desk is faster than its one applicant: a single person takes the full minutes of the kind.
    """
    interview = service == "interview"
    each = [policy.minutes_interview if interview else policy.minutes_for(group.kind) for group in people]
    total = sum(minutes * group.count for minutes, group in zip(each, people, strict=True))
    at_desks = max(max(each), -(-total // policy.desks))
    return 60 * (policy.setup_minutes + at_desks + policy.packup_minutes)


def lawful_span(people: Sequence[Group], policy: Policy) -> tuple[date, date]:
    """The first and the last day on which all of them can lawfully apply; the first may be after the last."""
    spans = [legal_span(group, policy) for group in people]
    return max(first for first, _ in spans), min(last for _, last in spans)


def by_urgency(people: Sequence[Group], policy: Policy) -> list[Group]:
    """The people with the earliest last lawful day first; ties as given."""
    return sorted(people, key=lambda group: (legal_span(group, policy)[1], legal_span(group, policy)[0]))


def parties(people: Sequence[Group], policy: Policy, dates_of: Callable[[Group], Sequence[date]]) -> list[People]:
    """The people in as few parties as share dates, the most urgent party first.

    Those with the earliest last lawful day begin a party; others join while it keeps
    `policy.session_dates_kept` dates in common, or all it has where those are fewer.
    `dates_of` gives at least one date for every group.
    """
    made: list[People] = []
    waiting = by_urgency(people, policy)
    while waiting:
        shared = set(dates_of(waiting[0]))
        enough = max(1, min(policy.session_dates_kept, len(shared)))
        party: list[Group] = []
        others: list[Group] = []
        for group in waiting:
            both = shared.intersection(dates_of(group))
            if len(both) >= enough:
                shared = both
                party.append(group)
            else:
                others.append(group)
        made.append(tuple(party))
        waiting = others
    return made


def split_evenly(people: Sequence[Group], sessions: int) -> tuple[People, ...]:
    """The people in so many sessions whose sizes differ by one at most, in the order given.

    `sessions` is from 1 to the number of people. Of a group that is cut, those ready come first.
    """
    total = sum(group.count for group in people)
    if not 1 <= sessions <= total:
        raise ValueError(f"{total} people cannot be split into {sessions} sessions")
    sizes = [total // sessions + (number < total % sessions) for number in range(sessions)]
    waiting = list(people)
    made: list[People] = []
    for size in sizes:
        session: list[Group] = []
        while size > 0:
            head, *waiting = waiting
            part, rest = _cut(head, size)
            session.append(part)
            size -= part.count
            if rest is not None:
                waiting = [rest, *waiting]
        made.append(tuple(session))
    return tuple(made)


def sessions_needed(people: Sequence[Group], service: Service, policy: Policy, longest: int) -> int | None:
    """The fewest even sessions of at most `longest` seconds and the policy's number of applicants each.

    None where even one person takes longer.
    """
    total = sum(group.count for group in people)
    for sessions in range(-(-total // policy.max_applicants_visit), total + 1):
        split = split_evenly(people, sessions)
        if all(service_seconds(session, service, policy) <= longest for session in split):
            return sessions
    return None


def _cut(group: Group, size: int) -> tuple[Group, Group | None]:
    if group.count <= size:
        return group, None
    if group.ready is None:
        return replace(group, count=size), replace(group, count=group.count - size)
    ready = min(group.ready, size)
    return replace(group, count=size, ready=ready), replace(
        group, count=group.count - size, ready=max(0, group.ready - ready)
    )
