"""A small measure in the suite: never dearer than OR-Tools routing at the same wall-clock."""

from planner.check import check
from planner.optimise import optimise
from tests.bench.answers import lawful_plan
from tests.bench.peers import routing
from tests.bench.problems import division_problem

SECONDS = 6


def test_never_dearer_than_or_tools_routing_at_the_same_time() -> None:
    problem = division_problem("september", 40, 3, 5, 4)
    optimise(division_problem("quiet", 12, 2, 3, 1), effort="quick")  # compiles
    ours = optimise(problem, seconds=SECONDS)
    theirs = routing.solve(problem, SECONDS, 1)
    assert check(problem, ours).breaches == ()
    assert ours.cost <= lawful_plan(problem, theirs.batches).plan.cost
