"""One cell's text → a value of the model. Each function raises CellError saying what to write instead."""

import difflib
import functools
import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

from planner.districts import district_of, nearest_names
from planner.io.mistakes import CellError
from planner.io.words import ISO_639_1, LANGUAGES, YES_NO, Words
from planner.model import DAY_SECONDS, Hours, clock

FIRST_YEAR, LAST_YEAR = 2000, 2100
MAX_RANGE_DAYS = 400
MAX_NUMBER = 1_000_000
MAX_TEXT_CHARACTERS = 500

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2}))")
_DATE_ZH = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?")
_DATE_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MIDNIGHT = re.compile(r"[T ]00:00(:00)?(\.0+)?$")
_RANGE = re.compile(r"\.\.\.?|…|[~〜至到–]|—+")
_CLOCK = re.compile(r"(上午|早上|中午|下午|晚上)?(\d{1,2})(?::(\d{2})(?::(\d{2}))?|[点时](半|(\d{1,2})分?)?)(am|pm)?")
_LIST = re.compile(r"[;；、,，\n]+")
_ID = re.compile(r"\w[\w.\-]{0,63}")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
_DASH = re.compile(r"[-—–~至到]+")


def plain(text: str) -> str:
    """The text in one width, trimmed: full-width digits and signs become the ordinary ones."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def text(cell: str) -> str:
    """A text as it stands, without characters that are invisible or turn the writing direction."""
    if _INVISIBLE.search(cell):
        raise CellError(
            "holds an invisible control character; type the text again", "含有不可见的控制字符；请重新输入文字"
        )
    if len(cell) > MAX_TEXT_CHARACTERS:
        raise CellError(
            f"is longer than {MAX_TEXT_CHARACTERS} characters; shorten it", f"超过{MAX_TEXT_CHARACTERS}个字符；请缩短"
        )
    return cell


def identifier(cell: str) -> str:
    """An id: letters, digits, "-", "_" and ".", at most 64, so that it can name a file or a page."""
    if not _ID.fullmatch(cell):
        raise CellError(
            "is no id; use up to 64 letters, digits, - _ or . without spaces, beginning with a letter or digit",
            "不能作为编号；请用字母、数字、- _ .，不含空格，以字母或数字开头，最多64个字符",
        )
    return cell


def district(cell: str) -> str:
    """The Chinese name of a district of Chongqing, old or new."""
    return _district(cell)


@functools.lru_cache(maxsize=4096)
def _district(cell: str) -> str:
    if found := district_of(cell):
        return found.name_zh
    near = nearest_names(cell[:40])
    raise CellError(f"is no district of Chongqing{_did_you_mean(near)}", f"不是重庆的区县{_did_you_mean_zh(near)}")


def whole(least: int, most: int = MAX_NUMBER) -> Callable[[str], int]:
    """Reader of a whole number from `least` to `most`."""

    def read(cell: str) -> int:
        shown = plain(cell)
        if not re.fullmatch(r"[+-]?\d{1,15}(\.0+)?", shown):
            raise CellError("is no whole number; write digits only, like 12", "不是整数；请只写数字，如 12")
        number = int(shown.partition(".")[0])
        if number < 0:
            raise CellError("is negative; write how many there are", "是负数；请填写实际数量")
        if not least <= number <= most:
            raise CellError(f"is not between {least} and {most}", f"不在{least}到{most}之间")
        return number

    return read


def minutes(cell: str) -> int:
    """Seconds of a number of minutes, 0 to a day."""
    shown = plain(cell)
    if not re.fullmatch(r"\d{1,5}(\.\d{1,20})?", shown) or float(shown) > DAY_SECONDS / 60:
        raise CellError("is no number of minutes; write for example 45", "不是分钟数；请填写如 45")
    return round(float(shown) * 60)


def degrees(cell: str) -> float:
    """A coordinate in decimal degrees."""
    shown = plain(cell).rstrip("°")
    if not re.fullmatch(r"[+-]?\d{1,3}(\.\d{1,20})?", shown):
        raise CellError("is no coordinate; write decimal degrees like 29.5630", "不是坐标；请写十进制度数，如 29.5630")
    return float(shown)


def day(cell: str) -> date:
    """A date written 2026-09-07, 2026/9/7, 2026.9.7, 20260907 or 2026年9月7日."""
    shown = re.sub(r"\s", "", _MIDNIGHT.sub("", plain(cell)))
    found = _DATE.fullmatch(shown) or _DATE_ZH.fullmatch(shown) or _DATE_DIGITS.fullmatch(shown)
    if not found:
        raise CellError("is no date; write it like 2026-09-07", "不是日期；请写成 2026-09-07")
    year, month, number = (int(part) for part in found.groups() if part is not None)
    try:
        made = date(year, month, number)
    except ValueError as error:
        raise CellError("is a date that does not exist; check month and day", "日期不存在；请检查月和日") from error
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise CellError(
            f"is not between {FIRST_YEAR} and {LAST_YEAR}; check the year",
            f"年份不在{FIRST_YEAR}到{LAST_YEAR}之间；请检查",
        )
    return made


def days(cell: str) -> tuple[date, ...]:
    """Dates and ranges, "2026-09-07..2026-09-11;2026-09-14", ascending and each once."""
    found: set[date] = set()
    for part in _parts(cell):
        first, *rest = _RANGE.split(plain(part))
        if len(rest) > 1:
            raise CellError(
                f"has a range with more than two ends ({part}); write 2026-09-07..2026-09-11",
                f"日期范围多于两端（{part}）；请写成 2026-09-07..2026-09-11",
            )
        start = day(first)
        end = day(rest[0]) if rest else start
        if end < start:
            raise CellError(
                f"ends ({end}) before it starts ({start}); swap the two",
                f"结束日期（{end}）早于开始日期（{start}）；请对调",
            )
        if (end - start).days > MAX_RANGE_DAYS:
            raise CellError(
                f"spans more than {MAX_RANGE_DAYS} days; check the years", f"范围超过{MAX_RANGE_DAYS}天；请检查年份"
            )
        found.update(start + timedelta(days=step) for step in range((end - start).days + 1))
    return tuple(sorted(found))


def time(cell: str) -> int:
    """Seconds since midnight of 9:00, 09:00, 9:00 PM, 上午9点 or 下午2点半."""
    found = _CLOCK.fullmatch(re.sub(r"\s", "", plain(cell)).lower())
    if not found:
        raise CellError("is no clock time; write it like 09:30", "不是时刻；请写成 09:30")
    part, hour_text, minute, second, spoken, spoken_minute, english = found.groups()
    hour = int(hour_text)
    minute_number = 30 if spoken == "半" else int(minute or spoken_minute or 0)
    afternoon = part in ("下午", "晚上") or (part == "中午" and hour < 11) or english == "pm"
    if afternoon and hour < 12:
        hour += 12
    if english == "am" and hour == 12:
        hour = 0
    seconds = hour * 3600 + minute_number * 60 + int(second or 0)
    if minute_number > 59 or int(second or 0) > 59 or seconds > DAY_SECONDS:
        raise CellError("is a clock time that does not exist; write it like 09:30", "时刻不存在；请写成 09:30")
    return seconds


def hours(cell: str) -> tuple[Hours, ...]:
    """Intervals "09:00-12:00;14:00-17:00", ascending and apart."""
    found: list[Hours] = []
    for part in _parts(cell):
        ends = _DASH.split(plain(part))
        if len(ends) != 2:
            raise CellError("is no interval of hours; write 09:00-12:00", "不是时段；请写成 09:00-12:00")
        start, end = time(ends[0]), time(ends[1])
        if end <= start:
            raise CellError(
                f"closes ({clock(end)}) before it opens ({clock(start)}); swap the two",
                f"结束时刻（{clock(end)}）不晚于开始时刻（{clock(start)}）；请对调",
            )
        found.append(Hours(start, end))
    found.sort(key=lambda each: each.start)
    for earlier, later in pairwise(found):
        if later.start < earlier.end:
            raise CellError(
                f"has intervals that overlap at {clock(later.start)}; make them one",
                f"时段在{clock(later.start)}重叠；请合并",
            )
    return tuple(found)


def choice(words: Words) -> Callable[[str], str]:
    """Reader of one of the keys of `words`, or of a word for it."""
    known = {_word(name): key for key, names in words.items() for name in (key, *names)}

    def read(cell: str) -> str:
        found = known.get(_word(cell))
        if found is None:
            near = difflib.get_close_matches(_word(cell)[:40], list(known), n=1, cutoff=0.6)
            offered = ", ".join(f"{key} {names[0]}" for key, names in list(words.items())[:8])
            raise CellError(
                f"is not among the choices{_did_you_mean(near)}; write one of: {offered}",
                f"不在可选项中{_did_you_mean_zh(near)}；请填写：{offered}",
            )
        return found

    return read


def language(cell: str) -> str:
    """A two-letter code (ISO 639-1) or the Chinese or English name of a language."""
    code = plain(cell).lower()
    if code in ISO_639_1:
        return code
    try:
        return _named_language(cell)
    except CellError as error:
        raise CellError(
            "is no language Doorstep knows; write its two-letter code (ISO 639-1), like ko",
            "不是已知语言；请写两位语言代码（ISO 639-1），如 ko",
        ) from error


def many(read: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Reader of several values separated by ";", each once, in the order given."""
    return lambda cell: tuple(dict.fromkeys(read(part) for part in _parts(cell)))


def or_none(read: Callable[[str], tuple[str, ...]]) -> Callable[[str], tuple[str, ...]]:
    """Reader that takes the word "none" or 无 for no value at all, where an empty cell means a default."""
    return lambda cell: () if _word(cell) in ("none", "无") else read(cell)


def yes_no(cell: str) -> bool:
    """Whether the cell says yes."""
    return _yes_no(cell) == "yes"


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in _LIST.split(cell) if part.strip()]


def _word(text: str) -> str:
    return re.sub(r"[\s_\-]+", " ", plain(text)).casefold()


def _did_you_mean(near: tuple[str, ...] | list[str]) -> str:
    return f"; did you mean {' / '.join(near)}?" if near else ""


def _did_you_mean_zh(near: tuple[str, ...] | list[str]) -> str:
    return f"；是否应为“{' / '.join(near)}”" if near else ""


_named_language = choice(LANGUAGES)
_yes_no = choice(YES_NO)
