"""The planner's inputs out of the database: what is accepted and still to be done."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.model import Group, Inputs, Promise, Request, SpecialVisit, Team
from webui.store.days import States, missed, states_on
from webui.store.organisations import OrganisationRow, SiteRow
from webui.store.plans import PlanVisitRow
from webui.store.requests import BagRow, PromiseRow, RequestRow, SpecialVisitRow
from webui.store.rules import NoteRow
from webui.store.teams import BaseRow, KitRow, ShiftRow, TeamRow
from webui.store.values import bag_of, base_of, organisation_of, request_of, shift_of, site_of, special_of

Key = tuple[Any, ...]


def inputs_of(session: Session, horizon: tuple[date, date] | None = None) -> Inputs:
    """Everything the planner reads: accepted requests, approved special visits, shifts without an absence.

    With a horizon, what plans in force do on dates outside it is not asked for again: people they visit
    are taken off their requests, passports they bring back are left out. People who were not served after
    all, as officers noted on the day, are asked for again.
    """
    done = _done(session, horizon) if horizon else ()
    states = states_on(session, date.min, date.max) if done else {}
    requests = [
        remaining
        for row in session.scalars(
            select(RequestRow).where(RequestRow.status == "accepted").order_by(*_order(RequestRow))
        )
        if (remaining := _without(request_of(row), [visit for visit in done if visit.request_id == row.id], states))
    ]
    known = {request.id for request in requests}
    returned = {visit.bag_id for visit in done if visit.bag_id and not _failed(visit, states)}
    bags = session.scalars(select(BagRow).where(BagRow.returned_on.is_(None)).order_by(*_order(BagRow)))
    return Inputs(
        organisations=tuple(
            map(organisation_of, session.scalars(select(OrganisationRow).order_by(*_order(OrganisationRow))))
        ),
        sites=tuple(map(site_of, session.scalars(select(SiteRow).order_by(*_order(SiteRow))))),
        bases=tuple(map(base_of, session.scalars(select(BaseRow).order_by(*_order(BaseRow))))),
        teams=_teams(session),
        shifts=tuple(
            map(shift_of, session.scalars(select(ShiftRow).where(ShiftRow.absence == "").order_by(ShiftRow.position)))
        ),
        requests=tuple(requests),
        promises=_promises(session, known, done, horizon),
        bags=tuple(bag_of(row) for row in bags if row.id not in returned and not _collected_inside(row, horizon)),
        special_visits=tuple(special_of(row) for row in _specials(session) if row.request_id in known),
        notes=tuple(session.scalars(select(NoteRow.text).order_by(NoteRow.position))),
    )


def _order(table: Any) -> tuple[Any, ...]:
    return (table.position, table.id)


def _done(session: Session, horizon: tuple[date, date]) -> tuple[PlanVisitRow, ...]:
    """Visits in force outside the horizon."""
    rows = session.scalars(select(PlanVisitRow).where(PlanVisitRow.in_force))
    return tuple(row for row in rows if row.date and not horizon[0] <= row.date <= horizon[1])


def _collected_inside(row: BagRow, horizon: tuple[date, date] | None) -> bool:
    """Whether the passports are collected by a visit that is planned again: then the new plan brings them back."""
    return (
        horizon is not None and row.plan_id is not None and horizon[0] <= (row.collected_on or date.max) <= horizon[1]
    )


def _failed(visit: PlanVisitRow, states: States) -> bool:
    state = states.get((visit.date, visit.visit_id)) if visit.date else None
    return state is not None and state.progress == "problem"


def _without(request: Request, done: Iterable[PlanVisitRow], states: States) -> Request | None:
    """The request without the people visited already; None where nobody is left."""
    served: dict[Key, int] = {}
    for visit in done:
        if visit.work != "return" and visit.date:
            out = missed([group.count for group in visit.groups], states.get((visit.date, visit.visit_id)))
            for group, lost in zip(visit.groups, out, strict=True):
                served[_mark(group)] = served.get(_mark(group), 0) + group.count - lost
    if not served:
        return request
    groups = []
    for group in request.groups:
        taken = min(group.count, served.get(_mark(group), 0))
        served[_mark(group)] = served.get(_mark(group), 0) - taken
        left = group.count - taken
        if left:
            ready = None if group.ready is None else max(0, min(left, group.ready - taken))
            groups.append(replace(group, count=left, ready=ready))
    return replace(request, groups=tuple(groups)) if groups else None


def _mark(group: Group) -> Key:
    return (group.kind, group.task, group.language, group.event_date, group.also_languages)


def _promises(
    session: Session, known: set[str], done: Iterable[PlanVisitRow], horizon: tuple[date, date] | None
) -> tuple[Promise, ...]:
    """The promises of these requests. Where sessions are done outside the horizon, those left count from 1 again."""
    rows = session.scalars(select(PromiseRow).order_by(PromiseRow.position, PromiseRow.id))
    mine = [row for row in rows if row.request_id in known]
    kept = [row for row in mine if horizon is None or not row.plan_id or horizon[0] <= row.date <= horizon[1]]
    renumbered = {visit.request_id for visit in done if visit.work != "return"}
    numbers = {
        (row.request_id, row.session): number
        for request in renumbered
        for number, row in enumerate(
            sorted((row for row in kept if row.request_id == request), key=lambda row: row.session), 1
        )
    }
    return tuple(
        Promise(
            row.request_id, numbers.get((row.request_id, row.session), row.session), row.date, row.start, row.team_id
        )
        for row in kept
    )


def _specials(session: Session) -> Iterable[SpecialVisitRow]:
    approved = select(SpecialVisitRow).where(SpecialVisitRow.status == "approved")
    return session.scalars(approved.order_by(SpecialVisitRow.position, SpecialVisitRow.id))


def _teams(session: Session) -> tuple[Team, ...]:
    kits: dict[str, list[str]] = {}
    for kit in session.scalars(select(KitRow).where(KitRow.works).order_by(KitRow.position, KitRow.id)):
        if kit.team_id is not None and kit.kind not in kits.setdefault(kit.team_id, []):
            kits[kit.team_id].append(kit.kind)
    return tuple(
        Team(
            row.id,
            row.name_zh,
            row.name_en,
            row.base_id,
            row.officers,
            row.desks,
            row.languages,
            row.kinds,
            tuple(kits.get(row.id, ())),
        )
        for row in session.scalars(select(TeamRow).order_by(*_order(TeamRow)))
    )


def approved_specials(session: Session) -> tuple[SpecialVisit, ...]:
    """Every exception that a supervisor approved."""
    return tuple(map(special_of, _specials(session)))
