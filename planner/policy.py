"""Policy: every number that a rule uses, with its unit, its source and its default.

Sources: "Law" is the Exit and Entry Administration Law of the PRC (2012); "article" is China Daily
of June 2018 on the Chongqing division; SYN marks planning values set by judgement, to be confirmed
by the office that uses them.
"""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from planner.errors import BadInput, Mistake
from planner.model import Hours, seconds_of

HOUR = 3600
MINUTE = 60


@dataclass(frozen=True)
class Policy:
    """The rules' numbers. A plan keeps the policy it was made with."""

    name: str = "Chongqing, working values of November 2026"

    # who may be visited
    threshold_foreigners: int = 10
    """An organisation qualifies with more foreigners than this (article, 2018)."""

    # legal dates, calendar days
    first_permit_days: int = 30
    """From entry, the entry day being day 0 (Law art. 30)."""
    extension_days_before: int = 30
    """Before expiry (Law art. 32)."""
    change_days: int = 10
    """From the change (Law art. 33)."""
    visa_extension_days_before: int = 7
    """Before the stay ends (Law art. 29)."""
    first_permit_earliest_days: int = 8
    """From entry: registration, health check and work card come first (SYN)."""
    extension_opens_days_before: int = 90
    """Before expiry: the earliest a renewal is taken (SYN)."""

    # processing, working days, the filing day not counted
    processing_days: int = 15
    """Residence permit (Law art. 30; NIA guide)."""
    processing_days_fast: int = 5
    """Fast track for top professionals (article, 2018)."""
    processing_days_visa: int = 7
    """Visas and stay permits (Chongqing, 2016)."""

    # the work at a stop
    desks: int = 2
    """Desks a visit is planned for (SYN)."""
    minutes_study: int = 8
    """Per applicant and desk (SYN, 5 to 12)."""
    minutes_other: int = 9
    """Per applicant and desk, all other kinds (SYN, 6 to 15)."""
    minutes_interview: int = 4
    """Interview only, papers already checked (SYN, 3 to 5)."""
    setup_minutes: int = 30
    packup_minutes: int = 15
    minutes_return: int = 20
    """Handing passports back: count out, count in, two signatures (SYN)."""
    return_setup_minutes: int = 0
    return_within_workdays: int = 5
    """Passports come back at most so many working days after their issue (SYN: custody short)."""

    # sizes
    max_applicants_visit: int = 60
    """One session of one team (SYN: 60 to 75 people a day)."""
    max_applicants_shift: int = 75
    """One team in one day (SYN)."""
    max_session_minutes: int = 300
    """Net time on site in one day (SYN: five hours)."""
    joint_from_applicants: int = 150
    """From so many on, several teams come at once (Science City, September 2023: 200 in a day)."""

    # the day
    division_hours: tuple[Hours, ...] = (Hours(9 * HOUR, 12 * HOUR), Hours(13 * HOUR, 17 * HOUR + 30 * MINUTE))
    """Between which a session may begin and must have ended where a site names no hours of its own."""
    shift_start: int = 8 * HOUR + 30 * MINUTE
    shift_end: int = 18 * HOUR
    max_work_minutes: int = 9 * 60
    """From leaving the base to being back, the break included (SYN)."""
    break_minutes: int = 60
    break_earliest: int = 11 * HOUR + 30 * MINUTE
    break_latest: int = 13 * HOUR

    # what a plan weighs, cost points (1 point = 1 second of driving)
    cost_unserved_due: int = 1_000_000
    """A visit left out whose legal date can still be met in this horizon and not after it."""
    cost_unserved: int = 60_000
    """Any other visit left out, once per visit."""
    cost_unserved_applicant: int = 1_000
    """And once per applicant."""
    cost_day_late: int = 300
    """Each working day nearer than `comfort_workdays` to the last lawful working day, per visit."""
    comfort_workdays: int = 5
    cost_day_waiting: int = 60
    """Each working day a visit waits after the first day of the horizon."""
    cost_work_second: int = 0
    cost_team_date: int = 900
    """Sending a team out at all on a date."""

    language_substitutes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Languages that serve instead of another: (("th", ("en",)), …)."""

    def minutes_for(self, kind: str) -> int:
        """Minutes one desk needs for one applicant of this kind."""
        return self.minutes_study if kind == "study" else self.minutes_other


def from_toml(path: Path) -> Policy:
    """The policy in a TOML file: keys are the fields of `Policy`, those absent keep their default.

    Clock times and hours are written "09:30" and ["09:00-12:00", …]. Raises BadInput with every
    unknown key and every value of the wrong kind.
    """
    where = path.name
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput([Mistake(where, f"is no TOML: {error}", f"不是有效的 TOML 文件:{error}")]) from error
    known = {field.name: getattr(Policy(), field.name) for field in fields(Policy)}
    values: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for key, value in table.items():
        place = f"{where}, {key}"
        if key not in known:
            mistakes.append(
                Mistake(place, "no such policy number; see docs/policy.md for the list", "没有这一项政策数值,可用项见 docs/policy.md")
            )
            continue
        try:
            values[key] = _read(known[key], value)
        except ValueError as error:
            mistakes.append(Mistake(place, f"{error}", f"数值有误:{error}", str(value)))
    if mistakes:
        raise BadInput(mistakes)
    return Policy(**values)


def hours_of(text: str) -> Hours:
    """The interval written "09:00-12:00"; ValueError with what is wrong."""
    start, dash, end = text.replace("—", "-").replace("–", "-").replace("~", "-").partition("-")
    if not dash:
        raise ValueError(f"not hours: {text!r}; write 09:00-12:00")
    return Hours(seconds_of(start), seconds_of(end))


def _read(default: object, value: object) -> object:
    if isinstance(default, str):
        if not isinstance(value, str):
            raise ValueError("needs a text")
        return value
    if isinstance(default, int):
        if isinstance(value, str):
            return seconds_of(value)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError("needs a whole number, 0 or more")
        return value
    if isinstance(value, dict):
        return tuple((str(key), tuple(str(one) for one in languages)) for key, languages in value.items())
    if isinstance(value, list):
        return tuple(hours_of(str(one)) for one in value)
    raise ValueError("needs a list or a table")
