"""Takes a picture of every page of the staff's web, in both languages, into out/screenshots: `make screenshots`.

The office is the September sample at work on Friday 4 September 2026. Names on the command line take those pages only;
`--print` also writes each page as a PDF of A4, as it would be printed.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import click
from playwright.sync_api import Browser, Page, sync_playwright

from planner.errors import Language
from tests.browser.conftest import CHROMIUM, FLAGS, SCREENSHOTS
from tests.browser.offices import PAGES, Office, Shown, an_office, september

SCREEN = (1440, 900)


@click.command()
@click.argument("names", nargs=-1)
@click.option("--lang", "languages", type=click.Choice(get_args(Language)), multiple=True, default=get_args(Language))
@click.option("--large", is_flag=True, help="in large type")
@click.option("--print", "printed", is_flag=True, help="also as PDF, as printed on A4")
def main(names: tuple[str, ...], languages: Sequence[Language], large: bool, printed: bool) -> None:
    """Writes NAME-LANGUAGE.png for every page, and says where."""
    inputs, form = september()
    chosen = [shown for shown in PAGES if not names or shown.name in names]
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, an_office(Path(folder), inputs, form) as office, chromium() as browser:
        for language in languages:
            _sign_in_page(browser, office, language)
            for login in sorted({shown.login for shown in chosen}):
                page = enter(browser, office, login, language, large)
                for shown in chosen:
                    if shown.login == login:
                        _take(page, office, shown, f"{shown.name}-{language}{'-large' if large else ''}", printed)
                page.context.close()
    click.echo(f"{SCREENSHOTS}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that may talk to this machine only."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--no-sandbox"] if root else FLAGS  # Chromium's sandbox refuses to run as root
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


def enter(browser: Browser, office: Office, login: str, language: Language, large: bool = False) -> Page:
    """The browser of somebody who has just signed in."""
    page = browser.new_context(
        timezone_id="Asia/Shanghai", locale="zh-CN" if language == "zh" else "en-GB", service_workers="block"
    ).new_page()
    page.set_viewport_size({"width": SCREEN[0], "height": SCREEN[1]})
    page.goto(f"{office.address}/sign-in?lang={language}")
    page.click(f"form[action='/demo/{login}'] button")
    page.wait_for_url("**/desk")
    page.goto(f"{office.address}/desk?type={'large' if large else 'normal'}")
    return page


def _sign_in_page(browser: Browser, office: Office, language: Language) -> None:
    page = browser.new_page(viewport={"width": SCREEN[0], "height": SCREEN[1]})
    page.goto(f"{office.address}/sign-in?lang={language}")
    page.screenshot(path=SCREENSHOTS / f"sign-in-{language}.png", full_page=True)
    page.close()


def _take(page: Page, office: Office, shown: Shown, name: str, printed: bool) -> None:
    answer = page.goto(office.at(shown.path))
    if answer is None or answer.status != 200:
        raise click.ClickException(f"{shown.path} answers {answer.status if answer else 'nothing'}")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    if printed:
        page.pdf(path=SCREENSHOTS / f"{name}.pdf", format="A4", prefer_css_page_size=True)


if __name__ == "__main__":
    main()
