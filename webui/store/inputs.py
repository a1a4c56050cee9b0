"""The planner's inputs out of the database, and into it: what is imported is what is planned."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from planner.errors import Mistake
from planner.model import (
    Group,
    Inputs,
    Promise,
    Request,
    SpecialVisit,
    Team,
)
from webui.refusals import raise_if_any
from webui.store.days import MarkRow, States, missed, states_on
from webui.store.organisations import OrganisationRow, SiteRow
from webui.store.person import Person
from webui.store.plans import OutingRow, PlanVisitRow
from webui.store.requests import BagRow, PromiseRow, RequestRow, SpecialVisitRow
from webui.store.rules import NoteRow
from webui.store.teams import BaseRow, KitRow, ShiftRow, TeamRow
from webui.store.users import UserRow
from webui.store.values import (
    bag_of,
    base_of,
    group_rows,
    organisation_of,
    placed,
    request_of,
    set_groups,
    shift_columns,
    shift_of,
    site_of,
    special_of,
)

Mode = Literal["merge", "replace"]
Key = tuple[Any, ...]


@dataclass
class Loaded:
    """What an import did to each table: the keys of added, changed and removed rows."""

    added: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    removed: dict[str, list[str]] = field(default_factory=dict)

    def note(self, what: dict[str, list[str]], table: str, key: Key) -> None:
        """Remembers one row."""
        what.setdefault(table, []).append(" ".join(map(str, key)))


# ------------------------------------------------------------------------------------------- out of the database


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


# ------------------------------------------------------------------------------------------- into the database


def load_inputs(session: Session, inputs: Inputs, by: Person, mode: Mode = "merge") -> Loaded:
    """Writes inputs into the tables: new rows added, known ones brought up to date.

    "replace" also removes what the inputs do not have, except requests nobody has answered yet, passports
    that a plan collects, and what these refer to. BadInput where two promises are for one session.
    """
    _one_promise_a_session(inputs)
    loaded = Loaded()
    _notes(session, inputs)
    for table, key, records in _tables(session, inputs, by):
        _upsert(session, table, key, records, loaded)
        session.flush()
    _load_requests(session, inputs, by, loaded)
    _load_kits(session, inputs, loaded)
    session.flush()
    for table, key, records in _dependent(session, inputs, by):
        _upsert(session, table, key, records, loaded)
        session.flush()
    if mode == "replace":
        _remove(session, inputs, loaded)
    return loaded


def _one_promise_a_session(inputs: Inputs) -> None:
    seen: set[Key] = set()
    mistakes = []
    for promise in inputs.promises:
        key = (promise.request_id, promise.session)
        if key in seen:
            mistakes.append(
                Mistake(
                    f"promises, {promise.request_id}",
                    f"session {promise.session} is promised twice; keep one",
                    f"第{promise.session}次被承诺两次,请保留一条",
                )
            )
        seen.add(key)
    raise_if_any(mistakes)


Records = Iterable[tuple[Key, dict[str, Any]]]


def _tables(session: Session, inputs: Inputs, by: Person) -> Iterable[tuple[Any, tuple[str, ...], Records]]:
    named = ("id", "name_zh", "name_en", "district")
    yield (
        OrganisationRow,
        ("id",),
        [((o.id,), {**vars(o)}) for o in inputs.organisations],
    )
    yield (
        SiteRow,
        ("id",),
        [
            (
                (s.id,),
                {
                    **{name: getattr(s, name) for name in named},
                    **placed(s.place),
                    "organisation_id": s.organisation_id,
                    "address": s.address,
                    "hours": s.hours,
                    "access_seconds": s.access_seconds,
                },
            )
            for s in inputs.sites
        ],
    )
    yield (
        BaseRow,
        ("id",),
        [((b.id,), {**{name: getattr(b, name) for name in named}, **placed(b.place)}) for b in inputs.bases],
    )
    yield (
        TeamRow,
        ("id",),
        [((t.id,), {name: value for name, value in vars(t).items() if name != "kits"}) for t in inputs.teams],
    )
    yield (
        ShiftRow,
        ("team_id", "date"),
        [((s.team_id, s.date), shift_columns(s)) for s in inputs.shifts],
    )


def _dependent(session: Session, inputs: Inputs, by: Person) -> Iterable[tuple[Any, tuple[str, ...], Records]]:
    yield PromiseRow, ("request_id", "session"), [((p.request_id, p.session), {**vars(p)}) for p in inputs.promises]
    yield BagRow, ("id",), [((b.id,), {**vars(b)}) for b in inputs.bags]
    yield (
        SpecialVisitRow,
        ("request_id", "reason"),
        [((s.request_id, s.reason), {**vars(s), "status": "approved"}) for s in inputs.special_visits],
    )


def _upsert(session: Session, table: Any, key: tuple[str, ...], records: Records, loaded: Loaded) -> None:
    known = {tuple(getattr(row, name) for name in key): row for row in session.scalars(select(table))}
    after = max((row.position for row in known.values()), default=-1)
    for number, (mark, values) in enumerate(records, 1):
        row = known.get(mark)
        if row is None:
            session.add(table(**values, position=after + number))
            loaded.note(loaded.added, table.__tablename__, mark)
        elif _set(row, values):
            loaded.note(loaded.changed, table.__tablename__, mark)


def _set(row: Any, values: Mapping[str, Any]) -> bool:
    """Writes the values that differ; whether there were any."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _load_requests(session: Session, inputs: Inputs, by: Person, loaded: Loaded) -> None:
    owners = {site.id: site.organisation_id for site in session.scalars(select(SiteRow))}
    known = {row.id: row for row in session.scalars(select(RequestRow))}
    after = max((row.position for row in known.values()), default=-1)
    for number, request in enumerate(inputs.requests, 1):
        values = {name: value for name, value in vars(request).items() if name != "groups"}
        values["organisation_id"] = owners[request.site_id]
        row = known.get(request.id)
        if row is None:
            session.add(
                RequestRow(**values, position=after + number, status="accepted", groups=group_rows(request.groups))
            )
            loaded.note(loaded.added, "request", (request.id,))
            continue
        changed = _set(row, values)
        if request_of(row).groups != request.groups:
            set_groups(session, row, request.groups)
            changed = True
        if changed:
            loaded.note(loaded.changed, "request", (request.id,))
    session.flush()


def _load_kits(session: Session, inputs: Inputs, loaded: Loaded) -> None:
    """Gives each team kits of the kinds it names, unless it has them; takes away those it names no more."""
    rows = list(session.scalars(select(KitRow).order_by(KitRow.position)))
    position = max((row.position for row in rows), default=-1)
    for team in inputs.teams:
        mine = [row for row in rows if row.team_id == team.id]
        if [row.kind for row in mine if row.works] == list(team.kits):
            continue
        for row in mine:
            if row.works:
                session.delete(row)
        session.flush()
        for number, kind in enumerate(team.kits, 1):
            position += 1
            session.add(KitRow(id=f"{team.id}-{number}-{kind}", position=position, kind=kind, team_id=team.id))
        loaded.note(loaded.changed, "kit", (team.id,))


def _notes(session: Session, inputs: Inputs) -> None:
    session.execute(delete(NoteRow))
    session.add_all(NoteRow(position=number, text=text) for number, text in enumerate(inputs.notes))


def _remove(session: Session, inputs: Inputs, loaded: Loaded) -> None:
    """Removes what the inputs do not have, children before parents."""

    def drop(table: Any, keep: Callable[[Any], bool], mark: Callable[[Any], Key]) -> None:
        for row in list(session.scalars(select(table))):
            if not keep(row):
                session.delete(row)
                loaded.note(loaded.removed, table.__tablename__, mark(row))
        session.flush()

    def by_id(row: Any) -> Key:
        return (row.id,)

    requests = {request.id for request in inputs.requests}
    open_requests = set(session.scalars(select(RequestRow.id).where(RequestRow.status != "accepted")))
    promised = {(promise.request_id, promise.session) for promise in inputs.promises}
    special = {(one.request_id, one.reason) for one in inputs.special_visits}
    bags = {bag.id for bag in inputs.bags}
    drop(
        PromiseRow,
        lambda row: (
            (row.request_id, row.session) in promised or (row.plan_id is not None and row.request_id in requests)
        ),
        lambda row: (row.request_id, row.session),
    )
    drop(
        SpecialVisitRow,
        lambda row: (
            (row.request_id, row.reason) in special
            or (row.status == "asked" and row.request_id in requests | open_requests)
        ),
        by_id,
    )
    drop(BagRow, lambda row: row.id in bags or row.plan_id is not None or row.returned_on is not None, by_id)
    drop(RequestRow, lambda row: row.id in requests | open_requests, by_id)
    shifts = {(shift.team_id, shift.date) for shift in inputs.shifts}
    drop(ShiftRow, lambda row: (row.team_id, row.date) in shifts, lambda row: (row.team_id, row.date))
    _remove_places(session, inputs, drop)


def _remove_places(session: Session, inputs: Inputs, drop: Callable[..., None]) -> None:
    def by_id(row: Any) -> Key:
        return (row.id,)

    out = set(session.scalars(select(OutingRow.team_id))) | set(session.scalars(select(PromiseRow.team_id)))
    out |= set(session.scalars(select(MarkRow.team_id)))
    teams = {team.id for team in inputs.teams} | out | set(session.scalars(select(ShiftRow.team_id)))
    drop(KitRow, lambda row: row.team_id is None or row.team_id in teams, by_id)
    drop(TeamRow, lambda row: row.id in teams, by_id)
    bases = {base.id for base in inputs.bases} | set(session.scalars(select(TeamRow.base_id)))
    drop(BaseRow, lambda row: row.id in bases, by_id)
    used = set(session.scalars(select(RequestRow.site_id))) | set(session.scalars(select(BagRow.site_id)))
    sites = {site.id for site in inputs.sites} | used
    drop(SiteRow, lambda row: row.id in sites, by_id)
    owners = set(session.scalars(select(SiteRow.organisation_id))) | set(
        session.scalars(select(UserRow.organisation_id))
    )
    kept = {organisation.id for organisation in inputs.organisations} | owners
    drop(OrganisationRow, lambda row: row.id in kept, by_id)
