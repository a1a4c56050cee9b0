"""Operations of runs and plans."""

from planner.model import seconds_of
from webui.actions import drafts, plans, runs
from webui.actions.drafts import Target
from webui.actions.runs import RunForm
from webui.api.contract import EDITORS, READERS, Answered, Call, operation
from webui.api.fields import Why
from webui.api.plan_models import (
    CancelIn,
    MoveIn,
    NameIn,
    PlanOut,
    Plans,
    PlanWithVisits,
    RunIn,
    RunOut,
    plan_out,
    visit_out,
)
from webui.api.running import run_of
from webui.auth.web import web
from webui.language import N_
from webui.refusals import bad
from webui.store.dossiers import dossier_of
from webui.store.reads import programs as reads


@operation(
    method="POST",
    path="/runs",
    scope="plans:write",
    summary=N_("Start planning"),
    body=RunIn,
    answer=RunOut,
    status=201,
    roles=EDITORS,
)
def start_run(call: Call) -> Answered:
    """Puts a run into the queue."""
    form = RunForm(**call.body.model_dump())
    number = runs.start_plan(call.store, form, call.holder.person)
    web().wake(number)
    return run_of(call, number)


@operation(
    method="GET",
    path="/runs/{number}",
    scope="plans:read",
    summary=N_("One run"),
    answer=RunOut,
    roles=READERS,
)
def run(call: Call, number: int) -> Answered:
    """How far it is."""
    return run_of(call, number)


@operation(
    method="POST",
    path="/runs/{number}/cancel",
    scope="plans:write",
    summary=N_("End a run"),
    body=CancelIn,
    answer=RunOut,
    roles=EDITORS,
)
def cancel_run(call: Call, number: int) -> Answered:
    """With or without the best plan so far."""
    runs.cancel_run(call.store, number, call.holder.person, call.body.keep)
    return run_of(call, number)


@operation(
    method="GET",
    path="/plans",
    scope="plans:read",
    summary=N_("All plans"),
    answer=Plans,
    roles=READERS,
)
def list_plans(call: Call) -> Answered:
    """Without their visits."""
    with call.store.read() as session:
        return Answered(Plans(items=[plan_out(one) for one in reads.plans(session)]))


@operation(
    method="GET",
    path="/plans/{number}",
    scope="plans:read",
    summary=N_("One plan with its visits, and why some are out"),
    answer=PlanWithVisits,
    roles=READERS,
)
def plan(call: Call, number: int) -> Answered:
    """With its visits."""
    return _plan(call, number)


@operation(
    method="POST",
    path="/plans/{number}/visits/{visit}/move",
    scope="plans:write",
    summary=N_("Move a visit of a draft, or take it out"),
    body=MoveIn,
    answer=PlanWithVisits,
    guards=plan,
    roles=EDITORS,
)
def move_visit(call: Call, number: int, visit: str) -> Answered:
    """To a team and a date, near an hour."""
    body: MoveIn = call.body
    drafts.move_visit(call.store, number, visit, target_of(body), call.version, call.holder.person, body.why)
    return _plan(call, number)


@operation(
    method="POST",
    path="/plans/{number}/visits/{visit}/pin",
    scope="plans:write",
    summary=N_("Keep a visit with its team on its date"),
    answer=PlanWithVisits,
    guards=plan,
    roles=EDITORS,
)
def pin_visit(call: Call, number: int, visit: str) -> Answered:
    """Pins it."""
    drafts.pin(call.store, number, visit, call.version, call.holder.person)
    return _plan(call, number)


@operation(
    method="POST",
    path="/plans/{number}/visits/{visit}/unpin",
    scope="plans:write",
    summary=N_("Let a visit go again"),
    answer=PlanWithVisits,
    guards=plan,
    roles=EDITORS,
)
def unpin_visit(call: Call, number: int, visit: str) -> Answered:
    """Unpins it."""
    drafts.unpin(call.store, number, visit, call.version, call.holder.person)
    return _plan(call, number)


@operation(
    method="POST",
    path="/plans/{number}/undo",
    scope="plans:write",
    summary=N_("Take the last change of a draft by hand back"),
    answer=PlanWithVisits,
    guards=plan,
    roles=EDITORS,
)
def undo_plan(call: Call, number: int) -> Answered:
    """One step."""
    drafts.undo(call.store, number, call.version, call.holder.person)
    return _plan(call, number)


@operation(
    method="POST",
    path="/plans/{number}/rename",
    scope="plans:write",
    summary=N_("Give a draft another name"),
    body=NameIn,
    answer=PlanOut,
    guards=plan,
    roles=EDITORS,
)
def rename_plan(call: Call, number: int) -> Answered:
    """Renames it."""
    drafts.rename(call.store, number, call.body.name, call.version, call.holder.person)
    return _plan(call, number, visits=False)


@operation(
    method="POST",
    path="/plans/{number}/take-back",
    scope="plans:write",
    summary=N_("Take a submission back before it is decided"),
    answer=PlanOut,
    guards=plan,
    roles=EDITORS,
)
def take_back_plan(call: Call, number: int) -> Answered:
    """It is a draft again."""
    plans.take_back(call.store, number, call.version, call.holder.person)
    return _plan(call, number, visits=False)


@operation(
    method="POST",
    path="/plans/{number}/submit",
    scope="plans:write",
    summary=N_("Send a draft for review"),
    answer=PlanOut,
    guards=plan,
    roles=EDITORS,
)
def submit_plan(call: Call, number: int) -> Answered:
    """Asks a supervisor."""
    plans.submit(call.store, number, call.version, call.holder.person)
    return _plan(call, number, visits=False)


@operation(
    method="POST",
    path="/plans/{number}/approve",
    scope="plans:write",
    summary=N_("Approve a submitted plan of somebody else"),
    body=Why,
    answer=PlanOut,
    guards=plan,
    roles=("supervisor",),
)
def approve_plan(call: Call, number: int) -> Answered:
    """With a remark where people go uncovered."""
    plans.approve(call.store, number, call.body.why, call.version, call.holder.person)
    return _plan(call, number, visits=False)


@operation(
    method="POST",
    path="/plans/{number}/send-back",
    scope="plans:write",
    summary=N_("Send a submitted plan back, with a reason"),
    body=Why,
    answer=PlanOut,
    guards=plan,
    roles=("supervisor",),
)
def send_back_plan(call: Call, number: int) -> Answered:
    """To its scheduler."""
    plans.send_back(call.store, number, call.body.why, call.version, call.holder.person)
    return _plan(call, number, visits=False)


@operation(
    method="POST",
    path="/plans/{number}/publish",
    scope="plans:write",
    summary=N_("Put an approved plan into force"),
    body=Why,
    answer=PlanOut,
    guards=plan,
    roles=("scheduler", "supervisor"),
)
def publish_plan(call: Call, number: int) -> Answered:
    """Its visits are promised then, and organisations and webhooks are told."""
    plans.publish(call.store, number, call.version, call.holder.person, call.body.why)
    return _plan(call, number, visits=False)


@operation(
    method="POST",
    path="/plans/{number}/discard",
    scope="plans:write",
    summary=N_("Put a draft away"),
    answer=PlanOut,
    guards=plan,
    roles=EDITORS,
)
def discard_plan(call: Call, number: int) -> Answered:
    """It stays readable."""
    drafts.discard(call.store, number, call.version, call.holder.person)
    return _plan(call, number, visits=False)


def target_of(body: MoveIn) -> Target | None:
    """Where a visit shall go; None where it is taken out. BadInput for a team without a date."""
    if (body.team is None) != (body.date is None):
        raise bad("team", "goes with a date, and a date with a team", "警组与日期须同时给出")
    start = None if body.start is None else seconds_of(body.start)
    return None if body.team is None or body.date is None else Target(body.team, body.date, start=start)


def _plan(call: Call, number: int, *, visits: bool = True) -> Answered:
    with call.store.read() as session:
        row, rows = reads.plan(session, number)
        short = plan_out(row)
        reasons = dossier_of(row).facts.reasons if visits else {}
    if not visits:
        return Answered(short, row.version)
    shown = [
        visit_out(one, [(why.sentence("en"), why.sentence("zh")) for why in reasons.get(one.visit_id, ())])
        for one in rows
    ]
    return Answered(PlanWithVisits(**short.model_dump(), visits=shown), row.version)
