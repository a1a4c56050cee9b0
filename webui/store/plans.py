"""Plans with their visits, pins and steps, and what is in force."""

from datetime import date as Day
from datetime import datetime
from typing import Literal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from planner.model import Group
from webui.store.base import As, Base, Edited, Moment

PlanStatus = Literal["draft", "submitted", "approved", "sent_back", "published", "superseded", "discarded"]
OPEN: tuple[PlanStatus, ...] = ("draft", "sent_back")
"""States in which a plan may be changed."""
SLOT_SECONDS = 300
"""A visit in force holds every slot whose beginning falls into its service."""


class PlanRow(Edited, Base):
    """A plan: the problem, the answer and the facts around both, and how far it has come."""

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint(
            "status IN ('draft', 'submitted', 'approved', 'sent_back', 'published', 'superseded', 'discarded')",
            name="status",
        ),
        CheckConstraint("first_date <= last_date", name="horizon"),
        CheckConstraint("submitted_by IS NULL OR decided_by IS NULL OR submitted_by <> decided_by", name="four_eyes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, index=True)
    first_date: Mapped[Day]
    last_date: Mapped[Day]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("solve_run.id"), unique=True)
    """The run that made it; at most one plan comes of a run."""
    based_on: Mapped[int | None] = mapped_column(ForeignKey("plan.id"))
    problem: Mapped[str] = mapped_column(Text, deferred=True)
    plan: Mapped[str] = mapped_column(Text, deferred=True)
    facts: Mapped[str] = mapped_column(Text, deferred=True)
    cost: Mapped[int] = mapped_column(BigInteger)
    bound: Mapped[int | None] = mapped_column(BigInteger)
    served: Mapped[int]
    unserved: Mapped[int]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    decision: Mapped[str] = mapped_column(Text, default="")
    """What the supervisor wrote: a remark on approval, the reason for sending it back."""
    audit_head: Mapped[str] = mapped_column(Text, default="")
    """Head of the audit chain at approval; it finds a chain whose end was cut off later."""
    published_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None] = mapped_column(Moment)


class PlanVisitRow(Base):
    """One visit of one plan; unserved ones have no team and no date.

    `in_force` is set while the plan is published and no later one has replaced it on that date.
    """

    __tablename__ = "plan_visit"
    __table_args__ = (
        CheckConstraint(
            "(team_id IS NULL) = (date IS NULL) AND (date IS NULL) = (starts IS NULL)"
            " AND (starts IS NULL) = (ends IS NULL) AND (starts IS NULL OR starts < ends)",
            name="placed",
        ),
        CheckConstraint("NOT in_force OR date IS NOT NULL", name="in_force"),
        Index("uq_plan_visit_team_start", "plan_id", "team_id", "date", "starts", unique=True),
        Index(
            "uq_plan_visit_return",
            "bag_id",
            unique=True,
            sqlite_where=text("in_force AND bag_id IS NOT NULL"),
            postgresql_where=text("in_force AND bag_id IS NOT NULL"),
        ),
        Index("ix_plan_visit_in_force", "in_force", "date"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    visit_id: Mapped[str] = mapped_column(Text, primary_key=True)
    request_id: Mapped[str] = mapped_column(Text, index=True)
    site_id: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[str] = mapped_column(Text, index=True)
    work: Mapped[str] = mapped_column(Text)
    session: Mapped[int]
    applicants: Mapped[int]
    groups: Mapped[tuple[Group, ...]] = mapped_column(As(tuple[Group, ...]))
    bag_id: Mapped[str | None] = mapped_column(Text)
    """For a return: the bag it brings, where it was collected by an earlier plan."""
    team_id: Mapped[str | None] = mapped_column(Text)
    date: Mapped[Day | None]
    arrives: Mapped[int | None]
    starts: Mapped[int | None]
    ends: Mapped[int | None]
    in_force: Mapped[bool] = mapped_column(default=False)


class OutingRow(Base):
    """A team out on a date, by a plan in force: one at most, on both databases."""

    __tablename__ = "outing"

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"), primary_key=True)
    date: Mapped[Day] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    leaves: Mapped[int]
    back: Mapped[int]


class TeamSlotRow(Base):
    """Five minutes of one team held by one visit in force: the key makes double booking impossible."""

    __tablename__ = "team_slot"
    __table_args__ = (
        ForeignKeyConstraint(
            ["plan_id", "visit_id"], ["plan_visit.plan_id", "plan_visit.visit_id"], ondelete="CASCADE"
        ),
        Index("ix_team_slot_visit", "plan_id", "visit_id"),
    )

    team_id: Mapped[str] = mapped_column(Text, primary_key=True)
    date: Mapped[Day] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    plan_id: Mapped[int]
    visit_id: Mapped[str] = mapped_column(Text)


def team_slots(visit: PlanVisitRow) -> list[TeamSlotRow]:
    """The slots that a visit with a team and a date holds."""
    first, last = -(-(visit.starts or 0) // SLOT_SECONDS), -(-(visit.ends or 0) // SLOT_SECONDS)
    return [
        TeamSlotRow(team_id=visit.team_id, date=visit.date, slot=slot, plan_id=visit.plan_id, visit_id=visit.visit_id)
        for slot in range(first, last)
    ]


class PinRow(Base):
    """A visit that stays with its team on its date, whatever is planned again."""

    __tablename__ = "pin"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    visit_id: Mapped[str] = mapped_column(Text, primary_key=True)
    team_id: Mapped[str] = mapped_column(Text)
    date: Mapped[Day]


class StepRow(Base):
    """How a draft was before a change by hand, so that it can be undone."""

    __tablename__ = "plan_step"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    action: Mapped[str] = mapped_column(Text)
    visit_id: Mapped[str] = mapped_column(Text)
    plan_before: Mapped[str] = mapped_column(Text, deferred=True)
    pins_before: Mapped[tuple[tuple[str, str, Day], ...]] = mapped_column(As(tuple[tuple[str, str, Day], ...]))
    """Visit, team and date of each pin."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(Moment)
