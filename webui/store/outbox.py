"""What waits to be sent: notices by e-mail and deliveries to webhooks, who gets them, and how sending goes.

A row is written in the transaction of the change it tells about, and sent by a worker later. `claim` returns a
fencing token as for runs; the clock is the database's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import (
    CheckConstraint,
    Connection,
    Double,
    ForeignKey,
    Text,
    UniqueConstraint,
    and_,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.expression import ColumnElement

from webui.store.base import As, Base, Edited, Moment
from webui.store.runs import database_seconds

Sending = Literal["waiting", "claimed", "handing", "sent", "unsure", "failed", "dropped"]
"""waiting, claimed: not handed over yet. handing: being handed over. unsure: a worker died meanwhile, or the
other side fell silent; nobody knows whether it arrived. failed: given up. dropped: taken out by a person."""
Audience = Literal["organisation", "schedulers", "supervisors"]
BACK_OFF = (30.0, 120.0, 600.0, 3_600.0, 21_600.0, 86_400.0)
"""Seconds before the next try after the first, second, … failure; after the last one it is given up."""
STATES = "status IN ('waiting', 'claimed', 'handing', 'sent', 'unsure', 'failed', 'dropped')"


class AddressRow(Edited, Base):
    """An e-mail address that gets notices: of an organisation, or of a post of the staff."""

    __tablename__ = "notice_address"
    __table_args__ = (
        CheckConstraint("audience IN ('organisation', 'schedulers', 'supervisors')", name="audience"),
        CheckConstraint("(audience = 'organisation') = (organisation_id IS NOT NULL)", name="owner"),
        CheckConstraint("language IN ('zh', 'en')", name="language"),
        UniqueConstraint("email", "audience", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    audience: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)


class Outgoing:
    """The columns of everything that is sent."""

    status: Mapped[str] = mapped_column(Text, default="waiting", index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[float] = mapped_column(Double, default=0.0)
    """Seconds since 1970; not tried before."""
    lease_until: Mapped[float] = mapped_column(Double, default=0.0)
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    """What the last try met, in technical words."""
    made_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[float | None] = mapped_column(Double)


class NoticeRow(Outgoing, Base):
    """One e-mail."""

    __tablename__ = "notice"
    __table_args__ = (CheckConstraint(STATES, name="status"), UniqueConstraint("key"), UniqueConstraint("message_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    """What it tells whom; the same is told once."""
    kind: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(Text)
    """Without brackets; the same for every try, so that mail systems can tell a second copy."""


class HookRow(Edited, Base):
    """An address that is told of changes to visits over HTTP."""

    __tablename__ = "webhook"
    __table_args__ = (UniqueConstraint("url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(Text)
    """Key of the signature; shown once, and never in the audit."""
    events: Mapped[tuple[str, ...]] = mapped_column(As(tuple[str, ...]))
    active: Mapped[bool] = mapped_column(default=True)


class DeliveryRow(Outgoing, Base):
    """One message to one webhook. It may arrive twice; its id stays the same."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (CheckConstraint(STATES, name="status"), UniqueConstraint("hook_id", "key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text)
    mark: Mapped[str] = mapped_column(Text, unique=True)
    """The id its receiver sees."""
    event: Mapped[str] = mapped_column(Text)
    payload: Mapped[str] = mapped_column(Text)
    code: Mapped[int | None]
    """The last answer's status."""


class AttemptRow(Base):
    """One try of a delivery: when it left, how long the answer took, and what it was."""

    __tablename__ = "webhook_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("webhook_delivery.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    seconds: Mapped[float] = mapped_column(Double)
    code: Mapped[int | None]
    """The answer's status; None where none came."""
    error: Mapped[str] = mapped_column(Text)


KEPT_ATTEMPTS = 20
"""So many last tries of a delivery are kept; without a person who sends again there are seven."""
KEPT_FOR = timedelta(days=90)

Table = type[NoticeRow] | type[DeliveryRow]


@dataclass(frozen=True)
class Taken:
    """A row that this worker may send, under its token, until the lease is over."""

    table: Table
    id: int
    token: int


def due(connection: Connection, table: Table, most: int = 20) -> tuple[int, ...]:
    """The rows that can be sent now, the longest waiting first."""
    rows = select(table.id).where(_due(table)).order_by(table.next_at, table.id).limit(most)
    return tuple(connection.execute(rows).scalars())


def claim(connection: Connection, table: Table, number: int, lease_seconds: float) -> Taken | None:
    """Takes a row that is due; None where another worker was faster."""
    now = database_seconds()
    token = connection.execute(
        update(table)
        .where(table.id == number, _due(table))
        .values(status="claimed", attempt=table.attempt + 1, lease_until=now + lease_seconds)
        .returning(table.attempt)
    ).scalar()
    return None if token is None else Taken(table, number, token)


def hand_over(connection: Connection, held: Taken, lease_seconds: float) -> bool:
    """Notes that the message leaves now: from here on a second try could be a second copy. False: fenced."""
    moved = (
        update(held.table)
        .where(*_mine(held), held.table.status == "claimed")
        .values(status="handing", lease_until=database_seconds() + lease_seconds)
        .returning(held.table.id)
    )
    return connection.execute(moved).first() is not None


def settle(connection: Connection, held: Taken, status: Sending, error: str = "", code: int | None = None) -> bool:
    """Ends a try as sent, unsure or failed. False: fenced."""
    values: dict[str, Any] = {"status": status, "error": error[:500], "ended_at": database_seconds()}
    if held.table is DeliveryRow:
        values["code"] = code
    moved = update(held.table).where(*_mine(held)).values(**values).returning(held.table.id)
    return connection.execute(moved).first() is not None


def try_later(connection: Connection, held: Taken, error: str, code: int | None = None) -> bool:
    """Ends a try that surely delivered nothing: again after a while, or given up after too many. False: fenced."""
    row = connection.execute(select(held.table.failures).where(*_mine(held))).first()
    if row is None:
        return False
    if row.failures >= len(BACK_OFF):
        return settle(connection, held, "failed", error, code)
    values: dict[str, Any] = {
        "status": "waiting",
        "failures": row.failures + 1,
        "next_at": database_seconds() + BACK_OFF[row.failures],
        "error": error[:500],
    }
    if held.table is DeliveryRow:
        values["code"] = code
    return connection.execute(update(held.table).where(*_mine(held)).values(**values)).rowcount == 1


def note_attempt(
    connection: Connection, delivery: int, at: datetime, seconds: float, code: int | None, error: str = ""
) -> None:
    """Keeps one try in the log, and lets go of the oldest of this delivery and of all that are too old.

    Nothing is kept of a delivery that was removed with its webhook meanwhile.
    """
    if connection.execute(select(DeliveryRow.id).where(DeliveryRow.id == delivery).with_for_update()).first() is None:
        return
    tried = {"delivery_id": delivery, "at": at, "seconds": round(seconds, 3), "code": code, "error": error[:500]}
    connection.execute(insert(AttemptRow).values(**tried))
    mine = select(AttemptRow.id).where(AttemptRow.delivery_id == delivery).order_by(AttemptRow.id.desc())
    beyond = connection.execute(mine.offset(KEPT_ATTEMPTS)).scalars().all()
    connection.execute(delete(AttemptRow).where(or_(AttemptRow.id.in_(beyond), AttemptRow.at < at - KEPT_FOR)))


def sweep(connection: Connection) -> int:
    """Marks e-mails as unsure whose worker died while handing them over; how many."""
    died = and_(NoticeRow.status == "handing", NoticeRow.lease_until < database_seconds())
    gone = (
        update(NoticeRow)
        .where(died)
        .values(status="unsure", ended_at=database_seconds(), error="the worker ended while handing it over")
    )
    return connection.execute(gone).rowcount


def _due(table: Table) -> ColumnElement[bool]:
    now = database_seconds()
    silent = and_(table.status == "claimed", table.lease_until < now)
    return or_(and_(table.status == "waiting", table.next_at <= now), silent)


def _mine(held: Taken) -> tuple[ColumnElement[bool], ...]:
    return (
        held.table.id == held.id,
        held.table.attempt == held.token,
        held.table.status.in_(("claimed", "handing")),
    )
