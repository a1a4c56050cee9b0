"""Passports come back: bags collected earlier, and collections made in this very horizon."""

from dataclasses import replace
from datetime import date

from planner.model import Inputs, PassportBag, Visit, Window
from planner.policy import Policy, hours_of
from planner.visits import return_visits
from tests.planner.visit_world import CALENDAR, HORIZON, SITE, TODAY, codes, day, group, inputs, made, remarks, request


def with_bags(*bags: PassportBag, given: Inputs | None = None) -> Inputs:
    return replace(given or inputs(), bags=bags)


def bag(issued_on: date, name: str = "BAG1", passports: int = 14) -> PassportBag:
    return PassportBag(name, "R0", "S1", passports, issued_on)


def test_a_bag_comes_back_from_its_issue_on_and_soon() -> None:
    # issued Tuesday the 8th; 5 working days later is Tuesday the 15th; 20 minutes at the stop
    [visit] = made(with_bags(bag(day(8)))).visits
    assert (visit.id, visit.work, visit.returns, visit.request_id) == ("BAG1", "return", "BAG1", "R0")
    assert (visit.passports, visit.applicants, visit.groups, visit.skills) == (14, 0, (), ())
    assert visit.service_seconds == 1200
    assert visit.windows[:2] == (Window(day(8), 32_400, 42_000), Window(day(8), 46_800, 61_800))
    assert visit.windows[-1].date == day(18)  # later is allowed
    assert visit.wanted_by == day(15)
    assert (visit.legal_date, visit.last_workday) == (None, None)


def test_a_bag_issued_before_the_horizon_may_come_back_at_once() -> None:
    [visit] = made(with_bags(bag(date(2026, 9, 3)))).visits
    assert visit.windows[0].date == day(7)
    assert visit.wanted_by == day(10)  # 4, 7, 8, 9, 10 September


def test_a_bag_issued_on_a_weekend_waits_for_the_working_day() -> None:
    [visit] = made(with_bags(bag(day(12)))).visits
    assert visit.windows[0].date == day(14)


def test_a_bag_issued_after_the_horizon_is_remarked() -> None:
    answer = made(with_bags(bag(day(19))))
    assert answer.visits == ()
    assert remarks(answer) == ["return_after_horizon"]
    assert "2026-09-19" in answer.remarks[0].reasons[0].sentence("zh")


def test_a_bag_whose_site_is_never_open_long_enough_is_told() -> None:
    site = replace(SITE, hours=(hours_of("09:00-09:10"),))
    answer = made(replace(with_bags(bag(day(8))), sites=(site,)))
    assert codes(answer) == ["return_hours_too_short"]
    assert (answer.refused[0].request_id, answer.refused[0].applicants) == ("R0", 0)


def test_returns_stand_behind_the_visits_and_in_order_of_their_ids() -> None:
    given = with_bags(bag(day(8), "B"), bag(day(8), "A"), given=inputs(request(group(11))))
    assert [visit.id for visit in made(given).visits] == ["R1-1", "A", "B"]


def test_a_bag_with_the_id_of_a_visit_gets_another() -> None:
    visits = made(with_bags(bag(day(8), "R1-1"), given=inputs(request(group(11))))).visits
    assert [(visit.id, visit.returns) for visit in visits] == [("R1-1", None), ("R1-1-2", "R1-1")]


def collecting(fast: bool = True) -> tuple[Inputs, tuple[Visit, ...]]:
    given = inputs(replace(request(group(11)), fast_track=fast))
    return given, made(given).visits


def returned(collected: dict[str, date], visits: tuple[Visit, ...], given: Inputs) -> tuple[Visit, ...]:
    return return_visits(collected, visits, given, Policy(), CALENDAR, HORIZON)


def test_a_fast_track_collection_comes_back_five_working_days_later() -> None:
    # collected Tuesday the 8th; 9, 10, 11, 14, 15 = 5 working days
    given, visits = collecting()
    [back] = returned({"R1-1": day(8)}, visits, given)
    assert (back.id, back.returns, back.work, back.passports) == ("R1-1-back", "R1-1", "return", 11)
    assert back.windows[0].date == day(15)
    assert back.wanted_by == day(21)  # 16, 17, 18, the worked Sunday 20, 21 = 5 working days
    assert (back.request_id, back.site_id, back.organisation_id) == ("R1", "S1", "O1")


def test_fifteen_working_days_lead_out_of_the_horizon() -> None:
    given, visits = collecting(fast=False)
    assert returned({"R1-1": day(7)}, visits, given) == ()


def test_what_was_not_collected_and_interviews_bring_nothing_back() -> None:
    given, visits = collecting()
    assert returned({}, visits, given) == ()
    interview = inputs(replace(request(group(11), service="interview"), fast_track=True))
    assert returned({"R1-1": day(7)}, made(interview).visits, interview) == ()


def test_each_session_brings_back_its_own_passports() -> None:
    given = inputs(replace(request(group(80)), fast_track=True))
    backs = returned({"R1-1": day(7), "R1-2": day(9)}, made(given).visits, given)
    assert [(back.id, back.passports, back.windows[0].date) for back in backs] == [
        ("R1-1-back", 40, day(14)),
        ("R1-2-back", 40, day(16)),
    ]


def test_a_return_does_not_take_the_id_of_a_bag_from_before() -> None:
    given, _ = collecting()
    older = made(with_bags(bag(day(8), "R1-1-back"), given=given)).visits
    assert [back.id for back in returned({"R1-1": day(8)}, older, given)] == ["R1-1-back-2"]


def test_past_the_whole_calendar_nothing_is_wanted_by_a_date() -> None:
    horizon = CALENDAR.workdays(date(2027, 12, 27), date(2027, 12, 31), allow_provisional=True)
    [visit] = made(with_bags(bag(date(2027, 12, 29))), horizon=horizon, today=TODAY).visits
    assert visit.wanted_by is None
    assert visit.windows[0].date == date(2027, 12, 29)
