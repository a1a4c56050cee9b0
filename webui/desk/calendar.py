"""The working-day calendar: months with make-up days, provisional years marked, edited with a reason."""

import tempfile
from datetime import date
from pathlib import Path

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _

from planner.errors import Mistake
from webui.actions import rules as actions
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import RULERS, STAFF, blueprint
from webui.desk.forms import Page, done, or_again, typed, version
from webui.desk.labels import DAY_KINDS
from webui.language import chosen_language
from webui.refusals import raise_if_any
from webui.store.reads import rules as reads


@blueprint.get("/calendar")
@open_to(*STAFF)
def calendar() -> str:
    """A year."""
    asked = request.args.get("year", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else person().today.year
    with web().store.read() as session:
        found = reads.year(session, reads.nearest_year(session, wanted))
        entries = reads.calendar_history(session)
    return render_template("desk/calendar.html", found=found, entries=entries, today=person().today)


@blueprint.get("/calendar/<day>")
@open_to(*STAFF)
def day(day: str) -> str:
    """One day."""
    with web().store.read() as session:
        row, entries = reads.day(session, _date(day))
    kinds = [(key, text.of(chosen_language())) for key, text in DAY_KINDS.items()]
    return render_template("desk/day.html", row=row, entries=entries, kinds=kinds)


@blueprint.post("/calendar/<day>")
@open_to(*RULERS)
@or_again(day)
def edit_day(day: str) -> Page:
    """What was changed about it, and why."""
    form = typed()
    kind, name, why, official = form.text("kind"), form.text("name"), form.text("why"), form.ticked("official")
    form.done()
    actions.edit_day(
        web().store, _date(day), kind=kind, official=official, name=name, version=version(), why=why, by=person()
    )
    return done(url_for("desk.calendar", year=day[:4]), _("Saved."))


@blueprint.post("/calendar")
@open_to(*RULERS)
@or_again(calendar)
def import_calendar() -> Page:
    """A calendar from a file, as the State Council's notice decrees it."""
    file = request.files.get("files")
    if file is None or not file.filename:
        raise_if_any([Mistake("files", "choose a CSV file", "请选择 CSV 文件")])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workdays.csv"
        if file is not None:
            file.save(path)
        changed = actions.import_calendar(web().store, path, typed().text("why"), person())
    return done(url_for("desk.calendar"), _("%(count)s days were changed.", count=changed))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)
