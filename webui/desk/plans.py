"""Plans and runs: what there is, starting a run, watching it, ending it."""

from secrets import token_hex

from flask import render_template, request, url_for
from flask_babel import gettext as _

from planner.io import cells
from webui.actions import runs as actions
from webui.actions.rules import calendar_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, READERS, blueprint
from webui.desk.forms import Page, Typed, done, or_again, typed
from webui.desk.plans_words import course_lines
from webui.formatters import day
from webui.store.reads import plans as reads


@blueprint.get("/plans", endpoint="plans")
@open_to(*READERS)
def plans() -> str:
    """What is being planned, every plan, and the form for a new one."""
    with web().store.read() as session:
        found = reads.overview(session)
        first, last = reads.next_fortnight(session, calendar_of(session), person().today)
    based = request.args.get("from", "")
    base = next((row for row in found.plans if str(row.id) == based), None)
    if base is not None:
        first, last = max(base.first_date, min(person().today, base.last_date)), base.last_date
    return render_template(
        "desk/plans.html", found=found, first=first, last=last, base=base, efforts=actions.EFFORTS, key=token_hex(16)
    )


@blueprint.get("/plans/running", endpoint="running_plans")
@open_to(*READERS)
def running_plans() -> str:
    """The list of runs alone, asked for again and again while one is going on."""
    with web().store.read() as session:
        found = reads.overview(session)
    return render_template("desk/_runs.html", found=found)


@blueprint.post("/plans", endpoint="start_plan")
@open_to(*EDITORS)
@or_again(plans, "plans")
def start_plan() -> Page:
    """Puts a run into the queue and wakes a worker."""
    form = typed()
    asked = _run_form(form)
    form.done()
    number = actions.start_plan(web().store, asked, person(), form.text("key"))
    web().wake(number)
    return done(url_for("desk.plan_run", number=number), _("Planning has begun."))


@blueprint.get("/plans/runs/<int:number>", endpoint="plan_run")
@open_to(*READERS)
def plan_run(number: int) -> str:
    """How far a run is; with ?part=1 only what changes."""
    with web().store.read() as session:
        run = reads.running(session, number)
        course = reads.course(session, number)
    page = "desk/_run.html" if request.args.get("part") else "desk/plan_run.html"
    return render_template(page, run=run, row=run.row, lines=course_lines(course))


@blueprint.post("/plans/runs/<int:number>/cancel", endpoint="cancel_run")
@open_to(*EDITORS)
@or_again(plan_run)
def cancel_run(number: int) -> Page:
    """Ends a run: with the best plan so far, or without one."""
    keep = typed().text("keep") == "yes"
    actions.cancel_run(web().store, number, person(), keep)
    said = _("The run ends with the best plan so far.") if keep else _("The run is cancelled.")
    return done(url_for("desk.plan_run", number=number), said)


def _run_form(form: Typed) -> actions.RunForm:
    today = person().today
    based = form.text("based_on")
    first = form.read("first", cells.day, today, needed=True)
    return actions.RunForm(
        form.text("name") or _("Plan of %(day)s", day=day(first)),
        first,
        form.read("last", cells.day, today, needed=True),
        form.text("effort") or "standard",
        based_on=int(based) if based.isascii() and based.isdigit() and len(based) < 10 else None,
    )
