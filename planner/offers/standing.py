"""A plan as it stands, compiled once for all who ask for a visit more."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from planner.batches.arrays import BIG, Arrays, Int, arrays_of
from planner.batches.insertion import costs_as_planned, homes_elsewhere
from planner.batches.search import adopt
from planner.batches.state import State, empty_state, neighbours_of
from planner.dossier import Dossier
from planner.model import Window
from planner.problem import Plan, Problem, ProblemVisit, Route

POOL = 2
"""Nothing is searched here, so the search's memory of batches can be as small as it gets."""


@dataclass(frozen=True, eq=False)
class Standing:
    """A plan with its shifts as arrays. Shifts up to `today` and the `closed` ones take nothing more.

    - kept: visits whose team, date and start stay as planned: what was promised
    - batches, lengths: visits by shift in driving order
    - costs: points of each shift as planned, BIG where it breaks a rule
    - movable: by visit, 1 where it may make room for another
    - homes: for each movable visit the cheapest other shift: points, shift, place
    """

    dossier: Dossier
    today: date
    kept: frozenset[str]
    closed: frozenset[tuple[str, date]]
    arrays: Arrays
    keys: list[tuple[str, date]]
    batches: Int
    lengths: Int
    costs: Int
    movable: Int
    homes: Int


def stand(dossier: Dossier, kept: Collection[str], today: date, closed: Collection[tuple[str, date]] = ()) -> Standing:
    """The dossier's plan made ready for questions. `kept` are visit ids, `closed` shifts that are not worked."""
    arrays, keys = arrays_of(as_kept(dossier.problem, dossier.plan, kept))
    return standing_of(dossier, frozenset(kept), today, frozenset(closed), arrays, keys)


def standing_of(
    dossier: Dossier,
    kept: frozenset[str],
    today: date,
    closed: frozenset[tuple[str, date]],
    arrays: Arrays,
    keys: list[tuple[str, date]],
) -> Standing:
    """The same where the arrays of the dossier's problem, with the kept visits as planned, are there already."""
    open_ = np.array([day > today and (team, day) not in closed for team, day in keys], dtype=bool)
    state, lengths = _as_planned(arrays, keys, dossier)
    costs = costs_as_planned(arrays, state.batches, lengths)
    movable = _movable(dossier, kept, state, open_)
    homes = np.full((len(movable), 3), BIG, dtype=np.int64)
    if movable.any():
        adopt(arrays, neighbours_of(arrays, 1, 0), state, state.batches.copy(), lengths)  # the clocks
        reachable = arrays._replace(allowed=arrays.allowed * open_.astype(np.uint8))
        homes = homes_elsewhere(reachable, state, costs, movable)
    return Standing(dossier, today, kept, closed, arrays, keys, state.batches, lengths, costs, movable, homes)


def as_kept(problem: Problem, plan: Plan, kept: Collection[str]) -> Problem:
    """The problem in which the kept visits of the plan can only be made as they are planned."""
    made = {stop.visit: (route, stop.start) for route in plan.routes for stop in route.stops}
    return replace(
        problem,
        visits=tuple(
            _fixed(visit, *made[visit.id]) if visit.id in kept and visit.id in made else visit
            for visit in problem.visits
        ),
    )


def _fixed(visit: ProblemVisit, route: Route, start: int) -> ProblemVisit:
    window = Window(route.date, start, start)
    return replace(visit, windows=(window,), fixed_team=route.team, fixed_date=route.date)


def _as_planned(arrays: Arrays, keys: list[tuple[str, date]], dossier: Dossier) -> tuple[State, Int]:
    """The plan's batches, without their clocks, and the visits in each; what names an unknown shift is left out, as
    it can take nothing."""
    number = {key: s for s, key in enumerate(keys)}
    index = {visit.id: v for v, visit in enumerate(dossier.problem.visits)}
    longest = max((len(route.stops) for route in dossier.plan.routes), default=0) + 1
    state = empty_state(arrays, 1, POOL, longest)
    lengths = np.zeros(len(keys), dtype=np.int64)
    for route in dossier.plan.routes:
        s = number.get((route.team, route.date))
        if s is not None:
            order = [index[stop.visit] for stop in route.stops]
            state.batches[s, : len(order)], lengths[s] = order, len(order)
            state.shift_of[order] = s
    return state, lengths


def _movable(dossier: Dossier, kept: frozenset[str], state: State, open_: NDArray[np.bool_]) -> Int:
    """Visits of open shifts that nobody was promised and that stand for themselves."""
    alone = {visit.id for visit in dossier.facts.visits if not visit.promised and not visit.joint}
    return np.array(
        [
            int(s >= 0 and open_[s] and visit.id in alone and visit.id not in kept)
            for visit, s in zip(dossier.problem.visits, state.shift_of.tolist(), strict=True)
        ],
        dtype=np.int64,
    )
