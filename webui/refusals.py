"""What an action answers when it does not do what was asked; the web shows each as a page of its own."""

from collections.abc import Iterable, Mapping
from typing import Any

from planner.errors import BadInput, DoorstepError, Language, Mistake

NOUNS: Mapping[str, str] = {
    "base": "驻地",
    "calendar": "日历",
    "contact": "联系方式",
    "date": "日期",
    "day of the calendar": "日历日期",
    "delivery": "推送记录",
    "invitation": "邀请",
    "kit": "设备箱",
    "notice": "通知",
    "organisation": "单位",
    "outing": "外出安排",
    "plan": "计划",
    "promise": "承诺",
    "request": "申请",
    "run": "计算任务",
    "shift": "班次",
    "site": "地点",
    "special visit": "专人服务",
    "team": "警组",
    "upload": "上传文件",
    "user": "用户",
    "visit": "上门服务",
    "year of the calendar": "日历年份",
}
"""What is not found, in Chinese."""


class Told(DoorstepError):
    """A refusal that its reader can understand, in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        self.en, self.zh = en, zh
        super().__init__(en)

    def sentence(self, language: Language) -> str:
        """What was refused and what to do, in the reader's language."""
        return self.en if language == "en" else self.zh


class NotAllowed(Told):
    """This person may not do this (403)."""


class NotFound(Told):
    """There is no such thing, or this person may not know of it (404)."""

    def __init__(self, what: str, key: object) -> None:
        self.what, self.key = what, key
        super().__init__(f"There is no {what} {key}.", f"不存在:{NOUNS.get(what, what)} {key}。")


class Conflict(Told):
    """Somebody else changed it first, or it is not in a state for this (409).

    `theirs` is how it is now, `yours` what was to be written, by field; both empty where there is
    nothing to compare. `version` is the one that is there now, for who decides to write over it.
    """

    def __init__(
        self,
        en: str,
        zh: str,
        theirs: Mapping[str, Any] | None = None,
        yours: Mapping[str, Any] | None = None,
        version: int | None = None,
    ) -> None:
        self.version = version
        self.theirs = dict(theirs or {})
        self.yours = dict(yours or {})
        super().__init__(en, zh)


class TooMany(Told):
    """Tried too often; `seconds` says how long to wait (429)."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        minutes = max(1, -(-seconds // 60))
        super().__init__(
            f"Too many failed attempts. Try again in {minutes} min.", f"失败次数过多,请{minutes}分钟后再试。"
        )


def bad(where: str, en: str, zh: str, value: str = "") -> BadInput:
    """Bad input with one mistake."""
    return BadInput([Mistake(where, en, zh, value)])


def raise_if_any(mistakes: Iterable[Mistake]) -> None:
    """Raises BadInput with all of them, if there are any."""
    found = list(mistakes)
    if found:
        raise BadInput(found)
