"""Promises: kept to the minute where they can be, told aloud where they cannot."""

from dataclasses import replace
from datetime import date

from planner.model import Promise, Window
from planner.policy import hours_of
from tests.planner.visit_world import UNIVERSITY, codes, day, group, hosting, inputs, made, request

TEN = 36_000


def test_a_promised_session_starts_exactly_then_with_the_named_team() -> None:
    promise = Promise("R1", 2, day(9), TEN, "T3")
    first, second = made(inputs(request(group(80)), promises=(promise,))).visits
    assert not first.promised and len(first.windows) == 10  # 205 minutes, afternoons only
    assert second.promised
    assert second.windows == (Window(day(9), TEN, TEN),)
    assert (second.fixed_date, second.fixed_team) == (day(9), "T3")


def test_a_promise_wins_over_host_hours_and_host_dates() -> None:
    asked = hosting(request(group(11)), [day(14)], [hours_of("14:00-14:30")])
    answer = made(inputs(asked, promises=(Promise("R1", 1, day(9), TEN),)))
    assert answer.visits[0].windows == (Window(day(9), TEN, TEN),)
    assert answer.refused == ()


def test_the_promised_date_is_no_host_date_for_the_other_sessions() -> None:
    asked = hosting(request(group(80)), [day(14)])
    first, second = made(inputs(asked, promises=(Promise("R1", 1, day(9), TEN),))).visits
    assert first.windows == (Window(day(9), TEN, TEN),)
    assert {window.date for window in second.windows} == {day(14)}


def test_a_session_with_nothing_but_the_promise_of_another_is_refused() -> None:
    # hosted on no day of the horizon; 40 come by the promise for session 1, the other 40 do not
    asked = hosting(request(group(80)), [day(21)])
    answer = made(inputs(asked, promises=(Promise("R1", 1, day(9), TEN),)))
    assert [visit.applicants for visit in answer.visits] == [40]
    assert codes(answer) == ["no_host_date"]
    assert answer.refused[0].applicants == 40


def test_hours_grown_too_short_refuse_only_what_is_not_promised() -> None:
    # 80 people, 30 minutes open: 2 sessions by the policy's longest, 40 × 8 / 2 + 45 = 205 minutes each
    asked = hosting(request(group(80)), hours=[hours_of("14:00-14:30")])
    answer = made(inputs(asked, promises=(Promise("R1", 1, day(9), TEN),)))
    assert [visit.applicants for visit in answer.visits] == [40]
    assert codes(answer) == ["hours_too_short"]
    assert "205 minutes without interruption; 30" in answer.refused[0].reasons[0].sentence("en")


def test_a_promise_outside_the_horizon_leaves_its_people_to_that_plan() -> None:
    answer = made(inputs(request(group(80)), promises=(Promise("R1", 1, day(21), TEN),)))
    assert [(visit.id, visit.applicants) for visit in answer.visits] == [("R1-2", 40)]
    assert codes(answer) == ["promise_outside_horizon"]
    assert answer.refused[0].applicants == 40
    assert "2026-09-21" in answer.refused[0].reasons[0].sentence("zh")


def test_a_promise_from_before_today_is_not_planned_again() -> None:
    answer = made(inputs(request(group(11)), promises=(Promise("R1", 1, day(8), TEN),)), today=day(9))
    assert answer.visits == ()
    assert codes(answer) == ["promise_outside_horizon"]


def test_a_promise_after_the_legal_date_is_told_and_its_people_come_in_time() -> None:
    # entry 14 August + 30 = 13 September, promised for the 15th
    promise = Promise("R1", 1, day(15), TEN)
    answer = made(inputs(request(group(11, date(2026, 8, 14))), promises=(promise,)))
    [visit] = answer.visits
    assert not visit.promised
    assert visit.windows[-1].date == day(11)
    assert codes(answer) == ["promise_not_lawful"]
    assert answer.refused[0].applicants == 0


def test_sessions_beyond_those_needed_are_made_where_they_are_promised() -> None:
    promises = (Promise("R1", 1, day(8), TEN), Promise("R1", 2, day(9), TEN))
    answer = made(inputs(request(group(11)), promises=promises))
    assert [(visit.applicants, visit.fixed_date) for visit in answer.visits] == [(6, day(8)), (5, day(9))]
    assert answer.refused == ()


def test_a_session_promised_beyond_those_needed_divides_the_largest() -> None:
    # 80 by the 11th come in 40 + 40, 50 from the 16th on in one session; a fourth is promised: 25 + 25
    asked = request(group(80, date(2026, 8, 14)), group(50, day(8)))
    visits = made(inputs(asked, promises=(Promise("R1", 4, day(17), TEN),))).visits
    assert [(visit.applicants, visit.promised) for visit in visits] == [
        (40, False),
        (40, False),
        (25, False),
        (25, True),
    ]


def test_a_promised_session_for_which_no_people_are_left_is_told() -> None:
    promises = tuple(Promise("R1", number, day(7 + number), TEN) for number in (1, 2, 3))
    answer = made(inputs(request(group(2)), promises=promises))
    assert [visit.applicants for visit in answer.visits] == [1, 1]
    assert codes(answer) == ["promise_without_session"]
    assert "Session 3" in answer.refused[0].reasons[0].sentence("en")
    assert answer.refused[0].applicants == 0


def test_the_earlier_of_two_promises_for_one_session_is_kept_and_the_other_told() -> None:
    promises = (Promise("R1", 1, day(10), TEN), Promise("R1", 1, day(9), TEN))
    answer = made(inputs(request(group(11)), promises=promises))
    assert answer.visits[0].fixed_date == day(9)
    assert codes(answer) == ["promise_twice"]
    assert "2026-09-10" in answer.refused[0].reasons[0].sentence("en")


def test_the_promise_of_a_refused_request_is_not_broken_in_silence() -> None:
    given = inputs(request(group(11)), promises=(Promise("R1", 1, day(9), TEN),))
    answer = made(replace(given, organisations=(replace(UNIVERSITY, foreigners=9),)))
    assert codes(answer) == ["too_few_foreigners", "promise_of_refused"]


def test_the_promise_of_a_request_whose_people_are_all_out_is_told() -> None:
    given = inputs(request(group(11, date(2026, 8, 4))), promises=(Promise("R1", 1, day(9), TEN),))
    assert codes(made(given)) == ["legal_date_past", "promise_of_refused"]


def test_a_promise_to_the_less_urgent_half_reaches_the_right_party() -> None:
    # five must come by the 11th, five from the 16th on: two parties, sessions 1 and 2
    asked = request(group(5, date(2026, 8, 14)), group(5, day(8)))
    first, second = made(inputs(asked, promises=(Promise("R1", 2, day(17), TEN),))).visits
    assert not first.promised
    assert second.fixed_date == day(17)
