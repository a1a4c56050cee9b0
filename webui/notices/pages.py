"""Notices: the log, the addresses, and sending again what is stuck."""

from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webui.actions import notices as actions
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.store.outbox import Audience
from webui.store.person import Role
from webui.store.reads import outbox as reads

blueprint = Blueprint("notices", __name__, url_prefix="/notices")
READERS: tuple[Role, ...] = ("scheduler", "supervisor", "administrator")
KEEPERS: tuple[Role, ...] = ("scheduler", "administrator")


@blueprint.get("", endpoint="notices")
@open_to(*READERS)
def notices() -> str:
    """The last notices, and who gets them."""
    with web().store.read() as session:
        found = reads.post(session)
    return render_template("notices/notices.html", found=found, config=web().config)


@blueprint.post("/<int:number>/again", endpoint="again")
@open_to(*KEEPERS)
def again(number: int) -> Response:
    """Puts a notice that is stuck back into the queue."""
    actions.send_again(web().store, "notice", number, person())
    flash(_("It is sent again."))
    return redirect(url_for("notices.notices"), 303)


@blueprint.post("/addresses", endpoint="add_address")
@open_to(*KEEPERS)
def add_address() -> Response:
    """Adds an address."""
    form = request.form
    actions.add_address(
        web().store,
        form.get("email", ""),
        cast(Audience, form.get("audience", "")),
        form.get("organisation_id") or None,
        form.get("language", "zh"),
        person(),
    )
    flash(_("Saved."))
    return redirect(url_for("notices.notices", _anchor="addresses"), 303)


@blueprint.post("/addresses/<int:number>/remove", endpoint="remove_address")
@open_to(*KEEPERS)
def remove_address(number: int) -> Response:
    """Takes an address away."""
    actions.remove_address(web().store, number, person())
    flash(_("The address gets no more notices."))
    return redirect(url_for("notices.notices", _anchor="addresses"), 303)
