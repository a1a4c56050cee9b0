"""The policy: the rules' numbers, edited as new versions; who made each, when and why."""

from dataclasses import fields
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from planner.model import Hours, clock
from planner.policy import CLOCK_TIMES, Policy
from webui.actions import rules as actions
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import READERS, RULERS, blueprint
from webui.desk.forms import Page, Typed, done, or_again, typed, version
from webui.desk.organisations import kinds
from webui.desk.policy_texts import SECTIONS
from webui.store.reads import rules as reads


@blueprint.get("/policy")
@open_to(*READERS)
def policy() -> str:
    """The policy in force and all versions before it."""
    with web().store.read() as session:
        number, in_force = actions.policy_of(session)
        versions = reads.versions(session)
    shown = {field.name: as_typed(in_force, field.name) for field in fields(Policy)}
    return render_template(
        "desk/policy.html", number=number, shown=shown, versions=versions, sections=SECTIONS, kinds=kinds()
    )


@blueprint.post("/policy")
@open_to(*RULERS)
@or_again(policy)
def new_policy() -> Page:
    """A new version with what was changed."""
    form = typed()
    seen, why = version() or 0, form.text("why")
    with web().store.read() as session:
        _number, in_force = actions.policy_of(session)
    number = actions.new_policy(web().store, changes(form, in_force), seen, why, person())
    return done(url_for("desk.policy"), _("Version %(number)s of the policy is in force.", number=number))


def as_typed(policy: Policy, name: str) -> Any:
    """A field of the policy as one types it; kinds as a tuple for boxes."""
    value = getattr(policy, name)
    if name in CLOCK_TIMES:
        return clock(value)
    if name == "language_substitutes":
        return "; ".join(f"{language}={','.join(others)}" for language, others in value)
    if isinstance(value, tuple) and all(isinstance(one, Hours) for one in value):
        return ";".join(f"{clock(one.start)}-{clock(one.end)}" for one in value)
    return value


def changes(form: Typed, policy: Policy) -> dict[str, Any]:
    """The fields that were typed differently, as policy.toml would have them; its reader checks them."""
    found: dict[str, Any] = {}
    for field in fields(Policy):
        given: Any = form.many(field.name) if field.name == "served_kinds" else form.text(field.name)
        sent = field.name in request.form or field.name == "served_kinds"
        if sent and given != (shown := as_typed(policy, field.name)) and str(given) != str(shown):
            found[field.name] = _as_toml(field.name, field.default, given)
    form.done()
    return found


def _as_toml(name: str, default: object, given: Any) -> Any:
    if name == "language_substitutes":
        pairs = [part.partition("=") for part in given.replace(";", ";").split(";") if part.strip()]
        return {language.strip(): [one.strip() for one in others.split(",")] for language, _sign, others in pairs}
    if name == "served_kinds":
        return list(given)
    if name == "division_hours":
        return [part.strip() for part in given.replace(";", ";").split(";") if part.strip()]
    if isinstance(default, int) and name not in CLOCK_TIMES:
        digits = given.removeprefix("-")
        return int(given) if digits.isascii() and digits.isdigit() and len(digits) < 12 else given
    return given
