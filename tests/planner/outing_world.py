"""A base, two places and a Monday: problems small enough to be understood, and plans of them made by hand."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np

from planner.model import Window, seconds_of
from planner.outings import best_outing, timing_of
from planner.problem import Costs, Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route, Unserved

MON, TUE = date(2026, 9, 7), date(2026, 9, 8)


def at(text: str) -> int:
    return seconds_of(text)


def visit(
    name: str, location: int = 1, earliest: str = "09:00", latest: str = "16:00", **changes: object
) -> ProblemVisit:
    """One hour at a place, starting in these hours on Monday."""
    made = ProblemVisit(name, location, 3600, (Window(MON, at(earliest), at(latest)),), 50_000, 10)
    return replace(made, **changes)  # type: ignore[arg-type]


def shift(day: date = MON, **changes: object) -> ProblemShift:
    return replace(ProblemShift(day, at("08:30"), at("17:30")), **changes)  # type: ignore[arg-type]


def world(visits: Iterable[ProblemVisit], teams: Iterable[ProblemTeam] = (), minutes: int = 30) -> Problem:
    """Base 0 and places 1 and 2, all half an hour apart; one team that speaks English, on Monday."""
    seconds = np.full((3, 3), minutes * 60, dtype=np.int64)
    np.fill_diagonal(seconds, 0)
    own = tuple(teams) or (ProblemTeam("T1", 0, 0, frozenset({"language:en"}), (shift(),)),)
    return Problem("w", (MON, TUE), seconds, own, tuple(visits), Costs(1, 0, 900))


def planned(problem: Problem, *made: str, team: str = "T1") -> Plan:
    """The plan with these visits in one outing on Monday, in this order, everything else left out."""
    visits = [one for name in made for one in problem.visits if one.id == name]
    out = tuple(Unserved(one.id) for one in problem.visits if one.id not in made)
    if not visits:
        return Plan("w", 0, (), out)
    own = next(one for one in problem.teams if one.id == team)
    route = best_outing(timing_of(problem), own, own.shifts[0], visits)
    assert isinstance(route, Route)
    return Plan("w", 0, (route,), out)
