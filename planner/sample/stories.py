"""Cases written by hand, each there for what it shows; the sites that play a part in them are real,
the cases are made up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from planner.model import Group, PassportBag, Promise, Request, SpecialVisit, seconds_of
from planner.policy import hours_of
from planner.sample.places import site_id
from planner.sample.season import Season, SeasonName

EN_ZH = ("zh",)
APPROVER = "值班主管乙 / Supervisor B"


@dataclass(frozen=True)
class Promised:
    """A date and hour already confirmed for the first session of a story; `team_id` None leaves the team open."""

    date: date
    start: str
    team_id: str | None = None


@dataclass(frozen=True)
class Story:
    """A request at the site of a row of organisations.csv, and what hangs on it."""

    key: str
    shows: str
    spot_id: str
    request: Request
    promised: Promised | None = None
    special_reason: str = ""


def stories(season: Season) -> tuple[Story, ...]:
    """The cases of a season, in a fixed order."""
    made: dict[SeasonName, Callable[[Season], tuple[Story, ...]]] = {"september": _september, "quiet": _quiet}
    return made[season.name](season)


def special_visits(season: Season, ids: dict[str, str]) -> tuple[SpecialVisit, ...]:
    """The approvals among the stories; `ids` are the requests' ids by story key."""
    approved = season.today - timedelta(days=1)
    return tuple(
        SpecialVisit(ids[story.key], story.special_reason, APPROVER, approved)
        for story in stories(season)
        if story.special_reason
    )


def promises(season: Season, ids: dict[str, str]) -> tuple[Promise, ...]:
    """What was promised before today, by the stories' request ids."""
    return tuple(
        Promise(ids[story.key], 1, story.promised.date, seconds_of(story.promised.start), story.promised.team_id)
        for story in stories(season)
        if story.promised is not None
    )


def bags(season: Season) -> tuple[PassportBag, ...]:
    """Passports collected on visits of the weeks before, which wait or will wait to be brought back."""
    waiting: dict[SeasonName, tuple[tuple[str, int, int, int], ...]] = {
        "september": (("ORG090", 8, 7, 3), ("ORG084", 8, 5, 4), ("ORG110", 8, 12, 8), ("ORG005", 8, 16, 10)),
        "quiet": (("ORG006", 10, 9, 5), ("ORG092", 10, 4, 10)),
    }
    return tuple(
        PassportBag(
            f"BAG{number:02d}",
            f"R{season.today:%y}{month:02d}-{number:03d}",
            site_id(spot_id),
            passports,
            season.today.replace(day=day),
        )
        for number, (spot_id, month, passports, day) in enumerate(waiting[season.name], start=1)
    )


def _story(
    key: str,
    shows: str,
    spot_id: str,
    received: date,
    groups: tuple[Group, ...],
    *,
    dates: tuple[date, ...] = (),
    hours: str = "",
    interview: bool = False,
    fast_track: bool = False,
    interpreters: tuple[str, ...] = (),
    promised: Promised | None = None,
    special_reason: str = "",
) -> Story:
    request = Request(
        "",
        site_id(spot_id),
        "interview" if interview else "acceptance",
        received,
        groups,
        dates,
        tuple(hours_of(part) for part in hours.split(";") if part),
        fast_track,
        interpreters,
    )
    return Story(key, shows, spot_id, request, promised, special_reason)


def _september(season: Season) -> tuple[Story, ...]:
    return (*_intake(), *_refused_and_special(), *_cannot_be_met(), *_urgent(), *_promised(season), *_far())


def _intake() -> tuple[Story, ...]:
    late_august, first_september = date(2026, 8, 29), date(2026, 9, 1)
    return (
        _story(
            "intake",
            "Two hundred new students are interviewed at once: several teams come together, as in September 2023.",
            "ORG001",
            date(2026, 8, 24),
            (
                Group("study", "first", 92, "en", late_august, EN_ZH, 92),
                Group("study", "first", 48, "zh", late_august, ("en",), 48),
                Group("study", "first", 30, "ru", first_september, (), 30),
                Group("study", "first", 22, "ko", first_september, ("en",), 22),
                Group("study", "first", 12, "fr", first_september, ("en",), 12),
            ),
            dates=(date(2026, 9, 10), date(2026, 9, 15), date(2026, 9, 17)),
            hours="09:00-12:00;13:30-17:30",
            interview=True,
            interpreters=("ru",),
        ),
        _story(
            "trap",
            "Entered on 1 and 3 September: thirty days end in the National Day week, the last working day is the 30th.",
            "ORG010",
            date(2026, 9, 3),
            (
                Group("study", "first", 17, "en", date(2026, 9, 1), EN_ZH, 15),
                Group("study", "first", 9, "th", date(2026, 9, 3), ("en", "zh")),
            ),
            dates=tuple(date(2026, 9, day) for day in (14, 15, 16, 17)),
        ),
    )


def _refused_and_special() -> tuple[Story, ...]:
    return (
        _story(
            "ten",
            "Exactly ten foreigners: the rule says more than ten, so it is refused and told what to do.",
            "ORG080",
            date(2026, 9, 1),
            (Group("work", "extension", 4, "en", date(2026, 10, 26), (), 4),),
        ),
        _story(
            "eleven",
            "Eleven foreigners: accepted, though only five of them are due.",
            "ORG146",
            date(2026, 8, 31),
            (Group("work", "extension", 5, "en", date(2026, 10, 28), EN_ZH, 4),),
        ),
        _story(
            "academician",
            "One person, at an organisation below the threshold: a special visit with a reason and an approval.",
            "ORG125",
            date(2026, 9, 2),
            (Group("reunion", "first", 1, "en", date(2026, 8, 22), EN_ZH, 1),),
            special_reason="院士家属,行动不便 / Family of an academician, unable to come to the hall",
        ),
    )


def _cannot_be_met() -> tuple[Story, ...]:
    return (
        _story(
            "too-late",
            "Permits that end on 5 October had to be extended by 4 September: the legal date is past.",
            "ORG077",
            date(2026, 9, 3),
            (Group("work", "extension", 6, "en", date(2026, 10, 5), EN_ZH, 6),),
        ),
        _story(
            "no-language",
            "Lao and nothing else: no team speaks it, and the college lends no interpreter.",
            "ORG049",
            date(2026, 8, 28),
            (Group("study", "first", 6, "lo", date(2026, 8, 26), (), 6),),
        ),
        _story(
            "short-hours",
            "Eight people need 81 minutes, the hotel gives a room for 40.",
            "ORG165",
            date(2026, 9, 1),
            (Group("work", "extension", 8, "en", date(2026, 10, 30), EN_ZH, 8),),
            hours="11:00-11:40",
        ),
    )


def _urgent() -> tuple[Story, ...]:
    return (
        _story(
            "talent",
            "A designer whose goods wait at customs: fast track, five working days instead of fifteen.",
            "ORG093",
            date(2026, 9, 2),
            (
                Group("talent", "first", 2, "en", date(2026, 8, 25), EN_ZH, 2),
                Group("private", "first", 3, "en", date(2026, 8, 25), (), 3),
            ),
            fast_track=True,
        ),
        _story(
            "talent-institute",
            "Researchers on the fast track, on two afternoons only.",
            "ORG124",
            date(2026, 8, 31),
            (Group("talent", "extension", 4, "zh", date(2026, 11, 5), ("en",), 4),),
            dates=(date(2026, 9, 9), date(2026, 9, 16)),
            hours="13:30-17:30",
            fast_track=True,
        ),
        _story(
            "moved",
            "They moved on 1 September: a change is due within ten days.",
            "ORG111",
            date(2026, 9, 3),
            (Group("work", "change", 7, "en", date(2026, 9, 1), EN_ZH, 7),),
        ),
        _story(
            "interview-only",
            "Papers are checked already: interviews alone, four minutes each, mornings only.",
            "ORG009",
            date(2026, 8, 27),
            (
                Group("study", "first", 26, "en", date(2026, 8, 24), EN_ZH, 26),
                Group("study", "first", 8, "ru", date(2026, 8, 24), (), 8),
            ),
            hours="09:00-12:00",
            interview=True,
        ),
    )


def _promised(season: Season) -> tuple[Story, ...]:
    entered = season.today - timedelta(days=16)
    return (
        _story(
            "promise-school",
            "Promised to a school, the team still open.",
            "ORG075",
            date(2026, 8, 25),
            (Group("work", "extension", 9, "en", date(2026, 10, 22), EN_ZH, 9),),
            promised=Promised(date(2026, 9, 8), "09:30"),
        ),
        _story(
            "promise-plant",
            "Promised to a plant, with the team.",
            "ORG099",
            date(2026, 8, 26),
            (Group("work", "first", 8, "en", entered, ("de",), 7), Group("private", "first", 4, "en", entered, (), 4)),
            promised=Promised(date(2026, 9, 8), "13:30", "T1"),
        ),
        _story(
            "promise-campus",
            "Promised to a campus: twenty-four new students, with the team.",
            "ORG011",
            date(2026, 8, 27),
            (
                Group("study", "first", 16, "en", entered, EN_ZH, 16),
                Group("study", "first", 8, "fr", entered, ("en", "ar")),
            ),
            promised=Promised(date(2026, 9, 9), "09:30", "T4"),
        ),
        _story(
            "promise-plant-ko",
            "Promised to a plant whose people need Korean.",
            "ORG110",
            date(2026, 8, 24),
            (Group("work", "extension", 14, "ko", date(2026, 10, 20), (), 14),),
            promised=Promised(date(2026, 9, 11), "13:30"),
        ),
    )


def _far() -> tuple[Story, ...]:
    return (
        _story(
            "far",
            "Four hours and more on the road each way: only the long day of team 1 on 17 September reaches Wanzhou.",
            "ORG018",
            date(2026, 8, 28),
            (Group("study", "first", 9, "en", date(2026, 8, 19), EN_ZH, 8),),
            dates=tuple(date(2026, 9, day) for day in (15, 16, 17)),
            hours="10:00-17:00",
        ),
        _story(
            "far-neighbour",
            "Next door in Wanzhou: both fit into one outing, if they are put into it together.",
            "ORG037",
            date(2026, 8, 31),
            (Group("study", "extension", 5, "zh", date(2026, 10, 22), ("en",), 5),),
            dates=tuple(date(2026, 9, day) for day in (14, 15, 16, 17, 18)),
            hours="10:00-17:00",
        ),
    )


def _quiet(season: Season) -> tuple[Story, ...]:
    return (
        _story(
            "talent",
            "Fast track: five working days instead of fifteen.",
            "ORG124",
            date(2026, 11, 4),
            (Group("talent", "first", 2, "zh", date(2026, 10, 27), ("en",), 2),),
            fast_track=True,
        ),
        _story(
            "moved",
            "They moved on 4 November: a change is due within ten days.",
            "ORG113",
            date(2026, 11, 5),
            (Group("work", "change", 4, "zh", date(2026, 11, 4), ("en",), 4),),
        ),
        _story(
            "ten",
            "Exactly ten foreigners: refused, the hall serves them.",
            "ORG142",
            date(2026, 11, 2),
            (Group("work", "extension", 3, "zh", date(2026, 12, 28), (), 3),),
        ),
        _story(
            "promise-school",
            "Promised, the team still open.",
            "ORG075",
            date(2026, 10, 29),
            (Group("work", "extension", 8, "en", date(2026, 12, 30), EN_ZH, 8),),
            promised=Promised(date(2026, 11, 12), "13:30"),
        ),
    )
