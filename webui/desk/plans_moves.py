"""Changing a draft by hand: a move is tried first, with the checker's answer and the cost; then saved."""

from datetime import date

from flask import render_template, request, url_for
from flask_babel import gettext as _

from planner.io import cells
from planner.report.contents import contents
from webui.actions import drafts as actions
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, blueprint
from webui.desk.forms import Page, Typed, done, or_again, typed, version
from webui.desk.plans_page import load, plan
from webui.refusals import Conflict

OUT = "out"
"""What the form says instead of a team for "take it out of the plan"."""


@blueprint.get("/plans/<int:plan_id>/try", endpoint="try_move")
@open_to(*EDITORS)
@or_again(plan)
def try_move(plan_id: int) -> str:
    """What a move would do, nothing saved; with ?part=1 only the answer."""
    form = Typed(request.args)
    visit_id, target = form.text("visit"), _target(form)
    found, _calendar = load(plan_id)
    tried, refusal = None, None
    try:
        tried = actions.try_move(web().store, plan_id, visit_id, target, person())
    except Conflict as error:
        refusal = error
    visit = next((one for one in found.dossier.facts.visits if one.id == visit_id), None)
    owners = {one.id: one for one in found.dossier.facts.inputs.organisations}
    teams = {one.id: one for one in found.dossier.facts.inputs.teams}
    page = "desk/_answer.html" if request.args.get("part") else "desk/plan_move.html"
    return render_template(
        page,
        plan=found,
        row=found.row,
        visit=visit,
        owner=owners[visit.organisation_id] if visit else None,
        place=contents(found.dossier).placed().get(visit_id),
        target=target,
        team=teams.get(target.team_id) if target else None,
        tried=tried,
        new_start=_start(tried, visit_id),
        refusal=refusal,
    )


@blueprint.post("/plans/<int:plan_id>/move", endpoint="move_visit")
@open_to(*EDITORS)
@or_again(plan)
def move_visit(plan_id: int) -> Page:
    """Saves a move that was tried."""
    form = typed()
    visit_id, target = form.text("visit"), _target(form)
    actions.move_visit(web().store, plan_id, visit_id, target, version(), person(), form.text("why"))
    said = _("%(visit)s was moved.", visit=visit_id) if target else _("%(visit)s was taken out.", visit=visit_id)
    return _back(plan_id, visit_id, said)


@blueprint.post("/plans/<int:plan_id>/pin", endpoint="pin_visit")
@open_to(*EDITORS)
@or_again(plan)
def pin_visit(plan_id: int) -> Page:
    """Keeps a visit where it is."""
    visit_id = typed().text("visit")
    actions.pin(web().store, plan_id, visit_id, version(), person())
    return _back(plan_id, visit_id, _("%(visit)s is pinned: planning again keeps its team and date.", visit=visit_id))


@blueprint.post("/plans/<int:plan_id>/unpin", endpoint="unpin_visit")
@open_to(*EDITORS)
@or_again(plan)
def unpin_visit(plan_id: int) -> Page:
    """Lets it go again."""
    visit_id = typed().text("visit")
    actions.unpin(web().store, plan_id, visit_id, version(), person())
    return _back(plan_id, visit_id, _("%(visit)s is not pinned any more.", visit=visit_id))


@blueprint.post("/plans/<int:plan_id>/undo", endpoint="undo_plan")
@open_to(*EDITORS)
@or_again(plan)
def undo_plan(plan_id: int) -> Page:
    """Takes the last change by hand back."""
    visit_id = actions.undo(web().store, plan_id, version(), person())
    return _back(plan_id, visit_id, _("The last change of %(visit)s was undone.", visit=visit_id))


def _back(plan_id: int, visit_id: str, said: str) -> Page:
    return done(url_for("desk.plan", plan_id=plan_id, visit=visit_id), said)


def _target(form: Typed) -> actions.Target | None:
    """Where the form sends the visit; None: out of the plan. BadInput for a date or time that cannot be read."""
    team = form.text("team")
    if team == OUT:
        return None
    if not team:
        form.wrong("team", "choose one", "请选择")
    day: date = form.read("date", cells.day, date.min, needed=True)
    start: int | None = form.read("start", cells.time, None)
    form.done()
    return actions.Target(team, day, None, start)


def _start(tried: actions.Tried | None, visit_id: str) -> int | None:
    """When the visit would begin."""
    if tried is None or tried.plan is None:
        return None
    stops = (stop for route in tried.plan.routes for stop in route.stops)
    return next((stop.start for stop in stops if stop.visit == visit_id), None)
