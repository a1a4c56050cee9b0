"""Values → JSON: always the same text for the same value, one line per row, team, shift, visit, route."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.problem.values import Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route

PROBLEM_FORMAT = "visit-problem/1"
PLAN_FORMAT = "visit-plan/1"


def problem_to_json(problem: Problem) -> str:
    """The problem as `visit-problem/1`; what has its default is left out, sets are sorted."""
    travel = [f'  "seconds": {_matrix(problem.seconds)}']
    if problem.metres is not None:
        travel.append(f'  "metres": {_matrix(problem.metres)}')
    costs = asdict(problem.costs)
    return _object(
        f'"format": {_text(PROBLEM_FORMAT)}',
        f'"name": {_text(problem.name)}',
        f'"dates": {_text([day.isoformat() for day in problem.dates])}',
        '"travel": {\n' + ",\n".join(travel) + "}",
        f'"teams": {_lines(map(_team, problem.teams))}',
        f'"visits": {_lines(_text(_visit(visit)) for visit in problem.visits)}',
        f'"costs": {_text(costs)}',
    )


def plan_to_json(plan: Plan) -> str:
    """The plan as `visit-plan/1`; `seconds` rounded to milliseconds."""
    unserved = ({"visit": one.visit, "reasons": list(one.reasons)} for one in plan.unserved)
    return _object(
        f'"format": {_text(PLAN_FORMAT)}',
        f'"problem": {_text(plan.problem)}',
        f'"cost": {plan.cost}',
        f'"lower_bound": {_text(plan.lower_bound)}',
        f'"seed": {plan.seed}',
        f'"seconds": {_text(round(float(plan.seconds), 3))}',
        *([f'"effort": {_text(plan.effort)}'] if plan.effort else []),
        f'"routes": {_lines(_text(_route(route)) for route in plan.routes)}',
        f'"unserved": {_lines(map(_text, unserved))}',
    )


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _object(*members: str) -> str:
    return "{\n" + ",\n".join(members) + "\n}\n"


def _lines(items: Iterable[str]) -> str:
    rows = list(items)
    return "[\n  " + ",\n  ".join(rows) + "]" if rows else "[]"


def _matrix(matrix: NDArray[np.int64]) -> str:
    return _lines("[" + ",".join(map(str, row)) + "]" for row in matrix.tolist())


def _team(team: ProblemTeam) -> str:
    head: dict[str, object] = {"id": team.id, "start": team.start}
    if team.end != team.start:
        head["end"] = team.end
    if team.skills:
        head["skills"] = sorted(team.skills)
    shifts = ",\n    ".join(_text(_shift(shift)) for shift in team.shifts)
    return _text(head)[:-1] + ', "shifts": [' + (f"\n    {shifts}" if shifts else "") + "]}"


def _shift(shift: ProblemShift) -> dict[str, object]:
    written: dict[str, object] = {"date": shift.date.isoformat(), "start": shift.start, "end": shift.end}
    if shift.max_applicants is not None:
        written["max_applicants"] = shift.max_applicants
    if shift.max_work_seconds is not None:
        written["max_work_seconds"] = shift.max_work_seconds
    if shift.rest is not None:
        rest = shift.rest
        written["break"] = {"seconds": rest.seconds, "earliest": rest.earliest, "latest": rest.latest}
    return written


def _visit(visit: ProblemVisit) -> dict[str, object]:
    written: dict[str, object] = {
        "id": visit.id,
        "location": visit.location,
        "service_seconds": visit.service_seconds,
    }
    if visit.applicants:
        written["applicants"] = visit.applicants
    if visit.skills:
        written["skills"] = sorted(visit.skills)
    if visit.teams is not None:
        written["teams"] = sorted(visit.teams)
    written["windows"] = [
        {"date": window.date.isoformat(), "earliest": window.earliest, "latest": window.latest}
        for window in visit.windows
    ]
    if visit.date_costs:
        written["date_costs"] = {day.isoformat(): cost for day, cost in sorted(visit.date_costs)}
    written["unserved_cost"] = visit.unserved_cost
    fixed = _fixed(visit.fixed_team, visit.fixed_date)
    return {**written, "fixed": fixed} if fixed else written


def _fixed(team: str | None, day: date | None) -> dict[str, str]:
    return {
        **({"team": team} if team is not None else {}),
        **({"date": day.isoformat()} if day is not None else {}),
    }


def _route(route: Route) -> dict[str, object]:
    written: dict[str, object] = {
        "team": route.team,
        "date": route.date.isoformat(),
        "leave": route.leave,
        "back": route.back,
        "stops": [
            {"visit": stop.visit, "arrive": stop.arrive, "start": stop.start, "end": stop.end} for stop in route.stops
        ],
    }
    return written if route.break_start is None else {**written, "break": {"start": route.break_start}}
