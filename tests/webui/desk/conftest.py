"""The staff application on both databases, with the small office loaded and everybody signed in by one click."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.webui.conftest import FRIDAY, Cast
from tests.webui.world import fill
from webui.app import create_app
from webui.config import Config
from webui.store.engine import Store
from webui.store.users import UserRow


class Desk:
    """Somebody's browser at the desk."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> str:
        """The page; fails for another status."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, status: int = 303, **form: Any) -> TestResponse:
        """Sends a form with its CSRF token; fails for another status."""
        answer = self.client.post(path, data={"csrf_token": self.token(), **form})
        assert answer.status_code == status, answer.text
        return answer

    def token(self) -> str:
        """A CSRF token of this session."""
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.client.get("/desk").text)
        assert found
        return found[1]


@pytest.fixture
def app(config: Config, store: Store, cast: Cast) -> Flask:
    """The application on Friday 4 September 2026 with the office of tests/webui/world.py."""
    fill(store)
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))
    return create_app(replace(config, demo=True), now=lambda: FRIDAY, store=store)


@pytest.fixture
def at_desk(app: Flask) -> Callable[[str], Desk]:
    """Gives the browser of a user who is signed in: "scheduler", "supervisor", "officer" or "admin"."""

    def sign_in(login: str) -> Desk:
        client = app.test_client()
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in?lang=en").text)
        assert found
        assert client.post(f"/demo/{login}", data={"csrf_token": found[1]}).status_code == 303
        client.get("/desk?lang=en")
        return Desk(client)

    return sign_in


@pytest.fixture
def ada(at_desk: Callable[[str], Desk]) -> Desk:
    """The scheduler's browser, in English."""
    return at_desk("scheduler")
