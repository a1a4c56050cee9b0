"""A booking, its move and its cancellation are told to its organisation and to webhooks, and to no other."""

import json
from datetime import timedelta

from sqlalchemy import select

from tests.webui.booking.booking_world import ask, book, counter, later
from tests.webui.conftest import FRIDAY, Cast
from webui.actions.bookings import cancel, confirm, hold, offers_for
from webui.actions.notices import EVENTS, add_address
from webui.actions.webhooks import add_webhook
from webui.store.engine import Store
from webui.store.outbox import DeliveryRow, NoticeRow

URL = "https://hooks.example/"


def test_booked_moved_and_cancelled_are_told_once_each(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    for organisation in ("O1", "O2"):
        add_address(store, f"{organisation}@example.org", "organisation", organisation, "en", cast.ada)
    add_webhook(store, "calendar", URL, EVENTS, "hooks.example:443", ("hooks.example:443",), cast.nora)
    request = ask(store, at.dan)
    book(store, request, at.dan)
    confirm(store, request, at.dan)  # once more
    afterwards = later(at.dan, FRIDAY + timedelta(minutes=5))
    other = offers_for(store, request, afterwards).choices[-1]
    hold(store, request, other.key, afterwards)
    confirm(store, request, afterwards)
    cancel(store, request, "exams", later(at.dan, FRIDAY + timedelta(minutes=10)))
    with store.read() as session:
        notices = session.execute(select(NoticeRow.kind, NoticeRow.email).order_by(NoticeRow.id)).all()
        sent = [json.loads(one) for one in session.scalars(select(DeliveryRow.payload).order_by(DeliveryRow.id))]
    assert [kind for kind, _ in notices] == ["visit.published", "booking.moved", "booking.cancelled"]
    assert {email for _, email in notices} == {f"{at.dan.organisation_id}@example.org"}
    assert [one["event"] for one in sent] == ["visit.published", "visit.moved", "visit.cancelled"]
    assert sent[0]["after"] == sent[1]["before"]
    assert sent[1]["after"] == sent[2]["before"]
    assert sent[2]["after"] is None


def test_who_cancels_a_visit_is_not_told_that_it_is_planned_anew(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    add_address(store, "o2@example.org", "organisation", "O2", "en", cast.ada)
    for by in (at.dan, cast.ada):  # first the company itself, then the desk for it
        request = ask(store, at.dan)
        book(store, request, at.dan)
        cancel(store, request, "exams", later(by, FRIDAY + timedelta(minutes=10)))
    with store.read() as session:
        cancelled = select(NoticeRow.body).where(NoticeRow.kind.like("%.cancelled")).order_by(NoticeRow.id)
        own, desks = session.scalars(cancelled).all()
    assert "You cancelled the visit" in own and "Nobody comes" in own
    assert "plans it anew" not in own
    assert "If the request still stands, the desk plans it anew" in desks
