"""The list of reasons: complete in both languages, and printed in docs/reasons.md."""

from pathlib import Path

import pytest

from planner.reasons import CATALOGUE, describe, reason

DOCUMENT = Path(__file__).parents[2] / "docs" / "reasons.md"


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_reason_has_a_sentence_and_a_remedy_in_both_languages(code: str) -> None:
    told = CATALOGUE[code]
    for text in (told.en, told.zh, told.remedy_en, told.remedy_zh):
        assert text.strip()
    for text in (told.zh, told.remedy_zh):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_facts_fill_the_sentence_and_are_never_read_as_a_template() -> None:
    made = reason("legal_date_past", legal_date="{opens}")
    assert made.sentence("en").startswith("The last lawful day of these people is {opens};")
    assert "{opens}" in made.sentence("zh")


def test_an_unknown_code_or_a_missing_fact_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        reason("no_such_code")
    with pytest.raises(KeyError):
        reason("legal_date_past")


def test_the_document_shows_each_code_once() -> None:
    headings = [line.removeprefix("## ") for line in describe().splitlines() if line.startswith("## ")]
    assert headings == sorted(CATALOGUE)


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text("utf-8") == describe(), "docs/reasons.md is old: run `python -m planner.reasons`"
