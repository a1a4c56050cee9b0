"""The pages for signing in, signing out and changing one's password."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from planner.errors import BadInput
from webui.auth.access import open_to
from webui.auth.login import Visitor, person
from webui.auth.sign_in import (
    Attempt,
    NewPassword,
    SignedIn,
    WrongPassword,
    active_users,
    change_password,
    sign_in,
    sign_in_without_password,
    sign_out,
)
from webui.auth.web import web
from webui.language import chosen_language
from webui.refusals import TooMany

blueprint = Blueprint("auth", __name__)

Page = str | tuple[str, int] | Response


@blueprint.get("/sign-in", endpoint="sign_in")
@open_to("anyone")
def sign_in_page() -> Page:
    """The form."""
    if current_user.is_authenticated:
        return redirect(_home(), 303)
    return _form()


@blueprint.post("/sign-in", endpoint="sign_in_now")
@open_to("anyone")
def sign_in_now() -> Page:
    """Signs in and goes on to where one wanted to be."""
    form = request.form
    attempt = Attempt(form.get("login", "")[:200], form.get("password", ""), request.remote_addr or "", web().now())
    try:
        found = sign_in(web().store, web().passwords, attempt)
    except TooMany as error:
        return _form(error.sentence(chosen_language())), 429
    except WrongPassword as error:
        return _form(error.sentence(chosen_language())), 401
    return enter(found)


@blueprint.post("/sign-out", endpoint="sign_out")
@open_to("signed_in")
def sign_out_now() -> Page:
    """Ends the session."""
    sign_out(web().store, current_user.get_id(), person())
    logout_user()
    kept = session.get("lang")
    session.clear()
    if kept:
        session["lang"] = kept
    return redirect(url_for("auth.sign_in"), 303)


@blueprint.route("/password", methods=["GET", "POST"], endpoint="change_password")
@open_to("signed_in")
def password() -> Page:
    """The form for one's own password, and what it does."""
    if request.method == "GET":
        return render_template("auth/change_password.html", mistakes=[])
    form = request.form
    asked = NewPassword(form.get("old", ""), form.get("new", ""), form.get("again", ""))
    language = chosen_language()
    try:
        change_password(web().store, web().passwords, asked, current_user.get_id(), person())
    except BadInput as error:
        told = [(mistake.where, mistake.en if language == "en" else mistake.zh) for mistake in error.mistakes]
        return render_template("auth/change_password.html", mistakes=told), 400
    except TooMany as error:
        told = [("old", error.sentence(language))]
        return render_template("auth/change_password.html", mistakes=told), 429
    return redirect(_home(), 303)


@blueprint.post("/demo/<login>", endpoint="demo")
@open_to("anyone")
def demo_sign_in(login: str) -> Page:
    """Signs in by a click, where the demonstration was asked for and the browser is on this machine."""
    if not web().config.demo or request.remote_addr not in ("127.0.0.1", "::1"):
        abort(404)
    found = sign_in_without_password(web().store, login, web().now())
    return abort(404) if found is None else enter(found)


def enter(found: SignedIn) -> Response:
    """Gives the browser its token, in a session that is new, and goes on."""
    kept = session.get("lang")
    session.clear()
    session["lang"] = kept or found.language
    login_user(Visitor(found))
    if found.must_change:
        return redirect(url_for("auth.change_password"), 303)
    return redirect(_home(), 303)


def _form(problem: str = "") -> str:
    shown = active_users(web().store) if web().config.demo else ()
    return render_template("auth/sign_in.html", problem=problem, next=request.values.get("next", ""), demo=shown)


def _home() -> str:
    """Where one wanted to be, if that is a page of ours."""
    wanted = request.values.get("next", "").rstrip("?")
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return wanted if ours and "\\" not in wanted else "/"
