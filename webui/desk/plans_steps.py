"""A plan's way: renamed, sent for review, taken back, published, put away; and two plans side by side."""

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _

from webui.actions import drafts, plans
from webui.actions.rules import calendar_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, READERS, blueprint
from webui.desk.forms import Page, done, or_again, typed, version
from webui.desk.plans_page import plan
from webui.store.reads import plans as reads
from webui.store.reads.comparison import compare


@blueprint.post("/plans/<int:plan_id>/rename", endpoint="rename_plan")
@open_to(*EDITORS)
@or_again(plan)
def rename(plan_id: int) -> Page:
    """Another name."""
    drafts.rename(web().store, plan_id, typed().text("name"), version(), person())
    return done(url_for("desk.plan", plan_id=plan_id), _("Saved."))


@blueprint.post("/plans/<int:plan_id>/discard", endpoint="discard_plan")
@open_to(*EDITORS)
@or_again(plan)
def discard(plan_id: int) -> Page:
    """Puts a draft away."""
    drafts.discard(web().store, plan_id, version(), person())
    return done(url_for("desk.plans"), _("The draft is put away; it can still be read."))


@blueprint.post("/plans/<int:plan_id>/submit", endpoint="submit_plan")
@open_to(*EDITORS)
@or_again(plan)
def submit(plan_id: int) -> Page:
    """Sends it for review."""
    plans.submit(web().store, plan_id, version(), person())
    return done(url_for("desk.plan", plan_id=plan_id), _("A supervisor is asked to review it."))


@blueprint.post("/plans/<int:plan_id>/take-back", endpoint="take_back_plan")
@open_to(*EDITORS)
@or_again(plan)
def take_back(plan_id: int) -> Page:
    """Takes it back before it is decided."""
    plans.take_back(web().store, plan_id, version(), person())
    return done(url_for("desk.plan", plan_id=plan_id), _("It is a draft again."))


@blueprint.post("/plans/<int:plan_id>/publish", endpoint="publish_plan")
@open_to(*EDITORS, "supervisor")
@or_again(plan)
def publish(plan_id: int) -> Page:
    """Puts an approved plan into force."""
    plans.publish(web().store, plan_id, version(), person(), typed().text("why"))
    return done(url_for("desk.plan", plan_id=plan_id), _("The plan is in force; its visits are promised."))


@blueprint.get("/plans/compare", endpoint="compare_plans")
@open_to(*READERS)
def compare_plans() -> str:
    """What changes from one plan to another, and who must be told."""
    with web().store.read() as session:
        first, second = (reads.opened(session, _number(name)) for name in ("first", "second"))
        calendar = calendar_of(session)
        others = reads.overview(session).plans
    found = compare(first.dossier, second.dossier, first.promised, calendar)
    return render_template("desk/plan_compare.html", first=first, second=second, found=found, others=others)


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else abort(404)
