"""What holds for every test: no network beyond this machine, and the same examples in every run."""

import sys
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("doorstep", derandomize=True, deadline=None)
settings.load_profile("doorstep")

THIS_MACHINE = frozenset({"", "127.0.0.1", "localhost", "::1", "0.0.0.0"})


class NetworkInTest(BaseException):
    """A test reached for another machine. No Exception, so that no handler takes it for a failed connection."""


def refuse_other_machines(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: raises NetworkInTest for a connection or a name look-up that leaves this machine."""
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""  # a Unix socket's address is its path
    elif event == "socket.getaddrinfo":
        host = arguments[0] or ""
    else:
        return
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if name not in THIS_MACHINE and not name.startswith("127."):
        raise NetworkInTest(f"a test must not reach {name}; start a server on 127.0.0.1 instead")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> None:
    """Keeps this process from every other machine. (Audit hooks stay until the process ends.)"""
    sys.addaudithook(refuse_other_machines)
