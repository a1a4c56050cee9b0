"""Every operation of `/api/v1`: the actions of the pages, one function each."""

from datetime import date, datetime
from typing import Any

from planner.model import clock, seconds_of
from webui.actions import drafts, marks, plans, requests, runs
from webui.actions.drafts import Target
from webui.actions.runs import RunForm
from webui.api.contract import Answered, Call, operation
from webui.api.models import (
    CancelIn,
    DayOut,
    MarksIn,
    MoveIn,
    OrganisationOut,
    Organisations,
    Page,
    PlanOut,
    Plans,
    PlanWithVisits,
    RequestIn,
    RequestOut,
    RequestPage,
    Requests,
    RunIn,
    RunOut,
    SiteOut,
    StateOut,
    Taken,
    TakenOut,
    Why,
    plan_out,
    request_out,
    visit_out,
)
from webui.auth.web import web
from webui.refusals import NotFound, bad
from webui.store.days import State
from webui.store.dossiers import dossier_of
from webui.store.reads import days as day_reads
from webui.store.reads import programs as reads

# ------------------------------------------------------------------------------------------------ organisations


@operation(
    method="GET",
    path="/organisations",
    scope="organisations:read",
    summary="Organisations with their sites, by id",
    query=Page,
    answer=Organisations,
)
def organisations(call: Call) -> Answered:
    """A part of the list."""
    with call.store.read() as session:
        found, sites = reads.organisations(session, call.query.after, call.query.limit)
    items = [_organisation(one, [site for site in sites if site.organisation_id == one.id]) for one in found]
    return Answered(Organisations(items=items, next=_next(items, call.query.limit)))


@operation(
    method="GET",
    path="/organisations/{key}",
    scope="organisations:read",
    summary="One organisation",
    answer=OrganisationOut,
)
def organisation(call: Call, key: str) -> Answered:
    """With its sites."""
    with call.store.read() as session:
        row, sites = reads.organisation(session, key)
    return Answered(_organisation(row, sites), row.version)


# ------------------------------------------------------------------------------------------------ requests


@operation(
    method="GET",
    path="/requests",
    scope="requests:read",
    summary="Requests, by id",
    query=RequestPage,
    answer=Requests,
)
def list_requests(call: Call) -> Answered:
    """A part of the list."""
    with call.store.read() as session:
        found = reads.requests(session, call.query.status, call.query.after, call.query.limit)
        items = [request_out(one) for one in found]
    return Answered(Requests(items=items, next=_next(items, call.query.limit)))


@operation(
    method="POST",
    path="/requests",
    scope="requests:write",
    summary="Put a request into the inbox",
    body=RequestIn,
    answer=RequestOut,
    status=201,
)
def receive_request(call: Call) -> Answered:
    """Takes it."""
    return _request(call, requests.receive_request(call.store, _form(call.body), call.holder.person))


@operation(method="GET", path="/requests/{key}", scope="requests:read", summary="One request", answer=RequestOut)
def request(call: Call, key: str) -> Answered:
    """As it stands."""
    return _request(call, key)


@operation(
    method="PUT",
    path="/requests/{key}",
    scope="requests:write",
    summary="Change a request",
    body=RequestIn,
    answer=RequestOut,
    guarded=True,
)
def edit_request(call: Call, key: str) -> Answered:
    """Everything about it at once."""
    requests.edit_request(call.store, key, _form(call.body), call.version, call.holder.person)
    return _request(call, key)


@operation(
    method="POST",
    path="/requests/{key}/accept",
    scope="requests:write",
    summary="Take a request into planning",
    answer=RequestOut,
    guarded=True,
)
def accept_request(call: Call, key: str) -> Answered:
    """Accepts it."""
    requests.accept_request(call.store, key, call.version, call.holder.person)
    return _request(call, key)


@operation(
    method="POST",
    path="/requests/{key}/refuse",
    scope="requests:write",
    summary="Refuse a request, with a reason",
    body=Why,
    answer=RequestOut,
    guarded=True,
)
def refuse_request(call: Call, key: str) -> Answered:
    """Refuses it."""
    requests.refuse_request(call.store, key, call.body.why, call.version, call.holder.person)
    return _request(call, key)


@operation(
    method="POST",
    path="/requests/{key}/withdraw",
    scope="requests:write",
    summary="Take a request back",
    body=Why,
    answer=RequestOut,
    guarded=True,
)
def withdraw_request(call: Call, key: str) -> Answered:
    """Withdraws it."""
    requests.withdraw_request(call.store, key, call.body.why, call.version, call.holder.person)
    return _request(call, key)


# ------------------------------------------------------------------------------------------------ runs


@operation(
    method="POST",
    path="/runs",
    scope="plans:write",
    summary="Start planning",
    body=RunIn,
    answer=RunOut,
    status=201,
)
def start_run(call: Call) -> Answered:
    """Puts a run into the queue."""
    form = RunForm(**call.body.model_dump())
    number = runs.start_plan(call.store, form, call.holder.person)
    web().wake(number)
    return _run(call, number)


@operation(method="GET", path="/runs/{number}", scope="plans:read", summary="One run", answer=RunOut)
def run(call: Call, number: int) -> Answered:
    """How far it is."""
    return _run(call, number)


@operation(
    method="POST",
    path="/runs/{number}/cancel",
    scope="plans:write",
    summary="End a run",
    body=CancelIn,
    answer=RunOut,
)
def cancel_run(call: Call, number: int) -> Answered:
    """With or without the best plan so far."""
    runs.cancel_run(call.store, number, call.holder.person, call.body.keep)
    return _run(call, number)


# ------------------------------------------------------------------------------------------------ plans


@operation(method="GET", path="/plans", scope="plans:read", summary="All plans", answer=Plans)
def list_plans(call: Call) -> Answered:
    """Without their visits."""
    with call.store.read() as session:
        return Answered(Plans(items=[plan_out(one) for one in reads.plans(session)]))


@operation(
    method="GET",
    path="/plans/{number}",
    scope="plans:read",
    summary="One plan with its visits, and why some are out",
    answer=PlanWithVisits,
)
def plan(call: Call, number: int) -> Answered:
    """With its visits."""
    return _plan(call, number)


@operation(
    method="POST",
    path="/plans/{number}/visits/{visit}/move",
    scope="plans:write",
    summary="Move a visit of a draft, or take it out",
    body=MoveIn,
    answer=PlanWithVisits,
    guarded=True,
)
def move_visit(call: Call, number: int, visit: str) -> Answered:
    """To a team and a date, near an hour."""
    body: MoveIn = call.body
    if (body.team is None) != (body.date is None):
        raise bad("team", "goes with a date, and a date with a team", "警组与日期须同时给出")
    start = None if body.start is None else seconds_of(body.start)
    target = None if body.team is None or body.date is None else Target(body.team, body.date, start=start)
    drafts.move_visit(call.store, number, visit, target, call.version, call.holder.person, body.why)
    return _plan(call, number)


@operation(
    method="POST",
    path="/plans/{number}/visits/{visit}/pin",
    scope="plans:write",
    summary="Keep a visit with its team on its date",
    answer=PlanWithVisits,
    guarded=True,
)
def pin_visit(call: Call, number: int, visit: str) -> Answered:
    """Pins it."""
    drafts.pin(call.store, number, visit, call.version, call.holder.person)
    return _plan(call, number)


@operation(
    method="POST",
    path="/plans/{number}/visits/{visit}/unpin",
    scope="plans:write",
    summary="Let a visit go again",
    answer=PlanWithVisits,
    guarded=True,
)
def unpin_visit(call: Call, number: int, visit: str) -> Answered:
    """Unpins it."""
    drafts.unpin(call.store, number, visit, call.version, call.holder.person)
    return _plan(call, number)


@operation(
    method="POST",
    path="/plans/{number}/submit",
    scope="plans:write",
    summary="Send a draft for review",
    answer=PlanOut,
    guarded=True,
)
def submit_plan(call: Call, number: int) -> Answered:
    """Asks a supervisor."""
    plans.submit(call.store, number, call.version, call.holder.person)
    return _plan(call, number, visits=False)


@operation(
    method="POST",
    path="/plans/{number}/approve",
    scope="plans:write",
    summary="Approve a submitted plan of somebody else",
    body=Why,
    answer=PlanOut,
    guarded=True,
)
def approve_plan(call: Call, number: int) -> Answered:
    """With a remark where people go uncovered."""
    plans.approve(call.store, number, call.body.why, call.version, call.holder.person)
    return _plan(call, number, visits=False)


@operation(
    method="POST",
    path="/plans/{number}/send-back",
    scope="plans:write",
    summary="Send a submitted plan back, with a reason",
    body=Why,
    answer=PlanOut,
    guarded=True,
)
def send_back_plan(call: Call, number: int) -> Answered:
    """To its scheduler."""
    plans.send_back(call.store, number, call.body.why, call.version, call.holder.person)
    return _plan(call, number, visits=False)


@operation(
    method="POST",
    path="/plans/{number}/publish",
    scope="plans:write",
    summary="Put an approved plan into force",
    body=Why,
    answer=PlanOut,
    guarded=True,
)
def publish_plan(call: Call, number: int) -> Answered:
    """Its visits are promised then, and organisations and webhooks are told."""
    plans.publish(call.store, number, call.version, call.holder.person, call.body.why)
    return _plan(call, number, visits=False)


@operation(
    method="POST",
    path="/plans/{number}/discard",
    scope="plans:write",
    summary="Put a draft away",
    answer=PlanOut,
    guarded=True,
)
def discard_plan(call: Call, number: int) -> Answered:
    """It stays readable."""
    drafts.discard(call.store, number, call.version, call.holder.person)
    return _plan(call, number, visits=False)


# ------------------------------------------------------------------------------------------------ days


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
    path="/days/{day}/teams/{team}/marks",
    scope="days:write",
    summary="Note what happens on a team's day, as one of its officers",
    body=MarksIn,
    answer=Taken,
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


# ------------------------------------------------------------------------------------------------ inside


def _form(body: RequestIn) -> requests.RequestForm:
    try:
        return body.form()
    except ValueError as error:
        raise bad("host_hours", f"cannot be: {error}", "时段无效,结束时间须晚于开始时间") from error


def _request(call: Call, key: str) -> Answered:
    with call.store.read() as session:
        row = reads.request(session, key)
        return Answered(request_out(row), row.version)


def _plan(call: Call, number: int, *, visits: bool = True) -> Answered:
    with call.store.read() as session:
        row, rows = reads.plan(session, number)
        short = plan_out(row)
        reasons = dossier_of(row).facts.reasons if visits else {}
    if not visits:
        return Answered(short, row.version)
    shown = [
        visit_out(one, [(why.sentence("en"), why.sentence("zh")) for why in reasons.get(one.visit_id, ())])
        for one in rows
    ]
    return Answered(PlanWithVisits(**short.model_dump(), visits=shown), row.version)


def _run(call: Call, number: int) -> Answered:
    with call.store.read() as session:
        row, made = reads.run(session, number)
    return Answered(
        RunOut(
            id=row.id,
            name=row.name,
            status=row.status,
            share=row.share,
            served=row.served,
            cost=row.cost,
            bound=row.bound,
            plan=made,
            failure_en=row.failure_en,
            failure_zh=row.failure_zh,
        )
    )


def _organisation(row: Any, sites: list[Any]) -> OrganisationOut:
    names = ("id", "name_zh", "name_en", "kind", "district", "foreigners")
    places = ("id", "name_zh", "name_en", "district", "address", "lat", "lon")
    shown = [SiteOut(**{name: getattr(site, name) for name in places}) for site in sites]
    return OrganisationOut(**{name: getattr(row, name) for name in names}, sites=shown)


def _next(items: list[Any], limit: int) -> str | None:
    """Where the list goes on; None at its end."""
    return items[-1].id if len(items) == limit else None


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
