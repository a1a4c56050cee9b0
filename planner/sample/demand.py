"""How many people ask, where and for what: the demand tables of data/places, for one fortnight.

Expected people = the city's applications in the month, by kind, × 10 / working days of the month
× the share of organisations that may be visited × how busy the fortnight is. They fall on
organisations as their students (study) and their staff (all other kinds) do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from planner.model import Kind
from planner.sample.dice import Dice
from planner.sample.places import Spot, rows
from planner.sample.season import REACH_PERCENT, Season
from planner.workdays import Calendar

THRESHOLD = 10
OWN_OFFICERS_ZONES = ("northeast", "southeast")
"""Too far to go for an ordinary day: the district's own officers serve them, or a long day that a story tells of."""

KINDS: dict[Kind, str] = {"study": "study", "work": "work", "reunion": "family reunion", "private": "private affairs"}
"""Kinds that are asked for month by month, with their names in demand_kinds.csv."""


@dataclass(frozen=True)
class Crowd:
    """The people of one site who ask in this fortnight, by kind."""

    spot: Spot
    people: Mapping[Kind, int]

    @property
    def size(self) -> int:
        """All of them."""
        return sum(self.people.values())


def expected_people(season: Season, calendar: Calendar) -> dict[Kind, float]:
    """How many people of each kind the demand tables give for the fortnight, at organisations over ten."""
    year = {row["kind"]: int(row["permits_mid_of_10850"]) for row in rows("demand_kinds.csv")}
    months = {int(row["month"]): row for row in rows("demand_months.csv")}
    month = months[season.first.month]
    days_of_month = len(calendar.workdays(*_month_of(season.first)))
    part = len(season.horizon) / days_of_month * REACH_PERCENT / 100 * season.peak_percent / 100
    return {kind: year[name] * float(month[f"{kind}_pct"]) / 100 * part for kind, name in KINDS.items()}


def may_ask(spot: Spot, season: Season) -> bool:
    """Whether teams would go there at all: over ten, still open, not served by its own district."""
    return (
        spot.foreigners > THRESHOLD
        and (spot.active_to is None or spot.active_to >= season.first)
        and spot.zone not in OWN_OFFICERS_ZONES
    )


def crowds(season: Season, calendar: Calendar, all_spots: tuple[Spot, ...], dice: Dice) -> tuple[Crowd, ...]:
    """The sites that ask in this fortnight, and with how many people.

    A site that expects `season.gathered` people or more asks; of the smaller ones as many ask as their
    expectations allow, with about so many people each, so that the whole keeps its expectation.
    """
    asking = tuple(spot for spot in all_spots if may_ask(spot, season))
    wanted = _wanted(expected_people(season, calendar), asking)
    made = []
    turn = dice.between(0, 99) / 100
    for spot, kinds in zip(asking, wanted, strict=True):
        size = sum(kinds.values())
        factor = dice.between(60, 140) / 100
        if size < season.gathered:
            turn += size / season.gathered
            if turn < 1:
                continue
            turn -= 1
            factor *= season.gathered / size
        made.append(Crowd(spot, _whole(kinds, factor, dice)))
    return tuple(made)


def without(crowd: Crowd, told: Mapping[Kind, int]) -> Crowd:
    """The crowd without people who are told of already."""
    left = {kind: count - told.get(kind, 0) for kind, count in crowd.people.items()}
    return Crowd(crowd.spot, {kind: count for kind, count in left.items() if count > 0})


def _month_of(day: date) -> tuple[date, date]:
    """The first and the last day of its month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _wanted(total: Mapping[Kind, float], asking: tuple[Spot, ...]) -> list[dict[Kind, float]]:
    students = sum(spot.students for spot in asking)
    staff = sum(spot.staff for spot in asking)
    return [
        {
            kind: people * (spot.students / students if kind == "study" else spot.staff / staff)
            for kind, people in total.items()
        }
        for spot in asking
    ]


def _whole(kinds: Mapping[Kind, float], factor: float, dice: Dice) -> dict[Kind, int]:
    counted = {kind: dice.whole(people * factor) for kind, people in kinds.items()}
    return {kind: count for kind, count in counted.items() if count}
