"""Operations of an officer's days: one's own outings, and one team-day with all that its page and sheet say."""

from datetime import date as Day
from datetime import datetime

from pydantic import BaseModel

from planner.model import clock
from planner.report.contents import Call as Stop
from planner.report.labels import way_text
from planner.report.sheets import to_bring
from webui.api.contract import READERS, STAFF, Answered, Call, operation
from webui.api.dates import date_in
from webui.api.fields import Clock, Until
from webui.api.request_models import GroupIn, group_out
from webui.language import N_
from webui.refusals import NotFound
from webui.store.days import State
from webui.store.reads import days as reads


class Said(BaseModel):
    """A text in both languages."""

    en: str
    zh: str


class OutingOut(BaseModel):
    """One of the outings of an officer's teams, and how many of its visits are done."""

    team: str
    date: Day
    visits: int
    applicants: int
    done: int


class Outings(BaseModel):
    """From two days ago to two weeks ahead, by date."""

    items: list[OutingOut]


class StopOut(BaseModel):
    """A stop of an outing: whom it serves, how one gets there, and how far it has come.

    `processed` of a mark that says "done" has one number for each of the `groups`, in their order, or the number
    of passports handed back. `last` is the mark that an undo may take back.
    """

    order: int
    visit: str
    request: str
    work: str
    session: int
    sessions: int
    organisation: str
    organisation_zh: str
    organisation_en: str
    site: str
    site_zh: str
    site_en: str
    address: str
    district: str
    lat: float
    lon: float
    contact: str
    drive_minutes: float
    way: Said
    arrives: Clock
    starts: Clock
    ends: Until
    legal_date: Day | None
    groups: list[GroupIn]
    passports: int
    progress: str
    arrived: datetime | None
    ended: datetime | None
    processed: list[int]
    reason: str
    last: str | None


class TeamDayOut(BaseModel):
    """A team's day in order; without a plan where nothing of it is in force."""

    team: str
    date: Day
    plan: int | None
    leaves: Clock | None
    back: Until | None
    bring: list[Said]
    stops: list[StopOut]


@operation(
    method="GET",
    path="/days",
    scope="days:read",
    summary=N_("The days of one's own teams, from two days ago to two weeks ahead"),
    answer=Outings,
    roles=("officer",),
)
def list_days(call: Call) -> Answered:
    """As the officer's first page."""
    with call.store.read() as session:
        found = reads.officer_days(session, call.holder.person.id or 0, call.holder.person.today)
    items = [
        OutingOut(team=one.team.id, date=one.date, visits=one.visits, applicants=one.applicants, done=one.done)
        for one in found
    ]
    return Answered(Outings(items=items))


@operation(
    method="GET",
    path="/days/{day}/teams/{team}",
    scope="days:read",
    summary=N_("A team's day: order, times, way, contact, what to bring, people by kind and language, what was noted"),
    answer=TeamDayOut,
    roles=STAFF,
)
def team_day(call: Call, day: str, team: str) -> Answered:
    """Officers read the days of their own teams only."""
    on, me = date_in(day), call.holder.person
    with call.store.read() as session:
        row = reads.team(session, team)
        if not me.roles & set(READERS) and not reads.goes_with(session, team, me.id):
            raise NotFound("team", team)
        found = reads.day_plan(session, on)
    outing = found.outing(row.id)
    if outing is None:
        return Answered(TeamDayOut(team=team, date=on, plan=None, leaves=None, back=None, bring=[], stops=[]))
    return Answered(
        TeamDayOut(
            team=team,
            date=on,
            plan=found.plan_id,
            leaves=clock(outing.route.leave),
            back=clock(outing.route.back),
            bring=[Said(en=one.en, zh=one.zh) for one in to_bring(outing)],
            stops=[_stop(one, found.state(one.visit.id)) for one in outing.calls],
        )
    )


def _stop(one: Stop, state: State) -> StopOut:
    visit, way = one.visit, way_text(one.way)
    return StopOut(
        order=one.order,
        visit=visit.id,
        request=visit.request_id,
        work=visit.work,
        session=visit.session,
        sessions=visit.sessions,
        organisation=one.organisation.id,
        organisation_zh=one.organisation.name_zh,
        organisation_en=one.organisation.name_en,
        site=one.site.id,
        site_zh=one.site.name_zh,
        site_en=one.site.name_en,
        address=one.site.address,
        district=one.site.district,
        lat=one.site.place.lat,
        lon=one.site.place.lon,
        contact=one.request.contact if one.request else "",
        drive_minutes=round(one.drive_seconds / 60, 1),
        way=Said(en=way.en, zh=way.zh),
        arrives=clock(one.stop.arrive),
        starts=clock(one.stop.start),
        ends=clock(one.stop.end),
        legal_date=visit.legal_date,
        groups=[group_out(group) for group in visit.groups],
        passports=visit.passports,
        progress=state.progress,
        arrived=state.arrived,
        ended=state.ended,
        processed=list(state.processed),
        reason=state.reason,
        last=state.last,
    )
