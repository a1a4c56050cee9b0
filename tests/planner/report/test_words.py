"""How dates, spans and codes are written in both languages."""

import string
from datetime import date

import pytest

from planner.report.texts import TEXTS
from planner.report.words import (
    KINDS,
    KITS,
    LANGUAGES,
    TASKS,
    WORKS,
    Text,
    columns,
    day_text,
    gap_of,
    gap_text,
    joined,
    letters,
    long_date,
    named,
    percent,
    span_text,
)


def test_every_text_exists_in_both_languages_with_the_same_gaps() -> None:
    for key, text in TEXTS.items():
        gaps = [{gap for _, gap, _, _ in string.Formatter().parse(one) if gap} for one in text]
        assert text.zh.strip(), key
        assert text.en.strip(), key
        assert gaps[0] == gaps[1], key


def test_chinese_texts_hold_chinese_and_english_ones_none() -> None:
    def chinese(text: str) -> bool:
        return any("\u4e00" <= character <= "\u9fff" for character in text)

    for table in (TEXTS, KINDS, TASKS, WORKS, LANGUAGES, KITS):
        for key, text in table.items():
            assert chinese(text.zh), key
            assert not chinese(text.en), key


def test_dates_carry_their_weekday() -> None:
    monday = date(2026, 9, 7)
    assert day_text(monday) == Text("9月7日 周一", "Mon 7 Sep")
    assert long_date(monday) == Text("2026年9月7日 周一", "Mon 7 Sep 2026")


def test_spans_round_to_the_minute() -> None:
    assert span_text(0) == Text("0分钟", "0 min")
    assert span_text(89) == Text("1分钟", "1 min")
    assert span_text(3600) == Text("1小时", "1 h")
    assert span_text(3 * 3600 + 5 * 60 + 30) == Text("3小时6分", "3 h 06 min")


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert named(LANGUAGES, "tlh") == Text("tlh", "tlh")


def test_lists_are_joined_as_each_language_does() -> None:
    assert joined([LANGUAGES["en"], LANGUAGES["ko"]]) == Text("英语、韩语", "English, Korean")


def test_teams_after_the_twenty_sixth_have_two_letters() -> None:
    assert [letters(at) for at in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


def test_a_chinese_character_takes_two_columns_of_a_terminal() -> None:
    assert columns("警组A") == 5


def test_a_share_that_does_not_exist_is_a_dash() -> None:
    assert percent(None) == "–"
    assert percent(0.1234) == "12.3 %"


@pytest.mark.parametrize(
    ("cost", "bound", "shown"),
    [
        (100_000, None, "–"),
        (100_000, 100_000, "0, proven best"),
        (0, 0, "0, proven best"),
        (1_167_625, 1_167_372, "below 0.1 %"),  # 0.02 %: not proven, so not 0.0 %
        (100_000, 99_940, "0.1 %"),
        (8_000, 7_000, "12.5 %"),
    ],
)
def test_only_a_plan_that_is_proven_best_has_no_gap(cost: int, bound: int | None, shown: str) -> None:
    assert gap_text(gap_of(cost, bound)).en == shown
