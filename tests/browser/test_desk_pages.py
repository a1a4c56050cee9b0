"""The desk's forms in a real browser: a mistake is told to who cannot see it, the pin's map answers."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update
from werkzeug.serving import make_server

from tests.browser.axe import VENDOR, findings
from tests.webui.conftest import FRIDAY, QUICK_HASHES, person
from tests.webui.world import INPUTS, fill
from webui.actions.requests import RequestForm, receive_request
from webui.actions.rules import first_rules
from webui.actions.teams import set_absence
from webui.actions.users import first_users
from webui.app import create_app
from webui.auth.passwords import Passwords
from webui.config import Config
from webui.store.engine import open_store
from webui.store.migrate import migrate
from webui.store.person import doorstep
from webui.store.users import UserRow


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running application with the small office of the web's tests, one request waiting."""
    config = Config(data=tmp_path_factory.mktemp("desk") / "data", hashing=QUICK_HASHES, demo=True)
    migrate(config.database_url)
    store = open_store(config.database_url)
    given = first_users(store, Passwords(config.hashing), doorstep(FRIDAY))
    first_rules(store, doorstep(FRIDAY))
    fill(store)
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))
    ada = person(next(one.user_id for one in given if one.login == "scheduler"), "Ada", "scheduler")
    receive_request(store, RequestForm("S1", "acceptance", INPUTS.requests[0].groups), ada)
    set_absence(store, "T1", INPUTS.shifts[0].date, "training", None, ada)
    server = make_server("127.0.0.1", 0, create_app(config, now=lambda: FRIDAY, store=store), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


@pytest.fixture
def desk(office: str, page: Page) -> Page:
    """The scheduler's browser."""
    page.goto(f"{office}/sign-in")
    page.click("form[action='/demo/scheduler'] button")
    page.wait_for_url("**/desk")
    return page


def test_axe_finds_what_is_wrong(page: Page) -> None:
    page.set_content("<html lang=en><title>A</title><main><h1>A</h1><img src='data:,'><p>right</p></main></html>")
    assert [one.partition(":")[0] for one in findings(page)] == ["image-alt"]


@pytest.mark.console_error("status of 400")
def test_a_mistake_is_told_to_who_cannot_see_it(office: str, desk: Page) -> None:
    desk.goto(f"{office}/desk/organisations/O1?lang=en")
    desk.fill("#edit-district", "nowhere")
    desk.click("form:has(#edit-district) button.main")
    expect(desk.locator("[role=alert]")).to_contain_text("Not saved: 1 to correct")
    expect(desk.locator("#edit-district")).to_have_attribute("aria-invalid", "true")
    assert findings(desk) == []


def test_a_pasted_pair_moves_the_pin_and_says_what_it_means(office: str, desk: Page) -> None:
    desk.goto(f"{office}/desk/sites/S1?lang=en")
    expect(desk.locator(".pin-mark")).to_be_visible()
    before = desk.locator(".pin-mark").get_attribute("style")
    desk.select_option("#pin-datum", "gcj02")
    desk.fill("#pin-place", "106.470000, 29.560000")
    desk.keyboard.press("Tab")
    expect(desk.locator("[data-meaning]")).to_have_text(re.compile(r"That is 29\.56\d+, 106\.46\d+ in WGS-84"))
    assert desk.locator(".pin-mark").get_attribute("style") != before


def test_the_pin_stands_in_the_middle_of_its_map(office: str, desk: Page) -> None:
    desk.goto(f"{office}/desk/sites/S1?lang=en")
    expect(desk.locator(".pin-mark")).to_be_visible()
    box, pin = desk.locator("#pin-map").bounding_box(), desk.locator(".pin-mark").bounding_box()
    assert box and pin
    assert pin["x"] + pin["width"] / 2 == pytest.approx(box["x"] + box["width"] / 2, abs=3)
    assert pin["y"] + pin["height"] == pytest.approx(box["y"] + box["height"] / 2, abs=3)  # its tip is the place


def test_a_click_on_the_map_fills_the_form_and_is_saved(office: str, desk: Page) -> None:
    desk.goto(f"{office}/desk/sites/S2?lang=en")
    expect(desk.locator(".pin-mark")).to_be_visible()
    before = desk.input_value("#pin-place")
    desk.locator("#pin-map").click(position={"x": 200, "y": 120})
    expect(desk.locator("#pin-place")).not_to_have_value(before)
    expect(desk.locator("#pin-datum")).to_have_value("wgs84")
    chosen = desk.input_value("#pin-place")
    desk.click(".pin-form button.main")
    expect(desk.locator("[role=status].done")).to_have_text("The place was saved.")
    expect(desk.locator("[data-point=wgs84]")).to_have_text(chosen)


def test_vendored_files_are_those_of_the_manifest() -> None:
    [axe] = json.loads((VENDOR / "vendor.json").read_text("utf-8"))
    assert axe["licence"] == "MPL-2.0"
    for name, digest in axe["sha256"].items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest
