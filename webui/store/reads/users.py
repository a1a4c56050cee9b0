"""Users as the administrator sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webui.refusals import NotFound
from webui.store.organisations import OrganisationRow
from webui.store.reads.history import Entry, history
from webui.store.users import SessionRow, UserRow


@dataclass(frozen=True)
class Line:
    """A user, the organisation they act for, how many sessions are open and when the last one was used."""

    row: UserRow
    organisation: OrganisationRow | None
    sessions: int
    seen_at: datetime | None


@dataclass(frozen=True)
class Shown:
    """The page of one user."""

    row: UserRow
    organisation: OrganisationRow | None
    sessions: Sequence[SessionRow]
    history: tuple[Entry, ...]


def users(session: Session) -> tuple[Line, ...]:
    """Everybody, those who may sign in first."""
    seen = {
        user: (count, last)
        for user, count, last in session.execute(
            select(SessionRow.user_id, func.count(), func.max(SessionRow.seen_at)).group_by(SessionRow.user_id)
        )
    }
    rows = session.scalars(select(UserRow).order_by(UserRow.active.desc(), UserRow.login)).all()
    return tuple(Line(row, _organisation(session, row), *seen.get(row.id, (0, None))) for row in rows)


def user(session: Session, number: int) -> Shown:
    """One user; NotFound where there is none."""
    row = session.get(UserRow, number)
    if row is None:
        raise NotFound("user", str(number))
    held = select(SessionRow).where(SessionRow.user_id == number).order_by(SessionRow.seen_at.desc())
    return Shown(row, _organisation(session, row), session.scalars(held).all(), history(session, [f"user {number}"]))


def _organisation(session: Session, row: UserRow) -> OrganisationRow | None:
    return session.get(OrganisationRow, row.organisation_id) if row.organisation_id else None
