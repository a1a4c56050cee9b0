"""Holding, confirming, moving and cancelling: what is promised is in the plan in force, and nobody else is touched."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from planner.check import check
from planner.check_domain import check_dossier
from planner.model import Hours
from tests.webui.booking.booking_world import ask, book, booker, counter, later
from tests.webui.conftest import FRIDAY, Cast
from tests.webui.world import DAYS, a_draft
from webui.actions.bookings import OtherHeld, adopt_nearest, cancel, confirm, hold, offers_for, release
from webui.actions.bookings_offers import Gone, key_of
from webui.actions.plans import approve, publish, submit
from webui.actions.rules import calendar_of
from webui.actions.teams import set_absence
from webui.refusals import Conflict, NotFound
from webui.store.audit import verify
from webui.store.bookings import BookingRow, HoldRow
from webui.store.dossiers import dossier_of
from webui.store.engine import Store
from webui.store.plans import OutingRow, PlanRow, PlanVisitRow, TeamSlotRow
from webui.store.requests import BagRow, PromiseRow, RequestRow


def where(store: Store, request_id: str) -> list[tuple[str | None, date | None, int | None]]:
    with store.read() as session:
        rows = session.scalars(
            select(PlanVisitRow)
            .where(PlanVisitRow.request_id == request_id, PlanVisitRow.in_force)
            .order_by(PlanVisitRow.visit_id)
        )
        return [(row.team_id, row.date, row.starts) for row in rows]


def everything(store: Store) -> dict[str, list[tuple[str | None, date | None, int | None]]]:
    with store.read() as session:
        names = sorted(set(session.scalars(select(PlanVisitRow.request_id).where(PlanVisitRow.in_force))))
    return {name: where(store, name) for name in names}


def whole(store: Store, plan: int) -> None:
    """The plan keeps every rule, and the tables say what the plan says."""
    with store.read() as session:
        row = session.get_one(PlanRow, plan)
        dossier, calendar = dossier_of(row), calendar_of(session)
        assert check(dossier.problem, dossier.plan).breaches == ()
        assert check_dossier(dossier, calendar) == ()
        stops = {
            (stop.visit, route.team, route.date, stop.start, stop.end)
            for route in dossier.plan.routes
            for stop in route.stops
        }
        rows = session.scalars(select(PlanVisitRow).where(PlanVisitRow.plan_id == plan, PlanVisitRow.in_force)).all()
        assert {(one.visit_id, one.team_id, one.date, one.starts, one.ends) for one in rows} == stops
        assert row.served == len(stops)
        outings = session.scalars(select(OutingRow)).all()
        assert {(one.team_id, one.date, one.leaves, one.back) for one in outings} == {
            (route.team, route.date, route.leave, route.back) for route in dossier.plan.routes
        }
        slots = session.scalars(select(TeamSlotRow.visit_id)).all()
        assert set(slots) == {visit for visit, _, _, start, end in stops if end - start >= 600}
        promises = {(one.request_id, one.date, one.start) for one in session.scalars(select(PromiseRow))}
        assert promises == {(one.request_id, one.date, one.starts) for one in rows if one.work != "return"}
        assert verify(session).faults == ()


def test_a_confirmed_offer_is_a_promise_in_the_plan_in_force_and_moves_nobody(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    before = everything(store)
    request = ask(store, at.dan)
    offered = offers_for(store, request, at.dan)
    chosen = offered.choices[3]
    hold(store, request, chosen.key, at.dan)
    confirm(store, request, at.dan)
    slot = chosen.offer.slots[0]
    assert where(store, request) == [(slot.team, slot.date, slot.start)]
    assert {name: at_ for name, at_ in everything(store).items() if name != request} == before
    whole(store, at.plan)
    with store.read() as session:
        assert session.get_one(RequestRow, request).status == "accepted"
        (bag,) = session.scalars(select(BagRow).where(BagRow.request_id == request))
        assert (bag.passports, bag.collected_on) == (12, slot.date)
        assert bag.issued_on == calendar_of(session).add_workdays(slot.date, 15)


def test_every_offer_of_the_list_can_be_confirmed(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    request = ask(store, at.dan)
    many = len(offers_for(store, request, at.dan).choices)
    assert many > 40
    for number in range(0, many, 9):  # each is a move of the one before
        book(store, request, at.dan, min(number, len(offers_for(store, request, at.dan).choices) - 1))
        whole(store, at.plan)


def test_a_held_place_is_offered_to_nobody_else_for_ten_minutes(store: Store, cast: Cast) -> None:
    """On Tuesday from 09:00 to 11:15 each of the two teams has room for one session of 12 people (93 minutes)."""
    at = counter(store, cast)
    only = (DAYS[1],), (Hours(9 * 3600, 11 * 3600 + 900),)
    first, second, third = (ask(store, by, 12, *only) for by in (at.dan, at.cleo, at.dan))
    for request, by in ((first, at.dan), (second, at.cleo)):
        offered = offers_for(store, request, by)
        if offered.choices:
            hold(store, request, offered.choices[0].key, by)
    offered = offers_for(store, third, at.dan)
    assert offered.choices == ()
    assert [one.code for one in offered.why] == ["offers_full"]
    assert [one.how.code for one in offered.nearest][:2] == ["nearest_other_hours", "nearest_other_days"]
    after = later(at.dan, FRIDAY + timedelta(minutes=10, seconds=1))
    assert offers_for(store, third, after).choices


def test_what_was_held_too_long_is_lost_to_who_was_faster(store: Store, cast: Cast) -> None:
    """As above; eleven minutes later others take all that is left of that morning."""
    at = counter(store, cast)
    only = (DAYS[1],), (Hours(9 * 3600, 11 * 3600 + 900),)
    slow, late = ask(store, at.cleo, 12, *only), FRIDAY + timedelta(minutes=11)
    hold(store, slow, offers_for(store, slow, at.cleo).choices[0].key, at.cleo)
    dan, taken = later(at.dan, late), 0
    while offers_for(store, request := ask(store, dan, 12, *only), dan, nearest=False).choices:
        book(store, request, dan)
        taken += 1
    assert taken
    with pytest.raises(Gone):
        confirm(store, slow, later(at.cleo, late))
    assert offers_for(store, slow, later(at.cleo, late)).nearest


def test_confirming_twice_books_once_and_a_late_confirm_of_a_free_place_is_booked(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    request = ask(store, at.dan)
    hold(store, request, offers_for(store, request, at.dan).choices[0].key, at.dan)
    late = later(at.dan, FRIDAY + timedelta(hours=1))
    confirm(store, request, late)
    confirm(store, request, late)
    assert len(where(store, request)) == 1
    whole(store, at.plan)


def test_what_a_colleague_put_in_the_place_of_the_date_read_is_not_booked_unseen(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    request = ask(store, at.dan)
    read, other = offers_for(store, request, at.dan).choices[:2]
    hold(store, request, read.key, at.dan)
    with store.read() as session:
        seen = session.get_one(HoldRow, request).name
    hold(store, request, other.key, at.dan)
    with pytest.raises(OtherHeld):
        confirm(store, request, at.dan, seen)
    assert where(store, request) == []
    hold(store, request, read.key, at.dan)
    confirm(store, request, at.dan, seen)
    assert where(store, request) == [(one.team, one.date, one.start) for one in read.offer.slots]


def test_moving_keeps_the_old_place_until_the_new_one_is_confirmed(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    request = ask(store, at.dan)
    book(store, request, at.dan)
    old = where(store, request)
    offered = offers_for(store, request, at.dan)
    other = next(one for one in offered.choices if one.offer.slots[0].date != old[0][1])
    hold(store, request, other.key, at.dan)
    assert where(store, request) == old
    confirm(store, request, at.dan)
    assert where(store, request) == [(one.team, one.date, one.start) for one in other.offer.slots]
    whole(store, at.plan)
    with store.read() as session:
        assert len(session.scalars(select(BagRow).where(BagRow.request_id == request)).all()) == 1


def test_confirming_the_very_place_one_has_changes_nothing(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    request = ask(store, at.dan)
    book(store, request, at.dan)
    before = where(store, request)
    same = next(
        one
        for one in offers_for(store, request, at.dan).choices
        if (one.offer.slots[0].date, one.offer.slots[0].start) == before[0][1:]
    )
    hold(store, request, same.key, at.dan)
    confirm(store, request, at.dan)
    assert where(store, request) == before
    whole(store, at.plan)
    with store.read() as session:
        assert len(session.scalars(select(BagRow).where(BagRow.request_id == request)).all()) == 1


def test_a_visit_that_was_planned_by_the_division_is_moved_and_cancelled_as_well(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    others = {name: places for name, places in everything(store).items() if name != "R2"}
    offered = offers_for(store, "R2", at.cleo)
    other = next(one for one in offered.choices if one.offer.slots[0].date != where(store, "R2")[0][1])
    hold(store, "R2", other.key, at.cleo)
    confirm(store, "R2", at.cleo)
    assert where(store, "R2") == [(one.team, one.date, one.start) for one in other.offer.slots]
    whole(store, at.plan)
    cancel(store, "R2", "exams", at.cleo)
    assert everything(store) == others
    whole(store, at.plan)


def test_cancelling_gives_the_place_back_and_can_be_repeated(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    before = everything(store)
    with store.read() as session:
        plan_before = dossier_of(session.get_one(PlanRow, at.plan)).plan
    request = ask(store, at.dan)
    book(store, request, at.dan)
    cancel(store, request, "", at.dan)
    cancel(store, request, "", at.dan)
    assert everything(store) == before
    with store.read() as session:
        assert dossier_of(session.get_one(PlanRow, at.plan)).plan.cost == plan_before.cost
        assert session.get_one(RequestRow, request).status == "withdrawn"
        assert session.get_one(BookingRow, request).status == "cancelled"
        assert session.scalars(select(BagRow).where(BagRow.request_id == request)).all() == []
    whole(store, at.plan)


def test_nobody_touches_what_belongs_to_another_organisation(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    request = ask(store, at.cleo)
    key = offers_for(store, request, at.cleo).choices[0].key
    for act in (
        lambda: offers_for(store, request, at.dan),
        lambda: hold(store, request, key, at.dan),
        lambda: confirm(store, request, at.dan),
        lambda: release(store, request, at.dan),
        lambda: cancel(store, request, "", at.dan),
    ):
        with pytest.raises(NotFound):
            act()


def test_an_organisation_holds_three_at_most_and_may_release_one(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    requests = [ask(store, at.cleo, people=11) for _ in range(4)]
    for number, request in enumerate(requests):
        key = offers_for(store, request, at.cleo).choices[0].key
        if number == 3:
            with pytest.raises(Conflict, match="holds 3"):
                hold(store, request, key, at.cleo)
            release(store, requests[0], at.cleo)
        hold(store, request, key, at.cleo)
    with store.read() as session:
        assert sorted(session.scalars(select(HoldRow.request_id))) == sorted(requests[1:])


@pytest.mark.parametrize(
    "key", ["", "x", "1", "1_2026-09-08", "1_2026-09-08.x", "1_2026-09-08.999999", "99_2026-09-08.36000"]
)
def test_a_choice_that_is_none_is_refused_as_gone(store: Store, cast: Cast, key: str) -> None:
    at = counter(store, cast)
    with pytest.raises(Gone):
        hold(store, ask(store, at.dan), key, at.dan)


def test_visits_of_today_are_not_changed_here(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    request = ask(store, at.dan)
    book(store, request, at.dan)
    day = where(store, request)[0][1]
    assert day is not None
    then = later(at.dan, FRIDAY + (day - FRIDAY.date()))
    with pytest.raises(Conflict, match="have begun"):
        cancel(store, request, "", then)


def test_an_absence_since_takes_the_team_from_the_offers(store: Store, cast: Cast) -> None:

    at = counter(store, cast)
    request = ask(store, at.dan, days=(DAYS[4],))
    teams = {one.offer.slots[0].team for one in offers_for(store, request, at.dan).choices}
    assert teams
    for team in ("T1", "T2"):
        set_absence(store, team, DAYS[4], "training", None, cast.ada)
    offered = offers_for(store, request, at.dan)
    assert offered.choices == ()
    assert [one.code for one in offered.why] == ["offers_no_team_out"]


def test_without_a_plan_in_force_the_request_waits_in_the_inbox(store: Store, cast: Cast) -> None:
    from tests.webui.world import fill

    fill(store)
    dan = booker(store, "Dan", "O2")
    request = ask(store, dan)
    offered = offers_for(store, request, dan)
    assert (offered.choices, [one.code for one in offered.why]) == ((), ["offers_no_plan"])


def test_a_large_request_is_arranged_by_the_division(store: Store, cast: Cast) -> None:
    at = counter(store, cast)
    offered = offers_for(store, ask(store, at.cleo, people=150), at.cleo)
    assert [one.code for one in offered.why] == ["offers_large"]


def test_who_may_not_be_visited_reads_why(store: Store, cast: Cast) -> None:
    from webui.store.organisations import OrganisationRow

    at = counter(store, cast)
    request = ask(store, at.dan)
    with store.write() as session:
        session.get_one(OrganisationRow, "O2").foreigners = 10
    offered = offers_for(store, request, at.dan)
    assert [one.code for one in offered.why] == ["too_few_foreigners"]


def test_a_plan_made_before_a_booking_cannot_wipe_it_out(store: Store, cast: Cast) -> None:
    """A draft of the same week, then Dan books: the draft is refused; planned anew it keeps what was booked."""
    at = counter(store, cast)
    draft = a_draft(store, cast)
    request = ask(store, at.dan)
    book(store, request, at.dan)
    booked = where(store, request)
    submit(store, draft, None, cast.ada)
    approve(store, draft, "", None, cast.ben)
    with pytest.raises(Conflict, match="have booked since"):
        publish(store, draft, None, cast.ada)
    anew = a_draft(store, cast)
    submit(store, anew, None, cast.ada)
    approve(store, anew, "", None, cast.ben)
    publish(store, anew, None, cast.ada)
    assert where(store, request) == booked
    whole(store, anew)


def test_the_nearest_with_fewer_people_leaves_the_others_in_the_inbox(store: Store, cast: Cast) -> None:
    """From 09:00 to 10:30 only some of forty people can be served at S3; every other wish of theirs stays."""
    at = counter(store, cast)
    for day in DAYS:  # nothing is left but one morning
        if day != DAYS[3]:
            for team in ("T1", "T2"):
                set_absence(store, team, day, "training", None, cast.ada)
    set_absence(store, "T2", DAYS[3], "training", None, cast.ada)
    request = ask(store, at.dan, 58)
    offered = offers_for(store, request, at.dan)
    if offered.choices:  # the whole party fits: take the place, and the next one does not
        book(store, request, at.dan)
        request = ask(store, at.dan, 58)
        offered = offers_for(store, request, at.dan)
    assert [one.how.code for one in offered.nearest] == ["nearest_fewer"]
    [near] = offered.nearest
    adopt_nearest(store, request, "nearest_fewer", key_of(offered.nearest_plan, near.offers[0]), at.dan)
    confirm(store, request, at.dan)
    with store.read() as session:
        rest = session.scalars(select(RequestRow).where(RequestRow.idempotency_key.like(f"rest of {request}%"))).one()
        mine = session.get_one(RequestRow, request)
        people = [sum(group.people for group in row.groups) for row in (mine, rest)]
        assert people == [near.request.applicants, 58 - near.request.applicants]
        assert (mine.status, rest.status) == ("accepted", "received")
