"""Teams: who can do what from where."""

from flask import render_template, url_for
from flask_babel import gettext as _

from planner.io import cells, words
from planner.model import Kind
from planner.report.words import KINDS
from webui.actions import teams as actions
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, STAFF, blueprint
from webui.desk.forms import Page, done, or_again, typed, version
from webui.language import chosen_language
from webui.store.reads import roster as reads


def kinds() -> list[tuple[str, str]]:
    """Kinds of application to choose from."""
    return [(key, text.of(chosen_language())) for key, text in KINDS.items()]


@blueprint.get("/teams")
@open_to(*STAFF)
def teams() -> str:
    """All teams, and the form for another."""
    with web().store.read() as session:
        found, bases = reads.teams(session, person().today), reads.bases(session)
    return render_template("desk/teams.html", found=found, bases=bases, kinds=kinds())


@blueprint.get("/teams/<key>")
@open_to(*STAFF)
def team(key: str) -> str:
    """One team."""
    with web().store.read() as session:
        line, entries = reads.team(session, key, person().today)
        bases = reads.bases(session)
    return render_template("desk/team.html", line=line, row=line.row, entries=entries, bases=bases, kinds=kinds())


@blueprint.post("/teams")
@open_to(*EDITORS)
@or_again(teams)
def add_team() -> Page:
    """A new team."""
    form = typed()
    key = form.read("id", cells.identifier, "", needed=True)
    form.done()
    actions.add_team(web().store, key, team_form(), person())
    return done(url_for("desk.team", key=key), _("Added."))


@blueprint.post("/teams/<key>")
@open_to(*EDITORS)
@or_again(team)
def edit_team(key: str) -> Page:
    """What was changed about it."""
    actions.edit_team(web().store, key, team_form(), version(), person())
    return done(url_for("desk.team", key=key), _("Saved."))


def team_form() -> actions.TeamForm:
    """What was typed; BadInput with every mistake."""
    form = typed()
    chosen: tuple[Kind, ...] = form.many("kinds")  # type: ignore[assignment]
    read = actions.TeamForm(
        form.read("name_zh", cells.text, ""),
        form.read("name_en", cells.text, ""),
        form.read("base_id", cells.identifier, "", needed=True),
        form.read("officers", cells.whole(1, 50), 1, needed=True),
        form.read("desks", cells.whole(1, 50), 1, needed=True),
        form.read("languages", cells.many(cells.language), (), needed=True),
        tuple(kind for kind in chosen if kind in words.KINDS),
    )
    form.done()
    return read
