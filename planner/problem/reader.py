"""Taking values out of parsed JSON, noting everything that is wrong and where it stands."""

import difflib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeGuard

from planner.errors import BadInput, Mistake

LIMIT = 2**31
"""Times, durations, distances and counts are below this."""
COST_LIMIT = 2**40
"""Costs are below this, so that the sum over any plan stays exact in 64 bits."""
WEIGHT_LIMIT = 10**6 + 1
"""Points per second are below this, for the same reason."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SHOWN_KEY = 60


class Twice(dict[str, Any]):
    """A JSON object in which a key stands more than once; `keys_twice` are these."""

    keys_twice: tuple[str, ...] = ()


def parse(text: str, where: str) -> object:
    """The parsed JSON; BadInput where it is none (NaN and Infinity are no JSON)."""
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_members, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        en, zh = f"{error.msg} (line {error.lineno}, column {error.colno})", f"第{error.lineno}行第{error.colno}列"
    except RecursionError:
        en, zh = "nested too deep", "嵌套过深"
    except ValueError as error:
        en, zh = str(error), "数值无法读取"
    raise BadInput([Mistake(where, f"is no JSON: {en}; write it anew", f"不是有效的 JSON:{zh},请重新生成该文件")])


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    names = [name for name, _ in pairs]
    twice = Twice(members)
    twice.keys_twice = tuple(name for name in members if names.count(name) > 1)
    return twice


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no number")


def is_whole(value: object) -> TypeGuard[int]:
    """Whether it is an integer (true and false are none)."""
    return type(value) is int


@dataclass
class Reader:
    """Reads members of JSON objects; what is wrong goes to `mistakes` and a stand-in comes back.

    Paths are written "visits[3].windows[0].latest". A reader's values count only once `finish`
    has not raised.
    """

    where: str
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, path: str, en: str, zh: str, value: object = None) -> None:
        """Notes one mistake at `path`; `value` is shown if it is short by nature."""
        shown = value if isinstance(value, str) else _shown(value)
        place = ", ".join(part for part in (self.where, path) if part)
        self.mistakes.append(Mistake(_printable(place), en, zh, _printable(shown)))

    def finish(self) -> None:
        """Raises BadInput with all mistakes, if there is one."""
        if self.mistakes:
            raise BadInput(self.mistakes)

    def members(
        self, value: object, path: str, required: Sequence[str], optional: Sequence[str] = ()
    ) -> Mapping[str, Any]:
        """The known members of a JSON object; unknown, missing and doubled keys are noted."""
        if not isinstance(value, dict):
            self.wrong(path, "needs an object { … }", "此处应为对象 { … }", value)
            return {}
        known = (*required, *optional)
        for key in value:
            if key not in known:
                self._unknown(path, key, known)
        for key in value.keys_twice if isinstance(value, Twice) else ():
            self.wrong(_join(path, key), "this key stands twice; keep one", "该键重复出现,请只保留一个")
        for key in required:
            if key not in value:
                self.wrong(_join(path, key), "is missing; add it", "缺少该键,请补上")
        return {key: value[key] for key in known if key in value}

    def _unknown(self, path: str, key: str, known: Sequence[str]) -> None:
        close = difflib.get_close_matches(key[:_SHOWN_KEY], known, 1)
        if close:
            en, zh = f"no such key; did you mean {close[0]}?", f"没有这个键;是否应为 {close[0]}?"
        else:
            listed = ", ".join(known)
            en, zh = f"no such key; known here: {listed}", f"没有这个键;此处可用:{listed}"
        self.wrong(_join(path, key), en, zh)

    def whole(self, members: Mapping[str, Any], path: str, key: str, default: int = 0, limit: int = LIMIT) -> int:
        """The whole number 0 ≤ value < `limit` under `key`, `default` where the key is absent."""
        if key not in members:
            return default
        value = members[key]
        if is_whole(value) and 0 <= value < limit:
            return int(value)
        en, zh = f"needs a whole number from 0 to {limit - 1}", f"应为 0 至 {limit - 1} 的整数"
        self.wrong(f"{path}.{key}" if path else key, en, zh, value)
        return default

    def whole_or_none(self, members: Mapping[str, Any], path: str, key: str, limit: int = LIMIT) -> int | None:
        """Like `whole`; None where the key is absent."""
        return self.whole(members, path, key, 0, limit) if key in members else None

    def ordered(self, members: Mapping[str, Any], path: str, first: str, last: str) -> bool:
        """Whether both are whole numbers and `first` ≤ `last`; only the order is noted here."""
        low, high = members.get(first), members.get(last)
        if not is_whole(low) or not is_whole(high):
            return False
        if low > high:
            en, zh = f"{last} ({high}) comes before {first} ({low})", f"{last}({high})早于 {first}({low})"
            self.wrong(path, f"{en}; exchange or correct them", f"{zh},请更正")
        return bool(0 <= low <= high)

    def text(self, members: Mapping[str, Any], path: str, key: str, default: str = "", empty: bool = False) -> str:
        """The text under `key`, `default` where the key is absent; `empty` says whether "" will do."""
        if key not in members:
            return default
        return self.string(members[key], _join(path, key), empty)

    def string(self, value: object, path: str, empty: bool = False) -> str:
        """The value, if it is a text that can be written as UTF-8."""
        if not isinstance(value, str) or not (value or empty):
            self.wrong(path, "needs a text", "此处应为文本" if empty else "此处应为非空文本", value)
            return ""
        if not value.isascii() and re.search(r"[\ud800-\udfff]", value):
            self.wrong(path, "holds half a character (a lone surrogate)", "含有不完整的字符(孤立代理项)", value)
        return value

    def items(self, members: Mapping[str, Any], path: str, key: str) -> list[Any]:
        """The list under `key`, [] where the key is absent."""
        if key not in members:
            return []
        value = members[key]
        if isinstance(value, list):
            return value
        self.wrong(_join(path, key), "needs a list [ … ]", "此处应为列表 [ … ]", value)
        return []

    def strings(self, members: Mapping[str, Any], path: str, key: str) -> tuple[str, ...]:
        """The texts in the list under `key`."""
        place = _join(path, key)
        return tuple(self.string(one, f"{place}[{index}]") for index, one in enumerate(self.items(members, path, key)))

    def day(self, value: object, path: str, horizon: Collection[date] | None = None) -> date | None:
        """The date written YYYY-MM-DD, one of `horizon` if that is given; None where it is wrong."""
        try:
            if not isinstance(value, str) or not _DAY.fullmatch(value):
                raise ValueError
            day = date.fromisoformat(value)
        except ValueError:
            self.wrong(path, "needs a date written YYYY-MM-DD", "应为 YYYY-MM-DD 形式的日期", value)
            return None
        if horizon is not None and day not in horizon:
            self.wrong(
                path,
                "is not among the problem's dates; add it there or remove it here",
                "不在问题的日期(dates)之内,请加入 dates 或在此删除",
                value,
            )
            return None
        return day

    def format(self, members: Mapping[str, Any], wanted: str) -> None:
        """Notes a mistake unless `format` is `wanted`."""
        if "format" in members and members["format"] != wanted:
            self.wrong("format", f'needs to be "{wanted}"', f'应为 "{wanted}"', members["format"])


def _join(path: str, key: str) -> str:
    shown = key if len(key) <= _SHOWN_KEY else key[: _SHOWN_KEY - 1] + "…"
    return f"{path}.{shown}" if path else shown


def _shown(value: object) -> str:
    small = isinstance(value, float) or (isinstance(value, int) and value.bit_length() < 200)
    return json.dumps(value) if small else ""


def _printable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
