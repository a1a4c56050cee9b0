"""Bases, teams, their kits and their shifts."""

from datetime import date as Day

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from planner.model import Kind
from webui.store.base import As, Base, Edited
from webui.store.organisations import Placed


class BaseRow(Edited, Placed, Base):
    """A station teams start from 驻地."""

    __tablename__ = "base"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(Text)


class TeamRow(Edited, Base):
    """Officers who travel together 警组."""

    __tablename__ = "team"
    __table_args__ = (CheckConstraint("officers >= 1 AND desks >= 1", name="size"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    base_id: Mapped[str] = mapped_column(ForeignKey("base.id"))
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    officers: Mapped[int]
    desks: Mapped[int]
    languages: Mapped[tuple[str, ...]] = mapped_column(As(tuple[str, ...]))
    kinds: Mapped[tuple[Kind, ...]] = mapped_column(As(tuple[Kind, ...]))


class KitRow(Edited, Base):
    """A box of portable equipment 设备箱, with the team that carries it, if any, and whether it works."""

    __tablename__ = "kit"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(Text)
    team_id: Mapped[str | None] = mapped_column(ForeignKey("team.id"), index=True)
    works: Mapped[bool] = mapped_column(default=True)
    remark: Mapped[str] = mapped_column(Text, default="")


class ShiftRow(Edited, Base):
    """The hours one team is available on one date 班次; a team has at most one on a date."""

    __tablename__ = "shift"
    __table_args__ = (CheckConstraint("0 <= starts AND starts < ends AND ends <= 86400", name="hours"),)

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"), primary_key=True)
    date: Mapped[Day] = mapped_column(primary_key=True)
    position: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]
    rest_seconds: Mapped[int | None]
    rest_earliest: Mapped[int | None]
    rest_latest: Mapped[int | None]
    max_applicants: Mapped[int | None]
    max_work_seconds: Mapped[int | None]
    absence: Mapped[str] = mapped_column(Text, default="")
    """Why the team is not available after all: leave, training, a broken car; "" where it is."""
