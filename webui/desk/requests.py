"""The inbox: what organisations ask for, answered with a reason; special visits asked of a supervisor."""

from collections.abc import Mapping
from datetime import date

from flask import render_template, request, url_for
from flask_babel import gettext as _

from planner.io import cells
from webui.actions import requests as actions
from webui.actions.rules import calendar_of, policy_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, READERS, blueprint
from webui.desk.forms import Page, done, or_again, typed, version
from webui.recent import Recent
from webui.store.audit import newest
from webui.store.reads import requests as reads
from webui.store.reads import roster

PAGE = 100
"""So many requests stand on one page of the list."""
Listed = tuple[tuple[reads.Line, ...], Mapping[str, int]]
_LISTS: Recent[Listed] = Recent(8)
"""Lists as they are after the newest entry of the audit; every change of a request leaves one."""
STATES = ("received", "accepted", "refused", "withdrawn")


@blueprint.get("/requests", endpoint="requests")
@open_to(*READERS)
def requests() -> str:
    """The requests of one state, the most urgent first."""
    status = request.args.get("state", "received")
    status = status if status in STATES else "received"
    text = request.args.get("text", "").strip()[:100]
    with web().store.read() as session:
        rules = reads.Rules(policy_of(session)[1], calendar_of(session), person().today)
        mark = (newest(session), rules.today, status, text)
        found, counts = _LISTS.of(
            (web().store,), mark, lambda: (reads.lines(session, status, text, rules), reads.counts(session))
        )
    first = min(_number(request.args.get("first", "")), max(0, len(found) - 1) // PAGE * PAGE)
    return render_template(
        "desk/requests.html",
        found=found[first : first + PAGE],
        counts=counts,
        states=STATES,
        status=status,
        text=text,
        first=first,
        page=PAGE,
        all=len(found),
    )


def _number(text: str) -> int:
    """A place in the list, counted from 0; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


@blueprint.get("/requests/<key>", endpoint="request")
@open_to(*READERS)
def request_page(key: str) -> str:
    """One request with all that is needed to answer it."""
    with web().store.read() as session:
        rules = reads.Rules(policy_of(session)[1], calendar_of(session), person().today)
        found, teams = reads.shown(session, key, rules), roster.team_names(session)
    return render_template("desk/request.html", found=found, line=found.line, row=found.line.row, teams=teams)


@blueprint.post("/requests/<key>/accept", endpoint="accept_request")
@open_to(*EDITORS)
@or_again(request_page, "request")
def accept(key: str) -> Page:
    """Takes it into planning."""
    actions.accept_request(web().store, key, version(), person())
    return done(url_for("desk.requests"), _("Request %(key)s is accepted; the next plan includes it.", key=key))


@blueprint.post("/requests/<key>/refuse", endpoint="refuse_request")
@open_to(*EDITORS)
@or_again(request_page, "request")
def refuse(key: str) -> Page:
    """Refuses it, with a reason that the organisation reads."""
    actions.refuse_request(web().store, key, typed().text("why"), version(), person())
    return done(url_for("desk.requests"), _("Request %(key)s is refused.", key=key))


@blueprint.post("/requests/<key>/withdraw", endpoint="withdraw_request")
@open_to(*EDITORS)
@or_again(request_page, "request")
def withdraw(key: str) -> Page:
    """Notes that the organisation took it back."""
    actions.withdraw_request(web().store, key, typed().text("why"), version(), person())
    return done(url_for("desk.requests"), _("Request %(key)s is withdrawn.", key=key))


@blueprint.post("/requests/<key>/special", endpoint="ask_special")
@open_to(*EDITORS)
@or_again(request_page, "request")
def ask_special(key: str) -> Page:
    """Asks a supervisor for an exception."""
    actions.ask_special(web().store, key, typed().text("reason"), person())
    return done(url_for("desk.request", key=key), _("A supervisor is asked for a special visit."))


@blueprint.post("/requests/<key>/promises", endpoint="give_promise")
@open_to(*EDITORS)
@or_again(request_page, "request")
def give_promise(key: str) -> Page:
    """Confirms a date and hour to the organisation by hand."""
    form = typed()
    session: int = form.read("session", cells.whole(1, 99), 1, needed=True)
    day: date = form.read("date", cells.day, date.min, needed=True)
    start: int = form.read("start", cells.time, 0, needed=True)
    form.done()
    actions.give_promise(web().store, key, session, day, start, form.text("team_id") or None, person())
    return done(url_for("desk.request", key=key), _("It is promised; every plan from now on keeps it."))


@blueprint.post("/requests/<key>/promises/<int:promise>/release", endpoint="release_promise")
@open_to(*EDITORS)
@or_again(request_page, "request")
def release_promise(key: str, promise: int) -> Page:
    """Takes a promise back."""
    actions.release_promise(web().store, promise, typed().text("why"), person())
    return done(url_for("desk.request", key=key), _("The promise is taken back; the next plan may move the visit."))
