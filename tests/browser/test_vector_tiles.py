"""Vector tiles from a file on this machine, in a real browser: water is blue, names speak the reader's language."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect
from pmtiles.tile import Compression
from werkzeug.serving import make_server

from planner.dossier import save
from tests.browser.offices import Office, an_office, served
from tests.planner.report.a_dossier import a_dossier
from tests.webui.conftest import QUICK_HASHES
from tests.webui.maps.test_vector_tiles import CITY, HOSTILE
from tests.webui.maps.vectors import AREA, LINE, POINT, Feature, an_archive_of
from webui.config import Config, from_environment
from webui.tilefile import LAYERS
from webui.viewer.site import create_app as create_viewer

WATER, LAND = "207,225,236", "245,244,239"
"""#cfe1ec and #f5f4ef, the river and the ground of the schematic map."""
READ = HOSTILE.replace("<img src=x onerror=alert(1)>", "").replace("</script>", "").replace("\u202e", "")
OWNER = READ.replace("&lt;", "<").replace("&gt;", ">")
"""What is left of the hostile text as text."""
UNBROKEN = HOSTILE.replace(" ", "/")
"""The same in one line: a name is broken at its spaces."""
NAMED = {
    **CITY,
    "place": (Feature(POINT, ((3500, 500),), {"class": "town", "name": UNBROKEN}),),
    "waterway": (Feature(LINE, ((2500, 100), (2500, 4000)), {"class": "river", "name": "嘉陵江"}),),
    "landcover": (Feature(AREA, ((3000, 0), (3000, 4096), (4096, 4096), (4096, 0)), {"class": "wood"}),),
}
RECORD = """
    window.painted = new Set();
    const paint = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
      window.painted.add(text);
      return paint.call(this, text, ...at);
    };
"""


@pytest.fixture
def given(tmp_path: Path) -> Config:
    """Settings with an archive of both schemas, whose words are hostile."""
    about = {"attribution": HOSTILE, "name": HOSTILE}
    path = an_archive_of(tmp_path / "city.pmtiles", NAMED, about, packed=Compression.GZIP)
    return from_environment({"DOORSTEP_TILES_FILE": str(path)})


@pytest.fixture
def office(tmp_path: Path, given: Config) -> Iterator[Office]:
    """The office of every page, with that archive behind its maps."""
    with an_office(tmp_path) as office:
        config = replace(given, data=tmp_path / "data", hashing=QUICK_HASHES, demo=True)
        with served(config, office.store) as address:
            yield replace(office, address=address)


@pytest.fixture
def desk(office: Office, new_context: Callable[..., BrowserContext]) -> Page:
    """The scheduler's browser, which keeps a record of every text that is painted."""
    page = new_context().new_page()
    page.add_init_script(RECORD)
    page.goto(f"{office.address}/sign-in?lang=en")
    page.click("form[action='/demo/scheduler'] button")
    page.wait_for_url("**/desk")
    return page


@pytest.fixture
def view(tmp_path: Path, given: Config) -> Iterator[str]:
    """The address of the read-only view of a plan with that archive."""
    (tmp_path / "plan").mkdir()
    save(a_dossier(), tmp_path / "plan")
    server = make_server("127.0.0.1", 0, create_viewer(tmp_path / "plan", given), threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def colours(page: Page, box: str) -> dict[str, float]:
    """The share of each colour in the painted tiles of a map."""
    shares: dict[str, float] = page.evaluate(
        """all => {
          const [found, tiles] = [{}, [...document.querySelectorAll(all)]];
          let points = 0;
          for (const tile of tiles) {
            const { data } = tile.getContext("2d").getImageData(0, 0, tile.width, tile.height);
            for (let at = 0; at < data.length; at += 4, points++) {
              const colour = `${data[at]},${data[at + 1]},${data[at + 2]}`;
              found[colour] = (found[colour] || 0) + 1;
            }
          }
          return Object.fromEntries(Object.entries(found).map(([colour, count]) => [colour, count / points]));
        }""",
        f"{box} canvas.leaflet-tile-loaded",
    )
    return shares


def is_drawn(page: Page, box: str) -> None:
    """Half of the map is water, a quarter wood, a quarter land, more or less: the window cuts through the pattern."""
    expect(page.locator(f"{box} canvas.leaflet-tile-loaded").first).to_be_attached()
    page.wait_for_function("box => !document.querySelector(`${box} canvas:not(.leaflet-tile-loaded)`)", arg=box)
    shares = colours(page, box)
    assert 0.25 < shares.get(WATER, 0) < 0.75
    assert 0.08 < shares.get(LAND, 0) < 0.5


def painted(page: Page) -> set[str]:
    """The texts that were painted since the last look."""
    texts = set(page.evaluate("[...painted]"))
    page.evaluate("painted.clear()")
    return texts


def test_the_plan_and_the_pin_stand_on_the_map_of_the_file(office: Office, desk: Page) -> None:
    answers: list[Response] = []
    desk.on("response", lambda answer: answers.append(answer) if "/tiles/" in answer.url else None)
    desk.goto(office.at("/desk/plans/{draft}"))
    expect(desk.locator("html[data-ready=yes]")).to_be_attached()
    is_drawn(desk, "#map_plan")
    assert {answer.status for answer in answers} == {206}
    expect(desk.locator(".attribution")).to_have_text(OWNER)
    desk.goto(office.at("/desk/sites/{site}"))
    expect(desk.locator(".pin-mark")).to_be_visible()
    is_drawn(desk, "#pin-map")
    expect(desk.locator(".leaflet-control-attribution")).to_have_text(OWNER)
    assert desk.locator(".leaflet-control-attribution > *").count() == 0


def test_names_are_painted_in_the_readers_language_or_as_they_are(office: Office, desk: Page) -> None:
    desk.goto(office.at("/desk/plans/{draft}?lang=zh"))
    expect(desk.locator("html[data-ready=yes]")).to_be_attached()
    is_drawn(desk, "#map_plan")
    assert painted(desk) >= {"重庆", "嘉陵江", UNBROKEN}
    desk.goto(office.at("/desk/plans/{draft}?lang=en"))
    expect(desk.locator("html[data-ready=yes]")).to_be_attached()
    is_drawn(desk, "#map_plan")
    texts = painted(desk)
    assert texts >= {"Chongqing", "嘉陵江"}
    assert "重庆" not in texts


def test_the_read_only_view_changes_the_language_of_the_map_with_its_own(view: str, page: Page) -> None:
    page.add_init_script(RECORD)
    page.goto(f"{view}/?lang=zh")
    expect(page.locator("html[data-ready=yes]")).to_be_attached()
    is_drawn(page, "#map_plan")
    assert "重庆" in painted(page)
    page.click(".languages a[data-lang=en]")
    page.wait_for_function("() => painted.has('Chongqing')")
    is_drawn(page, "#map_plan")
    assert "重庆" not in painted(page)
    expect(page.locator(".legend .river")).to_be_hidden()


def test_the_script_draws_exactly_the_layers_that_are_let_in(view: str, page: Page) -> None:
    page.goto(view)
    expect(page.locator("html[data-ready=yes]")).to_be_attached()
    drawn = page.evaluate(
        """() => {
          const names = [];
          map_plan.eachLayer((one) => {
            for (const rule of [...(one.paintRules || []), ...(one.labelRules || [])]) names.push(rule.dataLayer);
          });
          return names;
        }"""
    )
    assert set(drawn) == LAYERS


def test_the_map_is_on_paper_before_it_is_printed(view: str, page: Page) -> None:
    page.add_init_script(
        """window.print = () => {
          window.waiting = document.querySelectorAll("#map_plan canvas:not(.leaflet-tile-loaded)").length;
          window.laid = document.body.classList.contains("printing");
          dispatchEvent(new Event("afterprint"));
        }"""
    )
    page.goto(f"{view}/?lang=en")
    expect(page.locator("html[data-ready=yes]")).to_be_attached()
    page.click("#print")
    page.wait_for_function("() => window.waiting !== undefined")
    assert page.evaluate("[window.waiting, window.laid]") == [0, True]
    expect(page.locator("body.printing")).to_have_count(0)
