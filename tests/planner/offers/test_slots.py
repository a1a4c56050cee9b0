"""Slots for one visit more: every possible one is found, each can be kept, and promises stay where they are."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from planner.batches.arrays import CLASS, Arrays
from planner.check import check
from planner.dossier import Dossier, PlanFacts
from planner.model import Inputs, Visit, Window
from planner.offers import Newcomer, Slot, Standing, slots_of, stand, take, then_standing
from planner.offers.slots import FINE_STEP, STEP
from planner.offers.taken import with_visit
from planner.policy import Policy
from planner.problem import Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route
from tests.planner.tiny import MONDAY, best_route, brute_force, tiny_problem

EVE = MONDAY - timedelta(1)


def dossier_of(problem: Problem, plan: Plan) -> Dossier:
    visits = tuple(map(visit_of, problem.visits))
    return Dossier(PlanFacts(Inputs(), Policy(), EVE, problem.dates, visits, ()), problem, plan)


def visit_of(one: ProblemVisit) -> Visit:
    return Visit(one.id, one.id, "O", "S", "acceptance", 1, 1, one.applicants, (), one.service_seconds, (), one.windows)


def split(problem: Problem) -> tuple[Dossier, Newcomer]:
    """The best plan without the last visit, and the last visit as the one who asks."""
    last = problem.visits[-1]
    before = replace(problem, visits=problem.visits[:-1])
    posed = replace(last, fixed_date=None, fixed_team=None)
    newcomer = Newcomer(visit_of(posed), posed, problem.teams, problem.seconds, None)
    return dossier_of(before, brute_force(before)[1]), newcomer


def by_hand(dossier: Dossier, newcomer: Newcomer, kept: bool) -> dict[tuple[date, int], int]:
    """The least points of adding the visit at each whole minute, the order of the others untouched: the oracle.

    Every shift, every place and every minute of every window, by the test's own arithmetic. Times are minutes.
    """
    problem, found = dossier.problem, dict[tuple[date, int], int]()
    outings = {(route.team, route.date): _others(dossier, route, kept) for route in dossier.plan.routes}
    posed = newcomer.posed
    for team in problem.teams:
        if not posed.skills <= team.skills or (posed.teams is not None and team.id not in posed.teams):
            continue
        for shift in team.shifts:
            others = outings.get((team.id, shift.date), [])
            before = _cost(problem, team, shift, others) if others else 0
            assert before is not None
            for window in (one for one in posed.windows if one.date == shift.date):
                for start in range(window.earliest, window.latest + 1):
                    at = replace(posed, windows=(Window(shift.date, start, start),))
                    orders = ([*others[:place], at, *others[place:]] for place in range(len(others) + 1))
                    costs = [cost for order in orders if (cost := _cost(problem, team, shift, order)) is not None]
                    if costs:
                        key = (shift.date, start)
                        found[key] = min(min(costs) - before, found.get(key, 1 << 40))
    return found


def _others(dossier: Dossier, route: Route, kept: bool) -> list[ProblemVisit]:
    """The visits of the outing; kept ones can only start as planned."""
    known = {visit.id: visit for visit in dossier.problem.visits}
    if not kept:
        return [known[stop.visit] for stop in route.stops]
    windows = {stop.visit: (Window(route.date, stop.start, stop.start),) for stop in route.stops}
    return [replace(known[stop.visit], windows=windows[stop.visit]) for stop in route.stops]


def _cost(problem: Problem, team: ProblemTeam, shift: ProblemShift, order: list[ProblemVisit]) -> int | None:
    """Points of the outing in this order; None if it cannot be."""
    people = sum(visit.applicants for visit in order)
    if shift.max_applicants is not None and people > shift.max_applicants:
        return None
    route = best_route(problem, team, shift, order)
    if route is None:
        return None
    places = [team.start, *(visit.location for visit in order), team.end]
    driving = sum(int(problem.seconds[here, there]) for here, there in pairwise(places))
    dates = sum(points for visit in order for when, points in visit.date_costs if when == shift.date)
    costs = problem.costs
    work = costs.work_second * (route.back - route.leave)
    return costs.travel_second * driving + work + costs.team_date + dates


def every_minute(newcomer: Newcomer) -> dict[date, tuple[int, ...]]:
    made: dict[date, set[int]] = {}
    for window in newcomer.posed.windows:
        made.setdefault(window.date, set()).update(range(window.earliest, window.latest + 1))
    return {day: tuple(sorted(starts)) for day, starts in made.items()}


@pytest.mark.parametrize("kept", [False, True], ids=["open plan", "promised plan"])
def test_finds_every_insertion_at_its_least_price_and_no_impossible_one(kept: bool) -> None:
    places = 0
    for seed in range(120):
        dossier, newcomer = split(tiny_problem(seed, visits=4))
        names = [visit.id for visit in dossier.problem.visits] if kept else []
        wanted = by_hand(dossier, newcomer, kept)
        found = slots_of(stand(dossier, names, EVE), newcomer, every_minute(newcomer))
        plain = {(slot.date, slot.start): slot.points for slot in found if not slot.moves}
        assert plain == wanted, dossier.problem.name
        places += len(wanted)
    assert places > 5_000  # the comparison was about something


def test_every_slot_applied_breaks_no_rule_and_costs_what_it_said() -> None:
    moved = 0
    for seed in range(150):
        dossier, newcomer = split(tiny_problem(seed, visits=6))
        more = with_visit(dossier, newcomer)
        for slot in slots_of(stand(dossier, (), EVE), newcomer, every_minute(newcomer)):
            done = take(more, slot, ())
            assert check(done.problem, done.plan).breaches == (), (dossier.problem.name, slot)
            assert done.plan.cost == dossier.plan.cost + slot.points == check(done.problem, done.plan).cost
            assert _start(done, slot.visit) == (slot.team, slot.date, slot.start)
            for move in slot.moves:
                assert _start(dossier, move.visit) == (move.from_team, move.from_date, move.from_start)
                assert _start(done, move.visit) == (move.to_team, move.to_date, move.to_start)
            moved += bool(slot.moves)
    assert moved > 50


def test_promised_visits_keep_team_date_and_start_whatever_is_offered() -> None:
    slots = 0
    for seed in range(100):
        dossier, newcomer = split(tiny_problem(seed, visits=6))
        kept = [stop.visit for route in dossier.plan.routes for stop in route.stops]
        before = {visit: _start(dossier, visit) for visit in kept}
        more = with_visit(dossier, newcomer)
        for slot in slots_of(stand(dossier, kept, EVE), newcomer):
            done = take(more, slot, kept)
            assert check(done.problem, done.plan).breaches == ()
            assert {visit: _start(done, visit) for visit in kept} == before
            assert slot.moves == ()
            slots += 1
    assert slots > 50


def two_days() -> tuple[Dossier, Newcomer]:
    """Two teams out from 08:00 to 16:00 on Monday and Tuesday, nothing planned; a site ten minutes away, an hour's
    visit that may start from 10:00 to 11:00 on both days. Minutes."""
    days = MONDAY, MONDAY + timedelta(1)
    shifts = tuple(ProblemShift(day, 480, 960) for day in days)
    teams = tuple(ProblemTeam(name, 0, 0, frozenset(), shifts) for name in ("T1", "T2"))
    seconds = np.array([[0, 10], [10, 0]])
    dossier = dossier_of(Problem("two-days", days, seconds, teams, ()), Plan("two-days", 0, ()))
    posed = ProblemVisit("V1", 1, 60, tuple(Window(day, 600, 660) for day in days), 500)
    return dossier, Newcomer(visit_of(posed), posed, teams, seconds, None)


def test_a_second_asker_is_offered_only_what_the_first_ones_left() -> None:
    """Two teams at 10:00, so the third who asks for 10:00 gets nothing, and 11:00 is free again."""
    dossier, newcomer = two_days()
    asks = [replace(newcomer, visit=visit_of(one), posed=one) for n in "123" for one in [replace(newcomer.posed, id=n)]]
    standing, wanted = stand(dossier, (), EVE), {MONDAY: (600,)}
    teams = []
    for ask in asks[:2]:
        (slot,) = slots_of(standing, ask, wanted)
        teams.append(slot.team)
        standing = then_standing(standing, ask, slot)
    assert teams == ["T1", "T2"]
    assert slots_of(standing, asks[2], wanted) == ()
    assert slots_of(standing, asks[2], {MONDAY: (659, 660)})[0].start == 660


def without_classes(standing: Standing) -> Arrays:
    arrays = standing.arrays
    return arrays._replace(shifts=np.delete(arrays.shifts, CLASS, axis=1))


@pytest.mark.parametrize("kept", [False, True], ids=["open plan", "promised plan"])
def test_the_plan_with_a_slot_taken_is_the_one_compiled_anew(kept: bool) -> None:
    """What `then_standing` adds to its arrays is what `stand` makes of the whole. (Classes only serve a search.)"""
    compared = moved = 0
    for seed in range(60):
        dossier, newcomer = split(tiny_problem(seed, visits=4))
        names = [visit.id for visit in dossier.problem.visits] if kept else []
        standing = stand(dossier, names, EVE)
        for slot in slots_of(standing, newcomer, every_minute(newcomer))[::9]:
            quick = then_standing(standing, newcomer, slot)
            whole = take(with_visit(dossier, newcomer), slot, names)
            anew = stand(whole, [*names, slot.visit], EVE)
            assert (quick.dossier.plan, quick.dossier.problem.visits) == (whole.plan, whole.problem.visits)
            assert (quick.kept, quick.closed, quick.keys) == (anew.kept, anew.closed, anew.keys)
            for name in ("lengths", "batches", "costs", "movable", "homes"):
                assert np.array_equal(getattr(quick, name), getattr(anew, name)), name
            for mine, theirs in zip(without_classes(quick), without_classes(anew), strict=True):
                assert np.array_equal(np.asarray(mine), np.asarray(theirs))
            again = replace(newcomer, posed=replace(newcomer.posed, id="again"))
            assert slots_of(quick, again) == slots_of(anew, again)
            compared, moved = compared + 1, moved + len(slot.moves)
    assert compared > 500
    assert kept or moved > 3


def test_nothing_is_offered_today_or_in_a_closed_shift() -> None:
    dossier, newcomer = two_days()
    tuesday = MONDAY + timedelta(1)
    assert {slot.date for slot in slots_of(stand(dossier, (), EVE), newcomer, every_minute(newcomer))} == {
        MONDAY,
        tuesday,
    }
    later = slots_of(stand(dossier, (), MONDAY), newcomer, every_minute(newcomer))
    assert {(slot.date, slot.team) for slot in later} == {(tuesday, "T1")}
    other = slots_of(stand(dossier, (), MONDAY, {("T1", tuesday)}), newcomer, every_minute(newcomer))
    assert {(slot.date, slot.team) for slot in other} == {(tuesday, "T2")}


def test_starts_are_quarters_of_an_hour_and_five_minutes_where_no_quarter_fits() -> None:
    """Seconds here: a window 09:01-09:14 holds no quarter, but 09:05 and 09:10."""
    assert (STEP, FINE_STEP) == (900, 300)
    problem = tiny_problem(3, visits=1, teams=1, dates=1, rules=())
    team = problem.teams[0]
    whole_day = replace(team, shifts=(replace(team.shifts[0], start=0, end=86_400),))
    posed = replace(problem.visits[0], windows=(Window(MONDAY, 9 * 3600 + 60, 9 * 3600 + 840),))
    dossier = dossier_of(replace(problem, visits=(), teams=(whole_day,)), Plan(problem.name, 0, ()))
    newcomer = Newcomer(visit_of(posed), posed, (whole_day,), problem.seconds, None)
    starts = [slot.start for slot in slots_of(stand(dossier, (), EVE), newcomer)]
    assert starts == [32_700, 33_000]
    wide = replace(posed, windows=(Window(MONDAY, 9 * 3600, 9 * 3600 + 1800),))
    again = Newcomer(visit_of(wide), wide, (whole_day,), problem.seconds, None)
    assert [slot.start for slot in slots_of(stand(dossier, (), EVE), again)] == [32_400, 33_300, 34_200]


def _start(dossier: Dossier, visit: str) -> tuple[object, object, int]:
    return next(
        (route.team, route.date, stop.start)
        for route in dossier.plan.routes
        for stop in route.stops
        if stop.visit == visit
    )


def test_slots_are_the_same_for_the_same_question() -> None:
    dossier, newcomer = split(tiny_problem(11, visits=5))
    answers: set[tuple[Slot, ...]] = {slots_of(stand(dossier, (), EVE), newcomer) for _ in range(3)}
    assert len(answers) == 1
