"""Offers made ready at the start: real questions to every plan in force, and nothing is written."""

import logging

import pytest
from sqlalchemy import func, select

from tests.webui.booking.booking_world import counter
from tests.webui.conftest import FRIDAY, Cast
from webui.actions.bookings_plan import the_book
from webui.booking.ready import NOBODY, in_background, make_ready
from webui.store.audit import AuditRow
from webui.store.bookings import HoldRow
from webui.store.engine import Store
from webui.store.person import doorstep


def entries(store: Store) -> tuple[int | None, int | None]:
    with store.read() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (AuditRow, HoldRow)]
    return counts[0], counts[1]


def test_without_a_plan_in_force_there_is_nothing_to_ask(store: Store) -> None:
    assert make_ready(store, FRIDAY) == 0


def test_the_plan_in_force_is_asked_and_kept_for_who_comes_next(store: Store, cast: Cast) -> None:
    counter(store, cast)
    before = entries(store)
    assert make_ready(store, FRIDAY) == 1
    assert entries(store) == before
    with store.read() as session:
        held = the_book(session, doorstep(FRIDAY))
        assert held.standing(held.plans[0], NOBODY) is held.standing(held.plans[0], "R-of-nobody-yet")


def test_what_fails_is_logged_and_ends_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(store: Store, at: object) -> int:
        raise RuntimeError("no such thing")

    monkeypatch.setattr("webui.booking.ready.make_ready", broken)
    with caplog.at_level(logging.INFO, "doorstep.booking"):
        in_background(store, lambda: FRIDAY).join(10)
    assert "could not be made ready" in caplog.text
    assert "no such thing" in caplog.text


def test_it_says_when_offers_are_ready(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "doorstep.booking"):
        in_background(store, lambda: FRIDAY).join(60)
    assert "plans asked 0" in caplog.text
