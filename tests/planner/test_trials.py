"""A visit tried in the outings of a plan: what it adds, or what is in the way."""

import pytest

from planner.check import cost_of
from planner.problem import ProblemTeam
from planner.trials import able_teams, open_shifts, trials_of, try_everywhere, world_of
from tests.planner.outing_world import MON, TUE, planned, shift, visit, world
from tests.planner.tiny import RULES, best_route, brute_force, tiny_problem


def test_the_possible_come_first() -> None:
    teams = [
        ProblemTeam("T1", 0, 0, frozenset(), (shift(max_applicants=5),)),
        ProblemTeam("T2", 0, 0, frozenset(), (shift(),)),
    ]
    problem = world([visit("V")], teams)
    first, second = trials_of(problem, planned(problem), "V")
    assert (first.team.id, first.points, second.team.id) == ("T2", 4500, "T1")
    assert second.excess is not None


def test_shifts_are_those_of_able_teams_on_open_dates() -> None:
    english = frozenset({"language:en"})
    teams = [
        ProblemTeam("T1", 0, 0, english, (shift(), shift(TUE))),
        ProblemTeam("T2", 0, 0, frozenset(), (shift(),)),
        ProblemTeam("T3", 0, 0, english, (shift(),)),
    ]
    one = visit("V", skills=english, teams=frozenset({"T1", "T2"}))
    problem = world([one], teams)
    assert able_teams(problem, one) == [teams[0]]
    assert open_shifts(problem, one) == [(teams[0], teams[0].shifts[0])]
    assert teams[0].shifts[0].date == MON


def test_a_visit_tried_elsewhere_is_not_where_it_was() -> None:
    problem = world([visit("V"), visit("W", location=2)])
    here = world_of(problem, planned(problem, "V", "W"))
    [(team, own)] = open_shifts(problem, problem.visits[0])
    assert [one.id for one in here.others(team, own)] == ["V", "W"]
    assert [one.id for one in here.without("V").others(team, own)] == ["W"]
    assert here.without("V").without("V").home_of("V") is None


@pytest.mark.parametrize("seed", range(60))
def test_a_trial_costs_what_the_cheapest_outing_with_the_visit_costs_more(seed: int) -> None:
    problem = tiny_problem(seed, visits=4, rules=[rule for rule in RULES if rule != "capacity"])
    _, plan = brute_force(problem)
    for one in problem.visits:
        left = world_of(problem, plan).without(one.id)
        for trial in try_everywhere(left, one):
            team, own, others = trial.team, trial.shift, left.others(trial.team, trial.shift)
            orders = [[*others[:at], one, *others[at:]] for at in range(len(others) + 1)]
            found = [route for order in orders if (route := best_route(problem, team, own, order))]
            assert (trial.route is None) == (not found)
            before = best_route(problem, team, own, list(others)) if others else None
            if found and bool(before) == bool(others):
                less = cost_of(problem, [before] if before else []) - one.unserved_cost
                assert trial.points == min(cost_of(problem, [route]) for route in found) - less
