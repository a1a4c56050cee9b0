"""Operations of teams and of the day itself."""

from datetime import date, datetime
from typing import Any

from planner.model import clock, seconds_of
from webui.actions import marks, rest_of_day, teams
from webui.api.contract import EDITORS, Answered, Call, operation
from webui.api.models import (
    AbsenceIn,
    DayOut,
    MarksIn,
    RestIn,
    RunOut,
    ShiftOut,
    StateOut,
    Taken,
    TakenOut,
    TeamOut,
    Teams,
)
from webui.api.running import run_of
from webui.auth.web import web
from webui.refusals import NotFound, bad
from webui.store.days import State
from webui.store.reads import days as day_reads
from webui.store.reads import programs as reads


@operation(method="GET", path="/teams", scope="days:read", summary="All teams", answer=Teams)
def list_teams(call: Call) -> Answered:
    """In their order."""
    names = ("id", "name_zh", "name_en", "officers", "desks")
    with call.store.read() as session:
        items = [
            TeamOut(
                **{name: getattr(one, name) for name in names},
                base=one.base_id,
                languages=list(one.languages),
                kinds=list(one.kinds),
            )
            for one in reads.teams(session)
        ]
    return Answered(Teams(items=items))


@operation(
    method="GET",
    path="/teams/{team}/shifts/{day}",
    scope="days:read",
    summary="The shift of a team on a date",
    answer=ShiftOut,
)
def shift(call: Call, team: str, day: str) -> Answered:
    """Its hours."""
    return _shift(call, team, _date(day))


@operation(
    method="PUT",
    path="/teams/{team}/shifts/{day}/absence",
    scope="plans:write",
    summary="Say why a team is not there on a date, or that it is",
    body=AbsenceIn,
    answer=ShiftOut,
    guarded=True,
    roles=EDITORS,
)
def set_absence(call: Call, team: str, day: str) -> Answered:
    """Plans made from then on do without it."""
    teams.set_absence(call.store, team, _date(day), call.body.absence, call.version, call.holder.person)
    return _shift(call, team, _date(day))


@operation(
    method="GET",
    path="/days/{day}",
    scope="days:read",
    summary="The visits in force on a date, and how far they have come",
    answer=DayOut,
)
def day(call: Call, day: str) -> Answered:
    """All teams."""
    on = _date(day)
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
    summary="Plan the rest of today again",
    body=RestIn,
    answer=RunOut,
    status=201,
    roles=EDITORS,
)
def replan_rest(call: Call, day: str) -> Answered:
    """What has begun stays; the run makes a draft that is reviewed and published like any other."""
    body: RestIn = call.body
    form = rest_of_day.RestForm(_date(day), seconds_of(body.at), tuple(body.free), tuple(body.dropped), tuple(body.out))
    number = rest_of_day.replan_rest(call.store, form, call.holder.person)
    web().wake(number)
    return run_of(call, number)


@operation(
    method="POST",
    path="/days/{day}/teams/{team}/marks",
    scope="days:write",
    summary="Note what happens on a team's day, as one of its officers",
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
    taken = marks.take_marks(call.store, team, _date(day), sent, call.holder.person)
    items = [TakenOut(id=one.id, outcome=one.outcome, en=one.en, zh=one.zh) for one in taken]
    return Answered(Taken(items=items))


def _shift(call: Call, team: str, day: date) -> Answered:
    with call.store.read() as session:
        row = reads.shift(session, team, day)
    shown = ShiftOut(team=team, date=day, starts=clock(row.starts), ends=clock(row.ends), absence=row.absence)
    return Answered(shown, row.version)


def _progress(state: State) -> dict[str, Any]:
    return {
        "progress": state.progress,
        "arrived": state.arrived,
        "ended": state.ended,
        "served": state.served,
        "reason": state.reason,
    }


def _date(text: str) -> date:
    """The date in an address; NotFound for anything else."""
    try:
        if len(text) != 10:
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise NotFound("date", text[:20]) from None


def _with_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise bad("marks", "need moments with a time zone", "时刻须带时区")
    return moment
