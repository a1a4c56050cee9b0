"""A background map from a file on this machine, in a real browser: on the plan and under the pin of a site."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.offices import Office, an_office, served
from tests.webui.conftest import QUICK_HASHES
from tests.webui.maps.test_tiles import an_archive
from webui.config import Config, from_environment


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The office of every page, with a map of the world in one file behind its maps."""
    given = from_environment(
        {
            "DOORSTEP_TILES_FILE": str(an_archive(tmp_path / "world.pmtiles", zooms=6)),
            "DOORSTEP_TILES_ATTRIBUTION": "Survey <of> Chongqing",
        }
    )
    with an_office(tmp_path) as office:
        config = Config(
            data=tmp_path / "data", hashing=QUICK_HASHES, demo=True, tiles=given.tiles, tiles_file=given.tiles_file
        )
        with served(config, office.store) as address:
            yield replace(office, address=address)


@pytest.fixture
def desk(office: Office, new_context: Callable[..., BrowserContext]) -> Page:
    page = new_context().new_page()
    page.goto(f"{office.address}/sign-in?lang=en")
    page.click("form[action='/demo/scheduler'] button")
    page.wait_for_url("**/desk")
    return page


def drawn(page: Page, box: str) -> int:
    """How many tiles stand in a map with a picture in them."""
    expect(page.locator(f"{box} img.leaflet-tile-loaded").first).to_be_attached()
    return int(
        page.evaluate(
            "all => [...document.querySelectorAll(all)].filter(one => one.naturalWidth).length",
            f"{box} img.leaflet-tile-loaded",
        )
    )


def test_the_plan_and_the_pin_stand_on_the_map_of_the_file(office: Office, desk: Page) -> None:
    desk.goto(office.at("/desk/plans/{draft}"))
    expect(desk.locator("html[data-ready=yes]")).to_be_attached()
    assert drawn(desk, "#map_plan") > 0
    expect(desk.locator(".attribution")).to_have_text("Survey <of> Chongqing")
    desk.goto(office.at("/desk/sites/{site}"))
    expect(desk.locator(".pin-mark")).to_be_visible()
    assert drawn(desk, "#pin-map") > 0
