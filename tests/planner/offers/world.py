"""A planned fortnight for the tests of offers: one university at the base, teams out from 08:30 to 18:00.

Friday 4 September 2026 is today. A session of 24 students takes 30 + 24 × 8 / 2 + 15 = 141 minutes.
"""

from dataclasses import replace
from datetime import date

from planner.dossier import Dossier
from planner.model import Inputs, Request, Team
from planner.offers import Setting
from planner.pipeline import Ask, Search, make_plan
from planner.policy import Policy
from tests.planner.visit_world import CALENDAR, HORIZON, TODAY, group, inputs, request, shifts, team

SETTING_TODAY = TODAY


def planned(*requests: Request, teams: tuple[Team, ...] = (team(1),), days: tuple[date, ...] = HORIZON) -> Dossier:
    """The plan of these requests; the teams have shifts on `days` only."""
    given = replace(inputs(*requests, teams=teams), shifts=shifts(teams, days))
    return make_plan(Ask("fortnight", given, Policy(), CALENDAR, HORIZON, TODAY), Search("quick"))


def setting(dossier: Dossier, **changed: object) -> Setting:
    """What is known today: the plan's own inputs, with some of them changed."""
    own: Inputs = replace(dossier.facts.inputs, **changed)  # type: ignore[arg-type]
    return Setting(own, CALENDAR)


def asks(people: int = 24, name: str = "R9", language: str = "en") -> Request:
    """A request of first-time students who may be visited on every day of the fortnight."""
    return request(group(people, language=language), name=name)
