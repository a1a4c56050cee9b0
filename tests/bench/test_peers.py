"""Every peer states the same problem: on tiny ones it finds the plan that arithmetic gives."""

import importlib
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from planner.model import Window
from planner.problem import Problem, ProblemShift, ProblemTeam, ProblemVisit
from tests.bench.answers import lawful_plan
from tests.bench.peers.lanes import REQUIRED

MONDAY, TUESDAY = date(2026, 9, 7), date(2026, 9, 8)
HOUR = 3600
PEERS = [("routing", "ortools"), ("vroom", "vroom"), ("pyvrp", "pyvrp")]


def world() -> Problem:
    """Two teams at one base, two dates, three sites in a line 600 s apart: base 0, sites 1, 2, 3.

    V1 needs ko, which T1 alone speaks and on Monday only. V2 costs 5,000 more on Monday. V3 is made in the morning
    of Monday or the afternoon of Tuesday.
    """
    late = ProblemShift(TUESDAY, 8 * HOUR, 17 * HOUR, 20)
    early = ProblemShift(MONDAY, 8 * HOUR, 17 * HOUR, 20)
    whole = tuple(Window(day, 9 * HOUR, 15 * HOUR) for day in (MONDAY, TUESDAY))
    return Problem(
        name="line",
        dates=(MONDAY, TUESDAY),
        seconds=np.array([[600 * abs(here - there) for there in range(4)] for here in range(4)]),
        teams=(
            ProblemTeam("T1", 0, 0, frozenset({"ko", "en"}), (early,)),
            ProblemTeam("T2", 0, 0, frozenset({"en"}), (early, late)),
        ),
        visits=(
            ProblemVisit("V1", 1, HOUR, whole, 50_000, 10, frozenset({"ko"})),
            ProblemVisit("V2", 2, HOUR, whole, 40_000, 10, date_costs=((MONDAY, 5000),)),
            ProblemVisit(
                "V3", 3, HOUR, (Window(MONDAY, 9 * HOUR, 10 * HOUR), Window(TUESDAY, 14 * HOUR, 15 * HOUR)), 40_000, 10
            ),
        ),
    )


def solve(peer: tuple[str, str], problem: Problem) -> tuple[int, int, list[tuple[str, date, list[str]]]]:
    """Cost, visits moved by the repair, and who made what when."""
    name, package = peer
    pytest.importorskip(package)
    answer = importlib.import_module(f"tests.bench.peers.{name}").solve(problem, 1.0, 1)
    repaired = lawful_plan(problem, answer.batches)
    made = [(route.team, route.date, sorted(stop.visit for stop in route.stops)) for route in repaired.plan.routes]
    return repaired.plan.cost, repaired.taken_out, made


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_knows_dates_skills_windows_and_costs_of_dates(peer: tuple[str, str]) -> None:
    # V1 by T1 on Monday: 1,200. V2 and V3 by T2 on Tuesday: 3,600. V2 on Monday would cost 5,000 more, V3 with V1
    # 3,600 for both and V2 alone 2,400: 6,000.
    assert solve(peer, world()) == (4800, 0, [("T1", MONDAY, ["V1"]), ("T2", TUESDAY, ["V2", "V3"])])


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_knows_the_capacity(peer: tuple[str, str]) -> None:
    problem = world()
    crowd = replace(problem, visits=(*problem.visits[:2], replace(problem.visits[2], applicants=11)))
    # V2 and V3 no longer fit together: V3 on Monday with V1 is too much as well (21), so T2 makes it alone: 3,600;
    # V1 1,200; V2 on Tuesday 2,400.
    cost, moved, _ = solve(peer, crowd)
    assert (cost, moved) == (7200, 0)


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_leaves_out_what_no_team_can_make(peer: tuple[str, str]) -> None:
    problem = world()
    thai = replace(problem, visits=(*problem.visits[:2], replace(problem.visits[2], skills=frozenset({"th"}))))
    # V1 1,200, V2 on Tuesday 2,400, V3 left out 40,000.
    assert solve(peer, thai)[:2] == (43_600, 0)


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_keeps_to_a_fixed_team_and_date(peer: tuple[str, str]) -> None:
    problem = world()
    fixed = replace(
        problem, visits=(*problem.visits[:2], replace(problem.visits[2], fixed_team="T2", fixed_date=MONDAY))
    )
    # V3 by T2 on Monday alone: 3,600; V1 1,200; V2 on Tuesday 2,400.
    assert solve(peer, fixed)[:2] == (7200, 0)


@pytest.mark.parametrize("peer", [one for one in PEERS if one[0] != "vroom"])
def test_a_peer_knows_the_limit_of_work(peer: tuple[str, str]) -> None:
    problem = world()
    teams = tuple(
        replace(team, shifts=tuple(replace(shift, max_work_seconds=2 * HOUR) for shift in team.shifts))
        for team in problem.teams
    )
    # V2 and V3 together are 2 h of service and an hour of driving: too long. Each alone fits (at most 2 h).
    cost, moved, _ = solve(peer, replace(problem, teams=teams))
    assert (cost, moved) == (7200, 0)


@pytest.mark.parametrize("peer", [one for one in PEERS if one[0] != "vroom"])
def test_a_peer_serves_what_has_to_be_served(peer: tuple[str, str]) -> None:
    problem = world()
    must = replace(problem, visits=tuple(replace(visit, unserved_cost=REQUIRED) for visit in problem.visits))
    assert solve(peer, must)[:2] == (4800, 0)
