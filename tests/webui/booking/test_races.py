"""Many want the same place at once: one gets it, whatever the threads do; without the guard that is not so."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.orm import Session

from tests.webui.booking.crowd import a_crowd, attempts, last_place, one_wins
from tests.webui.conftest import Cast
from webui.actions import bookings
from webui.actions.bookings_plan import placed_at
from webui.store.engine import Store


def test_a_hundred_bookers_for_the_last_place_one_wins_and_the_others_get_the_next_offers(
    store: Store, cast: Cast
) -> None:
    crowd = a_crowd(store, cast, 104)
    key = last_place(crowd)
    one_wins(crowd, key, 100)


def test_with_the_guard_off_the_same_race_is_not_decided(
    store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the one writer at a time two look at the place before either takes it."""

    @contextmanager
    def unguarded(opened: Store) -> Iterator[Session]:
        reader = opened._reader if opened.is_sqlite else opened.engine
        with Session(reader, expire_on_commit=False) as session, session.begin():
            yield session

    def slowly(*given: object) -> object:
        found = placed_at(*given)  # type: ignore[arg-type]
        time.sleep(0.2)
        return found

    crowd = a_crowd(store, cast, 12)
    key = last_place(crowd)
    monkeypatch.setattr(bookings, "guarded", unguarded)
    monkeypatch.setattr(bookings, "placed_at", slowly)
    with pytest.raises(AssertionError):
        one_wins(crowd, key, 8)


def test_eighty_racing_attempts_give_no_place_twice(store: Store, cast: Cast) -> None:
    crowd = a_crowd(store, cast, 16)
    ended = attempts(crowd, 80, 8)
    assert ended["booked"] > 20
