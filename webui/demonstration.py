"""What `doorstep run --demo` adds to the sample: its dates are brought to this week, its plan is put into force and a
school is invited, so that booking and the officers' days can be tried at once, on whatever day that is."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

from planner.dossier import Dossier
from planner.errors import PastTheCalendar
from planner.workdays import Calendar
from webui.actions import plans
from webui.actions.bookings_door import invite
from webui.store.engine import Store
from webui.store.person import Person, Role

FIRST_MONDAY = date(2026, 9, 7)
"""When the fortnight of the sample begins."""
WEEK = timedelta(days=7)
WEEKS_AHEAD = 8
DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
WHY = ("Sample: these people come to the hall.", "演示数据:其余人员到大厅办理。")
OFFICE = "国际事务办公室 / International Office"


def weeks_to(today: date, calendar: Calendar) -> int:
    """How many weeks the sample is moved: its fortnight begins this week, on a weekend the next one.

    Where holidays fall into it, later; 0 where the calendar knows no such fortnight.
    """
    monday = today - timedelta(days=today.weekday()) + (WEEK if today.weekday() > 4 else timedelta())
    for number in range(WEEKS_AHEAD):
        begin = monday + number * WEEK
        days = [begin + timedelta(days=week * 7 + day) for week in range(2) for day in range(5)]
        try:
            if all(calendar.is_workday(one, allow_provisional=True) for one in days):
                return (begin - FIRST_MONDAY) // WEEK
        except PastTheCalendar:
            return 0
    return 0


def bring(folder: Path, to: Path, weeks: int) -> Path:
    """Copies the tables of `folder` into `to`, with every date so many weeks later."""
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sorted(folder.iterdir()):
        text = path.read_bytes().decode()
        (to / path.name).write_bytes(DATE.sub(lambda found: _later(found[0], weeks), text).encode())
    return to


def put_into_force(store: Store, plan_id: int, users: Mapping[str, int], at: datetime) -> None:
    """Sends the plan for review, approves and publishes it, each as the person whose work that is."""
    scheduler, supervisor = _person(users, "scheduler", at), _person(users, "supervisor", at)
    plans.submit(store, plan_id, None, scheduler)
    plans.approve(store, plan_id, " ".join(WHY), None, supervisor)
    plans.publish(store, plan_id, None, scheduler, " ".join(WHY))


def invite_a_school(store: Store, dossier: Dossier, users: Mapping[str, int], at: datetime) -> tuple[str, str, str]:
    """Name in Chinese and English of the university with the most foreigners, and its invitation's token."""
    found = max(
        (one for one in dossier.facts.inputs.organisations if one.kind == "university"), key=lambda one: one.foreigners
    )
    return found.name_zh, found.name_en, invite(store, found.id, OFFICE, _person(users, "scheduler", at))


def _person(users: Mapping[str, int], role: Role, at: datetime) -> Person:
    return Person(users[role], role.capitalize(), frozenset((role,)), at)


def _later(text: str, weeks: int) -> str:
    try:
        return (date.fromisoformat(text) + weeks * WEEK).isoformat()
    except ValueError:
        return text  # it only looks like a date
