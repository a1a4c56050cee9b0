"""Compiled code and the plans in force, made ready when the application starts: the first to ask waits no longer than
the others."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import Thread

from planner.offers import Setting, offers_of
from webui.actions.bookings_plan import the_book
from webui.store.engine import Store
from webui.store.person import doorstep

LOG = logging.getLogger("doorstep.booking")
NOBODY = "~"
"""A request of this name is in no table."""


def make_ready(store: Store, at: datetime) -> int:
    """Asks of every plan in force where its first request would fit once more; returns the number of plans asked.

    Writes nothing. What is worked out about the plans as they stand is kept for those who ask next.
    """
    asked = 0
    with store.read() as session:
        book = the_book(session, doorstep(at))
        for plan in book.plans:
            standing = book.standing(plan, NOBODY)
            facts = standing.dossier.facts
            names = {visit.request_id for visit in facts.visits}
            request = next((one for one in facts.inputs.requests if one.id in names), None)
            if request is not None:
                anew = replace(request, id=NOBODY, host_dates=(), host_hours=())
                offers_of(standing, anew, Setting(facts.inputs, book.setting.calendar))
                asked += 1
    return asked


def in_background(store: Store, now: Callable[[], datetime]) -> Thread:
    """`make_ready` in a thread that the process does not wait for; the pages work meanwhile, as slow as they were."""

    def work() -> None:
        began = time.monotonic()
        try:
            plans = make_ready(store, now())
        except Exception:  # whatever it is, whoever asks for offers meets it and is told; pages without offers work
            LOG.exception("offers could not be made ready")
        else:
            LOG.info("offers are ready: plans asked %d, seconds %.1f", plans, time.monotonic() - began)

    thread = Thread(target=work, name="ready", daemon=True)
    thread.start()
    return thread
