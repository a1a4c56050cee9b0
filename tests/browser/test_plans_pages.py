"""A plan's workspace in a real browser: the four in step, drag, keyboard, the way through review."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update
from werkzeug.serving import make_server

from tests.webui.conftest import FRIDAY as NOW
from tests.webui.conftest import QUICK_HASHES, Cast, person
from tests.webui.world import a_draft, fill
from webui.actions.plans import submit
from webui.actions.requests import ask_special
from webui.actions.rules import first_rules
from webui.actions.users import first_users
from webui.app import create_app
from webui.auth.passwords import Passwords
from webui.config import Config
from webui.store.engine import open_store
from webui.store.migrate import migrate
from webui.store.person import doorstep
from webui.store.users import UserRow


@dataclass(frozen=True)
class Office:
    """A running application with three plans of the same week: two drafts and one in review."""

    address: str
    drafts: tuple[int, int]
    sent: int


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    config = Config(data=tmp_path_factory.mktemp("plans") / "data", hashing=QUICK_HASHES, demo=True)
    migrate(config.database_url)
    store = open_store(config.database_url)
    given = first_users(store, Passwords(config.hashing), doorstep(NOW))
    first_rules(store, doorstep(NOW))
    fill(store)
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))
    ids = {one.login: one.user_id for one in given}
    ada = person(ids["scheduler"], "Ada", "scheduler")
    cast = Cast(ada, ada, ada, ada, {})
    first, second, third = (a_draft(store, cast) for _ in range(3))
    submit(store, third, None, ada)
    ask_special(store, "R2", "Exams begin on Monday", ada)
    server = make_server("127.0.0.1", 0, create_app(config, now=lambda: NOW, store=store), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Office(f"http://127.0.0.1:{server.server_port}", (first, second), third)
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


def enter(page: Page, office: Office, login: str, language: str = "en") -> Page:
    page.set_viewport_size({"width": 1600, "height": 1000})
    page.goto(f"{office.address}/sign-in?lang={language}")
    page.click(f"form[action='/demo/{login}'] button")
    page.wait_for_url("**/desk")
    return page


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("html[data-ready=yes]")).to_be_attached()


def test_a_visit_chosen_in_one_place_is_chosen_in_all(office: Office, page: Page) -> None:
    enter(page, office, "scheduler")
    opened(page, f"{office.address}/desk/plans/{office.drafts[0]}")
    for place in (".bar[data-visit='{}']", "tr[data-visit='{}'] .name"):
        for visit in ("R1-1", "R3-1"):
            day = page.locator(f"tr[data-visit='{visit}']").evaluate("row => row.closest('tbody').dataset.day")
            page.locator(f"input[name=day][value='{day}']").check(force=True)
            page.click(place.format(visit))
            expect(page.locator(f"[data-panel='{visit}']")).to_be_visible()
            expect(page.locator(".bar.chosen")).to_have_attribute("data-visit", visit)
            expect(page.locator("tr.chosen")).to_have_attribute("data-visit", visit)
            expect(page.locator(".pin.chosen")).to_have_count(1)
            assert f"visit={visit}" in page.url
    page.keyboard.press("Escape")
    page.locator("input[name=day][value='-1']").check(force=True)
    page.locator(".pin:not(.chosen) .dot:not(.ring)").last.click()
    expect(page.locator("tr.chosen")).to_have_count(1)
    visit = page.locator("tr.chosen").get_attribute("data-visit") or ""
    expect(page.locator(f"[data-panel='{visit}']")).to_be_visible()
    expect(page.locator(".bar.chosen")).to_have_attribute("data-visit", visit)


def test_a_drag_asks_first_and_is_saved_by_the_button(office: Office, page: Page) -> None:
    enter(page, office, "scheduler")
    opened(page, f"{office.address}/desk/plans/{office.drafts[0]}")
    target = page.locator("td[data-team=T2][data-date='2026-09-11']")
    page.locator(".bar[data-visit='R1-1']").drag_to(target)
    expect(page.locator(".verdict")).to_have_text("The checker has no objection.")
    expect(target.locator("[data-visit='R1-1']")).to_have_count(0)
    page.click("[data-save]")
    expect(page.locator("[role=status].done")).to_have_text("R1-1 was moved.")
    expect(target.locator("[data-visit='R1-1']")).to_have_count(1)
    page.click("form[action$='/undo'] button")
    expect(target.locator("[data-visit='R1-1']")).to_have_count(0)


def test_a_visit_is_moved_and_pinned_by_keyboard_alone(office: Office, page: Page) -> None:
    enter(page, office, "scheduler")
    opened(page, f"{office.address}/desk/plans/{office.drafts[0]}")
    bar = page.locator(".bar[data-visit='R1-1']")
    day = bar.evaluate("one => one.closest('td').dataset.date")
    team = bar.evaluate("one => one.closest('td').dataset.team")
    bar.focus()
    page.keyboard.press("Alt+ArrowLeft" if day > "2026-09-08" else "Alt+ArrowRight")
    expect(page.locator("[data-save]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[role=status].done")).to_have_text("R1-1 was moved.")
    moved = page.locator(".bar[data-visit='R1-1']").evaluate("one => one.closest('td').dataset")
    assert moved["team"] == team
    assert moved["date"] != day
    page.locator("#visit form[action$='/pin'] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".bar[data-visit='R1-1']")).to_contain_text("pinned")


def test_the_way_of_a_plan_from_scheduler_to_supervisor_and_back(
    office: Office, new_context: Callable[..., BrowserContext]
) -> None:
    ada = enter(new_context().new_page(), office, "scheduler", "zh")
    ben = enter(new_context().new_page(), office, "supervisor", "zh")
    ada.goto(f"{office.address}/desk/plans/{office.drafts[0]}")
    ada.get_by_role("button", name="送审").click()
    ben.click("nav.places a[href='/review/plans']")
    ben.locator("section", has_text="待审批计划").get_by_role("link").first.wait_for()
    opened(ben, f"{office.address}/review/plans/{office.drafts[0]}")
    ben.fill("#remark", "同意")
    ben.get_by_role("button", name="批准").click()
    expect(ben.locator("[role=status].done")).to_contain_text("计划已批准")
    ada.goto(f"{office.address}/desk/plans/{office.drafts[0]}")
    ada.get_by_role("button", name="发布生效").click()
    expect(ada.locator("[role=status].done")).to_contain_text("计划已生效")
