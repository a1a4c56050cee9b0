"""Inviting offices of an organisation to the booking pages, and taking that back."""

from flask import g, url_for
from flask_babel import gettext as _

from webui.actions.bookings_door import invite, revoke
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, blueprint
from webui.desk.forms import Page, done, or_again, typed
from webui.desk.organisations import organisation


@blueprint.post("/organisations/<key>/invitations", endpoint="invite")
@open_to(*EDITORS)
@or_again(organisation)
def invite_office(key: str) -> Page:
    """Makes an invitation; its link is on this answer and nowhere else."""
    token = invite(web().store, key, typed().text("office"), person())
    g.invited_link = f"{web().config.booking_address}/booking/invitation/{token}"
    return organisation(key)


@blueprint.post("/organisations/<key>/invitations/<int:number>/revoke", endpoint="revoke_invitation")
@open_to(*EDITORS)
def revoke_invitation(key: str, number: int) -> Page:
    """Makes it worthless, and locks out who came in by it."""
    revoke(web().store, number, person())
    return done(url_for("desk.organisation", key=key), _("Taken back."))
