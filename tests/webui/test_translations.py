"""Both languages are complete: every text has its Chinese, every Chinese its text, no placeholder is lost."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from webui.language import CATALOGUE

WEBUI = Path(__file__).parents[2] / "webui"
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def used() -> set[str]:
    """Every text that the templates and the code ask for."""
    found = extract_from_dir(
        WEBUI,
        method_map=[("**.py", "python"), ("templates/**.html", "jinja2")],
        options_map={"templates/**.html": {"silent": "false"}},
        directory_filter=lambda path: "static" not in str(path),
    )
    return {one if isinstance(one, str) else one[0] for _, _, one, _, _ in found}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh")


def test_texts_are_found_at_all() -> None:
    assert "Sign in" in used()


def test_every_text_has_its_chinese(catalogue: Catalog) -> None:
    told = {message.id for message in catalogue if message.id and message.string and not message.fuzzy}
    assert used() - told == set()


def test_no_chinese_is_left_over(catalogue: Catalog) -> None:
    assert {message.id for message in catalogue if message.id} - used() == set()


def test_placeholders_are_the_same_in_both_languages(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            assert set(PLACEHOLDER.findall(str(message.id))) == set(PLACEHOLDER.findall(str(message.string))), (
                message.id
            )
