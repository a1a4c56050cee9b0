"""The calendar and the policy: edited with history, never behind anybody's back."""

import json
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, get_args
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from planner.errors import BadInput
from planner.model import Hours, clock
from planner.policy import CLOCK_TIMES, Policy, from_toml
from planner.workdays import Calendar, CalendarDay, DayKind, default_calendar
from webui.actions.acting import allow, edit, reason_given, same_version
from webui.refusals import bad
from webui.store.audit import AuditRow, Change, append
from webui.store.base import plain
from webui.store.engine import Store
from webui.store.person import Person
from webui.store.rules import DayRow, PolicyRow


def first_rules(store: Store, by: Person) -> bool:
    """The calendar and policy of this checkout, on a database that has none; whether there was need."""
    allow(by, "administrator")
    with store.write() as session:
        done = False
        if session.scalar(select(func.count()).select_from(DayRow)) == 0:
            _load_days(session, default_calendar(), "calendar.first", by, "")
            done = True
        if session.scalar(select(func.count()).select_from(PolicyRow)) == 0:
            _new_policy(session, Policy(), by, "working values of the first start")
            done = True
        return done


CALENDAR_ACTIONS = ("calendar.first", "calendar.import", "calendar.edit")
_CALENDARS: WeakKeyDictionary[Engine, tuple[object, Calendar]] = WeakKeyDictionary()


def calendar_of(session: Session) -> Calendar:
    """The calendar as it is now; the same object until it changes, since reading it takes longer than most pages."""
    engine = session.connection().engine
    days = session.execute(select(func.count(), func.sum(DayRow.version), func.max(DayRow.date))).one()
    changed = select(func.max(AuditRow.number)).where(AuditRow.action.in_(CALENDAR_ACTIONS))
    mark = (tuple(days), session.scalar(changed))
    known = _CALENDARS.get(engine)
    if known is None or known[0] != mark:
        known = _CALENDARS[engine] = (mark, _read_calendar(session))
    return known[1]


def _read_calendar(session: Session) -> Calendar:
    rows = session.execute(select(DayRow.date, DayRow.kind, DayRow.official, DayRow.name).order_by(DayRow.date))
    return Calendar({day: CalendarDay(day, kind, official, name) for day, kind, official, name in rows})  # type: ignore[arg-type]


def policy_of(session: Session) -> tuple[int, Policy]:
    """The number and the content of the policy in force; number 0 and the defaults where there is none."""
    row = session.scalar(select(PolicyRow).order_by(PolicyRow.number.desc()).limit(1))
    return (row.number, row.policy) if row else (0, Policy())


def edit_day(
    store: Store, day: date, *, kind: str, official: bool, name: str, version: int | None, why: str, by: Person
) -> None:
    """Changes one day of the calendar, as a State Council notice or the office decides."""
    allow(by, "scheduler", "administrator")
    why = reason_given(why)
    if kind not in get_args(DayKind):
        kinds = ", ".join(get_args(DayKind))
        raise bad("kind", f"choose from {kinds}", f"可选:{kinds}", kind)
    if kind != "holiday" and (day.weekday() >= 5) != (kind in ("weekend", "makeup_workday")):
        raise bad("kind", f"{day:%A} cannot be a {kind}", f"{day} 不可能是 {kind}", kind)
    values = {"kind": kind, "official": official, "name": name.strip()}
    with store.write() as session:
        row = session.get(DayRow, day, with_for_update=True)
        if row is None:
            raise bad(
                "date", "is not in the calendar; import its whole year", "不在工作日历中,请导入该年全年", str(day)
            )
        same_version(row, version, values)
        edit(session, row, values, "calendar.edit", by, why)


def import_calendar(store: Store, path: Path, why: str, by: Person) -> int:
    """Reads a whole calendar from a CSV file; days it does not have stay. BadInput with every mistake. Days changed."""
    allow(by, "scheduler", "administrator")
    calendar = Calendar.from_csv(path)
    with store.write() as session:
        return _load_days(session, calendar, "calendar.import", by, reason_given(why))


def new_policy(store: Store, changes: Mapping[str, Any], seen: int, why: str, by: Person) -> int:
    """A new version of the policy with these fields changed; Conflict where somebody made one since `seen`.

    Values are checked by the planner's own reader of policies, as if they stood in policy.toml. The number
    of the new version; plans keep the version they were made with.
    """
    allow(by, "scheduler", "administrator")
    why = reason_given(why)
    with store.write() as session:
        number, policy = policy_of(session)
        same_version(_Seen(number), seen)
        return _new_policy(session, changed_policy(policy, changes), by, why)


class _Seen:
    def __init__(self, version: int) -> None:
        self.version = version


def _new_policy(session: Session, policy: Policy, by: Person, why: str) -> int:
    number, before = policy_of(session)
    if number and before == policy:
        raise bad("policy", "is what is in force already; nothing was changed", "与现行政策相同,未作修改")
    old = {f.name: plain(getattr(before, f.name)) for f in fields(Policy)} if number else {}
    new = {f.name: plain(getattr(policy, f.name)) for f in fields(Policy)}
    differing = [name for name in new if new[name] != old.get(name)]
    session.add(PolicyRow(number=number + 1, policy=policy, made_by=by.id, made_at=by.at, why=why))
    session.flush()
    before_values = {name: old[name] for name in differing if name in old}
    change = Change("policy.new", f"policy {number + 1}", before_values, {name: new[name] for name in differing}, why)
    append(session, change, by)
    return number + 1


def _load_days(session: Session, calendar: Calendar, action: str, by: Person, why: str) -> int:
    known = {row.date: row for row in session.scalars(select(DayRow))}
    changed: list[str] = []
    for day in calendar.days.values():
        row = known.get(day.date)
        if row is None:
            session.add(DayRow(date=day.date, kind=day.kind, official=day.official, name=day.name))
            changed.append(day.date.isoformat())
        elif (row.kind, row.official, row.name) != (day.kind, day.official, day.name):
            row.kind, row.official, row.name = day.kind, day.official, day.name
            changed.append(day.date.isoformat())
    session.flush()
    if changed:
        span = {"first": min(changed), "last": max(changed), "days": len(changed)}
        append(session, Change(action, "calendar", {}, span, why), by)
    return len(changed)


def as_toml(policy: Policy) -> dict[str, Any]:
    """Every field of a policy as policy.toml has it: clock times "09:30", hours ["09:00-12:00", …]."""
    return tomllib.loads(_written(policy, {}))


def changed_policy(policy: Policy, changes: Mapping[str, Any]) -> Policy:
    """The policy with some fields changed, given as one writes them in policy.toml.

    It is written as TOML and read again, so that one reader checks every policy: BadInput with every field
    that cannot be so, named by itself.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.toml"
        path.write_text(_written(policy, changes), "utf-8")
        try:
            return from_toml(path)
        except BadInput as error:
            raise BadInput(
                replace(one, where=one.where.removeprefix(path.name).removeprefix(", ") or "policy")
                for one in error.mistakes
            ) from error


def _written(policy: Policy, changes: Mapping[str, Any]) -> str:
    lines = []
    for field in fields(Policy):
        value = changes.get(field.name, getattr(policy, field.name))
        if field.name == "language_substitutes" and isinstance(value, tuple):
            value = dict(value)
        lines.append(f"{field.name} = {_toml(value, field.name in CLOCK_TIMES and field.name not in changes)}")
    known = {field.name for field in fields(Policy)}
    lines += [f"{_key(name)} = {_toml(value, False)}" for name, value in changes.items() if name not in known]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return json.dumps(name)


def _toml(value: Any, is_clock: bool) -> str:
    if is_clock:
        return f'"{clock(value)}"'
    if isinstance(value, Hours):
        return f'"{clock(value.start)}-{clock(value.end)}"'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)} = {_toml(one, False)}" for name, one in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(one, False) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)
