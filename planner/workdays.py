"""Working days with make-up weekends 调休, and the legal dates that count calendar days.

Two clocks run: calendar days bind the applicant (30 from entry), working days bind the office
(15 to decide). The working days come from a file that the office edits: the State Council decrees
them year by year, so a day past the last decree is provisional and no promise rests on it.
"""

import csv
import io
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal, cast, get_args

from planner.errors import BadInput, Mistake, PastTheCalendar
from planner.model import Group
from planner.policy import Policy

DayKind = Literal["workday", "weekend", "holiday", "makeup_workday"]
"""工作日, 周末, 节假日, 补班日; the first and the last are worked."""

ONE_DAY = timedelta(days=1)
WORKED = ("workday", "makeup_workday")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
COLUMNS = ("date", "weekday", "is_workday", "kind", "status")
"""Columns a calendar file must have; "name" is read where present, all others are for its editor."""


@dataclass(frozen=True)
class CalendarDay:
    """One day of the calendar; `name` is the holiday's, "" where there is none."""

    date: date
    kind: DayKind
    official: bool
    name: str = ""

    @property
    def worked(self) -> bool:
        """Whether the office works on this day."""
        return self.kind in WORKED


@dataclass(frozen=True, eq=False)
class Calendar:
    """The days known, ascending by date. Whole years may be missing between them."""

    days: Mapping[date, CalendarDay]

    @staticmethod
    def from_csv(path: Path) -> "Calendar":
        """The calendar in a CSV file (UTF-8 or GB18030; columns as in data/calendar/workdays.csv).

        Raises BadInput with every mistake: unreadable file, missing column, unreadable date, duplicate,
        gap inside a year, wrong weekday, unknown kind or status, `is_workday` that contradicts the kind.
        """
        return Calendar({day.date: day for day in _read(path)})

    @cached_property
    def known_workdays(self) -> tuple[date, ...]:
        """All working days of the file, provisional ones too, ascending."""
        return tuple(day.date for day in self.days.values() if day.worked)

    @property
    def last_official_day(self) -> date | None:
        """The last day that a State Council notice covers; None where there is no such day."""
        return max((day.date for day in self.days.values() if day.official), default=None)

    def kind(self, day: date) -> DayKind:
        """What kind of day it is, provisional or not; PastTheCalendar where the file does not have it."""
        return self._known(day, allow_provisional=True).kind

    def name(self, day: date) -> str:
        """The name of the holiday, "" on other days; PastTheCalendar where the file does not have it."""
        return self._known(day, allow_provisional=True).name

    def is_official(self, day: date) -> bool:
        """Whether a State Council notice covers this day; False for days the file does not have."""
        return day in self.days and self.days[day].official

    def is_workday(self, day: date, *, allow_provisional: bool = False) -> bool:
        """Whether the office works on this day; PastTheCalendar where that is not decreed yet."""
        return self._known(day, allow_provisional).worked

    def add_workdays(self, filed: date, days: int, *, allow_provisional: bool = False) -> date:
        """The working day number `days` after `filed`, which itself is not counted; `filed` for 0 days."""
        if days < 0:
            raise ValueError(f"cannot count {days} working days forward")
        day = filed
        while days > 0:
            day += ONE_DAY
            days -= self.is_workday(day, allow_provisional=allow_provisional)
        return day

    def last_workday_not_after(self, day: date, *, allow_provisional: bool = False) -> date:
        """`day` if it is worked, else the nearest working day before it."""
        while not self.is_workday(day, allow_provisional=allow_provisional):
            day -= ONE_DAY
        return day

    def first_workday_not_before(self, day: date, *, allow_provisional: bool = False) -> date:
        """`day` if it is worked, else the nearest working day after it."""
        while not self.is_workday(day, allow_provisional=allow_provisional):
            day += ONE_DAY
        return day

    def last_safe_workday(self, legal_date: date) -> date | None:
        """The last working day in the file that is not after `legal_date`; it refuses nothing.

        Where the file ends before `legal_date` this is the file's last working day, which is early but
        lawful; None where the file begins after it. Show it as provisional where `is_official` says no.
        """
        position = bisect_right(self.known_workdays, legal_date)
        return self.known_workdays[position - 1] if position else None

    def workdays(self, first: date, last: date, *, allow_provisional: bool = False) -> tuple[date, ...]:
        """The working days from `first` to `last`, both included, ascending; () where `last` is before `first`."""
        for day in _days_of(first, last):
            self._known(day, allow_provisional)
        return self.known_workdays[bisect_left(self.known_workdays, first) : bisect_right(self.known_workdays, last)]

    def workdays_between(self, first: date, last: date, *, allow_provisional: bool = False) -> int:
        """How many working days after `first` up to `last`, which is counted: 10 to 16 May 2018 are 4.

        The same count as `add_workdays` makes; 0 where `last` is not after `first`.
        """
        return len(self.workdays(first + ONE_DAY, last, allow_provisional=allow_provisional))

    def _known(self, day: date, allow_provisional: bool) -> CalendarDay:
        known = self.days.get(day)
        if known is None:
            raise PastTheCalendar(
                f"The working-day calendar does not know {day}. Import a calendar that has this year.",
                f"工作日历中没有{day}。请导入包含该年份的工作日历。",
            )
        if not known.official and not allow_provisional:
            raise PastTheCalendar(
                f"The working-day calendar is official up to {self.last_official_day}; {day} is provisional, the "
                "swaps of its year are not decreed yet. Promise no date that depends on it; import the new "
                "calendar once the State Council notice is out.",
                f"工作日历的正式日期截至{self.last_official_day};{day}为暂定,该年调休安排尚未公布。"
                "请勿承诺依赖该日的日期;国务院通知发布后请导入新的日历。",
            )
        return known


def default_calendar() -> Calendar:
    """The calendar of this checkout: 2018 to 2026 official, 2027 provisional."""
    return Calendar.from_csv(Path(__file__).parents[1] / "data" / "calendar" / "workdays.csv")


def legal_span(group: Group, policy: Policy) -> tuple[date, date]:
    """The first and the last lawful day for these people to apply, calendar days, both included.

    First permit: Law art. 30, counted from entry as day 0. Extension: art. 32, before expiry. Change:
    art. 33. Visa extension: art. 29. A last day on a day off does not move on (see docs/domain.md).
    """
    event = group.event_date
    opens = event - timedelta(days=policy.extension_opens_days_before)
    if group.task == "first":
        earliest, latest = policy.first_permit_earliest_days, policy.first_permit_days
        return event + timedelta(days=earliest), event + timedelta(days=latest)
    if group.task == "extension":
        return opens, event - timedelta(days=policy.extension_days_before)
    if group.task == "change":
        return event, event + timedelta(days=policy.change_days)
    return opens, event - timedelta(days=policy.visa_extension_days_before)


def _days_of(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _read(path: Path) -> list[CalendarDay]:
    days: list[CalendarDay] = []
    mistakes: list[Mistake] = []
    for number, row in _rows(path):
        found = _row_mistakes(f"{path.name}, row {number}", row)
        mistakes += found
        day = _date_of(row["date"])
        if day is not None:
            kind = cast(DayKind, row["kind"])
            days.append(CalendarDay(day, kind, row["status"] == "official", row.get("name", "")))
    days.sort(key=lambda day: day.date)
    mistakes += _order_mistakes(path.name, [day.date for day in days])
    if mistakes:
        raise BadInput(mistakes)
    return days


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The number in the file and the cells by column of every row that is not empty."""
    try:
        table = list(csv.reader(io.StringIO(_text(path.read_bytes()), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        en = f"cannot be read as CSV in UTF-8 or GB18030: {error}"
        raise BadInput([Mistake(path.name, en, f"无法按 UTF-8 或 GB18030 编码的 CSV 读取:{error}")]) from error
    rows = [(number, [cell.strip() for cell in row]) for number, row in enumerate(table, start=1)]
    rows = [(number, row) for number, row in rows if any(row)]
    first, header = rows[0] if rows else (1, [])
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        names = ", ".join(missing)
        raise BadInput([Mistake(f"{path.name}, row {first}", f"lacks the columns {names}", f"缺少列:{names}")])
    if len(rows) == 1:
        raise BadInput([Mistake(path.name, "has no days; add a row for each day", "没有任何日期,请逐日填写")])
    return [
        (number, dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=False))) for number, row in rows[1:]
    ]


def _text(data: bytes) -> str:
    """UTF-8, or GB18030, in which Chinese spreadsheets save what is not “CSV UTF-8”."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _date_of(text: str) -> date | None:
    """The date written 2026-09-07, or 2026/9/7 as spreadsheets rewrite it; None for anything else."""
    try:
        year, month, day = (int(part) for part in text.replace("/", "-").split("-"))
        return date(year, month, day)
    except ValueError:
        return None


def _row_mistakes(where: str, row: Mapping[str, str]) -> Iterator[Mistake]:
    day = _date_of(row["date"])
    if day is None:
        yield Mistake(
            f"{where}, column date", "is no date; write 2026-09-07", "不是日期,请写成 2026-09-07", row["date"]
        )
    elif row["weekday"].capitalize() != WEEKDAYS[day.weekday()]:
        right = WEEKDAYS[day.weekday()]
        yield Mistake(f"{where}, column weekday", f"{day} is a {right}", f"{day}应为{right}", row["weekday"])
    yield from _kind_mistakes(where, row, day)
    if row["status"] not in ("official", "provisional"):
        yield Mistake(
            f"{where}, column status", "write official or provisional", "请写 official 或 provisional", row["status"]
        )


def _kind_mistakes(where: str, row: Mapping[str, str], day: date | None) -> Iterator[Mistake]:
    kind, worked = row["kind"], row["is_workday"]
    place = f"{where}, column kind"
    if worked not in ("0", "1"):
        yield Mistake(f"{where}, column is_workday", "write 1 for worked, 0 for free", "工作填 1,休息填 0", worked)
    if kind not in get_args(DayKind):
        kinds = ", ".join(get_args(DayKind))
        yield Mistake(place, f"is no kind of day; choose from {kinds}", f"没有这种日期类型,可选:{kinds}", kind)
        return
    if worked in ("0", "1") and (worked == "1") != (kind in WORKED):
        yield Mistake(
            f"{where}, column is_workday",
            f"contradicts the kind {kind}; correct one of the two",
            f"与类型 {kind} 矛盾,请改正其一",
            worked,
        )
    if day is not None and kind != "holiday" and (day.weekday() >= 5) != (kind in ("weekend", "makeup_workday")):
        right = WEEKDAYS[day.weekday()]
        yield Mistake(place, f"a {right} cannot be a {kind}", f"{right} 不可能是 {kind}", kind)


def _order_mistakes(where: str, days: Sequence[date]) -> Iterator[Mistake]:
    """Days that stand twice and days that are missing; between two years whole years may be missing."""
    for before, after in pairwise(days):
        if before == after:
            yield Mistake(where, f"{after} stands twice; keep one row", f"{after}出现两次,请保留一行")
        elif after != before + ONE_DAY and (before.month, before.day, after.month, after.day) != (12, 31, 1, 1):
            first, last = before + ONE_DAY, after - ONE_DAY
            yield Mistake(
                where, f"has no rows from {first} to {last}; add every day", f"缺少{first}至{last}的日期,请逐日补齐"
            )
