"""Two offices at their own browsers, on the small office with its week in force."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.webui.booking.booking_world import in_force
from tests.webui.conftest import FRIDAY, Cast
from tests.webui.desk.conftest import Desk
from webui.actions.bookings_door import NewAccount, accept, invite
from webui.app import create_app
from webui.auth.passwords import Passwords
from webui.config import Config
from webui.store.engine import Store
from webui.store.person import doorstep
from webui.store.users import UserRow

PASSWORD = "violet harbour seventeen"


@dataclass
class Browser:
    """Somebody's browser at the booking application."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, **fields: object) -> TestResponse:
        """Sends a form with the token that the last page had."""
        return self.client.post(path, data={"csrf_token": self.token(), **fields})

    def token(self) -> str:
        page = self.client.get("/booking/sign-in", follow_redirects=True).get_data(as_text=True)
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        return found[1] if found else ""


@dataclass(frozen=True)
class Hall:
    """The application and who is at it."""

    app: Flask
    plan: int
    tokens: dict[str, str]
    cleo: Browser
    dan: Browser
    stranger: Browser


@pytest.fixture
def public(config: Config, store: Store) -> Flask:
    return create_app(config, "public", now=lambda: FRIDAY, store=store)


@pytest.fixture
def hall(public: Flask, store: Store, cast: Cast, config: Config) -> Hall:
    """Cleo (O1) and Dan (O2) signed in, and somebody who is not."""
    plan = in_force(store, cast)
    browsers, tokens = {}, {}
    for name, organisation in (("cleo", "O1"), ("dan", "O2")):
        token = tokens[name] = invite(store, organisation, f"{name} office", cast.ada)
        accept(store, Passwords(config.hashing), token, NewAccount(name, PASSWORD, PASSWORD), doorstep(FRIDAY))
        browsers[name] = Browser(public.test_client())
        browsers[name].get("/booking/sign-in?lang=en")
        answer = browsers[name].post("/booking/sign-in", login=name, password=PASSWORD)
        assert answer.status_code == 303, answer.get_data(as_text=True)
    return Hall(public, plan, tokens, browsers["cleo"], browsers["dan"], Browser(public.test_client()))


@pytest.fixture
def asked() -> Callable[..., dict[str, str]]:
    """What is typed into the form for twelve students."""

    def form(**changed: str) -> dict[str, str]:
        first = {
            "groups, 1, kind": "study",
            "groups, 1, task": "first",
            "groups, 1, language": "en",
            "groups, 1, event_date": "2026-08-30",
            "groups, 1, count": "12",
        }
        return {
            "site_id": "S3",
            "service": "acceptance",
            "contact": "Office, 023-00000000",
            "lines": "3",
            **first,
            **changed,
        }

    return form


@pytest.fixture
def ada(hall: Hall, store: Store, config: Config) -> Desk:
    """The scheduler's browser at the staff's application, on the same database."""
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))
    client = create_app(replace(config, demo=True), now=lambda: FRIDAY, store=store).test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in?lang=en").text)
    assert found
    assert client.post("/demo/scheduler", data={"csrf_token": found[1]}).status_code == 303
    return Desk(client)
