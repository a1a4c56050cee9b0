"""What may stand in a cell, and what is said where it may not."""

from collections.abc import Callable
from datetime import date

import pytest

from planner.io import cells, words
from planner.io.mistakes import CellError
from planner.model import Hours

NINE, NOON, TWO, FIVE = 9 * 3600, 12 * 3600, 14 * 3600, 17 * 3600
SEPTEMBER_7 = date(2026, 9, 7)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-07",
        "2026/9/7",
        "2026.9.7",
        "20260907",
        "2026年9月7日",
        "2026 年 9 月 7 日",
        "２０２６－０９－０７",
        "2026-09-07 00:00:00",
    ],
)
def test_a_date_may_be_written_in_these_ways(text: str) -> None:
    assert cells.day(text) == SEPTEMBER_7


@pytest.mark.parametrize(
    ("text", "words_en"),
    [
        ("7.9.2026", "no date"),
        ("9/7/26", "no date"),
        ("tomorrow", "no date"),
        ("2026-02-30", "does not exist"),
        ("2026-13-01", "does not exist"),
        ("1926-09-07", "check the year"),
        ("2026-09-07 08:30:00", "no date"),
        ("2026-9/7", "no date"),
        ("46272", "no date"),
    ],
)
def test_other_dates_are_refused(text: str, words_en: str) -> None:
    with pytest.raises(CellError, match=words_en):
        cells.day(text)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("9:00", 9),
        ("09:00", 9),
        ("09:00:00", 9),
        ("9：00", 9),
        ("上午9点", 9),
        ("9时", 9),
        ("9点30分", 9.5),
        ("下午2点半", 14.5),
        ("下午2:30", 14.5),
        ("中午12点", 12),
        ("中午1点", 13),
        ("12:00 am", 0),
        ("12:30 PM", 12.5),
        ("2:30 pm", 14.5),
        ("24:00", 24),
        ("0:00", 0),
    ],
)
def test_a_clock_time_may_be_written_in_these_ways(text: str, hour: float) -> None:
    assert cells.time(text) == hour * 3600


@pytest.mark.parametrize("text", ["9", "25:00", "9:60", "24:01", "morning", "09-00", "9:0", "-1:00", "0.375"])
def test_other_clock_times_are_refused(text: str) -> None:
    with pytest.raises(CellError, match="09:30"):
        cells.time(text)


@pytest.mark.parametrize(
    "text",
    ["09:00-12:00;14:00-17:00", "14:00-17:00；9:00—12:00", "9:00~12:00、14:00至17:00", "上午9点-12点;下午2点-下午5点"],
)
def test_hours_come_in_order_whatever_separates_them(text: str) -> None:
    assert cells.hours(text) == (Hours(NINE, NOON), Hours(TWO, FIVE))


@pytest.mark.parametrize(
    ("text", "words_en"),
    [
        ("12:00-09:00", r"closes \(09:00\) before it opens \(12:00\)"),
        ("09:00-12:00;11:00-13:00", "overlap at 11:00"),
        ("09:00", "no interval"),
        ("9:00-10:00-11:00", "no interval"),
    ],
)
def test_hours_that_make_no_sense_are_refused(text: str, words_en: str) -> None:
    with pytest.raises(CellError, match=words_en):
        cells.hours(text)


def test_dates_and_ranges_become_dates_in_order_and_once_each() -> None:
    made = cells.days("2026-09-14;2026-09-07..2026-09-09；2026/9/9~2026/9/10")
    assert [day.day for day in made] == [7, 8, 9, 10, 14]


@pytest.mark.parametrize("separator", ["..", "...", "…", "~", "～", "〜", "至", "到", "—", "——", "–"])
def test_a_range_may_be_written_in_these_ways(separator: str) -> None:
    assert cells.days(f"2026-09-07{separator}2026-09-08") == (SEPTEMBER_7, date(2026, 9, 8))


@pytest.mark.parametrize(
    ("text", "words_en"),
    [
        ("2026-09-11..2026-09-07", "ends .* before it starts"),
        ("2026-09-07..2028-09-07", "more than 400 days"),
        ("2026-09-07..2026-09-08..2026-09-09", "more than two ends"),
        ("2026-09-07..", "no date"),
    ],
)
def test_ranges_that_make_no_sense_are_refused(text: str, words_en: str) -> None:
    with pytest.raises(CellError, match=words_en):
        cells.days(text)


@pytest.mark.parametrize(
    ("choices", "word", "key"),
    [
        (words.ORGANISATION_KINDS, "大学", "university"),
        (words.ORGANISATION_KINDS, "高校", "university"),
        (words.ORGANISATION_KINDS, " University ", "university"),
        (words.KINDS, "学习", "study"),
        (words.KINDS, "工作", "work"),
        (words.KINDS, "团聚", "reunion"),
        (words.KINDS, "私人事务", "private"),
        (words.KINDS, "记者", "journalist"),
        (words.KINDS, "人才", "talent"),
        (words.TASKS, "首次", "first"),
        (words.TASKS, "延期", "extension"),
        (words.TASKS, "变更", "change"),
        (words.TASKS, "visa-extension", "visa_extension"),
        (words.SERVICES, "受理", "acceptance"),
        (words.SERVICES, "面谈", "interview"),
        (words.DATUMS, "高德", "gcj02"),
        (words.DATUMS, "ＧＣＪ－０２", "gcj02"),
        (words.DATUMS, "wgs84", "wgs84"),
        (words.DATUMS, "百度", "bd09"),
    ],
)
def test_choices_are_understood_in_both_languages(choices: words.Words, word: str, key: str) -> None:
    assert cells.choice(choices)(word) == key


@pytest.mark.parametrize(
    "name", [name for name in vars(words) if name.isupper() and isinstance(getattr(words, name), dict)]
)
def test_no_word_means_two_things(name: str) -> None:
    choices: words.Words = getattr(words, name)
    owners: dict[str, set[str]] = {}
    for key, names in choices.items():
        for word in (key, *names):
            owners.setdefault(cells._word(word), set()).add(key)
    assert owners
    assert {word: keys for word, keys in owners.items() if len(keys) > 1} == {}


def test_an_unknown_choice_names_what_looks_like_it_and_the_choices() -> None:
    with pytest.raises(CellError, match=r"did you mean university\?.*college") as caught:
        cells.choice(words.ORGANISATION_KINDS)("univercity")
    assert "university" in caught.value.zh


@pytest.mark.parametrize(
    ("word", "yes"), [("yes", True), ("是", True), ("TRUE", True), ("1", True), ("no", False), ("否", False)]
)
def test_yes_and_no(word: str, yes: bool) -> None:
    assert cells.yes_no(word) is yes


def test_languages_are_codes_or_names() -> None:
    read = cells.many(cells.language)
    assert read("zh;EN；韩语、Thai,yo,en") == ("zh", "en", "ko", "th", "yo")
    with pytest.raises(CellError, match="two-letter code"):
        read("zh;klingon")


@pytest.mark.parametrize("text", ["12", "１２", "12.0", "+12"])
def test_whole_numbers(text: str) -> None:
    assert cells.whole(0)(text) == 12


@pytest.mark.parametrize(
    ("text", "words_en"),
    [
        ("-3", "negative"),
        ("1.5", "no whole number"),
        ("1,200", "no whole number"),
        ("12人", "no whole number"),
        ("1e3", "no whole number"),
        ("0", "between 1"),
        ("9" * 15, "between 1"),
        ("9" * 16, "no whole number"),
        ("", "no whole number"),
    ],
)
def test_other_numbers_are_refused(text: str, words_en: str) -> None:
    with pytest.raises(CellError, match=words_en):
        cells.whole(1)(text)


@pytest.mark.parametrize(("text", "seconds"), [("45", 2700), ("7.5", 450), ("0", 0), ("1.6666666666666667", 100)])
def test_minutes_become_seconds(text: str, seconds: int) -> None:
    assert cells.minutes(text) == seconds


@pytest.mark.parametrize("read", [cells.minutes, cells.degrees])
@pytest.mark.parametrize("text", ["x", "nan", "inf", "1e5", "99999999", "29,5630", "29°33'46\""])
def test_other_measures_are_refused(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(CellError):
        read(text)


@pytest.mark.parametrize("text", ["O1", "单位-1", "a.b_c", "1"])
def test_ids(text: str) -> None:
    assert cells.identifier(text) == text


@pytest.mark.parametrize("text", ["", "-O1", ".hidden", "../x", "a b", "a/b", "a;b", "a\n", "x" * 65, "'a", "=1"])
def test_what_cannot_name_a_file_is_no_id(text: str) -> None:
    with pytest.raises(CellError, match="no id"):
        cells.identifier(text)


@pytest.mark.parametrize("text", ["a\x00b", "a\x1bb", "a\u202eb", "a\ufffe", "a\x85b"])
def test_invisible_characters_are_refused(text: str) -> None:
    with pytest.raises(CellError, match="invisible"):
        cells.text(text)


def test_districts_are_known_by_old_and_new_names() -> None:
    assert cells.district("Shapingba") == "沙坪坝区"
    assert cells.district("江北区") == "江北区"
    with pytest.raises(CellError, match=r"did you mean.*Shapingba"):
        cells.district("Shapinba")
    with pytest.raises(CellError, match="no district of Chongqing"):
        cells.district("浦东新区")
