"""One request: its offers, the date held or booked, what to prepare, and moving or cancelling it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from planner.io import cells
from planner.offers import Offer
from webui.actions import bookings
from webui.actions.bookings_offers import Choice, Offered, key_of
from webui.actions.requests import set_contact
from webui.actions.rules import calendar_of, policy_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.booking.blueprint import OFFICES, blueprint
from webui.booking.forms import Typed
from webui.booking.words import ACTIONS
from webui.language import chosen_language
from webui.refusals import Conflict
from webui.signs import refuse_form
from webui.store.reads import bookings as reads

Page = str | tuple[str, int] | Response
ANSWERED = ("received", "accepted")


@blueprint.get("/requests/<key>", endpoint="request")
@open_to(*OFFICES)
def shown(key: str) -> Page:
    """The request with its state; offers where none is booked, or with ?move=1."""
    return _page(key)


@blueprint.post("/requests/<key>/hold", endpoint="hold")
@open_to(*OFFICES)
def hold(key: str) -> Page:
    """Keeps a date and hour for ten minutes."""
    try:
        bookings.hold(web().store, key, request.form.get("choice", "")[:400], person())
    except Conflict as error:
        return _page(key, error), 409
    return _to(key, _("This date is held for ten minutes. Confirm it to book."))


@blueprint.post("/requests/<key>/nearest", endpoint="nearest")
@open_to(*OFFICES)
def nearest(key: str) -> Page:
    """Changes the request to what would fit and keeps the date and hour chosen."""
    form = request.form
    try:
        bookings.adopt_nearest(web().store, key, form.get("how", "")[:60], form.get("choice", "")[:400], person())
    except Conflict as error:
        return _page(key, error), 409
    return _to(key, _("Your request was changed and the date is held for ten minutes. Confirm it to book."))


@blueprint.post("/requests/<key>/release", endpoint="release")
@open_to(*OFFICES)
def release(key: str) -> Page:
    """Lets the held date go."""
    bookings.release(web().store, key, person())
    return _to(key, _("The held date is released."))


@blueprint.post("/requests/<key>/confirm", endpoint="confirm")
@open_to(*OFFICES)
def confirm(key: str) -> Page:
    """Books what is held, if it is what was read to be held."""
    try:
        bookings.confirm(web().store, key, person(), request.form.get("held", "")[:2_000])
    except Conflict as error:
        return _page(key, error), 409
    return _to(key, _("Booked. The division keeps this date and hour."))


@blueprint.post("/requests/<key>/contact", endpoint="contact")
@open_to(*OFFICES)
def contact(key: str) -> Page:
    """Changes whom the team calls; the date stays."""
    refuse_form()
    form = Typed()
    named = form.read("contact", cells.text, "", needed=True)
    form.done()
    set_contact(web().store, key, named, person())
    return _to(key, _("Saved. The team reads the new contact."))


@blueprint.post("/requests/<key>/cancel", endpoint="cancel")
@open_to(*OFFICES)
def cancel(key: str) -> Page:
    """Takes the request back, and its visits out of the plan."""
    try:
        bookings.cancel(web().store, key, request.form.get("why", ""), person())
    except Conflict as error:
        return _page(key, error), 409
    return _to(key, _("Cancelled. Nobody comes for this request."))


def _to(key: str, message: str) -> Response:
    flash(message)
    return redirect(url_for("booking.request", key=key), 303)


def _page(key: str, problem: Conflict | None = None) -> str:
    me = person()
    with web().store.read() as session:
        found = reads.shown(session, key, me.organisation_id or "", calendar_of(session), me, ACTIONS)
        policy = policy_of(session)[1]
    moving = "move" in request.args or problem is not None
    open_ = found.line.row.status in ANSWERED and found.line.state != "done"
    wanted = open_ and (moving or found.line.state in ("waits", "planned", "held"))
    offered = _others(bookings.offers_for(web().store, key, me), found) if wanted else None
    return render_template(
        "booking/request.html",
        found=found,
        offered=offered,
        by_day=_by_day(offered) if offered else {},
        moving=moving,
        open=open_,
        problem=problem.sentence(chosen_language()) if problem else "",
        policy=policy,
        key_of=key_of,
    )


def _others(offered: Offered, found: reads.Shown) -> Offered:
    """The offers without the very date and hour that is booked or held already."""
    booked = {(one.row.date, one.row.starts) for one in found.visits if one.row.work != "return"}
    held = {(slot.date, slot.start) for slot in found.hold.slots} if found.hold else set()

    def other(choice: Choice) -> bool:
        return {(slot.date, slot.start) for slot in choice.offer.slots} not in (booked, held)

    near = tuple(replace(one, offers=tuple(_different(one.offers))) for one in offered.nearest)
    best, choices = tuple(filter(other, offered.best)), tuple(filter(other, offered.choices))
    return replace(offered, best=best, choices=choices, nearest=near)


def _different(offers: Iterable[Offer]) -> Iterable[Offer]:
    """The offers without those that name the same dates and hours with the sessions the other way round."""
    seen: set[frozenset[tuple[date, int, int]]] = set()
    for offer in offers:
        when = frozenset((slot.date, slot.start, slot.end) for slot in offer.slots)
        if when not in seen:
            seen.add(when)
            yield offer


def _by_day(offered: Offered) -> dict[date, list[Choice]]:
    days: dict[date, list[Choice]] = {}
    for choice in sorted(offered.choices, key=lambda one: (one.offer.slots[0].date, one.offer.slots[0].start)):
        days.setdefault(choice.offer.slots[0].date, []).append(choice)
    return days
