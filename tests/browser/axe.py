"""axe in a page: what it finds wrong for people who cannot see, or see or move badly."""

from pathlib import Path

from playwright.sync_api import Page, Request

VENDOR = Path(__file__).parent / "vendor"
AXE = (VENDOR / "axe.min.js").read_text("utf-8")
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # describing all that is right as well takes most of the time
}
QUIET_MS, PATIENCE = 100, 100


def findings(page: Page) -> list[str]:
    """Every rule that is broken, each with the first element that breaks it."""
    page.evaluate(AXE)
    found = page.evaluate("options => axe.run(options).then(told => told.violations)", OPTIONS)
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


class Asking:
    """What a page has asked for and not got yet; begins with the page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Request] = set()
        page.on("request", self._asked)
        page.on("requestfinished", self._answered)
        page.on("requestfailed", self._answered)

    def _asked(self, request: Request) -> None:
        self._open.add(request)

    def _answered(self, request: Request) -> None:
        self._open.discard(request)

    def wait(self) -> None:
        """Waits until nothing is asked for, and a tenth of a second more (Playwright's "networkidle": half a one)."""
        for _ in range(PATIENCE):
            self._page.wait_for_timeout(QUIET_MS)
            if not self._open:
                return
        raise AssertionError(f"still asked for: {[one.url for one in self._open]}")
