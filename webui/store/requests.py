"""What organisations ask for, what they were promised, and the passports on their way back."""

from datetime import date as Day
from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from planner.model import Hours
from webui.store.base import As, Base, Edited, Moment

RequestStatus = Literal["received", "accepted", "refused", "withdrawn"]
SpecialStatus = Literal["asked", "approved", "refused"]


class RequestRow(Edited, Base):
    """What an organisation asks for 预约申请."""

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint("status IN ('received', 'accepted', 'refused', 'withdrawn')", name="status"),
        UniqueConstraint("organisation_id", "idempotency_key"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    service: Mapped[str] = mapped_column(Text)
    received: Mapped[Day]
    host_dates: Mapped[tuple[Day, ...]] = mapped_column(As(tuple[Day, ...]))
    host_hours: Mapped[tuple[Hours, ...]] = mapped_column(As(tuple[Hours, ...]))
    fast_track: Mapped[bool]
    interpreters: Mapped[tuple[str, ...]] = mapped_column(As(tuple[str, ...]))
    contact: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, index=True)
    answer: Mapped[str] = mapped_column(Text, default="")
    """Why it was refused, for the organisation to read."""
    idempotency_key: Mapped[str | None] = mapped_column(Text)
    """The organisation's own mark of this sending; the same mark twice is the same request."""
    groups: Mapped[list["GroupRow"]] = relationship(
        order_by="GroupRow.number", cascade="all, delete-orphan", lazy="selectin"
    )


class GroupRow(Base):
    """Applicants of one request who share kind, task, language and date: a count, nobody in person."""

    __tablename__ = "request_group"
    __table_args__ = (CheckConstraint("people >= 1 AND (ready IS NULL OR ready <= people)", name="people"),)

    request_id: Mapped[str] = mapped_column(ForeignKey("request.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    task: Mapped[str] = mapped_column(Text)
    people: Mapped[int]
    language: Mapped[str] = mapped_column(Text)
    event_date: Mapped[Day]
    also_languages: Mapped[tuple[str, ...]] = mapped_column(As(tuple[str, ...]))
    ready: Mapped[int | None]


class PromiseRow(Edited, Base):
    """A date and hour confirmed to an organisation 承诺; one for each session."""

    __tablename__ = "promise"
    __table_args__ = (UniqueConstraint("request_id", "session"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"))
    session: Mapped[int]
    date: Mapped[Day]
    start: Mapped[int]
    team_id: Mapped[str | None] = mapped_column(ForeignKey("team.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), index=True)
    """The published plan that made it; None for one that was imported or given by hand."""


class SpecialVisitRow(Edited, Base):
    """An exception to eligibility 专人服务: asked for by one person, approved by another."""

    __tablename__ = "special_visit"
    __table_args__ = (CheckConstraint("status IN ('asked', 'approved', 'refused')", name="status"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int]
    request_id: Mapped[str] = mapped_column(ForeignKey("request.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_by: Mapped[str] = mapped_column(Text, default="")
    """The post of who approved it, as the plan shows it."""
    approved_on: Mapped[Day | None]
    answer: Mapped[str] = mapped_column(Text, default="")


class BagRow(Edited, Base):
    """Passports collected earlier that wait to be brought back 送证."""

    __tablename__ = "passport_bag"
    __table_args__ = (CheckConstraint("passports >= 1", name="passports"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    request_id: Mapped[str] = mapped_column(Text)
    """The request they belong to; it may be older than this database."""
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    passports: Mapped[int]
    issued_on: Mapped[Day]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id"), index=True)
    """The published plan whose visit collects them; None for an imported bag."""
    visit_id: Mapped[str | None] = mapped_column(Text)
    """That visit."""
    collected_on: Mapped[Day | None]
    """The date of that visit."""
    returned_on: Mapped[Day | None]
