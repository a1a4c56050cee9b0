"""What needs doing today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webui.store.organisations import OrganisationRow, SiteRow
from webui.store.plans import OutingRow, PlanRow, PlanVisitRow
from webui.store.requests import RequestRow, SpecialVisitRow
from webui.store.runs import RunRow
from webui.store.teams import KitRow, ShiftRow, TeamRow

AHEAD_DAYS = 14


@dataclass(frozen=True)
class Out:
    """A team that is out on a date by a plan in force, with its visits in order."""

    team: TeamRow
    outing: OutingRow
    visits: tuple[tuple[PlanVisitRow, OrganisationRow | None], ...]


@dataclass(frozen=True)
class Ready:
    """How far the data are ready to plan with."""

    organisations: int
    sites: int
    teams: int
    shifts_ahead: int
    accepted: int


@dataclass(frozen=True)
class Today:
    """The home page: each list oldest or most urgent first."""

    received: Sequence[RequestRow]
    specials: Sequence[SpecialVisitRow]
    drafts: Sequence[PlanRow]
    submitted: Sequence[PlanRow]
    approved: Sequence[PlanRow]
    running: Sequence[RunRow]
    out: tuple[Out, ...]
    absences: Sequence[ShiftRow]
    broken_kits: Sequence[KitRow]
    ready: Ready


def unanswered(session: Session) -> int:
    """How many requests wait for an answer."""
    return _count(session, RequestRow, RequestRow.status == "received")


def to_review(session: Session) -> int:
    """How many plans and special visits wait for a supervisor."""
    return _count(session, PlanRow, PlanRow.status == "submitted") + _count(
        session, SpecialVisitRow, SpecialVisitRow.status == "asked"
    )


def today_of(session: Session, today: date) -> Today:
    """Everything the home page says."""
    ahead = (ShiftRow.date >= today, ShiftRow.date <= today + timedelta(days=AHEAD_DAYS))
    return Today(
        session.scalars(
            select(RequestRow).where(RequestRow.status == "received").order_by(RequestRow.received, RequestRow.id)
        ).all(),
        session.scalars(
            select(SpecialVisitRow).where(SpecialVisitRow.status == "asked").order_by(SpecialVisitRow.id)
        ).all(),
        _plans(session, "draft", "sent_back"),
        _plans(session, "submitted"),
        _plans(session, "approved"),
        session.scalars(
            select(RunRow).where(RunRow.status.in_(("queued", "running"))).order_by(RunRow.queued_at)
        ).all(),
        _out(session, today),
        session.scalars(select(ShiftRow).where(ShiftRow.absence != "", *ahead).order_by(ShiftRow.date)).all(),
        session.scalars(select(KitRow).where(KitRow.works.is_(False)).order_by(KitRow.position)).all(),
        Ready(
            _count(session, OrganisationRow),
            _count(session, SiteRow),
            _count(session, TeamRow),
            _count(session, ShiftRow, ShiftRow.absence == "", *ahead),
            _count(session, RequestRow, RequestRow.status == "accepted"),
        ),
    )


def _plans(session: Session, *states: str) -> Sequence[PlanRow]:
    return session.scalars(select(PlanRow).where(PlanRow.status.in_(states)).order_by(PlanRow.first_date)).all()


def _out(session: Session, today: date) -> tuple[Out, ...]:
    outings = session.execute(
        select(OutingRow, TeamRow)
        .join(TeamRow, TeamRow.id == OutingRow.team_id)
        .where(OutingRow.date == today)
        .order_by(TeamRow.position)
    ).all()
    visits = session.execute(
        select(PlanVisitRow, OrganisationRow)
        .outerjoin(OrganisationRow, OrganisationRow.id == PlanVisitRow.organisation_id)
        .where(PlanVisitRow.in_force, PlanVisitRow.date == today)
        .order_by(PlanVisitRow.starts)
    ).all()
    return tuple(
        Out(team, outing, tuple((visit, owner) for visit, owner in visits if visit.team_id == team.id))
        for outing, team in outings
    )


def _count(session: Session, table: type, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(table).where(*where)) or 0  # type: ignore[arg-type]
