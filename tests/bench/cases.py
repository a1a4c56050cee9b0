"""What the benchmark suite measures: problems, solvers, times; each suite a list of cells."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, get_args

from planner.problem import Problem
from tests.bench.problems import Family, division_problem, plain
from tests.bench.public import SETS, Set, best_known, public_problem

Solver = Literal["ours", "vroom", "pyvrp", "routing", "start", "same", "stop"]
"""`start` measures the first call, `same` whether equal effort gives equal bytes, `stop` how soon a run ends that is
told to; the others solve."""

DATES = 10
TEAMS = {40: 3, 80: 4, 100: 4, 150: 6, 300: 12, 1000: 30, 2000: 60, 5000: 150}
SECONDS = {40: 10.0, 80: 20.0, 150: 20.0, 300: 30.0, 1000: 60.0}
"""Wall-clock for ours, PyVRP and OR-Tools routing by number of visits."""
VROOM_SECONDS = 600.0
"""VROOM ends by itself; this is where it is cut off."""
SEEDS = (1, 2, 3)
"""Of the problems of a family."""
RUNS = (0, 10, 20)
"""Added to a problem's seed: the seeds with which ours and PyVRP solve it, who may end elsewhere each time."""
SOLVERS: tuple[Solver, ...] = ("ours", "vroom", "pyvrp", "routing")
CLOSEST: tuple[Solver, ...] = ("ours", "pyvrp")
"""Who takes part on the public sets, and solves a division problem several times."""


@dataclass(frozen=True)
class Division:
    """A division problem; `rules` is `plain` where every solver can express all of it, else `full`."""

    family: Family
    visits: int
    teams: int
    dates: int
    seed: int
    rules: Literal["plain", "full"]

    @property
    def name(self) -> str:
        return f"{self.family}-{self.visits}-{self.teams}-{self.dates}-{self.seed}-{self.rules}"

    def problem(self, folder: Path) -> Problem:
        made = division_problem(self.family, self.visits, self.teams, self.dates, self.seed)
        return plain(made) if self.rules == "plain" else made


@dataclass(frozen=True)
class Public:
    """An instance of a public set."""

    set: Set
    instance: str

    @property
    def name(self) -> str:
        return f"{self.set}-{self.instance}"

    def problem(self, folder: Path) -> Problem:
        return public_problem(folder, self.set, self.instance)


Case = Division | Public


@dataclass(frozen=True)
class Cell:
    """One measurement: a solver on a problem for so many seconds."""

    suite: str
    case: Case
    solver: Solver
    seconds: float
    seed: int = 1


def division(families: Sequence[Family], sizes: Sequence[int], rules: Literal["plain", "full"]) -> Iterator[Cell]:
    """Ours and the peers on these families and sizes, three problems each."""
    for size in sizes:
        for family in families:
            for seed in SEEDS:
                case = Division(family, size, TEAMS[size], DATES, seed, rules)
                yield from _runs(f"division-{rules}", case, SECONDS[size])


def _runs(suite: str, case: Division, seconds: float) -> Iterator[Cell]:
    """A problem solved by each: by VROOM once, as it has no seed, and by OR-Tools routing once, as it is far behind."""
    for solver in SOLVERS:
        limit = VROOM_SECONDS if solver == "vroom" else seconds
        for run in RUNS if solver in CLOSEST else RUNS[:1]:
            yield Cell(suite, case, solver, limit, case.seed + run)


def quick() -> Iterator[Cell]:
    """The suite that ends within a quarter of an hour: September at three sizes, 8 seconds."""
    for size in (40, 80, 150):
        for seed in SEEDS:
            case = Division("september", size, TEAMS[size], DATES, seed, "plain")
            yield from _runs("quick", case, 8.0)


def targets() -> Iterator[Cell]:
    """What only ours is asked: gaps, proofs, the start, equal bytes, a quick end."""
    for number in range(10):
        family = get_args(Family)[number % 5]
        yield Cell("proof", Division(family, 40, 3, 5, 1 + number // 5, "full"), "ours", 60.0)
    for size, seconds in ((80, 30.0), (150, 120.0), (300, 120.0)):
        for seed in SEEDS:
            yield Cell("gap", Division("september", size, TEAMS[size], DATES, seed, "full"), "ours", seconds)
    yield Cell("start", Division("september", 300, TEAMS[300], DATES, 1, "full"), "start", 5.0)
    yield Cell("same", Division("september", 80, TEAMS[80], DATES, 1, "full"), "same", 0.0)
    yield Cell("same-thorough", Division("far", 60, 4, DATES, 1, "full"), "same", 0.0)
    for size in (80, 150, 300, 1000, 5000):
        yield Cell("stop", Division("september", size, TEAMS[size], DATES, 1, "full"), "stop", 40.0)


def growth() -> Iterator[Cell]:
    """Cost per visit and memory from 100 to 5,000 visits."""
    for size, seconds in ((100, 30.0), (300, 60.0), (1000, 120.0), (2000, 240.0), (5000, 600.0)):
        yield Cell("growth", Division("september", size, TEAMS[size], DATES, 1, "full"), "ours", seconds)


def public(folder: Path, sample: int | None) -> Iterator[Cell]:
    """Ours and PyVRP on the public sets; `sample` takes so many of each, spread over the set."""
    for name in SETS:
        instances = sorted(best_known(folder, name))
        count = len(instances) if sample is None else min(sample, len(instances))
        for number in range(count):
            instance = instances[number * len(instances) // count]
            for solver in CLOSEST:
                yield Cell(f"public-{name}", Public(name, instance), solver, 60.0)


SUITES: dict[str, Callable[[], Iterator[Cell]]] = {
    "quick": quick,
    "plain": partial(division, get_args(Family), (40, 80, 150, 300), "plain"),
    "full": partial(division, ("september", "bases"), (80, 150), "full"),
    "large": partial(division, ("september",), (1000,), "plain"),
    "targets": targets,
    "growth": growth,
}
