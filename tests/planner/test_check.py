"""The checker: the oracle's plans pass, and each way to spoil a plan is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

import numpy as np
import pytest

from planner.breaches import BREACHES, exact_clock
from planner.check import check, cost_of
from planner.model import Break, Window, seconds_of
from planner.problem import (
    Costs,
    Plan,
    Problem,
    ProblemShift,
    ProblemTeam,
    ProblemVisit,
    Route,
    Stop,
    Unserved,
)
from tests.planner.tiny import RULES, brute_force, every_plan_cost, tiny_problem

MON, TUE, SUN = date(2026, 9, 7), date(2026, 9, 8), date(2026, 9, 13)


def at(text: str) -> int:
    return seconds_of(text)


def world() -> Problem:
    """Base 0 and places 1, 2, 3, all 10 minutes apart, but 15 minutes from the base to 1 and 16 back."""
    seconds = np.full((4, 4), 600, dtype=np.int64)
    np.fill_diagonal(seconds, 0)
    seconds[0, 1], seconds[1, 0] = 900, 960
    rest = Break(3600, at("11:30"), at("13:00"))
    return Problem(
        "two-teams-two-days",
        (MON, TUE),
        seconds,
        (
            ProblemTeam(
                "T1",
                0,
                0,
                frozenset({"en", "ko"}),
                (
                    ProblemShift(MON, at("08:30"), at("17:30"), 30, 8 * 3600, rest),
                    ProblemShift(TUE, at("08:30"), at("17:30")),
                ),
            ),
            ProblemTeam("T2", 0, 0, frozenset({"en"}), (ProblemShift(MON, at("08:30"), at("17:30")),)),
        ),
        (
            ProblemVisit(
                "V1", 1, 7200, (Window(MON, at("09:00"), at("10:00")),), 72000, 12, frozenset({"ko"}),
                date_costs=((MON, 300), (TUE, 1800)),
            ),
            ProblemVisit("V2", 2, 3600, (Window(MON, at("09:00"), at("15:00")),), 50000, 10),
            ProblemVisit(
                "V3", 3, 1800, (Window(MON, at("09:00"), at("09:30")), Window(MON, at("14:00"), at("15:00"))), 900, 9,
                teams=frozenset({"T1"}), fixed_team="T1", fixed_date=MON,
            ),
        ),
        Costs(1, 0, 500),
    )  # fmt: skip


def valid() -> Plan:
    """T1 leaves 08:45, V1 09:00-11:00, drives to V2 at 11:10, rests 11:30-12:30, serves 12:30-13:30, home 13:40.

    Driving 900 + 600 + 600 = 2,100; one team-date 500; V1 on Monday 300; V3 left out 900: 3,800 in all.
    """
    stops = (
        Stop("V1", at("09:00"), at("09:00"), at("11:00")),
        Stop("V2", at("11:10"), at("12:30"), at("13:30")),
    )
    route = Route("T1", MON, at("08:45"), at("13:40"), stops, at("11:30"))
    return Plan("two-teams-two-days", 3800, (route,), (Unserved("V3"),), 3800)


def codes(plan: Plan, problem: Problem | None = None) -> set[str]:
    return {found.code for found in check(problem or world(), plan).breaches}


def on_route(**changes: object) -> Plan:
    plan = valid()
    return replace(plan, routes=(replace(plan.routes[0], **changes),))  # type: ignore[arg-type]


def on_stop(index: int, **changes: object) -> Plan:
    stops = list(valid().routes[0].stops)
    stops[index] = replace(stops[index], **changes)  # type: ignore[arg-type]
    return on_route(stops=tuple(stops))


def other_world(**changes: object) -> Problem:
    return replace(world(), **changes)  # type: ignore[arg-type]


def with_v3(team: str, start: str, day: date = MON) -> Plan:
    """V3 in an outing of its own: ten minutes there, half an hour, ten minutes back."""
    begin = at(start)
    stop = Stop("V3", begin, begin, begin + 1800)
    plan = valid()
    return replace(plan, routes=(Route(team, day, begin - 600, begin + 2400, (stop,)),), unserved=())


def test_the_valid_plan_breaks_nothing_and_costs_what_the_format_says() -> None:
    checked = check(world(), valid())
    assert checked.breaches == ()
    assert checked.cost == 2100 + 500 + 300 + 900
    assert checked.served == 2


def test_work_costs_from_leaving_to_being_back() -> None:
    # 08:45 to 13:40 are 4 h 55 min = 17,700 s at 2 points each.
    problem = other_world(costs=Costs(1, 2, 500))
    assert cost_of(problem, valid().routes) == 3800 + 2 * 17_700


SPOILED: dict[str, Callable[[], Plan]] = {
    "other_problem": lambda: replace(valid(), problem="another"),
    "unknown_visit": lambda: on_stop(0, visit="V8"),
    "unknown_team": lambda: on_route(team="T8"),
    "unknown_date": lambda: on_route(date=SUN),
    "no_shift": lambda: replace(valid(), routes=(replace(valid().routes[0], team="T2", date=TUE),)),
    "visit_twice": lambda: on_route(stops=valid().routes[0].stops * 2),
    "unserved_twice": lambda: replace(valid(), unserved=(Unserved("V3"), Unserved("V3"))),
    "served_and_unserved": lambda: replace(valid(), unserved=(Unserved("V3"), Unserved("V1"))),
    "visit_missing": lambda: replace(valid(), unserved=()),
    "team_twice": lambda: replace(valid(), routes=valid().routes * 2),
    "cost_differs": lambda: replace(valid(), cost=3799),
    "bound_above_cost": lambda: replace(valid(), lower_bound=3801),
    "empty_route": lambda: replace(valid(), routes=(*valid().routes, Route("T2", MON, at("09:00"), at("09:00"), ()))),
    "leaves_early": lambda: on_route(leave=at("08:29")),
    "back_late": lambda: on_route(back=at("17:31")),
    "arrival_differs": lambda: on_stop(1, arrive=at("11:09")),
    "back_differs": lambda: on_route(back=at("13:39")),
    "date_closed": lambda: on_route(date=TUE),
    "window_missed": lambda: on_stop(0, start=at("10:01")),
    "starts_before_arrival": lambda: on_stop(1, arrive=at("12:31")),
    "service_length": lambda: on_stop(1, end=at("13:29")),
    "skill_missing": lambda: on_route(team="T2"),
    "team_not_allowed": lambda: with_v3("T2", "14:00"),
    "other_team_fixed": lambda: with_v3("T2", "14:00"),
    "other_date_fixed": lambda: with_v3("T1", "14:00", TUE),
    "too_many_applicants": lambda: on_route(stops=(*valid().routes[0].stops, Stop("V3", 0, 0, 1800))),
    "too_much_work": lambda: on_route(back=at("16:46")),
    "break_missing": lambda: on_route(break_start=None),
    "break_unknown": lambda: on_route(team="T2"),
    "break_outside": lambda: on_route(break_start=at("11:29")),
    "break_misplaced": lambda: on_route(break_start=at("11:31")),
}  # fmt: skip


@pytest.mark.parametrize("code", SPOILED)
def test_each_way_to_spoil_a_plan_is_named(code: str) -> None:
    found = [one for one in check(world(), SPOILED[code]()).breaches if one.code == code]
    assert found
    assert all(one.where and one.sentence("en") and one.sentence("zh") for one in found)


def test_every_breach_code_of_the_format_is_tried_above() -> None:
    domain = list(BREACHES)[list(BREACHES).index("promise_broken") :]
    assert set(SPOILED) == set(BREACHES) - set(domain)


def test_a_break_may_lie_after_a_service_and_delays_the_departure() -> None:
    # V1 ends 11:00; rest there from 11:30 to 12:30; drive to V2 at 12:40, serve to 13:40, home 13:50.
    stops = (Stop("V1", at("09:00"), at("09:00"), at("11:00")), Stop("V2", at("12:40"), at("12:40"), at("13:40")))
    assert codes(on_route(stops=stops, back=at("13:50"))) == set()


def test_a_break_after_the_last_service_delays_the_return() -> None:
    # V1 09:40-11:40, rest there 11:40-12:40, 16 minutes home: 12:56. Work from 09:25.
    stop = Stop("V1", at("09:40"), at("09:40"), at("11:40"))
    route = Route("T1", MON, at("09:25"), at("12:56"), (stop,), at("11:40"))
    # Driving 900 + 960, the team-date 500, V1's Monday 300, left out 50,000 and 900.
    unserved = (Unserved("V2"), Unserved("V3"))
    assert codes(replace(valid(), cost=53_560, routes=(route,), unserved=unserved)) == set()


def test_no_break_is_needed_by_who_is_back_before_its_latest_beginning() -> None:
    # Back at 12:59:59 needs none, back at 13:00 does.
    def back(text: str) -> set[str]:
        end = at(text) - 600
        stop = Stop("V2", end - 3600, end - 3600, end)
        route = Route("T1", MON, end - 4200, at(text), (stop,))
        return codes(replace(valid(), routes=(route,), unserved=(Unserved("V1"), Unserved("V3")))) - {"cost_differs"}

    assert back("12:59:59") == set()
    assert back("13:00") == {"break_missing"}


def test_no_break_is_needed_by_who_leaves_after_its_latest_beginning() -> None:
    def leave(text: str) -> set[str]:
        there = at(text) + 600
        stop = Stop("V2", there, there, there + 3600)
        route = Route("T1", MON, at(text), there + 4200, (stop,))
        return codes(replace(valid(), routes=(route,), unserved=(Unserved("V1"), Unserved("V3")))) - {"cost_differs"}

    assert leave("13:00:01") == set()
    assert leave("13:00") == {"break_missing"}


def test_a_break_at_the_base_or_on_the_road_is_misplaced() -> None:
    # Leaving at 12:40 after a rest at the base from 11:30 is not a rest at a stop.
    stop = Stop("V2", at("12:50"), at("12:50"), at("13:50"))
    route = Route("T1", MON, at("12:40"), at("14:00"), (stop,), at("11:30"))
    assert "break_misplaced" in codes(replace(valid(), routes=(route,), unserved=(Unserved("V1"), Unserved("V3"))))
    # Arriving an hour late at V2 with the rest said to be at 11:05, five minutes into the drive.
    road = (Stop("V1", at("09:00"), at("09:00"), at("11:00")), Stop("V2", at("12:10"), at("12:10"), at("13:10")))
    assert {"break_misplaced", "arrival_differs"} <= codes(
        on_route(stops=road, break_start=at("11:35"), back=at("13:20"))
    )


def test_both_ends_of_a_window_belong_to_it() -> None:
    assert "window_missed" not in codes(with_v3("T1", "14:00")) | codes(with_v3("T1", "15:00"))
    assert "window_missed" in codes(with_v3("T1", "13:59")) & codes(with_v3("T1", "15:01"))


def test_a_clock_is_shown_to_the_second_where_seconds_matter() -> None:
    assert [exact_clock(one) for one in (34200, 34205, -60)] == ["09:30", "09:30:05", "-00:01"]


@pytest.mark.parametrize("seed", range(40))
def test_the_exact_plan_of_a_tiny_problem_breaks_nothing(seed: int) -> None:
    problem = tiny_problem(seed, visits=4 + seed % 3, teams=1 + seed % 2, dates=1 + seed // 2 % 2)
    cost, plan = brute_force(problem)
    checked = check(problem, plan)
    assert checked.breaches == ()
    assert checked.cost == cost == plan.cost


@pytest.mark.parametrize("rule", RULES)
def test_trying_every_leaving_time_finds_nothing_cheaper_than_the_oracle(rule: str) -> None:
    for seed in range(3):
        problem = tiny_problem(seed, visits=2, teams=1, dates=2, rules={rule, "breaks", "work_second"})
        assert brute_force(problem)[0] == every_plan_cost(problem)


@pytest.mark.parametrize("seed", range(30))
def test_moving_any_clock_time_of_an_exact_plan_is_caught(seed: int) -> None:
    problem = tiny_problem(seed, rules={"breaks", "several_windows", "work_second"})
    _, plan = brute_force(problem)
    random = Random(seed)
    if not plan.routes:
        return
    number = random.randrange(len(plan.routes))
    route = plan.routes[number]
    stop = random.randrange(len(route.stops))
    shift = random.choice((-1, 1, 30))
    kind = random.choice(("leave", "back", "arrive", "start", "end"))
    if kind in ("leave", "back"):
        moved = replace(route, **{kind: getattr(route, kind) + shift})
    else:
        changed = replace(route.stops[stop], **{kind: getattr(route.stops[stop], kind) + shift})
        moved = replace(route, stops=(*route.stops[:stop], changed, *route.stops[stop + 1 :]))
    spoiled = replace(plan, routes=(*plan.routes[:number], moved, *plan.routes[number + 1 :]))
    assert check(problem, spoiled).breaches, (kind, shift)
