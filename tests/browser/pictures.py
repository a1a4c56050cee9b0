"""Takes the screenshots of the documents anew: `make pictures`.

Plans the September sample as of the Friday before it, and shows its map and one of its sheets in Chromium.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import get_args

from playwright.sync_api import Page, sync_playwright

from planner.dossier import Dossier
from planner.errors import Language
from planner.outputs import links_of
from planner.planning import PlanOrder, plan_folder
from planner.report.map import map_page
from planner.report.sheets import sheet
from tests.browser.conftest import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
SAMPLE = ROOT / "data" / "sample" / "september"
TODAY = date(2026, 9, 4)
SCREEN = (1440, 900)
A4 = (794, 1123)
"""Pixels of an A4 page at 96 a inch."""


def main() -> None:
    """Plans, then writes plan_en.png, plan_zh.png and sheet_zh.png."""
    dossier = plan_folder(PlanOrder(SAMPLE, None, TODAY), lambda _: None, Event()).dossier
    with TemporaryDirectory() as folder, _page() as page:
        for language in get_args(Language):
            text = map_page(dossier, language, links=links_of(dossier))
            _take(page, Path(folder), text, SCREEN, f"plan_{language}", "html[data-ready]")
        _take(page, Path(folder), first_sheet(dossier), A4, "sheet_zh", "body")


def first_sheet(dossier: Dossier) -> str:
    """The Chinese sheet of the first outing."""
    route = dossier.plan.routes[0]
    return sheet(dossier, route.team, route.date, "zh")


def _take(page: Page, folder: Path, text: str, size: tuple[int, int], name: str, ready: str) -> None:
    path = folder / f"{name}.html"
    path.write_text(text, "utf-8")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(path.as_uri())
    page.wait_for_selector(ready)
    page.screenshot(path=PICTURES / f"{name}.png")


@contextmanager
def _page() -> Iterator[Page]:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        flags = [*FLAGS, "--no-sandbox"] if root else FLAGS  # Chromium's sandbox refuses to run as root
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser.new_page(timezone_id="Asia/Shanghai", service_workers="block")
        browser.close()


if __name__ == "__main__":
    main()
