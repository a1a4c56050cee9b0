"""Tokens of programs that use the API, and the answers already given to repeated requests."""

from datetime import date as Day
from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from webui.store.base import As, Base, Edited, Moment


class TokenRow(Edited, Base):
    """A token: acts as its user, within its scopes. The program holds it, this table only its hash."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    begins: Mapped[str] = mapped_column(Text)
    """Its first signs, by which people know it again."""
    scopes: Mapped[tuple[str, ...]] = mapped_column(As(tuple[str, ...]))
    last_day: Mapped[Day]
    """The last date on which it works."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class AnswerRow(Base):
    """What was answered to a request with an idempotency key; the same key again gets the same answer."""

    __tablename__ = "api_answer"

    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    asked: Mapped[str] = mapped_column(Text)
    """Hash of method, address, precondition and body."""
    status: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    etag: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(Moment, index=True)
