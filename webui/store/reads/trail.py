"""The whole audit, page by page."""

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webui.store.audit import AuditDetailRow, AuditRow
from webui.store.reads.history import Entry, entry_of, names_of
from webui.store.users import UserRow

PAGE = 100


def trail(session: Session, text: str, before: int | None) -> tuple[Entry, ...]:
    """The newest entries below number `before`; `text` is a part of their subject, action or actor's name."""
    rows = select(AuditRow, AuditDetailRow).outerjoin(AuditDetailRow, AuditDetailRow.number == AuditRow.number)
    if before is not None:
        rows = rows.where(AuditRow.number < before)
    if text:
        people = [
            f"user {key}"
            for key in session.scalars(select(UserRow.id).where(UserRow.name.icontains(text, autoescape=True)))
        ]
        parts = (AuditRow.subject.icontains(text, autoescape=True), AuditRow.action.icontains(text, autoescape=True))
        rows = rows.where(or_(*parts, AuditRow.actor.in_(people)))
    names = names_of(session)
    found = session.execute(rows.order_by(AuditRow.number.desc()).limit(PAGE)).all()
    return tuple(entry_of(row, detail, names) for row, detail in found)


def length(session: Session) -> int:
    """How many entries there are."""
    return session.scalar(select(func.count()).select_from(AuditRow)) or 0
