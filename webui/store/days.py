"""The day itself: which officers go with which team, and what they note on the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from typing import Literal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webui.store.base import As, Base, Moment

MarkKind = Literal["arrive", "done", "problem", "undo"]
Progress = Literal["ahead", "there", "done", "problem"]


class TeamOfficerRow(Base):
    """An officer who goes out with a team; sees its days and notes what happens on them."""

    __tablename__ = "team_officer"

    team_id: Mapped[str] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)


class MarkRow(Base):
    """Something an officer noted about a visit of the day. Nothing here is changed later; an undo is a mark too."""

    __tablename__ = "mark"
    __table_args__ = (
        CheckConstraint("kind IN ('arrive', 'done', 'problem', 'undo')", name="kind"),
        CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="undo"),
        CheckConstraint("(kind = 'done') = (processed IS NOT NULL)", name="processed"),
        UniqueConstraint("number"),
        UniqueConstraint("undoes"),
        Index("ix_mark_day", "date", "visit_id"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    """Made by the phone, so that a mark sent twice is one mark."""
    number: Mapped[int]
    """In the order in which they were taken."""
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"))
    """The plan in force when it was taken."""
    visit_id: Mapped[str] = mapped_column(Text)
    team_id: Mapped[str] = mapped_column(ForeignKey("team.id"))
    date: Mapped[Day]
    kind: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    """When it happened, by the phone's clock."""
    taken_at: Mapped[datetime] = mapped_column(Moment)
    """When it reached the office."""
    processed: Mapped[tuple[int, ...] | None] = mapped_column(As(tuple[int, ...]))
    """People served of each group, or passports handed back."""
    reason: Mapped[str] = mapped_column(Text, default="")
    undoes: Mapped[str | None] = mapped_column(ForeignKey("mark.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


@dataclass(frozen=True)
class State:
    """How far a visit has come, by the marks that stand."""

    progress: Progress = "ahead"
    arrived: datetime | None = None
    ended: datetime | None = None
    processed: tuple[int, ...] = ()
    reason: str = ""
    last: str | None = None
    """Id of the last mark that stands: the one that an undo may take back."""

    @property
    def served(self) -> int | None:
        """People served; None before the visit has ended."""
        return sum(self.processed) if self.progress == "done" else None


States = Mapping[tuple[Day, str], State]
"""How far visits have come, by date and visit; those without a mark are missing."""


def marks_on(session: Session, first: Day, last: Day) -> dict[tuple[Day, str], list[MarkRow]]:
    """The marks of these dates in the order they were taken, by date and visit."""
    found: dict[tuple[Day, str], list[MarkRow]] = {}
    rows = select(MarkRow).where(MarkRow.date >= first, MarkRow.date <= last).order_by(MarkRow.number)
    for mark in session.scalars(rows):
        found.setdefault((mark.date, mark.visit_id), []).append(mark)
    return found


def state_of(marks: Iterable[MarkRow]) -> State:
    """What the marks of one visit, in order, say together."""
    known = list(marks)
    undone = {mark.undoes for mark in known}
    state = State()
    for mark in known:
        if mark.kind == "undo" or mark.id in undone:
            continue
        arrived = mark.at if mark.kind == "arrive" else state.arrived
        if mark.kind == "arrive":
            state = State("there", arrived, last=mark.id)
        elif mark.kind == "done":
            state = State("done", arrived, mark.at, mark.processed or (), last=mark.id)
        else:
            state = State("problem", arrived, reason=mark.reason, last=mark.id)
    return state


def states_on(session: Session, first: Day, last: Day) -> States:
    """How far each visit with marks has come, by date and visit."""
    return {key: state_of(marks) for key, marks in marks_on(session, first, last).items()}


def missed(groups: Sequence[int], state: State | None) -> tuple[int, ...]:
    """How many of each group a visit in force did not serve after all; all of them where it failed."""
    if state is not None and state.progress == "done":
        return tuple(max(0, count - one) for count, one in zip(groups, state.processed, strict=False))
    return tuple(groups) if state is not None and state.progress == "problem" else tuple(0 for _ in groups)
