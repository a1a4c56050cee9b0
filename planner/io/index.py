"""Lookups in a dossier that exports share: names by id, stops in order, when passports come back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from planner.dossier import Dossier
from planner.errors import Language, PastTheCalendar
from planner.io import words
from planner.model import Base, Group, Organisation, PassportBag, Request, Site, Team, Visit
from planner.problem import Route, Stop
from planner.workdays import Calendar


@dataclass(frozen=True)
class Index:
    """The dossier's things by id."""

    organisations: Mapping[str, Organisation]
    sites: Mapping[str, Site]
    bases: Mapping[str, Base]
    teams: Mapping[str, Team]
    requests: Mapping[str, Request]
    bags: Mapping[str, PassportBag]
    visits: Mapping[str, Visit]
    stops: Mapping[str, "Made"]
    """By visit id, for visits in the plan."""


@dataclass(frozen=True)
class Made:
    """A visit in the plan: its stop, the route it is in, and its place in it, from 1."""

    visit: Visit
    route: Route
    stop: Stop
    order: int


@dataclass(frozen=True)
class Expected:
    """When the passports of a visit can be back; `earliest` is None past the end of the calendar."""

    earliest: date | None
    provisional: bool


def index_of(dossier: Dossier) -> Index:
    """The lookups of a dossier."""
    inputs = dossier.facts.inputs
    visits = {visit.id: visit for visit in dossier.facts.visits}
    return Index(
        organisations={each.id: each for each in inputs.organisations},
        sites={each.id: each for each in inputs.sites},
        bases={each.id: each for each in inputs.bases},
        teams={each.id: each for each in inputs.teams},
        requests={each.id: each for each in inputs.requests},
        bags={each.id: each for each in inputs.bags},
        visits=visits,
        stops={made.visit.id: made for made in _made(dossier, visits)},
    )


def expected_back(visit: Visit, collected: date, calendar: Calendar) -> Expected:
    """When the passports collected on a date can be back: the visit's processing days, counted in working days.

    Provisional where the official calendar ends before that date.
    """
    if visit.processing_days is None:
        raise ValueError(f"visit {visit.id} collects no passports")
    try:
        day = calendar.add_workdays(collected, visit.processing_days, allow_provisional=True)
    except PastTheCalendar:
        return Expected(None, True)
    return Expected(day, not calendar.is_official(day))


def clock_of(seconds: int) -> str:
    """Seconds since midnight as 09:30, rounded down to the minute."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def by_kind(groups: tuple[Group, ...], language: Language) -> str:
    """The people of these groups by kind: 学习24；工作3, or study 24; work 3."""
    counts: dict[str, int] = {}
    for group in groups:
        counts[group.kind] = counts.get(group.kind, 0) + group.count
    if language == "zh":
        return "；".join(f"{words.KINDS[kind][0]}{count}" for kind, count in counts.items())
    return "; ".join(f"{kind} {count}" for kind, count in counts.items())


def languages_of(groups: tuple[Group, ...], language: Language) -> str:
    """The languages these people need, each once, by name."""
    names = [_name(code, language) for code in dict.fromkeys(group.language for group in groups if group.language)]
    return ("；" if language == "zh" else "; ").join(names)


def _name(code: str, language: Language) -> str:
    names = words.LANGUAGES.get(code, (code, code))
    return names[0] if language == "zh" else next((name.title() for name in names if name.isascii()), code)


def _made(dossier: Dossier, visits: Mapping[str, Visit]) -> Iterator[Made]:
    """The stops by date, team and order."""
    for route in sorted(dossier.plan.routes, key=lambda each: (each.date, each.team)):
        for order, stop in enumerate(route.stops, 1):
            yield Made(visits[stop.visit], route, stop, order)
