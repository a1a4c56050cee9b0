"""The plan page in a real browser: as one file without a network, and served under a strict policy."""

import math
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from werkzeug.serving import make_server

from planner.dossier import save
from planner.report.map import map_page
from tests.planner.report.a_dossier import HOSTILE, a_dossier, an_empty_dossier
from webui.viewer.site import create_app

Show = Callable[..., None]

BOXES = """() => {
  const box = (one) => { const r = one.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  const seen = (one) => { const r = one.getBoundingClientRect(); return r.width > 0 && r.height > 0; };
  const all = (selector) => [...document.querySelectorAll(selector)].filter(seen).map(box);
  return {
    names: all("#map_plan .names span"),
    marks: all("#map_plan .pin .dot, #map_plan .pin .square"),
    controls: all("#map_plan .leaflet-control, .schematic, .views"),
    frame: box(document.getElementById("map_plan")),
  };
}"""


@pytest.fixture
def show(page: Page, tmp_path: Path) -> Show:
    """Opens the example as one file and waits until the map is ready."""

    def opened(language: str = "zh", width: int = 1440, height: int = 900, hostile: bool = False) -> None:
        path = tmp_path / "map.html"
        path.write_text(map_page(a_dossier(hostile), language), "utf-8")  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready]")

    return opened


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The address of a server on this machine that shows the example with hostile names."""
    save(a_dossier(hostile=True), tmp_path)
    server = make_server("127.0.0.1", 0, create_app(tmp_path), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1440, 1024, 390])
@pytest.mark.parametrize("view", ["first", "all dates", "everywhere"])
def test_no_name_and_no_number_covers_another(page: Page, show: Show, language: str, width: int, view: str) -> None:
    show(language, width)
    if view != "first":
        page.locator('.segments label:has(input[value="-1"])').click()
    if view == "everywhere":
        page.locator("#view-all").click()
    found = page.evaluate(BOXES)
    assert len(found["marks"]) == (12 + 3 + 2 if view != "first" else 7 + 3 + 2)
    assert found["names"]
    for at, one in enumerate(found["marks"]):
        assert not [other for other in found["marks"][at + 1 :] if _touch(one, other)]
    for at, one in enumerate(found["names"]):
        others = found["names"][at + 1 :] + found["marks"] + found["controls"]
        assert not [other for other in others if _overlap(one, other, 0.5)]
        frame = found["frame"]
        assert one[0] >= frame[0] and one[1] >= frame[1] and one[2] <= frame[2] and one[3] <= frame[3]


def opened_by(page: Page, sign: Locator) -> str:
    """The first line of the box that a click on a sign opens; a click while the map still moves is made again."""
    line = page.locator(".leaflet-popup-content p")
    page.keyboard.press("Escape")
    expect(line).to_have_count(0)
    for _ in range(5):
        sign.click()
        try:
            expect(line.first).to_be_visible(timeout=2_000)
        except AssertionError:
            continue
        return line.first.inner_text()
    raise AssertionError("five clicks opened nothing")


def test_several_visits_at_one_site_can_each_be_opened(page: Page, show: Show) -> None:
    show()
    page.locator('.segments label:has(input[value="-1"])').click()
    # V01, V02 and V03 are at the Huxi campus: C1 on Tuesday, B1 and C1 on Monday
    for row in page.locator("tr[data-stop]", has_text="虎溪校区").all():
        mark = row.locator("button.dot").inner_text()
        times = row.locator(".c-time b").inner_text()
        pin = page.locator(f'.pin[aria-label="{mark} 重庆大学(虎溪校区)"]')
        pins = pin.count()
        opened = set()
        for at in range(pins):
            opened.add(opened_by(page, pin.nth(at).locator(".dot")))
        assert any(times in text for text in opened)
        assert len(opened) == pins


def test_a_row_opens_its_stop_and_a_stop_marks_its_row(page: Page, show: Show) -> None:
    show()
    row = page.locator('tr[data-stop="1"]')
    row.click()
    expect(page.locator(".leaflet-popup-content h3")).to_contain_text("重庆医科大学(渝中校区)")
    expect(row).to_have_class("chosen")
    page.locator('.pin[aria-label^="B1"] .dot').click()
    expect(page.locator('tr[data-stop="3"]')).to_have_class("chosen")
    expect(row).not_to_have_class("chosen")
    page.keyboard.press("Escape")
    expect(page.locator("tr.chosen")).to_have_count(0)


def test_a_far_stop_comes_into_view_when_its_row_is_chosen(page: Page, show: Show) -> None:
    show()
    page.locator('tr[data-out="0"]').click()  # Wanzhou, 230 km away
    expect(page.locator(".leaflet-popup-content h3")).to_contain_text("重庆三峡学院")
    expect(page.locator(".leaflet-popup")).to_be_in_viewport()


def test_date_and_teams_choose_what_map_and_table_show(page: Page, show: Show) -> None:
    show()
    assert _shown(page) == (7, 7)  # Monday: 3 + 2 + 2
    page.locator('.segments label:has(input[value="1"])').click()
    assert _shown(page) == (5, 5)  # Tuesday: 2 + 2 + 1
    page.get_by_role("checkbox", name="第二警组").uncheck()
    assert _shown(page) == (3, 3)
    page.locator('.segments label:has(input[value="-1"])').click()
    assert _shown(page) == (8, 8)
    for team in ("第一警组", "北碚警组"):
        page.get_by_role("checkbox", name=team).uncheck()
    assert _shown(page) == (0, 0)
    expect(page.get_by_text("所选日期和警组没有外出安排。")).to_be_visible()
    page.get_by_role("checkbox", name="未安排").uncheck()
    expect(page.locator(".pin .ring")).to_have_count(0)


def test_the_keyboard_is_enough(page: Page, show: Show) -> None:
    show()
    page.locator('input[name="day"]:checked').focus()
    page.keyboard.press("ArrowRight")
    assert _shown(page) == (5, 5)
    page.get_by_role("checkbox", name="第一警组").focus()
    page.keyboard.press("Space")
    assert _shown(page) == (3, 3)
    page.locator('tr[data-stop="9"] button').focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content h3")).to_contain_text("长江师范学院")
    page.keyboard.press("Escape")
    page.locator(".pin .dot", has_text="B2").locator("xpath=../..").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content h3")).to_contain_text("两江汽车研究院")


def test_rivers_are_hidden_from_beyond_city_scale_on(page: Page, show: Show) -> None:
    show()
    expect(page.locator("path.river")).to_have_count(2)
    page.evaluate("map_plan.setZoom(13, { animate: false })")
    expect(page.locator("path.river")).to_have_count(0)
    page.evaluate("map_plan.setZoom(12.5, { animate: false })")
    expect(page.locator("path.river")).to_have_count(2)


def test_the_language_changes_everywhere_without_loading(page: Page, show: Show) -> None:
    show("zh")
    assert page.title() == "上门服务计划"
    page.get_by_role("link", name="English").click()
    assert page.title() == "On-site visit plan"
    expect(page.get_by_role("heading", name="Outings", exact=True)).to_be_visible()
    expect(page.locator("#map_plan .names").get_by_text("Yuzhong", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Zoom in")).to_be_visible()
    visible = page.evaluate("document.body.innerText")
    for word in ("外出安排", "未安排", "警组", "法定期限"):
        assert word not in visible


@pytest.mark.parametrize("language", ["zh", "en"])
def test_hostile_names_are_shown_as_they_are_and_run_nowhere(page: Page, show: Show, language: str) -> None:
    show(language, hostile=True)
    row = page.locator('tr[data-stop="0"]')
    assert HOSTILE in row.locator(f".name .{language}").inner_text()
    row.click()
    assert HOSTILE in page.locator(".leaflet-popup-content h3").inner_text()
    page.keyboard.press("Escape")
    page.locator('.pin[aria-label^="A2"] .dot').hover()
    assert HOSTILE in page.locator(".leaflet-tooltip").inner_text()
    page.evaluate("map_plan.setView([29.567, 106.464], 15, { animate: false })")
    assert page.evaluate("window.hit") is None
    assert page.locator("#map_plan img").count() == 0
    assert "62615533" not in page.content()


def test_served_under_a_strict_policy_it_works_as_well(page: Page, served: str) -> None:
    page.goto(f"{served}/?lang=en")
    page.wait_for_selector("html[data-ready]")
    page.locator('tr[data-stop="0"]').click()
    assert HOSTILE in page.locator(".leaflet-popup-content h3").inner_text()
    assert page.evaluate("window.hit") is None
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url(f"{served}/?lang=zh")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.title() == "上门服务计划"
    page.locator("a.link.zh", has_text="外勤单").first.click()
    expect(page.get_by_role("heading", name="上门服务外勤单")).to_be_visible()
    expect(page.locator("table")).to_have_css("border-collapse", "collapse")


@pytest.mark.console_error("status of 409")
def test_a_page_of_an_older_plan_says_that_it_is_old(page: Page, served: str, tmp_path: Path) -> None:
    def remade(route: Any) -> None:
        save(an_empty_dossier(), tmp_path)
        route.fallback()

    page.route("**/plan/labels*", remade)
    page.goto(f"{served}/?lang=en")
    expect(page.get_by_text("The plan has changed; reload this page.")).to_be_visible()


def test_an_empty_plan_has_a_map_too(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    path.write_text(map_page(an_empty_dossier(), "zh"), "utf-8")
    page.goto(path.as_uri())
    page.wait_for_selector("html[data-ready]")
    expect(page.get_by_text("本计划没有外出安排。")).to_be_visible()
    expect(page.locator(".pin .square")).to_have_count(2)


def test_on_paper_the_map_fills_its_frame(page: Page, show: Show) -> None:
    show()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    sizes = page.evaluate("[map_plan.getSize().x, document.querySelector('.canvas').clientWidth]")
    assert sizes[0] == sizes[1] == pytest.approx(188 / 25.4 * 96, abs=1)
    expect(page.locator(".switches")).to_be_hidden()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    sizes = page.evaluate("[map_plan.getSize().x, document.querySelector('.canvas').clientWidth]")
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("width", [1440, 1024, 768, 390])
def test_no_page_is_wider_than_its_window(page: Page, show: Show, width: int) -> None:
    for language in ("zh", "en"):
        show(language, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _shown(page: Page) -> tuple[int, int]:
    """How many stops the map and the table show."""
    return page.locator(".pin .dot:not(.ring)").count(), page.locator("tr[data-stop]:visible").count()


def _touch(one: list[float], other: list[float]) -> bool:
    """Whether two round marks in these boxes cover each other."""
    (x, y, radius), (u, v, least) = (
        ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, (box[2] - box[0]) / 2) for box in (one, other)
    )
    return math.hypot(x - u, y - v) < radius + least - 0.5


def _overlap(one: list[float], other: list[float], allowance: float) -> bool:
    """Whether two boxes (left, top, right, bottom) cover each other by more than the allowance in pixels."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > allowance and high > allowance
