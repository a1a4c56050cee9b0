"""Operations of requests, exceptions and promises."""

from typing import Any

from planner.model import seconds_of
from webui.actions import requests
from webui.api.contract import EDITORS, READERS, Answered, Call, operation
from webui.api.fields import Why
from webui.api.request_models import (
    DecisionIn,
    PromiseIn,
    Promises,
    RequestIn,
    RequestOut,
    RequestPage,
    Requests,
    SpecialIn,
    SpecialOut,
    promise_out,
    request_out,
    special_out,
)
from webui.language import N_
from webui.refusals import NotFound, bad
from webui.store.reads import programs as reads


@operation(
    method="GET",
    path="/requests",
    scope="requests:read",
    summary=N_("Requests, by id"),
    query=RequestPage,
    answer=Requests,
    roles=READERS,
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
    summary=N_("Put a request into the inbox"),
    body=RequestIn,
    answer=RequestOut,
    status=201,
    roles=EDITORS,
)
def receive_request(call: Call) -> Answered:
    """Takes it."""
    return request(call, requests.receive_request(call.store, _form(call.body), call.holder.person))


@operation(
    method="GET",
    path="/requests/{key}",
    scope="requests:read",
    summary=N_("One request"),
    answer=RequestOut,
    roles=READERS,
)
def request(call: Call, key: str) -> Answered:
    """As it stands."""
    with call.store.read() as session:
        row = reads.request(session, key)
        return Answered(request_out(row), row.version)


@operation(
    method="PUT",
    path="/requests/{key}",
    scope="requests:write",
    summary=N_("Change a request"),
    body=RequestIn,
    answer=RequestOut,
    guards=request,
    roles=EDITORS,
)
def edit_request(call: Call, key: str) -> Answered:
    """Everything about it at once."""
    requests.edit_request(call.store, key, _form(call.body), call.version, call.holder.person)
    return request(call, key)


@operation(
    method="POST",
    path="/requests/{key}/accept",
    scope="requests:write",
    summary=N_("Take a request into planning"),
    answer=RequestOut,
    guards=request,
    roles=EDITORS,
)
def accept_request(call: Call, key: str) -> Answered:
    """Accepts it."""
    requests.accept_request(call.store, key, call.version, call.holder.person)
    return request(call, key)


@operation(
    method="POST",
    path="/requests/{key}/refuse",
    scope="requests:write",
    summary=N_("Refuse a request, with a reason"),
    body=Why,
    answer=RequestOut,
    guards=request,
    roles=EDITORS,
)
def refuse_request(call: Call, key: str) -> Answered:
    """Refuses it."""
    requests.refuse_request(call.store, key, call.body.why, call.version, call.holder.person)
    return request(call, key)


@operation(
    method="POST",
    path="/requests/{key}/withdraw",
    scope="requests:write",
    summary=N_("Take a request back"),
    body=Why,
    answer=RequestOut,
    guards=request,
    roles=EDITORS,
)
def withdraw_request(call: Call, key: str) -> Answered:
    """Withdraws it."""
    requests.withdraw_request(call.store, key, call.body.why, call.version, call.holder.person)
    return request(call, key)


@operation(
    method="POST",
    path="/requests/{key}/specials",
    scope="requests:write",
    summary=N_("Ask a supervisor for an exception to eligibility"),
    body=SpecialIn,
    answer=SpecialOut,
    status=201,
    roles=EDITORS,
)
def ask_special(call: Call, key: str) -> Answered:
    """With its reason."""
    return special(call, requests.ask_special(call.store, key, call.body.reason, call.holder.person))


@operation(
    method="GET",
    path="/specials/{number}",
    scope="requests:read",
    summary=N_("One exception"),
    answer=SpecialOut,
    roles=READERS,
)
def special(call: Call, number: int) -> Answered:
    """As it stands."""
    with call.store.read() as session:
        row = reads.special(session, number)
    return Answered(special_out(row), row.version)


@operation(
    method="POST",
    path="/specials/{number}/decide",
    scope="requests:write",
    summary=N_("Approve or refuse an exception that another asked for"),
    body=DecisionIn,
    answer=SpecialOut,
    guards=special,
    roles=("supervisor",),
)
def decide_special(call: Call, number: int) -> Answered:
    """As a supervisor."""
    body: DecisionIn = call.body
    requests.decide_special(
        call.store, number, approve=body.approve, answer=body.answer, version=call.version, by=call.holder.person
    )
    return special(call, number)


@operation(
    method="GET",
    path="/requests/{key}/promises",
    scope="requests:read",
    summary=N_("What was promised to a request"),
    answer=Promises,
    roles=READERS,
)
def list_promises(call: Call, key: str) -> Answered:
    """By session."""
    with call.store.read() as session:
        items = [promise_out(one) for one in reads.promises(session, key)]
        return Answered(Promises(items=items), reads.request(session, key).version)


@operation(
    method="POST",
    path="/requests/{key}/promises",
    scope="requests:write",
    summary=N_("Confirm a date and hour by hand"),
    body=PromiseIn,
    answer=Promises,
    status=201,
    roles=EDITORS,
)
def give_promise(call: Call, key: str) -> Answered:
    """Plans keep it from then on."""
    body: PromiseIn = call.body
    start = seconds_of(body.start)
    requests.give_promise(call.store, key, body.session, body.date, start, body.team, call.holder.person)
    return list_promises(call, key)


@operation(
    method="POST",
    path="/requests/{key}/promises/{number}/release",
    scope="requests:write",
    summary=N_("Take a promise back, with a reason"),
    body=Why,
    answer=Promises,
    guards=list_promises,
    roles=EDITORS,
)
def release_promise(call: Call, key: str, number: int) -> Answered:
    """After the organisation was told."""
    with call.store.read() as session:
        if number not in {one.id for one in reads.promises(session, key)}:
            raise NotFound("promise", number)
    requests.release_promise(call.store, number, call.body.why, call.holder.person)
    return list_promises(call, key)


def _form(body: RequestIn) -> requests.RequestForm:
    try:
        return body.form()
    except ValueError as error:
        raise bad("host_hours", f"cannot be: {error}", "时段无效,结束时间须晚于开始时间") from error


def _next(items: list[Any], limit: int) -> str | None:
    """Where the list goes on; None at its end."""
    return items[-1].id if len(items) == limit else None
