"""The page one arrives at, and the navigation around it."""

import re
from collections.abc import Callable
from dataclasses import replace

from flask import Flask

from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk
from tests.webui.world import INPUTS
from webui.actions.requests import RequestForm, receive_request
from webui.actions.teams import edit_kit, set_absence
from webui.app import create_app
from webui.config import Config
from webui.store.engine import Store
from webui.store.imports import load_inputs

REQUEST = RequestForm("S1", "acceptance", INPUTS.requests[0].groups)


def test_the_front_door_leads_to_the_desk(ada: Desk) -> None:
    assert ada.client.get("/").headers["Location"] == "/desk"


def test_an_officer_comes_to_the_days_of_the_own_teams(at_desk: Callable[[str], Desk]) -> None:
    assert at_desk("officer").client.get("/").headers["Location"] == "/officer/"


def test_who_is_not_signed_in_is_sent_to_the_sign_in(app: Flask) -> None:
    assert app.test_client().get("/desk").headers["Location"].startswith("/sign-in")


def test_a_request_that_waits_stands_on_the_page_and_in_the_navigation(ada: Desk, store: Store, cast: Cast) -> None:
    assert "Nothing waits for you." in ada.get("/desk")
    receive_request(store, REQUEST, cast.ada)
    page = ada.get("/desk")
    assert "Answer requests: 1 wait, the oldest since Fri 4 Sep" in page
    assert "Nothing waits for you." not in page


def test_absences_and_broken_kits_are_named(ada: Desk, store: Store, cast: Cast) -> None:
    set_absence(store, "T1", INPUTS.shifts[0].date, "training", None, cast.ada)
    edit_kit(store, "T2-1-acceptance", team_id="T2", works=False, remark="printer", version=None, by=cast.ada)
    page = ada.get("/desk")
    assert re.search(r"Mon 7 Sep</b>\s*.*Team T1 is absent", page)
    assert "Kit T2-1-acceptance does not work" in page


def test_a_fortnight_without_shifts_is_something_to_do(ada: Desk, store: Store) -> None:
    with store.write() as session:
        load_inputs(session, replace(INPUTS, shifts=()), "replace")
    assert "Nobody has a shift in the next 14 days" in ada.get("/desk")


def test_an_empty_office_is_told_to_import(config: Config, store: Store, at_desk: Callable[[str], Desk]) -> None:
    with store.write() as session:
        load_inputs(session, replace(INPUTS, **dict.fromkeys(vars(INPUTS), ())), "replace")
    assert "Nothing is loaded yet" in at_desk("scheduler").get("/desk")


def test_the_navigation_shows_only_what_one_may_open(app: Flask, at_desk: Callable[[str], Desk]) -> None:
    for login in ("scheduler", "supervisor", "officer", "admin"):
        desk = at_desk(login)
        menu = re.search(r'<nav class="places".*?</nav>', desk.get("/desk"), re.DOTALL)
        assert menu
        for address in re.findall(r'href="([^"]+)"', menu[0]):
            assert desk.client.get(address).status_code == 200, (login, address)


def test_language_and_size_change_on_the_page_one_is_on(ada: Desk) -> None:
    page = ada.get("/desk?lang=en")
    assert 'href="/desk?lang=zh"' in page
    assert "今日" in ada.get("/desk?lang=zh")
    assert 'href="/desk?type=large&amp;lang=en"' in ada.get("/desk?lang=en") or "type=large" in page


def test_a_made_up_name_cannot_run(store: Store, ada: Desk, cast: Cast, config: Config) -> None:
    set_absence(store, "T1", INPUTS.shifts[0].date, "<script>alert(1)</script>", None, cast.ada)
    assert "<script>alert" not in ada.get("/desk")
    assert create_app(config, store=store).test_client().get("/desk").status_code == 303
