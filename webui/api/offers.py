"""Operations of offers: what the plans in force can promise a request, held, booked, moved, cancelled.

The actions are imported where they are used: they load the compiler, which all else of the staff's side does without.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from planner.model import clock
from webui.api.contract import EDITORS, READERS, Answered, Call, Tagged, operation
from webui.api.fields import NOT_GIVEN, Clock, Until, Words
from webui.api.reasons import ReasonOut, reason_out
from webui.language import N_
from webui.store.bookings import ToldSlot
from webui.store.reads import programs as reads

if TYPE_CHECKING:
    from planner.offers import Offer
    from webui.actions.bookings_offers import Offered


class OffersQuery(BaseModel):
    """Whether to look for the nearest that fits where nothing does."""

    model_config = NOT_GIVEN
    nearest: bool = True


class ChoiceIn(BaseModel):
    """An offer, by its `choice`."""

    model_config = NOT_GIVEN
    choice: str = Field(min_length=1, max_length=400)


class NearestIn(ChoiceIn):
    """An offer of a changed request: `how` is the code of the change."""

    how: str = Field(min_length=1, max_length=60)


class CancelBookingIn(BaseModel):
    """Why it is cancelled."""

    model_config = NOT_GIVEN
    why: Words = ""


class SlotOut(BaseModel):
    """One session: who would come when."""

    team: str
    date: date
    starts: Clock
    ends: Until


class OfferOut(BaseModel):
    """One offer of one plan: a slot for each session, in order, and what they add to the plan.

    `slack_workdays` lie between the latest slot and the last lawful day; null where no law sets one.
    """

    choice: str
    plan: int
    slots: list[SlotOut]
    points: int
    driving_minutes: float
    slack_workdays: int | None
    reasons: list[ReasonOut]


class NearestOut(BaseModel):
    """What could be offered if one wish were different."""

    how: ReasonOut
    applicants: int
    offers: list[OfferOut]


class Offers(BaseModel):
    """What a request can be offered now, by cost; `best` are a few to show. Without one: why, and the nearest."""

    items: list[OfferOut]
    best: list[str]
    why: list[ReasonOut]
    nearest: list[NearestOut]


class ToldOut(BaseModel):
    """One session as its organisation is told of it."""

    session: int
    date: date
    starts: Clock
    ends: Until
    people: int


class HoldOut(BaseModel):
    """Slots that are kept until a moment."""

    plan: int
    expires_at: datetime
    slots: list[ToldOut]


class BookingOut(Tagged):
    """What is held and booked for a request; `booking` is null where nothing ever was."""

    request: str
    status: str
    booking: str | None
    slots: list[ToldOut]
    hold: HoldOut | None


@operation(
    method="GET",
    path="/requests/{key}/offers",
    scope="requests:read",
    summary=N_("Dates and hours that the plans in force can promise to a request"),
    query=OffersQuery,
    answer=Offers,
    roles=EDITORS,
)
def list_offers(call: Call, key: str) -> Answered:
    """Nothing is changed or held."""
    from webui.actions import bookings

    return Answered(_offers(bookings.offers_for(call.store, key, call.holder.person, call.query.nearest)))


@operation(
    method="GET",
    path="/requests/{key}/booking",
    scope="requests:read",
    summary=N_("What is held and booked for a request"),
    answer=BookingOut,
    roles=READERS,
)
def booking(call: Call, key: str) -> Answered:
    """As it stands."""
    with call.store.read() as session:
        row, booked, held = reads.booking(session, key)
    kept = HoldOut(plan=held.plan_id, expires_at=held.expires_at, slots=_told(held.slots)) if held else None
    status = booked.status if booked else None
    slots = _told(booked.slots) if booked else []
    return Answered(BookingOut(request=key, status=row.status, booking=status, slots=slots, hold=kept), row.version)


@operation(
    method="POST",
    path="/requests/{key}/hold",
    scope="requests:write",
    summary=N_("Keep the slots of an offer for ten minutes"),
    body=ChoiceIn,
    answer=BookingOut,
    guards=booking,
    roles=EDITORS,
)
def hold_offer(call: Call, key: str) -> Answered:
    """A hold the request has already gives way, so that it has to be known."""
    from webui.actions import bookings

    bookings.hold(call.store, key, call.body.choice, call.holder.person)
    return booking(call, key)


@operation(
    method="POST",
    path="/requests/{key}/nearest",
    scope="requests:write",
    summary=N_("Change a waiting request to the nearest that fits, and keep an offer of it"),
    body=NearestIn,
    answer=BookingOut,
    guards=booking,
    roles=EDITORS,
)
def adopt_nearest(call: Call, key: str) -> Answered:
    """With fewer people the others become a request of their own."""
    from webui.actions import bookings

    bookings.adopt_nearest(call.store, key, call.body.how, call.body.choice, call.holder.person)
    return booking(call, key)


@operation(
    method="POST",
    path="/requests/{key}/release",
    scope="requests:write",
    summary=N_("Let held slots go"),
    answer=BookingOut,
    guards=booking,
    roles=EDITORS,
)
def release_hold(call: Call, key: str) -> Answered:
    """What is booked stays booked."""
    from webui.actions import bookings

    bookings.release(call.store, key, call.holder.person)
    return booking(call, key)


@operation(
    method="POST",
    path="/requests/{key}/confirm",
    scope="requests:write",
    summary=N_("Book what is held; what was booked before gives way, so that this moves a visit too"),
    answer=BookingOut,
    guards=booking,
    roles=EDITORS,
)
def confirm_hold(call: Call, key: str) -> Answered:
    """Books what was read to be held, not what another put in its place; confirming twice books once."""
    from webui.actions import bookings

    bookings.confirm(call.store, key, call.holder.person)
    return booking(call, key)


@operation(
    method="POST",
    path="/requests/{key}/cancel",
    scope="requests:write",
    summary=N_("Take the visits of a request out of the plans in force, and withdraw it"),
    body=CancelBookingIn,
    answer=BookingOut,
    guards=booking,
    roles=EDITORS,
)
def cancel_booking(call: Call, key: str) -> Answered:
    """Cancelling twice cancels once."""
    from webui.actions import bookings

    bookings.cancel(call.store, key, call.body.why, call.holder.person)
    return booking(call, key)


def _offers(found: "Offered") -> Offers:
    nearest = [
        NearestOut(
            how=reason_out(one.how),
            applicants=one.request.applicants,
            offers=[_offer(found.nearest_plan, offer) for offer in one.offers],
        )
        for one in found.nearest
    ]
    return Offers(
        items=[_offer(one.plan_id, one.offer) for one in found.choices],
        best=[one.key for one in found.best],
        why=[reason_out(one) for one in found.why],
        nearest=nearest,
    )


def _offer(plan: int, offer: "Offer") -> OfferOut:
    from webui.actions.bookings_offers import key_of

    slots = [SlotOut(team=one.team, date=one.date, starts=clock(one.start), ends=clock(one.end)) for one in offer.slots]
    return OfferOut(
        choice=key_of(plan, offer),
        plan=plan,
        slots=slots,
        points=offer.points,
        driving_minutes=round(offer.driving_seconds / 60, 1),
        slack_workdays=offer.slack_workdays,
        reasons=[reason_out(one) for one in offer.reasons],
    )


def _told(slots: Iterable[ToldSlot]) -> list[ToldOut]:
    return [
        ToldOut(session=one.session, date=one.date, starts=clock(one.start), ends=clock(one.end), people=one.people)
        for one in slots
    ]
