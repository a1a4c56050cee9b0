"""Teams, their shifts and absences, and the kits they carry."""

from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.errors import Mistake, PastTheCalendar
from planner.model import Kind, Shift
from webui.actions.acting import add, allow, edit, must, no_longer, reason_given, remove, same_version
from webui.actions.rules import calendar_of
from webui.refusals import Conflict, bad, raise_if_any
from webui.store.audit import Change, append
from webui.store.engine import Store
from webui.store.person import Person
from webui.store.teams import BaseRow, KitRow, ShiftRow, TeamRow
from webui.store.values import shift_columns

LONGEST_SPAN = 92
"""Days that may be filled or excused at once."""
LONGEST_REMARK = 200


@dataclass(frozen=True)
class TeamForm:
    """What a person can say of a team."""

    name_zh: str
    name_en: str
    base_id: str
    officers: int
    desks: int
    languages: tuple[str, ...]
    kinds: tuple[Kind, ...] = ()


def add_team(store: Store, key: str, form: TeamForm, by: Person) -> None:
    """Adds a team; Conflict where its id is taken."""
    allow(by, "scheduler")
    raise_if_any(_mistakes(form))
    with store.write() as session:
        must(session, BaseRow, form.base_id, "base")
        if session.get(TeamRow, key) is not None:
            raise Conflict(f"The id {key} is taken; choose another.", f"编号 {key} 已被使用,请另选。")
        position = session.scalar(select(func.coalesce(func.max(TeamRow.position), -1))) or 0
        add(session, TeamRow(id=key, position=position + 1, **vars(form)), "team.add", by)


def edit_team(store: Store, key: str, form: TeamForm, version: int | None, by: Person) -> None:
    """Changes a team."""
    allow(by, "scheduler")
    raise_if_any(_mistakes(form))
    with store.write() as session:
        row = must(session, TeamRow, key, "team")
        must(session, BaseRow, form.base_id, "base")
        same_version(row, version, vars(form))
        edit(session, row, vars(form), "team.edit", by)


def set_shift(store: Store, shift: Shift, version: int | None, by: Person) -> None:
    """Adds a team's shift on a date, or changes it; plans already made keep the shift they were made with."""
    allow(by, "scheduler")
    raise_if_any(_shift_mistakes(shift))
    with store.write() as session:
        must(session, TeamRow, shift.team_id, "team")
        row = session.get(ShiftRow, (shift.team_id, shift.date), with_for_update=True)
        if row is None:
            position = session.scalar(select(func.coalesce(func.max(ShiftRow.position), -1))) or 0
            add(session, ShiftRow(position=position + 1, **shift_columns(shift)), "shift.add", by)
        else:
            same_version(row, version, shift_columns(shift))
            edit(session, row, shift_columns(shift), "shift.edit", by)


def remove_shift(store: Store, team_id: str, day: date, version: int | None, by: Person) -> None:
    """Takes a shift out of the roster."""
    allow(by, "scheduler")
    with store.write() as session:
        row = must(session, ShiftRow, (team_id, day), "shift")
        same_version(row, version)
        remove(session, row, "shift.remove", by)


def set_absence(store: Store, team_id: str, day: date, reason: str, version: int | None, by: Person) -> None:
    """Says why a team is not available on a date after all; "" makes it available again."""
    allow(by, "scheduler")
    why = no_longer("absence", reason, LONGEST_REMARK)
    with store.write() as session:
        row = must(session, ShiftRow, (team_id, day), "shift")
        same_version(row, version, {"absence": why})
        edit(session, row, {"absence": why}, "shift.absence", by, why)


def fill_shifts(store: Store, team_ids: tuple[str, ...], first: date, last: date, like: Shift, by: Person) -> int:
    """Gives teams a shift on every working day of a span where they have none; how many were added.

    `like` says hours, break and limits; its team and date do not matter. Provisional days are filled too.
    """
    allow(by, "scheduler")
    raise_if_any([*_shift_mistakes(like), *span_mistakes(first, last), *_team_mistakes(team_ids)])
    with store.write() as session:
        days = _workdays(session, first, last)
        shifts = select(ShiftRow.team_id, ShiftRow.date).where(ShiftRow.date.between(first, last))
        held = {(team, day) for team, day in session.execute(shifts)}
        position = session.scalar(select(func.coalesce(func.max(ShiftRow.position), -1))) or 0
        wanted = [(team, day) for day in days for team in team_ids if (team, day) not in held]
        for team in team_ids:
            must(session, TeamRow, team, "team")
        for number, (team, day) in enumerate(wanted, 1):
            columns = shift_columns(replace(like, team_id=team, date=day))
            session.add(ShiftRow(position=position + number, **columns))
        session.flush()
        if wanted:
            what = {"teams": list(team_ids), "first": first, "last": last, "added": len(wanted)}
            append(session, Change("shift.fill", "shifts", {}, what), by)
        return len(wanted)


def _workdays(session: Session, first: date, last: date) -> tuple[date, ...]:
    """The working days of a span, provisional ones too; BadInput where the calendar does not reach."""
    try:
        return calendar_of(session).workdays(first, last, allow_provisional=True)
    except PastTheCalendar as error:
        raise bad("last", error.en, error.zh, f"{first}..{last}") from error


def set_absences(store: Store, team_id: str, first: date, last: date, reason: str, by: Person) -> int:
    """Says why a team is not available on all its shifts of a span; how many. Conflict where it has none there."""
    allow(by, "scheduler")
    why = no_longer("why", reason_given(reason), LONGEST_REMARK)
    raise_if_any(span_mistakes(first, last))
    with store.write() as session:
        must(session, TeamRow, team_id, "team")
        rows = session.scalars(
            select(ShiftRow).where(ShiftRow.team_id == team_id, ShiftRow.date.between(first, last))
        ).all()
        if not rows:
            raise Conflict(
                f"Team {team_id} has no shift from {first} to {last}; there is nothing to be absent from.",
                f"警组 {team_id} 在 {first} 至 {last} 没有班次,无需登记缺勤。",
            )
        for row in rows:
            edit(session, row, {"absence": why}, "shift.absence", by, why)
        return len(rows)


def add_kit(store: Store, key: str, kind: str, team_id: str | None, by: Person) -> None:
    """Adds a kit, carried by a team or by nobody."""
    allow(by, "scheduler")
    with store.write() as session:
        if team_id is not None:
            must(session, TeamRow, team_id, "team")
        if session.get(KitRow, key) is not None:
            raise Conflict(f"The id {key} is taken; choose another.", f"编号 {key} 已被使用,请另选。")
        position = session.scalar(select(func.coalesce(func.max(KitRow.position), -1))) or 0
        add(session, KitRow(id=key, position=position + 1, kind=kind, team_id=team_id), "kit.add", by)


def edit_kit(
    store: Store, key: str, *, team_id: str | None, works: bool, remark: str, version: int | None, by: Person
) -> None:
    """Gives a kit to another team, or says that it does not work; a team without a kit cannot make such visits."""
    allow(by, "scheduler")
    why = no_longer("remark", remark if works else reason_given(remark), LONGEST_REMARK)
    values = {"team_id": team_id, "works": works, "remark": why}
    with store.write() as session:
        row = must(session, KitRow, key, "kit")
        if team_id is not None:
            must(session, TeamRow, team_id, "team")
        same_version(row, version, values)
        edit(session, row, values, "kit.edit", by)


def _mistakes(form: TeamForm) -> list[Mistake]:
    mistakes = []
    if not (form.name_zh.strip() or form.name_en.strip()):
        mistakes.append(Mistake("name", "needs a name in one language at least", "至少填写一种语言的名称"))
    for name, value in (("officers", form.officers), ("desks", form.desks)):
        if not 1 <= value <= 50:
            mistakes.append(Mistake(name, "needs a whole number from 1 to 50", "应为1至50的整数", str(value)))
    if not form.languages:
        mistakes.append(Mistake("languages", "needs one at least", "至少填写一种语言"))
    unknown = set(form.kinds) - set(get_args(Kind))
    if unknown:
        mistakes.append(Mistake("kinds", f"no such kind: {', '.join(sorted(unknown))}", "没有这种申请类别"))
    return mistakes


def span_mistakes(first: date, last: date) -> list[Mistake]:
    """What is wrong with a span of dates."""
    if last < first:
        return [Mistake("last", "is before the first date", "早于开始日期", last.isoformat())]
    if (last - first).days >= LONGEST_SPAN:
        return [Mistake("last", f"choose {LONGEST_SPAN} days at most", f"最长{LONGEST_SPAN}天", last.isoformat())]
    return []


def _team_mistakes(team_ids: tuple[str, ...]) -> list[Mistake]:
    return [] if team_ids else [Mistake("teams", "choose one at least", "至少选择一个警组")]


def _shift_mistakes(shift: Shift) -> list[Mistake]:
    mistakes, rest, hours = [], shift.rest, shift.hours
    if rest is not None and not (
        rest.seconds > 0 and hours.start <= rest.earliest <= rest.latest and rest.latest + rest.seconds <= hours.end
    ):
        mistakes.append(Mistake("break", "has to begin and end within the shift", "休息须在班次时间内开始并结束"))
    for name, value in (("max_applicants", shift.max_applicants), ("max_work_minutes", shift.max_work_seconds)):
        if value is not None and value < 1:
            mistakes.append(Mistake(name, "needs to be 1 or more, or empty for no limit", "应不小于1,无上限请留空"))
    return mistakes
