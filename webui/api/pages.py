"""The pages around the API: the contract to read without a network, tokens, and webhooks with their log."""

from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from webui.actions import notices, tokens, webhooks
from webui.actions.tokens import SCOPES
from webui.api import operations
from webui.api.contract import OPERATIONS, Operation, blueprint, http_error
from webui.api.openapi import openapi
from webui.api.shapes import shape_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.errors import PROGRAMS
from webui.post.hooks import host_of
from webui.store.person import Role
from webui.store.reads import outbox, programs

__all__ = ["blueprint", "operations", "pages"]

pages = Blueprint("programs", __name__, url_prefix="/programs")
STAFF: tuple[Role, ...] = ("scheduler", "supervisor", "officer", "administrator")
KEEPERS: tuple[Role, ...] = ("administrator",)


@blueprint.record_once
def say_errors(state: Any) -> None:
    """Errors of the router under /api/ are said as the API says them."""
    app: Flask = state.app
    app.extensions[PROGRAMS] = http_error


@blueprint.get("/openapi.json", endpoint="openapi")
@open_to("anyone")
def contract() -> Response:
    """The contract; it holds nothing that is secret."""
    return jsonify(openapi())


@pages.get("/api", endpoint="api")
@open_to(*STAFF)
def documentation() -> str:
    """The contract for people."""
    nouns: dict[str, list[Operation]] = {}
    for one in sorted(OPERATIONS, key=lambda one: (one.path, one.method)):
        nouns.setdefault(one.path.split("/")[1], []).append(one)
    return render_template("api/documentation.html", nouns=nouns, read_by=_readers(), shape_of=cache(shape_of))


def _readers() -> dict[str, Operation]:
    """By operation that needs If-Match, the one that reads the ETag for it."""
    known = {one.name: one for one in OPERATIONS}
    return {one.name: known[one.guards.__name__] for one in OPERATIONS if one.guards is not None}


@pages.get("/tokens", endpoint="tokens")
@open_to(*KEEPERS)
def list_tokens() -> str:
    """Every token, and the form for a new one."""
    return _tokens()


@pages.post("/tokens", endpoint="create_token")
@open_to(*KEEPERS)
def create_token() -> str:
    """Makes a token and shows it, this once."""
    form = request.form
    numbers = {name: form.get(name, "") for name in ("user_id", "days")}
    known = {
        name: int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0 for name, text in numbers.items()
    }
    _number, token = tokens.create_token(
        web().store, form.get("name", ""), known["user_id"], form.getlist("scopes"), known["days"], person()
    )
    return _tokens(token)


@pages.post("/tokens/<int:number>/revoke", endpoint="revoke_token")
@open_to(*KEEPERS)
def revoke_token(number: int) -> AnyResponse:
    """Ends a token."""
    tokens.revoke_token(web().store, number, person())
    flash(_("The token works no more."))
    return redirect(url_for("programs.tokens"), 303)


@pages.get("/webhooks", endpoint="webhooks")
@open_to(*KEEPERS)
def list_webhooks() -> str:
    """Every webhook and the log of deliveries."""
    return _webhooks()


@pages.post("/webhooks", endpoint="add_webhook")
@open_to(*KEEPERS)
def add_webhook() -> str:
    """Adds one and shows the key of its signatures, this once."""
    form = request.form
    url = form.get("url", "").strip()
    hosts = web().config.webhook_hosts
    _number, secret = webhooks.add_webhook(
        web().store, form.get("name", ""), url, form.getlist("events"), host_of(url), hosts, person()
    )
    return _webhooks(secret)


@pages.post("/webhooks/<int:number>/switch", endpoint="switch_webhook")
@open_to(*KEEPERS)
def switch_webhook(number: int) -> AnyResponse:
    """On or off."""
    on = request.form.get("active") == "yes"
    webhooks.switch_webhook(web().store, number, active=on, version=None, by=person())
    flash(_("Saved."))
    return redirect(url_for("programs.webhooks"), 303)


@pages.post("/webhooks/<int:number>/remove", endpoint="remove_webhook")
@open_to(*KEEPERS)
def remove_webhook(number: int) -> AnyResponse:
    """Takes one away."""
    webhooks.remove_webhook(web().store, number, person())
    flash(_("The webhook is told nothing more."))
    return redirect(url_for("programs.webhooks"), 303)


@pages.post("/deliveries/<int:number>/again", endpoint="deliver_again")
@open_to(*KEEPERS)
def deliver_again(number: int) -> AnyResponse:
    """Puts a failed delivery back into the queue."""
    notices.send_again(web().store, "delivery", number, person())
    flash(_("It is sent again."))
    return redirect(url_for("programs.webhooks"), 303)


def _tokens(token: str = "") -> str:
    with web().store.read() as session:
        found, people = programs.tokens(session), programs.staff(session)
    return render_template(
        "api/tokens.html", tokens=found, people=people, scopes=SCOPES, fresh=token, today=person().today
    )


def _webhooks(secret: str = "") -> str:
    with web().store.read() as session:
        hooks, deliveries, attempts = outbox.hooks(session)
    return render_template(
        "api/webhooks.html",
        hooks=hooks,
        deliveries=deliveries,
        attempts=attempts,
        events=notices.EVENTS,
        hosts=web().config.webhook_hosts,
        fresh=secret,
    )
