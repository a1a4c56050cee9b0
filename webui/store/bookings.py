"""What organisations do themselves: invitations of their offices, slots held and booked, secret calendar addresses."""

from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from webui.store.base import As, Base, Edited, Moment

BookingStatus = Literal["confirmed", "cancelled"]


@dataclass(frozen=True)
class ToldSlot:
    """One session as its organisation was told of it; seconds since midnight."""

    session: int
    date: Day
    start: int
    end: int
    people: int


class InvitationRow(Edited, Base):
    """Lets an office of an organisation make its sign-in. The link holds the token, this table only its hash."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    office: Mapped[str] = mapped_column(Text)
    """The office invited, never a private person."""
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who signed in with it."""


class HoldRow(Base):
    """The slots kept for a request until its organisation confirms; worth nothing after `expires_at`."""

    __tablename__ = "booking_hold"

    request_id: Mapped[str] = mapped_column(ForeignKey("request.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    slots: Mapped[tuple[ToldSlot, ...]] = mapped_column(As(tuple[ToldSlot, ...]))
    made_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment, index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    @property
    def name(self) -> str:
        """The dates and hours held, for telling whether they are those that somebody read."""
        return " ".join(f"{slot.date.isoformat()}/{slot.start}" for slot in self.slots)


class BookingRow(Edited, Base):
    """A request whose date and hour its organisation chose and confirmed itself; one that was cancelled stays."""

    __tablename__ = "booking"
    __table_args__ = (CheckConstraint("status IN ('confirmed', 'cancelled')", name="status"),)

    request_id: Mapped[str] = mapped_column(ForeignKey("request.id", ondelete="CASCADE"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(Text)
    slots: Mapped[tuple[ToldSlot, ...]] = mapped_column(As(tuple[ToldSlot, ...]))
    confirmed_at: Mapped[datetime] = mapped_column(Moment)


class FeedRow(Base):
    """The secret address of an organisation's calendar; the newest one works, the table keeps only its hash."""

    __tablename__ = "calendar_feed"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
