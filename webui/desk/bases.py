"""Bases: the stations that teams start from and come back to."""

from flask import render_template, url_for
from flask_babel import gettext as _

from planner.io import cells
from planner.travel.datum import from_wgs84
from webui.actions import places
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, STAFF, blueprint
from webui.desk.forms import Page, done, or_again, typed, version
from webui.desk.sites import ALL_DATUMS, datums, pin_form
from webui.store.reads import roster as reads


@blueprint.get("/bases")
@open_to(*STAFF)
def bases() -> str:
    """All bases with their teams."""
    with web().store.read() as session:
        found, teams = reads.bases(session), reads.team_names(session)
    return render_template("desk/bases.html", found=found, teams=list(teams.values()))


@blueprint.get("/bases/new")
@open_to(*EDITORS)
def new_base() -> str:
    """The form for another."""
    return render_template("desk/new_base.html", datums=datums())


@blueprint.get("/bases/<key>")
@open_to(*STAFF)
def base(key: str) -> str:
    """One base: its map, its coordinates in every system, its teams."""
    with web().store.read() as session:
        row, teams, entries = reads.base(session, key)
    points = [(datum, *from_wgs84(row.lat, row.lon, datum)) for datum in ALL_DATUMS]
    return render_template("desk/base.html", row=row, teams=teams, entries=entries, points=points, datums=datums())


@blueprint.post("/bases/new")
@open_to(*EDITORS)
@or_again(new_base)
def add_base() -> Page:
    """A new base."""
    form = typed()
    key = form.read("id", cells.identifier, "", needed=True)
    if key == "new":
        form.wrong("id", "is taken by the program itself; choose another", "为系统保留,请另选", key)
    form.done()
    places.add_base(web().store, key, base_form(), pin_form(), person())
    return done(url_for("desk.base", key=key), _("Added."))


@blueprint.post("/bases/<key>")
@open_to(*EDITORS)
@or_again(base)
def edit_base(key: str) -> Page:
    """What was changed about it, except where it is."""
    places.edit_base(web().store, key, base_form(), version(), person())
    return done(url_for("desk.base", key=key), _("Saved."))


@blueprint.post("/bases/<key>/place")
@open_to(*EDITORS)
@or_again(base)
def move_base(key: str) -> Page:
    """Where it is, from the map or pasted."""
    places.move_base(web().store, key, pin_form(), version(), person())
    return done(url_for("desk.base", key=key), _("The place was saved."))


def base_form() -> places.BaseForm:
    """What was typed; BadInput with every mistake."""
    form = typed()
    read = places.BaseForm(
        form.read("name_zh", cells.text, ""),
        form.read("name_en", cells.text, ""),
        form.read("district", cells.district, ""),
    )
    form.done()
    return read
