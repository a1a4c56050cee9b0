"""The small world of the visit tests: Friday 4 September 2026 today, two weeks from Monday the 7th, one site."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from planner.model import (
    Base,
    Break,
    Group,
    Hours,
    Inputs,
    Kind,
    Organisation,
    Place,
    Promise,
    Request,
    Service,
    Shift,
    Site,
    Task,
    Team,
)
from planner.policy import Policy, hours_of
from planner.visits import Made, make_visits
from planner.workdays import default_calendar

CALENDAR = default_calendar()
TODAY = date(2026, 9, 4)
HORIZON = CALENDAR.workdays(date(2026, 9, 7), date(2026, 9, 18))
LAST_ENTRY = date(2026, 8, 30)
"""Entry after which a first permit can be applied for on every day of the horizon: 30 August + 8 = 7 September."""

PLACE = Place(29.6, 106.5)
UNIVERSITY = Organisation("O1", "某大学", "Some University", "university", "Shapingba", foreigners=620)
SITE = Site("S1", "O1", "校区", "Campus", PLACE)
BASE = Base("B1", "驻地", "Base", PLACE)


def day(of_september: int) -> date:
    return date(2026, 9, of_september)


def group(
    count: int, entry: date = LAST_ENTRY, kind: Kind = "study", task: Task = "first", language: str = "en"
) -> Group:
    return Group(kind, task, count, language, entry)


def request(*groups: Group, service: Service = "acceptance", name: str = "R1") -> Request:
    return Request(name, "S1", service, date(2026, 9, 1), groups)


def team(number: int, languages: tuple[str, ...] = ("zh", "en")) -> Team:
    return Team(f"T{number}", "", "", "B1", 3, 2, languages)


def shifts(teams: Iterable[Team], days: Iterable[date] = HORIZON) -> tuple[Shift, ...]:
    rest = Break(3600, 41_400, 46_800)  # one hour, from 11:30 to 13:00
    on = tuple(days)
    return tuple(Shift(one.id, when, hours_of("08:30-18:00"), rest) for one in teams for when in on)


def inputs(*requests: Request, teams: tuple[Team, ...] = (), promises: tuple[Promise, ...] = ()) -> Inputs:
    return Inputs((UNIVERSITY,), (SITE,), (BASE,), teams, shifts(teams), requests, promises)


def made(given: Inputs, policy: Policy | None = None, horizon: tuple[date, ...] = HORIZON, today: date = TODAY) -> Made:
    return make_visits(given, policy or Policy(), CALENDAR, horizon, today)


def hosting(asked: Request, dates: Iterable[date] = (), hours: Iterable[Hours] = ()) -> Request:
    return replace(asked, host_dates=tuple(dates), host_hours=tuple(hours))


def codes(answer: Made) -> list[str]:
    """The codes of all refusals, in order."""
    return [reason.code for refused in answer.refused for reason in refused.reasons]


def remarks(answer: Made) -> list[str]:
    return [reason.code for remark in answer.remarks for reason in remark.reasons]
