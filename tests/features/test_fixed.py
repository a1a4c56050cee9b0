"""A visit that somebody fixed by hand stays with its team on its date."""

from dataclasses import replace
from datetime import date

import pytest

from planner.dossier import Dossier
from planner.pipeline import Ask, Search, make_plan
from planner.policy import Policy
from tests.planner.visit_world import CALENDAR, HORIZON, TODAY, day, group, inputs, request, team


def planned(fixed: dict[str, tuple[str, date]], teams: int = 2) -> Dossier:
    """Two requests of the university, planned with some visits fixed."""
    given = inputs(request(group(24)), request(group(24), name="R2"), teams=tuple(team(n + 1) for n in range(teams)))
    ask = Ask("fixed", given, Policy(), CALENDAR, HORIZON, TODAY)
    return make_plan(replace(ask, fixed=fixed), Search("quick"))


def places(dossier: Dossier) -> dict[str, tuple[str, date]]:
    return {stop.visit: (route.team, route.date) for route in dossier.plan.routes for stop in route.stops}


def test_a_fixed_visit_keeps_its_team_and_date() -> None:
    assert places(planned({}))["R1-1"][1] == day(7)
    assert places(planned({"R1-1": ("T2", day(16))}))["R1-1"] == ("T2", day(16))


def test_another_request_joins_the_outing_rather_than_cost_one_of_its_own() -> None:
    """Waiting from the 7th to the 16th costs R2 7 × 60 = 420 points, a team-date more costs 900."""
    made = places(planned({"R1-1": ("T2", day(16))}))
    assert made["R2-1"] == made["R1-1"]


def test_an_id_that_no_request_has_means_nothing() -> None:
    assert places(planned({"R9-1": ("T2", day(16))})) == places(planned({}))


@pytest.mark.parametrize(
    ("where", "why"),
    [
        (("T9", day(16)), "allowed_teams_unable"),  # there is no such team
        (("T1", day(19)), "fixed_date_closed"),  # a Saturday outside the horizon
    ],
)
def test_a_visit_fixed_where_it_cannot_be_is_out_with_its_reason(where: tuple[str, date], why: str) -> None:
    dossier = planned({"R1-1": where})
    assert [reason.code for reason in dossier.facts.reasons["R1-1"]] == [why]
    assert list(places(dossier)) == ["R2-1"]
