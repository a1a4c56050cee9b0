"""Submitted plans and special visits: looked at, approved, or sent back with a reason."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from planner.errors import BadInput
from planner.report.statistics import legal_rows
from webui.actions import plans as actions
from webui.actions.plan_view import view_of
from webui.actions.requests import decide_special
from webui.actions.rules import calendar_of, policy_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.language import chosen_language
from webui.refusals import Conflict
from webui.signs import form_again
from webui.store.person import Role
from webui.store.reads import plans as reads
from webui.store.reads import requests as request_reads
from webui.store.reads.comparison import compare

blueprint = Blueprint("review", __name__, url_prefix="/review")
REVIEWERS: tuple[Role, ...] = ("supervisor",)


@blueprint.get("/plans", endpoint="plans")
@open_to(*REVIEWERS)
def plans() -> str:
    """What waits for a decision, and what was decided last."""
    with web().store.read() as session:
        waiting = reads.plans_in(session, "submitted")
        decided = reads.plans_in(session, "approved", "sent_back", "published")
        rules = request_reads.Rules(policy_of(session)[1], calendar_of(session), person().today)
        specials = [(one, request_reads.shown(session, one.request_id, rules)) for one in reads.asked_specials(session)]
        people = reads.names(session)
    return render_template(
        "review/plans.html", waiting=waiting, decided=decided, specials=specials, people=people, me=person().id
    )


@blueprint.get("/plans/<int:plan_id>", endpoint="plan")
@open_to(*REVIEWERS)
def plan(plan_id: int) -> str:
    """One plan, as its reviewer needs it."""
    with web().store.read() as session:
        found = reads.opened(session, plan_id)
        calendar = calendar_of(session)
        before = reads.in_force_between(session, found.row.first_date, found.row.last_date, plan_id)
        present = reads.opened(session, before.id) if before else None
        entries = reads.plan_history(session, plan_id)
    difference = compare(present.dossier, found.dossier, found.promised, calendar) if present else None
    rows = legal_rows(found.dossier, calendar)
    return render_template(
        "review/plan.html",
        view=view_of(found, calendar),
        plan=found,
        row=found.row,
        present=present,
        difference=difference,
        uncovered=[one for one in rows if not one.covered],
        entries=entries,
        me=person().id,
    )


@blueprint.post("/plans/<int:plan_id>/approve", endpoint="approve")
@open_to(*REVIEWERS)
def approve(plan_id: int) -> Response:
    """Approves it, with a remark where people go uncovered."""
    actions.approve(web().store, plan_id, request.form.get("remark", ""), _version(), person())
    flash(_("The plan is approved; its scheduler can put it into force."))
    return redirect(url_for("review.plans"), 303)


@blueprint.post("/plans/<int:plan_id>/send-back", endpoint="send_back")
@open_to(*REVIEWERS)
def send_back(plan_id: int) -> Response:
    """Sends it back with the reason."""
    actions.send_back(web().store, plan_id, request.form.get("why", ""), _version(), person())
    flash(_("The plan was sent back with your reason."))
    return redirect(url_for("review.plans"), 303)


@blueprint.post("/specials/<int:number>", endpoint="decide_special")
@open_to(*REVIEWERS)
def special(number: int) -> Response:
    """Approves or refuses a special visit."""
    yes = request.form.get("decision") == "approve"
    decide_special(
        web().store, number, approve=yes, answer=request.form.get("answer", ""), version=_version(), by=person()
    )
    flash(_("The special visit is approved.") if yes else _("The special visit is not approved."))
    return redirect(url_for("review.plans"), 303)


@blueprint.errorhandler(Conflict)
def changed(error: Conflict) -> tuple[str, int]:
    """Somebody else was first. Nobody decides on what they have not seen, so the way leads back to it."""
    return _refused((error.sentence(chosen_language()),)), 409


@blueprint.errorhandler(BadInput)
def incomplete(error: BadInput) -> tuple[str, int]:
    """A reason is missing, or more."""
    return _refused(tuple(one.en if chosen_language() == "en" else one.zh for one in error.mistakes)), 400


def _refused(sentences: tuple[str, ...]) -> str:
    """Why nothing was decided, with what was typed so that it is not lost, and the way back."""
    number = (request.view_args or {}).get("plan_id")
    back = url_for("review.plans") if number is None else url_for("review.plan", plan_id=number)
    form = form_again()
    typed = [form[name].strip() for name in ("remark", "why", "answer") if form.get(name, "").strip()]
    return render_template("review/refused.html", sentences=sentences, back=back, typed=typed)


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
