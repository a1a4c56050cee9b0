"""The public sets mean what their files say: a tiny file by hand, and every stored file where they are at hand."""

from pathlib import Path

import pytest

from planner.check import check, cost_of
from planner.model import Window
from planner.problem import Plan, Route, Stop
from tests.bench.answers import lawful_plan
from tests.bench.public import DAY, SETS, best_known, problem_of, public_problem, shared_folder, vrplib

TINY = """\
NAME : TINY
TYPE : CVRPTW
DIMENSION : 3
VEHICLES : 2
CAPACITY : 10
SERVICE_TIME : 9
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 1 1
DEMAND_SECTION
1 0
2 6
3 4
TIME_WINDOW_SECTION
1 0 100
2 0 50
3 20 60
DEPOT_SECTION
1
-1
EOF
"""

SITES = """\
NAME: SITES
TYPE: SDVRPTW
DIMENSION: 3
VEHICLES: 2
VEHICLES_MAX_DURATION: 50
NODE_COORD_SECTION
1\t0\t0
2\t3\t4
3\t1\t1
DEMAND_SECTION
1\t0
2\t6
3\t4
SERVICE_TIME_SECTION
1\t0
2\t5
3\t7
TIME_WINDOW_SECTION
1\t0\t100
2\t0\t50
3\t20\t60
CAPACITY_SECTION
1\t10
2\t20
VEHICLES_ALLOWED_CLIENTS_SECTION
1\t2
2\t2\t3
EOF
"""


def test_arcs_of_solomon_are_cut_to_tenths() -> None:
    problem = problem_of("tiny", vrplib(TINY), 10, floor=True)
    # Depot to 2: 5 → 50. Depot to 3: √2 = 1.414 → 14. 2 to 3: √13 = 3.605 → 36.
    assert problem.seconds.tolist() == [[0, 50, 14], [50, 0, 36], [14, 36, 0]]
    assert problem.visits[1].windows == (Window(DAY, 200, 600),)
    assert problem.visits[1].service_seconds == 90
    assert [shift.max_applicants for team in problem.teams for shift in team.shifts] == [10, 10]


def test_a_route_costs_its_arcs() -> None:
    problem = problem_of("tiny", vrplib(TINY), 10, floor=True)
    repaired = lawful_plan(problem, {("1", DAY): ["2", "3"]})
    # 50 + 36 + 14 = 100; at 2 from 50 to 140, at 3 at 176, waits until 200, ends 290, back at 304.
    assert repaired.plan.cost == 100 and repaired.taken_out == 0
    stops = repaired.plan.routes[0].stops
    assert [(stop.arrive, stop.start, stop.end) for stop in stops] == [(50, 50, 140), (176, 200, 290)]
    assert repaired.plan.routes[0].back == 304


def test_arcs_of_the_other_sets_are_rounded_to_thousandths() -> None:
    problem = problem_of("sites", vrplib(SITES), 1000, floor=False)
    assert problem.seconds.tolist() == [[0, 5000, 1414], [5000, 0, 3606], [1414, 3606, 0]]
    assert [visit.service_seconds for visit in problem.visits] == [5000, 7000]


def test_vehicles_serve_only_their_own_customers() -> None:
    problem = problem_of("sites", vrplib(SITES), 1000, floor=False)
    assert [visit.teams for visit in problem.visits] == [frozenset({"1", "2"}), frozenset({"2"})]
    assert [team.shifts[0].max_applicants for team in problem.teams] == [10, 20]
    repaired = lawful_plan(problem, {("1", DAY): ["2", "3"]})
    # Vehicle 1 may not serve 3, so 3 goes to vehicle 2: 10,000 + 2 · 1,414.
    assert (repaired.taken_out, repaired.put_back, repaired.plan.cost) == (1, 1, 12_828)


def test_the_longest_duration_counts_from_the_best_leaving_time() -> None:
    problem = problem_of("sites", vrplib(SITES), 1000, floor=False)
    assert problem.teams[0].shifts[0].max_work_seconds == 50_000
    # Leaving for 3 so that its window has just opened: 27,000 + 3,606 + 5,000 + 5,000 − 18,586 = 22,020 of work.
    stops = (Stop("3", 20_000, 20_000, 27_000), Stop("2", 30_606, 30_606, 35_606))
    route = Route("2", DAY, 20_000 - 1414, 40_606, stops)
    assert check(problem, Plan("sites", cost_of(problem, [route]), (route,))).breaches == ()


def test_a_row_before_any_section_is_an_error() -> None:
    with pytest.raises(ValueError, match="line 2 belongs to no section"):
        vrplib("NAME : X\n1 2 3\n")


@pytest.mark.skipif(not shared_folder().is_dir(), reason="the public sets are not beside the project")
@pytest.mark.parametrize("name", SETS)
def test_every_stored_instance_can_be_read(name: str) -> None:
    folder = shared_folder()
    chosen = next(one for one in SETS if one == name)
    known = best_known(folder, chosen)
    assert {path.stem for path in (folder / name).glob("*.vrp")} == set(known)
    for instance, value in known.items():
        problem = public_problem(folder, chosen, instance)
        ends = {place for team in problem.teams for place in (team.start, team.end)}
        assert len(problem.visits) + len(ends) == len(problem.seconds), instance
        assert {visit.location for visit in problem.visits}.isdisjoint(ends), instance
        assert value < problem.visits[0].unserved_cost, instance


def test_the_folder_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOORSTEP_SHARED", str(tmp_path))
    assert shared_folder() == tmp_path / "benchmarks"
