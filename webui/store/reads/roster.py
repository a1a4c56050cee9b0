"""Teams, their kits, and who works when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webui.refusals import NotFound
from webui.store.plans import OutingRow
from webui.store.reads.history import Entry, history
from webui.store.rules import DayRow
from webui.store.teams import BaseRow, KitRow, ShiftRow, TeamRow


@dataclass(frozen=True)
class Line:
    """A team with its base, its kits and how many days it is available from today on."""

    row: TeamRow
    base: BaseRow
    kits: tuple[KitRow, ...]
    days: int


@dataclass(frozen=True)
class Day:
    """A column of the roster; `kind` is "" for a day the calendar does not have."""

    date: date
    kind: str
    name: str
    official: bool

    @property
    def worked(self) -> bool:
        """Whether the office works on this day."""
        return self.kind in ("workday", "makeup_workday")


@dataclass(frozen=True)
class Roster:
    """Team × date; `cells` has a shift where there is one, `out` the plan that sends a team out."""

    teams: Sequence[TeamRow]
    days: tuple[Day, ...]
    cells: Mapping[tuple[str, date], ShiftRow]
    out: Mapping[tuple[str, date], int]

    def available(self, day: date) -> int:
        """How many teams can go out on a date."""
        return sum(shift.date == day and not shift.absence for shift in self.cells.values())


def teams(session: Session, today: date) -> tuple[Line, ...]:
    """All teams in their order."""
    bases = {base.id: base for base in session.scalars(select(BaseRow))}
    kits = session.scalars(select(KitRow).order_by(KitRow.position)).all()
    ahead = select(ShiftRow.team_id, func.count()).where(ShiftRow.date >= today, ShiftRow.absence == "")
    days = {str(team): int(count) for team, count in session.execute(ahead.group_by(ShiftRow.team_id))}
    return tuple(
        Line(row, bases[row.base_id], tuple(kit for kit in kits if kit.team_id == row.id), days.get(row.id, 0))
        for row in session.scalars(select(TeamRow).order_by(TeamRow.position, TeamRow.id))
    )


def team(session: Session, key: str, today: date) -> tuple[Line, tuple[Entry, ...]]:
    """One team with its history; NotFound where there is none."""
    for line in teams(session, today):
        if line.row.id == key:
            return line, history(session, [f"team {key}"])
    raise NotFound("team", key)


def team_names(session: Session) -> Mapping[str, TeamRow]:
    """All teams by id, in their order."""
    return {row.id: row for row in session.scalars(select(TeamRow).order_by(TeamRow.position, TeamRow.id))}


def base(session: Session, key: str) -> tuple[BaseRow, Sequence[TeamRow], tuple[Entry, ...]]:
    """One base, the teams that start from it, and its history; NotFound where there is none."""
    row = session.get(BaseRow, key)
    if row is None:
        raise NotFound("base", key)
    there = select(TeamRow).where(TeamRow.base_id == key).order_by(TeamRow.position, TeamRow.id)
    return row, session.scalars(there).all(), history(session, [f"base {key}"])


def bases(session: Session) -> Sequence[BaseRow]:
    """All bases in their order."""
    return session.scalars(select(BaseRow).order_by(BaseRow.position, BaseRow.id)).all()


def kits(session: Session) -> Sequence[KitRow]:
    """All kits in their order."""
    return session.scalars(select(KitRow).order_by(KitRow.position, KitRow.id)).all()


def kit(session: Session, key: str) -> tuple[KitRow, tuple[Entry, ...]]:
    """One kit with its history; NotFound where there is none."""
    row = session.get(KitRow, key)
    if row is None:
        raise NotFound("kit", key)
    return row, history(session, [f"kit {key}"])


def roster(session: Session, first: date, days: int) -> Roster:
    """The shifts of all teams on `days` days from `first` on."""
    last = first + timedelta(days=days - 1)
    known = {day.date: day for day in session.scalars(select(DayRow).where(DayRow.date.between(first, last)))}
    shifts = session.scalars(select(ShiftRow).where(ShiftRow.date.between(first, last))).all()
    outings = session.scalars(select(OutingRow).where(OutingRow.date.between(first, last))).all()
    return Roster(
        session.scalars(select(TeamRow).order_by(TeamRow.position, TeamRow.id)).all(),
        tuple(_day(first + timedelta(days=offset), known) for offset in range(days)),
        {(shift.team_id, shift.date): shift for shift in shifts},
        {(outing.team_id, outing.date): outing.plan_id for outing in outings},
    )


def shift(session: Session, key: str, day: date) -> tuple[TeamRow, ShiftRow | None, int | None, tuple[Entry, ...]]:
    """A team, its shift on a date if it has one, the plan that sends it out then, and the history."""
    row = session.get(TeamRow, key)
    if row is None:
        raise NotFound("team", key)
    outing = session.get(OutingRow, (key, day))
    entries = history(session, [f"shift {key} {day}"])
    return row, session.get(ShiftRow, (key, day)), outing.plan_id if outing else None, entries


def absences(session: Session, today: date) -> Sequence[ShiftRow]:
    """Shifts from today on that will not be worked, and why."""
    rows = select(ShiftRow).where(ShiftRow.absence != "", ShiftRow.date >= today)
    return session.scalars(rows.order_by(ShiftRow.date, ShiftRow.team_id)).all()


def _day(day: date, known: Mapping[date, DayRow]) -> Day:
    row = known.get(day)
    return Day(day, row.kind, row.name, row.official) if row else Day(day, "", "", False)
