"""Every page of the staff, in both languages: axe finds nothing, nothing is wider than the screen or the paper."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.axe import Asking, findings
from tests.browser.offices import PAGES, Office, an_office
from webui.app import create_app
from webui.auth.access import table_of
from webui.config import Config

LOGINS = tuple(sorted({shown.login for shown in PAGES}))
BOTH = pytest.mark.parametrize("language", ["zh", "en"])
EACH = pytest.mark.parametrize("login", LOGINS)
SCREEN, PAPER = 1280, 794
"""Pixels: a small office screen; A4 at 96 to the inch."""
NOT_PAGES = {"desk.background", "desk.point", "desk.failed_rows", "desk.tables_zip", "desk.plan_visit"}
"""Answers that are data, files or a part of a page."""
ELSEWHERE = {"desk.import_check", "desk.running_plans", "desk.pages", "front.page"}
"""Shown in the story of test_story.py; a part of another page; a redirect."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with an_office(tmp_path_factory.mktemp("every")) as office:
        yield office


@pytest.fixture
def enter(office: Office, new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """Signs somebody in; the browser stands at the desk."""

    def entered(login: str, language: str, size: str = "normal") -> Page:
        page = new_context().new_page()
        page.set_viewport_size({"width": SCREEN, "height": 900})
        page.goto(f"{office.address}/sign-in?lang={language}")
        page.click(f"form[action='/demo/{login}'] button")
        page.wait_for_url("**/desk")
        page.goto(f"{office.address}/desk?type={size}")
        return page

    return entered


@BOTH
@EACH
def test_axe_finds_nothing(office: Office, enter: Callable[..., Page], login: str, language: str) -> None:
    page, found = enter(login, language), {}
    asking = Asking(page)
    for shown in PAGES:
        if shown.login == login:
            page.goto(office.at(shown.path))
            asking.wait()
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found[shown.name] = findings(page)
            assert page.locator("html").get_attribute("lang") == ("zh-CN" if language == "zh" else "en")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@BOTH
@EACH
def test_large_type_fits_a_small_screen_and_every_page_fits_the_paper(
    office: Office, enter: Callable[..., Page], login: str, language: str
) -> None:
    page, wide = enter(login, language, "large"), []
    for shown in PAGES:
        if shown.login == login:
            page.goto(office.at(shown.path))
            if page.evaluate("document.documentElement.scrollWidth") > SCREEN:
                wide.append((shown.name, "screen"))
            page.emulate_media(media="print")
            page.set_viewport_size({"width": PAPER, "height": 1123})
            if page.evaluate("document.documentElement.scrollWidth") > PAPER:
                wide.append((shown.name, "paper"))
            assert not page.locator("nav.places").is_visible()
            page.emulate_media(media="screen")
            page.set_viewport_size({"width": SCREEN, "height": 900})
    assert wide == []


def test_no_page_was_forgotten(office: Office, tmp_path: object) -> None:
    """Every view of the desk and the review that answers GET is among the pages, or named as none."""
    app = create_app(Config(demo=True), store=office.store)
    adapter = app.url_map.bind("127.0.0.1")
    shown = {adapter.match(one.path.format_map(office.ids).partition("?")[0])[0] for one in PAGES}
    views = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint.startswith(("desk.", "review."))
    }
    assert views <= table_of(app).keys()
    assert views - shown - NOT_PAGES - ELSEWHERE == set()
