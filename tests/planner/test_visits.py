"""Requests become visits: length, even sessions, who comes first, windows, and who is not visited."""

from dataclasses import replace
from datetime import date

import pytest

from planner.model import Group, Hours, SpecialVisit, Visit, Window
from planner.policy import Policy, hours_of
from tests.planner.visit_world import (
    CALENDAR,
    LAST_ENTRY,
    SITE,
    TODAY,
    UNIVERSITY,
    codes,
    day,
    group,
    hosting,
    inputs,
    made,
    remarks,
    request,
)

MINUTE = 60


def sizes(visits: tuple[Visit, ...]) -> list[int]:
    return [visit.applicants for visit in visits]


# ---- length


@pytest.mark.parametrize(
    ("people", "minutes"),
    [
        ([group(11)], 89),  # 30 + 11 × 8 / 2 + 15
        ([group(11, kind="work")], 95),  # 30 + 99 / 2 = 49.5, a whole 50 + 15
        ([group(6), group(5, kind="work")], 92),  # 30 + (48 + 45) / 2 = 46.5, a whole 47 + 15
        ([group(1, kind="work")], 54),  # 30 + 9 + 15: one person sits at one desk
    ],
)
def test_a_session_takes_minutes_over_desks_and_set_up_and_pack_up(people: list[Group], minutes: int) -> None:
    [visit] = made(inputs(request(*people))).visits
    assert visit.service_seconds == minutes * MINUTE


def test_an_interview_takes_four_minutes_a_head_and_keeps_no_passports() -> None:
    [visit] = made(inputs(request(group(40), service="interview"))).visits
    assert visit.service_seconds == (30 + 80 + 15) * MINUTE  # 40 × 4 / 2
    assert visit.work == "interview"
    assert visit.processing_days is None
    assert "kit:interview" in visit.skills


def test_a_visit_tells_who_and_what_it_needs() -> None:
    [visit] = made(inputs(request(group(11), name="R012"))).visits
    assert (visit.id, visit.request_id, visit.organisation_id, visit.site_id) == ("R012-1", "R012", "O1", "S1")
    assert (visit.work, visit.session, visit.sessions, visit.applicants) == ("acceptance", 1, 1, 11)
    assert visit.skills == ("desks:2", "kind:study", "kit:acceptance", "language:en")
    assert not visit.promised and visit.joint == "" and visit.fixed_date is None


@pytest.mark.parametrize(
    ("fast", "people", "days"),
    [
        (False, [group(3)], 15),
        (True, [group(3)], 5),
        (False, [group(3, date(2026, 10, 20), task="visa_extension")], 7),
        (False, [group(3, date(2026, 10, 20), task="visa_extension"), group(2)], 15),  # the slowest counts
    ],
)
def test_passports_come_back_after_the_slowest_decision(fast: bool, people: list[Group], days: int) -> None:
    asked = replace(request(*people), fast_track=fast)
    [visit] = made(inputs(asked)).visits
    assert visit.processing_days == days


# ---- sessions


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (56, [56]),  # 30 + 224 + 15 = 269 minutes, the afternoon has 270
        (57, [29, 28]),  # 273 minutes do not fit
        (120, [40, 40, 40]),  # not 60 + 60: 285 minutes do not fit either
        (149, [50, 50, 49]),
    ],
)
def test_people_are_split_evenly_into_as_few_sessions_as_fit(people: int, expected: list[int]) -> None:
    assert sizes(made(inputs(request(group(people)))).visits) == expected


def test_capacity_splits_where_hours_would_not() -> None:
    # 123 people, at most 60 a session: 41 + 41 + 41, not 60 + 60 + 3
    long = Policy(division_hours=(hours_of("08:00-20:00"),))
    assert sizes(made(inputs(request(group(123))), long).visits) == [41, 41, 41]


def test_the_policy_limits_a_session_even_in_a_long_day() -> None:
    # 30 + 36 × 8 / 2 + 15 = 189 > 180; 18 + 18
    short = Policy(division_hours=(hours_of("08:00-20:00"),), max_session_minutes=180)
    assert sizes(made(inputs(request(group(36))), short).visits) == [18, 18]


def test_the_most_urgent_people_come_in_the_first_session() -> None:
    # 20 may come until 30 September, 50 only until Sunday the 13th: 70 people in 35 + 35
    late, urgent = group(20, date(2026, 8, 31)), group(50, date(2026, 8, 14))
    first, second = made(inputs(request(late, urgent))).visits
    assert first.groups == (replace(urgent, count=35),)
    assert second.groups == (replace(urgent, count=15), late)
    assert (first.legal_date, first.last_workday) == (day(13), day(11))
    assert second.legal_date == day(13)
    assert {window.date for window in first.windows} == {day(7), day(8), day(9), day(10), day(11)}
    assert {window.date for window in second.windows} == {day(8), day(9), day(10), day(11)}  # 31 August + 8


def test_a_session_without_the_urgent_people_has_the_later_dates_too() -> None:
    # 40 until the 13th, 40 until the 29th: each session keeps its own dates
    first, second = made(inputs(request(group(40, date(2026, 8, 14)), group(40)))).visits
    assert first.windows[-1].date == day(11)
    assert second.windows[-1].date == day(18)


def test_people_who_share_no_dates_come_apart() -> None:
    # one half must come by Friday the 11th, the other can come from Wednesday the 16th (8 + 8) on
    visits = made(inputs(request(group(5, date(2026, 8, 14)), group(5, date(2026, 9, 8))))).visits
    assert sizes(visits) == [5, 5]
    assert visits[0].windows[-1].date == day(11)
    assert visits[1].windows[0].date == day(16)


def test_people_join_the_urgent_only_while_two_dates_remain() -> None:
    # urgent until Friday the 11th; 3 September + 8 = 11th leaves one date in common, 2 September + 8 leaves two
    urgent = group(5, date(2026, 8, 14))
    assert sizes(made(inputs(request(urgent, group(5, date(2026, 9, 3))))).visits) == [5, 5]
    assert sizes(made(inputs(request(urgent, group(5, date(2026, 9, 2))))).visits) == [10]


def test_ready_people_of_a_cut_group_come_first() -> None:
    visits = made(inputs(request(replace(group(100), ready=60)))).visits
    assert [(visit.applicants, visit.groups[0].ready) for visit in visits] == [(50, 50), (50, 10)]


def test_time_is_planned_for_all_and_missing_papers_are_remarked() -> None:
    answer = made(inputs(request(replace(group(11), ready=7))))
    assert answer.visits[0].service_seconds == 89 * MINUTE
    assert remarks(answer) == ["some_not_ready"]
    assert "7 of 11" in answer.remarks[0].reasons[0].sentence("en")


# ---- windows


def test_service_starts_so_that_it_ends_before_the_stretch_does() -> None:
    # 89 minutes between 09:00 and 12:00: from 09:00 to 10:31; between 13:00 and 17:30: to 16:01
    [visit] = made(inputs(hosting(request(group(11)), [day(8)]))).visits
    assert visit.windows == (Window(day(8), 32_400, 37_860), Window(day(8), 46_800, 57_660))


def test_only_hours_that_site_host_and_division_share_count() -> None:
    # site 08:00-11:00 and 14:00-20:00, host 10:00-16:30, division 09:00-12:00 and 13:00-17:30
    # leaves 10:00-11:00 (too short for 89 minutes) and 14:00-16:30: start from 14:00 to 15:01
    given = inputs(hosting(request(group(11)), [day(8)], [hours_of("10:00-16:30")]))
    site = replace(SITE, hours=(hours_of("14:00-20:00"), hours_of("08:00-11:00")))
    [visit] = made(replace(given, sites=(site,))).visits
    assert visit.windows == (Window(day(8), 50_400, 54_060),)


def test_hours_that_touch_are_one_stretch() -> None:
    # 09:00-10:00 and 10:00-11:00 hold one session of 89 minutes
    hours = [Hours(36_000, 39_600), Hours(32_400, 36_000)]
    [visit] = made(inputs(hosting(request(group(11)), [day(8)], hours))).visits
    assert visit.windows == (Window(day(8), 32_400, 34_260),)


def test_days_off_and_days_before_today_are_never_offered() -> None:
    # a horizon given with its weekend and with yesterday; Sunday 20 September is worked
    horizon = tuple(day(number) for number in range(14, 22))
    [visit] = made(inputs(request(group(11))), horizon=horizon, today=day(15)).visits
    assert [window.date.day for window in visit.windows[::2]] == [15, 16, 17, 18, 20, 21]


def test_a_provisional_horizon_is_planned_and_its_dates_are_marked() -> None:
    horizon = CALENDAR.workdays(date(2027, 1, 4), date(2027, 1, 15), allow_provisional=True)
    asked = replace(request(group(11, date(2026, 12, 20))), received=date(2026, 12, 28))
    answer = made(inputs(asked), horizon=horizon, today=date(2026, 12, 30))
    assert answer.visits[0].windows[0].date == date(2027, 1, 4)
    assert remarks(answer) == ["date_provisional"]
    assert "2027-01-19" in answer.remarks[0].reasons[0].sentence("zh")  # 20 December + 30


# ---- refusals


def test_people_whose_day_passes_before_the_horizon_go_to_the_hall_by_a_date() -> None:
    # entry 6 August + 30 = Saturday 5 September; today is Friday the 4th
    answer = made(inputs(request(group(4, date(2026, 8, 6)), group(11))))
    assert sizes(answer.visits) == [11]
    [refused] = answer.refused
    assert codes(answer) == ["legal_date_before_horizon"]
    assert (refused.applicants, refused.go_by) == (4, TODAY)
    assert refused.groups == (group(4, date(2026, 8, 6)),)
    assert "2026-09-04" in refused.reasons[0].remedy("en")


def test_people_whose_day_has_passed_are_told_so() -> None:
    # entry 4 August + 30 = Thursday 3 September
    answer = made(inputs(request(group(4, date(2026, 8, 4)), group(11))))
    assert codes(answer) == ["legal_date_past"]
    assert (answer.refused[0].applicants, answer.refused[0].go_by) == (4, None)


def test_a_legal_day_on_the_weekend_before_the_horizon_has_no_working_day_left() -> None:
    # entry 7 August + 30 = Sunday the 6th; seen from Saturday the 5th nothing is left before it
    answer = made(inputs(request(group(4, date(2026, 8, 7)))), today=day(5))
    assert codes(answer) == ["legal_date_past"]


def test_people_who_cannot_apply_yet_are_told_from_when() -> None:
    # expiry 10 January 2027: from 90 days before, 12 October, to 30 before, 11 December
    answer = made(inputs(request(group(4, date(2027, 1, 10), task="extension"))))
    assert codes(answer) == ["not_open_yet"]
    assert answer.refused[0].go_by == date(2026, 12, 11)
    assert "2026-10-12" in answer.refused[0].reasons[0].remedy("en")


def test_an_organisation_that_hosts_on_no_date_of_the_horizon_is_refused() -> None:
    answer = made(inputs(hosting(request(group(11)), [day(21)])))
    assert codes(answer) == ["no_host_date"]
    assert answer.refused[0].go_by == day(29)  # 30 August + 30


def test_host_dates_outside_the_lawful_days_are_named() -> None:
    # must come by the 11th, hosted on the 14th only
    answer = made(inputs(hosting(request(group(11, date(2026, 8, 14))), [day(14)])))
    assert codes(answer) == ["no_host_date_in_time"]
    assert answer.refused[0].go_by == day(11)


def test_hours_without_anything_in_common_are_refused() -> None:
    answer = made(inputs(hosting(request(group(11)), hours=[hours_of("18:00-20:00")])))
    assert codes(answer) == ["no_common_hours"]
    assert "09:00-12:00, 13:00-17:30" in answer.refused[0].reasons[0].remedy("zh")


@pytest.mark.parametrize(("hours", "sessions"), [("09:00-09:53", [1, 1]), ("09:00-09:52", [])])
def test_hours_too_short_for_one_person_are_refused(hours: str, sessions: list[int]) -> None:
    # at one desk one student needs 30 + 8 + 15 = 53 minutes, two need 61
    answer = made(inputs(hosting(request(group(2)), hours=[hours_of(hours)])), Policy(desks=1))
    assert sizes(answer.visits) == sessions
    assert codes(answer) == ([] if sessions else ["hours_too_short"])
    for refused in answer.refused:
        assert "at least 53 minutes without interruption; 52 are possible" in refused.reasons[0].sentence("en")


def test_people_of_a_slower_kind_are_refused_alone_where_only_the_faster_fit() -> None:
    # 53 minutes hold a student (53) but nobody who takes 54
    answer = made(inputs(hosting(request(group(2), group(3, kind="work")), hours=[hours_of("09:00-09:53")])))
    assert sum(sizes(answer.visits)) == 2
    assert [(refused.applicants, refused.reasons[0].code) for refused in answer.refused] == [(3, "hours_too_short")]


def test_a_request_that_is_not_eligible_is_refused_whole_with_its_last_day() -> None:
    small = replace(UNIVERSITY, foreigners=10)
    answer = made(replace(inputs(request(group(4), group(3, date(2026, 8, 14)))), organisations=(small,)))
    assert answer.visits == ()
    assert codes(answer) == ["too_few_foreigners"]
    assert (answer.refused[0].applicants, answer.refused[0].go_by) == (7, day(11))


def test_refused_people_whose_day_has_passed_stand_apart() -> None:
    small = replace(UNIVERSITY, foreigners=10)
    answer = made(replace(inputs(request(group(4), group(3, date(2026, 8, 4)))), organisations=(small,)))
    assert [(refused.applicants, refused.go_by) for refused in answer.refused] == [(3, None), (4, day(29))]
    assert codes(answer) == ["too_few_foreigners", "legal_date_past", "too_few_foreigners"]


def test_a_request_without_people_is_refused_with_nobody_in_it() -> None:
    answer = made(inputs(request()))
    assert codes(answer) == ["nobody_applies"]
    assert answer.refused[0].applicants == 0


def test_a_special_visit_serves_one_person_and_is_remarked() -> None:
    family = replace(UNIVERSITY, foreigners=1)
    special = SpecialVisit("R1", "family of an {academician}", "Supervisor B", date(2026, 9, 3))
    given = replace(inputs(request(group(1, kind="reunion"))), organisations=(family,), special_visits=(special,))
    answer = made(given)
    assert sizes(answer.visits) == [1]
    assert remarks(answer) == ["special_visit"]
    assert "family of an {academician}; approved by Supervisor B" in answer.remarks[0].reasons[0].sentence("en")


# ---- order


def test_visits_come_by_request_and_session_whatever_order_they_were_given_in() -> None:
    requests = [request(group(360), name="R2"), request(group(11), name="R10"), request(group(11), name="R1")]
    policy = Policy(max_applicants_visit=30, joint_from_applicants=1000)
    forward, backward = made(inputs(*requests), policy), made(inputs(*requests[::-1]), policy)
    assert forward == backward
    assert [visit.id for visit in forward.visits] == ["R1-1", "R10-1", *(f"R2-{number}" for number in range(1, 13))]


def test_an_empty_horizon_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="without a date"):
        made(inputs(request(group(11))), horizon=())


def test_everybody_who_entered_on_the_last_possible_day_has_the_whole_horizon() -> None:
    [visit] = made(inputs(request(group(11, LAST_ENTRY)))).visits
    assert len(visit.windows) == 20  # ten days, morning and afternoon
