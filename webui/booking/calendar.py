"""The organisation's calendar (RFC 5545): one visit as an invitation, all of them behind a secret address.

An event keeps its UID whatever becomes of the visit, and its SEQUENCE grows with every change of the request or of
the plan it is in, so that calendar programs move an event instead of doubling it.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
from flask import Response, abort
from flask_babel import gettext as _

from planner.io.papers import papers_for
from webui.actions.bookings_door import feed_of
from webui.actions.rules import calendar_of
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.booking.blueprint import OFFICES, blueprint
from webui.booking.words import ACTIONS, called
from webui.formatters import long_day
from webui.language import chosen_language
from webui.store.reads import bookings as reads

ZONE = "Asia/Shanghai"
ZONE_SINCE, ZONE_UNTIL = date(2000, 1, 1), date(2038, 1, 1)
"""China has had no summer time since 1991."""


@blueprint.get("/requests/<key>/visit.ics", endpoint="invite")
@open_to(*OFFICES)
def one(key: str) -> Response:
    """The visits of one request, cancelled ones among them."""
    me = person()
    with web().store.read() as session:
        calendar, owner = calendar_of(session), reads.organisation(session, me.organisation_id)
        reads.shown(session, key, owner.id, calendar, me, ACTIONS)
        events = reads.events(session, owner.id, calendar, key)
    return _answer(called(owner), events, "visit.ics")


@blueprint.get("/feed/<token>.ics", endpoint="feed")
@open_to("anyone")
def feed(token: str) -> Response:
    """All visits of the organisation whose secret this is."""
    if len(token) > 100:
        abort(404)
    with web().store.read() as session:
        owner = reads.organisation(session, feed_of(session, token))
        events = reads.events(session, owner.id, calendar_of(session))
    return _answer(called(owner), events, "visits.ics")


def _answer(owner: str, events: Iterable[reads.Event], name: str) -> Response:
    book = _calendar(owner)
    for one in events:
        book.add_component(_event(one))
    response = Response(book.to_ical(), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _calendar(name: str) -> icalendar.Calendar:
    book = icalendar.Calendar()
    book.add("prodid", "-//Doorstep//Doorstep booking//ZH")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", icalendar.vText(" ".join(name.split())))
    book.add_component(icalendar.Timezone.from_tzid(ZONE, first_date=ZONE_SINCE, last_date=ZONE_UNTIL))
    return book


def _event(one: reads.Event) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{one.name}@doorstep")
    event.add("dtstamp", one.changed_at)
    event.add("sequence", one.sequence)
    event.add("dtstart", _moment(one.date, one.start))
    event.add("dtend", _moment(one.date, one.end))
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    event.add("summary", _summary(one))
    if not one.cancelled:
        event.add("description", "\n".join(_prepare(one)))
        event.add(
            "location", " ".join(", ".join(part for part in (called(one.site), one.site.address) if part).split())
        )
    return event


def _summary(one: reads.Event) -> str:
    if one.cancelled:
        return str(_("Cancelled: visit of the division"))
    if one.work == "return":
        return str(_("Passports coming back: %(count)s", count=one.people))
    return str(_("Visit of the division, applicants: %(count)s", count=one.people))


def _prepare(one: reads.Event) -> Iterable[str]:
    if one.work == "return":
        yield _("Please name who receives them with a letter of the organisation; both sides count and sign.")
        return
    yield _("Applicants come in person and bring:")
    yield from (f"- {paper}" for paper in papers_for(one.groups, chosen_language()))
    yield _("Please provide a room and power.")
    if one.back is not None:
        yield _("The passports come back from %(day)s on.", day=long_day(one.back))


def _moment(day: date, seconds: int) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(ZONE)) + timedelta(seconds=seconds)
