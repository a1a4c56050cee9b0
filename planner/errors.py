"""The kinds of trouble that are raised: bad input, and Doorstep's own limits.

A visit that fits nowhere is no error: it is a value with a `planner.reasons.Reason`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]

SHOWN_CHARACTERS = 80


class DoorstepError(Exception):
    """Anything Doorstep raises on purpose."""


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong in what was given: where it stands, what is wrong and what to do.

    `where` names the place the way its reader finds it: "requests.csv, row 14, column host_hours"
    or "visits[3].windows[0].latest". `value` is what stood there, shortened for showing.
    """

    where: str
    en: str
    zh: str
    value: str = ""

    def __post_init__(self) -> None:
        if len(self.value) > SHOWN_CHARACTERS:
            object.__setattr__(self, "value", self.value[: SHOWN_CHARACTERS - 1] + "…")

    def sentence(self, language: Language) -> str:
        """The whole mistake as one line: place, value, what is wrong and what to do."""
        shown = f" ({self.value!r})" if self.value else ""
        text = self.en if language == "en" else self.zh
        return f"{self.where}{shown}: {text}" if self.where else text


class BadInput(DoorstepError):
    """Input that cannot be used; carries every mistake found, not only the first."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        if not self.mistakes:
            raise ValueError("BadInput without a mistake says nothing")
        super().__init__("\n".join(mistake.sentence("en") for mistake in self.mistakes))


class PastTheCalendar(DoorstepError):
    """A date was asked for that the working-day calendar does not officially know, in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        self.en = en
        self.zh = zh
        super().__init__(en)

    def sentence(self, language: Language) -> str:
        """What is not known and what to do, in the reader's language."""
        return self.en if language == "en" else self.zh
