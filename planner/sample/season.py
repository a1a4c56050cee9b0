"""The two fortnights of the sample: their days, their share of the year, their teams and shifts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from planner.model import Break, Hours, Shift, Team, seconds_of

SeasonName = Literal["september", "quiet"]

REACH_PERCENT = 66
"""Share of the city's applications that come from organisations with more than ten (SYN: 63 to 68)."""

REST = Break(3600, seconds_of("11:30"), seconds_of("13:00"))
WHOLE_DAY = Hours(seconds_of("08:30"), seconds_of("18:00"))
AFTERNOON = Hours(seconds_of("13:00"), seconds_of("18:00"))
MAX_APPLICANTS = 75
MAX_WORK_SECONDS = 540 * 60
LONG_DAY = Hours(seconds_of("05:30"), seconds_of("21:00"))
LONG_WORK_SECONDS = 900 * 60
"""For a drive to Wanzhou and back; the day after is off."""


@dataclass(frozen=True)
class Season:
    """One fortnight, which is `peak_percent` of its month's mean busy.

    A small organisation asks when about `gathered` people have come together.
    `other_hours` are team and date, with None for a day away or the hours instead of `WHOLE_DAY`. `due` are the
    last lawful days of the requests: first day, last day, weight.
    """

    name: SeasonName
    today: date
    first: date
    peak_percent: int
    gathered: int
    first_time_percent_study: int
    due: tuple[tuple[tuple[date, date], int], ...]
    teams: tuple[Team, ...]
    other_hours: Mapping[tuple[str, date], Hours | None] = field(default_factory=dict)

    @property
    def horizon(self) -> tuple[date, ...]:
        """Monday to Friday of two weeks."""
        return tuple(self.first + timedelta(week * 7 + day) for week in range(2) for day in range(5))

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """Every team on every date on which it is not away; a half day has no break."""
        made = []
        for day in self.horizon:
            for team in self.teams:
                hours = self.other_hours.get((team.id, day), WHOLE_DAY)
                if hours is not None:
                    rest = None if hours == AFTERNOON else REST
                    work = LONG_WORK_SECONDS if hours == LONG_DAY else MAX_WORK_SECONDS
                    made.append(Shift(team.id, day, hours, rest, MAX_APPLICANTS, work))
        return tuple(made)


BOTH = ("acceptance", "interview")
HEADQUARTERS = Team("T1", "警组一(总队)", "Team 1 (Division)", "ST02", 3, 2, ("zh", "en", "ko", "ja"), kits=BOTH)
UNIVERSITY_TOWN = Team(
    "T2", "警组二(大学城)", "Team 2 (University Town)", "ST41", 5, 3, ("zh", "en", "ru", "fr"), kits=BOTH
)
BEIBEI = Team("T3", "警组三(北碚)", "Team 3 (Beibei)", "ST09", 3, 2, ("zh", "en", "th", "ko"), kits=BOTH)
NANAN = Team("T4", "警组四(南岸)", "Team 4 (Nan'an)", "ST08", 3, 2, ("zh", "en", "de", "fr"), kits=BOTH)
YONGCHUAN = Team(
    "T5",
    "警组五(永川)",
    "Team 5 (Yongchuan)",
    "ST16",
    2,
    2,
    ("zh", "en", "th", "ru"),
    kinds=("study", "work", "reunion", "private"),
)

BASES = ("ST02", "ST06", "ST07", "ST08", "ST09", "ST11", "ST12", "ST15", "ST16", "ST24", "ST41", "ST42")
"""Stations that stand in the sample as bases; teams start from five of them."""

SEASONS: dict[SeasonName, Season] = {
    "september": Season(
        "september",
        today=date(2026, 9, 4),
        first=date(2026, 9, 7),
        peak_percent=160,
        gathered=5,
        first_time_percent_study=75,
        due=(
            ((date(2026, 9, 9), date(2026, 9, 18)), 25),
            ((date(2026, 9, 21), date(2026, 9, 26)), 20),
            ((date(2026, 9, 27), date(2026, 10, 4)), 55),
        ),
        teams=(HEADQUARTERS, UNIVERSITY_TOWN, BEIBEI, NANAN, YONGCHUAN),
        other_hours={
            ("T5", date(2026, 9, 7)): None,
            ("T4", date(2026, 9, 8)): None,
            ("T2", date(2026, 9, 11)): None,
            ("T1", date(2026, 9, 14)): AFTERNOON,
            ("T3", date(2026, 9, 16)): None,
            ("T5", date(2026, 9, 16)): None,
            ("T1", date(2026, 9, 17)): LONG_DAY,
            ("T1", date(2026, 9, 18)): None,
        },
    ),
    "quiet": Season(
        "quiet",
        today=date(2026, 11, 6),
        first=date(2026, 11, 9),
        peak_percent=80,
        gathered=7,
        first_time_percent_study=30,
        due=(((date(2026, 11, 11), date(2026, 11, 20)), 30), ((date(2026, 11, 21), date(2026, 12, 6)), 70)),
        teams=(HEADQUARTERS, UNIVERSITY_TOWN, BEIBEI),
        other_hours={
            ("T1", date(2026, 11, 11)): AFTERNOON,
            ("T3", date(2026, 11, 12)): None,
            ("T2", date(2026, 11, 18)): None,
        },
    ),
}
