"""The worker: takes runs, works on one at a time, keeps its lease, stops when fenced or asked to."""

import logging
import os
import platform
import secrets
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from threading import Event, Thread
from types import FrameType
from typing import TYPE_CHECKING

from planner.errors import BadInput, PastTheCalendar
from webui.actions.runs import finish_run
from webui.config import Config
from webui.jobs.postman import Postman, carrier_of
from webui.jobs.solve import Solve, solve
from webui.jobs.wake import Bell
from webui.store import runs
from webui.store.engine import Store, Unavailable, open_store
from webui.store.orders import order_from_json
from webui.store.person import doorstep
from webui.store.runs import Claim, Figures

if TYPE_CHECKING:
    from planner.dossier import Dossier

LOG = logging.getLogger("doorstep.jobs")
LOOK_SECONDS = 0.2
"""How often a worker looks whether its run shall end, and an embedded queue whether somebody rang."""
TELL_SECONDS = 0.5
"""Figures are written at most so often."""
SWEEP_SECONDS = 2.0
NICENESS = 10
"""How far workers stand back behind the web (0 to 19): at 10 they get a tenth of a processor that both want."""


@dataclass
class Work:
    """One run in its thread: the newest figures, and what came of it."""

    stop: Event = field(default_factory=Event)
    figures: Figures | None = None
    dossier: "Dossier | None" = None
    error: Exception | None = None

    def tell(self, figures: Figures) -> None:
        """Takes figures from the solver's thread; only the newest count."""
        self.figures = figures


class Worker:
    """Takes runs until it is stopped. Any number of workers, on any number of machines, do not disturb each other."""

    def __init__(self, config: Config, store: Store, solver: Solve | None = None) -> None:
        self.name = f"{platform.node()}:{os.getpid()}:{secrets.token_hex(3)}"
        self.lease = config.lease_seconds
        self.store = store
        self.solver = solver or partial(solve, cluster=config.cluster)
        self.bell = Bell(config)
        self.swept = 0.0

    def run(self, stop: Event) -> None:
        """Works until `stop` is set; a run in hand then goes back into the queue."""
        LOG.info("worker %s is ready", self.name)
        while not stop.is_set():
            try:
                self.sweep()
                number = self.bell.listen()
                if number is not None:
                    self.work_on(number, stop)
                elif not self.bell.waits:
                    stop.wait(LOOK_SECONDS)
            except Unavailable as error:
                LOG.warning("the database does not answer: %s", error)
                stop.wait(1.0)
        self.bell.close()

    def sweep(self) -> None:
        """Every few seconds: rings again for runs that wait too long or whose worker fell silent."""
        if time.monotonic() - self.swept < SWEEP_SECONDS:
            return
        self.swept = time.monotonic()
        with self.store.job() as connection:
            woken = runs.sweep(connection)
        for number in woken:
            self.bell.ring(number)

    def work_on(self, number: int, stop: Event) -> None:
        """Takes this run, if nobody else has it, and brings it to an end."""
        with self.store.job() as connection:
            held = runs.claim(connection, number, self.name, self.lease)
        if held is None:
            return
        LOG.info("run %s, attempt %s", number, held.token)
        work = Work()
        thread = Thread(target=self._solve, args=(held, work), daemon=True)
        thread.start()
        wish = self._accompany(held, work, thread, stop)
        if wish is None:
            LOG.warning("run %s belongs to another worker now", number)
        elif stop.is_set() and wish != "drop" and work.error is None and not thread_ended(thread, work):
            with self.store.job() as connection:
                runs.give_back(connection, held)
            self.bell.ring(number)
        else:
            self._end(held, work, wish)

    def _solve(self, held: Claim, work: Work) -> None:
        try:
            work.dossier = self.solver(order_from_json(held.order), work.tell, work.stop)
        except Exception as error:  # noqa: BLE001 - told to the reader and the log by `_end`, in the other thread
            work.error = error

    def _accompany(self, held: Claim, work: Work, thread: Thread, stop: Event) -> runs.Cancel | None:
        """Stays beside a run: lease, figures, cancelling. Says what was wished at its end; None: fenced."""
        told, renewed, shown = 0.0, time.monotonic(), None
        wish: runs.Cancel | None = ""
        while thread.is_alive():
            thread.join(LOOK_SECONDS)
            now = time.monotonic()
            try:
                with self.store.look() as connection:
                    wish = runs.wanted(connection, held)
                if wish is not None and now - renewed > self.lease / 4:
                    with self.store.job() as connection:
                        wish = runs.heartbeat(connection, held, self.lease)
                    renewed = now
                if wish == "" and work.figures is not shown and now - told >= TELL_SECONDS:
                    shown, told = work.figures, now
                    self._tell(held, shown)
            except Unavailable as error:
                LOG.warning("the database does not answer: %s", error)
                if now - renewed > self.lease:
                    wish = None
            if wish is None:
                work.stop.set()
                thread.join()
                return None
            if wish or stop.is_set():
                work.stop.set()
                if wish == "drop":
                    return wish
        return wish

    def _tell(self, held: Claim, figures: Figures | None) -> None:
        if figures is not None:
            with self.store.job() as connection:
                runs.publish(connection, held, figures)

    def _end(self, held: Claim, work: Work, wish: runs.Cancel) -> None:
        if wish == "drop":
            with self.store.job() as connection:
                runs.end(connection, held, "cancelled")
        elif work.dossier is not None:
            self._tell(held, work.figures)
            if not finish_run(self.store, held, work.dossier, doorstep(datetime.now(UTC))):
                LOG.warning("run %s belongs to another worker now; this plan is dropped", held.run_id)
        else:
            failure = _failure(held, work.error)
            with self.store.job() as connection:
                runs.end(connection, held, "failed", failure)


def thread_ended(thread: Thread, work: Work) -> bool:
    """Whether the solver came to its own end, and was not cut off by the worker's."""
    return not work.stop.is_set() and not thread.is_alive()


def _failure(held: Claim, error: Exception | None) -> tuple[str, str]:
    """Why there is no plan, in English and Chinese; a fault of the program goes to the log under a number."""
    if isinstance(error, BadInput):
        return "\n".join(one.sentence("en") for one in error.mistakes), "\n".join(
            one.sentence("zh") for one in error.mistakes
        )
    if isinstance(error, PastTheCalendar):
        return error.en, error.zh
    number = secrets.token_hex(4)
    LOG.error("run %s failed, number %s", held.run_id, number, exc_info=error)
    return (
        f"Something went wrong. Give number {number} to whoever runs the program.",
        f"程序出错。请将编号 {number} 告知管理员。",
    )


def give_way() -> None:
    """Lets the web go first where both want the processor: people wait for pages, a search only for its end."""
    if hasattr(os, "nice"):
        os.nice(max(0, NICENESS - os.nice(0)))


def run_worker(config: Config, solver: Solve | None = None, ready: Callable[[], None] | None = None) -> None:
    """The worker process: works until SIGTERM or Ctrl-C, then gives its run back."""
    stop = Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    give_way()
    store = open_store(config.database_url)
    postman = Postman(config, store, carrier_of(config))

    def deliver() -> None:
        try:
            postman.run(stop)
        finally:
            stop.set()  # a postman that fell over takes the worker along; whoever looks after it starts both again

    post = Thread(target=deliver, name="postman")
    try:
        post.start()
        if ready is not None:
            ready()
        Worker(config, store, solver).run(stop)
    finally:
        stop.set()
        post.join()
        store.close()
