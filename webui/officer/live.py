"""The desk's view: every team of one date as it goes, and who goes with which team."""

import re
from datetime import datetime, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from webui.actions.marks import officers, set_officers
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.officer.blueprint import CREW_KEEPERS, WATCHERS, blueprint, date_of
from webui.store.person import CHINA
from webui.store.reads import days as reads


@blueprint.get("/live", endpoint="live")
@open_to(*WATCHERS)
def live() -> str:
    """All teams of a date; with ?part=1 only what changes, which the page asks for every few seconds."""
    me = person()
    on = date_of(request.args["day"]) if "day" in request.args else me.today
    with web().store.read() as session:
        found = reads.day_plan(session, on)
        near = reads.days_in_force(session, on - timedelta(days=14), on + timedelta(days=14))
    now = me.at.astimezone(CHINA)
    clock = now.hour * 3600 + now.minute * 60 + now.second if on == me.today else None
    page = "officer/_live.html" if request.args.get("part") else "officer/live.html"
    return render_template(page, day=on, today=me.today, found=found, near=near, clock=clock, at=me.at)


@blueprint.get("/crews", endpoint="crews")
@open_to(*CREW_KEEPERS)
def crews() -> str:
    """Who goes out with which team."""
    with web().store.read() as session:
        return render_template("officer/crews.html", crews=reads.crews(session), officers=officers(session))


@blueprint.post("/crews/<team_id>", endpoint="set_crew")
@open_to(*CREW_KEEPERS)
def set_crew(team_id: str) -> Response:
    """Says who goes out with a team."""
    chosen = [int(one) for one in request.form.getlist("officer") if one.isascii() and one.isdigit() and len(one) < 10]
    set_officers(web().store, team_id, chosen, person())
    flash(_("Saved."))
    return redirect(url_for("officer.crews"), 303)


@blueprint.app_template_filter("telephone")
def telephone(contact: str) -> str:
    """The telephone number in a contact, as tel: has it; "" where there is none."""
    found = re.search(r"\+?[0-9][0-9 \-]{5,18}[0-9]", contact)
    return re.sub(r"[ \-]", "", found[0]) if found else ""


@blueprint.app_template_filter("seconds_of_day")
def seconds_of_day(moment: object) -> int | None:
    """A moment as seconds since midnight in China; None stays None."""
    if not isinstance(moment, datetime):
        return None
    there = moment.astimezone(CHINA)
    return there.hour * 3600 + there.minute * 60 + there.second
