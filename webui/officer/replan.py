"""The page on which the desk plans the rest of today again."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from planner.model import seconds_of
from webui.actions.rest_of_day import RestForm, replan_rest
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.officer.blueprint import PLANNERS, blueprint
from webui.refusals import bad
from webui.store.person import CHINA
from webui.store.reads import days as reads

HEADROOM = 1_200
"""Seconds from now until something new can begin: planning, review and telling people take that long."""
STEP = 300


@blueprint.get("/replan", endpoint="replan")
@open_to(*PLANNERS)
def replan() -> str:
    """What has not begun, and what may change about it."""
    me = person()
    with web().store.read() as session:
        found = reads.day_plan(session, me.today)
    now = me.at.astimezone(CHINA)
    at = -(-(now.hour * 3600 + now.minute * 60 + HEADROOM) // STEP) * STEP
    key = f"rest {found.plan_id} {me.id} {me.at:%H%M%S%f}"
    return render_template(
        "officer/replan.html", found=found, day=me.today, at=min(at, 86_399), key=key, choices=choices
    )


def choices(work: str) -> tuple[tuple[str, str], ...]:
    """What may be decided about a visit of this work that has not begun: value and words; the first holds unless said.

    Passports that come back have no promised hour: where they fit is found anew.
    """
    drop = ("drop", _("not today"))
    if work == "return":
        return ("keep", _("may have another hour today")), drop
    return ("keep", _("keeps its hour")), ("free", _("may have another hour today")), drop


@blueprint.post("/replan", endpoint="replan_now")
@open_to(*PLANNERS)
def replan_now() -> Response:
    """Starts the run and shows how it goes."""
    form, me = request.form, person()
    try:
        at = seconds_of(form.get("at", ""))
    except ValueError as error:
        raise bad("at", "needs a clock time such as 14:30", "请填写时刻,如 14:30", form.get("at", "")[:40]) from error
    choices = {name.removeprefix("visit "): form[name] for name in form if name.startswith("visit ")}
    wanted = RestForm(
        me.today,
        at,
        tuple(visit for visit, choice in choices.items() if choice == "free"),
        tuple(visit for visit, choice in choices.items() if choice == "drop"),
        tuple(form.getlist("out")),
    )
    number = replan_rest(web().store, wanted, me, form.get("key", "")[:200])
    web().wake(number)
    flash(_("The rest of the day is being planned. It comes into force when it was reviewed and published."))
    return redirect(url_for("desk.plan_run", number=number), 303)
