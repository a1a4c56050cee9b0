"""What was sent and what waits, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webui.refusals import NotFound
from webui.store.organisations import OrganisationRow
from webui.store.outbox import AddressRow, AttemptRow, DeliveryRow, HookRow, NoticeRow

SHOWN = 100


@dataclass(frozen=True)
class Post:
    """The page of notices: the last ones, who gets them, and which organisations nobody can write to."""

    notices: Sequence[NoticeRow]
    stuck: int
    """Notices that a person has to decide about."""
    addresses: Sequence[AddressRow]
    organisations: dict[str, OrganisationRow]
    without: Sequence[OrganisationRow]


def post(session: Session) -> Post:
    """The last notices and all addresses."""
    addresses = session.scalars(
        select(AddressRow).order_by(AddressRow.audience, AddressRow.organisation_id, AddressRow.id)
    )
    known = list(addresses)
    owners = session.scalars(select(OrganisationRow).order_by(OrganisationRow.position, OrganisationRow.id)).all()
    written = {one.organisation_id for one in known}
    return Post(
        session.scalars(select(NoticeRow).order_by(NoticeRow.id.desc()).limit(SHOWN)).all(),
        stuck(session),
        known,
        {one.id: one for one in owners},
        [one for one in owners if one.id not in written],
    )


def notice(session: Session, number: int) -> NoticeRow:
    """One notice; NotFound where there is none."""
    row = session.get(NoticeRow, number)
    if row is None:
        raise NotFound("notice", number)
    return row


def stuck(session: Session) -> int:
    """Notices that are unsure or failed."""
    found = select(func.count()).select_from(NoticeRow).where(NoticeRow.status.in_(("unsure", "failed")))
    return session.scalar(found) or 0


def hooks(session: Session) -> tuple[Sequence[HookRow], Sequence[DeliveryRow], dict[int, list[AttemptRow]]]:
    """All webhooks, the log of their last deliveries, and the tries of each by its id, the last first."""
    last = deliveries(session, None, SHOWN)
    return session.scalars(select(HookRow).order_by(HookRow.id)).all(), last, attempts(session, last)


def deliveries(session: Session, before: int | None, limit: int) -> Sequence[DeliveryRow]:
    """Deliveries, the last first; those older than the one with an id, if one is given."""
    rows = select(DeliveryRow).order_by(DeliveryRow.id.desc()).limit(limit)
    return session.scalars(rows.where(DeliveryRow.id < before) if before else rows).all()


def delivery(session: Session, number: int) -> DeliveryRow:
    """One delivery; NotFound where there is none."""
    row = session.get(DeliveryRow, number)
    if row is None:
        raise NotFound("delivery", number)
    return row


def attempts(session: Session, of: Sequence[DeliveryRow]) -> dict[int, list[AttemptRow]]:
    """The tries of these deliveries by their ids, the last first."""
    found: dict[int, list[AttemptRow]] = {one.id: [] for one in of}
    rows = select(AttemptRow).where(AttemptRow.delivery_id.in_(found)).order_by(AttemptRow.id.desc())
    for row in session.scalars(rows):
        found[row.delivery_id].append(row)
    return found
