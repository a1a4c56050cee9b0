"""Several teams at one stop at once: the common date and start, and when there is none."""

from dataclasses import replace
from datetime import date

import pytest

from planner.model import Base, Break, Hours, Inputs, Place, Promise, Shift, Visit, Window
from planner.policy import Policy, hours_of
from planner.visits.joint import drive_seconds, shift_holds
from tests.planner.visit_world import (
    BASE,
    HORIZON,
    PLACE,
    SITE,
    day,
    group,
    hosting,
    inputs,
    made,
    remarks,
    request,
    shifts,
    team,
)

HOUR, MINUTE = 3600, 60
ONE_PM = 13 * HOUR
FOUR, FIVE, EIGHT = (tuple(team(number) for number in range(1, many + 1)) for many in (4, 5, 8))


def slots(visits: tuple[Visit, ...]) -> list[tuple[int, tuple[Window, ...]]]:
    return [(visit.applicants, visit.windows) for visit in visits]


def test_two_hundred_people_are_served_by_four_teams_at_one_common_start() -> None:
    # 4 × 50 people; 30 + 50 × 8 / 2 + 15 = 245 minutes fit only after 13:00 (until 17:05); first on Monday the 7th
    answer = made(inputs(request(group(200)), teams=FIVE))
    assert slots(answer.visits) == [(50, (Window(day(7), ONE_PM, ONE_PM),))] * 4
    assert {visit.joint for visit in answer.visits} == {"R1-1"}
    assert not any(visit.promised or visit.fixed_date for visit in answer.visits)
    assert remarks(answer) == []


def test_one_person_fewer_than_the_policy_names_makes_ordinary_sessions() -> None:
    answer = made(inputs(request(group(149)), teams=FIVE))
    assert [visit.applicants for visit in answer.visits] == [50, 50, 49]
    assert {visit.joint for visit in answer.visits} == {""}
    assert len(answer.visits[0].windows) == 10


def test_the_earliest_date_on_which_enough_teams_have_a_shift_is_taken() -> None:
    # team 4 is away until Wednesday the 9th
    given = inputs(request(group(200)), teams=FOUR)
    here = tuple(shift for shift in given.shifts if shift.team_id != "T4" or shift.date >= day(9))
    answer = made(replace(given, shifts=here))
    assert {visit.windows[0].date for visit in answer.visits} == {day(9)}


def test_host_dates_and_legal_dates_bound_the_common_date() -> None:
    # hosted on the 10th, the 15th and the 16th; 100 of them entered on 3 September, so from the 11th
    asked = hosting(request(group(100), group(100, date(2026, 9, 3))), [day(10), day(15), day(16)])
    answer = made(inputs(asked, teams=FOUR))
    assert {visit.windows for visit in answer.visits} == {(Window(day(15), ONE_PM, ONE_PM),)}


def test_without_enough_teams_people_are_spread_and_the_reader_is_told() -> None:
    answer = made(inputs(request(group(200)), teams=FOUR[:3]))
    assert [visit.applicants for visit in answer.visits] == [50] * 4
    assert {visit.joint for visit in answer.visits} == {""}
    assert len(answer.visits[0].windows) == 10
    assert remarks(answer) == ["joint_not_possible"]
    assert "can 4 teams begin together" in answer.remarks[0].reasons[0].sentence("en")


def test_more_teams_than_needed_come_where_that_makes_it_fit() -> None:
    # shifts end at 16:45: 245 minutes from 13:00 and 15 of driving do not fit; five teams need 205 (16:25 + 15)
    given = inputs(request(group(200)), teams=FIVE)
    short = tuple(replace(shift, hours=hours_of("08:30-16:45")) for shift in given.shifts)
    answer = made(replace(given, shifts=short))
    assert slots(answer.visits) == [(40, (Window(day(7), ONE_PM, ONE_PM),))] * 5


def test_two_joint_stops_on_one_date_do_not_share_teams() -> None:
    two = (request(group(200), name="R1"), request(group(200), name="R2"))
    alone = made(inputs(*two, teams=FIVE)).visits
    assert {(visit.request_id, visit.windows[0].date) for visit in alone} == {("R1", day(7)), ("R2", day(8))}
    together = made(inputs(*two, teams=EIGHT)).visits
    assert {(visit.request_id, visit.windows[0].date) for visit in together} == {("R1", day(7)), ("R2", day(7))}


def test_two_parties_of_one_request_do_not_share_teams_either() -> None:
    # 200 must come by the 11th, 200 can come from the 11th (3 September + 8) on; hosted on the 10th, 11th and 14th;
    # team 4 is away on the 10th, so the first party takes all four teams on the 11th
    people = (group(200, date(2026, 8, 14)), group(200, date(2026, 9, 3)))
    given = inputs(hosting(request(*people), [day(10), day(11), day(14)]), teams=FOUR)
    here = tuple(shift for shift in given.shifts if (shift.team_id, shift.date) != ("T4", day(10)))
    visits = made(replace(given, shifts=here)).visits
    assert [visit.windows[0].date for visit in visits] == [day(11)] * 4 + [day(14)] * 4
    assert [visit.joint for visit in visits] == ["R1-1"] * 4 + ["R1-5"] * 4


def test_a_joint_stop_does_not_grow_over_the_number_of_a_promised_session() -> None:
    # shifts until 16:45 allow a joint stop of five only, but session 5 is promised to those who come from the 16th on
    asked = request(group(200, date(2026, 8, 14)), group(5, day(8)))
    given = inputs(asked, teams=FIVE, promises=(Promise("R1", 5, day(17), 10 * HOUR),))
    short = tuple(replace(shift, hours=hours_of("08:30-16:45")) for shift in given.shifts)
    answer = made(replace(given, shifts=short))
    assert [(visit.applicants, visit.promised) for visit in answer.visits] == [(50, False)] * 4 + [(5, True)]
    assert remarks(answer) == ["joint_not_possible"]


def test_the_more_urgent_joint_stop_chooses_first() -> None:
    two = (request(group(200), name="R1"), request(group(200, date(2026, 8, 20)), name="R2"))
    visits = made(inputs(*two, teams=FIVE)).visits
    assert {(visit.request_id, visit.windows[0].date) for visit in visits} == {("R1", day(8)), ("R2", day(7))}


def test_a_team_promised_elsewhere_is_not_counted() -> None:
    asked = (request(group(200)), request(group(11), name="R2"))
    promise = Promise("R2", 1, day(7), 9 * HOUR, "T1")
    answer = made(inputs(*asked, teams=FOUR, promises=(promise,)))
    assert {visit.windows[0].date for visit in answer.visits if visit.joint} == {day(8)}


def test_a_promise_without_a_team_keeps_one_team_from_the_joint_stop() -> None:
    asked = (request(group(200)), request(group(11), name="R2"))
    promise = Promise("R2", 1, day(7), 9 * HOUR)
    four = made(inputs(*asked, teams=FOUR, promises=(promise,)))
    assert {visit.windows[0].date for visit in four.visits if visit.joint} == {day(8)}
    five = made(inputs(*asked, teams=FIVE, promises=(promise,)))
    assert {visit.windows[0].date for visit in five.visits if visit.joint} == {day(7)}


def test_each_session_needs_a_different_team_with_its_skills() -> None:
    # 150 Koreans first (three sessions of 50), 50 English speakers last: T1, T2, T3 speak Korean too, T4 does not
    people = (group(150, date(2026, 8, 29), language="ko"), group(50))
    korean = tuple(team(number, ("zh", "ko")) for number in (1, 2, 3))
    answer = made(inputs(request(*people), teams=(*korean, team(4))))
    assert [visit.skills[-1] for visit in answer.visits] == ["language:ko"] * 3 + ["language:en"]
    assert {visit.joint for visit in answer.visits} == {"R1-1"}
    mute = made(inputs(request(*people), teams=(*korean, team(4, ("zh",)))))
    assert {visit.joint for visit in mute.visits} == {""}


def test_a_shift_for_fewer_people_is_not_counted() -> None:
    given = inputs(request(group(200)), teams=FOUR)
    few = tuple(replace(shift, max_applicants=49 if shift.team_id == "T1" else 50) for shift in given.shifts)
    assert remarks(made(replace(given, shifts=few))) == ["joint_not_possible"]


def test_a_base_far_away_is_not_counted() -> None:
    # 2 degrees of latitude are 222 km: 15 min + 222 × 90 s = 348 min; 13:00 minus that is before 08:30
    given = inputs(request(group(200)), teams=FOUR)
    far = replace(given, bases=(Base("B1", "", "", Place(31.6, 106.5)),))
    assert remarks(made(far)) == ["joint_not_possible"]


def test_confirmed_joint_sessions_stay_joint_in_the_next_plan() -> None:
    promises = tuple(Promise("R1", number, day(9), ONE_PM + HOUR // 4) for number in (1, 2, 3, 4))
    answer = made(inputs(request(group(200)), teams=FOUR, promises=promises))
    moment = Window(day(9), ONE_PM + HOUR // 4, ONE_PM + HOUR // 4)
    assert slots(answer.visits) == [(50, (moment,))] * 4
    assert {visit.joint for visit in answer.visits} == {"R1-1"}
    assert all(visit.promised for visit in answer.visits)


def test_the_other_sessions_join_a_promised_one_if_teams_allow() -> None:
    promises = (Promise("R1", 2, day(9), ONE_PM),)
    joined = made(inputs(request(group(200)), teams=FOUR, promises=promises)).visits
    assert {visit.windows for visit in joined} == {(Window(day(9), ONE_PM, ONE_PM),)}
    assert [visit.promised for visit in joined] == [False, True, False, False]
    spread = made(inputs(request(group(200)), teams=FOUR[:3], promises=promises)).visits
    assert [len(visit.windows) for visit in spread] == [10, 1, 10, 10]


def test_five_confirmed_sessions_stay_five_though_four_would_do() -> None:
    promises = tuple(Promise("R1", number, day(9), ONE_PM) for number in (1, 2, 3, 4, 5))
    answer = made(inputs(request(group(200)), teams=FIVE, promises=promises))
    assert [visit.applicants for visit in answer.visits] == [40] * 5
    assert all(visit.promised for visit in answer.visits)


def test_the_drive_is_estimated_from_the_straight_line_and_the_way_to_the_room() -> None:
    # 0.1 degrees of latitude are 11.12 km: 15 × 60 + 90 × 11.12 = 1,901, and 300 to the room
    site = replace(SITE, access_seconds=300)
    assert drive_seconds(PLACE, site, Policy()) == 15 * MINUTE + 300
    assert drive_seconds(Place(29.7, 106.5), site, Policy()) == 1901 + 300


REST = Break(HOUR, 41_400, 46_800)


@pytest.mark.parametrize(
    ("hours", "rest", "limit", "start", "holds"),
    [
        ("08:30-18:00", None, None, "09:00", True),
        ("08:46-18:00", None, None, "09:00", False),  # 15 minutes to drive
        ("08:30-11:15", None, None, "09:00", True),  # 120 minutes, back at 11:15
        ("08:30-11:14", None, None, "09:00", False),
        ("08:30-18:00", REST, None, "09:00", True),  # back at 11:15, before 13:00: no rest needed
        ("08:30-18:00", REST, None, "13:30", True),  # leaves at 13:15, after 13:00: no rest needed
        ("13:15-18:00", REST, None, "13:30", True),
        ("08:30-18:00", REST, None, "12:30", True),  # rests from 11:30 to 12:30, before the service
        ("11:16-18:00", REST, None, "12:30", False),  # cannot be there by 11:30
        ("08:30-18:00", REST, None, "12:29", False),  # 12:29 to 14:29: neither rest fits
        ("08:30-14:15", REST, None, "11:00", True),  # rests from 13:00 to 14:00, back at 14:15
        ("08:30-14:14", REST, None, "11:00", False),
        ("08:30-18:00", REST, 3 * HOUR + 30 * MINUTE, "12:30", True),  # 11:15 to 14:45
        ("08:30-18:00", REST, 3 * HOUR + 29 * MINUTE, "12:30", False),
    ],
)
def test_a_shift_holds_the_drive_the_service_and_the_rest(
    hours: str, rest: Break | None, limit: int | None, start: str, holds: bool
) -> None:
    shift = Shift("T1", day(7), hours_of(hours), rest, None, limit)
    at = hours_of(f"{start}-24:00").start
    assert shift_holds(shift, 15 * MINUTE, at, 2 * HOUR) is holds


def test_a_joint_stop_starts_in_steps_of_a_quarter_of_an_hour() -> None:
    # shifts begin at 09:50: there by 10:05, so 10:15 is the first step; 150 people in five sessions of 30 take 165
    # minutes; the site is open from 10:00 to 16:00, the division without a pause
    policy = Policy(division_hours=(Hours(9 * HOUR, 18 * HOUR),), max_applicants_visit=30)
    asked = hosting(request(group(150)), hours=[hours_of("10:00-16:00")])
    late = tuple(replace(shift, hours=hours_of("09:50-18:00"), rest=None) for shift in shifts(FIVE, HORIZON))
    answer = made(replace(inputs(asked, teams=FIVE), shifts=late), policy)
    assert {visit.windows for visit in answer.visits} == {(Window(day(7), 10 * HOUR + 900, 10 * HOUR + 900),)}


def test_a_plan_without_teams_still_draws_all_sessions() -> None:
    answer = made(Inputs(inputs().organisations, (SITE,), (BASE,), requests=(request(group(200)),)))
    assert sum(visit.applicants for visit in answer.visits) == 200
