"""The officer's phone in a real browser: marks with and without a network, keyboard only, axe; the desk beside it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import select, update
from werkzeug.serving import make_server

from tests.browser.axe import findings
from tests.webui.conftest import FRIDAY as NOW
from tests.webui.conftest import QUICK_HASHES, Cast, person
from tests.webui.officer.conftest import in_force
from tests.webui.world import fill
from webui.actions.marks import set_officers
from webui.actions.rules import first_rules
from webui.actions.users import first_users
from webui.app import create_app
from webui.auth.passwords import Passwords
from webui.config import Config
from webui.store.days import MarkRow
from webui.store.engine import Store, open_store
from webui.store.migrate import migrate
from webui.store.person import doorstep
from webui.store.plans import PlanVisitRow
from webui.store.users import UserRow

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@dataclass(frozen=True)
class Road:
    """A running application on the morning of an outing with its visits."""

    address: str
    store: Store
    team: str
    day: date
    visits: tuple[str, ...]

    @property
    def path(self) -> str:
        return f"{self.address}/officer/{self.team}/{self.day}"

    def marks(self) -> list[tuple[str, str]]:
        with self.store.read() as session:
            rows = session.scalars(select(MarkRow).order_by(MarkRow.number))
            return [(row.visit_id, row.kind) for row in rows]


@pytest.fixture
def road(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Road]:
    config = Config(data=tmp_path_factory.mktemp("road") / "data", hashing=QUICK_HASHES, demo=True)
    migrate(config.database_url)
    store = open_store(config.database_url)
    given = first_users(store, Passwords(config.hashing), doorstep(NOW))
    first_rules(store, doorstep(NOW))
    fill(store)
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))
    ids = {one.login: one.user_id for one in given}
    ada, ben = person(ids["scheduler"], "Ada", "scheduler"), person(ids["supervisor"], "Ben", "supervisor")
    in_force(store, Cast(ada, ben, ada, ada, {}))
    with store.read() as session:
        rows = session.scalars(select(PlanVisitRow).where(PlanVisitRow.in_force).order_by(PlanVisitRow.starts)).all()
    first = max(rows, key=lambda row: sum((row.team_id, row.date) == (one.team_id, one.date) for one in rows))
    assert first.team_id
    assert first.date
    visits = tuple(one.visit_id for one in rows if (one.team_id, one.date) == (first.team_id, first.date))
    set_officers(store, first.team_id, [ids["officer"]], ada)
    at = datetime(first.date.year, first.date.month, first.date.day, 2, 0, tzinfo=UTC)
    server = make_server("127.0.0.1", 0, create_app(config, now=lambda: at, store=store), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Road(f"http://127.0.0.1:{server.server_port}", store, first.team_id, first.date, visits)
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


def enter(page: Page, road: Road, login: str, language: str = "en") -> Page:
    page.goto(f"{road.address}/sign-in?lang={language}")
    page.click(f"form[action='/demo/{login}'] button")
    page.wait_for_url("**/officer/" if login == "officer" else "**/desk")
    return page


def kept(page: Page, address: str) -> None:
    """Opens a page and waits until the phone has it."""
    page.goto(address)
    expect(page.locator("html[data-kept=yes]")).to_be_attached()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    road: Road, new_context: Callable[..., BrowserContext], screenshot: Callable[..., Path], language: str
) -> None:
    eve = enter(new_context(**PHONE).new_page(), road, "officer", language)
    found, wide = {}, []
    for path in (f"{road.address}/officer/", road.path):
        eve.goto(path)
        found[path] = findings(eve)
        eve.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found[f"{path} opened"] = findings(eve)
        wide += [path] if eve.evaluate("document.documentElement.scrollWidth") > 390 else []
    screenshot(f"officer-day-opened-{language}", eve)
    ada = enter(new_context().new_page(), road, "scheduler", language)
    for path in (f"/officer/live?day={road.day}", "/officer/crews", "/officer/replan"):
        ada.goto(road.address + path)
        found[path] = findings(ada)
        screenshot(f"desk-{path.split('/')[2].split('?')[0]}-{language}", ada)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
    assert wide == []


@pytest.mark.browser_context_args(service_workers="allow")
@pytest.mark.console_error("ERR_INTERNET_DISCONNECTED")
def test_marks_made_without_a_network_wait_and_go_out_in_order_once(
    road: Road, new_context: Callable[..., BrowserContext], screenshot: Callable[..., Path]
) -> None:
    context = new_context(**PHONE)
    eve = enter(context.new_page(), road, "officer")
    kept(eve, road.path)
    context.set_offline(True)
    first = eve.locator(".stop-card").first
    first.locator("form.arrive button").click()
    expect(first.locator("[data-state]")).to_contain_text("not sent yet")
    first.locator("details.tell-done summary").click()
    first.locator("input[name=processed]").first.fill("3")
    first.locator("details.tell-done button").click()
    expect(eve.locator("#net")).to_contain_text("Waiting to be sent: 2")
    screenshot("officer-offline-en", eve)
    assert road.marks() == []
    eve.reload()
    expect(eve.locator("#net")).to_contain_text("Waiting to be sent: 2")
    expect(first).to_have_attribute("data-progress", "done")
    context.set_offline(False)
    expect(eve.locator("#net")).to_have_text("Everything is sent.")
    visit = road.visits[0]
    assert road.marks() == [(visit, "arrive"), (visit, "done")]
    expect(first.locator("[data-state]")).to_contain_text("3 of")
    first.locator("form.undo button").click()
    expect(first).to_have_attribute("data-progress", "there")
    assert road.marks()[-1] == (visit, "undo")


@pytest.mark.console_error("status of 502")
def test_an_answer_that_was_lost_counts_the_mark_once(road: Road, new_context: Callable[..., BrowserContext]) -> None:
    context = new_context(**PHONE)
    eve = enter(context.new_page(), road, "officer")
    eve.goto(road.path)
    lost = []

    def lose_the_first_answer(route: Route) -> None:
        answer = route.fetch()  # the office takes the mark
        lost.append(answer.status)
        if len(lost) == 1:
            route.fulfill(status=502)
        else:
            route.fulfill(response=answer)

    eve.route("**/marks", lose_the_first_answer)
    eve.locator("form.arrive button").first.click()
    expect(eve.locator("#net")).to_contain_text("Waiting to be sent: 1")
    eve.evaluate("window.dispatchEvent(new Event('online'))")
    expect(eve.locator("#net")).to_have_text("Everything is sent.")
    assert lost == [200, 200]
    assert road.marks() == [(road.visits[0], "arrive")]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_prints_on_one_page_of_a4(
    road: Road, new_context: Callable[..., BrowserContext], screenshot: Callable[..., Path], language: str
) -> None:
    eve = enter(new_context().new_page(), road, "officer", language)
    eve.goto(f"{road.path}/sheet")
    assert eve.locator("table.stops tbody tr").count() == len(road.visits)
    printed = eve.pdf(format="A4", prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == 1
    eve.emulate_media(media="print")
    screenshot(f"officer-sheet-{language}", eve)


def test_a_mark_that_does_not_fit_says_why(road: Road, new_context: Callable[..., BrowserContext]) -> None:
    eve = enter(new_context(**PHONE).new_page(), road, "officer")
    eve.goto(road.path)
    with road.store.write() as session:
        session.execute(update(PlanVisitRow).where(PlanVisitRow.visit_id == road.visits[0]).values(in_force=False))
    eve.locator("form.arrive button").first.click()
    expect(eve.locator("[data-refused]").first).to_contain_text("Call the desk")
    assert road.marks() == []


def test_a_day_is_marked_by_keyboard_alone_and_the_desk_sees_it(
    road: Road, new_context: Callable[..., BrowserContext], screenshot: Callable[..., Path]
) -> None:
    eve = enter(new_context(**PHONE).new_page(), road, "officer", "zh")
    ada = enter(new_context().new_page(), road, "scheduler", "zh")
    ada.goto(f"{road.address}/officer/live?day={road.day}")
    eve.goto(road.path, wait_until="networkidle")  # the day is fetched anew at the start; a key in that moment is lost
    eve.locator("form.arrive button").first.focus()
    eve.keyboard.press("Enter")
    expect(eve.locator(".stop-card").first).to_have_attribute("data-progress", "there")
    expect(ada.locator("table .state.waits")).to_have_count(1)
    eve.locator("details.tell-problem summary").first.focus()
    eve.keyboard.press("Enter")
    eve.keyboard.press("Tab")
    eve.keyboard.type("现场停电")
    eve.keyboard.press("Enter")
    expect(ada.get_by_text("现场停电")).to_be_visible()
    screenshot("desk-live-zh", ada)
    screenshot("officer-day-zh", eve)
