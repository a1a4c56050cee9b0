"""Users: who may sign in, in which roles; one-time passwords; signing somebody out everywhere."""

from typing import cast

from flask import render_template, url_for
from flask_babel import gettext as _

from planner.io import cells
from planner.report.words import Text
from webui.actions import users as actions
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import blueprint
from webui.desk.forms import Page, Typed, done, or_again, typed, version
from webui.desk.labels import TABLES
from webui.language import chosen_language
from webui.store.person import Role
from webui.store.reads import users as reads

ROLES: dict[str, Text] = {
    "scheduler": Text("排班员", "scheduler"),
    "supervisor": Text("值班主管", "supervisor"),
    "officer": Text("民警", "officer"),
    "administrator": Text("管理员", "administrator"),
    "organisation": Text("单位用户", "organisation"),
}
LANGUAGES = (("zh", "中文"), ("en", "English"))
TABLES["role"] = ROLES


@blueprint.get("/users")
@open_to("administrator")
def users() -> str:
    """Everybody who may sign in, and the form for another."""
    with web().store.read() as session:
        found = reads.users(session)
    return render_template("desk/users.html", found=found, roles=_roles(), languages=LANGUAGES)


@blueprint.get("/users/<int:number>")
@open_to("administrator")
def user(number: int) -> str:
    """One user with open sessions and history."""
    with web().store.read() as session:
        found = reads.user(session, number)
    return render_template("desk/user.html", found=found, row=found.row, roles=_roles(), me=person().id)


@blueprint.post("/users")
@open_to("administrator")
@or_again(users)
def add_user() -> Page:
    """A new user; the page shows the one-time password, this once."""
    form = typed()
    language = form.text("language")
    asked = actions.NewUser(
        form.text("login"),
        form.text("name"),
        _chosen(form),
        form.read("organisation", cells.identifier, None),
        language if language in ("zh", "en") else "zh",
    )
    form.done()
    return _given(actions.create_user(web().store, web().passwords, asked, person()))


@blueprint.post("/users/<int:number>")
@open_to("administrator")
@or_again(user)
def edit_user(number: int) -> Page:
    """Another name, other roles, shut out or let in again."""
    form = typed()
    name, active = form.text("name"), form.ticked("active")
    form.done()
    actions.edit_user(
        web().store, number, name=name, roles=_chosen(form), active=active, version=version(), by=person()
    )
    return done(url_for("desk.users"), _("Saved."))


@blueprint.post("/users/<int:number>/password")
@open_to("administrator")
@or_again(user)
def reset_password(number: int) -> Page:
    """A new one-time password, shown this once; every session of the user ends."""
    return _given(actions.reset_password(web().store, web().passwords, number, person()))


@blueprint.post("/users/<int:number>/sign-out")
@open_to("administrator")
@or_again(user)
def revoke_sessions(number: int) -> Page:
    """Signs a user out everywhere."""
    ended = actions.revoke_sessions(web().store, number, person())
    return done(url_for("desk.user", number=number), _("%(count)s sessions were ended.", count=ended))


def _given(given: actions.Given) -> str:
    """The password is in this page only: not in a cookie, not in the address, not in the log."""
    return render_template("desk/user_given.html", given=given, days=actions.ONE_TIME_FOR.days)


def _chosen(form: Typed) -> tuple[Role, ...]:
    return cast(tuple[Role, ...], tuple(role for role in form.many("roles") if role in ROLES))


def _roles() -> list[tuple[str, str]]:
    return [(key, text.of(chosen_language())) for key, text in ROLES.items()]
