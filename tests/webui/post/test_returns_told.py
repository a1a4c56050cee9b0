"""Passports that come back: their date, its change and its end are told to the organisation, in words of their own."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select

from tests.webui.booking.booking_world import counter
from tests.webui.conftest import Cast
from webui.actions.notices import (
    EVENTS,
    Standing,
    VisitChange,
    add_address,
    changes_between,
    note_changes,
    tell_of_changes,
)
from webui.actions.webhooks import add_webhook
from webui.store.audit import AuditRow
from webui.store.engine import Store
from webui.store.outbox import DeliveryRow, NoticeRow

MONDAY, TUESDAY = date(2026, 9, 7), date(2026, 9, 8)
TODAY = MONDAY - timedelta(3)


def test_a_return_and_a_visit_of_one_request_are_told_apart() -> None:
    """The visit stays on Monday at 09:00; the passports, planned for Monday at 14:00, come on Tuesday."""
    visit = Standing("R1", "O1", "S1", 20, MONDAY, 9 * 3600, False)
    back = replace(visit, start=14 * 3600, back=True)
    (told,) = changes_between([visit, back], [visit, replace(back, date=TUESDAY)], TODAY)
    assert (told.event, told.back) == ("visit.moved", True)
    assert (told.before and told.before.date, told.after and told.after.date) == (MONDAY, TUESDAY)


def changes(organisation: str, site: str) -> list[VisitChange]:
    back = Standing("R1", organisation, site, 20, MONDAY, 14 * 3600, True)
    days: list[list[Standing]] = [[], [back], [replace(back, date=TUESDAY)], []]
    return [change for was, now in pairwise(days) for change in changes_between(was, now, TODAY)]


def test_its_date_its_move_and_its_end_are_written_once_in_both_languages(store: Store, cast: Cast) -> None:
    counter(store, cast)
    add_address(store, "en@example.org", "organisation", "O1", "en", cast.ada)
    add_address(store, "zh@example.org", "organisation", "O1", "zh", cast.ada)
    add_webhook(
        store, "calendar", "https://hooks.example/", EVENTS, "hooks.example:443", ("hooks.example:443",), cast.nora
    )
    with store.read() as session:
        noted = session.scalars(select(AuditRow.number).where(AuditRow.subject == "request R1")).all()
    for _ in range(2):
        with store.write() as session:
            tell_of_changes(session, changes("O1", "S1"), "plan 7", cast.ada)
            note_changes(session, changes("O1", "S1"), cast.ada)
    with store.read() as session:
        notices = session.scalars(select(NoticeRow).order_by(NoticeRow.id)).all()
        english = [(one.kind, one.body) for one in notices if one.email == "en@example.org"]
        chinese = [one.subject for one in notices if one.email == "zh@example.org"]
        assert [kind for kind, _ in english] == ["return.published", "return.moved", "return.cancelled"]
        assert "A team brings 20 passports back" in english[0][1]
        assert "both sides count and sign" in english[0][1]
        assert chinese[0].startswith("护照送还时间已确定")
        assert session.scalars(select(DeliveryRow)).all() == []
        assert session.scalars(select(AuditRow.number).where(AuditRow.subject == "request R1")).all() == noted
