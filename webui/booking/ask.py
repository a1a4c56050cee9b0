"""Asking for a visit: site, people as counts, days and hours, contact. Lists of people stay in the browser."""

from collections.abc import Iterable
from datetime import date, timedelta
from secrets import token_hex

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from planner.errors import BadInput
from planner.io import cells, words
from planner.model import Group, Hours, Kind, Request, Service, Task
from planner.policy import Policy
from webui.actions.bookings import own_request
from webui.actions.requests import RequestForm, edit_request, receive_request
from webui.actions.rules import calendar_of, policy_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.booking.blueprint import OFFICES, blueprint
from webui.booking.forms import Typed
from webui.refusals import NotFound
from webui.signs import form_again, refuse_form, shows_again
from webui.store.reads import bookings as reads
from webui.store.reads import organisations as places
from webui.store.values import request_of

Page = str | tuple[str, int] | Response

LINES, MOST_LINES, MORE = 3, 40, 6
"""Lines for groups of people: shown at first, at most, and added by the button."""
DAYS_SHOWN = 30
PARTS = ("kind", "task", "language", "event_date", "count")


@blueprint.get("/ask", endpoint="ask")
@open_to(*OFFICES)
def ask() -> Page:
    """The form; with ?from= filled from an earlier request, so that nothing is typed again."""
    before = request.args.get("from", "")
    if not before:
        return _page(None, g.get("key") or token_hex(16))
    with web().store.read() as session:
        asked = request_of(own_request(session, before, person()))
    return _page(asked, token_hex(16))


@blueprint.post("/ask", endpoint="send")
@open_to(*OFFICES)
@shows_again
def send() -> Page:
    """Puts the request into the division's inbox; sent twice it is there once."""
    g.key = form_again().get("key", "")[:64]
    if "more" in request.form:
        g.typed, g.more = form_again(), MORE
        return _page(None, g.key)
    try:
        made = receive_request(web().store, read_form(), person(), g.key)
    except BadInput as error:
        g.mistakes, g.typed = error.mistakes, form_again()
        return _rendered(None, g.key), 400
    flash(_("Your request was sent to the division."))
    return redirect(url_for("booking.request", key=made), 303)


@blueprint.get("/requests/<key>/change", endpoint="change")
@open_to(*OFFICES)
def change(key: str) -> Page:
    """The form with what was asked, while the request waits."""
    with web().store.read() as session:
        row = own_request(session, key, person())
        asked, version = request_of(row), row.version
    return _rendered(asked, "", key, version)


@blueprint.post("/requests/<key>/change", endpoint="save")
@open_to(*OFFICES)
@shows_again
def save(key: str) -> Page:
    """What was changed."""
    text = request.form.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    with web().store.read() as session:
        asked = request_of(own_request(session, key, person()))
    if "more" in request.form:
        g.typed, g.more = form_again(), MORE
        return _rendered(asked, "", key, version or 0)
    try:
        edit_request(web().store, key, read_form(), version, person())
    except BadInput as error:
        g.mistakes, g.typed = error.mistakes, form_again()
        return _rendered(asked, "", key, version or 0), 400
    flash(_("Saved."))
    return redirect(url_for("booking.request", key=key), 303)


def read_form() -> RequestForm:
    """What was typed; BadInput with every mistake. A site of another organisation is refused by the action."""
    refuse_form()
    form = Typed()
    service: Service = form.read("service", cells.choice(words.SERVICES), "acceptance", needed=True)
    read = RequestForm(
        form.read("site_id", cells.identifier, "", needed=True),
        service,
        tuple(_groups(form)),
        tuple(sorted(form.read_many("host_dates", cells.day))),
        _hours(form),
        interpreters=form.read_many("interpreters", cells.language),
        contact=form.read("contact", cells.text, "", needed=True),
    )
    if not read.groups and not form.mistakes:
        form.wrong("groups", "needs one line with people at least", "至少填写一行人数")
    form.done()
    return read


def name_of(number: int, part: str) -> str:
    """The name of a field of one line of people; also where its mistakes are."""
    return f"groups, {number}, {part}"


def _groups(form: Typed) -> Iterable[Group]:
    for number in range(1, _lines() + 1):
        names = {part: name_of(number, part) for part in PARTS}
        if not any(form.text(names[part]) for part in ("count", "event_date")):
            continue
        kind: Kind = form.read(names["kind"], cells.choice(words.KINDS), "study", needed=True)
        task: Task = form.read(names["task"], cells.choice(words.TASKS), "first", needed=True)
        count = form.read(names["count"], cells.whole(1, 10_000), 1, needed=True)
        language = form.read(names["language"], cells.language, "", needed=True)
        since = form.read(names["event_date"], cells.day, date.min, needed=True)
        yield Group(kind, task, count, language, since)


def _hours(form: Typed) -> tuple[Hours, ...]:
    """The parts of the day that were ticked, cut to "from" and "until" where these are given."""
    first, last = form.read("from", cells.time, 0), form.read("until", cells.time, 24 * 3600)
    if first >= last:
        form.wrong("until", "is not after the beginning", "应晚于开始时间", form.text("until"))
        return ()
    with web().store.read() as session:
        parts = policy_of(session)[1].division_hours
    ticked = [parts[int(one)] for one in request.form.getlist("hours") if one in map(str, range(len(parts)))]
    cut = [(max(one.start, first), min(one.end, last)) for one in ticked or parts]
    made = tuple(Hours(start, end) for start, end in cut if start < end)
    if not made:
        form.wrong("until", "leaves no hour in which teams work", "所选时段内警组不工作", form.text("until"))
    return () if made == parts else made


def _lines() -> int:
    text = request.form.get("lines", "")
    return min(int(text), MOST_LINES) if text.isascii() and text.isdigit() and len(text) < 4 else LINES


def _page(asked: Request | None, key: str) -> str:
    return _rendered(asked, key)


def _rendered(asked: Request | None, key: str, changes: str = "", version: int = 0) -> str:
    me = person()
    if me.organisation_id is None:
        raise NotFound("organisation", "–")
    with web().store.read() as session:
        policy, calendar = policy_of(session)[1], calendar_of(session)
        owner = reads.organisation(session, me.organisation_id)
        sites, office = places.sites_of(session, owner.id), places.first_office(session, owner.id)
    days = calendar.workdays(me.today + timedelta(1), me.today + timedelta(90), allow_provisional=True)[:DAYS_SHOWN]
    lines = max(LINES, len(asked.groups) + 1 if asked else 0) if g.get("typed") is None else _lines() + g.get("more", 0)
    return render_template(
        "booking/ask.html",
        owner=owner,
        sites=sites,
        asked=asked,
        key=key,
        changes=changes,
        version=version,
        lines=min(lines, MOST_LINES),
        most=MOST_LINES,
        large_from=policy.joint_from_applicants,
        name_of=name_of,
        days=days,
        parts=list(enumerate(policy.division_hours)),
        ticked=_ticked(asked, policy),
        contact=asked.contact if asked else office,
    )


def _ticked(asked: Request | None, policy: Policy) -> list[str]:
    """The parts of the day that an earlier request had; none where it had all."""
    hours = asked.host_hours if asked else ()
    return [
        str(number)
        for number, part in enumerate(policy.division_hours)
        if any(one.start < part.end and part.start < one.end for one in hours)
    ]
