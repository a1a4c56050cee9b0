"""Why something is refused, left out or placed where it is: one code, one sentence, one remedy.

`CATALOGUE` is the only list; docs/reasons.md is generated from it.
"""

import string
from dataclasses import dataclass

from planner.errors import Language


@dataclass(frozen=True)
class Template:
    """The sentence and the remedy of one reason code; {name} stands for a fact."""

    en: str
    zh: str
    remedy_en: str
    remedy_zh: str


@dataclass(frozen=True)
class Reason:
    """One reason about one case: its code and the facts that fill its sentence."""

    code: str
    facts: tuple[tuple[str, str | int], ...] = ()

    def sentence(self, language: Language) -> str:
        """What is the case, in the reader's language."""
        template = CATALOGUE[self.code]
        return _fill(template.en if language == "en" else template.zh, self.facts)

    def remedy(self, language: Language) -> str:
        """What to do about it, in the reader's language."""
        template = CATALOGUE[self.code]
        return _fill(template.remedy_en if language == "en" else template.remedy_zh, self.facts)


def reason(code: str, **facts: str | int) -> Reason:
    """The reason with this code; KeyError for an unknown code or a missing fact (our bug)."""
    made = Reason(code, tuple(facts.items()))
    for language in ("en", "zh"):
        made.sentence(language)
        made.remedy(language)
    return made


def _fill(text: str, facts: tuple[tuple[str, str | int], ...]) -> str:
    return string.Formatter().vformat(text, (), dict(facts))


CATALOGUE: dict[str, Template] = {
    # eligibility
    "too_few_foreigners": Template(
        "{organisation} has {foreigners} foreigners; visits are for more than {threshold}.",
        "{organisation}有外国人{foreigners}名;上门服务面向超过{threshold}名的单位。",
        "Send these people to the hall, or ask a supervisor for a special visit.",
        "请到办证大厅办理,或由主管批准专人服务。",
    ),
}
