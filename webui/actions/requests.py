"""The inbox: requests received, answered, changed; special visits; promises taken back."""

import secrets
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.errors import Mistake
from planner.model import Group, Hours, Request, Service
from webui.actions.acting import (
    add,
    allow,
    conflict_unless,
    edit,
    must,
    no_longer,
    reason_given,
    remove,
    same_version,
)
from webui.actions.notices import plain_text, site_facts, tell
from webui.refusals import Conflict, NotFound, bad, raise_if_any
from webui.store.audit import Change, append
from webui.store.base import plain
from webui.store.engine import Store
from webui.store.organisations import SiteRow
from webui.store.person import Person
from webui.store.plans import PlanVisitRow
from webui.store.requests import PromiseRow, RequestRow, SpecialVisitRow
from webui.store.teams import TeamRow
from webui.store.values import group_rows, request_of, set_groups

LONGEST_CONTACT = 200
"""Characters."""


@dataclass(frozen=True)
class RequestForm:
    """What an organisation asks for, as counts, kinds, languages and dates."""

    site_id: str
    service: Service
    groups: tuple[Group, ...]
    host_dates: tuple[date, ...] = ()
    host_hours: tuple[Hours, ...] = ()
    fast_track: bool = False
    interpreters: tuple[str, ...] = ()
    contact: str = ""


def receive_request(store: Store, form: RequestForm, by: Person, key: str = "") -> str:
    """Takes a request into the inbox and returns its id; who sends the same `key` twice gets the first one's id.

    People of an organisation may ask for its own sites only (NotFound). The same key with other content is a
    Conflict.
    """
    allow(by, "scheduler", "organisation")
    raise_if_any(_mistakes(form))
    with store.write() as session:
        site = session.get(SiteRow, form.site_id)
        if site is None or (by.organisation_id and site.organisation_id != by.organisation_id):
            raise NotFound("site", form.site_id)
        if key:
            known = select(RequestRow).where(
                RequestRow.organisation_id == site.organisation_id, RequestRow.idempotency_key == key
            )
            row = session.scalar(known)
            if row is not None:
                if _form_of(row) != form:
                    raise Conflict(
                        "This was sent before with other content; send it as a new request.",
                        "相同编号的申请内容不同,请作为新申请提交。",
                    )
                return row.id
        row = _row(session, form, site.organisation_id, key, by)
        add(session, row, "request.receive", by, hide=("contact",))
        return row.id


def edit_request(store: Store, request_id: str, form: RequestForm, version: int | None, by: Person) -> None:
    """Changes a request that is not refused or withdrawn; plans made before keep what they were made with."""
    allow(by, "scheduler", "organisation")
    raise_if_any(_mistakes(form))
    with store.write() as session:
        row = _own(session, request_id, by)
        conflict_unless(row, "status", "received", *(["accepted"] if "scheduler" in by.roles else []))
        same_version(SimpleNamespace(**vars(_form_of(row)), version=row.version), version, vars(form))
        site = must(session, SiteRow, form.site_id, "site")
        if site.organisation_id != row.organisation_id:
            raise NotFound("site", form.site_id)
        values = {name: value for name, value in vars(form).items() if name != "groups"}
        old = request_of(row).groups
        changed = edit(session, row, values, "request.edit", by)
        if old != form.groups:
            set_groups(session, row, form.groups)
            before, after = {"groups": plain(old)}, {"groups": plain(form.groups)}
            append(session, Change("request.groups", f"request {row.id}", before, after), by)
        elif not changed:
            return


def set_contact(store: Store, request_id: str, contact: str, by: Person) -> None:
    """Says whom the team calls, also where a date is booked: it changes no plan. BadInput for none or a long one."""
    allow(by, "scheduler", "organisation")
    named = contact.strip()
    if not named:
        raise bad("contact", "is needed: an office and its telephone", "必填:部门及电话")
    named = no_longer("contact", named, LONGEST_CONTACT)
    with store.write() as session:
        row = _own(session, request_id, by)
        conflict_unless(row, "status", "received", "accepted")
        if row.contact != named:
            row.contact = named
            session.flush()
            append(session, Change("request.contact", f"request {row.id}", {}, {}), by)  # as hidden as when received


def accept_request(store: Store, request_id: str, version: int | None, by: Person) -> None:
    """Takes a request into planning."""
    allow(by, "scheduler")
    _answer(store, request_id, "accepted", ("received", "refused"), version, by, "")


def refuse_request(store: Store, request_id: str, why: str, version: int | None, by: Person) -> None:
    """Refuses a request, with a reason the organisation reads; not one that a plan in force visits."""
    allow(by, "scheduler")
    _answer(store, request_id, "refused", ("received", "accepted"), version, by, reason_given(why))


def withdraw_request(store: Store, request_id: str, why: str, version: int | None, by: Person) -> None:
    """Takes a request back, for its organisation or by it; not one that a plan in force visits."""
    allow(by, "scheduler", "organisation")
    _answer(store, request_id, "withdrawn", ("received", "accepted"), version, by, why.strip())


def ask_special(store: Store, request_id: str, reason: str, by: Person) -> int:
    """Asks a supervisor for an exception to eligibility, with its reason."""
    allow(by, "scheduler")
    why = reason_given(reason)
    with store.write() as session:
        must(session, RequestRow, request_id, "request")
        position = session.scalar(select(func.coalesce(func.max(SpecialVisitRow.position), -1))) or 0
        row = SpecialVisitRow(
            position=position + 1, request_id=request_id, reason=why, status="asked", asked_by=by.id, asked_at=by.at
        )
        add(session, row, "special.ask", by)
        return row.id


def decide_special(
    store: Store, special_id: int, *, approve: bool, answer: str, version: int | None, by: Person
) -> None:
    """Approves or refuses a special visit; not one's own. A refusal says why."""
    allow(by, "supervisor")
    told = answer.strip() if approve else reason_given(answer)
    with store.write() as session:
        row = must(session, SpecialVisitRow, special_id, "special visit")
        same_version(row, version)
        conflict_unless(row, "status", "asked")
        if row.asked_by is not None and row.asked_by == by.id:
            raise Conflict(
                "Who asked cannot decide; another supervisor has to.", "申请人不能自行审批,须由其他主管办理。"
            )
        values = {
            "status": "approved" if approve else "refused",
            "decided_by": by.id,
            "approved_by": by.name if approve else "",
            "approved_on": by.today if approve else None,
            "answer": told,
        }
        edit(session, row, values, "special.approve" if approve else "special.refuse", by, told)


def release_promise(store: Store, promise_id: int, why: str, by: Person) -> None:
    """Takes a promise back, after the organisation was told; the next plan may place the visit anew."""
    allow(by, "scheduler")
    with store.write() as session:
        row = must(session, PromiseRow, promise_id, "promise")
        remove(session, row, "promise.release", by, reason_given(why))


def give_promise(
    store: Store, request_id: str, session_number: int, day: date, start: int, team_id: str | None, by: Person
) -> int:
    """Confirms a date and hour to an organisation by hand; Conflict where that session is promised already."""
    allow(by, "scheduler")
    mistakes = []
    if day < by.today:
        mistakes.append(Mistake("date", "has passed", "日期已过", day.isoformat()))
    if session_number < 1:
        mistakes.append(Mistake("session", "counts from 1", "从1开始", str(session_number)))
    if not 0 <= start < 24 * 3600:
        mistakes.append(Mistake("start", "is no clock time", "不是有效时刻"))
    raise_if_any(mistakes)
    with store.write() as session:
        request = must(session, RequestRow, request_id, "request")
        conflict_unless(request, "status", "accepted")
        if team_id is not None:
            must(session, TeamRow, team_id, "team")
        held = select(PromiseRow).where(PromiseRow.request_id == request_id, PromiseRow.session == session_number)
        if session.scalar(held) is not None:
            raise Conflict(
                "This session is promised already; take that promise back first.", "该次上门已有承诺,请先撤回。"
            )
        position = session.scalar(select(func.coalesce(func.max(PromiseRow.position), -1))) or 0
        row = PromiseRow(
            position=position + 1,
            request_id=request_id,
            session=session_number,
            date=day,
            start=start,
            team_id=team_id,
        )
        add(session, row, "promise.give", by)
        return row.id


def _answer(
    store: Store, request_id: str, status: str, before: tuple[str, ...], version: int | None, by: Person, why: str
) -> None:
    with store.write() as session:
        row = _own(session, request_id, by)
        same_version(row, version, {"status": status})
        conflict_unless(row, "status", *before)
        if status != "accepted":
            _not_in_force(session, request_id)
            for promise in session.scalars(select(PromiseRow).where(PromiseRow.request_id == request_id)):
                remove(session, promise, "promise.release", by, why)
        edit(session, row, {"status": status, "answer": why}, f"request.{status}", by, why)
        if status in ("accepted", "refused"):
            facts = {**site_facts(session, row.site_id), "request": plain_text(row.id), "reason": plain_text(why)}
            key = f"request.{status} {row.id} {row.version}"
            tell(session, f"request.{status}", facts, key, by, organisation_id=row.organisation_id)


def _not_in_force(session: Session, request_id: str) -> None:
    visited = select(PlanVisitRow.plan_id).where(PlanVisitRow.request_id == request_id, PlanVisitRow.in_force)
    plan = session.scalar(visited.where(PlanVisitRow.work != "return"))
    if plan is not None:
        raise Conflict(
            f"Plan {plan}, which is in force, visits this request. Publish a plan without it first.",
            f"生效中的计划 {plan} 已安排该申请。请先发布不含该申请的计划。",
        )


def _own(session: Session, request_id: str, by: Person) -> RequestRow:
    """The request; NotFound for people of another organisation, who need not know that it exists."""
    row = must(session, RequestRow, request_id, "request")
    if by.organisation_id is not None and row.organisation_id != by.organisation_id:
        raise NotFound("request", request_id)
    return row


def _row(session: Session, form: RequestForm, organisation_id: str, key: str, by: Person) -> RequestRow:
    position = session.scalar(select(func.coalesce(func.max(RequestRow.position), -1))) or 0
    values = {name: value for name, value in vars(form).items() if name != "groups"}
    return RequestRow(
        **values,
        id=f"Q{by.today:%y%m%d}-{secrets.token_hex(3)}",
        position=position + 1,
        organisation_id=organisation_id,
        received=by.today,
        status="received",
        idempotency_key=key or None,
        groups=group_rows(form.groups),
    )


def _form_of(row: RequestRow) -> RequestForm:
    request: Request = request_of(row)
    return RequestForm(
        request.site_id,
        request.service,
        request.groups,
        request.host_dates,
        request.host_hours,
        request.fast_track,
        request.interpreters,
        request.contact,
    )


def _mistakes(form: RequestForm) -> list[Mistake]:
    mistakes = []
    if not form.groups:
        mistakes.append(Mistake("groups", "needs one group of people at least", "至少填写一组申请人"))
    for number, group in enumerate(form.groups, 1):
        if group.count > 10_000 or (group.ready is not None and not 0 <= group.ready <= group.count):
            mistakes.append(
                Mistake(
                    f"groups, {number}",
                    "needs 1 to 10000 people, of whom no more are ready than there are",
                    "人数应为1至10000,材料齐全人数不得超过总人数",
                )
            )
    if len(form.contact) > LONGEST_CONTACT:
        mistakes.append(
            Mistake("contact", f"is longer than {LONGEST_CONTACT} characters", f"超过{LONGEST_CONTACT}个字符")
        )
    return mistakes
