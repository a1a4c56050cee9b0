"""Where one arrives after the sign-in: what needs doing today."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import STAFF, blueprint
from webui.store.reads.today import AHEAD_DAYS, today_of

front = Blueprint("front", __name__)


@front.get("/")
@open_to(*STAFF)
def page() -> Response:
    """The front door leads to the desk; who is an officer and nothing else comes to the days of the own teams."""
    return redirect(url_for("officer.home" if person().roles == {"officer"} else "desk.home"), 303)


@blueprint.get("", endpoint="home")
@open_to(*STAFF)
def home() -> str:
    """What waits, who is out today, and whether there is enough to plan with."""
    with web().store.read() as session:
        found = today_of(session, person().today)
    return render_template("desk/home.html", found=found, today=person().today, ahead=AHEAD_DAYS)
