"""The start: who one is here, whether visits are made, what was asked for, and the calendar."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from planner.eligibility import organisation_reasons
from webui.actions.bookings_door import renew_feed
from webui.actions.rules import policy_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.booking.blueprint import OFFICES, blueprint
from webui.language import chosen_language
from webui.store.reads import bookings as reads
from webui.store.values import organisation_of

front = Blueprint("front", __name__)


@front.get("/", endpoint="start")
@open_to("anyone")
def start() -> Response:
    """The address without a page."""
    return redirect(url_for("booking.home"), 303)


@blueprint.get("/", endpoint="home")
@open_to(*OFFICES)
def home() -> str:
    """The rule, whether the organisation is visited and why not, its requests, its calendar."""
    me = person()
    with web().store.read() as session:
        policy = policy_of(session)[1]
        owner = reads.organisation(session, me.organisation_id)
        return render_template(
            "booking/home.html",
            owner=owner,
            reasons=organisation_reasons(organisation_of(owner), policy, me.today),
            policy=policy,
            lines=reads.lines(session, owner.id, me.at, me.today),
            feed_made=reads.has_feed(session, owner.id),
        )


@blueprint.post("/calendar", endpoint="renew_feed")
@open_to(*OFFICES)
def new_feed() -> str:
    """A new secret calendar address, shown this once; the one before stops working."""
    token = renew_feed(web().store, person())
    flash(_("The calendar has a new address. The one before works no more."))
    return render_template(
        "booking/feed.html", address=url_for("booking.feed", token=token, lang=chosen_language(), _external=True)
    )
