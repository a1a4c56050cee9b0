"""A request as the staff enters or corrects it: one that came by telephone, by letter, at the counter."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex

from flask import g, render_template, request, url_for
from flask_babel import gettext as _

from planner.io import cells, words
from planner.model import Group, Kind, Request, Service, Task
from planner.report.words import KINDS, LANGUAGES, TASKS, WORKS, Text
from webui.actions import requests as actions
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, blueprint
from webui.desk.forms import Page, Typed, done, or_again, typed, version
from webui.desk.sites import hours_text
from webui.language import chosen_language
from webui.store.organisations import SiteRow
from webui.store.reads import organisations as places
from webui.store.reads import requests as reads
from webui.store.values import request_of

ROWS, MOST_ROWS, MORE = 4, 60, 6
"""Lines for groups of people: shown at first, at most, and added by the button."""
PARTS = ("kind", "task", "count", "ready", "language", "also_languages", "event_date")


@dataclass(frozen=True)
class Written:
    """What a form holds before anything is typed."""

    site_id: str = ""
    service: Service = "acceptance"
    groups: tuple[Group, ...] = ()
    host_dates: str = ""
    host_hours: str = ""
    fast_track: bool = False
    interpreters: str = ""
    contact: str = ""


@blueprint.get("/organisations/<key>/requests/new", endpoint="new_request")
@open_to(*EDITORS)
def new_request(key: str) -> str:
    """The form for a request of an organisation."""
    with web().store.read() as session:
        owner, sites = places.named(session, key), places.sites_of(session, key)
        written = Written(contact=places.first_office(session, key))
    return _page("new", written, sites, owner=owner, key=g.get("key") or token_hex(16))


@blueprint.post("/organisations/<key>/requests/new", endpoint="add_request")
@open_to(*EDITORS)
@or_again(new_request)
def add_request(key: str) -> Page:
    """Puts it into the inbox; sent twice it is there once."""
    form = typed()
    g.key = form.text("key")
    if form.ticked("more"):
        return _with_more_rows(lambda: new_request(key))
    made = actions.receive_request(web().store, request_form(form), person(), g.key)
    return done(url_for("desk.request", key=made), _("Request %(key)s is in the inbox.", key=made))


@blueprint.get("/requests/<key>/edit", endpoint="change_request")
@open_to(*EDITORS)
def change_request(key: str) -> str:
    """The form for what was asked."""
    with web().store.read() as session:
        row = reads.found(session, key)
        asked, owner = request_of(row), places.named(session, row.organisation_id)
        sites = places.sites_of(session, row.organisation_id)
    return _page("edit", _written(asked), sites, row=row, owner=owner)


@blueprint.post("/requests/<key>/edit", endpoint="edit_request")
@open_to(*EDITORS)
@or_again(change_request)
def edit_request(key: str) -> Page:
    """What was corrected; plans made before keep what they were made with."""
    form = typed()
    if form.ticked("more"):
        return _with_more_rows(lambda: change_request(key))
    actions.edit_request(web().store, key, request_form(form), version(), person())
    return done(url_for("desk.request", key=key), _("Saved."))


def request_form(form: Typed) -> actions.RequestForm:
    """What was typed; BadInput with every mistake."""
    service: Service = form.read("service", cells.choice(words.SERVICES), "acceptance", needed=True)
    read = actions.RequestForm(
        form.read("site_id", cells.identifier, "", needed=True),
        service,
        tuple(_groups(form)),
        form.read("host_dates", cells.days, ()),
        form.read("host_hours", cells.hours, ()),
        form.ticked("fast_track"),
        form.read("interpreters", cells.many(cells.language), ()),
        form.read("contact", cells.text, ""),
    )
    form.done()
    return read


def name_of(number: int, part: str) -> str:
    """The name of a field of one group; also where its mistakes are."""
    return f"groups, {number}, {part}"


def _groups(form: Typed) -> Iterable[Group]:
    """The lines that say how many people; the others are empty."""
    for number in range(1, _rows(form) + 1):
        names = {part: name_of(number, part) for part in PARTS}
        if not any(form.text(names[part]) for part in ("count", "event_date", "ready")):
            continue
        kind: Kind = form.read(names["kind"], cells.choice(words.KINDS), "study", needed=True)
        task: Task = form.read(names["task"], cells.choice(words.TASKS), "first", needed=True)
        count = form.read(names["count"], cells.whole(1, 10_000), 1, needed=True)
        language = form.read(names["language"], cells.language, "", needed=True)
        since = form.read(names["event_date"], cells.day, date.min, needed=True)
        also: tuple[str, ...] = form.read(names["also_languages"], cells.many(cells.language), ())
        ready: int | None = form.read(names["ready"], cells.whole(0, 10_000), None)
        yield Group(kind, task, count, language, since, tuple(one for one in also if one != language), ready)


def _rows(form: Typed) -> int:
    text = form.text("rows")
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 4 else ROWS


def _written(asked: Request) -> Written:
    return Written(
        asked.site_id,
        asked.service,
        asked.groups,
        ";".join(day.isoformat() for day in asked.host_dates),
        hours_text(asked.host_hours),
        asked.fast_track,
        ";".join(asked.interpreters),
        asked.contact,
    )


def _with_more_rows(page: Callable[[], str]) -> str:
    """The same form with what was typed, and more lines for people."""
    g.typed, g.more = request.form, MORE
    return page()


def _page(form: str, written: Written, sites: Sequence[SiteRow], **more: object) -> str:
    rows = max(ROWS, len(written.groups) + 1) if g.get("typed") is None else _rows(typed()) + g.get("more", 0)
    return render_template(
        "desk/request_form.html",
        form=form,
        written=written,
        sites=sites,
        rows=min(rows, MOST_ROWS),
        most=MOST_ROWS,
        name_of=name_of,
        kinds=_choices(KINDS),
        tasks=_choices(TASKS),
        languages=_choices(LANGUAGES),
        services=[pair for pair in _choices(WORKS) if pair[0] in words.SERVICES],
        **more,
    )


def _choices(table: dict[str, Text]) -> list[tuple[str, str]]:
    return [(key, text.of(chosen_language())) for key, text in table.items()]
