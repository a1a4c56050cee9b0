"""Policy: every number that a rule uses, with its unit, its source and its default.

Sources: "Law" is the Exit and Entry Administration Law of the PRC (2012); "article" is China Daily
of June 2018 on the Chongqing division; SYN marks planning values set by judgement, to be confirmed
by the office that uses them.
"""

import ast
import inspect
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from planner.errors import BadInput, Mistake
from planner.model import Hours, OrganisationKind, clock, seconds_of

HOUR = 3600
MINUTE = 60


@dataclass(frozen=True)
class Policy:
    """The rules' numbers. A plan keeps the policy it was made with.

    Below each: what it means [unit; source]; docs/policy.md is made of these lines.
    """

    name: str = "Chongqing, working values of November 2026"
    """What the plan calls this policy. [text; SYN]"""

    # who may be visited
    threshold_foreigners: int = 10
    """An organisation qualifies with more foreigners than this, counted over all its sites. [people; article]"""
    served_kinds: tuple[str, ...] = ("university", "college", "school", "company", "hospital", "hotel", "institute")
    """Kinds of organisation 单位 that are visited. [list; article: schools and companies, the others SYN]"""

    # legal dates, calendar days
    first_permit_days: int = 30
    """First permit: last lawful day after entry, the entry day being day 0. [calendar days; Law art. 30]"""
    extension_days_before: int = 30
    """Extension: last lawful day before expiry. [calendar days; Law art. 32]"""
    change_days: int = 10
    """Change of registered items: last lawful day after the change. [calendar days; Law art. 33]"""
    visa_extension_days_before: int = 7
    """Visa extension: last lawful day before the stay ends. [calendar days; Law art. 29]"""
    first_permit_earliest_days: int = 8
    """First permit: first possible day after entry (registration, health check, work card). [calendar days; SYN]"""
    extension_opens_days_before: int = 90
    """Extension and visa extension: first day one is taken, before expiry. [calendar days; SYN]"""

    # processing, working days, the filing day not counted
    processing_days: int = 15
    """Decision on a residence permit. [working days; Law art. 30, NIA guide]"""
    processing_days_fast: int = 5
    """Decision on the fast track for top professionals. [working days; article]"""
    processing_days_visa: int = 7
    """Decision on visas and stay permits. [working days; Chongqing 2016]"""

    # the work at a stop
    desks: int = 2
    """Desks a session is planned for. [desks; SYN]"""
    minutes_study: int = 8
    """One applicant for a study permit at one desk. [minutes; SYN, 5 to 12]"""
    minutes_other: int = 9
    """One applicant of any other kind at one desk. [minutes; SYN, 6 to 15]"""
    minutes_interview: int = 4
    """One interview at one desk, papers checked before. [minutes; SYN, 3 to 5]"""
    setup_minutes: int = 30
    """Setting up the equipment, once per session. [minutes; SYN]"""
    packup_minutes: int = 15
    """Packing up, once per session. [minutes; SYN]"""
    minutes_return: int = 20
    """Handing passports back: count out, count in, two signatures. [minutes; SYN]"""
    return_setup_minutes: int = 0
    """Setting up for a return; it needs no equipment. [minutes; SYN]"""
    return_within_workdays: int = 5
    """Passports should come back so many working days after their issue; later is allowed. [working days; SYN]"""

    # sizes
    max_applicants_visit: int = 60
    """One session of one team. [applicants; SYN, 60 to 75 a day]"""
    max_applicants_shift: int = 75
    """One team in one day. [applicants; SYN]"""
    max_session_minutes: int = 300
    """Longest session, set-up and pack-up included. [minutes; SYN, five hours]"""
    session_dates_kept: int = 2
    """People join a session of more urgent ones where it keeps so many dates to choose from. [dates; SYN]"""
    joint_from_applicants: int = 150
    """From so many on, several teams come at once. [applicants; Science City, September 2023: 200 in a day]"""
    joint_step_minutes: int = 15
    """Common starts are tried in steps of this. [minutes; SYN]"""
    joint_drive_minutes: int = 15
    """Before routes are known, a drive to a common start is taken as this … [minutes; SYN]"""
    joint_drive_seconds_per_km: int = 90
    """… and this for each kilometre of straight line. [seconds per kilometre; SYN]"""

    # the day
    division_hours: tuple[Hours, ...] = (Hours(9 * HOUR, 12 * HOUR), Hours(13 * HOUR, 17 * HOUR + 30 * MINUTE))
    """Between which every session begins and ends. [clock times; SYN, halls 09:00-12:00 and 14:00-17:00 or later]"""
    shift_start: int = 8 * HOUR + 30 * MINUTE
    """A team may leave its base. [clock time; SYN]"""
    shift_end: int = 18 * HOUR
    """A team is back at its base. [clock time; SYN]"""
    max_work_minutes: int = 9 * 60
    """From leaving the base to being back, the break included. [minutes; SYN]"""
    break_minutes: int = 60
    """The rest in a day out. [minutes; SYN]"""
    break_earliest: int = 11 * HOUR + 30 * MINUTE
    """The rest begins not before. [clock time; SYN]"""
    break_latest: int = 13 * HOUR
    """The rest begins not after. [clock time; SYN]"""

    # what a plan weighs (1 point = 1 second of driving)
    cost_unserved_due: int = 1_000_000
    """A visit left out whose legal date can be met in this horizon and not after it. [points; SYN]"""
    cost_unserved: int = 60_000
    """Any other visit left out, once per visit. [points; SYN]"""
    cost_unserved_applicant: int = 1_000
    """And once per applicant. [points; SYN]"""
    cost_day_late: int = 300
    """Each working day nearer than `comfort_workdays` to the last lawful working day, per visit. [points; SYN]"""
    comfort_workdays: int = 5
    """So many working days before the last lawful one nobody worries. [working days; SYN]"""
    cost_day_waiting: int = 60
    """Each working day a visit waits after the first day of the horizon. [points; SYN]"""
    cost_work_second: int = 0
    """Each second between leaving the base and being back. [points; SYN]"""
    cost_team_date: int = 900
    """Sending a team out at all on a date. [points; SYN]"""

    language_substitutes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Languages that serve instead of another: {"th" = ["en"]}. [table; SYN]"""

    def minutes_for(self, kind: str) -> int:
        """Minutes one desk needs for one applicant of this kind."""
        return self.minutes_study if kind == "study" else self.minutes_other


def from_toml(path: Path) -> Policy:
    """The policy in a TOML file: keys are the fields of `Policy`, those absent keep their default.

    Clock times and hours are written "09:30" and ["09:00-12:00", …]. Raises BadInput with every
    unknown key, every value of the wrong kind and every pair of values that contradict each other.
    """
    where = path.name
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput([Mistake(where, f"cannot be read as TOML: {error}", f"无法按 TOML 文件读取:{error}")]) from error
    known = {field.name: field.default for field in fields(Policy)}
    values: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for key, value in table.items():
        place = f"{where}, {key}"
        if key not in known:
            mistakes.append(
                Mistake(
                    place,
                    "no such policy number; see docs/policy.md for the list",
                    "没有这一项政策数值,可用项见 docs/policy.md",
                )
            )
            continue
        try:
            values[key] = _read(key, known[key], value)
        except _WrongValue as error:
            mistakes.append(Mistake(place, error.en, error.zh, str(value)))
    policy = Policy(**values)
    mistakes += [Mistake(where, en, zh) for en, zh in _contradictions(policy)]
    if mistakes:
        raise BadInput(mistakes)
    return policy


def hours_of(text: str) -> Hours:
    """The interval written "09:00-12:00"; ValueError with what is wrong."""
    start, dash, end = text.replace("—", "-").replace("–", "-").replace("~", "-").partition("-")
    if not dash:
        raise ValueError(f"not hours: {text!r}; write 09:00-12:00")
    return Hours(seconds_of(start), seconds_of(end))


CLOCK_TIMES = ("shift_start", "shift_end", "break_earliest", "break_latest")
AT_LEAST_ONE = ("desks", "max_applicants_visit", "max_applicants_shift", "max_session_minutes", "joint_step_minutes")


class _WrongValue(Exception):
    """A value that cannot stand where it stands, in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


def _read(key: str, default: object, value: object) -> object:
    if key in CLOCK_TIMES:
        return _clock_time(value)
    if isinstance(default, int):
        return _whole_number(value, 1 if key in AT_LEAST_ONE else 0)
    if key == "served_kinds":
        return _texts(value, known=get_args(OrganisationKind))
    if key == "division_hours":
        return _hours(value)
    if key == "language_substitutes":
        if not isinstance(value, dict):
            raise _WrongValue('needs a table, as {th = ["en"]}', '应为表,例如 {th = ["en"]}')
        return tuple((str(language), _texts(others)) for language, others in value.items())
    if not isinstance(value, str):
        raise _WrongValue("needs a text", "应为文字")
    return value


def _clock_time(value: object) -> int:
    try:
        return seconds_of(value) if isinstance(value, str) else seconds_of("")
    except ValueError:
        raise _WrongValue('needs a clock time, as "09:30"', '应为时刻,例如 "09:30"') from None


def _whole_number(value: object, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise _WrongValue(f"needs a whole number, {least} or more", f"应为不小于{least}的整数")
    return value


def _hours(value: object) -> tuple[Hours, ...]:
    try:
        return tuple(hours_of(text) for text in _texts(value))
    except ValueError:
        raise _WrongValue(
            'needs hours that end after they begin, as ["09:00-12:00"]', '应为起止时间,例如 ["09:00-12:00"]'
        ) from None


def _texts(value: object, known: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The list of texts, each among `known` where that is given."""
    if not isinstance(value, list) or not all(isinstance(one, str) and (one in known or not known) for one in value):
        some = f" from {', '.join(known)}" if known else ""
        choice = f",可选:{'、'.join(known)}" if known else ""
        raise _WrongValue(f"needs a list of texts{some}", f"应为文字列表{choice}")
    return tuple(value)


def _contradictions(policy: Policy) -> Iterator[tuple[str, str]]:
    """Pairs of numbers that cannot both hold, in English and Chinese."""
    ordered = (
        ("shift_start", "shift_end"),
        ("break_earliest", "break_latest"),
        ("first_permit_earliest_days", "first_permit_days"),
        ("extension_days_before", "extension_opens_days_before"),
        ("visa_extension_days_before", "extension_opens_days_before"),
    )
    for small, large in ordered:
        if getattr(policy, small) > getattr(policy, large):
            yield f"{small} must not be more than {large}", f"{small} 不得大于 {large}"


_SOURCED = re.compile(r"(?P<meaning>.+) \[(?P<unit>[^;\]]+); (?P<source>[^\]]+)\]", re.DOTALL)


def describe() -> str:
    """docs/policy.md: every number of `Policy` with its default, meaning, unit and source.

    Raises ValueError where a field lacks its line "meaning [unit; source]".
    """
    [body] = [node for node in ast.parse(inspect.getsource(Policy)).body if isinstance(node, ast.ClassDef)]
    notes: dict[str, str] = {}
    for node, after in pairwise(body.body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            told = after.value if isinstance(after, ast.Expr) else None
            notes[node.target.id] = str(told.value) if isinstance(told, ast.Constant) else ""
    rows = []
    for field in fields(Policy):
        parts = _SOURCED.fullmatch(notes[field.name])
        if parts is None:
            raise ValueError(f'Policy.{field.name} needs a line "what it means [unit; source]" below it')
        meaning, unit, source = (" ".join(part.split()).replace("|", "\\|") for part in parts.groups())
        rows.append(f"| `{field.name}` | {_shown(field.name, field.default)} | {unit} | {meaning} | {source} |")
    return _DOCUMENT.format(rows="\n".join(rows))


_DOCUMENT = """# Policy: the rules' numbers

Generated from `planner/policy.py` by `python -m planner.policy`; change the numbers there, or give a
`policy.toml` with the keys of this list. The defaults are working values: the office confirms them before use.

Sources: Law = Exit and Entry Administration Law of the PRC (2012) · article = China Daily, June 2018, on the
Chongqing division · SYN = a planning value set by judgement.

| key | default | unit | meaning | source |
|---|---|---|---|---|
{rows}
"""


def _shown(name: str, value: object) -> str:
    """The default as one writes it in TOML."""
    if name in CLOCK_TIMES and isinstance(value, int):
        return f'`"{clock(value)}"`'
    if isinstance(value, tuple):
        items = [f"{clock(one.start)}-{clock(one.end)}" if isinstance(one, Hours) else str(one) for one in value]
        return f"`{json.dumps(items)}`" if items else "none"
    return f"`{json.dumps(value)}`"


if __name__ == "__main__":
    (Path(__file__).parents[1] / "docs" / "policy.md").write_text(describe(), "utf-8")
