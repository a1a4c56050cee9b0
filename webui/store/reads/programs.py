"""Lists and single things as the API reads them: by id, a part at a time."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.refusals import NotFound
from webui.store.bookings import BookingRow, HoldRow
from webui.store.organisations import ContactRow, OrganisationRow, SiteRow
from webui.store.plans import PlanRow, PlanVisitRow
from webui.store.requests import PromiseRow, RequestRow, SpecialVisitRow
from webui.store.runs import RunRow
from webui.store.teams import ShiftRow, TeamRow
from webui.store.tokens import TokenRow
from webui.store.users import UserRow


def organisations(
    session: Session, after: str | None, limit: int
) -> tuple[Sequence[OrganisationRow], list[SiteRow], list[ContactRow]]:
    """Organisations after an id, with the sites and contacts of them all."""
    rows = select(OrganisationRow).order_by(OrganisationRow.id).limit(limit)
    found = session.scalars(rows.where(OrganisationRow.id > after) if after else rows).all()
    return found, *_of_organisations(session, [one.id for one in found])


def organisation(session: Session, key: str) -> tuple[OrganisationRow, list[SiteRow], list[ContactRow]]:
    """One organisation with its sites and contacts."""
    row = session.get(OrganisationRow, key, populate_existing=True)
    if row is None:
        raise NotFound("organisation", key)
    return row, *_of_organisations(session, [key])


def _of_organisations(session: Session, keys: list[str]) -> tuple[list[SiteRow], list[ContactRow]]:
    sites = select(SiteRow).where(SiteRow.organisation_id.in_(keys)).order_by(SiteRow.id)
    contacts = select(ContactRow).where(ContactRow.organisation_id.in_(keys)).order_by(ContactRow.id)
    return list(session.scalars(sites)), list(session.scalars(contacts))


def site(session: Session, key: str) -> SiteRow:
    """One site."""
    row = session.get(SiteRow, key, populate_existing=True)
    if row is None:
        raise NotFound("site", key)
    return row


def requests(session: Session, status: str | None, after: str | None, limit: int) -> Sequence[RequestRow]:
    """Requests after an id."""
    rows = select(RequestRow).order_by(RequestRow.id).limit(limit)
    rows = rows.where(RequestRow.status == status) if status else rows
    return session.scalars(rows.where(RequestRow.id > after) if after else rows).all()


def request(session: Session, key: str) -> RequestRow:
    """One request."""
    row = session.get(RequestRow, key, populate_existing=True)
    if row is None:
        raise NotFound("request", key)
    return row


def special(session: Session, number: int) -> SpecialVisitRow:
    """One exception to eligibility."""
    row = session.get(SpecialVisitRow, number, populate_existing=True)
    if row is None:
        raise NotFound("special visit", number)
    return row


def promises(session: Session, key: str) -> Sequence[PromiseRow]:
    """The promises of a request."""
    request(session, key)
    return session.scalars(select(PromiseRow).where(PromiseRow.request_id == key).order_by(PromiseRow.session)).all()


def booking(session: Session, key: str) -> tuple[RequestRow, BookingRow | None, HoldRow | None]:
    """A request with what is booked and held for it."""
    row = request(session, key)
    return row, session.get(BookingRow, key), session.get(HoldRow, key)


def teams(session: Session) -> Sequence[TeamRow]:
    """Every team."""
    return session.scalars(select(TeamRow).order_by(TeamRow.position, TeamRow.id)).all()


def shift(session: Session, team_id: str, day: date) -> ShiftRow:
    """The shift of a team on a date."""
    row = session.get(ShiftRow, (team_id, day), populate_existing=True)
    if row is None:
        raise NotFound("shift", f"{team_id} {day}")
    return row


def plans(session: Session) -> Sequence[PlanRow]:
    """Every plan, newest dates first."""
    return session.scalars(select(PlanRow).order_by(PlanRow.first_date.desc(), PlanRow.id.desc())).all()


def plan(session: Session, number: int) -> tuple[PlanRow, Sequence[PlanVisitRow]]:
    """One plan with its visits, by date and time."""
    row = session.get(PlanRow, number, populate_existing=True)
    if row is None:
        raise NotFound("plan", number)
    visits = select(PlanVisitRow).where(PlanVisitRow.plan_id == number)
    order = (PlanVisitRow.date.is_(None), PlanVisitRow.date, PlanVisitRow.team_id, PlanVisitRow.starts)
    return row, session.scalars(visits.order_by(*order, PlanVisitRow.visit_id)).all()


def run(session: Session, number: int) -> tuple[RunRow, int | None]:
    """One run, with the plan that came of it."""
    row = session.get(RunRow, number, populate_existing=True)
    if row is None:
        raise NotFound("run", number)
    return row, session.scalar(select(PlanRow.id).where(PlanRow.run_id == number))


def staff(session: Session) -> dict[int, str]:
    """Everybody of the staff who may sign in, by number."""
    rows = select(UserRow).where(UserRow.active, UserRow.organisation_id.is_(None)).order_by(UserRow.name, UserRow.id)
    return {row.id: row.name for row in session.scalars(rows)}


def tokens(session: Session) -> Sequence[TokenRow]:
    """Every token, newest first."""
    return session.scalars(select(TokenRow).order_by(TokenRow.id.desc())).all()
