"""The staff's application with tokens for programs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk, ada, app, at_desk
from webui.actions.tokens import SCOPES, create_token
from webui.store.engine import Store

__all__ = ["Desk", "ada", "app", "at_desk"]


@dataclass
class Program:
    """A program with a token."""

    client: FlaskClient
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, status: int = 200, body: Any = None, **headers: str) -> TestResponse:
        """Sends one request; fails for another status. Headers by their names with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self.token}", **named}
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers=sent)
        assert answer.status_code == status, answer.text
        return answer

    def send(
        self, path: str, files: dict[str, bytes], status: int = 200, *, key: str = "", **form: str
    ) -> TestResponse:
        """Sends a form with files, under an idempotency key if there is one."""
        sent = {"Authorization": f"Bearer {self.token}", **({"Idempotency-Key": key} if key else {})}
        given = [(BytesIO(content), name) for name, content in files.items()]
        data = {**form, "files": given}
        answer = self.client.post(f"/api/v1{path}", data=data, headers=sent, content_type="multipart/form-data")
        assert answer.status_code == status, answer.text
        return answer

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        return self.ask("GET", path, status, **headers).json


@pytest.fixture
def program(app: Flask, store: Store, cast: Cast) -> Callable[..., Program]:
    """Makes a program that acts as "ada", "ben", "eve" or "nora", with all scopes unless some are named."""

    def make(who: str = "ada", *scopes: str) -> Program:
        person = getattr(cast, who)
        _, token = create_token(store, "test", person.id, scopes or SCOPES, 30, cast.nora)
        return Program(app.test_client(), token)

    return make
