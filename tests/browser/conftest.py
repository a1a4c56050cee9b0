"""Fixtures for tests in a real browser: Debian's Chromium, which may talk to this machine only.

A test takes pytest-playwright's `page` or, for a second person, `new_context`. It fails where a page asked
any other host, or wrote an error to the console (a refused inline script does that too). A test that
provokes such an error names it: `@pytest.mark.console_error("status of 404")`.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Route, WebError, WebSocketRoute

CHROMIUM = os.environ.get("DOORSTEP_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
HAS_CHROMIUM = os.access(CHROMIUM, os.X_OK)
NO_CHROMIUM = f"NO CHROMIUM at {CHROMIUM}: install Debian's chromium, or set DOORSTEP_CHROMIUM to its path"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
THIS_MACHINE = ("127.0.0.1", "localhost")
WITHOUT_NETWORK = ("data", "blob", "about", "file")
SCREENSHOTS = Path(__file__).resolve().parents[2] / "out" / "screenshots"


class Watch:
    """Follows browser contexts and notes what no page of Doorstep may do."""

    def __init__(self) -> None:
        self.foreign: list[str] = []
        self.errors: list[str] = []

    def follow(self, context: BrowserContext) -> None:
        """Starts to watch a context, before its first page."""
        context.route("**/*", self._request)
        context.route_web_socket(re.compile(""), self._web_socket)
        context.on("console", self._console)
        context.on("weberror", self._web_error)

    def _request(self, route: Route) -> None:
        if is_local(route.request.url):
            route.fallback()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def _web_socket(self, socket: WebSocketRoute) -> None:
        if is_local(socket.url):
            socket.connect_to_server()
        else:
            self.foreign.append(socket.url)
            socket.close()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _web_error(self, error: WebError) -> None:
        self.errors.append(str(error.error))

    def verdict(self, expected: list[str]) -> None:
        """Fails the test for every foreign request, every error not expected, and every expected one missing."""
        assert not self.foreign, f"asked other hosts: {self.foreign}"
        unexpected = [error for error in self.errors if not any(text in error for text in expected)]
        assert not unexpected, f"errors on the console: {unexpected}"
        missing = [text for text in expected if not any(text in error for error in self.errors)]
        assert not missing, f"expected on the console, but not there: {missing}"


def is_local(url: str) -> bool:
    """Whether fetching `url` stays on this machine."""
    parts = urlsplit(url)
    return parts.scheme in WITHOUT_NETWORK or parts.hostname in THIS_MACHINE


def pytest_configure(config: pytest.Config) -> None:
    """Makes the marker known."""
    config.addinivalue_line("markers", "console_error(text): an error with this text must appear on the console")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The loud line for who has no browser."""
    if not HAS_CHROMIUM:
        terminalreporter.section("browser tests did not run", sep="!", red=True, bold=True)
        terminalreporter.line(NO_CHROMIUM)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How Chromium is started. Without one: a failure in CI, a skip for a user."""
    if not HAS_CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail(NO_CHROMIUM)
        pytest.skip(NO_CHROMIUM)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*FLAGS, "--no-sandbox"] if root else FLAGS  # Chromium's sandbox refuses to run as root
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": flags}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Settings of every context; a service worker could fetch unseen, so there are none."""
    return {**browser_context_args, "service_workers": "block", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a watched context, one for each person in the test; `context` and `page` come from here too."""
    watch = Watch()

    def watched(**options: Any) -> BrowserContext:
        context = new_context(**options)
        watch.follow(context)
        return context

    yield watched
    watch.verdict([marker.args[0] for marker in request.node.iter_markers("console_error")])


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """Gives `screenshot(name, page=None)`: writes out/screenshots/NAME.png and returns its path."""

    def take(name: str, page: Page | None = None, full_page: bool = True) -> Path:
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
            raise ValueError(f"a screenshot's name is small letters, digits, - and _, not {name!r}")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        (page or request.getfixturevalue("page")).screenshot(path=path, full_page=full_page)
        return path

    return take
