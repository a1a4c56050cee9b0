"""Figures drawn from the measured rows: groups of problems, leads, gaps, and how numbers are written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from tests.bench.measure import Row
from tests.bench.public import SETS

NAMES = {"ours": "Doorstep", "vroom": "VROOM", "pyvrp": "PyVRP", "routing": "OR-Tools routing"}
PEERS = ("vroom", "pyvrp", "routing")
DIVISION = ("division-plain", "division-full", "quick")

Solved = Mapping[str, Row]
"""The rows of one problem by solver."""


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
    found: dict[tuple[int, str, str, float], dict[str, dict[str, Row]]] = {}
    for row in rows:
        if row.suite == suite and row.solver != "vroom":
            family, size, teams, dates, seed, _ = row.case.split("-")
            key = (int(size), family, f"{size} / {teams} / {dates}", row.limit)
            found.setdefault(key, {}).setdefault(seed, {})[row.solver] = row
    vroom = {row.case: {"vroom": row} for row in rows if row.suite == suite and row.solver == "vroom"}
    made = []
    for (visits, family, size, limit), problems in sorted(found.items()):
        solved = [{**one, **vroom.get(next(iter(one.values())).case, {})} for _, one in sorted(problems.items())]
        kept = tuple(one for one in solved if "ours" in one and any(peer in one for peer in PEERS))
        if kept:
            made.append(Group(family, size, visits, limit, kept))
    return made


def lead(solved: Solved) -> float | None:
    """Ours over the best of the peers, less one: below zero is better."""
    best = min((cost for name, row in solved.items() if name in PEERS and (cost := free(row))), default=None)
    own = free(solved["ours"])
    return None if best is None or own is None else own / best - 1


def free(row: Row) -> int | None:
    """The cost without the visits that no team can make."""
    return None if row.cost is None else row.cost - row.nobody


def gap(row: Row) -> float | None:
    """What is not proven, as a share of the cost without the visits that no team can make."""
    cost = free(row)
    return None if row.bound is None or not cost else (cost + row.nobody - row.bound) / cost


def reached(solved: Solved) -> float | None:
    """Seconds until ours costs no more than VROOM's answer; None if never."""
    aim = solved["vroom"].cost if "vroom" in solved else None
    own = solved["ours"]
    if aim is None or own.cost is None or own.cost > aim:
        return None
    return next((at for at, cost in own.curve if cost <= aim), own.took)


def public_gaps(rows: Sequence[Row]) -> Iterator[tuple[str, Row, float]]:
    """Set, row and cost over the best known, less one."""
    for name in SETS:
        for row in rows:
            if row.suite == f"public-{name}" and row.cost is not None and row.best_known is not None:
                yield name, row, row.cost / row.best_known - 1
