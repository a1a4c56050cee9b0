"""Offices that book over HTTP while the web is killed again and again, and what they were told."""

import random
import re
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Event, Thread
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from webui.config import Config

ROOT = Path(__file__).parents[3]


@dataclass
class Web:
    """The booking web as a process, on a port that stays the same."""

    config: Config
    port: int = 0
    process: "subprocess.Popen[str] | None" = None
    kills: int = 0

    def start(self) -> None:
        """Starts it and waits until it listens."""
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        arguments = [str(self.config.data), self.config.database, str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.webui.booking.a_counter", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        said = self.process.stdout.readline().strip()
        if said != str(self.port):
            self.process.stdout.close()
            raise AssertionError(f"the web did not start: {said}")

    def kill(self) -> None:
        """kill -9, whatever it is doing."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.kills += 1


class Unsure(Exception):
    """No answer came: nobody knows what has happened."""


@dataclass
class Office:
    """A booker with a browser. `stands` says of each request what was acknowledged last: booked or not."""

    port: int
    login: str
    password: str
    site: str
    stands: dict[str, bool] = field(default_factory=dict)
    doubtful: list[str] = field(default_factory=list)
    """Requests of which nobody knows whether they are booked; cancelled once the web answers again."""
    acknowledged: int = 0
    """Confirmations and cancellations that were answered."""
    opener: OpenerDirector = field(default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar())))

    def _ask(self, path: str, fields: dict[str, str] | None = None) -> tuple[str, str]:
        """The page and its address. Raises Unsure where no whole answer comes."""
        data = None if fields is None else urlencode(fields).encode()
        try:
            with self.opener.open(f"http://127.0.0.1:{self.port}{path}", data, timeout=60) as answer:
                return answer.url.split(str(self.port), 1)[1], unescape(answer.read().decode())
        except HTTPError as error:
            return path, unescape(error.read().decode()) if error.code == 409 else f"status {error.code}"
        except (URLError, HTTPException, OSError) as error:
            raise Unsure from error

    def _send(self, path: str, page: str, **fields: str) -> tuple[str, str]:
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        return self._ask(path, {"csrf_token": token[1] if token else "", **fields})

    def sign_in(self) -> None:
        """Signs in; until it works."""
        while True:
            try:
                _, page = self._ask("/booking/sign-in?lang=en")
                _, page = self._send("/booking/sign-in", page, login=self.login, password=self.password)
                if "Your requests" in page:
                    return
            except Unsure:
                time.sleep(0.05)

    def work(self, stop: Event, dice: random.Random) -> None:
        """Books and cancels until it is told to stop; after a kill it looks what has become of its request."""
        self.sign_in()
        while not stop.is_set():
            try:
                self._once(dice)
            except Unsure:
                time.sleep(0.05)

    def _once(self, dice: random.Random) -> None:
        while self.doubtful:
            self._cancel(self.doubtful[-1])
            self.doubtful.pop()
        _, form = self._ask("/booking/ask")
        people = {
            "groups, 1, kind": "study",
            "groups, 1, task": "first",
            "groups, 1, language": "en",
            "groups, 1, event_date": "2026-08-30",
            "groups, 1, count": "11",
        }
        rest = {"site_id": self.site, "service": "acceptance", "contact": "Office", "lines": "1"}
        address, page = self._send("/booking/ask", form, key=str(dice.random()), **rest, **people)
        request = address.rsplit("/", 1)[1]
        keys = re.findall(r'name="choice" value="([^"]+)"', page)
        if not keys:
            return
        self.doubtful.append(request)  # from here to the answer; what is only held gives its place back too
        _, page = self._send(f"{address}/hold", page, choice=dice.choice(keys[:10]))
        if "Held for you" not in page:
            return
        _, page = self._send(f"{address}/confirm", page)
        if "Booked. The division keeps" not in page:
            return
        self.stands[request] = True
        self.doubtful.remove(request)
        self.acknowledged += 1
        if dice.random() < 0.85:
            self.doubtful.append(self._forgotten(request))

    def _forgotten(self, request: str) -> str:
        """The request, of which nothing is claimed any more; it is cancelled next."""
        self.stands.pop(request)
        return request

    def _cancel(self, request: str) -> None:
        address, page = self._ask(f"/booking/requests/{request}")
        _, page = self._send(f"{address}/cancel", page, why="chaos")
        if "Nobody comes for this request" in page:
            self.stands[request] = False
            self.acknowledged += 1


def _until_answered(offices: list[Office]) -> None:
    before, deadline = sum(office.acknowledged for office in offices), time.monotonic() + 120
    while sum(office.acknowledged for office in offices) == before:
        assert time.monotonic() < deadline, "no booking was answered for two minutes"
        time.sleep(0.02)


def kill_while_they_book(web: Web, offices: list[Office], kills: int, seed: int) -> None:
    """Kills the web so often while the offices work, each time some moments after it has answered a booking."""
    dice, stop = random.Random(seed), Event()
    threads = [
        Thread(target=office.work, args=(stop, random.Random(seed * 100 + number)), daemon=True)
        for number, office in enumerate(offices)
    ]
    web.start()
    try:
        for thread in threads:
            thread.start()
        while web.kills < kills:
            _until_answered(offices)
            time.sleep(dice.uniform(0.0, 1.5))
            web.kill()
            web.start()
    finally:
        stop.set()
        for thread in threads:
            thread.join(120)
        web.kill()
