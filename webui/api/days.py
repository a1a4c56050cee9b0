"""Operations of the day itself."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from planner.model import clock, seconds_of
from webui.actions import marks, rest_of_day
from webui.api.contract import EDITORS, READERS, Answered, Call, operation
from webui.api.dates import date_in
from webui.api.fields import NOT_GIVEN, Clock, Id, Until
from webui.api.plan_models import RestIn, RunOut
from webui.api.running import run_of
from webui.auth.web import web
from webui.language import N_
from webui.refusals import bad
from webui.store.days import State
from webui.store.reads import days as day_reads


class StateOut(BaseModel):
    """A visit of a day, and how far it has come."""

    visit: str
    team: str
    organisation: str
    site: str
    starts: Clock
    ends: Until
    applicants: int
    progress: str
    arrived: datetime | None
    ended: datetime | None
    served: int | None
    reason: str


class DayOut(BaseModel):
    """A date in force."""

    date: date
    plan: int | None
    visits: list[StateOut]


class MarkIn(BaseModel):
    """Something an officer notes; `id` is the sender's own and makes it count once."""

    model_config = NOT_GIVEN
    id: str = Field(min_length=8, max_length=64, pattern=r"^[\x21-\x7e]+$")
    visit: Id
    kind: Literal["arrive", "done", "problem", "undo"]
    at: datetime
    processed: list[Annotated[int, Field(ge=0, le=100_000)]] = Field(default=[], max_length=100)
    reason: str = Field("", max_length=500)
    undoes: str = Field("", max_length=64)


class MarksIn(BaseModel):
    """Marks of one team's day, in order."""

    model_config = NOT_GIVEN
    marks: list[MarkIn] = Field(min_length=1, max_length=200)


class TakenOut(BaseModel):
    """What became of a mark."""

    id: str
    outcome: Literal["saved", "known", "refused"]
    en: str
    zh: str


class Taken(BaseModel):
    """What became of the marks, in their order."""

    items: list[TakenOut]


@operation(
    method="GET",
    path="/days/{day}",
    scope="days:read",
    summary=N_("The visits in force on a date, and how far they have come"),
    answer=DayOut,
    roles=READERS,
)
def day(call: Call, day: str) -> Answered:
    """All teams."""
    on = date_in(day)
    with call.store.read() as session:
        found = day_reads.day_plan(session, on)
    visits = [
        StateOut(
            visit=one.visit.id,
            team=outing.team.id,
            organisation=one.organisation.id,
            site=one.site.id,
            starts=clock(one.stop.start),
            ends=clock(one.stop.end),
            applicants=one.visit.applicants or one.visit.passports,
            **_progress(found.state(one.visit.id)),
        )
        for outing in found.outings
        for one in outing.calls
    ]
    return Answered(DayOut(date=on, plan=found.plan_id, visits=visits))


@operation(
    method="POST",
    path="/days/{day}/replan",
    scope="plans:write",
    summary=N_("Plan the rest of today again"),
    body=RestIn,
    answer=RunOut,
    status=201,
    roles=EDITORS,
)
def replan_rest(call: Call, day: str) -> Answered:
    """What has begun stays; the run makes a draft that is reviewed and published like any other."""
    body: RestIn = call.body
    form = rest_of_day.RestForm(
        date_in(day), seconds_of(body.at), tuple(body.free), tuple(body.dropped), tuple(body.out)
    )
    number = rest_of_day.replan_rest(call.store, form, call.holder.person)
    web().wake(number)
    return run_of(call, number)


@operation(
    method="POST",
    path="/days/{day}/teams/{team}/marks",
    scope="days:write",
    summary=N_("Note what happens on a team's day, as one of its officers"),
    body=MarksIn,
    answer=Taken,
    roles=("officer",),
)
def take_marks(call: Call, day: str, team: str) -> Answered:
    """In order, each once."""
    sent = [
        marks.Mark(one.id, one.visit, one.kind, _with_zone(one.at), tuple(one.processed), one.reason, one.undoes)
        for one in call.body.marks
    ]
    taken = marks.take_marks(call.store, team, date_in(day), sent, call.holder.person)
    items = [TakenOut(id=one.id, outcome=one.outcome, en=one.en, zh=one.zh) for one in taken]
    return Answered(Taken(items=items))


def _progress(state: State) -> dict[str, Any]:
    return {
        "progress": state.progress,
        "arrived": state.arrived,
        "ended": state.ended,
        "served": state.served,
        "reason": state.reason,
    }


def _with_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise bad("marks", "need moments with a time zone", "时刻须带时区")
    return moment
