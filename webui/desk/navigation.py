"""What stands on every page: where one can go, and the same page in another language or size."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext as _
from flask_login import current_user
from markupsafe import Markup, escape

from webui.auth.access import audiences_of
from webui.auth.web import web
from webui.desk.blueprint import blueprint
from webui.store.reads import today as reads


@dataclass(frozen=True)
class Place:
    """One entry of the navigation."""

    endpoint: str
    title: str
    address: str
    here: bool
    count: int = 0
    """How many things wait there; 0 shows nothing."""


ENTRIES = (
    ("desk.home", _("Today")),
    ("desk.requests", _("Requests")),
    ("desk.plans", _("Plans")),
    ("review.plans", _("Review")),
    ("officer.home", _("My days")),
    ("officer.live", _("On the road")),
    ("desk.organisations", _("Organisations")),
    ("desk.teams", _("Teams")),
    ("desk.shifts", _("Shifts")),
    ("desk.absences", _("Absences")),
    ("desk.bases", _("Bases")),
    ("desk.kits", _("Kits")),
    ("desk.calendar", _("Calendar")),
    ("desk.policy", _("Policy")),
    ("desk.imports", _("Import")),
    ("notices.notices", _("Notices")),
    ("programs.api", _("Programs")),
    ("desk.users", _("Users")),
    ("desk.audit", _("Audit")),
)
"""In the order of a scheduler's day; only what the application has and the person may open is shown."""

BELONGS = {
    "desk.organisations": ("desk.site", "desk.edit_site", "desk.move_site"),
    "programs.api": ("programs.tokens", "programs.create_token", "programs.webhooks", "programs.add_webhook"),
    "officer.home": ("officer.day",),
    "officer.live": ("officer.crews", "officer.replan"),
}
"""Pages that belong to an entry though their address does not begin like it."""


def places() -> tuple[Place, ...]:
    """The navigation of this person on this page; nothing before the sign-in."""
    if not current_user.is_authenticated or current_user.must_change:
        return ()
    return tuple(_open_places(current_user.person.roles))


def _open_places(roles: frozenset[str]) -> Iterable[Place]:
    waiting = _waiting()
    for endpoint, title in ENTRIES:
        view = current_app.view_functions.get(endpoint)
        audiences = audiences_of(view)
        if view is not None and ("signed_in" in audiences or roles & audiences):
            address = url_for(endpoint)
            inside = endpoint != "desk.home" and request.path.startswith(f"{address}/")
            here = inside or request.path == address or request.endpoint in BELONGS.get(endpoint, ())
            yield Place(endpoint, str(title), address, here, waiting.get(endpoint, 0))


def _waiting() -> dict[str, int]:
    with web().store.read() as session:
        return {"desk.requests": reads.unanswered(session), "review.plans": reads.to_review(session)}


def here(**changes: Any) -> str:
    """The address of this page with other values in its query; None takes one away."""
    query = {**request.args.to_dict(), **changes}
    view_args = request.view_args or {}
    if request.endpoint is None or request.method != "GET":
        return "?" + "&".join(f"{name}={value}" for name, value in changes.items() if value is not None)
    return url_for(
        request.endpoint,
        **view_args,
        **{key: value for key, value in query.items() if value is not None and key not in view_args},
    )


@blueprint.app_context_processor
def add_navigation() -> dict[str, Any]:
    """Gives every template of the application `places()` and `here(...)`."""
    return {"places": places, "here": here}


@blueprint.app_template_global("may_open")
def may_open() -> frozenset[str]:
    """The endpoints that the application has and this person may open."""
    roles = current_user.person.roles if current_user.is_authenticated else frozenset()
    known: frozenset[str] | None = g.get("may_open")
    if known is None:
        known = g.may_open = _may_open(roles)
    return known


def _may_open(roles: frozenset[str]) -> frozenset[str]:
    views = current_app.view_functions.items()
    return frozenset(name for name, view in views if roles & audiences_of(view) or "anyone" in audiences_of(view))


@blueprint.app_template_global("link")
def link(endpoint: str, text: str, key: Any = None) -> str:
    """A link to a page this person may open (the page of `key`, if given); else the text alone."""
    if endpoint not in may_open():
        return escape(text)
    if key is None:
        return Markup('<a href="{}">{}</a>').format(url_for(endpoint), text)
    names = next(iter(current_app.url_map.iter_rules(endpoint))).arguments
    return Markup('<a href="{}">{}</a>').format(url_for(endpoint, **dict.fromkeys(names, key)), text)
