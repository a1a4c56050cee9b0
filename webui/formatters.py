"""How dates, weekdays, clock times and numbers are written, in both languages."""

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask
from jinja2 import pass_context
from jinja2.filters import FILTERS

from planner.model import clock
from planner.report.words import gap_of, gap_text
from planner.travel.providers import is_estimated, source_text
from webui.language import chosen_language
from webui.store.person import CHINA

WEEKDAYS = {"zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日")}


def register(app: Flask) -> None:
    """Gives templates the filters `day`, `long_day`, `moment`, `clock`, `minutes`, `number`, `source` and `gap`."""
    app.jinja_env.filters.update(
        day=day,
        long_day=long_day,
        moment=moment,
        clock=clock_of,
        minutes=minutes,
        number=number,
        source=source,
        gap=gap,
    )
    app.jinja_env.tests.update(estimated=is_estimated)


def speak_to_each_reader(app: Flask) -> None:
    """Keeps Jinja from working out a filter of ours when it compiles a page.

    It does so for constants ("count" | field_name), once and for all, in the language of whoever came first.
    """
    for name, filter_ in app.jinja_env.filters.items():
        if name not in FILTERS:
            app.jinja_env.filters[name] = _at_rendering(filter_)


def _at_rendering(filter_: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    @wraps(filter_)
    def spoken(_context: object, *values: Any, **named: Any) -> Any:
        return filter_(*values, **named)

    return spoken


def day(value: date | None) -> str:
    """A date in a table: 9月7日 周一, or Mon 7 Sep."""
    if value is None:
        return "—"
    if chosen_language() == "zh":
        return f"{value.month}月{value.day}日 {WEEKDAYS['zh'][value.weekday()]}"
    return format_date(value, "EEE d MMM", locale="en")


def long_day(value: date | None) -> str:
    """A date in a sentence: 2026年9月7日 周一, or Monday 7 September 2026."""
    if value is None:
        return "—"
    if chosen_language() == "zh":
        return f"{value.year}年{day(value)}"
    return format_date(value, "EEEE d MMMM yyyy", locale="en")


def gap(cost: int, bound: int) -> str:
    """How far a cost is above the proven bound: "0.4 %", or "0, proven best"."""
    return gap_text(gap_of(cost, bound)).of(chosen_language())


def source(value: str) -> str:
    """Where driving times come from, with the name that a licence asks for."""
    return source_text(value, chosen_language()) if value else "—"


def moment(value: datetime | None) -> str:
    """A moment in China's time: 2026年9月7日 09:30, or 7 Sep 2026, 09:30."""
    if value is None:
        return "—"
    pattern = "yyyy年M月d日 HH:mm" if chosen_language() == "zh" else "d MMM yyyy, HH:mm"
    return format_datetime(value, pattern, tzinfo=CHINA, locale=chosen_language())


def clock_of(seconds: int | None) -> str:
    """Seconds since midnight as 09:30."""
    return "—" if seconds is None else clock(seconds)


def minutes(seconds: int | None) -> str:
    """A duration: 95 分钟 as 1 小时 35 分, or 1 h 35 min."""
    if seconds is None:
        return "—"
    hours, rest = divmod(round(seconds / 60), 60)
    if chosen_language() == "zh":
        return f"{hours}小时{rest:02d}分" if hours else f"{rest}分钟"
    return f"{hours} h {rest:02d} min" if hours else f"{rest} min"


def number(value: float | None) -> str:
    """A number with its thousands apart."""
    return "—" if value is None else format_decimal(value, locale=chosen_language())
