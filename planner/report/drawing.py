"""The map as numbers: what stands where, told apart by index; names come later from the labels."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from planner.dossier import Dossier
from planner.model import Place
from planner.report.contents import Contents, Outing
from planner.report.geometry import Point, View, arc, view
from planner.travel.providers import is_estimated

Project = Callable[[Place], Point]
"""From a place to the coordinates the map's background uses."""


@dataclass(frozen=True)
class StopMark:
    """A numbered stop; `index` counts through all outings in reading order."""

    index: int
    team: int
    day: int
    at: Point


@dataclass(frozen=True)
class Leg:
    """A drive of an outing. `part`: 0 from the base, 1 between stops, 2 back to the base."""

    team: int
    day: int
    part: int
    line: tuple[Point, ...]


@dataclass(frozen=True)
class Mark:
    """A base, or somebody who is out, by its position in its list."""

    index: int
    at: Point


@dataclass(frozen=True)
class Drawing:
    """Everything the map shows."""

    stops: tuple[StopMark, ...]
    legs: tuple[Leg, ...]
    bases: tuple[Mark, ...]
    out: tuple[Mark, ...]
    view: View


def drawing(dossier: Dossier, content: Contents, project: Project) -> Drawing:
    """Stops, legs, bases and what is out as numbers; days are positions in the horizon.

    A leg follows its roads where they are known; an estimate knows none, so its legs are bowed lines.
    """
    inputs = dossier.facts.inputs
    days = {day: index for index, day in enumerate(days_of(dossier, content))}
    on_roads = not is_estimated(dossier.facts.travel_source)
    stops: list[StopMark] = []
    legs: list[Leg] = []
    for outing in content.outings:
        team, day = outing.team_index, days[outing.date]
        route = [project(place) for place in _places(outing)]
        ways = [*(call.way for call in outing.calls), outing.way_back]
        for at in route[1:-1]:
            stops.append(StopMark(len(stops), team, day, at))
        for number, (start, end) in enumerate(pairwise(route)):
            way = ways[number] if on_roads else None
            line = [project(Place(*at)) for at in way.points] if way else arc(start, end)
            if len(line) > 1:
                part = 0 if number == 0 else 2 if number == len(route) - 2 else 1
                legs.append(Leg(team, day, part, tuple(line)))
    used = {team.base_id for team in inputs.teams}
    bases = tuple(Mark(index, project(base.place)) for index, base in enumerate(inputs.bases) if base.id in used)
    out = tuple(Mark(index, project(one.site.place)) for index, one in enumerate(content.left_out))
    places = [*(stop.at for stop in stops), *(mark.at for mark in (*bases, *out))]
    return Drawing(tuple(stops), tuple(legs), bases, out, view(places))


def days_of(dossier: Dossier, content: Contents) -> tuple[date, ...]:
    """The dates of the horizon and any other date on which somebody goes out, ascending."""
    return tuple(sorted({*dossier.facts.horizon, *(outing.date for outing in content.outings)}))


def _places(outing: Outing) -> list[Place]:
    return [outing.base.place, *(call.site.place for call in outing.calls), outing.base.place]
