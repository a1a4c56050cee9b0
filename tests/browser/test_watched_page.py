"""The guard around every browser test holds: it fails these examples, run by a pytest of their own."""

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
SECOND = "new_context().new_page()"

FAILING = {
    "foreign_image": (
        "page.set_content('<img src=\"http://maps.example/tile.png\">')",
        "asked other hosts: ['http://maps.example/tile.png']",
    ),
    "foreign_script_of_a_second_person": (
        SECOND + ".set_content('<script src=\"http://maps.example/x.js\"></script>')",
        "asked other hosts: ['http://maps.example/x.js']",
    ),
    "foreign_socket": (
        "page.evaluate(\"new WebSocket('ws://maps.example/live')\")",
        "asked other hosts: ['ws://maps.example/live']",
    ),
    "console_error": ("page.evaluate(\"console.error('broken')\")", "errors on the console: ['broken"),
    "script_error": ("page.set_content('<script>missing()</script>')", "missing is not defined"),
    "announced_error_that_stays_away": (
        "page.set_content('<p>fine</p>')",
        "expected on the console, but not there: ['broken']",
    ),
}
PASSING = {
    "quiet_page": "page.set_content('<p>你好</p>')",
    "announced_error": "page.evaluate(\"console.error('broken')\")",
    "screenshot": "page.set_content('<p>你好</p>'); screenshot('hello')",
}


def example(name: str, body: str) -> str:
    """The source of one browser test; one that is named "announced…" announces the error "broken"."""
    marker = '@pytest.mark.console_error("broken")\n' if name.startswith("announced") else ""
    return f"{marker}def test_{name}(page, screenshot, new_context):\n    {body}\n"


@pytest.fixture(scope="module")
def folder(
    browser_type_launch_args: dict[str, object],  # skips or fails without Chromium, as every browser test does
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A folder where all examples have run once."""
    folder = tmp_path_factory.mktemp("examples")
    tests = folder / "tests" / "browser"
    tests.mkdir(parents=True)
    shutil.copy(CONFTEST, tests / "conftest.py")
    bodies = {**{name: body for name, (body, _) in FAILING.items()}, **PASSING}
    source = "import pytest\n\n" + "\n".join(example(name, body) for name, body in bodies.items())
    (tests / "test_examples.py").write_text(source, "utf-8")
    options = ["-q", "-p", "no:cacheprovider", f"--rootdir={folder}", f"--junit-xml={folder}/report.xml"]
    subprocess.run([sys.executable, "-m", "pytest", *options, str(tests)], cwd=folder, stdout=subprocess.DEVNULL)
    return folder


def complaints(folder: Path, name: str) -> str:
    """What the guard said after the example; "" where it passed."""
    cases = ElementTree.parse(folder / "report.xml").iter("testcase")  # noqa: S314 - written by pytest a moment ago
    (case,) = (case for case in cases if case.get("name", "").split("[")[0] == f"test_{name}")
    return "\n".join(child.get("message", "") for child in case if child.tag in {"failure", "error"})


@pytest.mark.parametrize("name", FAILING)
def test_fails_a_page_that_does_what_it_must_not(folder: Path, name: str) -> None:
    assert FAILING[name][1] in complaints(folder, name)


@pytest.mark.parametrize("name", PASSING)
def test_lets_a_good_page_pass(folder: Path, name: str) -> None:
    assert complaints(folder, name) == ""


def test_writes_a_screenshot_for_people_to_look_at(folder: Path) -> None:
    assert (folder / "out" / "screenshots" / "hello.png").read_bytes().startswith(b"\x89PNG")
