"""The documents hold what they promise: links, files, commands, pictures, words and dates."""

import csv
import re
import struct
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from xml.etree import ElementTree

import click
import pytest

from planner import dossier, effort, model, problem
from webui.__main__ import main

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PICTURES = sorted(path for path in (ROOT / "docs" / "pictures").iterdir() if path.suffix in (".png", ".svg"))
PNG_BYTES = 400_000
SET_UP = {"test", "bundle"}
"""Commands of the script itself."""

LINK = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
MENTIONED = re.compile(r"`((?:planner|webui|tests|data|docs|notebooks)/[\w./-]*)`")
CALL = re.compile(r"(?:\./doorstep|`doorstep|python -m webui) ([a-z][^\n`]*)")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(path: Path) -> set[str]:
    """The anchors that forges make of a document's headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    targets = [one or other for one, other in LINK.findall(path.read_text("utf-8"))]
    broken = []
    for target in targets:
        if not re.match(r"https?:", target):
            file, _, anchor = target.partition("#")
            to = (path.parent / file).resolve() if file else path
            if not to.exists() or (anchor and anchor not in anchors(to)):
                broken.append(target)
    assert broken == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_file_of_the_tree_that_is_named_exists(path: Path) -> None:
    assert [text for text in MENTIONED.findall(path.read_text("utf-8")) if not (ROOT / text).exists()] == []


def calls() -> Iterator[tuple[str, str]]:
    """Every call of Doorstep in the documents: the document and the line after the script's name."""
    for path in DOCUMENTS:
        for call in CALL.findall(path.read_text("utf-8")):
            for one in call.split("#")[0].split("&&"):
                yield name(path), one.replace("./doorstep", "").strip()


def command_of(words: list[str]) -> click.Command | None:
    """The command that these words call, through its groups; None where there is none."""
    found: click.Command = main
    while isinstance(found, click.Group):
        if not words or words[0] not in found.commands:
            return None
        found = found.commands[words.pop(0)]
    return found


@pytest.mark.parametrize(("document", "line"), sorted(set(calls())))
def test_every_command_shown_exists_with_its_options(document: str, line: str) -> None:
    words = line.split()
    if words[0] in SET_UP:
        return
    command = command_of(words)
    assert command is not None, f"{document}: doorstep {line}"
    known = {option for parameter in command.params for option in parameter.opts}
    assert [word for word in words if word.startswith("--") and word.rstrip("…") not in known] == []


def test_every_make_target_shown_exists() -> None:
    shown = {
        target
        for path in DOCUMENTS
        for target in re.findall(r"(?:^ {4}|`)make ([a-z-]+)", path.read_text("utf-8"), re.MULTILINE)
    }
    targets = set(re.findall(r"^([a-z][\w -]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert "pictures" in shown
    assert shown - {one for names in targets for one in names.split()} == set()


def test_the_indexes_list_every_document() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    decisions = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")
    documents = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    books = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {one for one in documents | books if f"{one})" not in index} == set()
    assert {one.name for one in (ROOT / "docs/decisions").glob("0*.md") if f"({one.name})" not in decisions} == set()


def test_the_readme_names_every_folder_of_the_root() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for folder in ("planner", "webui", "data", "tests", "notebooks", "docs"):
        assert f"    {folder}/ " in text


def words_of_the_model() -> Iterator[str]:
    """Its classes, and the values that its fields may have."""
    for module in (model, problem, dossier):
        for one in vars(module).values():
            if isinstance(one, type) and one.__module__.startswith(
                (model.__name__, problem.__name__, dossier.__name__)
            ):
                yield one.__name__
    kinds = (model.Datum, model.OrganisationKind, model.Kind, model.Task, model.Service, model.Work, effort.Effort)
    for kind in kinds:
        yield from get_args(kind)


def test_the_glossary_holds_every_word_of_the_model() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    words = set(words_of_the_model())
    assert len(words) > 50
    assert {word for word in words if f"`{word}`" not in glossary} == set()


def test_every_word_of_the_glossary_has_its_chinese() -> None:
    for line in (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 4 and cells[1] not in ("word", "---"):
            assert re.search(r"[\u4e00-\u9fff]", cells[2]), cells[1]


def test_the_licences_name_every_package_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["postgres"],
        *project["dependency-groups"]["dev"],
        *project["dependency-groups"]["bench"],
    ]
    packages = {re.match(r"[\w-]+", one).group().lower() for one in asked}  # type: ignore[union-attr]
    named = set(re.findall(r"[\w-]+", (ROOT / "docs" / "licences.md").read_text("utf-8").lower()))
    assert packages - named == set()


@pytest.mark.parametrize("path", PICTURES, ids=name)
def test_every_picture_is_shown_somewhere(path: Path) -> None:
    assert any(f"pictures/{path.name}" in document.read_text("utf-8") for document in DOCUMENTS)


@pytest.mark.parametrize("path", [one for one in PICTURES if one.suffix == ".png"], ids=name)
def test_screenshots_are_small_files_of_a_whole_screen(path: Path) -> None:
    content = path.read_bytes()
    assert len(content) <= PNG_BYTES
    assert struct.unpack(">II", content[16:24]) == ((794, 1123) if path.stem.startswith("sheet") else (1440, 900))


@pytest.mark.parametrize("path", [one for one in PICTURES if one.suffix == ".svg"], ids=name)
def test_drawings_stand_alone_and_say_what_they_show(path: Path) -> None:
    root = ElementTree.fromstring(path.read_text("utf-8"))  # noqa: S314
    space = "{http://www.w3.org/2000/svg}"
    assert root.findtext(f"{space}title")
    assert not root.findall(f".//{space}script") and not root.findall(f".//{space}image")
    assert "http" not in path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")


def test_the_drawn_calendar_is_the_calendar() -> None:
    with (ROOT / "data" / "calendar" / "workdays.csv").open(encoding="utf-8-sig", newline="") as file:
        kinds = {row["date"]: row["kind"] for row in csv.DictReader(file)}
    drawing = ElementTree.parse(ROOT / "docs" / "pictures" / "clocks.svg")  # noqa: S314
    days = {one.get("data-day", ""): one.get("data-kind") for one in drawing.iter() if one.get("data-day")}
    assert len(days) == 42
    assert {day for day, kind in days.items() if kinds[day] != kind} == set()
