"""Several teams at one stop at once: one date and one start on which enough of them can come.

The routes are not known yet, so the drive is an estimate from the straight line. An identical start in
all sessions of the stop is what makes them go to different teams.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, hypot, radians

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from planner.model import Hours, Inputs, Place, Promise, Request, Shift, Site, Team
from planner.policy import Policy
from planner.skills import needed_skills, team_can
from planner.visits.people import People, service_seconds, split_evenly

KILOMETRES_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Slot:
    """A common date and start (seconds since midnight), the people of each session and teams that could come."""

    date: date
    start: int
    sessions: tuple[People, ...]
    teams: tuple[str, ...]


@dataclass(frozen=True)
class Stop:
    """Where the joint sessions are held and on what terms."""

    request: Request
    site: Site
    stretches: tuple[Hours, ...]


@dataclass(frozen=True)
class Crews:
    """The teams, where they start and when they are out."""

    teams: tuple[Team, ...]
    bases: Mapping[str, Place]
    shifts: Mapping[tuple[str, date], Shift]
    promises: tuple[Promise, ...] = ()
    """Those that name no team: each keeps some team from a joint stop of another request on its date."""

    @staticmethod
    def of(inputs: Inputs) -> "Crews":
        """The crews of these inputs, teams in order of their ids."""
        return Crews(
            tuple(sorted(inputs.teams, key=lambda team: team.id)),
            {base.id: base.place for base in inputs.bases},
            {(shift.team_id, shift.date): shift for shift in inputs.shifts},
            tuple(promise for promise in inputs.promises if promise.team_id is None),
        )

    def kept(self, day: date, request_id: str) -> int:
        """How many teams promises of other requests keep on this day, whichever teams that will be."""
        return sum(one.date == day and one.request_id != request_id for one in self.promises)


@dataclass(frozen=True)
class Terms:
    """What a joint stop may be: the numbers of sessions to try, the dates, and a start that is already promised."""

    sessions: range
    dates: tuple[date, ...]
    start: int | None = None


def find_slot(
    people: People, stop: Stop, terms: Terms, crews: Crews, policy: Policy, taken: frozenset[tuple[str, date]]
) -> Slot | None:
    """The slot with the fewest sessions, then the earliest date and start, on which enough teams can come.

    `taken` are team and date pairs that other joint stops or promises use already.
    """
    for count in terms.sessions:
        sessions = split_evenly(people, count)
        for day in terms.dates:
            for start in _starts(sessions, stop, terms, policy):
                teams = _teams_for(sessions, stop, crews, policy, (day, start), taken)
                if teams is not None:
                    return Slot(day, start, sessions, teams)
    return None


def drive_seconds(start: Place, site: Site, policy: Policy) -> int:
    """An estimate of the drive from a base to the room, from the straight line."""
    north = start.lat - site.place.lat
    east = (start.lon - site.place.lon) * cos(radians(site.place.lat))
    kilometres = KILOMETRES_PER_DEGREE * hypot(north, east)
    drive = 60 * policy.joint_drive_minutes + round(policy.joint_drive_seconds_per_km * kilometres)
    return drive + site.access_seconds


def shift_holds(shift: Shift, drive: int, start: int, service: int) -> bool:
    """Whether a team can drive there, serve from `start` on, drive back and rest, all within this shift."""
    return any(
        shift.hours.start <= leave
        and back <= shift.hours.end
        and (shift.max_work_seconds is None or back - leave <= shift.max_work_seconds)
        for leave, back in _outings(shift, drive, start, start + service)
    )


def _outings(shift: Shift, drive: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Leaving and return of an outing to this one stop: without a rest, with one before the service, or after it."""
    leave, back, rest = start - drive, end + drive, shift.rest
    if rest is None or back < rest.latest or leave > rest.latest:
        yield leave, back
    if rest is not None:
        before = min(rest.latest, start - rest.seconds)
        if before >= rest.earliest:
            yield before - drive, back
        after = max(end, rest.earliest)
        if after <= rest.latest:
            yield leave, after + rest.seconds + drive


def _starts(sessions: Sequence[People], stop: Stop, terms: Terms, policy: Policy) -> Iterator[int]:
    if terms.start is not None:
        yield terms.start
        return
    longest = max(service_seconds(session, stop.request.service, policy) for session in sessions)
    for stretch in stop.stretches:
        yield from range(stretch.start, stretch.end - longest + 1, 60 * policy.joint_step_minutes)


def _teams_for(
    sessions: Sequence[People],
    stop: Stop,
    crews: Crews,
    policy: Policy,
    when: tuple[date, int],
    taken: frozenset[tuple[str, date]],
) -> tuple[str, ...] | None:
    """A different team for each session, by maximum matching; None where there are not enough."""
    day, start = when
    free = [team for team in crews.teams if (team.id, day) not in taken and (team.id, day) in crews.shifts]
    if len(free) < len(sessions) + crews.kept(day, stop.request.id):
        return None
    able = np.zeros((len(sessions), len(free)), dtype=np.int8)
    for column, team in enumerate(free):
        shift = crews.shifts[team.id, day]
        drive = drive_seconds(crews.bases[team.base_id], stop.site, policy)
        for row, session in enumerate(sessions):
            people = sum(group.count for group in session)
            able[row, column] = (
                (shift.max_applicants is None or people <= shift.max_applicants)
                and all(team_can(team, skill) for skill in needed_skills(session, stop.request, policy))
                and shift_holds(shift, drive, start, service_seconds(session, stop.request.service, policy))
            )
    columns = maximum_bipartite_matching(csr_matrix(able), perm_type="column")
    return None if (columns < 0).any() else tuple(free[column].id for column in columns)
