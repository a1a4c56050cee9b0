"""A plan's way: draft, moves with the checker's answer, review by another, publication under constraints."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from planner.errors import BadInput
from tests.webui.conftest import Cast
from tests.webui.world import FRIDAY, INPUTS, MONDAY, WEEK, a_draft, fill
from webui.actions import plans
from webui.actions.drafts import (
    CannotMove,
    Target,
    breaches_of,
    discard,
    move_visit,
    pin,
    rename,
    try_move,
    undo,
    unpin,
)
from webui.actions.plans import approve, gaps_of, publish, send_back, submit, take_back
from webui.actions.requests import refuse_request
from webui.actions.rules import calendar_of
from webui.actions.teams import set_absence
from webui.refusals import Conflict, NotAllowed, NotFound
from webui.store.audit import AuditDetailRow, AuditRow, verify
from webui.store.dossiers import dossier_of
from webui.store.engine import Store
from webui.store.inputs import inputs_of
from webui.store.plans import OutingRow, PinRow, PlanRow, PlanVisitRow, TeamSlotRow
from webui.store.requests import BagRow, PromiseRow


@pytest.fixture
def draft(store: Store, cast: Cast) -> int:
    fill(store)
    return a_draft(store, cast)


def where(store: Store, plan_id: int, visit_id: str) -> tuple[str | None, date | None, int | None]:
    with store.read() as session:
        row = session.get_one(PlanVisitRow, (plan_id, visit_id))
        return row.team_id, row.date, row.starts


def status(store: Store, plan_id: int) -> tuple[str, int]:
    with store.read() as session:
        row = session.get_one(PlanRow, plan_id)
        return row.status, row.version


def visit_of(store: Store, plan_id: int, request_id: str) -> str:
    with store.read() as session:
        rows = select(PlanVisitRow.visit_id).where(
            PlanVisitRow.plan_id == plan_id, PlanVisitRow.request_id == request_id
        )
        return session.scalars(rows).one()


def approved(store: Store, cast: Cast, plan_id: int) -> int:
    submit(store, plan_id, None, cast.ada)
    approve(store, plan_id, "seen", None, cast.ben)
    return plan_id


def test_the_draft_visits_all_five_and_breaks_no_rule(store: Store, draft: int) -> None:
    with store.read() as session:
        row = session.get_one(PlanRow, draft)
        assert (row.status, row.served, row.unserved) == ("draft", 5, 0)
        assert breaches_of(dossier_of(row), calendar_of(session)) == ()


def test_trying_a_move_tells_cost_and_saves_nothing(store: Store, cast: Cast, draft: int) -> None:
    visit = visit_of(store, draft, "R1")
    before = where(store, draft, visit)
    found = try_move(store, draft, visit, None, cast.ada)
    assert found.cost_after > found.cost_before
    assert where(store, draft, visit) == before


def test_a_move_is_saved_with_its_entry_and_undone_exactly(store: Store, cast: Cast, draft: int) -> None:
    visit = visit_of(store, draft, "R1")
    before = where(store, draft, visit)
    _, version = status(store, draft)
    move_visit(store, draft, visit, Target("T2", FRIDAY), version, cast.ada)
    assert where(store, draft, visit)[:2] == ("T2", FRIDAY)
    with store.read() as session:
        entry = session.scalars(select(AuditRow).where(AuditRow.action == "plan.move")).one()
        assert entry.subject == f"plan {draft} visit {visit}"
        assert '"T2"' in session.get_one(AuditDetailRow, entry.number).after
    assert undo(store, draft, None, cast.ada) == visit
    assert where(store, draft, visit) == before
    with pytest.raises(Conflict, match="nothing to undo"):
        undo(store, draft, None, cast.ada)


def test_a_visit_taken_out_is_unserved_with_reasons(store: Store, cast: Cast, draft: int) -> None:
    visit = visit_of(store, draft, "R2")
    move_visit(store, draft, visit, None, None, cast.ada)
    assert where(store, draft, visit) == (None, None, None)
    with store.read() as session:
        dossier = dossier_of(session.get_one(PlanRow, draft))
    assert [one.visit for one in dossier.plan.unserved] == [visit]
    assert dossier.facts.reasons[visit]


def test_a_wished_clock_time_puts_the_visit_next_to_it(store: Store, cast: Cast, draft: int) -> None:
    """T2 is out with R2 alone on Friday; a wish for 17:00 puts R1 after it, one for 09:00 before it."""
    two, one = visit_of(store, draft, "R2"), visit_of(store, draft, "R1")
    move_visit(store, draft, two, Target("T2", FRIDAY), None, cast.ada)
    move_visit(store, draft, one, Target("T2", FRIDAY, start=17 * 3600), None, cast.ada)
    late = where(store, draft, one)[2]
    move_visit(store, draft, one, Target("T2", FRIDAY, start=9 * 3600), None, cast.ada)
    early = where(store, draft, one)[2]
    assert early is not None
    assert late is not None
    assert early < (where(store, draft, two)[2] or 0)
    assert early < late


def test_past_the_last_lawful_day_is_refused_and_nothing_saved(store: Store, cast: Cast, draft: int) -> None:
    """R1's dates end before its law does; Saturday has no shift, and a team nobody knows is not found."""
    visit = visit_of(store, draft, "R1")
    with pytest.raises(Conflict, match="no shift"):
        move_visit(store, draft, visit, Target("T1", FRIDAY + timedelta(days=1)), None, cast.ada)
    with pytest.raises(NotFound):
        move_visit(store, draft, visit, Target("T9", FRIDAY), None, cast.ada)
    with pytest.raises(NotFound):
        move_visit(store, draft, "no such visit", Target("T1", FRIDAY), None, cast.ada)


def test_a_day_that_is_full_tells_what_stands_in_the_way(store: Store, cast: Cast) -> None:
    """R1 (20 people) and R4 (10) fill a shift of 30: R2 (15) does not fit in beside them."""
    small = tuple(replace(shift, max_applicants=30) for shift in INPUTS.shifts)
    fill(store, replace(INPUTS, shifts=small))
    plan = a_draft(store, cast)
    ids = [visit_of(store, plan, name) for name in ("R1", "R4", "R2")]
    for visit in ids:
        move_visit(store, plan, visit, None, None, cast.ada)
    free = next(day for day in (FRIDAY, MONDAY) if not _out(store, plan, "T1", day))
    move_visit(store, plan, ids[0], Target("T1", free), None, cast.ada)
    move_visit(store, plan, ids[1], Target("T1", free), None, cast.ada)
    with pytest.raises(CannotMove) as refused:
        move_visit(store, plan, ids[2], Target("T1", free), None, cast.ada)
    assert [reason.code for reason in refused.value.tried.reasons] == ["elsewhere_applicants"]
    assert "15" in refused.value.zh


def _out(store: Store, plan: int, team: str, day: date) -> bool:
    with store.read() as session:
        mine = select(PlanVisitRow).where(
            PlanVisitRow.plan_id == plan, PlanVisitRow.team_id == team, PlanVisitRow.date == day
        )
        return session.scalars(mine).first() is not None


def test_a_pinned_visit_stays_until_it_is_unpinned(store: Store, cast: Cast, draft: int) -> None:
    visit = visit_of(store, draft, "R1")
    pin(store, draft, visit, None, cast.ada)
    with pytest.raises(Conflict, match="pinned"):
        move_visit(store, draft, visit, None, None, cast.ada)
    unpin(store, draft, visit, None, cast.ada)
    move_visit(store, draft, visit, None, None, cast.ada)
    undo(store, draft, None, cast.ada)
    undo(store, draft, None, cast.ada)
    with store.read() as session:
        assert session.get(PinRow, (draft, visit)) is not None


def test_planning_again_keeps_what_is_pinned(store: Store, cast: Cast, draft: int) -> None:
    visit = visit_of(store, draft, "R2")
    move_visit(store, draft, visit, Target("T2", FRIDAY), None, cast.ada)
    pin(store, draft, visit, None, cast.ada)
    again = a_draft(store, cast, replace(WEEK, based_on=draft))
    assert where(store, again, visit)[:2] == ("T2", FRIDAY)
    with store.read() as session:
        assert session.get(PinRow, (again, visit)) is not None


def test_two_who_change_the_same_draft_the_second_is_told(store: Store, cast: Cast, draft: int) -> None:
    _, seen = status(store, draft)
    rename(store, draft, "Mine", seen, cast.ada)
    with pytest.raises(Conflict, match="Somebody else"):
        rename(store, draft, "Yours", seen, cast.ada)
    discard(store, draft, None, cast.ada)
    with pytest.raises(Conflict, match="discarded"):
        rename(store, draft, "Late", None, cast.ada)


def test_nobody_approves_their_own_submission(store: Store, cast: Cast, draft: int) -> None:
    both = replace(cast.ada, roles=frozenset(("scheduler", "supervisor")))
    submit(store, draft, None, both)
    with pytest.raises(Conflict, match="another supervisor"):
        approve(store, draft, "", None, both)
    with pytest.raises(NotAllowed):
        approve(store, draft, "", None, cast.ada)
    approve(store, draft, "", None, cast.ben)
    assert status(store, draft)[0] == "approved"


def test_the_database_itself_refuses_one_person_for_both(store: Store, cast: Cast, draft: int) -> None:
    with pytest.raises(IntegrityError), store.write() as session:
        row = session.get_one(PlanRow, draft)
        row.submitted_by = row.decided_by = cast.ada.id


def test_a_plan_sent_back_is_changed_and_submitted_anew(store: Store, cast: Cast, draft: int) -> None:
    submit(store, draft, None, cast.ada)
    with pytest.raises(Conflict, match="submitted"):
        move_visit(store, draft, visit_of(store, draft, "R1"), None, None, cast.ada)
    with pytest.raises(BadInput, match="reason"):
        send_back(store, draft, " ", None, cast.ben)
    send_back(store, draft, "R1 earlier, please", None, cast.ben)
    move_visit(store, draft, visit_of(store, draft, "R1"), Target("T2", FRIDAY), None, cast.ada)
    submit(store, draft, None, cast.ada)
    take_back(store, draft, None, cast.ada)
    assert status(store, draft)[0] == "draft"


def test_publishing_books_promises_and_notes_the_passports(store: Store, cast: Cast, draft: int) -> None:
    """Acceptance takes the passports for 15 working days, so all five bags wait for a later plan."""
    with pytest.raises(Conflict, match="approved"):
        publish(store, draft, None, cast.ada)
    publish(store, approved(store, cast, draft), None, cast.ada)
    with store.read() as session:
        assert session.query(PlanVisitRow).filter_by(in_force=True).count() == 5
        assert session.query(PromiseRow).filter_by(plan_id=draft).count() == 5
        assert session.query(BagRow).filter_by(plan_id=draft).count() == 5
        assert session.query(OutingRow).count() >= 1
        assert verify(session).faults == ()


def test_a_plan_that_misses_a_reachable_legal_date_is_not_published(store: Store, cast: Cast, draft: int) -> None:
    move_visit(store, draft, visit_of(store, draft, "R5"), None, None, cast.ada)
    with store.read() as session:
        gaps = gaps_of(dossier_of(session.get_one(PlanRow, draft)), calendar_of(session))
    assert [(gap.visit.request_id, gap.kind, gap.visit.last_workday) for gap in gaps] == [("R5", "reachable", FRIDAY)]
    approved(store, cast, draft)
    with pytest.raises(Conflict, match="legal date can be kept"):
        publish(store, draft, None, cast.ada)
    assert status(store, draft)[0] == "approved"


def test_with_that_guard_off_it_would_be_published(
    store: Store, cast: Cast, draft: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_visit(store, draft, visit_of(store, draft, "R5"), None, None, cast.ada)
    approved(store, cast, draft)
    monkeypatch.setattr(plans, "_no_reachable_gap", lambda *_: None)
    publish(store, draft, None, cast.ada)
    assert status(store, draft)[0] == "published"


def test_a_request_refused_since_stops_the_publication(store: Store, cast: Cast, draft: int) -> None:
    approved(store, cast, draft)
    refuse_request(store, "R3", "moved away", None, cast.ada)
    with pytest.raises(Conflict, match="R3"):
        publish(store, draft, None, cast.ada)


def test_a_later_plan_takes_over_on_its_dates_and_keeps_the_promises(store: Store, cast: Cast, draft: int) -> None:
    publish(store, approved(store, cast, draft), None, cast.ada)
    with store.read() as session:
        before = {(one.request_id, one.date, one.start) for one in session.scalars(select(PromiseRow))}
    again = a_draft(store, cast, replace(WEEK, based_on=draft))
    publish(store, approved(store, cast, again), None, cast.ada)
    assert status(store, draft)[0] == "superseded"
    with store.read() as session:
        after = {(one.request_id, one.date, one.start) for one in session.scalars(select(PromiseRow))}
        bags = {one.plan_id for one in session.scalars(select(BagRow))}
    assert after == before
    assert bags == {again}


def test_people_visited_before_the_horizon_are_not_planned_again(store: Store, cast: Cast, draft: int) -> None:
    publish(store, approved(store, cast, draft), None, cast.ada)
    with store.read() as session:
        next_week = inputs_of(session, (date(2026, 9, 14), date(2026, 9, 18)))
        october = inputs_of(session, (date(2026, 10, 12), date(2026, 10, 16)))
    assert next_week.requests == october.requests == ()
    assert len(october.bags) == 5


def test_the_same_people_are_never_booked_twice(store: Store, cast: Cast, draft: int) -> None:
    """Both drafts visit everybody; the second is for other dates, so nothing of the first gives way."""
    second = a_draft(store, cast, replace(WEEK, name="again", seed=2))
    publish(store, approved(store, cast, draft), None, cast.ada)
    approved(store, cast, second)
    with store.write() as session:
        row = session.get_one(PlanRow, second)
        row.first_date, row.last_date = date(2026, 9, 21), date(2026, 9, 25)
    with pytest.raises(Conflict):
        publish(store, second, None, cast.ada)
    assert status(store, second)[0] == "approved"


def test_a_team_cannot_be_booked_for_the_same_minutes_twice(store: Store, cast: Cast, draft: int) -> None:
    publish(store, approved(store, cast, draft), None, cast.ada)
    with store.read() as session:
        slot = session.scalars(select(TeamSlotRow)).first()
    assert slot is not None
    values = {"t": slot.team_id, "d": slot.date, "s": slot.slot, "p": slot.plan_id, "v": slot.visit_id}
    with pytest.raises(IntegrityError), store.write() as session:
        session.execute(text("INSERT INTO team_slot VALUES (:t, :d, :s, :p, :v)"), values)


@pytest.mark.parametrize(
    "act",
    [
        lambda store, cast, plan: move_visit(store, plan, "R1", None, None, cast.eve),
        lambda store, cast, plan: submit(store, plan, None, cast.ben),
        lambda store, cast, plan: approve(store, plan, "", None, cast.nora),
        lambda store, cast, plan: publish(store, plan, None, cast.eve),
        lambda store, cast, plan: set_absence(store, "T1", MONDAY, "leave", None, cast.eve),
    ],
)
def test_another_role_may_not(store: Store, cast: Cast, act: Callable[[Store, Cast, int], object]) -> None:
    with pytest.raises(NotAllowed):
        act(store, cast, 1)
