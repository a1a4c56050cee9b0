"""The working-day calendar by month, and the versions of the policy."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import extract, func, select
from sqlalchemy.orm import Session

from planner.policy import Policy
from webui.refusals import NotFound
from webui.store.base import plain
from webui.store.reads.history import Entry, history, names_of
from webui.store.rules import DayRow, PolicyRow


@dataclass(frozen=True)
class Month:
    """One month: its weeks from Monday to Sunday, None for days of its neighbours or days the calendar lacks."""

    first: date
    weeks: tuple[tuple[DayRow | None, ...], ...]
    worked: int


@dataclass(frozen=True)
class Year:
    """A year of the calendar; `official` where a State Council notice covers all of it."""

    number: int
    months: tuple[Month, ...]
    worked: int
    makeup: Sequence[DayRow]
    holidays: Sequence[DayRow]
    official: bool
    known: tuple[int, ...]
    """Years the calendar has."""


@dataclass(frozen=True)
class Version:
    """One version of the policy, with what it changed: field → (before, after)."""

    row: PolicyRow
    who: str
    changes: dict[str, tuple[Any, Any]]


def year(session: Session, number: int) -> Year:
    """A year of the calendar; NotFound for one it does not have."""
    years = session.scalars(select(extract("year", DayRow.date)).distinct()).all()
    known = tuple(sorted(int(one) for one in years))
    if number not in known:
        raise NotFound("year of the calendar", number)
    first, last = date(number, 1, 1), date(number, 12, 31)
    rows = session.scalars(select(DayRow).where(DayRow.date.between(first, last)).order_by(DayRow.date)).all()
    days = {row.date: row for row in rows}
    months = tuple(_month(date(number, month, 1), days) for month in range(1, 13))
    return Year(
        number,
        months,
        sum(month.worked for month in months),
        [row for row in rows if row.kind == "makeup_workday"],
        [row for row in rows if row.kind == "holiday"],
        all(row.official for row in rows),
        known,
    )


def nearest_year(session: Session, number: int) -> int:
    """The year itself, or the nearest one that the calendar has."""
    first, last = session.scalar(select(func.min(DayRow.date))), session.scalar(select(func.max(DayRow.date)))
    return number if first is None or last is None else min(max(number, first.year), last.year)


def day(session: Session, when: date) -> tuple[DayRow, tuple[Entry, ...]]:
    """One day with its history; NotFound where the calendar lacks it."""
    row = session.get(DayRow, when)
    if row is None:
        raise NotFound("day of the calendar", when)
    return row, history(session, [f"calendar_day {when}"])


def calendar_history(session: Session) -> tuple[Entry, ...]:
    """The last changes of the calendar."""
    return history(session, actions=("calendar.edit", "calendar.import"))


def versions(session: Session) -> tuple[Version, ...]:
    """All versions of the policy, the newest first."""
    names = names_of(session)
    rows = session.scalars(select(PolicyRow).order_by(PolicyRow.number)).all()
    before: Policy | None = None
    found = []
    for row in rows:
        who = names["doorstep"] if row.made_by is None else names.get(f"user {row.made_by}", f"user {row.made_by}")
        found.append(Version(row, who, _differing(before, row.policy) if before else {}))
        before = row.policy
    return tuple(reversed(found))


def _differing(before: Policy, after: Policy) -> dict[str, tuple[Any, Any]]:
    pairs = ((field.name, getattr(before, field.name), getattr(after, field.name)) for field in fields(Policy))
    return {name: (plain(old), plain(new)) for name, old, new in pairs if old != new}


def _month(first: date, days: dict[date, DayRow]) -> Month:
    start = first - timedelta(days=first.weekday())
    weeks = []
    while start.month == first.month or start < first:
        week = tuple(start + timedelta(days=offset) for offset in range(7))
        weeks.append(tuple(days.get(one) if one.month == first.month else None for one in week))
        start += timedelta(days=7)
    mine = [row for week in weeks for row in week if row is not None]
    return Month(first, tuple(weeks), sum(row.kind in ("workday", "makeup_workday") for row in mine))
