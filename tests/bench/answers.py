"""Other solvers' answers as plans: re-timed, repaired where they break a rule, re-costed and checked.

Where a solver cannot express a rule, its answer may break it. Then visits are taken out, one at a time, until the
outing is lawful, and put back wherever they fit cheapest; what fits nowhere stays unserved and is charged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from planner.check import check, cost_of, route_cost
from planner.outings import Timing, best_outing, timing_of
from planner.problem import Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route, Unserved
from tests.bench.peers.lanes import able

Key = tuple[str, date]


@dataclass(frozen=True)
class Repaired:
    """A lawful plan, how many visits had to leave their place for it, and how many found one that had none."""

    plan: Plan
    taken_out: int
    put_back: int


def lawful_plan(problem: Problem, batches: Mapping[Key, Sequence[str]]) -> Repaired:
    """The plan that these visits in this order make; the checker finds nothing wrong with it."""
    return _Repair(problem).plan(batches)


def impossible(problem: Problem) -> tuple[ProblemVisit, ...]:
    """The visits that no team can make on any date, even if it makes nothing else."""
    repair = _Repair(problem)
    return tuple(
        visit
        for visit in problem.visits
        if not any(repair.may(key, visit) and repair.time(key, [visit]) for key in repair.lanes)
    )


class _Repair:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.timing: Timing = timing_of(problem)
        self.visits = {visit.id: visit for visit in problem.visits}
        self.lanes = {(team.id, shift.date): (team, shift) for team in problem.teams for shift in team.shifts}
        self.routes: dict[Key, Route] = {}
        self.made: dict[Key, list[ProblemVisit]] = {}

    def plan(self, batches: Mapping[Key, Sequence[str]]) -> Repaired:
        out: list[ProblemVisit] = []
        for key, names in batches.items():
            out += self._lawful(key, [self.visits[name] for name in names])
        put_back = sum(self._put_back(visit) for visit in sorted(out, key=lambda one: (-one.unserved_cost, one.id)))
        left_out = [visit for visit in self._unserved() if visit not in out]
        put_back += sum(self._put_back(visit) for visit in left_out)
        routes = tuple(sorted(self.routes.values(), key=lambda route: (route.date, route.team)))
        unserved = tuple(Unserved(visit.id) for visit in self._unserved())
        plan = Plan(self.problem.name, cost_of(self.problem, routes), routes, unserved)
        checked = check(self.problem, plan)
        if checked.breaches:
            raise AssertionError(f"the repaired plan breaks a rule: {checked.breaches[0]}")
        return Repaired(plan, len(out), put_back)

    def _unserved(self) -> list[ProblemVisit]:
        made = {visit.id for visits in self.made.values() for visit in visits}
        return [visit for visit in self.problem.visits if visit.id not in made]

    def time(self, key: Key, visits: Sequence[ProblemVisit]) -> Route | None:
        found = best_outing(self.timing, *self.lanes[key], visits)
        return found if isinstance(found, Route) else None

    def may(self, key: Key, visit: ProblemVisit) -> bool:
        return (
            able(self.lanes[key][0], visit)
            and visit.fixed_date in (None, key[1])
            and (visit.id, key[1]) in self.timing.windows
        )

    def _lawful(self, key: Key, visits: Sequence[ProblemVisit]) -> list[ProblemVisit]:
        """Keeps what can stay of this outing; what had to leave."""
        stay = [visit for visit in visits if self.may(key, visit)]
        out = [visit for visit in visits if not self.may(key, visit)]
        while stay and (route := self.time(key, stay)) is None:
            worst = min(range(len(stay)), key=lambda index: self._without(key, stay, index))
            out.append(stay.pop(worst))
        if stay and route is not None:
            self.routes[key], self.made[key] = route, stay
        return out

    def _without(self, key: Key, visits: Sequence[ProblemVisit], index: int) -> tuple[int, int, int]:
        """Orders visits by how well things stand without them: lawful or not, by how much, what that costs."""
        rest = [*visits[:index], *visits[index + 1 :]]
        found = best_outing(self.timing, *self.lanes[key], rest) if rest else None
        if found is None or isinstance(found, Route):
            return 0, 0, visits[index].unserved_cost
        return found.limits, found.amount, visits[index].unserved_cost

    def _put_back(self, visit: ProblemVisit) -> bool:
        """Puts the visit where it costs least, if that is below leaving it out."""
        best: tuple[int, Key, list[ProblemVisit], Route] | None = None
        for key, (team, shift) in self.lanes.items():
            if not self.may(key, visit):
                continue
            before = self._cost(team, shift, key)
            visits = self.made.get(key, [])
            for index in range(len(visits) + 1):
                longer = [*visits[:index], visit, *visits[index:]]
                route = self.time(key, longer)
                if route is None:
                    continue
                more = route_cost(self.problem, team, longer, route) - before
                if more < visit.unserved_cost and (best is None or more < best[0]):
                    best = more, key, longer, route
        if best is None:
            return False
        _, key, self.made[key], self.routes[key] = best
        return True

    def _cost(self, team: ProblemTeam, shift: ProblemShift, key: Key) -> int:
        return route_cost(self.problem, team, self.made[key], self.routes[key]) if key in self.routes else 0
