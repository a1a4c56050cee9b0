"""From a draft to a plan in force: submitted by one person, approved by another, published under constraints."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from planner.dossier import Dossier
from planner.model import Visit
from planner.problem import is_due
from planner.report.words import day_text
from planner.trials import trials_of
from planner.workdays import Calendar
from webui.actions.acting import allow, conflict_unless, edit, must, reason_given, same_version
from webui.actions.custody import keep_for_later, no_return_elsewhere, note_collected, returned_elsewhere, returns_lost
from webui.actions.drafts import OVERRIDABLE, breaches_of
from webui.actions.notices import changes_between, note_changes, plain_text, standing, tell, tell_of_changes
from webui.actions.rules import calendar_of
from webui.refusals import Conflict
from webui.store.audit import Change, append, head
from webui.store.bookings import BookingRow
from webui.store.days import missed, states_on
from webui.store.dossiers import dossier_of
from webui.store.engine import Store
from webui.store.outbox import Audience
from webui.store.person import Person
from webui.store.plans import OPEN, OutingRow, PlanRow, PlanVisitRow, TeamSlotRow, team_slots
from webui.store.requests import BagRow, PromiseRow, RequestRow


@dataclass(frozen=True)
class Gap:
    """People whose legal date ends in this plan and whom it does not visit.

    "reachable": they fit into the plan as it stands; it must not be published. "crowded": they would fit only
    in the place of others, or not at all; whoever approves has to say where they go.
    """

    visit: Visit
    kind: Literal["reachable", "crowded"]


def gaps_of(dossier: Dossier, calendar: Calendar) -> tuple[Gap, ...]:
    """The unserved visits that are due, by last lawful working day."""
    out = {one.visit for one in dossier.plan.unserved}
    due = [
        visit
        for visit in dossier.facts.visits
        if visit.id in out and visit.work != "return" and is_due(visit, calendar, dossier.facts.horizon)
    ]
    gaps = (Gap(visit, "reachable" if _fits(dossier, visit.id) else "crowded") for visit in due)
    return tuple(sorted(gaps, key=lambda gap: (gap.visit.last_workday or date.max, gap.visit.id)))


def submit(store: Store, plan_id: int, version: int | None, by: Person) -> None:
    """Sends a draft to review; it cannot be changed meanwhile. Conflict where it breaks a rule."""
    allow(by, "scheduler")
    with store.write() as session:
        row = must(session, PlanRow, plan_id, "plan")
        same_version(row, version)
        conflict_unless(row, "status", *OPEN)
        _lawful(dossier_of(row), calendar_of(session))
        values = {
            "status": "submitted",
            "submitted_by": by.id,
            "submitted_at": by.at,
            "decided_by": None,
            "decided_at": None,
            "decision": "",
        }
        edit(session, row, values, "plan.submit", by)
        _tell_staff(session, row, "plan.submitted", "supervisors", by)


def take_back(store: Store, plan_id: int, version: int | None, by: Person) -> None:
    """Takes a submission back before it is decided; who sent it, or another scheduler."""
    allow(by, "scheduler")
    with store.write() as session:
        row = must(session, PlanRow, plan_id, "plan")
        same_version(row, version)
        conflict_unless(row, "status", "submitted")
        edit(session, row, {"status": "draft", "submitted_by": None, "submitted_at": None}, "plan.take_back", by)


def approve(store: Store, plan_id: int, remark: str, version: int | None, by: Person) -> None:
    """Approves a submission of somebody else. People left out past their legal date need a remark on where they go."""
    allow(by, "supervisor")
    with store.write() as session:
        row = _submitted(session, plan_id, version, by)
        calendar = calendar_of(session)
        if any(gap.kind == "crowded" for gap in gaps_of(dossier_of(row), calendar)):
            remark = reason_given(remark)
        values = {
            "status": "approved",
            "decided_by": by.id,
            "decided_at": by.at,
            "decision": remark.strip(),
            "audit_head": head(session),
        }
        edit(session, row, values, "plan.approve", by, remark.strip())
        _tell_staff(session, row, "plan.approved", "schedulers", by)


def send_back(store: Store, plan_id: int, why: str, version: int | None, by: Person) -> None:
    """Sends a submission of somebody else back to its scheduler, with the reason."""
    allow(by, "supervisor")
    told = reason_given(why)
    with store.write() as session:
        row = _submitted(session, plan_id, version, by)
        values = {"status": "sent_back", "decided_by": by.id, "decided_at": by.at, "decision": told}
        edit(session, row, values, "plan.send_back", by, told)
        _tell_staff(session, row, "plan.sent_back", "schedulers", by)


def publish(store: Store, plan_id: int, version: int | None, by: Person, why: str = "") -> None:
    """Puts an approved plan into force: its visits are promised, its teams booked, earlier plans give way on its dates.

    Conflict where it misses a legal date it can reach, breaks a rule, was made from requests that have changed
    since, does not know what organisations booked since, or books a team twice. A plan that breaks an earlier
    promise needs a reason.
    """
    allow(by, "scheduler", "supervisor")
    try:
        with store.write() as session:
            row = must(session, PlanRow, plan_id, "plan")
            same_version(row, version)
            conflict_unless(row, "status", "approved")
            dossier, calendar = dossier_of(row), calendar_of(session)
            _no_reachable_gap(dossier, calendar)
            if _lawful(dossier, calendar):
                why = reason_given(why)
            dates = (PlanVisitRow.date >= row.first_date, PlanVisitRow.date <= row.last_date)
            before = standing(session, *dates)
            _knows_bookings(session, row, dossier)
            replaced = _give_way(session, row, calendar, by)
            _requests_as_planned(session, row, dossier)
            _put_in_force(session, row, dossier, calendar)
            changes = changes_between(before, standing(session, *dates), by.today)
            tell_of_changes(session, changes, f"plan {row.id}", by)
            note_changes(session, changes, by)
            values = {"status": "published", "published_by": by.id, "published_at": by.at}
            edit(session, row, values, "plan.publish", by, why.strip())
            if replaced:
                append(session, Change("plan.replace", f"plan {row.id}", {}, {"replaces": replaced}), by)
    except IntegrityError as error:
        raise Conflict(
            "A team would be booked twice, by this plan and by one in force. Plan again from the plan in force.",
            "有警组被重复安排(与生效中的计划冲突)。请以生效中的计划为基础重新编制。",
        ) from error


def in_force_on(session: Session, first: date, last: date) -> tuple[PlanVisitRow, ...]:
    """The visits in force on these dates, by date and time."""
    rows = select(PlanVisitRow).where(PlanVisitRow.in_force, PlanVisitRow.date >= first, PlanVisitRow.date <= last)
    return tuple(session.scalars(rows.order_by(PlanVisitRow.date, PlanVisitRow.team_id, PlanVisitRow.starts)))


def bring_back(store: Store, bag_id: str, day: date, by: Person) -> None:
    """Notes that passports were handed back."""
    allow(by, "scheduler", "officer")
    with store.write() as session:
        row = must(session, BagRow, bag_id, "passport bag")
        if row.returned_on is not None:
            raise Conflict(
                f"Bag {bag_id} was handed back on {row.returned_on}.", f"{bag_id} 已于 {row.returned_on} 送回。"
            )
        edit(session, row, {"returned_on": day}, "bag.return", by)


# ------------------------------------------------------------------------------------------------ rules


def _tell_staff(session: Session, row: PlanRow, kind: str, audience: Audience, by: Person) -> None:
    facts = {
        "plan": plain_text(row.name),
        "first": day_text(row.first_date),
        "last": day_text(row.last_date),
        "reason": plain_text(row.decision),
    }
    tell(session, kind, facts, f"{kind} {row.id} {row.version}", by, audience=audience)


def _submitted(session: Session, plan_id: int, version: int | None, by: Person) -> PlanRow:
    row = must(session, PlanRow, plan_id, "plan")
    same_version(row, version)
    conflict_unless(row, "status", "submitted")
    if by.id is None or row.submitted_by == by.id:
        raise Conflict(
            "Who submitted a plan cannot decide about it; another supervisor has to.",
            "提交人不能审核自己提交的计划,须由其他主管办理。",
        )
    return row


def _lawful(dossier: Dossier, calendar: Calendar) -> bool:
    """Conflict where the plan breaks a rule that nothing excuses; whether it breaks one that a reason excuses."""
    found = breaches_of(dossier, calendar)
    hard = [one for one in found if one.code not in OVERRIDABLE]
    if hard:
        raise Conflict(
            " ".join(one.sentence("en") for one in hard[:5]), " ".join(one.sentence("zh") for one in hard[:5])
        )
    return bool(found)


def _no_reachable_gap(dossier: Dossier, calendar: Calendar) -> None:
    missed = [gap.visit for gap in gaps_of(dossier, calendar) if gap.kind == "reachable"]
    if missed:
        names = ", ".join(f"{visit.id} ({visit.last_workday})" for visit in missed[:10])
        raise Conflict(
            f"These visits are out although their legal date can be kept: {names}. Place them, or plan again.",
            f"以下上门服务未排入,但其法定期限可以满足:{names}。请排入或重新编制。",
        )


def _fits(dossier: Dossier, visit_id: str) -> bool:
    return any(trial.route is not None for trial in trials_of(dossier.problem, dossier.plan, visit_id))


# ------------------------------------------------------------------------------------------------ in force


def _give_way(session: Session, row: PlanRow, calendar: Calendar, by: Person) -> list[int]:
    """Takes earlier plans out of force on the dates of this one; the plans concerned.

    A plan with no date left in force is superseded. Their promises and passports on those dates go with them.
    """
    on_its_dates = (PlanVisitRow.date >= row.first_date, PlanVisitRow.date <= row.last_date)
    theirs = set(session.scalars(select(PlanVisitRow.plan_id).where(PlanVisitRow.in_force, *on_its_dates)))
    between = (TeamSlotRow.date >= row.first_date, TeamSlotRow.date <= row.last_date)
    session.execute(delete(TeamSlotRow).where(*between))
    session.execute(delete(OutingRow).where(OutingRow.date >= row.first_date, OutingRow.date <= row.last_date))
    lost = returns_lost(session, on_its_dates)
    session.execute(update(PlanVisitRow).where(PlanVisitRow.in_force, *on_its_dates).values(in_force=False))
    session.execute(
        delete(PromiseRow).where(
            PromiseRow.plan_id.is_not(None), PromiseRow.date >= row.first_date, PromiseRow.date <= row.last_date
        )
    )
    collected = (BagRow.collected_on >= row.first_date, BagRow.collected_on <= row.last_date)
    no_return_elsewhere(session, collected)
    session.execute(delete(BagRow).where(BagRow.plan_id.is_not(None), BagRow.returned_on.is_(None), *collected))
    keep_for_later(session, lost, calendar)
    left = set(session.scalars(select(PlanVisitRow.plan_id).where(PlanVisitRow.in_force)))
    for plan in session.scalars(select(PlanRow).where(PlanRow.status == "published", PlanRow.id.not_in(left))):
        if plan.first_date <= row.last_date and row.first_date <= plan.last_date:
            edit(session, plan, {"status": "superseded"}, "plan.supersede", by)
            theirs.add(plan.id)
    return sorted(theirs)


def _requests_as_planned(session: Session, row: PlanRow, dossier: Dossier) -> None:
    """Conflict where a visited request is not accepted any more, or has fewer people than would be visited."""
    planned: dict[str, int] = {}
    made = {stop.visit for route in dossier.plan.routes for stop in route.stops}
    for visit in dossier.facts.visits:
        if visit.id in made and visit.work != "return":
            planned[visit.request_id] = planned.get(visit.request_id, 0) + visit.applicants
    for request_id, people in sorted(planned.items()):
        request = session.get(RequestRow, request_id)
        if request is None or request.status != "accepted":
            raise _outdated(request_id)
        if people + _served_elsewhere(session, request_id) > sum(group.people for group in request.groups):
            raise _outdated(request_id)


def _served_elsewhere(session: Session, request_id: str) -> int:
    """People of a request whom visits in force serve, without those who were missed on the day."""
    rows = session.scalars(
        select(PlanVisitRow).where(
            PlanVisitRow.in_force, PlanVisitRow.request_id == request_id, PlanVisitRow.work != "return"
        )
    ).all()
    states = states_on(session, date.min, date.max) if rows else {}
    lost = sum(
        sum(missed([one.count for one in row.groups], states.get((row.date, row.visit_id)))) for row in rows if row.date
    )
    return sum(row.applicants for row in rows) - lost


def _knows_bookings(session: Session, row: PlanRow, dossier: Dossier) -> None:
    """Conflict where an organisation has booked a date of this plan after the plan was made: it would be lost."""
    known = {(one.request_id, one.date, one.start) for one in dossier.facts.inputs.promises}
    booked = select(BookingRow).where(BookingRow.status == "confirmed")
    missing = sorted(
        {
            one.request_id
            for one in session.scalars(booked)
            for slot in one.slots
            if row.first_date <= slot.date <= row.last_date
            and (one.request_id, slot.date, slot.start) not in known
            and _still_booked(session, one.request_id, slot.date, slot.start)
        }
    )
    if missing:
        names = ", ".join(missing[:10])
        raise Conflict(
            f"Organisations have booked since this plan was made: {names}. Plan again, then these are kept.",
            f"本计划编制后又有单位完成预约:{names}。请重新编制,以保留这些预约。",
        )


def _still_booked(session: Session, request_id: str, day: date, start: int) -> bool:
    """Whether a plan in force makes that visit: bookings from before a later plan stand in that plan."""
    made = select(PlanVisitRow.visit_id).where(
        PlanVisitRow.in_force,
        PlanVisitRow.request_id == request_id,
        PlanVisitRow.date == day,
        PlanVisitRow.starts == start,
    )
    return session.scalar(made.limit(1)) is not None


def _outdated(request_id: str) -> Conflict:
    return Conflict(
        f"Request {request_id} has changed since this plan was made, or is visited already. Plan again.",
        f"申请 {request_id} 在计划编制后有变动,或已有其他安排。请重新编制。",
    )


def _put_in_force(session: Session, row: PlanRow, dossier: Dossier, calendar: Calendar) -> None:
    """Books the teams (the keys of the tables refuse a second booking), promises the visits, notes the passports."""
    session.flush()
    session.add_all(
        OutingRow(team_id=route.team, date=route.date, plan_id=row.id, leaves=route.leave, back=route.back)
        for route in dossier.plan.routes
    )
    visits = {visit.id: visit for visit in dossier.facts.visits}
    placed = session.scalars(
        select(PlanVisitRow).where(PlanVisitRow.plan_id == row.id, PlanVisitRow.date.is_not(None))
    ).all()
    returned = {visits[one.visit_id].returns for one in placed if one.work == "return"}
    returned |= returned_elsewhere(session, row)
    for one in placed:
        one.in_force = True
    session.flush()
    session.add_all(slot for one in placed for slot in team_slots(one))
    session.flush()
    for one in placed:
        if one.work != "return":
            _promise(session, row, one)
            note_collected(session, row, one, visits[one.visit_id], calendar, returned)
    session.flush()


def _promise(session: Session, row: PlanRow, visit: PlanVisitRow) -> None:
    """The visit's session is confirmed to its organisation; one promised by hand before keeps its row."""
    held = select(PromiseRow).where(PromiseRow.request_id == visit.request_id, PromiseRow.session == visit.session)
    promise = session.scalar(held)
    if promise is not None and row.first_date <= promise.date <= row.last_date:
        promise.date, promise.start = visit.date, visit.starts  # type: ignore[assignment]
        return
    number = visit.session
    if promise is not None:  # a session of an earlier plan has this number: this one counts on from there
        latest = select(func.max(PromiseRow.session)).where(PromiseRow.request_id == visit.request_id)
        number = (session.scalar(latest) or 0) + 1
    position = session.scalar(select(func.coalesce(func.max(PromiseRow.position), -1))) or 0
    session.add(
        PromiseRow(
            position=position + 1,
            request_id=visit.request_id,
            session=number,
            date=visit.date,
            start=visit.starts,
            team_id=visit.team_id,
            plan_id=row.id,
        )
    )
    session.flush()
