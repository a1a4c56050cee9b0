"""The words of reports in both languages, and how dates, spans and codes are written."""

from datetime import date
from typing import NamedTuple
from unicodedata import east_asian_width

from planner.errors import Language


class Text(NamedTuple):
    """One text in Chinese and in English."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """The text in this language."""
        return self.zh if language == "zh" else self.en


KINDS: dict[str, Text] = {
    "study": Text("学习", "study"),
    "work": Text("工作", "work"),
    "reunion": Text("团聚", "reunion"),
    "private": Text("私人事务", "private affairs"),
    "journalist": Text("记者", "journalist"),
    "talent": Text("人才", "talent"),
}

TASKS: dict[str, Text] = {
    "first": Text("首次居留许可", "first permit"),
    "extension": Text("居留许可延期", "extension"),
    "change": Text("登记事项变更", "change"),
    "visa_extension": Text("签证延期", "visa extension"),
}

WORKS: dict[str, Text] = {
    "acceptance": Text("受理", "acceptance"),
    "interview": Text("面谈", "interview"),
    "return": Text("送证", "passport return"),
}

KITS: dict[str, Text] = {
    "acceptance": Text("受理设备箱", "acceptance kit"),
    "interview": Text("面谈设备箱", "interview kit"),
}

LANGUAGES: dict[str, Text] = {
    "ar": Text("阿拉伯语", "Arabic"),
    "de": Text("德语", "German"),
    "en": Text("英语", "English"),
    "es": Text("西班牙语", "Spanish"),
    "fr": Text("法语", "French"),
    "id": Text("印尼语", "Indonesian"),
    "it": Text("意大利语", "Italian"),
    "ja": Text("日语", "Japanese"),
    "kk": Text("哈萨克语", "Kazakh"),
    "ko": Text("韩语", "Korean"),
    "lo": Text("老挝语", "Lao"),
    "mn": Text("蒙古语", "Mongolian"),
    "ms": Text("马来语", "Malay"),
    "my": Text("缅甸语", "Burmese"),
    "pt": Text("葡萄牙语", "Portuguese"),
    "ru": Text("俄语", "Russian"),
    "th": Text("泰语", "Thai"),
    "ur": Text("乌尔都语", "Urdu"),
    "vi": Text("越南语", "Vietnamese"),
    "zh": Text("汉语", "Chinese"),
}

_WEEKDAYS = (
    Text("周一", "Mon"),
    Text("周二", "Tue"),
    Text("周三", "Wed"),
    Text("周四", "Thu"),
    Text("周五", "Fri"),
    Text("周六", "Sat"),
    Text("周日", "Sun"),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def named(table: dict[str, Text], code: str) -> Text:
    """What people call this code; the code itself where the table does not know it."""
    return table.get(code, Text(code, code))


def joined(texts: list[Text]) -> Text:
    """A list as each language writes it: "英语、韩语", "English, Korean"."""
    return Text("、".join(text.zh for text in texts), ", ".join(text.en for text in texts))


def weekday(day: date) -> Text:
    """ "周一", "Mon"."""
    return _WEEKDAYS[day.weekday()]


def short_date(day: date) -> Text:
    """ "9月7日", "7 Sep"."""
    return Text(f"{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]}")


def day_text(day: date) -> Text:
    """ "9月7日 周一", "Mon 7 Sep"."""
    text = short_date(day)
    return Text(f"{text.zh} {weekday(day).zh}", f"{weekday(day).en} {text.en}")


def long_date(day: date) -> Text:
    """ "2026年9月7日 周一", "Mon 7 Sep 2026"."""
    text = day_text(day)
    return Text(f"{day.year}年{text.zh}", f"{text.en} {day.year}")


def span_text(seconds: int) -> Text:
    """A duration in hours and minutes, rounded to the minute: "1小时5分", "1 h 05 min"."""
    minutes = (seconds + 30) // 60
    hours, rest = divmod(minutes, 60)
    if not hours:
        return Text(f"{rest}分钟", f"{rest} min")
    if not rest:
        return Text(f"{hours}小时", f"{hours} h")
    return Text(f"{hours}小时{rest}分", f"{hours} h {rest:02d} min")


def distance_text(metres: int) -> Text:
    """A road distance in whole kilometres: "12公里", "12 km"."""
    return Text(f"{round(metres / 1000)}公里", f"{round(metres / 1000)} km")


def percent(share: float | None) -> str:
    """A share as "12.3 %"; "–" where there is none."""
    return "–" if share is None else f"{share * 100:.1f} %"


def gap_of(cost: int, bound: int | None) -> float | None:
    """Cost above the proven bound as a share of the cost; None where no bound is known."""
    if bound is None:
        return None
    return (cost - bound) / cost if cost else 0.0


def gap_text(gap: float | None) -> Text:
    """A gap such that only a plan proven best has none: "0.4 %", "below 0.1 %", "0, proven best"; "–" if unknown."""
    if gap == 0:
        return Text("0,已证明最优", "0, proven best")
    if gap is not None and gap < 0.0005:
        return Text("不到0.1 %", "below 0.1 %")
    return Text(percent(gap), percent(gap))


def letters(index: int) -> str:
    """A short mark for the team at `index`, from 0: A … Z, AA, AB …"""
    mark = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        mark = chr(ord("A") + rest) + mark
    return mark


def columns(text: str) -> int:
    """How many columns a terminal needs for `text`: East Asian wide characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
