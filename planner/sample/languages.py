"""Which languages people need: the table of nationalities, and what is known of a few companies."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.sample.dice import Dice
from planner.sample.places import rows

COMMON = ("en", "zh")
"""Languages every team of the sample speaks."""

AT_COMPANIES = {
    "ORG098": "ko",
    "ORG101": "ja",
    "ORG103": "ja",
    "ORG110": "ko",
    "ORG119": "ko",
    "ORG120": "ko",
    "ORG121": "ko",
    "ORG124": "zh",
    "ORG127": "zh",
}
"""The language of the country an organisation's owner or partner is from (SYN)."""

ONLY_THEIR_OWN_PERCENT = 50
"""Nearly half of those who speak neither as their first language can be served in English or Chinese (SYN)."""

LARGEST_GROUPS = ((5, 1), (15, 2), (40, 3))
"""People up to which they form at most so many groups by language; more form four."""


@dataclass(frozen=True)
class Speakers:
    """So many people of one first language, and the languages in which they can be served as well."""

    language: str
    also: tuple[str, ...]
    count: int


def speakers(count: int, spot_id: str, spoken: Sequence[str], dice: Dice) -> tuple[Speakers, ...]:
    """`count` people by language, after the shares of the nationality table.

    Of the languages that are neither English nor Chinese, only one of `spoken` may come without another
    in which its people can be served, so that one team can do for all of them.
    """
    table = _nationalities()
    most = next((groups for people, groups in LARGEST_GROUPS if count <= people), 4)
    drawn: dict[str, tuple[str, ...]] = {}
    for _ in range(most):
        language, also = dice.weighted(table)
        if spot_id in AT_COMPANIES and dice.chance(70):
            language = AT_COMPANIES[spot_id]
            also = next(others for (first, others), _ in table if first == language)
        drawn.setdefault(language, also)
    candidates = [language for language in drawn if language in spoken and dice.chance(ONLY_THEIR_OWN_PERCENT)]
    alone = dice.pick(candidates) if candidates else ""
    sizes = _sizes(count, len(drawn), dice)
    return tuple(
        Speakers(language, _also(language, also, language == alone), size)
        for (language, also), size in zip(drawn.items(), sizes, strict=True)
    )


def _also(language: str, others: tuple[str, ...], alone: bool) -> tuple[str, ...]:
    if alone:
        return ()
    if language in COMMON or set(others) & set(COMMON):
        return others
    return (*others, "en")


def _sizes(count: int, groups: int, dice: Dice) -> list[int]:
    """`count` people in so many groups of at least one, the first the largest on average."""
    shares = [dice.between(6, 14) * (groups - index) for index in range(groups)]
    sizes = [1 + (count - groups) * share // sum(shares) for share in shares]
    sizes[0] += count - sum(sizes)
    return sizes


def _nationalities() -> list[tuple[tuple[str, tuple[str, ...]], int]]:
    """First language and others, with the share of the nationality group in percent."""
    return [
        (
            (row["first_language_need"], tuple(row["other_languages"].split(";")) if row["other_languages"] else ()),
            int(row["share_pct_synthetic"]),
        )
        for row in rows("demand_nationalities.csv")
    ]
