"""An officer's days: the list, one team-day with its marks, and its printed sheet."""

import secrets
from dataclasses import asdict
from datetime import UTC
from pathlib import Path
from typing import Any, cast

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from pydantic import TypeAdapter, ValidationError

from planner.report.sheets import STYLE, sheet, to_bring
from webui.actions.marks import MOST_AT_ONCE, Mark, Taken, take_marks
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.language import chosen_language
from webui.officer.blueprint import OFFICERS, PRINTERS, WATCHERS, blueprint, date_of
from webui.refusals import NotFound, bad, raise_if_any
from webui.signs import mistakes_in
from webui.store.person import CHINA
from webui.store.reads import days as reads

MARKS: TypeAdapter[tuple[Mark, ...]] = TypeAdapter(tuple[Mark, ...])


@blueprint.get("/", endpoint="home")
@open_to(*OFFICERS)
def home() -> str:
    """The days of one's own teams."""
    me = person()
    with web().store.read() as session:
        entries = reads.officer_days(session, cast(int, me.id), me.today)
    return render_template("officer/home.html", entries=entries, today=me.today)


@blueprint.get("/<team_id>/<day>", endpoint="day")
@open_to(*OFFICERS)
def day(team_id: str, day: str) -> str:
    """One team-day for the phone; with ?part=1 only its stops, which change."""
    on = date_of(day)
    found, team = _mine(team_id, on, ())
    outing = found.outing(team_id)
    language = chosen_language()
    return render_template(
        "officer/_stops.html" if request.args.get("part") else "officer/day.html",
        day=on,
        today=person().today,
        team=team,
        found=found,
        outing=outing,
        bring=[thing.of(language) for thing in to_bring(outing)] if outing else [],
        fresh=lambda: secrets.token_hex(16),
        me=person().id,
        made=f"{person().at.astimezone(CHINA):%H:%M}",
    )


@blueprint.get("/<team_id>/<day>/sheet", endpoint="sheet")
@open_to(*PRINTERS)
def printed(team_id: str, day: str) -> str:
    """The team-day as a page of A4."""
    on = date_of(day)
    found, _team = _mine(team_id, on, WATCHERS)
    if found.dossier is None or found.outing(team_id) is None:
        raise NotFound("outing", f"{team_id} {day}")
    return sheet(found.dossier, team_id, on, chosen_language(), url_for("officer.sheet_style"))


@blueprint.get("/sheet.css", endpoint="sheet_style")
@open_to(*PRINTERS)
def sheet_style() -> Response:
    """The look of the printed sheet."""
    return _file(STYLE, "text/css")


@blueprint.get("/worker.js", endpoint="worker")
@open_to("anyone")
def worker() -> Response:
    """The script that keeps the day on the phone; from here, so that it may answer for these pages only."""
    return _file(Path(cast(str, current_app.static_folder)) / "officer-worker.js", "text/javascript")


@blueprint.get("/session", endpoint="session")
@open_to(*OFFICERS)
def session() -> Response:
    """Who is signed in and the token for sending: a page kept on the phone may hold an older one."""
    return jsonify({"user": person().id, "token": generate_csrf()})


@blueprint.post("/<team_id>/<day>/marks", endpoint="marks")
@open_to(*OFFICERS)
def marks(team_id: str, day: str) -> Any:
    """Takes marks: a list as JSON from the page's script, or one as a form where no script runs."""
    on = date_of(day)
    if request.is_json:
        taken = take_marks(web().store, team_id, on, _sent(), person())
        return jsonify([{"id": one.id, "outcome": one.outcome, "say": _said(one)} for one in taken])
    [one] = take_marks(web().store, team_id, on, (_typed(),), person())
    flash(_said(one) if one.outcome == "refused" else _("Noted."))
    return redirect(url_for("officer.day", team_id=team_id, day=day), 303)


def _mine(team_id: str, on: Any, others: tuple[str, ...]) -> tuple[reads.DayPlan, Any]:
    """The date's plan and the team; NotFound for an officer who does not go with it."""
    me = person()
    with web().store.read() as session:
        team = reads.team(session, team_id)
        if not me.roles & set(others) and not reads.goes_with(session, team_id, me.id):
            raise NotFound("team", team_id)
        return reads.day_plan(session, on), team


def _sent() -> tuple[Mark, ...]:
    try:
        sent = MARKS.validate_json(request.get_data(), strict=False)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise bad("marks", f"cannot be read: {first['msg']}", "无法读取标记数据") from error
    raise_if_any(mistakes_in([asdict(one) for one in sent], "marks"))
    if any(one.at.tzinfo is None for one in sent):
        raise bad("marks", "need moments with a time zone", "时刻须带时区")
    return sent


def _typed() -> Mark:
    """The mark of a form. Its id was made with the page, so that a second click sends the same mark."""
    form = request.form
    counts = form.getlist("processed")[:MOST_AT_ONCE]
    if not all(one.isascii() and one.isdigit() and len(one) < 6 for one in counts):
        raise bad("processed", "needs whole numbers", "应为整数", " ".join(counts)[:80])
    return Mark(
        form.get("id", ""),
        form.get("visit_id", ""),
        cast(Any, form.get("kind", "")),
        web().now().astimezone(UTC),
        tuple(int(one) for one in counts) if form.get("kind") == "done" else (),
        form.get("reason", ""),
        form.get("undoes", ""),
    )


def _said(one: Taken) -> str:
    return one.en if chosen_language() == "en" else one.zh


def _file(path: Path, kind: str) -> Response:
    response = Response(path.read_bytes(), content_type=f"{kind}; charset=utf-8")
    response.add_etag()
    response.make_conditional(request)
    return response
