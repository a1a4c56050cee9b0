"""Requests of one site: its people in groups, when they are due, and when the site can host them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from planner.model import Group, Hours, Kind, OrganisationKind, Request, Task
from planner.policy import hours_of
from planner.sample.demand import Crowd
from planner.sample.dice import Dice
from planner.sample.languages import COMMON, speakers
from planner.sample.places import Spot, site_id
from planner.sample.season import Season

OFFICE_HOURS = "09:00-12:00;14:00-17:30"
"""When the offices of a campus are staffed."""
LARGE = 34
"""From so many people on, a session outlasts a morning: the offices stay open over noon."""
SPLIT_FROM = 60
"""From so many people on, new students ask apart."""
APART = 3
"""From so many people on, some ask through an office of their own."""
LARGEST = 100
"""So many new students at most in one request; more come in two."""

OTHER_TASKS: tuple[tuple[Task, int], ...] = (("extension", 84), ("change", 10), ("visa_extension", 6))
"""What those ask for who are not new (SYN)."""
FIRST_TIME_PERCENT: dict[Kind, int] = {"work": 30, "reunion": 25, "private": 40}
"""Share of first permits, from demand_kinds.csv; of study it depends on the season."""

READY_PERCENT = 75
"""People whose papers are complete, where somebody has checked (SYN: 20 to 40 in 100 are not ready)."""

OFFICES: dict[OrganisationKind, str] = {
    "university": "留学生办公室 / International Students Office",
    "college": "国际交流处 / International Exchange Office",
    "school": "外事办公室 / Foreign Affairs Office",
    "company": "人力资源部 / Human Resources",
    "hospital": "科教外事处 / Foreign Affairs Office",
    "hotel": "人力资源部 / Human Resources",
    "institute": "综合办公室 / General Office",
}


@dataclass(frozen=True)
class Slice:
    """Some people of a crowd who ask together: of one kind and one task."""

    kind: Kind
    task: Task
    count: int


def contact(kind: OrganisationKind, number: int) -> str:
    """An office and a telephone number that nobody has."""
    return f"{OFFICES[kind]}, 023-0000-{number:04d}"


def requests_of(crowd: Crowd, season: Season, dice: Dice) -> tuple[Request, ...]:
    """The requests of one site, without ids and contacts; cut where people are looked after by different offices."""
    return tuple(_request(crowd.spot, part, season, dice) for part in _parts(crowd.size, _slices(crowd, season, dice)))


def _parts(people: int, slices: list[Slice]) -> list[list[Slice]]:
    """New students, other students and staff, where there are enough of them; else together."""
    new = [one for one in slices if one.kind == "study" and one.task == "first"]
    others = [one for one in slices if one.kind == "study" and one not in new]
    staff = [one for one in slices if one.kind != "study"]
    if people < SPLIT_FROM:
        wanted = [[*new, *others], staff]
    else:
        wanted = [*([replace(one, count=count)] for one in new for count in _halves(one.count)), others, staff]
    parts: list[list[Slice]] = []
    for part in wanted:
        if parts and min(_count(part), _count(parts[-1])) < APART:
            parts[-1] += part
        elif part:
            parts.append(part)
    return parts


def _count(part: Sequence[Slice]) -> int:
    return sum(one.count for one in part)


def _halves(count: int) -> list[int]:
    """`count` in equal parts of at most `LARGEST`."""
    parts = -(-count // LARGEST)
    return [count * (index + 1) // parts - count * index // parts for index in range(parts)]


def _slices(crowd: Crowd, season: Season, dice: Dice) -> list[Slice]:
    made = []
    for kind, count in crowd.people.items():
        percent = season.first_time_percent_study if kind == "study" else FIRST_TIME_PERCENT[kind]
        first = min(dice.whole(count * percent / 100), count)
        if first:
            made.append(Slice(kind, "first", first))
        if count > first:
            made.append(Slice(kind, dice.weighted(OTHER_TASKS), count - first))
    return made


def _request(spot: Spot, slices: Sequence[Slice], season: Season, dice: Dice) -> Request:
    people = _count(slices)
    due = _due(season, dice)
    spoken = sorted({language for team in season.teams for language in team.languages} - set(COMMON))
    groups: list[Group] = []
    for one in slices:
        alone = any(not group.also_languages and group.language not in COMMON for group in groups)
        groups += _groups(spot, one, due, season, [] if alone else spoken, dice)
    return Request(
        "",
        site_id(spot.id),
        "acceptance",
        season.today - timedelta(days=dice.between(0, 14)),
        tuple(groups),
        _host_dates(season, due, people, dice),
        _host_hours(spot, people, dice),
        interpreters=_interpreters(spot, groups, dice),
    )


def _groups(spot: Spot, one: Slice, due: date, season: Season, spoken: Sequence[str], dice: Dice) -> tuple[Group, ...]:
    made = []
    for some in speakers(one.count, spot.id, spoken, dice):
        task, event = _event(one.task, due + timedelta(days=dice.between(0, 5)), season)
        ready = sum(dice.chance(READY_PERCENT) for _ in range(some.count)) if dice.chance(60) else None
        made.append(Group(one.kind, task, some.count, some.language, event, some.also, ready))
    return tuple(made)


def _due(season: Season, dice: Dice) -> date:
    """The last lawful day of the most urgent people of a request."""
    first, last = dice.weighted(season.due)
    return first + timedelta(days=dice.between(0, (last - first).days))


def _event(task: Task, due: date, season: Season) -> tuple[Task, date]:
    """The task and the date its clock runs from, so that `due` is its last lawful day.

    Nobody asks for people who have not entered yet; a change that is due later than its ten days
    allow has not happened yet, so that these people ask for an extension instead.
    """
    if task == "first":
        return task, min(due - timedelta(days=30), season.today)
    if task == "change" and due - timedelta(days=10) <= season.today:
        return task, due - timedelta(days=10)
    if task == "visa_extension":
        return task, due + timedelta(days=7)
    return "extension", due + timedelta(days=30)


def _host_dates(season: Season, due: date, people: int, dice: Dice) -> tuple[date, ...]:
    """Dates the site can host; () for all. At least three are left before `due`, five for many people."""
    days = season.horizon
    patterns: tuple[tuple[tuple[date, ...], int], ...] = (
        ((), 40),
        (days[:5], 8),
        (days[5:], 8),
        (tuple(day for day in days if day.weekday() in (0, 2, 4)), 10),
        (tuple(day for day in days if day.weekday() in (1, 3)), 12),
        (dice.some(days, 2), 6),
        (dice.some(days, 6), 16),
    )
    chosen = dice.weighted(patterns)
    open_from = max(due - timedelta(days=17), season.today)
    left = [day for day in chosen if open_from <= day <= due]
    return chosen if len(left) >= (2 if people < LARGE else 5) else ()


def _host_hours(spot: Spot, people: int, dice: Dice) -> tuple[Hours, ...]:
    """Hours the site can host; () for its own. A session of so many people fits into each of them."""
    if people >= LARGE:
        return ()
    usual = OFFICE_HOURS if spot.kind in ("university", "college") else ""
    patterns: tuple[tuple[str, int], ...]
    if people > 12:
        patterns = ((usual, 60), ("09:00-12:00", 22), ("14:00-17:30", 18))
    else:
        patterns = ((usual, 55), ("09:00-12:00", 18), ("14:00-17:30", 14), ("09:30-11:30;14:30-16:30", 13))
    return tuple(hours_of(part) for part in dice.weighted(patterns).split(";") if part)


def _interpreters(spot: Spot, groups: Sequence[Group], dice: Dice) -> tuple[str, ...]:
    """Languages for which a university lends an interpreter: of those it needs, now and then."""
    needed = sorted({group.language for group in groups if group.language not in COMMON})
    return tuple(needed[:1]) if spot.kind == "university" and needed and dice.chance(40) else ()
