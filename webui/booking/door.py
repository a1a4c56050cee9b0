"""Coming in: by an invitation once, then with one's own login; and going out."""

from flask import abort, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from planner.errors import BadInput
from webui.actions.bookings_door import NewAccount, accept, invited, sign_in_office
from webui.auth.access import open_to
from webui.auth.login import Visitor, person
from webui.auth.sign_in import Attempt, SignedIn, WrongPassword, sign_out
from webui.auth.web import web
from webui.booking.blueprint import OFFICES, blueprint
from webui.language import chosen_language
from webui.refusals import NotFound, TooMany
from webui.signs import form_again, refuse_form, shows_again
from webui.store.person import doorstep

Page = str | tuple[str, int] | Response


@blueprint.get("/invitation/<token>", endpoint="invitation")
@open_to("anyone")
def invitation(token: str) -> Page:
    """The form of an invited office; opening the link alone uses nothing up, mail programs open links too."""
    return _invitation(token)


@blueprint.post("/invitation/<token>", endpoint="accept")
@open_to("anyone")
@shows_again
def accept_invitation(token: str) -> Page:
    """Makes the account and signs it in."""
    form = request.form
    wanted = NewAccount(form.get("login", "")[:100], form.get("password", ""), form.get("again", ""), chosen_language())
    try:
        refuse_form()
        found = accept(web().store, web().passwords, token, wanted, doorstep(web().now()))
    except BadInput as error:
        g.mistakes, g.typed = error.mistakes, form_again()
        page = _invitation(token)
        return (page, 400) if isinstance(page, str) else page
    except NotFound:
        return _invitation(token)
    flash(_("Your sign-in is made. Next time sign in with the login and password you chose."))
    return enter(found)


@blueprint.get("/sign-in", endpoint="sign_in")
@open_to("anyone")
def sign_in_page() -> Page:
    """The form."""
    if current_user.is_authenticated:
        return redirect(url_for("booking.home"), 303)
    return render_template("booking/sign_in.html", problem="")


@blueprint.post("/sign-in", endpoint="sign_in_now")
@open_to("anyone")
def sign_in_now() -> Page:
    """Signs in people of an organisation."""
    form = request.form
    attempt = Attempt(form.get("login", "")[:200], form.get("password", ""), request.remote_addr or "", web().now())
    try:
        return enter(sign_in_office(web().store, web().passwords, attempt))
    except TooMany as error:
        return render_template("booking/sign_in.html", problem=error.sentence(chosen_language())), 429
    except WrongPassword as error:
        return render_template("booking/sign_in.html", problem=error.sentence(chosen_language())), 401


@blueprint.post("/sign-out", endpoint="sign_out")
@open_to(*OFFICES)
def sign_out_now() -> Page:
    """Ends the session."""
    sign_out(web().store, current_user.get_id(), person())
    logout_user()
    kept = session.get("lang")
    session.clear()
    if kept:
        session["lang"] = kept
    return redirect(url_for("booking.sign_in"), 303)


def enter(found: SignedIn) -> Response:
    """Gives the browser its token, in a session that is new; what is to be said on the next page stays."""
    kept, flashes = session.get("lang"), session.get("_flashes")
    session.clear()
    session["lang"] = kept or found.language
    if flashes:
        session["_flashes"] = flashes
    login_user(Visitor(found))
    return redirect(url_for("booking.home"), 303)


def _invitation(token: str) -> Page:
    if len(token) > 100:
        abort(404)
    try:
        with web().store.read() as opened:
            row, organisation = invited(opened, token, doorstep(web().now()))
    except NotFound:
        return render_template("booking/invitation_over.html"), 404
    return render_template("booking/invitation.html", row=row, organisation=organisation, token=token)
