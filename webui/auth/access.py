"""Closed unless opened: a view without `@open_to(...)` answers 403 to everybody."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar, cast

from flask import Flask, Response, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from webui.auth.login import Visitor
from webui.auth.web import web
from webui.store.person import Role

LOG = logging.getLogger("doorstep.access")

Audience = Role | Literal["anyone", "signed_in"]
View = TypeVar("View", bound=Callable[..., Any])

WITH_A_GIVEN_PASSWORD = frozenset(("auth.change_password", "auth.sign_out", "static"))
"""All that somebody may open who still has to change a password that another gave."""


def open_to(*audiences: Audience) -> Callable[[View], View]:
    """Opens a view to roles, to everybody who is signed in, or to anyone."""

    def mark(view: View) -> View:
        setattr(view, "open_to", frozenset(audiences))  # noqa: B010 - functions declare no attributes
        return view

    return mark


def audiences_of(view: Callable[..., Any] | None) -> frozenset[Audience]:
    """Whom a view is open to; nobody where it does not say."""
    return cast(frozenset[Audience], getattr(view, "open_to", frozenset()))


def table_of(app: Flask) -> Mapping[str, frozenset[Audience]]:
    """Every endpoint of the application with whom it is open to: the one table of routes and roles."""
    return {rule.endpoint: audiences_of(app.view_functions[rule.endpoint]) for rule in app.url_map.iter_rules()}


def register(app: Flask) -> None:
    """Looks at every request before its view does."""
    if "static" in app.view_functions:
        app.view_functions["static"] = open_to("anyone")(_static(app))
    app.before_request(admit)


def admit() -> AnyResponse | None:
    """None where the view may answer; else a redirect to the sign-in, to the change of password, or 403."""
    if request.endpoint is None:
        return None  # no such page; the router has its own answer
    audiences = audiences_of(current_app.view_functions.get(request.endpoint))
    if "anyone" in audiences:
        return None
    visitor = cast(Visitor, current_user)
    if not visitor.is_authenticated:
        return _to(f"{web().door}.sign_in", next=request.full_path if request.method == "GET" else None)
    if visitor.must_change and request.endpoint not in WITH_A_GIVEN_PASSWORD:
        return _to("auth.change_password")
    if "signed_in" not in audiences and not visitor.person.roles & audiences:
        LOG.warning("denied: %s to %s %s", visitor.person.actor, request.method, request.endpoint)
        abort(403)
    return None


def _to(endpoint: str, **values: Any) -> AnyResponse:
    """A redirect, told to htmx in a header so that it changes the page and not a part of it."""
    address = url_for(endpoint, **{name: value for name, value in values.items() if value})
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _static(app: Flask) -> Callable[..., Any]:
    """The view of static files, as a function of its own that can be marked."""
    inner = app.view_functions["static"]

    def static(**values: Any) -> Any:
        return inner(**values)

    return static
