"""What organisations do with the dates a plan can still promise: look, hold, confirm, move, cancel.

Whatever takes a place is computed and written inside one write transaction (`guarded`): the database lets one
writer in at a time, so who comes second sees the place taken.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import date, timedelta
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from planner.model import Group, Request, Visit
from planner.offers import Posed, Slot, pose, take, with_newcomers
from webui.actions.acting import allow, conflict_unless, edit, no_longer
from webui.actions.bookings_offers import Gone, Offered, offered_to, read_key
from webui.actions.bookings_plan import Book, OpenPlan, kept_of, placed_at, put_in, take_out, the_book
from webui.actions.notices import Standing, changes_between, standing, tell_of_changes
from webui.actions.requests import RequestForm, edit_request, receive_request
from webui.refusals import Conflict, NotFound
from webui.store.audit import Change, append
from webui.store.bookings import BookingRow, HoldRow, ToldSlot
from webui.store.dossiers import dossier_of
from webui.store.engine import Store
from webui.store.person import Person
from webui.store.plans import PlanVisitRow
from webui.store.requests import RequestRow
from webui.store.values import request_of

HELD_FOR = timedelta(minutes=10)
MOST_HOLDS = 3
"""So many requests of one organisation may hold slots at once."""
LONGEST_WHY = 500

_QUEUE = Lock()
"""Bookers of one process wait here in turn, not at the database, whose waiting ends in an error."""


class OtherHeld(Conflict):
    """A colleague has put another date in the place of the one that was read."""

    def __init__(self) -> None:
        super().__init__(
            "Another date is held for this request meanwhile. Look at it, then confirm that one or choose again.",
            "该申请现已保留另一日期,请查看后确认该日期,或重新选择。",
        )


@contextmanager
def guarded(store: Store) -> Iterator[Session]:
    """A write transaction in which a place is looked at and taken: nobody else can take it in between."""
    inside: AbstractContextManager[object] = nullcontext()  # the only writer already: waiting here could have no end
    queue = inside if store.inside else _QUEUE
    with queue, store.write() as session:
        yield session


def offers_for(store: Store, request_id: str, by: Person, nearest: bool = True) -> Offered:
    """What this request can be offered in the plans in force; nothing is changed or held."""
    allow(by, "organisation", "scheduler")
    with store.read() as session:
        row = own_request(session, request_id, by)
        return offered_to(the_book(session, by), row, nearest)


def hold(store: Store, request_id: str, key: str, by: Person) -> None:
    """Keeps the slots of a choice for ten minutes; a hold the request has already gives way. Raises Gone."""
    allow(by, "organisation", "scheduler")
    plan_id, slots = read_key(key)
    with guarded(store) as session:
        row = own_request(session, request_id, by)
        _may_book(session, row, by)
        book = the_book(session, by)
        plan, posed = _plan_of(book, plan_id), None
        standing = book.standing(plan, request_id)
        posed = pose(standing.dossier, request_of(row), book.setting, by.today)
        told = tuple(_told(day, start, one.visit) for (day, start), one in zip(slots, posed.newcomers, strict=False))
        if len(slots) != len(posed.newcomers) or placed_at(standing, posed.newcomers, told) is None:
            raise Gone
        _write_hold(session, row, plan, told, by)


def release(store: Store, request_id: str, by: Person) -> None:
    """Lets held slots go."""
    allow(by, "organisation", "scheduler")
    with store.write() as session:
        own_request(session, request_id, by)
        held = session.get(HoldRow, request_id)
        if held is not None:
            session.delete(held)
            append(session, Change("booking.release", f"request {request_id}", {}, {}), by)


def confirm(store: Store, request_id: str, by: Person, seen: str = "") -> None:
    """Books what the request holds: its visits join the plan in force and are promised; earlier ones give way.

    Confirming twice books once. A hold that has run out is booked all the same where nobody took its place.
    Raises Gone otherwise; OtherHeld where `seen` names another hold (`HoldRow.name`).
    """
    allow(by, "organisation", "scheduler")
    with guarded(store) as session:
        row = own_request(session, request_id, by)
        held = session.get(HoldRow, request_id)
        if held is None:
            if _booked(session, request_id):
                return
            raise Gone
        if seen and seen != held.name:
            raise OtherHeld
        _may_book(session, row, by)
        book = the_book(session, by)
        plan = _plan_of(book, held.plan_id)
        slots = held.slots
        before = standing(session, PlanVisitRow.request_id == request_id)
        if _placed(book, plan, row, slots, others=True) is None:
            raise Gone
        moved = _leave_other_plans(book, row, plan)
        _join(book, plan, row, slots)
        session.delete(held)
        session.flush()
        _write_booking(session, row, plan, slots, moved, by)
        _tell(session, row, before, by)


def cancel(store: Store, request_id: str, why: str, by: Person) -> None:
    """Takes the visits of a request out of the plans in force and withdraws it. Cancelling twice cancels once."""
    allow(by, "organisation", "scheduler")
    said = no_longer("why", why, LONGEST_WHY)
    with guarded(store) as session:
        row = own_request(session, request_id, by)
        if row.status == "withdrawn":
            return
        conflict_unless(row, "status", "received", "accepted")
        _nothing_done_yet(session, row, by)
        before = standing(session, PlanVisitRow.request_id == request_id)
        _leave_other_plans(the_book(session, by), row, None)
        held, booking = session.get(HoldRow, request_id), session.get(BookingRow, request_id)
        if held is not None:
            session.delete(held)
        if booking is not None:
            booking.status = "cancelled"
        session.flush()
        edit(session, row, {"status": "withdrawn", "answer": ""}, "booking.cancel", by, said)
        _tell(session, row, before, by)


def adopt_nearest(store: Store, request_id: str, how: str, key: str, by: Person) -> None:
    """Changes a waiting request to the nearest that fits (`how` is its reason's code) and holds a choice of it.

    With fewer people the others go into the inbox as a request of their own. Raises Gone where it fits no more;
    the request is then as it was.
    """
    allow(by, "organisation", "scheduler")
    with store.read() as session:
        asked = request_of(own_request(session, request_id, by))
    found = next((one for one in offers_for(store, request_id, by).nearest if one.how.code == how), None)
    if found is None:
        raise Gone
    edit_request(store, request_id, form_of(found.request), None, by)
    try:
        hold(store, request_id, key, by)
    except Gone:
        edit_request(store, request_id, form_of(asked), None, by)
        raise
    left = _left_out(asked, found.request)
    if left:
        rest = replace(form_of(asked), groups=left)
        receive_request(store, rest, by, f"rest of {request_id}, {sum(one.count for one in left)}")


def form_of(asked: Request) -> RequestForm:
    """A request as the form that would make it."""
    return RequestForm(
        asked.site_id,
        asked.service,
        asked.groups,
        asked.host_dates,
        asked.host_hours,
        asked.fast_track,
        asked.interpreters,
        asked.contact,
    )


def _left_out(asked: Request, chosen: Request) -> tuple[Group, ...]:
    """The people of the first request who are not in the second."""
    taken: dict[Group, int] = {}
    for group in chosen.groups:
        mark = replace(group, count=1, ready=None)
        taken[mark] = taken.get(mark, 0) + group.count
    left = []
    for group in asked.groups:
        mark = replace(group, count=1, ready=None)
        gone = min(group.count, taken.get(mark, 0))
        taken[mark] = taken.get(mark, 0) - gone
        if group.count > gone:
            left.append(replace(group, count=group.count - gone, ready=None))
    return tuple(left)


def own_request(session: Session, request_id: str, by: Person) -> RequestRow:
    """The request; NotFound for another organisation's, which need not be known to exist."""
    row = session.get(RequestRow, request_id)
    if row is None or (by.organisation_id is not None and row.organisation_id != by.organisation_id):
        raise NotFound("request", request_id)
    return row


# ------------------------------------------------------------------------------------------------- taking a place


def _may_book(session: Session, row: RequestRow, by: Person) -> None:
    conflict_unless(row, "status", "received", "accepted")
    _nothing_done_yet(session, row, by)


def _nothing_done_yet(session: Session, row: RequestRow, by: Person) -> None:
    """Conflict where a visit of the request is today or was earlier: what is on the way is not changed here."""
    begun = select(PlanVisitRow.date).where(
        PlanVisitRow.request_id == row.id,
        PlanVisitRow.in_force,
        PlanVisitRow.work != "return",
        PlanVisitRow.date <= by.today,
    )
    if session.scalar(begun.limit(1)) is not None:
        raise Conflict(
            "The visits of this request have begun. Please call the division for any change.",
            "此申请的上门服务已经开始,如需变更请致电出入境部门。",
        )


def _plan_of(book: Book, plan_id: int) -> OpenPlan:
    plan = next((one for one in book.plans if one.row.id == plan_id), None)
    if plan is None:
        raise Gone
    return plan


def _placed(
    book: Book, plan: OpenPlan, row: RequestRow, slots: tuple[ToldSlot, ...], others: bool
) -> tuple[Posed, tuple[Slot, ...]] | None:
    standing = book.standing(plan, row.id, others)
    posed = pose(standing.dossier, request_of(row), book.setting, book.by.today)
    if len(posed.newcomers) != len(slots):
        return None
    placed = placed_at(standing, posed.newcomers, slots)
    return None if placed is None else (posed, placed[0])


def _join(book: Book, plan: OpenPlan, row: RequestRow, slots: tuple[ToldSlot, ...]) -> None:
    """Puts the request's visits at these slots into the plan in force, in the place of those it had there."""
    found = _placed(book, plan, row, slots, others=False)
    if found is None:
        raise Gone
    posed, places = found
    before = dossier_of(plan.row)
    standing = book.standing(plan, row.id, others=False)
    old = book.visits_of(plan, row.id)
    after = with_newcomers(standing.dossier, posed.request, posed.newcomers, posed.refused, book.setting.inputs)
    kept = kept_of(standing.dossier)
    for slot in places:
        after = take(after, slot, kept)
        kept |= {slot.visit}
    take_out(book.session, plan, old)
    put_in(book.session, plan, before, after, [one.id for one in posed.visits], book.by)


def _leave_other_plans(book: Book, row: RequestRow, but: OpenPlan | None) -> bool:
    """Takes the request's visits out of every plan in force except `but`; whether it had any anywhere."""
    had = False
    for plan in book.plans:
        visited = book.has_visits(plan, row.id)
        had |= visited
        if visited and (but is None or plan.row.id != but.row.id):
            old = book.visits_of(plan, row.id)
            before = dossier_of(plan.row)
            after = book.standing(plan, row.id, others=False).dossier
            take_out(book.session, plan, old)
            put_in(book.session, plan, before, after, (), book.by)
    return had


def _tell(session: Session, row: RequestRow, before: list[Standing], by: Person) -> None:
    """Notices and webhooks for what became of the request's visits; a booking moves no other's."""
    after = standing(session, PlanVisitRow.request_id == row.id)
    cause = f"booking {row.id} {by.at.isoformat()}"
    tell_of_changes(session, changes_between(before, after, by.today), cause, by)


def _told(day: date, start: int, visit: Visit) -> ToldSlot:
    return ToldSlot(visit.session, day, start, start + visit.service_seconds, visit.applicants)


def _write_hold(session: Session, row: RequestRow, plan: OpenPlan, told: tuple[ToldSlot, ...], by: Person) -> None:
    live = select(func.count()).where(
        HoldRow.organisation_id == row.organisation_id, HoldRow.expires_at > by.at, HoldRow.request_id != row.id
    )
    if (session.scalar(live) or 0) >= MOST_HOLDS:
        raise Conflict(
            f"Your organisation holds {MOST_HOLDS} dates already. Confirm or release one of them first.",
            f"贵单位已暂留{MOST_HOLDS}个时段,请先确认或释放其中之一。",
        )
    held = session.get(HoldRow, row.id)
    if held is not None:
        session.delete(held)
        session.flush()
    session.add(
        HoldRow(
            request_id=row.id,
            organisation_id=row.organisation_id,
            plan_id=plan.row.id,
            slots=told,
            made_at=by.at,
            expires_at=by.at + HELD_FOR,
            user_id=by.id,
        )
    )
    session.flush()
    append(session, Change("booking.hold", f"request {row.id}", {}, {"slots": told}), by)


def _write_booking(
    session: Session, row: RequestRow, plan: OpenPlan, slots: tuple[ToldSlot, ...], moved: bool, by: Person
) -> None:
    booking = session.get(BookingRow, row.id)
    before = () if booking is None else booking.slots
    if booking is None:
        booking = BookingRow(
            request_id=row.id,
            organisation_id=row.organisation_id,
            status="confirmed",
            slots=slots,
            confirmed_at=by.at,
        )
        session.add(booking)
    else:
        booking.status, booking.slots, booking.confirmed_at = "confirmed", slots, by.at
    session.flush()
    if row.status != "accepted":
        edit(session, row, {"status": "accepted"}, "request.accepted", by)
    action = "booking.move" if moved else "booking.confirm"
    append(session, Change(action, f"request {row.id}", {"slots": before}, {"slots": slots}), by)
    append(session, Change("plan.book", f"plan {plan.row.id}", {}, {"request": row.id, "slots": slots}), by)


def _booked(session: Session, request_id: str) -> bool:
    booking = session.get(BookingRow, request_id)
    return booking is not None and booking.status == "confirmed"
