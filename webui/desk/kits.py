"""Kits: which box is with which team, and which are broken."""

from flask import render_template, url_for
from flask_babel import gettext as _

from planner.io import cells, words
from webui.actions import teams as actions
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, STAFF, blueprint
from webui.desk.forms import Page, done, or_again, typed, version
from webui.desk.labels import TABLES
from webui.language import chosen_language
from webui.store.reads import roster as reads


@blueprint.get("/kits")
@open_to(*STAFF)
def kits() -> str:
    """All kits, and the form for another."""
    with web().store.read() as session:
        found = reads.kits(session)
        teams = [line.row for line in reads.teams(session, person().today)]
    kinds = [(key, TABLES["kit"][key].of(chosen_language())) for key in words.KITS]
    return render_template(
        "desk/kits.html", found=found, teams=teams, names={team.id: team for team in teams}, kinds=kinds
    )


@blueprint.get("/kits/<key>")
@open_to(*STAFF)
def kit(key: str) -> str:
    """One kit."""
    with web().store.read() as session:
        row, entries = reads.kit(session, key)
        teams = [line.row for line in reads.teams(session, person().today)]
    return render_template("desk/kit.html", row=row, entries=entries, teams=teams)


@blueprint.post("/kits")
@open_to(*EDITORS)
@or_again(kits)
def add_kit() -> Page:
    """A new kit."""
    form = typed()
    key = form.read("id", cells.identifier, "", needed=True)
    kind = form.read("kind", cells.choice(words.KITS), "acceptance", needed=True)
    form.done()
    actions.add_kit(web().store, key, kind, form.text("team_id") or None, person())
    return done(url_for("desk.kits"), _("Added."))


@blueprint.post("/kits/<key>")
@open_to(*EDITORS)
@or_again(kit)
def edit_kit(key: str) -> Page:
    """Who carries it, whether it works."""
    form = typed()
    team, works, remark = form.text("team_id") or None, form.ticked("works"), form.text("remark")
    form.done()
    actions.edit_kit(web().store, key, team_id=team, works=works, remark=remark, version=version(), by=person())
    return done(url_for("desk.kits"), _("Saved."))
