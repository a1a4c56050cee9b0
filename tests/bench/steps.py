"""What each step of a run finds: the table in docs/optimiser.md.

./doorstep plan data/sample/september --out my-plan
python -m tests.bench.steps my-plan/problem.json
"""

import argparse
import sys
from pathlib import Path
from threading import Event
from typing import get_args

from planner.effort import Effort
from planner.optimise import Run
from planner.problem import Problem, problem_from_json
from planner.proof import Proof


class ToldRun(Run):
    """A run that says, step by step, what the best plan costs and what is proven."""

    def __init__(self, problem: Problem, effort: Effort, seed: int) -> None:
        super().__init__(problem, effort, None, seed, 2, None, Event(), None)

    def say(self, step: str) -> None:
        """Writes a row of the table."""
        bound = "" if self.bound is None else f"{self.bound:,}"
        sys.stdout.write(f"| {step} | {self.cost:,} | {bound} |\n")
        sys.stdout.flush()

    def _begin(self) -> None:
        super()._begin()
        self.say("first plans of the two chains, greedy")

    def _first_search(self) -> None:
        super()._first_search()
        self.say(f"search, 2 x {self.steps:,} steps")

    def _prove(self, proof: Proof) -> None:
        super()._prove(proof)
        end = "no cheaper one left" if proof.finished else "cut off"
        self.say(f"LP over {len(proof.pool):,} batches with {len(proof.cuts):,} cuts, {end}")

    def _dive(self, proof: Proof) -> None:
        super()._dive(proof)
        self.say("dive along the prices, mended by search")

    def _choose(self, proof: Proof) -> None:
        super()._choose(proof)
        self.say(f"integer program over the promising of {len(proof.pool):,} batches")

    def _finish(self, proof: Proof) -> None:
        gap = self.cost - proof.bound
        every = proof.all_within(gap) if proof.finished else None
        super()._finish(proof)
        count = "not listed: the" if every is None else f"all {len(every):,}"
        self.say(f"{count} batches within the gap of {gap:,.0f} points")

    def _branch(self, proof: Proof) -> None:
        super()._branch(proof)
        if self.tree is not None:
            self.say(f"split, {len(self.tree.leaves):,} parts left")


def main() -> int:
    """Runs the problem that the command line names and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("problem", type=Path)
    parser.add_argument("--effort", choices=get_args(Effort), default="standard")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    run = ToldRun(problem_from_json(asked.problem.read_text("utf-8"), asked.problem.name), asked.effort, asked.seed)
    sys.stdout.write("| step | cost of the plan | bound |\n|---|---|---|\n")
    plan = run.plan()
    proven = "proven best" if plan.lower_bound == plan.cost else "not proven best"
    run.say(f"the plan: {proven}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
