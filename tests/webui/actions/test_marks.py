"""Marks of officers: taken in order, each once, by who goes with the team; what was missed is planned again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from planner.errors import BadInput
from tests.webui.officer.conftest import MORNING, DayOut, out
from webui.actions.marks import Mark, Taken, set_officers, take_marks
from webui.refusals import NotAllowed, NotFound
from webui.store.audit import AuditRow, verify
from webui.store.days import MarkRow, State, states_on
from webui.store.engine import Store
from webui.store.inputs import inputs_of
from webui.store.requests import BagRow

__all__ = ["out"]


def sent(store: Store, out: DayOut, *marks: Mark) -> list[str]:
    return [one.outcome for one in take_marks(store, out.team, out.date, marks, out.cast.eve)]


def arrive(out: DayOut, number: int = 0, mark: str = "arrived-1") -> Mark:
    return Mark(mark, out.visits[number].visit_id, "arrive", out.now - timedelta(minutes=30))


def done(out: DayOut, count: int, mark: str = "all-done-1") -> Mark:
    return Mark(mark, out.visits[0].visit_id, "done", out.now, (count,))


def state(store: Store, out: DayOut, number: int = 0) -> State:
    with store.read() as session:
        return states_on(session, out.date, out.date).get((out.date, out.visits[number].visit_id), State())


def test_a_visit_goes_from_ahead_to_there_to_done(store: Store, out: DayOut) -> None:
    everyone = out.visits[0].applicants
    assert state(store, out).progress == "ahead"
    assert sent(store, out, arrive(out)) == ["saved"]
    assert (state(store, out).progress, state(store, out).arrived) == ("there", out.now - timedelta(minutes=30))
    assert sent(store, out, done(out, everyone)) == ["saved"]
    assert (state(store, out).progress, state(store, out).served) == ("done", everyone)


def test_the_same_marks_sent_again_are_known_and_change_nothing(store: Store, out: DayOut) -> None:
    marks = (arrive(out), done(out, 3))
    assert sent(store, out, *marks) == ["saved", "saved"]
    assert sent(store, out, *marks) == ["known", "known"]
    with store.read() as session:
        assert len(session.scalars(select(MarkRow)).all()) == 2
        told = session.scalars(select(AuditRow.action).where(AuditRow.action.like("visit.%"))).all()
        assert sorted(told) == ["visit.arrive", "visit.done"] + 5 * ["visit.publish"]  # the week's five requests
        assert verify(session).faults == ()


def test_another_cannot_take_the_number_of_a_mark(store: Store, out: DayOut) -> None:
    sent(store, out, arrive(out))
    assert sent(store, out, Mark("arrived-1", out.visits[0].visit_id, "done", out.now, (1,))) == ["refused"]
    assert state(store, out).progress == "there"


def test_one_refused_mark_does_not_stop_those_behind_it(store: Store, out: DayOut) -> None:
    marks = (arrive(out), arrive(out, mark="arrived-2"), done(out, 2))
    assert sent(store, out, *marks) == ["saved", "refused", "saved"]


def test_the_last_mark_can_be_taken_back_and_no_other(store: Store, out: DayOut) -> None:
    visit = out.visits[0].visit_id
    sent(store, out, arrive(out), done(out, 2))
    assert sent(store, out, Mark("undo-first", visit, "undo", out.now, undoes="arrived-1")) == ["refused"]
    assert sent(store, out, Mark("undo-last1", visit, "undo", out.now, undoes="all-done-1")) == ["saved"]
    assert state(store, out).progress == "there"
    assert sent(store, out, Mark("undo-last2", visit, "undo", out.now, undoes="arrived-1")) == ["saved"]
    assert state(store, out) == State()


@pytest.mark.parametrize("counts", [(), (999,), (-1,), (1, 1), (0,)])
def test_counts_that_cannot_be_are_refused(store: Store, out: DayOut, counts: tuple[int, ...]) -> None:
    [answer] = take_marks(store, out.team, out.date, (replace(done(out, 1), processed=counts),), out.cast.eve)
    assert answer.outcome == "refused"
    assert answer.en
    assert answer.zh


def test_people_who_were_missed_are_asked_for_again(store: Store, out: DayOut) -> None:
    one = out.visits[0]
    sent(store, out, done(out, one.applicants - 2))
    later = (out.date + timedelta(days=7), out.date + timedelta(days=11))
    with store.read() as session:
        again = {request.id: request.applicants for request in inputs_of(session, later).requests}
    assert again == {one.request_id: 2}


def test_a_visit_that_failed_is_asked_for_again_as_a_whole(store: Store, out: DayOut) -> None:
    one = out.visits[0]
    sent(store, out, Mark("trouble-1", one.visit_id, "problem", out.now, reason="Nobody is there"))
    later = (out.date + timedelta(days=7), out.date + timedelta(days=11))
    with store.read() as session:
        again = {request.id: request.applicants for request in inputs_of(session, later).requests}
    assert again == {one.request_id: one.applicants}


def test_the_bag_holds_as_many_passports_as_were_collected(store: Store, out: DayOut) -> None:
    one = out.visits[0]

    def passports() -> int:
        with store.read() as session:
            return session.scalars(select(BagRow.passports).where(BagRow.visit_id == one.visit_id)).one()

    assert passports() == one.applicants
    sent(store, out, done(out, 3))
    assert passports() == 3
    sent(store, out, Mark("undo-done-1", one.visit_id, "undo", out.now, undoes="all-done-1"))
    assert passports() == one.applicants


def test_a_clock_that_runs_ahead_is_put_back_to_now(store: Store, out: DayOut) -> None:
    sent(store, out, replace(arrive(out), at=out.now + timedelta(hours=5)))
    assert state(store, out).arrived == out.now
    late = replace(arrive(out, mark="arrived-9"), at=out.now - timedelta(days=400), kind="problem", reason="late")
    sent(store, out, late)
    with store.read() as session:
        assert session.get_one(MarkRow, "arrived-9").at.date() == out.date - timedelta(days=1)  # midnight in China


def test_nobody_marks_the_day_of_another_team_or_of_tomorrow(store: Store, out: DayOut) -> None:
    other = "T2" if out.team == "T1" else "T1"
    with pytest.raises(NotFound):
        take_marks(store, other, out.date, (arrive(out),), out.cast.eve)
    with pytest.raises(NotAllowed):
        take_marks(store, out.team, out.date, (arrive(out),), out.cast.ada)
    early = replace(out.cast.eve, at=out.now - timedelta(days=2))
    assert [one.outcome for one in take_marks(store, out.team, out.date, (arrive(out),), early)] == ["refused"]


def test_a_visit_that_is_not_in_force_is_refused_with_words(store: Store, out: DayOut) -> None:
    [answer] = take_marks(store, out.team, out.date, (Mark("no-visit-1", "R99-1", "arrive", out.now),), out.cast.eve)
    assert answer == Taken(
        "no-visit-1",
        "refused",
        "This visit is not in today's plan any more. Call the desk.",
        "该上门服务已不在当日计划中,请联系调度。",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        Mark("short", "R1-1", "arrive", MORNING),
        Mark("long-enough", "R1-1", "problem", MORNING),
        Mark("long-enough", "R1-1", "undo", MORNING),
        Mark("long-enough", "R1-1", "dance", MORNING),  # type: ignore[arg-type]
        Mark("long-enough", "R1-1", "problem", MORNING, reason="x" * 501),
    ],
)
def test_marks_that_no_phone_of_ours_makes_are_bad_input(store: Store, out: DayOut, wrong: Mark) -> None:
    with pytest.raises(BadInput):
        take_marks(store, out.team, out.date, (wrong,), out.cast.eve)


def test_only_officers_are_bound_to_teams(store: Store, out: DayOut) -> None:
    assert out.cast.ben.id
    with pytest.raises(BadInput):
        set_officers(store, "T1", [out.cast.ben.id], out.cast.ada)
    with pytest.raises(NotAllowed):
        set_officers(store, "T1", [], out.cast.eve)
    set_officers(store, out.team, [], out.cast.ada)
    with pytest.raises(NotFound):
        take_marks(store, out.team, out.date, (arrive(out),), out.cast.eve)
