"""The loop search → price → assign: from a problem to a plan and a proven bound, within an effort or a time.

1. Two chains of ruin-and-recreate look for plans; every good batch they meet enters a pool.
2. Column generation adds the batches that the prices call for, and proves a bound (`planner.proof`).
3. An integer program chooses the plan among the most promising batches, while a chain goes on searching.
4. What is not proven is split and proven part by part (`planner.branching`); where little is missing, the plan is
   proven best. Again from 1, from the new plan, cooler.

Above `PARTED` visits the plan is improved in parts instead (`planner.parted`), by threads or a cluster.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

import numpy as np

from planner.ahead import compiled_ahead
from planner.assign import Choice, Chooser, Columns
from planner.batches.arrays import BIG, CLASS, UNSERVED, ByShift, arrays_of
from planner.batches.routes import on_shifts, plan_of
from planner.branching import Tree
from planner.chains import CHAINS, COLD, Chains, best_of
from planner.effort import (
    ANNEALED,
    ANNEALS,
    BRANCH,
    BUDGETS,
    CHOOSE,
    DIVE,
    EARLY_LEAST,
    EARLY_MOST,
    EARLY_STEPS,
    FINISH,
    LEAF_CHOICE,
    NEXT_CROSSING,
    NEXT_SEARCH,
    PRICE,
    PROVE_LENGTH,
    PROVE_VISITS,
    SPLIT_LABELS,
    TIMED,
    Effort,
    Phases,
    Progress,
    crosses,
    early_seconds,
    nearness,
    searched,
)
from planner.parted import PART_STEPS, Parted
from planner.pricer import Batch
from planner.problem import Plan, Problem
from planner.proof import Proof, whole_points
from planner.workers import Workers

ROUNDS = 20
"""How often the chains compare their plans in the first search."""
PARTED = 500
"""From so many visits on a plan is improved in parts."""
MET_A_VISIT = 20
"""With a time: batches met by a chain that enter the LP, for each visit; a quarter the most promising."""
MEND = 4
"""So many times the steps of a child mend the plan of a dive."""
CHOOSE_FROM = 2_000
"""Batches the integer program chooses from."""


def optimise(
    problem: Problem,
    *,
    effort: Effort = "standard",
    seconds: float | None = None,
    seed: int = 1,
    threads: int = CHAINS,
    progress: Callable[[Progress], None] | None = None,
    stop: Event | None = None,
    cluster: str | None = None,
) -> Plan:
    """The best plan found. Same problem, effort and seed: same plan, byte for byte, with any number of threads.

    With `seconds` the effort is a wall-clock time and the plan cannot be replayed. Setting `stop` ends the
    run within about 0.2 s with the best plan so far. `progress` is called now and then from this thread.
    """
    return Run(problem, effort, seconds, seed, threads, progress, stop or Event(), cluster).plan()


class Run:
    """One run of the optimiser: its arrays, its chains of search, its proof and its best plan."""

    def __init__(
        self,
        problem: Problem,
        effort: Effort,
        seconds: float | None,
        seed: int,
        threads: int,
        progress: Callable[[Progress], None] | None,
        stop: Event,
        cluster: str | None,
    ) -> None:
        self.phases = Phases(seconds, stop)
        self.problem = problem
        self.budget = BUDGETS[effort] if seconds is None else TIMED
        self.steps = self.budget.steps + self.budget.steps_per_visit * len(problem.visits)
        self.seed = seed
        self.progress = progress
        self.cluster = cluster
        self.share = 0.0
        self.arrays, self.keys = arrays_of(problem)
        self.best: ByShift = []
        self.cost = int(self.arrays.visits[:, UNSERVED].sum())
        self.bound: int | None = None
        self.chains = Chains(self.arrays, seed, threads, self.phases)
        self.crosses = False
        self.tree: Tree | None = None

    def plan(self) -> Plan:
        """Runs to the end of the effort and returns the best plan."""
        if not len(self.keys) or not len(self.problem.visits):
            self.bound = self.cost
        elif len(self.problem.visits) > PARTED:
            self._in_parts()
        else:
            self._begin()
            self._first_search()
            self._rounds()
        self._tell(1.0)
        # With an effort the same input gives the same bytes, so the clock stays out of the plan.
        seconds = self.phases.seconds() if self.phases.timed else 0.0
        return plan_of(self.problem, self.arrays, self.keys, self.best, self.cost, self.bound, self.seed, seconds)

    def _tell(self, share: float) -> None:
        self.share = max(self.share, share)
        if self.progress is not None:
            if self.phases.timed and share < 1.0:
                self.share = self.phases.share()
            served = sum(len(batch) for _, batch in self.best)
            self.progress(Progress(self.phases.seconds(), self.cost, self.bound, served, self.share))

    # -------------------------------------------------------------------------------------------------- search

    def _begin(self) -> None:
        """The first plans, filled greedily."""
        with compiled_ahead(self.arrays, self.phases.goes_on):
            for _ in range(CHAINS):
                self._take(*self.chains.start())
                self._tell(0.0)

    def _take(self, cost: int, plan: ByShift) -> None:
        if cost < self.cost or not self.best:
            self.cost, self.best = cost, plan

    def _first_search(self) -> None:
        """One search; where there is enough to be tried, several from nothing, whose plans are then crossed."""
        visits = len(self.problem.visits)
        whole = None if self.phases.ends is None else self.phases.ends - self.phases.began
        share = searched(visits, whole, self._length())
        self.crosses = self.budget.crosses and (whole is None or crosses(visits, whole * share))
        effort = 0.5 / self.budget.rounds
        self._early_search(None if whole is None else whole * share)
        if not self.crosses:
            self.phases.begin(share)
            self._search(self.steps, ROUNDS, 1.0, effort)
            return
        each = ANNEALED / ANNEALS
        for number in range(ANNEALS):
            if number:
                self.chains.begin_anew()
            self.phases.begin(share * each / (1.0 - share * each * number))
            self._search(int(self.steps * each), ROUNDS, 1.0, effort * each, meet=False)
        self.phases.begin(share * (1.0 - ANNEALED) / (1.0 - share * ANNEALED))
        self._cross(int(self.steps * (1.0 - ANNEALED)), effort * (1.0 - ANNEALED))

    def _early_search(self, seconds: float | None) -> None:
        """A good plan early: a long search is hot, and its plans are poor, for most of its time."""
        visits = len(self.problem.visits)
        whole, long = (EARLY_STEPS * visits, self.steps) if seconds is None else (early_seconds(visits), seconds)
        share = min(1.0, EARLY_MOST * long / whole)
        if self.budget.crosses and share > EARLY_LEAST:
            self.phases.begin_for(share * early_seconds(visits))
            self._search(int(share * EARLY_STEPS * visits), ROUNDS, 1.0, 0.0, meet=False)
            # What it met is worse than what the long search meets, and would fill the pool and the LP.
            self.phases.begin(1.0)
            self.chains.forget()
            for _ in range(CHAINS):
                self.chains.start()

    def _search(self, steps: int, rounds: int, heat: float, share: float, meet: bool = True) -> None:
        """Searches in both chains; `share` is the part of the effort."""
        began = self.share
        for done in self.chains.search(steps, rounds, heat, meet):
            self._take(*self.chains.best())
            self._tell(began + share * done)

    def _cross(self, steps: int, share: float) -> None:
        """Children of the plans found so far, each mended by a chain."""
        self.chains.keep(self.cost, self.best)
        began, generations, number = self.share, max(1, steps // self.chains.child_steps), 0
        while self.phases.goes_on() and (self.phases.timed or number < generations):
            self.chains.cross()
            self._take(self.chains.kept[0].cost, self.chains.kept[0].plan)
            number += 1
            self._tell(began + share * min(1.0, number / generations))

    # --------------------------------------------------------------------------------------------------- parts

    def _in_parts(self) -> None:
        """A greedy plan, then rounds of parts that cool down."""
        visits = len(self.problem.visits)
        with compiled_ahead(self.arrays, self.phases.goes_on):
            self._take(*self.chains.start(pool=16))
            self._tell(0.0)
        parted = Parted(self.arrays, self.cost, self.best, self.seed)
        each = CHAINS * (self.budget.steps_per_visit + self.budget.steps / visits)
        rounds = max(1, round(each / PART_STEPS))
        with Workers(self.chains.threads, self.cluster) as workers:
            while self.phases.goes_on() and (self.phases.timed or parted.number < rounds):
                share = self.phases.spent() if self.phases.timed else parted.number / rounds
                parted.round(workers, self.chains.heat * COLD**share, self.phases.goes_on)
                self._take(parted.cost, parted.best)
                self._tell(min(1.0, share))

    # ----------------------------------------------------------------------------------------- price and assign

    def _rounds(self) -> None:
        if self._ended():
            return
        proof = Proof(self.arrays, self.phases.goes_on, self.chains.threads)
        parts = (self._price, self._choose, self._finish, self._branch)
        for number in range(self.budget.rounds):
            if number and not self._ended():
                self._next_search()
            for part in parts:
                if self._ended():
                    return
                part(proof)
                self._tell(self.share + 0.5 / self.budget.rounds / len(parts))

    def _ended(self) -> bool:
        return not self.phases.left() or self._proven()

    def _price(self, proof: Proof) -> None:
        """Prices and a bound, and a plan out of the prices; where that cannot end, prices for choosing alone."""
        self.phases.begin(PRICE)
        proof.add(self._met())
        if self._can_prove():
            self._prove(proof)
            if not self._ended():
                self._dive(proof)
        elif self.phases.goes_on():
            proof.value()

    def _prove(self, proof: Proof) -> None:
        with self._beside():
            proof.run(self.budget.labels, self.cost)
        self._lift(proof.bound)

    @contextmanager
    def _beside(self) -> Iterator[None]:
        """With a time and enough to be tried, plans are crossed beside what happens inside."""
        if not (self.crosses and self.phases.timed):
            yield
            return
        self.chains.keep(self.cost, self.best)
        with self.chains.crossing_beside():
            yield
        self._take(self.chains.kept[0].cost, self.chains.kept[0].plan)

    def _next_search(self) -> None:
        """Looks again for better plans, with what pricing and choosing have found."""
        steps, share = self.steps // 2, 0.5 / self.budget.rounds
        if self.crosses:
            self.phases.begin(NEXT_CROSSING)
            self._cross(steps, share)
        else:
            self.chains.go_on_from(self.best, self.chains.states)
            self.phases.begin(NEXT_SEARCH)
            self._search(steps, 4, 0.3, share)

    def _proven(self) -> bool:
        return self.bound is not None and self.bound >= self.cost

    def _lift(self, bound: float) -> None:
        """Costs are whole points; a plan below `bound` there is none."""
        if bound >= 0:
            self.bound = max(self.bound or 0, whole_points(min(bound, self.cost)))

    def _nearness(self) -> float:
        """Of the plan's batches alone: nothing can be said of visits that nobody can make."""
        left_out = self._left_out([visit for _, visits in self.best for visit in visits.tolist()])
        return nearness(self.cost - left_out, None if self.bound is None else self.bound - left_out)

    def _can_prove(self) -> bool:
        return len(self.problem.visits) <= PROVE_VISITS and self._length() <= PROVE_LENGTH

    def _length(self) -> float:
        """Visits in a batch of the best plan, on average."""
        return sum(len(batch) for _, batch in self.best) / max(1, len(self.best))

    def _met(self) -> list[Batch]:
        """The batches of the best plan, and those that the chains met, with a time not all of them: the LP would be
        busy with them for too long."""
        most = MET_A_VISIT * len(self.problem.visits) if self.phases.timed else None
        return sorted({*self._best_batches(), *self.chains.met(self.best, most)})

    def _best_batches(self) -> list[Batch]:
        return [(int(self.arrays.shifts[s, CLASS]), tuple(visits.tolist())) for s, visits in self.best]

    def _dive(self, proof: Proof) -> None:
        """A plan out of the prices, whose gaps the second chain mends; the first goes on from the best, or crosses."""
        self.phases.begin(DIVE)
        with self._beside():
            plan = on_shifts(self.arrays, proof.dive())
        if self.phases.stop.is_set():
            return
        self.phases.begin(searched(len(self.problem.visits)))
        if self.crosses:
            with self._beside():
                self._take(*self.chains.mend(plan, MEND * self.chains.child_steps))
        else:
            self.chains.go_on_from(self.best, self.chains.states[:1], anew=True)
            self.chains.go_on_from(plan, self.chains.states[1:], anew=True)
            self._search(self.steps // 2, 2, 0.1, 0.0)

    def _choose(self, proof: Proof) -> None:
        """The integer program over the promising batches, beside it the chains from the best plan."""
        self.phases.begin(CHOOSE * self._nearness())
        if proof.worth is None and not proof.value():
            return
        gap = self.cost - proof.bound if proof.bound > 0 else float(BIG)
        columns, keys = proof.columns(CHOOSE_FROM, gap, self._best_batches())
        chooser = self._chooser(proof, columns, keys)
        limits = self.budget.nodes, self.phases.phase_seconds(), self.phases.stop.is_set
        if self.crosses and self.phases.timed:
            with self._beside():
                choice = chooser.solve(*limits)
        else:
            with ThreadPoolExecutor(1) as pool:
                job = pool.submit(chooser.solve, *limits)
                # With a time the chain goes on as long as the choice takes; with an effort for so many steps.
                goes_on = (lambda: not job.done() and self.phases.goes_on()) if self.phases.timed else None
                beside = self.chains.states[0]
                self.chains.go_on_from(self.best, [beside], anew=True)
                self.chains.walk(beside, self.steps // 4, 0, self.steps // 4, 0.1, goes_on)
                choice = job.result()
            self._take(*best_of(beside))
        self._take_choice(choice, keys)

    def _finish(self, proof: Proof) -> None:
        """Proves the plan best, where few batches could still matter."""
        self.phases.begin(FINISH)
        with self._beside():
            self._choose_of_all(proof)
        self._lift(proof.leaf.least)

    def _choose_of_all(self, proof: Proof, share: float = 1.0) -> None:
        """Lists every batch that could still matter, if they are few, and chooses among all of them: proven best.

        With a time the choice may take this share of what the phase has left.
        """
        leaf = proof.leaf
        gap = self.cost - leaf.bound
        if not proof.finished or gap > 0.8 * leaf.too_wide or gap <= 0:
            return
        every = proof.all_within(gap)
        if every is None:
            leaf.too_wide = gap
            return
        columns, keys = proof.as_columns([*every, *self._best_batches()])
        # Each node of a long list takes longer; the product is what it costs.
        nodes = max(10, int(self.budget.nodes * min(4.0, 8_000 / len(columns))))
        seconds = self.phases.phase_seconds()
        choice = self._chooser(proof, columns, keys).solve(nodes, seconds and share * seconds, self.phases.stop.is_set)
        self._take_choice(choice, keys)
        if choice is not None:
            # Batches outside the list cannot be in a plan below the cost that the list was made for.
            leaf.least = max(leaf.least, choice.bound)
        if choice is None or not choice.proven:
            leaf.too_wide = gap

    def _branch(self, proof: Proof) -> None:
        """Proves more of fewer plans at a time, beginning with those of which least is proven."""
        if not proof.finished:
            return
        self.phases.begin(BRANCH * self._nearness())
        tree = self.tree = self.tree or Tree(proof)
        with self._beside():
            labels = self.budget.labels if self.phases.timed else int(SPLIT_LABELS * self.budget.labels)
            until = math.inf if self.phases.timed else proof.labels + labels
            while tree.open and proof.labels < until and self.phases.goes_on() and not self._proven():
                found = tree.split(self.cost, labels, lambda: self._choose_of_all(proof, LEAF_CHOICE))
                if found is not None:
                    self._take_whole(proof, found)
                self._lift(tree.bound)
                self._tell(self.share)
            proof.at(tree.root)

    def _take_whole(self, proof: Proof, batches: Sequence[Batch]) -> None:
        """Takes the plan of these batches, if it is one and better."""
        served = [visit for _, visits in batches for visit in visits]
        if len(served) == len(set(served)):
            cost = sum(proof.cost_of(*batch) for batch in batches) + self._left_out(served)
            self._take(cost, on_shifts(self.arrays, batches))

    def _left_out(self, served: Sequence[int]) -> int:
        """Points of all other visits."""
        return int(np.delete(self.arrays.visits[:, UNSERVED], np.array(served, dtype=np.int64)).sum())

    def _chooser(self, proof: Proof, columns: Columns, keys: Sequence[Batch]) -> Chooser:
        places = {(number, frozenset(visits)): place for place, (number, visits) in enumerate(keys)}
        hint = [places[number, frozenset(visits)] for number, visits in self._best_batches()]
        return Chooser(columns, self.arrays.visits[:, UNSERVED], proof.shifts_in, hint, proof.cuts)

    def _take_choice(self, choice: Choice | None, keys: Sequence[Batch]) -> None:
        if choice is not None and choice.cost < self.cost:
            self._take(choice.cost, on_shifts(self.arrays, [keys[index] for index in choice.chosen]))
