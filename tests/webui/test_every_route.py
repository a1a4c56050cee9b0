"""Every route × every role × an object that is not there: who may not is refused first, who may learns nothing more."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk, app, at_desk
from webui.auth.access import audiences_of
from webui.store.engine import Store

__all__ = ["app", "at_desk"]

ROLES = {
    "scheduler": "scheduler",
    "supervisor": "supervisor",
    "officer": "officer",
    "admin": "administrator",
}
FOREIGN: dict[str, object] = {"default": "no-such-thing", "int": 987_654, "day": "2026-09-08", "path": "none.css"}
LEAVES = ("auth.sign_out", "auth.demo", "auth.sign_in_now", "static")
"""They end the session that the test goes on with, or belong to nobody; test_pages.py tries them."""


@dataclass(frozen=True)
class Asked:
    """One request to one route: with an object that nobody has, where the address names one."""

    endpoint: str
    method: str
    address: str
    names_object: bool


def every(app: Flask) -> Iterator[Asked]:
    adapter = app.url_map.bind("127.0.0.1")
    for rule in app.url_map.iter_rules():
        values = {name: _foreign(rule, name) for name in rule.arguments}
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint not in LEAVES and not rule.endpoint.startswith("api."):  # programs: tests/webui/api
                address = adapter.build(rule.endpoint, values, method=method)
                yield Asked(rule.endpoint, method, address, bool(set(values) - {"day"}))


def _foreign(rule: Rule, name: str) -> object:
    """A value of the right form that is the key of nothing."""
    if name in ("day", "date"):
        return FOREIGN["day"]
    converter = type(rule._converters[name]).__name__
    return FOREIGN["int"] if converter == "IntegerConverter" else FOREIGN["default"]


def answer(desk: Desk, asked: Asked, token: str) -> int:
    if asked.method == "GET":
        return desk.client.get(asked.address).status_code
    return desk.client.open(asked.address, method=asked.method, data={"csrf_token": token}).status_code


@pytest.mark.parametrize("login", ROLES)
def test_a_role_opens_its_routes_and_no_other_and_no_foreign_object(
    app: Flask, at_desk: Callable[[str], Desk], login: str
) -> None:
    desk = at_desk(login)
    token, wrong = desk.token(), []
    for asked in every(app):
        audiences = audiences_of(app.view_functions[asked.endpoint])
        admitted = bool({"anyone", "signed_in", ROLES[login]} & audiences)
        status = answer(desk, asked, token)
        refused = (400, 404, 409) if asked.method == "POST" else (400, 404)
        allowed = (refused if asked.names_object else (200, 303, *refused)) if admitted else (403,)
        if status not in allowed:
            wrong.append((asked.method, asked.address, status, allowed))
    assert wrong == []


def test_nobody_gets_anywhere_without_signing_in(app: Flask, cast: Cast) -> None:
    client, wrong = app.test_client(), []
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/sign-in").text)
    assert found
    for asked in every(app):
        if "anyone" not in audiences_of(app.view_functions[asked.endpoint]):
            status = client.open(asked.address, method=asked.method, data={"csrf_token": found[1]})
            if status.status_code != 303 or not status.headers["Location"].startswith("/sign-in"):
                wrong.append((asked.method, asked.address, status.status_code))
    assert wrong == []


def test_no_change_is_accepted_without_its_token(app: Flask, at_desk: Callable[[str], Desk], store: Store) -> None:
    desk, wrong = at_desk("scheduler"), []
    for asked in every(app):
        if asked.method != "GET":
            status = desk.client.open(asked.address, method=asked.method, data={"form": "edit"}).status_code
            if status != 400:
                wrong.append((asked.method, asked.address, status))
    assert wrong == []


def test_the_routes_were_found(app: Flask) -> None:
    found = {asked.endpoint for asked in every(app)}
    assert {"desk.home", "review.plan", "desk.plan", "maps.script", "desk.users"} <= found
