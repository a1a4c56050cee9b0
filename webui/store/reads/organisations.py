"""Organisations with what they may have, their sites and their requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from planner.eligibility import Verdict, organisation_reasons
from planner.policy import Policy
from planner.reasons import Reason
from webui.refusals import NotFound
from webui.store.organisations import ContactRow, OrganisationRow, SiteRow
from webui.store.reads.history import Entry, history
from webui.store.reads.verdicts import verdicts
from webui.store.requests import RequestRow
from webui.store.values import organisation_of


@dataclass(frozen=True)
class Filter:
    """Which organisations to list: a part of id, name or district, a kind, only those (not) eligible."""

    text: str = ""
    kind: str = ""
    eligible: str = ""
    """"yes", "no" or "" for both."""


@dataclass(frozen=True)
class Listed:
    """A line of the list; `reasons` say why it may not be visited."""

    row: OrganisationRow
    sites: int
    requests: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Shown:
    """The page of one organisation."""

    row: OrganisationRow
    reasons: tuple[Reason, ...]
    sites: Sequence[SiteRow]
    contacts: Sequence[ContactRow]
    requests: Sequence[RequestRow]
    verdicts: Mapping[str, Verdict]
    history: tuple[Entry, ...]


def listed(session: Session, wanted: Filter, policy: Policy, today: date) -> tuple[Listed, ...]:
    """The organisations of the filter, in their order."""
    rows = select(OrganisationRow).order_by(OrganisationRow.position, OrganisationRow.id)
    if wanted.text:
        part = f"%{_escaped(wanted.text)}%"
        places = (OrganisationRow.id, OrganisationRow.name_zh, OrganisationRow.name_en, OrganisationRow.district)
        rows = rows.where(or_(*(place.ilike(part, escape="\\") for place in places)))
    if wanted.kind:
        rows = rows.where(OrganisationRow.kind == wanted.kind)
    sites = _counts(session, SiteRow.organisation_id)
    asked = _counts(session, RequestRow.organisation_id)
    found = (
        Listed(
            row, sites.get(row.id, 0), asked.get(row.id, 0), organisation_reasons(organisation_of(row), policy, today)
        )
        for row in session.scalars(rows)
    )
    return tuple(one for one in found if wanted.eligible in ("", "no" if one.reasons else "yes"))


def shown(session: Session, key: str, policy: Policy, today: date) -> Shown:
    """One organisation; NotFound where there is none."""
    row = named(session, key)
    sites = sites_of(session, key)
    contacts = session.scalars(
        select(ContactRow).where(ContactRow.organisation_id == key).order_by(ContactRow.id)
    ).all()
    requests = session.scalars(
        select(RequestRow).where(RequestRow.organisation_id == key).order_by(RequestRow.received.desc(), RequestRow.id)
    ).all()
    subjects = [f"organisation {key}", *(f"site {site.id}" for site in sites)]
    return Shown(
        row,
        organisation_reasons(organisation_of(row), policy, today),
        sites,
        contacts,
        requests,
        verdicts(session, requests, policy, today),
        history(session, subjects),
    )


def site(session: Session, key: str) -> tuple[SiteRow, OrganisationRow, tuple[Entry, ...]]:
    """One site with its organisation and history; NotFound where there is none."""
    row = session.get(SiteRow, key)
    if row is None:
        raise NotFound("site", key)
    return row, session.get_one(OrganisationRow, row.organisation_id), history(session, [f"site {key}"])


def named(session: Session, key: str) -> OrganisationRow:
    """One organisation; NotFound where there is none."""
    row = session.get(OrganisationRow, key)
    if row is None:
        raise NotFound("organisation", key)
    return row


def sites_of(session: Session, key: str) -> Sequence[SiteRow]:
    """The sites of an organisation in their order."""
    return session.scalars(select(SiteRow).where(SiteRow.organisation_id == key).order_by(SiteRow.position)).all()


def first_office(session: Session, key: str) -> str:
    """The office to call, as the contact of a request is written; "" where none is named."""
    row = session.scalar(select(ContactRow).where(ContactRow.organisation_id == key).order_by(ContactRow.id).limit(1))
    return ", ".join(part for part in (row.office, row.telephone) if part) if row else ""


def districts(session: Session) -> tuple[str, ...]:
    """Districts that are in use, for a list to choose from."""
    return tuple(session.scalars(select(OrganisationRow.district).distinct().order_by(OrganisationRow.district)))


def _counts(session: Session, column: object) -> dict[str, int]:
    return dict(session.execute(select(column, func.count()).group_by(column)).all())  # type: ignore[call-overload]


def _escaped(text: str) -> str:
    """The text as LIKE takes it literally."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def any_organisation(session: Session) -> bool:
    """Whether anything is loaded yet."""
    return session.scalar(select(OrganisationRow.id).limit(1)) is not None
