"""The whole way of the work in two browsers: import, plan, watch, move, pin, undo, compare, review, publish.

It begins with an empty database. A scheduler imports the small office of the web's tests; a worker in a process of
its own plans the week; a supervisor sends the plan back once and approves it then.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from planner.io.inputs_out import write_inputs
from tests.browser.offices import served
from tests.webui.conftest import FRIDAY, QUICK_HASHES
from tests.webui.world import INPUTS
from webui.actions.rules import first_rules
from webui.actions.users import first_users
from webui.auth.passwords import Passwords
from webui.config import Config
from webui.store.engine import open_store
from webui.store.migrate import migrate
from webui.store.person import doorstep
from webui.store.users import UserRow

SOLVED_MS = 90_000
"""The worker compiles its kernel first; solving the week takes about two seconds."""
WORDS = {
    "zh": {"draft": "草案", "sent_back": "已退回", "in_force": "生效中", "moved": "已移动", "mistake": "1处错误"},
    "en": {
        "draft": "draft",
        "sent_back": "sent back",
        "in_force": "in force",
        "moved": "was moved",
        "mistake": "1 mist",
    },
}


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """An empty office with a web server in this process and a worker in another."""
    config = Config(data=tmp_path / "data", hashing=QUICK_HASHES, demo=True)
    migrate(config.database_url)
    store = open_store(config.database_url)
    first_users(store, Passwords(config.hashing), doorstep(FRIDAY))
    first_rules(store, doorstep(FRIDAY))
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))
    command = [sys.executable, "-P", "-m", "webui", "worker"]
    environment = {**os.environ, "DOORSTEP_DATA": str(config.data), "PYTHONPATH": str(Path(__file__).parents[2])}
    worker = subprocess.Popen(command, env=environment)
    try:
        with served(config, store) as found:
            yield found
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(20)
        store.close()


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """The tables of the small office, and among them a folder with a mistake in one cell."""
    folder, wrong = tmp_path / "tables", tmp_path / "wrong"
    write_inputs(INPUTS, folder)
    write_inputs(INPUTS, wrong)
    text = (wrong / "groups.csv").read_text("utf-8-sig")
    assert "R1,study,first,20," in text
    (wrong / "groups.csv").write_text(text.replace("R1,study,first,20,", "R1,study,first,twenty,"), "utf-8")
    return tmp_path


def enter(page: Page, address: str, login: str, language: str) -> Page:
    page.set_viewport_size({"width": 1600, "height": 1000})
    page.goto(f"{address}/sign-in?lang={language}")
    page.click(f"form[action='/demo/{login}'] button")
    page.wait_for_url("**/desk")
    return page


def go(page: Page, endpoint: str) -> None:
    """To a place of the navigation, as people go there."""
    page.click(f"nav.places a[href='{endpoint}']")


def ready(page: Page) -> None:
    expect(page.locator("html[data-ready=yes]")).to_be_attached()


def upload(page: Page, folder: Path) -> None:
    go(page, "/desk/imports")
    page.set_input_files("#upload-files", sorted(folder.glob("*.csv")))
    page.locator("form:has(#upload-files) button.main").click()
    page.wait_for_url("**/desk/imports/*")


def plan_week(page: Page, again_from: str = "") -> str:
    """Starts a run, watches it until its plan opens by itself; the plan's number."""
    if not again_from:
        go(page, "/desk/plans")
    page.fill("#plan-first", "2026-09-07")
    page.fill("#plan-last", "2026-09-11")
    page.check("input[name=effort][value=quick]")
    page.click("#new button.main")
    page.wait_for_url("**/desk/plans/runs/*")
    expect(page.locator("dl.figures progress")).to_be_visible()
    page.wait_for_url(lambda url: "/runs/" not in url and "/desk/plans/" in url, timeout=SOLVED_MS)
    ready(page)
    return page.url.rstrip("/").rpartition("/")[2].partition("?")[0]


def place(page: Page, visit: str) -> tuple[str, str]:
    """Team and date of a visit in the timeline."""
    cell = page.locator(f".bar[data-visit='{visit}']").evaluate("one => ({...one.closest('td').dataset})")
    return cell["team"], cell["date"]


def saved(page: Page, words: str) -> None:
    """Saves the move that the checker has answered."""
    expect(page.locator(".verdict.yes")).to_be_visible()
    expect(page.locator("[data-tried] dl.facts")).to_be_visible()
    if page.locator("#move-why").count():
        page.fill("#move-why", "asked by the organisation")
    page.click("[data-save]")
    expect(page.locator("[role=status].done")).to_contain_text(words)
    ready(page)


def bring_in(ada: Page, tables: Path, words: dict[str, str]) -> None:
    """A mistake is named by cell and nothing is taken; corrected, everything is."""
    upload(ada, tables / "wrong")
    expect(ada.locator("h1")).to_contain_text(words["mistake"])
    expect(ada.locator("td q")).to_have_text("twenty")
    upload(ada, tables / "tables")
    ada.locator("form[action*='/desk/imports/'] button.main, form:not([action]) button.main").first.click()
    ada.wait_for_url("**/desk/imports")
    go(ada, "/desk/requests")
    ada.click("nav.tabs a[href*='state=accepted']")
    expect(ada.locator("main tbody tr")).to_have_count(len(INPUTS.requests))


def change_by_hand(ada: Page, words: dict[str, str]) -> tuple[str, str]:
    """Moved by drag, undone; moved by keyboard, pinned. Where the visit stays."""
    before = place(ada, "R1-1")
    other = "T2" if before[0] == "T1" else "T1"
    ada.locator(".bar[data-visit='R1-1']").drag_to(ada.locator(f"td[data-team={other}][data-date='2026-09-10']"))
    saved(ada, words["moved"])
    assert place(ada, "R1-1") == (other, "2026-09-10")
    ada.click("form[action$='/undo'] button")
    ready(ada)
    assert place(ada, "R1-1") == before
    ada.locator(".bar[data-visit='R1-1']").focus()
    ada.keyboard.press("Alt+ArrowRight" if before[1] < "2026-09-11" else "Alt+ArrowLeft")
    expect(ada.locator("[data-save]")).to_be_focused()
    ada.keyboard.press("Enter")
    expect(ada.locator("[role=status].done")).to_contain_text(words["moved"])
    ready(ada)
    kept = place(ada, "R1-1")
    assert kept != before
    ada.locator("#visit form[action$='/pin'] button").click()
    expect(ada.locator("#visit form[action$='/unpin'] button")).to_be_visible()
    return kept


def compare(ada: Page, first: str, second: str) -> None:
    """The two plans side by side."""
    go(ada, "/desk/plans")
    ada.check(f"input[name=first][value='{first}']")
    ada.check(f"input[name=second][value='{second}']")
    ada.click("form[action='/desk/plans/compare'] button")
    expect(ada.locator("main table").first).to_be_visible()


def through_review(ada: Page, ben: Page, plan: str, words: dict[str, str]) -> None:
    """Sent, sent back with a reason, sent again, approved by another, published."""
    ada.click("form[action$='/submit'] button")
    ben.reload()
    expect(ben.locator("nav.places a[href='/review/plans'] .count")).to_have_text("1")
    go(ben, "/review/plans")
    ben.click(f"a[href='/review/plans/{plan}']")
    ready(ben)
    ben.fill("#why", "Friday is a day of training")
    ben.click("form[action$='/send-back'] button")
    ada.reload()
    expect(ada.locator(".page-head .state")).to_have_text(words["sent_back"])
    expect(ada.locator("main")).to_contain_text("Friday is a day of training")
    ada.click("form[action$='/submit'] button")
    ben.goto(ben.url + f"/{plan}")
    ben.fill("#remark", "agreed")
    ben.click("form[action$='/approve'] button")
    ada.reload()
    ada.click("form[action$='/publish'] button")
    expect(ada.locator(".page-head .state")).to_have_text(words["in_force"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_from_empty_tables_to_a_plan_in_force(
    address: str, tables: Path, new_context: Callable[..., BrowserContext], language: str
) -> None:
    words = WORDS[language]
    ada = enter(new_context().new_page(), address, "scheduler", language)
    ben = enter(new_context().new_page(), address, "supervisor", language)
    bring_in(ada, tables, words)
    first = plan_week(ada)
    expect(ada.locator(".page-head .state")).to_have_text(words["draft"])
    expect(ada.locator(".bar")).to_have_count(len(INPUTS.requests))
    kept = change_by_hand(ada, words)

    ada.click("a[href*='from=']")  # planned again from here, the pinned visit stays
    second = plan_week(ada, first)
    assert second != first
    assert place(ada, "R1-1") == kept
    compare(ada, first, second)
    ada.goto(f"{address}/desk/plans/{second}")
    through_review(ada, ben, second, words)

    # what is in force is promised, and a plan made from it keeps that
    ada.goto(f"{address}/desk/requests/R1")
    expect(ada.locator("form[action*='/promises/'][action$='/release']")).to_have_count(1)
    ada.goto(f"{address}/desk/plans/{second}")
    ada.click("a[href*='from=']")
    plan_week(ada, second)
    assert place(ada, "R1-1") == kept
