"""A small office: two teams, a week from Monday 7 September 2026, five requests of two organisations.

Every applicant entered on 30 August (first permit: 7 to 29 September), except those of R5, who entered on 12 August:
their last lawful day is 12 + 30 = 11 September, the Friday of this week.
"""

from dataclasses import replace
from datetime import date
from functools import cache
from threading import Event

from planner.dossier import Dossier
from planner.model import Base, Group, Hours, Inputs, Organisation, Place, Request, Shift, Site, Team
from tests.webui.conftest import FRIDAY as NOW
from tests.webui.conftest import Cast
from tests.webui.week import FRIDAY, MONDAY, WEEK
from webui.actions.runs import RunForm, finish_run, plan_of_run, start_plan
from webui.jobs.solve import solve
from webui.store import runs
from webui.store.audit import Change, append
from webui.store.engine import Store
from webui.store.imports import load_inputs
from webui.store.orders import order_from_json
from webui.store.person import doorstep
from webui.store.runs import Figures

__all__ = ["DAYS", "FRIDAY", "INPUTS", "MONDAY", "WEEK", "a_draft", "fill", "planned", "with_people"]

DAYS = [date(2026, 9, day) for day in range(7, 12)]


def _request(number: int, site: str, people: int, entered: date = date(2026, 8, 30)) -> Request:
    group = Group("study", "first", people, "en", entered, ready=people)
    return Request(f"R{number}", site, "acceptance", date(2026, 9, 1), (group,))


INPUTS = Inputs(
    organisations=(
        Organisation("O1", "某大学", "Some University", "university", "沙坪坝区", 300),
        Organisation("O2", "某公司", "Some Company", "company", "北碚区", 40),
    ),
    sites=(
        Site("S1", "O1", "A校区", "Campus A", Place(29.567, 106.464), "沙坪坝区"),
        Site("S2", "O1", "B校区", "Campus B", Place(29.595, 106.295), "沙坪坝区"),
        Site("S3", "O2", "总部", "Head office", Place(29.81, 106.42), "北碚区"),
    ),
    bases=(Base("B1", "总队", "Division", Place(29.642, 106.56), "两江新区"),),
    teams=(
        Team("T1", "警组一", "Team 1", "B1", 3, 2, ("zh", "en"), (), ("acceptance",)),
        Team("T2", "警组二", "Team 2", "B1", 3, 2, ("zh", "en"), (), ("acceptance",)),
    ),
    shifts=tuple(
        Shift(team, day, Hours(8 * 3600 + 1800, 18 * 3600), None, 75, 9 * 3600) for day in DAYS for team in ("T1", "T2")
    ),
    requests=(
        _request(1, "S1", 20),
        _request(2, "S2", 15),
        _request(3, "S3", 12),
        _request(4, "S1", 10),
        _request(5, "S3", 8, date(2026, 8, 12)),
    ),
)


@cache
def planned(order: str) -> Dossier:
    """The plan of an order, made once for all tests."""

    def quiet(_: Figures) -> None:
        pass

    return solve(order_from_json(order), quiet, Event())


def fill(store: Store, inputs: Inputs = INPUTS) -> None:
    """Loads the office into the database."""
    with store.write() as session:
        load_inputs(session, inputs, "replace")
        append(session, Change("inputs.import", "inputs", {}, {}), doorstep(NOW))


def a_draft(store: Store, cast: Cast, form: RunForm = WEEK) -> int:
    """The draft of a run, as a worker would make it."""
    number = start_plan(store, form, cast.ada)
    with store.job() as connection:
        held = runs.claim(connection, number, "test", 60)
    assert held is not None
    assert finish_run(store, held, planned(held.order), doorstep(cast.ada.at))
    with store.read() as session:
        made = plan_of_run(session, number)
    assert made is not None
    return made


def with_people(inputs: Inputs, request_id: str, people: int) -> Inputs:
    """The same inputs with another number of people in one request."""

    def changed(request: Request) -> Request:
        if request.id != request_id:
            return request
        return replace(request, groups=(replace(request.groups[0], count=people, ready=people),))

    return replace(inputs, requests=tuple(changed(request) for request in inputs.requests))
