"""Operations of the rules: the working-day calendar and the policy, changed with a reason."""

from datetime import date as Day
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from planner.workdays import DayKind
from webui.actions import rules
from webui.api.contract import READERS, RULERS, Answered, Call, Tagged, operation
from webui.api.dates import date_in
from webui.api.fields import NOT_GIVEN, Reason, Words, shown
from webui.language import N_
from webui.store.reads import rules as reads

Shown = Annotated[str, StringConstraints(max_length=2_000)]
Value = bool | Annotated[int, Field(ge=-(2**53), le=2**53)] | Shown | list[Shown] | dict[Shown, list[Shown]]


class YearQuery(BaseModel):
    """Which year."""

    model_config = NOT_GIVEN
    year: int = Field(ge=2000, le=2100)


class DayIn(BaseModel):
    """What a day is, and why it changes."""

    model_config = NOT_GIVEN
    kind: DayKind
    official: bool
    name: Words = ""
    why: Reason = Field(min_length=1)


class CalendarDayOut(Tagged):
    """A day of the calendar; `official` where a State Council notice covers it."""

    date: Day
    kind: str
    official: bool
    name: str


class CalendarDays(BaseModel):
    """The days of a year."""

    items: list[CalendarDayOut]


class PolicyIn(BaseModel):
    """Fields that change, as policy.toml has them, and why."""

    model_config = NOT_GIVEN
    changes: dict[Shown, Value] = Field(min_length=1, max_length=200)
    why: Reason = Field(min_length=1)


class PolicyOut(Tagged):
    """A policy: its version and every field as policy.toml has it."""

    number: int
    values: dict[str, Any]


class VersionOut(BaseModel):
    """A version of the policy: who made it, when and why, and the fields that it changed."""

    number: int
    who: str
    at: datetime
    why: str
    changed: list[str]


class Versions(BaseModel):
    """All versions, the newest first."""

    items: list[VersionOut]


@operation(
    method="GET",
    path="/calendar",
    scope="rules:read",
    summary=N_("The working-day calendar of a year"),
    query=YearQuery,
    answer=CalendarDays,
)
def calendar(call: Call) -> Answered:
    """Day by day; NotFound for a year it does not have."""
    with call.store.read() as session:
        months = reads.year(session, call.query.year).months
    days = (row for month in months for week in month.weeks for row in week if row is not None)
    return Answered(CalendarDays(items=[shown(CalendarDayOut, row) for row in days]))


@operation(
    method="GET",
    path="/calendar/{day}",
    scope="rules:read",
    summary=N_("One day of the calendar"),
    answer=CalendarDayOut,
)
def calendar_day(call: Call, day: str) -> Answered:
    """As it stands."""
    with call.store.read() as session:
        row = reads.day(session, date_in(day))[0]
        return Answered(shown(CalendarDayOut, row), row.version)


@operation(
    method="PUT",
    path="/calendar/{day}",
    scope="rules:write",
    summary=N_("Change a day of the calendar, with a reason"),
    body=DayIn,
    answer=CalendarDayOut,
    guards=calendar_day,
    roles=RULERS,
)
def edit_day(call: Call, day: str) -> Answered:
    """As a State Council notice or the office decides."""
    body: DayIn = call.body
    told: dict[str, Any] = body.model_dump()
    rules.edit_day(call.store, date_in(day), **told, version=call.version, by=call.holder.person)
    return calendar_day(call, day)


@operation(
    method="GET", path="/policy", scope="rules:read", summary=N_("The policy in force"), answer=PolicyOut, roles=READERS
)
def policy(call: Call) -> Answered:
    """With every field."""
    with call.store.read() as session:
        number, found = rules.policy_of(session)
    return Answered(PolicyOut(number=number, values=rules.as_toml(found)), number)


@operation(
    method="GET",
    path="/policy/versions",
    scope="rules:read",
    summary=N_("Versions of the policy, the newest first"),
    answer=Versions,
    roles=READERS,
)
def policy_versions(call: Call) -> Answered:
    """With what each changed."""
    with call.store.read() as session:
        items = [
            VersionOut(
                number=one.row.number, who=one.who, at=one.row.made_at, why=one.row.why, changed=sorted(one.changes)
            )
            for one in reads.versions(session)
        ]
    return Answered(Versions(items=items))


@operation(
    method="POST",
    path="/policy",
    scope="rules:write",
    summary=N_("Put a new version of the policy into force, with a reason"),
    body=PolicyIn,
    answer=PolicyOut,
    status=201,
    guards=policy,
    roles=RULERS,
)
def new_policy(call: Call) -> Answered:
    """Plans keep the version they were made with."""
    rules.new_policy(call.store, call.body.changes, call.version or 0, call.body.why, call.holder.person)
    return policy(call)
