"""Thousands of tiny problems, planned and held against the exact answer; `make fuzz`.

Each problem is drawn from its number, so that one that fails can be tried again: `--first NUMBER --count 1`.
Ends with 1 if a plan breaks a rule, misses the optimum, or claims a bound above it. With `--seconds` the search is cut
off wherever it is: a plan may then be dearer than the best, but must not be called the best, nor its bound be too high.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from random import Random
from typing import get_args

from planner.check import check
from planner.effort import Effort
from planner.optimise import optimise
from planner.problem import Problem
from tests.planner.tiny import RULES, brute_force, tiny_problem


@dataclass(frozen=True)
class Trial:
    """What came of one problem: the true optimum beside the plan's cost and bound, and what is wrong."""

    name: str
    optimum: int
    cost: int
    bound: int | None
    faults: tuple[str, ...]


def drawn_problem(number: int) -> Problem:
    """Problem `number`: five or six visits, one to three teams and dates, all rules or some of them."""
    random = Random(number)
    visits, teams, dates = random.choice(((5, 2, 2), (5, 1, 3), (6, 2, 2), (6, 3, 1), (5, 3, 2)))
    rules = RULES if random.random() < 0.5 else [rule for rule in RULES if random.random() < 0.5]
    return tiny_problem(number, visits, teams, dates, rules)


def tried(problem: Problem, effort: Effort = "quick", seconds: float | None = None) -> Trial:
    """The problem planned and compared with the exact answer; `seconds` take the place of the effort."""
    optimum = brute_force(problem)[0]
    plan = optimise(problem, effort=effort, seconds=seconds)
    checked = check(problem, plan)
    faults = [breach.sentence("en") for breach in checked.breaches]
    if checked.cost != plan.cost:
        faults.append(f"states the cost {plan.cost}, which is {checked.cost}")
    if plan.cost < optimum or (seconds is None and plan.cost > optimum):
        faults.append(f"costs {plan.cost}, the best plan {optimum}")
    if plan.lower_bound is not None and plan.lower_bound > optimum:
        faults.append(f"bound {plan.lower_bound} is above the best plan, {optimum}")
    return Trial(problem.name, optimum, plan.cost, plan.lower_bound, tuple(faults))


def say(line: str) -> None:
    """Writes a line at once, so that a long run shows what it finds."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Runs the trials that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--effort", choices=get_args(Effort), default="quick")
    parser.add_argument("--seconds", type=float, help="a time instead of an effort, for example 0.02")
    asked = parser.parse_args()
    began, wrong, proven = time.monotonic(), 0, 0
    for number in range(asked.first, asked.first + asked.count):
        trial = tried(drawn_problem(number), asked.effort, asked.seconds)
        proven += trial.bound == trial.cost
        wrong += bool(trial.faults)
        for fault in trial.faults:
            say(f"{number}: {fault}")
    seconds = time.monotonic() - began
    say(f"{asked.count} problems, {proven} proven best, {wrong} wrong, {seconds:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
