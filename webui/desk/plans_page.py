"""One plan as map, timeline, table and list of what is out; the visit that is chosen; its legal dates."""

from dataclasses import dataclass

from flask import render_template, request
from flask_login import current_user

from planner.model import Team, Visit
from planner.reasons import Reason
from planner.report.contents import Call, LeftOut, Outing, contents
from planner.workdays import Calendar
from webui.actions.plan_view import legal_dates, view_of, why_there
from webui.actions.rules import calendar_of
from webui.auth.access import open_to
from webui.auth.web import web
from webui.desk.blueprint import READERS, blueprint
from webui.refusals import NotFound
from webui.store.plans import OPEN
from webui.store.reads import plans as reads
from webui.store.reads.plans import Opened


@dataclass(frozen=True)
class Chosen:
    """The visit that is chosen: where it is, or why it is out; why there; where it could go."""

    visit: Visit
    outing: Outing | None
    call: Call | None
    left_out: LeftOut | None
    pinned: bool
    why: tuple[Reason, ...]
    teams: tuple[Team, ...]


def load(plan_id: int) -> tuple[Opened, Calendar]:
    """The plan and the calendar as they are now."""
    with web().store.read() as session:
        return reads.opened(session, plan_id), calendar_of(session)


def may_change(plan: Opened) -> bool:
    """Whether this person may change this plan now."""
    return plan.row.status in OPEN and "scheduler" in current_user.person.roles


def chosen_visit(plan: Opened, visit_id: str) -> Chosen:
    """What the panel says about a visit; NotFound where the plan does not have it."""
    dossier = plan.dossier
    visit = next((one for one in dossier.facts.visits if one.id == visit_id), None)
    if visit is None:
        raise NotFound("visit", visit_id)
    content = contents(dossier)
    outing, call = content.placed().get(visit_id, (None, None))
    out = next((one for one in content.left_out if one.visit is visit), None)
    why, teams = why_there(dossier, visit_id), dossier.facts.inputs.teams
    return Chosen(visit, outing, call, out, visit_id in plan.pins, why, teams)


@blueprint.get("/plans/<int:plan_id>", endpoint="plan")
@open_to(*READERS)
def plan(plan_id: int) -> str:
    """The workspace."""
    found, calendar = load(plan_id)
    wanted = request.args.get("visit", "")
    view = view_of(found, calendar)
    return render_template(
        "desk/plan.html", view=view, plan=found, row=found.row, edits=may_change(found), chosen=_chosen(found, wanted)
    )


@blueprint.get("/plans/<int:plan_id>/visit", endpoint="plan_visit")
@open_to(*READERS)
def plan_visit(plan_id: int) -> str:
    """The panel of one visit alone, fetched when it is chosen on the map, in the timeline or in a table."""
    found, _calendar = load(plan_id)
    chosen = chosen_visit(found, request.args.get("visit", ""))
    return render_template("desk/_visit.html", plan=found, row=found.row, chosen=chosen, edits=may_change(found))


@blueprint.get("/plans/<int:plan_id>/legal-dates", endpoint="plan_legal_dates")
@open_to(*READERS)
def plan_legal_dates(plan_id: int) -> str:
    """Every group of people by last lawful day, the visit that covers it, and where the uncovered go."""
    found, calendar = load(plan_id)
    rows, view = legal_dates(found.dossier, calendar), view_of(found, calendar)
    return render_template(
        "desk/plan_legal_dates.html",
        plan=found,
        view=view,
        row=found.row,
        rows=rows,
        uncovered=tuple(one for one in rows if not one.covered),
        people=sum(one.count for one in rows),
        gaps=view.gaps,
        last=found.dossier.facts.horizon[-1] if found.dossier.facts.horizon else None,
    )


def _chosen(found: Opened, visit_id: str) -> Chosen | None:
    known = any(one.id == visit_id for one in found.dossier.facts.visits)
    return chosen_visit(found, visit_id) if known else None
