"""Organisations: who may be visited and why not, their contacts."""

from flask import g, render_template, request, url_for
from flask_babel import gettext as _

from planner.io import cells, words
from planner.model import OrganisationKind
from webui.actions import places
from webui.actions.bookings_door import invitations
from webui.actions.rules import policy_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, READERS, blueprint
from webui.desk.forms import Page, done, or_again, typed, version
from webui.desk.labels import ORGANISATION_KINDS
from webui.language import chosen_language
from webui.store.reads import organisations as reads


def kinds() -> list[tuple[str, str]]:
    """Kinds of organisation to choose from."""
    return [(key, text.of(chosen_language())) for key, text in ORGANISATION_KINDS.items()]


@blueprint.get("/organisations", endpoint="organisations")
@open_to(*READERS)
def organisations() -> str:
    """The list, with a filter."""
    args = request.args
    wanted = reads.Filter(args.get("text", "").strip()[:100], args.get("kind", ""), args.get("eligible", ""))
    with web().store.read() as session:
        found = reads.listed(session, wanted, policy_of(session)[1], person().today)
        districts = reads.districts(session)
    return render_template("desk/organisations.html", found=found, wanted=wanted, kinds=kinds(), districts=districts)


@blueprint.get("/organisations/<key>", endpoint="organisation")
@open_to(*READERS)
def organisation(key: str) -> str:
    """One organisation with its sites, contacts, requests and history."""
    with web().store.read() as session:
        found = reads.shown(session, key, policy_of(session)[1], person().today)
        districts, invited = reads.districts(session), invitations(session, key)
    return render_template(
        "desk/organisation.html",
        found=found,
        kinds=kinds(),
        districts=districts,
        invited=invited,
        invited_link=g.get("invited_link", ""),
        now=person().at,
    )


@blueprint.post("/organisations", endpoint="add_organisation")
@open_to(*EDITORS)
@or_again(organisations)
def add_organisation() -> Page:
    """A new organisation."""
    key, form = _key(), organisation_form()
    places.add_organisation(web().store, key, form, person())
    return done(url_for("desk.organisation", key=key), _("Added."))


@blueprint.post("/organisations/<key>", endpoint="edit_organisation")
@open_to(*EDITORS)
@or_again(organisation)
def edit_organisation(key: str) -> Page:
    """What was changed about it."""
    places.edit_organisation(web().store, key, organisation_form(), version(), person())
    return done(url_for("desk.organisation", key=key), _("Saved."))


@blueprint.post("/organisations/<key>/contacts", endpoint="add_contact")
@open_to(*EDITORS)
@or_again(organisation)
def add_contact(key: str) -> Page:
    """An office that can be called."""
    form = typed()
    places.add_contact(web().store, key, form.text("office"), form.text("telephone"), person())
    return done(url_for("desk.organisation", key=key), _("Added."))


@blueprint.post("/organisations/<key>/contacts/<int:contact>/remove", endpoint="remove_contact")
@open_to(*EDITORS)
def remove_contact(key: str, contact: int) -> Page:
    """Takes an office away."""
    places.remove_contact(web().store, contact, person())
    return done(url_for("desk.organisation", key=key), _("Removed."))


def organisation_form() -> places.OrganisationForm:
    """What was typed; BadInput with every mistake."""
    form = typed()
    kind: OrganisationKind = form.read("kind", cells.choice(words.ORGANISATION_KINDS), "company", needed=True)
    read = places.OrganisationForm(
        form.read("name_zh", cells.text, ""),
        form.read("name_en", cells.text, ""),
        kind,
        form.read("district", cells.district, "", needed=True),
        form.read("foreigners", cells.whole(0), 0, needed=True),
        form.read("police_area", cells.text, ""),
        form.read("active_to", cells.day, None),
    )
    form.done()
    return read


def _key() -> str:
    form = typed()
    key = form.read("id", cells.identifier, "", needed=True)
    form.done()
    return key
