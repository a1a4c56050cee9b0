"""Organisations, their sites and their contacts (offices, never private persons)."""

from datetime import date as Day

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from planner.model import Hours
from webui.store.base import As, Base, Edited


class Placed:
    """A point in WGS-84 degrees, with the coordinates and datum it was given in."""

    lat: Mapped[float]
    lon: Mapped[float]
    given_lat: Mapped[float | None]
    given_lon: Mapped[float | None]
    datum: Mapped[str] = mapped_column(Text, default="wgs84")
    accuracy_metres: Mapped[int] = mapped_column(default=0)


class OrganisationRow(Edited, Base):
    """A school or company 单位."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("foreigners >= 0", name="foreigners"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    """Its place in lists and in the planner's input."""
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(Text)
    foreigners: Mapped[int]
    police_area: Mapped[str] = mapped_column(Text)
    active_to: Mapped[Day | None]


class SiteRow(Edited, Placed, Base):
    """A place of an organisation where a visit can happen 地点."""

    __tablename__ = "site"
    __table_args__ = (CheckConstraint("access_seconds >= 0", name="access_seconds"),)

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int]
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    hours: Mapped[tuple[Hours, ...]] = mapped_column(As(tuple[Hours, ...]))
    access_seconds: Mapped[int]


class ContactRow(Edited, Base):
    """An office of an organisation with its telephone."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    office: Mapped[str] = mapped_column(Text)
    telephone: Mapped[str] = mapped_column(Text)
