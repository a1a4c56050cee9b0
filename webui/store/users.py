"""Who may sign in, with which roles, and who is signed in now."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webui.store.base import Base, Edited, Moment


class UserRow(Edited, Base):
    """Somebody of the staff, or later of an organisation."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    """The post or name shown to colleagues; what a plan's approval is signed with."""
    password_hash: Mapped[str] = mapped_column(Text)
    must_change: Mapped[bool]
    """Whether the password was given by another and has to be changed at the first sign-in."""
    one_time_until: Mapped[datetime | None] = mapped_column(Moment)
    """Until when a given password works."""
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(Text, default="zh")
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    roles: Mapped[list["UserRoleRow"]] = relationship(
        order_by="UserRoleRow.role", cascade="all, delete-orphan", lazy="selectin"
    )


class UserRoleRow(Base):
    """One role of one user."""

    __tablename__ = "user_role"
    __table_args__ = (
        CheckConstraint("role IN ('scheduler', 'supervisor', 'officer', 'administrator', 'organisation')", name="role"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(Text, primary_key=True)


class SessionRow(Base):
    """Somebody who is signed in. The browser holds the token, this table only its hash."""

    __tablename__ = "web_session"

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class ThrottleRow(Base):
    """Failed sign-ins of one login or one address; the key is a hash of it."""

    __tablename__ = "login_throttle"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Moment)
    locked_until: Mapped[datetime | None] = mapped_column(Moment)
