"""`visit-problem/1` and `visit-plan/1`: what the optimiser reads and writes.

`values` are the things themselves, `read` and `write` are their JSON, `build` makes a problem from visits.
The format is written down in docs/format.md.
"""

from planner.problem.build import build_problem, date_costs, is_due, locations_of, team_skills, unserved_cost
from planner.problem.read import plan_from_json, problem_from_json
from planner.problem.values import (
    Costs,
    Location,
    Plan,
    Problem,
    ProblemShift,
    ProblemTeam,
    ProblemVisit,
    Route,
    Stop,
    Unserved,
)
from planner.problem.write import plan_to_json, problem_to_json

__all__ = [
    "Costs",
    "Location",
    "Plan",
    "Problem",
    "ProblemShift",
    "ProblemTeam",
    "ProblemVisit",
    "Route",
    "Stop",
    "Unserved",
    "build_problem",
    "date_costs",
    "is_due",
    "locations_of",
    "plan_from_json",
    "plan_to_json",
    "problem_from_json",
    "problem_to_json",
    "team_skills",
    "unserved_cost",
]
