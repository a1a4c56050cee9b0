"""Notices, the contract, tokens and webhooks in a real browser: axe in both languages, and by keyboard alone."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.browser.axe import findings
from tests.webui.api.fuzz import an_office
from tests.webui.conftest import FRIDAY, Cast, person
from webui.actions.notices import EVENTS, add_address
from webui.actions.plans import approve, publish, submit
from webui.actions.webhooks import add_webhook
from webui.app import create_app
from webui.config import Config
from webui.post.hooks import host_of

HOOK = "https://hooks.example:8443/doorstep"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[str]:
    """The address of an application with notices and deliveries that wait."""
    _, store, _ = an_office(tmp_path, publishes=False)
    config = Config(data=tmp_path / "data", demo=True, webhook_hosts=(host_of(HOOK),))
    ada, ben = person(2, "Ada", "scheduler"), person(3, "Ben", "supervisor")
    nora = person(1, "Nora", "administrator")
    add_address(store, "office@company.example", "organisation", "O2", "zh", ada)
    add_webhook(store, "calendar", HOOK, EVENTS, host_of(HOOK), config.webhook_hosts, nora)
    cast = Cast(ada, ben, ada, nora, {})
    submit(store, 1, None, cast.ada)
    approve(store, 1, "seen", None, cast.ben)
    publish(store, 1, None, cast.ada)
    server = make_server("127.0.0.1", 0, create_app(replace(config), now=lambda: FRIDAY, store=store), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


def enter(page: Page, office: str, language: str) -> Page:
    page.goto(f"{office}/sign-in?lang={language}")
    page.click("form[action='/demo/admin'] button")
    page.wait_for_url("**/desk")
    return page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_overflows(
    office: str, new_context: Callable[..., BrowserContext], screenshot: Callable[..., Path], language: str
) -> None:
    page = enter(new_context().new_page(), office, language)
    found, wide = {}, []
    for path in ("/notices", "/programs/api", "/programs/tokens", "/programs/webhooks"):
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(office + path)
        screenshot(f"{path.strip('/').replace('/', '-')}-{language}", page, full_page=path != "/programs/api")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found[path] = findings(page)
        wide += [path] if page.evaluate("document.documentElement.scrollWidth") > 1280 else []
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert wide == []


def test_a_token_is_made_by_keyboard_alone_and_shown_once(office: str, page: Page) -> None:
    enter(page, office, "en")
    page.goto(f"{office}/programs/tokens")
    page.locator("#name").focus()
    page.keyboard.type("Statistics")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first scope
    page.locator("input[name=scopes]").last.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".secret")).to_contain_text("dst_")
    assert findings(page) == []
    page.goto(f"{office}/programs/tokens")
    expect(page.locator(".secret")).to_have_count(0)
    expect(page.locator("table")).to_contain_text("Statistics")
