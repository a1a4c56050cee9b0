"""The planner's inputs into the database: what is imported is what is planned."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from planner.errors import Mistake
from planner.model import Inputs
from webui.refusals import raise_if_any
from webui.store.days import MarkRow
from webui.store.organisations import OrganisationRow, SiteRow
from webui.store.plans import OutingRow
from webui.store.requests import BagRow, PromiseRow, RequestRow, SpecialVisitRow
from webui.store.rules import NoteRow
from webui.store.teams import BaseRow, KitRow, ShiftRow, TeamRow
from webui.store.users import UserRow
from webui.store.values import group_rows, placed, request_of, set_groups, shift_columns

Mode = Literal["merge", "replace"]
Key = tuple[Any, ...]
Records = Iterable[tuple[Key, dict[str, Any]]]


@dataclass
class Loaded:
    """What an import did to each table: the keys of added, changed and removed rows."""

    added: dict[str, list[str]] = field(default_factory=dict)
    changed: dict[str, list[str]] = field(default_factory=dict)
    removed: dict[str, list[str]] = field(default_factory=dict)

    def note(self, what: dict[str, list[str]], table: str, key: Key) -> None:
        """Remembers one row."""
        what.setdefault(table, []).append(" ".join(map(str, key)))


def load_inputs(session: Session, inputs: Inputs, mode: Mode = "merge") -> Loaded:
    """Writes inputs into the tables: new rows added, known ones brought up to date.

    "replace" also removes what the inputs do not have, except requests nobody has answered yet, passports
    that a plan collects, and what these refer to. BadInput where two promises are for one session.
    """
    _one_promise_a_session(inputs)
    loaded = Loaded()
    _notes(session, inputs)
    for table, key, records in _tables(inputs):
        _upsert(session, table, key, records, loaded)
        session.flush()
    _load_requests(session, inputs, loaded)
    _load_kits(session, inputs, loaded)
    session.flush()
    for table, key, records in _dependent(inputs):
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


def _tables(inputs: Inputs) -> Iterable[tuple[Any, tuple[str, ...], Records]]:
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


def _dependent(inputs: Inputs) -> Iterable[tuple[Any, tuple[str, ...], Records]]:
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


def _load_requests(session: Session, inputs: Inputs, loaded: Loaded) -> None:
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
