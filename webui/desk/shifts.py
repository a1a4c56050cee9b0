"""The roster: which team works when, day by day or a span at once; absences."""

from datetime import date, timedelta

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _

from planner.io import cells
from planner.model import Break, Hours, Shift
from planner.policy import Policy
from webui.actions import teams as actions
from webui.actions.rules import policy_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, STAFF, blueprint
from webui.desk.forms import Page, Typed, done, or_again, typed, version
from webui.store.reads import roster as reads

FORTNIGHT = 14


@blueprint.get("/shifts")
@open_to(*STAFF)
def shifts() -> str:
    """Team × date for two weeks from a Monday on."""
    first = _monday(request.args.get("week", ""), person().today)
    with web().store.read() as session:
        found = reads.roster(session, first, FORTNIGHT)
        usual = usual_shift(policy_of(session)[1])
    week = timedelta(days=7)
    return render_template("desk/shifts.html", found=found, first=first, week=week, usual=usual, today=person().today)


@blueprint.get("/shifts/<key>/<day>")
@open_to(*STAFF)
def shift(key: str, day: str) -> str:
    """One team on one date."""
    when = _day(day)
    with web().store.read() as session:
        team, row, plan, entries = reads.shift(session, key, when)
        usual = usual_shift(policy_of(session)[1])
    return render_template("desk/shift.html", team=team, row=row, plan=plan, entries=entries, day=when, usual=usual)


@blueprint.post("/shifts/<key>/<day>")
@open_to(*EDITORS)
@or_again(shift)
def set_shift(key: str, day: str) -> Page:
    """The shift of a team on a date, new or changed."""
    actions.set_shift(web().store, shift_form(typed(), key, _day(day)), version(), person())
    return done(_back(day), _("Saved."))


@blueprint.post("/shifts/<key>/<day>/absence")
@open_to(*EDITORS)
@or_again(shift)
def set_absence(key: str, day: str) -> Page:
    """Why the team is not available after all; nothing makes it available again."""
    actions.set_absence(web().store, key, _day(day), typed().text("absence"), version(), person())
    return done(_back(day), _("Saved."))


@blueprint.post("/shifts/<key>/<day>/remove")
@open_to(*EDITORS)
@or_again(shift)
def remove_shift(key: str, day: str) -> Page:
    """Takes the shift out of the roster."""
    actions.remove_shift(web().store, key, _day(day), version(), person())
    return done(_back(day), _("Removed."))


@blueprint.post("/shifts/fill")
@open_to(*EDITORS)
@or_again(shifts)
def fill_shifts() -> Page:
    """Shifts for several teams on all working days of a span."""
    form = typed()
    first, last = span(form)
    like = shift_form(form, "", first)
    added = actions.fill_shifts(web().store, form.many("teams"), first, last, like, person())
    return done(_back(first.isoformat()), _("%(count)s shifts added.", count=added))


@blueprint.get("/absences")
@open_to(*STAFF)
def absences() -> str:
    """Absences from today on, and the form for more."""
    with web().store.read() as session:
        found = reads.absences(session, person().today)
        lines = reads.teams(session, person().today)
    names = {line.row.id: line.row for line in lines}
    return render_template("desk/absences.html", found=found, names=names, today=person().today)


@blueprint.post("/absences")
@open_to(*EDITORS)
@or_again(absences)
def add_absences() -> Page:
    """A team that is away for some days."""
    form = typed()
    first, last = span(form)
    count = actions.set_absences(web().store, form.text("team_id"), first, last, form.text("why"), person())
    return done(url_for("desk.absences"), _("%(count)s shifts are marked absent.", count=count))


@blueprint.post("/absences/<key>/<day>/end")
@open_to(*EDITORS)
@or_again(absences)
def end_absence(key: str, day: str) -> Page:
    """The team is available again."""
    actions.set_absence(web().store, key, _day(day), "", version(), person())
    return done(url_for("desk.absences"), _("The team is available again."))


def usual_shift(policy: Policy) -> Shift:
    """A shift as the policy describes it, for forms to begin with."""
    rest = Break(policy.break_minutes * 60, policy.break_earliest, policy.break_latest)
    hours = Hours(policy.shift_start, policy.shift_end)
    return Shift("", date.min, hours, rest, policy.max_applicants_shift, policy.max_work_minutes * 60)


def span(form: Typed) -> tuple[date, date]:
    """The first and last date of a form; BadInput where one is missing."""
    first = form.read("first", cells.day, date.min, needed=True)
    last = form.read("last", cells.day, first, needed=True)
    form.done()
    return first, last


def shift_form(form: Typed, team: str, day: date) -> Shift:
    """The shift of a form; BadInput with every mistake."""
    start = form.read("start", cells.time, 0, needed=True)
    end = form.read("end", cells.time, 0, needed=True)
    seconds = form.read("break_minutes", cells.minutes, 0)
    earliest = form.read("break_earliest", cells.time, start, needed=seconds > 0)
    latest = form.read("break_latest", cells.time, end, needed=seconds > 0)
    most = form.read("max_applicants", cells.whole(1), None)
    longest: int | None = form.read("max_work_minutes", cells.minutes, None)
    if not form.mistakes and start >= end:
        form.wrong("end", "is not after the start", "应晚于开始时间")
    form.done()
    return Shift(team, day, Hours(start, end), Break(seconds, earliest, latest) if seconds else None, most, longest)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)


def _monday(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = today
    day = min(max(day, date(2000, 1, 10)), date(2100, 1, 1))
    return day - timedelta(days=day.weekday())


def _back(day: str) -> str:
    return url_for("desk.shifts", week=day)
