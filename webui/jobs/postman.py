"""The postman: sends what waits in the outbox, beside the solving, until the worker ends.

An e-mail is sent at most once: a row is claimed, and noted as leaving right before the server gets its text. What
fails before that is tried again; a worker that dies after it leaves the row "unsure", for a person to decide. A
webhook is told at least once, with an id that stays the same.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event

from webui.config import Config
from webui.post import hooks, mail
from webui.post.mail import Carrier, Folder, Letter, Smtp
from webui.store import outbox
from webui.store.engine import Store, Unavailable
from webui.store.outbox import DeliveryRow, HookRow, NoticeRow, Taken

LOG = logging.getLogger("doorstep.post")
LOOK_SECONDS = 1.0
LEASE_SECONDS = 120.0
"""Longer than all answers of a slow mail server together."""


def carrier_of(config: Config) -> Carrier:
    """What takes the letters of this installation."""
    if config.mail is not None:
        return Smtp(config.mail, config.mail_from)
    return Folder(config.outbox or config.data / "outbox", config.mail_from)


@dataclass
class Postman:
    """Sends notices and deliveries; any number of them do not disturb each other."""

    config: Config
    store: Store
    carrier: Carrier
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    lease: float = LEASE_SECONDS

    def run(self, stop: Event) -> None:
        """Works until `stop` is set; a letter in hand is finished first."""
        while not stop.is_set():
            try:
                if not self.round(stop):
                    stop.wait(LOOK_SECONDS)
            except Unavailable as error:
                LOG.warning("the database does not answer: %s", error)
                stop.wait(LOOK_SECONDS)

    def round(self, stop: Event | None = None) -> int:
        """Sends what is due now; how many were tried."""
        tried = 0
        with self.store.job() as connection:
            outbox.sweep(connection)
        for table, send in ((NoticeRow, self._mail), (DeliveryRow, self._hook)):
            with self.store.look() as connection:
                numbers = outbox.due(connection, table)
            for number in numbers:
                if stop is not None and stop.is_set():
                    return tried
                with self.store.job() as connection:
                    held = outbox.claim(connection, table, number, self.lease)
                if held is not None:
                    tried += 1
                    send(held)
        return tried

    def _mail(self, held: Taken) -> None:
        with self.store.read() as session:
            row = session.get_one(NoticeRow, held.id)
            letter = Letter(row.email, row.subject, row.body, row.message_id, row.made_at)

        def leaving() -> bool:
            with self.store.job() as connection:
                return outbox.hand_over(connection, held, self.lease)

        try:
            self.carrier.hand_over(letter, leaving)
        except mail.NotDelivered as error:
            self._later(held, str(error))
        except mail.Refused as error:
            self._settle(held, "failed", str(error))
        except mail.Unsure as error:
            self._settle(held, "unsure", str(error))
        else:
            self._settle(held, "sent")

    def _hook(self, held: Taken) -> None:
        with self.store.read() as session:
            row = session.get_one(DeliveryRow, held.id)
            hook = session.get_one(HookRow, row.hook_id)
        if not hook.active:
            self._settle(held, "dropped", "the webhook is switched off")
            return
        at, began = self.now(), time.monotonic()
        message = hooks.Message(hook.url, hook.secret, row.mark, row.event, row.payload.encode(), int(at.timestamp()))
        try:
            code = hooks.send(message, self.config.webhook_hosts)
        except hooks.NotDelivered as error:
            LOG.info("delivery %s failed: %s", held.id, error)
            with self.store.job() as connection:
                outbox.note_attempt(connection, held.id, at, time.monotonic() - began, error.code, str(error))
                outbox.try_later(connection, held, str(error), error.code)
        else:
            with self.store.job() as connection:
                outbox.note_attempt(connection, held.id, at, time.monotonic() - began, code)
                outbox.settle(connection, held, "sent", code=code)

    def _later(self, held: Taken, error: str) -> None:
        LOG.info("notice %s failed: %s", held.id, error)
        with self.store.job() as connection:
            outbox.try_later(connection, held, error)

    def _settle(self, held: Taken, status: outbox.Sending, error: str = "") -> None:
        if error:
            LOG.warning("notice or delivery %s is %s: %s", held.id, status, error)
        with self.store.job() as connection:
            if not outbox.settle(connection, held, status, error):
                LOG.warning("%s %s belongs to another worker now", held.table.__tablename__, held.id)
