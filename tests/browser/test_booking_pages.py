"""The booking pages on a phone, in both languages: by keyboard, for axe, without a name leaving the browser."""

import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH
from playwright.sync_api import Page, Request, expect
from werkzeug.serving import make_server

from tests.browser.axe import findings
from tests.webui.booking.booking_world import ask, book, in_force
from tests.webui.booking.conftest import PASSWORD
from tests.webui.conftest import FRIDAY, QUICK_HASHES, Cast, person
from webui.actions.bookings_door import NewAccount, accept, invite
from webui.actions.rules import first_rules
from webui.actions.users import first_users
from webui.app import create_app
from webui.auth.passwords import Passwords
from webui.config import Config
from webui.store.engine import Store, open_store
from webui.store.migrate import migrate
from webui.store.person import Person, doorstep

PHONE = {"width": 390, "height": 844}
LIST = """姓名,护照号,类别,事项,语种,日期
王小明,E12345678,学习,首次,英语,2026-08-30
"Kim, Min-su",M7654321,study,first,韩语,2026/8/30
Anna Petrova,P0011223,学习,首次,英语,2026年8月30日
Nobody,,juggling,first,英语,2026-08-30
"""


@dataclass(frozen=True)
class Hall:
    """The running application and what is in it."""

    address: str
    store: Store
    dan: Person
    booked: str
    full: str
    invitation: str


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """The week in force; Dan's company with a booked request, and one that fits nowhere."""
    config = Config(data=tmp_path_factory.mktemp("booking") / "data", hashing=QUICK_HASHES)
    migrate(config.database_url)
    store = open_store(config.database_url)
    passwords = Passwords(config.hashing)
    given = {one.login: one.user_id for one in first_users(store, passwords, doorstep(FRIDAY))}
    first_rules(store, doorstep(FRIDAY))
    cast = Cast(
        person(given["scheduler"], "Ada", "scheduler"),
        person(given["supervisor"], "Ben", "supervisor"),
        person(given["officer"], "Eve", "officer"),
        person(given["admin"], "Nora", "administrator"),
        {},
    )
    in_force(store, cast)
    token = invite(store, "O2", "外事办公室", cast.ada)
    signed = accept(store, passwords, token, NewAccount("dan", PASSWORD, PASSWORD), doorstep(FRIDAY))
    dan = signed.person
    booked = ask(store, dan, 12)
    book(store, booked, dan)
    full = ask(store, dan, 20, language="th")
    invitation = invite(store, "O1", "国际学院", cast.ada)
    app = create_app(config, "public", now=lambda: FRIDAY, store=store)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Hall(f"http://127.0.0.1:{server.server_port}", store, dan, booked, full, invitation)
    server.shutdown()
    thread.join()
    server.server_close()
    store.close()


@pytest.fixture
def phone(hall: Hall, page: Page) -> Page:
    """Dan's phone, signed in."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{hall.address}/booking/sign-in?lang=zh")
    page.fill("#login", "dan")
    page.fill("#password", PASSWORD)
    page.click("main button.main")
    page.wait_for_url("**/booking/")
    return page


def pages_of(hall: Hall) -> dict[str, str]:
    return {
        "home": "/booking/",
        "ask": "/booking/ask",
        "booked": f"/booking/requests/{hall.booked}",
        "move": f"/booking/requests/{hall.booked}?move=1",
        "full": f"/booking/requests/{hall.full}",
        "change": f"/booking/requests/{hall.full}/change",
    }


@pytest.mark.console_error("status of 404")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    hall: Hall, phone: Page, language: str, screenshot: Callable[..., Path]
) -> None:
    phone.goto(f"{hall.address}/booking/?lang={language}")
    wrong, wide = {}, []
    for name, path in pages_of(hall).items():
        phone.goto(hall.address + path)
        screenshot(f"booking-{name}-{language}")
        phone.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        wrong[name] = findings(phone)
        if phone.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(name)
    phone.click("header .who form button")
    outside = {"in": "/booking/sign-in", "invitation": f"/booking/invitation/{hall.invitation}"}
    for name, path in {**outside, "over": "/booking/invitation/x"}.items():
        phone.goto(hall.address + path)
        screenshot(f"booking-{name}-{language}")
        wrong[name] = findings(phone)
    assert {name: list(found) for name, found in wrong.items() if found} == {}
    assert wide == []


def test_a_list_is_counted_in_the_browser_and_no_name_leaves_it(
    hall: Hall, phone: Page, screenshot: Callable[..., Path]
) -> None:
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(f"{request.url} {unquote_plus((request.post_data_buffer or b'').decode('utf-8', 'replace'))}")

    phone.on("request", note)
    phone.goto(f"{hall.address}/booking/ask?lang=zh")
    phone.click("#list summary")
    phone.fill("#pasted", LIST)
    phone.click("#count")
    expect(phone.locator("#counted")).to_contain_text("已统计:3人,分为2行")
    expect(phone.locator("#counted")).to_contain_text("以下行未能读取:5")
    expect(phone.locator("#pasted")).to_have_value("")
    assert phone.input_value("[id='groups, 1, count']") == "2"
    assert phone.input_value("[id='groups, 2, language']") == "ko"
    screenshot("booking-counted-zh")
    phone.fill("#contact", "外事办公室")
    phone.fill("#pasted", "王小明 E12345678")  # typed again and not counted: it is forgotten too
    phone.click("#ask button.main")
    phone.wait_for_url("**/booking/requests/*")
    said = "\n".join(sent)
    assert "groups, 1, count=2" in said
    for name in ("王小明", "E12345678", "Kim", "Petrova", "M7654321"):
        assert name not in said


def test_a_file_in_chinese_encoding_is_counted_as_well(hall: Hall, phone: Page, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes(LIST.encode("gb18030"))
    phone.goto(f"{hall.address}/booking/ask?lang=en")
    phone.click("#list summary")
    phone.set_input_files("#chosen", file)
    expect(phone.locator("#counted")).to_contain_text("People counted: 3; lines made of them: 2")
    phone.fill("#pasted", "no header at all")
    phone.click("#count")
    expect(phone.locator("#counted")).to_contain_text("No line could be read")


def a_workbook(path: Path, epoch: datetime = WINDOWS_EPOCH) -> Path:
    """The list as people keep it: real dates, one as text, a column of numbers, an empty row, a second sheet."""
    book = Workbook()
    book.epoch = epoch
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "护照号", "类别", "事项", "语种", "日期", "编号"])
    sheet.append(["王\t小明", "E12345678", "学习", "首次", "英语", datetime(2026, 8, 30), 1])
    sheet.append([])
    sheet.append(['Kim "Min"', "M7654321", "study", "first", "韩语", datetime(2026, 8, 30, 9, 30), 2.5])
    sheet.append(["Anna", "P0011223", "学习", "首次", "英语", "2026年8月30日", 3])
    sheet.append(["Nobody", None, "juggling", "first", "英语", datetime(2026, 8, 30), 4])
    book.create_sheet("说明").append(["类别", "事项"])
    book.save(path)
    return path


def test_an_excel_file_is_counted_as_well(hall: Hall, phone: Page, tmp_path: Path) -> None:
    phone.goto(f"{hall.address}/booking/ask?lang=en")
    phone.click("#list summary")
    phone.set_input_files("#chosen", a_workbook(tmp_path / "list.xlsx"))
    expect(phone.locator("#counted")).to_contain_text("People counted: 3; lines made of them: 2")
    expect(phone.locator("#counted")).to_contain_text("could not be read: 6")
    assert phone.input_value("[id='groups, 1, count']") == "2"
    assert phone.input_value("[id='groups, 1, event_date']") == "2026-08-30"
    assert phone.input_value("[id='groups, 2, event_date']") == "2026-08-30"
    assert phone.input_value("[id='groups, 2, language']") == "ko"


def test_a_file_that_is_no_list_says_how_to_save_it(hall: Hall, phone: Page, tmp_path: Path) -> None:
    """An old workbook, half a workbook, a ZIP of something else, and days counted from 1904: four years wrong."""
    whole = a_workbook(tmp_path / "whole.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "other.xlsx", "w") as archive:
        archive.writestr("content.xml", "<a/>")
    files = {
        "old.xls": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        "half.xlsx": whole[: len(whole) // 2],
        "other.xlsx": (tmp_path / "other.xlsx").read_bytes(),
        "mac.xlsx": a_workbook(tmp_path / "mac.xlsx", MAC_EPOCH).read_bytes(),
    }
    phone.goto(f"{hall.address}/booking/ask?lang=zh")
    phone.click("#list summary")
    for name, data in files.items():
        phone.evaluate("document.getElementById('counted').textContent = ''")
        phone.set_input_files("#chosen", {"name": name, "mimeType": "application/octet-stream", "buffer": data})
        expect(phone.locator("#counted")).to_contain_text("无法读取此文件")
        assert phone.input_value("[id='groups, 1, count']") == ""


def rows_of(days: int, languages: tuple[str, ...]) -> str:
    """A person a line, every one with another pair of date and language."""
    lines = [f"Person {day},study,first,{one},2026-08-{day:02d}" for day in range(1, days + 1) for one in languages]
    return "\n".join(["name,kind,task,language,date", *lines])


def test_a_long_list_makes_the_lines_it_needs(hall: Hall, phone: Page, screenshot: Callable[..., Path]) -> None:
    phone.goto(f"{hall.address}/booking/ask?lang=en")
    phone.click("#list summary")
    phone.fill("#pasted", rows_of(10, ("en", "ko")))
    phone.click("#count")
    expect(phone.locator("#counted")).to_contain_text("People counted: 20; lines made of them: 20")
    expect(phone.locator(".people > li")).to_have_count(20)
    assert phone.locator(".people legend").last.text_content() == "Line 20"
    assert findings(phone) == []
    phone.fill("#contact", "Office")
    phone.click("#ask button.main")
    phone.wait_for_url("**/booking/requests/*")
    expect(phone.locator("#people + .body > ul > li")).to_have_count(20)


def test_a_list_with_more_dates_than_lines_is_joined_by_the_earliest_date(hall: Hall, phone: Page) -> None:
    """30 dates in two languages are 60 lines, and a form holds 40: two lines are left, from 1 August."""
    phone.goto(f"{hall.address}/booking/ask?lang=en")
    phone.click("#list summary")
    phone.fill("#pasted", rows_of(30, ("en", "ko")))
    phone.click("#count")
    expect(phone.locator("#counted")).to_contain_text("People counted: 60; lines made of them: 2")
    expect(phone.locator("#counted")).to_contain_text("with the earliest of their dates")
    assert phone.input_value("[id='groups, 1, count']") == "30"
    assert phone.input_value("[id='groups, 2, event_date']") == "2026-08-01"
    assert phone.input_value("[id='groups, 3, count']") == ""


def press_until(page: Page, selector: str, limit: int = 140) -> None:
    """Tabs on until the element has the focus."""
    for _ in range(limit):
        if page.evaluate("wanted => document.activeElement?.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_from_the_sign_in_to_the_booked_date_by_keyboard_alone(
    hall: Hall, page: Page, screenshot: Callable[..., Path]
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{hall.address}/booking/sign-in?lang=en")
    press_until(page, "#login")
    page.keyboard.type("dan")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/booking/")
    press_until(page, "a[href='/booking/ask']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/booking/ask")
    press_until(page, "#contact")
    page.keyboard.type("Personnel, 023-00000000")
    press_until(page, "[id='groups, 1, event_date']")
    page.keyboard.type("08302026")
    press_until(page, "[id='groups, 1, count']")
    page.keyboard.type("11")
    press_until(page, "#ask button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/booking/requests/*")
    screenshot("booking-offers-en")
    press_until(page, ".offers button")
    page.keyboard.press("Enter")
    expect(page.locator(".held")).to_contain_text("Held for you until")
    screenshot("booking-held-en")
    assert findings(page) == []
    press_until(page, ".held button.main")
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("Booked.")
    expect(page.locator("#booked")).to_have_text("Your date")
    screenshot("booking-done-en")
    assert findings(page) == []


@pytest.mark.console_error("status of 400")
def test_a_mistake_is_told_to_who_cannot_see_it_and_the_form_keeps_what_was_typed(hall: Hall, phone: Page) -> None:
    phone.goto(f"{hall.address}/booking/ask?lang=en")
    phone.fill("#contact", "Personnel")
    phone.fill("[id='groups, 1, count']", "many")
    phone.fill("[id='groups, 1, event_date']", "2026-08-30")
    phone.click("#ask button.main")
    expect(phone.locator("[role=alert]")).to_contain_text("Not saved: 1 to correct")
    expect(phone.locator("[id='groups, 1, count']")).to_have_value("many")
    expect(phone.locator("[id='groups, 1, count']")).to_have_attribute("aria-invalid", "true")
    assert findings(phone) == []
