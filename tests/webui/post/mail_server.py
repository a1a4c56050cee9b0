"""A real mail server on this machine (aiosmtpd) that remembers what it took and can be told to misbehave."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Box:
    """What arrived, and what to do at RCPT and at DATA: "" take it, a reply, or "kill" the process in `victim`."""

    letters: list[Message] = field(default_factory=list)
    at_rcpt: Callable[[str], str] = lambda _: ""
    at_data: Callable[[Message], str] = lambda _: ""
    victim: Callable[[], int] = lambda: 0
    port: int = 0

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        said = self.at_rcpt(address)
        if said == "kill":
            return await self._kill()
        if not said:
            envelope.rcpt_tos.append(address)
        return said or "250 ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=default)
        said = self.at_data(letter)
        if said[:1] not in ("4", "5"):
            self.letters.append(letter)
        return await self._kill() if said == "kill" else said or "250 taken"

    async def _kill(self) -> str:
        os.kill(self.victim(), signal.SIGKILL)
        await asyncio.sleep(0.2)
        return "250 too late"

    def subjects(self) -> list[str]:
        return [str(one["Subject"]) for one in self.letters]


def free_port() -> int:
    """A port that nobody listens on; the controller cannot choose one by itself."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def mail_server() -> Iterator[Box]:
    """The server, on a free port, until the block ends."""
    box = Box(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
