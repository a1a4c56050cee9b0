"""Passports between collection and return: each waits in a bag, or a plan in force brings it back."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from planner.errors import PastTheCalendar
from planner.model import Visit
from planner.workdays import Calendar
from webui.refusals import Conflict
from webui.store.dossiers import dossier_of
from webui.store.plans import PlanRow, PlanVisitRow
from webui.store.requests import BagRow


def bag_prefix(plan_id: int) -> str:
    """What stands before the id of a visit in the name of the passports it collects."""
    return f"P{plan_id}-"


def note_collected(
    session: Session,
    row: PlanRow,
    one: PlanVisitRow,
    visit: Visit,
    calendar: Calendar,
    returned: set[str | None],
) -> None:
    """Passports that this plan collects and does not bring back wait in a bag for the next one."""
    if visit.processing_days is None or visit.id in returned or one.date is None:
        return
    try:
        issued = calendar.add_workdays(one.date, visit.processing_days, allow_provisional=True)
    except PastTheCalendar:
        raise Conflict(
            f"The calendar ends before the passports of visit {visit.id} are ready. Import the next year first.",
            f"工作日历不足以计算上门服务 {visit.id} 的护照发还日期。请先导入下一年日历。",
        ) from None
    position = session.scalar(select(func.coalesce(func.max(BagRow.position), -1))) or 0
    session.add(
        BagRow(
            id=f"{bag_prefix(row.id)}{visit.id}",
            position=position + 1,
            request_id=visit.request_id,
            site_id=visit.site_id,
            passports=visit.applicants,
            issued_on=issued,
            plan_id=row.id,
            visit_id=visit.id,
            collected_on=one.date,
        )
    )
    session.flush()


def no_return_elsewhere(session: Session, collected: tuple[ColumnElement[bool], ...]) -> None:
    """Conflict where a plan in force on other dates brings back passports that would be collected anew."""
    bags = select(BagRow.id).where(BagRow.plan_id.is_not(None), *collected)
    returns = select(PlanVisitRow.plan_id).where(PlanVisitRow.in_force, PlanVisitRow.bag_id.in_(bags))
    other = session.scalar(returns.limit(1))
    if other is not None:
        raise Conflict(
            f"Plan {other} brings back passports that are collected on these dates. Plan both spans together.",
            f"计划 {other} 将送回在这些日期收取的护照。请将两段日期合并编制。",
        )


def returned_elsewhere(session: Session, row: PlanRow) -> set[str | None]:
    """The visits whose passports the plan this one was made from still brings back on other dates."""
    if row.based_on is None:
        return set()
    backs = select(PlanVisitRow.visit_id).where(
        PlanVisitRow.in_force,
        PlanVisitRow.plan_id == row.based_on,
        PlanVisitRow.work == "return",
        PlanVisitRow.bag_id.is_(None),
    )
    still = set(session.scalars(backs))
    if not still:
        return set()
    return {one.returns for one in dossier_of(session.get_one(PlanRow, row.based_on)).facts.visits if one.id in still}


def returns_lost(session: Session, where: tuple[ColumnElement[bool], ...]) -> list[PlanVisitRow]:
    """The visits in force there that bring back what the same plan collects on another date."""
    backs = select(PlanVisitRow).where(
        PlanVisitRow.in_force, PlanVisitRow.work == "return", PlanVisitRow.bag_id.is_(None), *where
    )
    return list(session.scalars(backs))


def keep_for_later(session: Session, lost: list[PlanVisitRow], calendar: Calendar) -> None:
    """Puts passports into bags whose return is in force no more while their collection still is."""
    for one in lost:
        plan = session.get_one(PlanRow, one.plan_id)
        visits = {visit.id: visit for visit in dossier_of(plan).facts.visits}
        source = visits.get(visits[one.visit_id].returns or "")
        collected = session.get(PlanVisitRow, (plan.id, source.id)) if source else None
        if source is not None and collected is not None and collected.in_force:
            note_collected(session, plan, collected, source, calendar, set())
