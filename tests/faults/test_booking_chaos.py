"""The large version: forty kills of the booking web, eight hundred racing attempts (`make faults`)."""

import os

import pytest

from tests.webui.booking.crowd import a_crowd, attempts
from tests.webui.booking.test_kills import kills_lose_nothing
from tests.webui.conftest import Cast
from tests.webui.conftest import cast as cast
from tests.webui.conftest import config as config
from tests.webui.conftest import data as data
from tests.webui.conftest import postgresql as postgresql
from tests.webui.conftest import store as store
from tests.webui.conftest import template as template
from webui.config import Config
from webui.store.engine import Store

pytestmark = pytest.mark.skipif(os.environ.get("DOORSTEP_FAULTS") != "1", reason="long; run with: make faults")


def test_forty_kills_of_the_web_lose_no_acknowledged_booking(store: Store, config: Config, cast: Cast) -> None:
    assert kills_lose_nothing(store, config, cast, 40, 4) >= 40


def test_eight_hundred_racing_attempts_give_no_place_twice(store: Store, cast: Cast) -> None:
    ended = attempts(a_crowd(store, cast, 24), 800, 8)
    assert sum(ended.values()) == 800
    assert ended["booked"] > 100
