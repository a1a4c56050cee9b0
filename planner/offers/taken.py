"""A dossier with one request more, and with a slot taken: what follows from saying yes to an offer."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias, TypeVar

import numpy as np

from planner.batches.arrays import Arrays, arrays_of
from planner.batches.kernel import timetable
from planner.check import cost_of
from planner.dossier import Dossier, Refused
from planner.errors import DoorstepError
from planner.model import Inputs, Organisation, Promise, Request, Site, Window
from planner.offers.slots import Newcomer, Outing, Slot, promised
from planner.offers.standing import as_kept
from planner.problem import Plan, Problem, Route, Stop, Unserved

Named = TypeVar("Named", bound=Organisation | Site | Request)
Compiled: TypeAlias = tuple[Arrays, list[tuple[str, date]]]
"""A problem as `arrays_of` gives it."""


def with_newcomers(
    dossier: Dossier, request: Request, newcomers: Iterable[Newcomer], refused: tuple[Refused, ...], inputs: Inputs
) -> Dossier:
    """The dossier with the visits of this request, unserved so far, and with its site and organisation of `inputs`."""
    for newcomer in newcomers:
        dossier = with_visit(dossier, newcomer)
    facts, own = dossier.facts, dossier.facts.inputs
    site = next(one for one in inputs.sites if one.id == request.site_id)
    organisation = next(one for one in inputs.organisations if one.id == site.organisation_id)
    own = replace(
        own,
        organisations=_with(own.organisations, organisation),
        sites=_with(own.sites, site),
        requests=_with(own.requests, request),
    )
    return replace(dossier, facts=replace(facts, inputs=own, refused=(*facts.refused, *refused)))


def with_visit(dossier: Dossier, newcomer: Newcomer) -> Dossier:
    """The dossier with this visit among its visits, unserved so far."""
    facts, problem, plan = dossier.facts, dossier.problem, dossier.plan
    known = newcomer.location is None or newcomer.location in facts.locations
    return Dossier(
        replace(
            facts,
            visits=(*facts.visits, newcomer.visit),
            locations=facts.locations if known else (*facts.locations, newcomer.location),  # type: ignore[arg-type]
        ),
        replace(
            problem,
            seconds=newcomer.seconds,
            metres=newcomer.metres,
            teams=newcomer.teams,
            visits=(*problem.visits, newcomer.posed),
        ),
        _recosted(replace(problem, visits=(*problem.visits, newcomer.posed)), plan, plan.routes),
    )


def take(dossier: Dossier, slot: Slot, kept: Collection[str], ready: Compiled | None = None) -> Dossier:
    """The dossier with the slot's visit made there and promised; the visits that made room stand where they went.

    The visit is among the dossier's. Its problem is the same but for this visit, which can only be made so.
    The `kept` visits start as they are planned. `ready` is that problem with them kept, where it is compiled already.
    """
    problem = replace(
        dossier.problem,
        visits=tuple(promised(one, slot) if one.id == slot.visit else one for one in dossier.problem.visits),
    )
    changed = {(one.team, one.date) for one in slot.outings}
    before = [route for route in dossier.plan.routes if (route.team, route.date) in changed]
    after = _timed(problem, ready or arrays_of(as_kept(problem, dossier.plan, kept)), slot.outings)
    routes = [route for route in dossier.plan.routes if (route.team, route.date) not in changed]
    about = {slot.visit, *(stop.visit for route in (*before, *after) for stop in route.stops)}
    cost = dossier.plan.cost - _cost_about(dossier.problem, about, before) + _cost_about(problem, about, after)
    plan = _routed(problem, dossier.plan, [*routes, *after], cost)
    return Dossier(replace(dossier.facts, **_promise(dossier, slot)), problem, plan)  # type: ignore[arg-type]


def _promise(dossier: Dossier, slot: Slot) -> dict[str, object]:
    facts = dossier.facts
    visit = next(one for one in facts.visits if one.id == slot.visit)
    made = replace(
        visit,
        windows=(Window(slot.date, slot.start, slot.start),),
        fixed_team=slot.team,
        fixed_date=slot.date,
        promised=True,
    )
    promise = Promise(visit.request_id, visit.session, slot.date, slot.start, slot.team)
    inputs = replace(facts.inputs, promises=(*facts.inputs.promises, promise))
    return {"visits": tuple(made if one.id == slot.visit else one for one in facts.visits), "inputs": inputs}


def _timed(problem: Problem, compiled: Compiled, outings: Iterable[Outing]) -> list[Route]:
    """The timetables of these outings; visits whose start is kept by nothing else may start at another time."""
    arrays, keys = compiled
    index = {visit.id: v for v, visit in enumerate(problem.visits)}
    made = []
    for outing in outings:
        s = keys.index((outing.team, outing.date))
        order = np.array([index[visit] for visit in outing.visits], dtype=np.int64)
        leaves, back, rest, rows = timetable(arrays, s, order, len(order))
        if leaves < 0:
            raise CannotLeave(f"team {outing.team} on {outing.date}: no lawful timetable")
        stops = tuple(Stop(visit, *(int(one) for one in row)) for visit, row in zip(outing.visits, rows, strict=True))
        made.append(Route(outing.team, outing.date, int(leaves), int(back), stops, int(rest) if rest >= 0 else None))
    return made


def _recosted(problem: Problem, plan: Plan, routes: Sequence[Route]) -> Plan:
    """The plan with these routes and its true cost; its bound no longer holds."""
    return _routed(problem, plan, routes, cost_of(problem, routes))


def _routed(problem: Problem, plan: Plan, routes: Iterable[Route], cost: int) -> Plan:
    ordered = tuple(sorted(routes, key=lambda route: (route.date, route.team)))
    served = {stop.visit for route in ordered for stop in route.stops}
    why = {one.visit: one.reasons for one in plan.unserved}
    out = tuple(Unserved(visit.id, why.get(visit.id, ())) for visit in problem.visits if visit.id not in served)
    return replace(plan, routes=ordered, unserved=out, cost=cost, lower_bound=None)


def _cost_about(problem: Problem, visits: Collection[str], routes: Sequence[Route]) -> int:
    """What these visits cost, in the routes, which hold no others, or unserved."""
    return cost_of(replace(problem, visits=tuple(one for one in problem.visits if one.id in visits)), routes)


def _with(known: tuple[Named, ...], one: Named) -> tuple[Named, ...]:
    return known if any(other.id == one.id for other in known) else (*known, one)


class CannotLeave(DoorstepError):
    """Without these visits an outing has no lawful timetable that keeps the others' starts."""


def leave(dossier: Dossier, visit_ids: Collection[str], kept: Collection[str], request_id: str = "") -> Dossier:
    """The dossier without these visits, and without requests that have no visit left. Raises CannotLeave.

    `request_id` is a request that goes even where it had no visit. The `kept` visits of the same outings start
    as they are planned; nobody else moves.
    """
    facts, plan, gone = dossier.facts, dossier.plan, frozenset(visit_ids)
    visits = tuple(one for one in facts.visits if one.id not in gone)
    left = {one.request_id for one in visits}
    requests = {request_id, *(one.request_id for one in facts.visits if one.id in gone)} - left
    sessions = {(one.request_id, one.session) for one in facts.visits if one.id in gone and one.work != "return"}
    problem = replace(dossier.problem, visits=tuple(one for one in dossier.problem.visits if one.id not in gone))
    touched = [route for route in plan.routes if any(stop.visit in gone for stop in route.stops)]
    rest = [
        Outing(route.team, route.date, tuple(stop.visit for stop in route.stops if stop.visit not in gone))
        for route in touched
    ]
    routes = [route for route in plan.routes if route not in touched]
    routes += _timed(problem, arrays_of(as_kept(problem, plan, kept)), [outing for outing in rest if outing.visits])
    inputs = replace(
        facts.inputs,
        requests=tuple(one for one in facts.inputs.requests if one.id not in requests),
        promises=tuple(one for one in facts.inputs.promises if (one.request_id, one.session) not in sessions),
    )
    facts = replace(
        facts,
        visits=visits,
        inputs=inputs,
        refused=tuple(one for one in facts.refused if one.request_id not in requests),
        remarks=tuple(one for one in facts.remarks if one.request_id not in requests),
        reasons={visit: why for visit, why in facts.reasons.items() if visit not in gone},
    )
    return Dossier(facts, problem, _recosted(problem, plan, routes))
