"""What a plan must keep beyond the format, on a fortnight with one school."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from planner.check_domain import check_dossier
from planner.dossier import Dossier, PlanFacts, Refused
from planner.model import Group, Inputs, Organisation, PassportBag, Place, Promise, Request, Site, Visit, Window
from planner.policy import Policy
from planner.problem import Location, Plan, Problem, ProblemVisit, Route, Stop, Unserved
from planner.workdays import Calendar, default_calendar

MON, TUE, THU, SAT = date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 10), date(2026, 9, 12)
NINE = 9 * 3600


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return default_calendar()


def visit(name: str, **changes: object) -> Visit:
    values: dict[str, Any] = {
        "id": name, "request_id": "R1", "organisation_id": "O1", "site_id": "S1", "work": "acceptance", "session": 1,
        "sessions": 1, "applicants": 12, "groups": (), "service_seconds": 3600, "skills": (),
        "windows": (Window(MON, NINE, NINE),), "last_workday": THU,
    }  # fmt: skip
    return Visit(**(values | changes))


def route(team: str, day: date, start: int, *names: str) -> Route:
    stops = tuple(
        Stop(name, start + 3600 * index, start + 3600 * index, start + 3600 * (index + 1))
        for index, name in enumerate(names)
    )
    return Route(team, day, start, start + 3600 * len(names), stops)


def dossier(visits: tuple[Visit, ...], routes: tuple[Route, ...], **changes: object) -> Dossier:
    """One organisation, one site, a request with as many people as these visits have."""
    place = Place(29.5, 106.5)
    people = sum(one.applicants for one in visits if one.work != "return") or 1
    request = Request("R1", "S1", "acceptance", MON, (Group("study", "first", people, "en", MON),))
    inputs = Inputs(
        organisations=(Organisation("O1", "学校", "School", "school", "", 30),),
        sites=(Site("S1", "O1", "", "", place),),
        requests=(request,),
    )
    inputs = replace(inputs, **changes)  # type: ignore[arg-type]
    made = {stop.visit for one in routes for stop in one.stops}
    posed = tuple(ProblemVisit(one.id, 0, one.service_seconds, one.windows, 1, one.applicants) for one in visits)
    facts = PlanFacts(inputs, Policy(), MON, (MON, TUE, THU), visits, (Location("site", "S1", place),))
    problem = Problem("p", (MON, TUE, THU), np.zeros((1, 1), np.int64), (), posed)
    left = tuple(Unserved(one.id) for one in visits if one.id not in made)
    return Dossier(facts, problem, Plan("p", 0, routes, left))


def codes(found: Dossier, calendar: Calendar) -> list[str]:
    breaches = check_dossier(found, calendar)
    assert all(one.sentence("en") and one.sentence("zh") and one.where for one in breaches)
    return [one.code for one in breaches]


def test_a_plan_that_keeps_everything_has_no_breach(calendar: Calendar) -> None:
    promise = Promise("R1", 1, MON, NINE, "T1")
    assert (
        codes(dossier((visit("V", promised=True),), (route("T1", MON, NINE, "V"),), promises=(promise,)), calendar)
        == []
    )


@pytest.mark.parametrize(
    "promise",
    [Promise("R1", 1, TUE, NINE), Promise("R1", 1, MON, NINE + 900), Promise("R1", 1, MON, NINE, "T2")],
    ids=["another date", "another hour", "another team"],
)
def test_a_promise_is_date_hour_and_team(promise: Promise, calendar: Calendar) -> None:
    found = dossier((visit("V", promised=True),), (route("T1", MON, NINE, "V"),), promises=(promise,))
    assert codes(found, calendar) == ["promise_broken"]
    assert "学校" in check_dossier(found, calendar)[0].sentence("zh")


def test_leaving_out_a_promised_visit_breaks_the_promise(calendar: Calendar) -> None:
    found = dossier((visit("V", promised=True),), (), promises=(Promise("R1", 1, MON, NINE),))
    assert codes(found, calendar) == ["promise_broken"]


def test_passports_come_back_when_they_are_ready(calendar: Calendar) -> None:
    # Collected on Monday with two working days: ready on Wednesday; Thursday is fine, Tuesday is not.
    visits = (
        visit("V", processing_days=2),
        visit("V-back", work="return", applicants=0, returns="V", last_workday=None),
    )
    collected = route("T1", MON, NINE, "V")
    assert codes(dossier(visits, (collected, route("T1", THU, NINE, "V-back"))), calendar) == []
    assert codes(dossier(visits, (collected, route("T1", TUE, NINE, "V-back"))), calendar) == ["return_too_early"]


def test_passports_that_are_not_collected_cannot_come_back(calendar: Calendar) -> None:
    visits = (
        visit("V", processing_days=2),
        visit("V-back", work="return", applicants=0, returns="V", last_workday=None),
    )
    assert codes(dossier(visits, (route("T1", THU, NINE, "V-back"),)), calendar) == ["return_without_collection"]


def test_a_bag_comes_back_from_its_day_of_issue(calendar: Calendar) -> None:
    back = visit("B", work="return", applicants=0, passports=5, returns="B", last_workday=None, request_id="R0")
    bag = PassportBag("B", "R0", "S1", 5, TUE)
    assert codes(dossier((back,), (route("T1", TUE, NINE, "B"),), bags=(bag,), requests=()), calendar) == []
    early = dossier((back,), (route("T1", MON, NINE, "B"),), bags=(bag,), requests=())
    assert codes(early, calendar) == ["return_too_early"]


def test_joint_visits_start_together_with_different_teams(calendar: Calendar) -> None:
    pair = (visit("A", joint="J"), visit("B", joint="J"))
    together = (route("T1", MON, NINE, "A"), route("T2", MON, NINE, "B"))
    assert codes(dossier(pair, together), calendar) == []
    assert codes(dossier(pair, (together[0], route("T2", MON, NINE + 60, "B"))), calendar) == ["joint_apart"]
    assert codes(dossier(pair, (together[0], route("T2", TUE, NINE, "B"))), calendar) == ["joint_apart"]
    assert codes(dossier(pair, (route("T1", MON, NINE, "A", "B"),)), calendar) == ["joint_apart"]


def test_nobody_is_visited_after_the_last_lawful_working_day(calendar: Calendar) -> None:
    found = dossier((visit("V", last_workday=MON),), (route("T1", TUE, NINE, "V"),))
    assert codes(found, calendar) == ["after_last_workday"]


def test_teams_stay_in_on_a_saturday_unless_it_is_made_up_for(calendar: Calendar) -> None:
    # Saturday 10 October 2026 is worked instead of a day of the National Day week.
    late = visit("V", last_workday=None)
    assert codes(dossier((late,), (route("T1", SAT, NINE, "V"),)), calendar) == ["not_a_workday"]
    assert codes(dossier((late,), (route("T1", date(2026, 10, 10), NINE, "V"),)), calendar) == []


def test_everybody_is_in_a_visit_or_refused(calendar: Calendar) -> None:
    request = Request("R1", "S1", "acceptance", MON, (Group("study", "first", 15, "en", MON),))
    found = dossier((visit("V"),), (route("T1", MON, NINE, "V"),), requests=(request,))
    assert codes(found, calendar) == ["counts_differ"]
    complete = replace(found, facts=replace(found.facts, refused=(Refused("R1", (), 3),)))
    assert codes(complete, calendar) == []


def test_the_problem_holds_the_visits_of_the_facts(calendar: Calendar) -> None:
    found = dossier((visit("V"),), (route("T1", MON, NINE, "V"),))
    posed = replace(found.problem, visits=(replace(found.problem.visits[0], applicants=11),))
    assert codes(replace(found, problem=posed), calendar) == ["visits_differ"]
