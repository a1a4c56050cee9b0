"""Figures drawn from the measured rows: groups of problems, leads, gaps, and how numbers are written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from statistics import median

from tests.bench.measure import Row
from tests.bench.public import SETS

NAMES = {"ours": "Doorstep", "vroom": "VROOM", "pyvrp": "PyVRP", "routing": "OR-Tools routing"}
PEERS = ("vroom", "pyvrp", "routing")
DIVISION = ("division-plain", "division-full", "quick")


@dataclass(frozen=True)
class Solved:
    """One problem: of each solver the run of median cost, and all its runs, the cheapest first."""

    rows: Mapping[str, Row]
    runs: Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Group:
    """Problems that differ by their seed only."""

    family: str
    size: str
    visits: int
    limit: float
    problems: tuple[Solved, ...]


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table; a word where nothing is measured yet."""
    if not lines:
        return "Not measured with the present code yet."
    rows = ["| " + " | ".join(line) + " |" for line in (head, ["---"] + ["--:"] * (len(head) - 1), *lines)]
    return "\n".join(rows)


def number(value: float | None) -> str:
    """A whole number with thousands."""
    return "–" if value is None else f"{value:,.0f}"


def percent(value: float | None, sign: str = "") -> str:
    """A share in per cent with two decimals; `sign` "+" writes the sign always."""
    return "–" if value is None else f"{100 * value:{sign}.2f} %"


def seconds(value: float | None) -> str:
    """Seconds, short."""
    return "–" if value is None else (f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 10 else f"{value:.0f}")


def middle(values: Sequence[float | None]) -> float | None:
    """The median of what there is."""
    known = [value for value in values if value is not None]
    return median(known) if known else None


# ---------------------------------------------------------------------------------------------------- division


def groups(rows: Sequence[Row], suite: str) -> list[Group]:
    """The problems of a suite by family, size and wall-clock, in that order, with ours and at least one peer."""
    found: dict[tuple[int, str, str, float], dict[str, dict[str, list[Row]]]] = {}
    for row in rows:
        if row.suite == suite and row.solver != "vroom":
            family, size, teams, dates, _, _ = row.case.split("-")
            key = (int(size), family, f"{size} / {teams} / {dates}", row.limit)
            found.setdefault(key, {}).setdefault(row.case, {}).setdefault(row.solver, []).append(row)
    vroom = {row.case: [row] for row in rows if row.suite == suite and row.solver == "vroom"}
    made = []
    for (visits, family, size, limit), problems in sorted(found.items()):
        for case, runs in problems.items():
            if case in vroom:
                runs["vroom"] = vroom[case]
        kept = tuple(_solved(runs) for _, runs in sorted(problems.items()) if "ours" in runs and len(runs) > 1)
        if kept:
            made.append(Group(family, size, visits, limit, kept))
    return made


def _solved(runs: Mapping[str, Sequence[Row]]) -> Solved:
    """Of two runs in the middle the dearer counts for ours, the cheaper for the others."""
    ordered = {
        solver: sorted(found, key=lambda row: inf if row.cost is None else row.cost) for solver, found in runs.items()
    }
    rows = {solver: found[(len(found) - (solver != "ours")) // 2] for solver, found in ordered.items()}
    return Solved(rows, ordered)


def lead(solved: Solved) -> float | None:
    """Ours over the best of the peers, less one, each by its middle run: below zero is better."""
    return _over(solved.rows["ours"], [row for name, row in solved.rows.items() if name in PEERS])


def luckless_lead(solved: Solved) -> float | None:
    """The dearest of our runs over the cheapest of all runs of the peers, less one."""
    return _over(solved.runs["ours"][-1], [row for name, runs in solved.runs.items() if name in PEERS for row in runs])


def _over(own: Row, peers: Sequence[Row]) -> float | None:
    best = min((cost for row in peers if (cost := free(row))), default=None)
    mine = free(own)
    return None if best is None or mine is None else mine / best - 1


def free(row: Row) -> int | None:
    """The cost without the visits that no team can make."""
    return None if row.cost is None else row.cost - row.nobody


def gap(row: Row) -> float | None:
    """What is not proven, as a share of the cost without the visits that no team can make."""
    cost = free(row)
    return None if row.bound is None or not cost else (cost + row.nobody - row.bound) / cost


def reached(solved: Solved) -> float | None:
    """Seconds until ours costs no more than VROOM's answer, the median run; None if never."""
    aim = solved.rows["vroom"].cost if "vroom" in solved.rows else None
    if aim is None:
        return None
    times = sorted(_until(row, aim) for row in solved.runs["ours"])
    at = times[len(times) // 2]
    return None if at == inf else at


def _until(row: Row, aim: int) -> float:
    """Seconds until its plan cost no more; infinite if never."""
    if row.cost is None or row.cost > aim:
        return inf
    return next((at for at, cost in row.curve if cost <= aim), row.took)


def public_gaps(rows: Sequence[Row]) -> Iterator[tuple[str, Row, float]]:
    """Set, row and cost over the best known, less one."""
    for name in SETS:
        for row in rows:
            if row.suite == f"public-{name}" and row.cost is not None and row.best_known is not None:
                yield name, row, row.cost / row.best_known - 1
