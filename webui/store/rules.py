"""Days of the working-day calendar, versions of the policy, and remarks on the inputs."""

from datetime import date as Day
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from planner.policy import Policy
from webui.store.base import As, Base, Edited, Moment


class DayRow(Edited, Base):
    """One day of the calendar 工作日历."""

    __tablename__ = "calendar_day"
    __table_args__ = (CheckConstraint("kind IN ('workday', 'weekend', 'holiday', 'makeup_workday')", name="kind"),)

    date: Mapped[Day] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    official: Mapped[bool]
    name: Mapped[str] = mapped_column(Text, default="")


class PolicyRow(Base):
    """One version of the policy 政策; versions are never changed, the highest number is in force."""

    __tablename__ = "policy_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    policy: Mapped[Policy] = mapped_column(As(Policy))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    why: Mapped[str] = mapped_column(Text)


class NoteRow(Base):
    """A remark on the inputs, for example that the numbers are synthetic."""

    __tablename__ = "note"

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)
