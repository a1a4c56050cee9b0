"""The sessions of one request: parties of people, split evenly, some of them joint, some of them promised."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from planner.dossier import Refused
from planner.model import Promise, Visit, Window
from planner.reasons import Reason, reason
from planner.skills import needed_skills
from planner.visits.case import Case, refuse, why_no_date, why_no_hours
from planner.visits.hours import start_windows
from planner.visits.joint import Slot, Stop, Terms, find_slot
from planner.visits.people import People, lawful_span, parties, service_seconds, sessions_needed, split_evenly

Taken = frozenset[tuple[str, date]]
"""Team and date pairs that joint stops and promises use."""


@dataclass(frozen=True)
class Session:
    """One session before it has its windows; `party` counts the parties, `slot` is that of a joint stop."""

    number: int
    of: int
    party: int
    people: People
    slot: Slot | None = None


@dataclass(frozen=True)
class Drawn:
    """What came of one request's people."""

    visits: tuple[Visit, ...]
    refused: tuple[Refused, ...]
    notes: tuple[Reason, ...]
    taken: Taken
    """Team and date pairs its joint stops need."""


def draw_sessions(case: Case, people: People, taken: Taken) -> Drawn:
    """The sessions of these people, each of whom has at least one date; numbered from the most urgent party on."""
    sessions, notes, used = _sessions(case, people, taken)
    visits: list[Visit] = []
    refused = _without_session(case, len(sessions))
    for session in sessions:
        made, complaints = _visit(case, session)
        visits += [made] if made is not None else []
        refused += complaints
    return Drawn(_joined(visits, {session.number: session.party for session in sessions}), tuple(refused), notes, used)


def _without_session(case: Case, sessions: int) -> list[Refused]:
    """A notice for each promise of a session that the people left do not fill."""
    return [
        Refused(
            case.request.id,
            (reason("promise_without_session", session=number, date=promise.date.isoformat(), sessions=sessions),),
            0,
        )
        for number, promise in case.promises.items()
        if not 1 <= number <= sessions
    ]


def _sessions(case: Case, people: People, taken: Taken) -> tuple[list[Session], tuple[Reason, ...], Taken]:
    groups = parties(people, case.world.policy, case.dates)
    counts = _counts(case, groups)
    made: list[tuple[int, People, Slot | None]] = []
    notes: list[Reason] = []
    used: Taken = frozenset()
    for number, (party, count) in enumerate(zip(groups, counts, strict=True)):
        slot = None
        if count > 1 and sum(group.count for group in party) >= case.world.policy.joint_from_applicants:
            terms = _terms(case, party, range(len(made) + 1, len(made) + count + 1))
            stop = Stop(case.request, case.site, case.stretches)
            slot = find_slot(party, stop, terms, case.world.crews, case.world.policy, taken | used)
            notes += [reason("joint_not_possible", teams=count)] if slot is None else []
        if slot is not None:
            used |= {(team, slot.date) for team in slot.teams}
        made += [(number, piece, slot) for piece in (slot.sessions if slot else split_evenly(party, count))]
    sessions = [Session(index, len(made), *one) for index, one in enumerate(made, start=1)]
    return sessions, tuple(notes), used


def _counts(case: Case, groups: Sequence[People]) -> list[int]:
    """How many sessions each party needs; more where sessions beyond these are promised and people can be divided."""
    policy, service = case.world.policy, case.request.service
    sizes = [sum(group.count for group in party) for party in groups]
    counts = [
        sessions_needed(party, service, policy, case.longest)
        or sessions_needed(party, service, policy, 60 * policy.max_session_minutes)
        or -(-size // policy.max_applicants_visit)
        for party, size in zip(groups, sizes, strict=True)
    ]
    while sum(counts) < min(max(case.promises, default=0), sum(sizes)):
        largest = max(range(len(counts)), key=lambda index: (sizes[index] / counts[index], -index))
        counts[largest] += 1
    return counts


def _terms(case: Case, party: People, numbers: range) -> Terms:
    """What a joint stop of this party may be; where one of its sessions is promised, only that date and start."""
    count = len(numbers)
    promised = [case.promises[number] for number in numbers if number in case.promises]
    if promised:
        first = promised[0]
        lawful = case.plans(first.date) and all(first.date in case.dates(group) for group in party)
        return Terms(range(count, count + 1), (first.date,) if lawful else (), first.start)
    people = sum(group.count for group in party)
    most = count if case.promises else min(2 * count, people)
    return Terms(range(count, most + 1), case.host_dates(party))


def _visit(case: Case, session: Session) -> tuple[Visit | None, tuple[Refused, ...]]:
    """The visit of this session, or its people refused; and a promise that cannot be kept as it stands."""
    policy, people = case.world.policy, session.people
    promise = case.promises.get(session.number)
    complaints: tuple[Refused, ...] = ()
    if promise is not None and not case.plans(promise.date):
        outside = reason("promise_outside_horizon", session=promise.session, date=promise.date.isoformat())
        return None, refuse(case, people, [outside])
    opens, legal_date = lawful_span(people, policy)
    if promise is not None and not opens <= promise.date <= legal_date:
        complaints = (Refused(case.request.id, (_not_lawful(promise, opens, legal_date),), 0),)
        promise = None
    service = service_seconds(people, case.request.service, policy)
    windows = _windows(case, session, promise, service)
    if not windows:
        why = why_no_hours(case, service) if case.host_dates(people) else why_no_date(case, people)
        return None, (*complaints, *refuse(case, people, [why]))
    made = Visit(
        id=f"{case.request.id}-{session.number}",
        request_id=case.request.id,
        organisation_id=case.site.organisation_id,
        site_id=case.site.id,
        work=case.request.service,
        session=session.number,
        sessions=session.of,
        applicants=sum(group.count for group in people),
        groups=people,
        service_seconds=service,
        skills=needed_skills(people, case.request, policy),
        windows=windows,
        legal_date=legal_date,
        last_workday=case.world.calendar.last_safe_workday(legal_date),
        fixed_team=promise.team_id if promise else None,
        fixed_date=promise.date if promise else None,
        promised=promise is not None,
        processing_days=_processing_days(case, people),
    )
    return made, complaints


def _windows(case: Case, session: Session, promise: Promise | None, service: int) -> tuple[Window, ...]:
    if promise is not None:
        return (Window(promise.date, promise.start, promise.start),)
    if session.slot is not None:
        return (Window(session.slot.date, session.slot.start, session.slot.start),)
    return start_windows(case.host_dates(session.people), case.stretches, service)


def _processing_days(case: Case, people: People) -> int | None:
    """Working days until the last of these passports is ready; None for interviews, which keep no passport."""
    policy = case.world.policy
    if case.request.service == "interview":
        return None
    if case.request.fast_track:
        return policy.processing_days_fast
    visa, permit = policy.processing_days_visa, policy.processing_days
    return max(visa if group.task == "visa_extension" else permit for group in people)


def _not_lawful(promise: Promise, opens: date, legal_date: date) -> Reason:
    return reason(
        "promise_not_lawful",
        session=promise.session,
        date=promise.date.isoformat(),
        opens=opens.isoformat(),
        legal_date=legal_date.isoformat(),
    )


def _joined(visits: Sequence[Visit], party: dict[int, int]) -> tuple[Visit, ...]:
    """The visits, those of one party that can only start at one and the same moment marked as joint."""
    moments: dict[tuple[int, Window], list[Visit]] = {}
    for visit in visits:
        [window, *others] = visit.windows
        if not others and window.earliest == window.latest:
            moments.setdefault((party[visit.session], window), []).append(visit)
    marks = {visit.id: same[0].id for same in moments.values() if len(same) > 1 for visit in same}
    return tuple(replace(visit, joint=marks.get(visit.id, "")) for visit in visits)
