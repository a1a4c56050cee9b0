"""What officers take along: sheets to print, and a calendar per team."""

from datetime import date

from flask import Blueprint, Response, abort, url_for

from planner.io.ics import team_calendar
from planner.report.sheets import sheet
from webui.language import chosen_language
from webui.viewer.shelf import shelf

blueprint = Blueprint("sheets", __name__)


@blueprint.get("/sheets/<path:team>/<day>")
def sheet_page(team: str, day: str) -> str:
    """The A4 page of a team on a date of the plan."""
    dossier = shelf().edition().dossier
    try:
        when = date.fromisoformat(day)
        return sheet(dossier, team, when, chosen_language(), url_for("page.asset", name="sheet.css"))
    except (KeyError, ValueError):
        abort(404)


@blueprint.get("/calendar/team/<path:team>.ics")
def calendar(team: str) -> Response:
    """The calendar of a team, to subscribe to."""
    try:
        content = team_calendar(shelf().edition().dossier, team, chosen_language())
    except KeyError:
        abort(404)
    return Response(content, content_type="text/calendar; charset=utf-8")
