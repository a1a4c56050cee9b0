"""The measured rows as tables and a picture of docs/benchmarks.md, between the markers `<!-- name -->` there."""

import os
import platform
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from tests.bench.chart import chart, growth_chart
from tests.bench.figures import (
    DIVISION,
    NAMES,
    PEERS,
    Group,
    free,
    gap,
    groups,
    lead,
    middle,
    number,
    percent,
    public_gaps,
    reached,
    seconds,
    table,
)
from tests.bench.measure import PACKAGES, Row, version_of
from tests.bench.public import SETS
from tests.bench.targets import targets_table

PICTURE = "pictures/bench_cost_by_seconds.svg"
GROWTH = "pictures/bench_growth.svg"


def write_document(rows: Sequence[Row], docs: Path) -> None:
    """Replaces what stands between the markers of docs/benchmarks.md, and the pictures."""
    path = docs / "benchmarks.md"
    text = path.read_text(encoding="utf-8")
    for name, make in TABLES.items():
        made = make(rows)
        found = re.search(rf"<!-- {name} -->\n(.*?)<!-- /{name} -->", text, re.DOTALL)
        if found is None:
            raise ValueError(f"docs/benchmarks.md has no markers for {name}")
        text = text[: found.start(1)] + made + "\n" + text[found.end(1) :]
    path.write_text(text, encoding="utf-8")
    for name, picture in ((PICTURE, _picture(rows)), (GROWTH, _growth_picture(rows))):
        if picture:
            (docs / name).write_text(picture, encoding="utf-8")


def _division(rows: Sequence[Row], suite: str) -> str:
    head = ["family", "visits / teams / dates", "seconds", "Doorstep", "not proven", "VROOM (its seconds)", "PyVRP",
            "OR-Tools routing", "against the best peer: median (worst)", "first plan after", "VROOM's cost after",
            "VROOM takes longer by"]  # fmt: skip
    return table(head, [_division_line(group) for group in groups(rows, suite)])


def _division_line(group: Group) -> list[str]:
    problems = group.problems
    costs = {name: middle([free(one.rows[name]) if name in one.rows else None for one in problems]) for name in NAMES}
    best = min(cost for cost in costs.values() if cost is not None)
    shown = {name: f"**{number(cost)}**" if cost == best else number(cost) for name, cost in costs.items()}
    leads = [value for one in problems if (value := lead(one)) is not None]
    times = [reached(one) for one in problems]
    factors = [one.rows["vroom"].took / at for one, at in zip(problems, times, strict=True) if at]
    took = middle([one.rows["vroom"].took if "vroom" in one.rows else None for one in problems])
    return [
        group.family,
        group.size,
        f"{group.limit:g}",
        shown["ours"],
        percent(middle([gap(one.rows["ours"]) for one in problems])),
        f"{shown['vroom']} ({seconds(took)})",
        shown["pyvrp"],
        shown["routing"],
        f"{percent(middle(leads), '+')} ({percent(max(leads, default=None), '+')})",
        f"{seconds(middle([one.rows['ours'].first for one in problems]))} s",
        "not reached" if "vroom" in problems[0].rows and None in times else f"{seconds(middle(times))} s",
        f"{median(factors):.0f} ×" if factors else "–",
    ]


def _lost(rows: Sequence[Row]) -> str:
    """Every problem and public instance on which a peer is ahead."""
    lines = []
    for suite in DIVISION:
        for group in groups(rows, suite):
            for solved in group.problems:
                value = lead(solved)
                if value is not None and value > 0:
                    best = min(
                        (row for name, row in solved.rows.items() if name in PEERS), key=lambda row: row.cost or 10**18
                    )
                    own = solved.rows["ours"]
                    took = f"{NAMES[best.solver]} in {seconds(best.took)} s"
                    lines.append(
                        [own.case, f"{own.limit:g}", number(free(own)), number(free(best)), took, percent(value, "+")]
                    )
    peers = {row.case: row for _, row, _ in public_gaps(rows) if row.solver == "pyvrp"}
    for _, own, _ in public_gaps(rows):
        best = peers.get(own.case, own)
        if own.solver == "ours" and (best.cost or 0) < (own.cost or 0):
            behind = percent((own.cost or 0) / (best.cost or 1) - 1, "+")
            took = f"{NAMES[best.solver]} in {seconds(best.took)} s"
            lines.append([own.case, f"{own.limit:g}", number(own.cost), number(best.cost), took, behind])
    head = ["problem", "our seconds", "Doorstep", "best peer", "who", "behind by"]
    return table(head, lines) if lines or not rows else "None among the problems measured."


def _repairs(rows: Sequence[Row]) -> str:
    lines = []
    for name in PEERS:
        mine = [row for row in rows if row.suite == "division-full" and row.solver == name]
        if mine:
            visits = sum(row.visits for row in mine)
            moved = sum(row.taken_out for row in mine)
            left = sum(row.unserved for row in mine)
            lines.append([NAMES[name], str(len(mine)), number(visits), number(moved), number(left)])
    return table(["solver", "answers", "their visits", "moved by the repair", "unserved in the end"], lines)


# ------------------------------------------------------------------------------------- proofs, growth, public sets


def _proofs(rows: Sequence[Row]) -> str:
    lines = []
    for suite in ("proof", "gap"):
        for row in (one for one in rows if one.suite == suite):
            proven = "proven best" if row.bound is not None and row.bound == row.cost else percent(gap(row))
            lines.append([row.case, f"{row.limit:g}", number(row.cost), number(row.bound), proven, f"{row.took:.1f}"])
    return table(["problem", "seconds given", "cost", "bound", "not proven", "seconds taken"], lines)


def _grown(rows: Sequence[Row]) -> list[Row]:
    return sorted((row for row in rows if row.suite == "growth"), key=lambda row: row.visits)


def _growth(rows: Sequence[Row]) -> str:
    lines = [[number(row.visits), f"{row.limit:g}", number(row.cost), number((free(row) or 0) / row.visits),
              str(row.unserved), seconds(row.first), number(row.megabytes)] for row in _grown(rows)]  # fmt: skip
    return table(["visits", "seconds", "cost", "cost per visit", "unserved", "first plan after s", "memory, MB"], lines)


def _public(rows: Sequence[Row]) -> str:
    lines = []
    found = list(public_gaps(rows))
    for name in SETS:
        mine = {row.case: value for one, row, value in found if (one, row.solver, row.unserved) == (name, "ours", 0)}
        peer = {row.case: value for one, row, value in found if (one, row.solver, row.unserved) == (name, "pyvrp", 0)}
        both = sorted(mine.keys() & peer.keys())
        left = sum(1 for one, row, _ in found if one == name and row.solver == "ours" and row.unserved)
        if mine or left:
            shown = [percent(sum(by[case] for case in both) / len(both) if both else None, "+") for by in (mine, peer)]
            alone = percent(sum(mine.values()) / len(mine) if mine else None, "+")
            behind = [mine[case] - peer[case] for case in both if mine[case] > peer[case]]
            wins = f"{len(behind)} (at most {percent(max(behind))})" if behind else "0"
            lines.append([name, str(len(mine)), alone, str(len(both)), *shown, wins if both else "–", str(left)])
    head = [
        "set",
        "instances",
        "Doorstep over best known",
        "of these with PyVRP",
        "Doorstep",
        "PyVRP",
        "PyVRP is cheaper on",
        "not all served",
    ]
    return table(head, lines)


# ------------------------------------------------------------------------------------------- machine and picture


def _machine(rows: Sequence[Row]) -> str:
    packages = ["numba", "numpy", "ortools", *[name for name in PACKAGES.values() if name != "ortools"]]
    versions = ", ".join(f"{name} {version_of(name)}" for name in packages)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    days = sorted({row.day for row in rows if row.day})
    others = [row.others for row in rows if row.others is not None]
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}" if days else "–"
    busy = f"{median(others):.1f} (from {min(others):.1f} to {max(others):.1f})" if others else "not known"
    paces = sorted(row.pace for row in rows if row.pace is not None)
    pace = "not known"
    if paces:
        pace = (
            f"{median(paces):.2f} s in the median, from {paces[0]:.2f} to {paces[-1]:.2f} s; {len(paces)} rows say it"
        )
    return (
        f"Measured {when} on {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB of memory; Python "
        f"{platform.python_version()}, {versions}. "
        f"{len(rows)} measurements; cores that other work took meanwhile: {busy}. "
        f"A fixed sum, timed before and after, took {pace}. "
        "Where others took much, or the sum took longer, every solver was slower than on a quiet machine."
    )


def _picture(rows: Sequence[Row]) -> str | None:
    """Cost against time on the largest problem that all solvers could state exactly, up to 300 visits."""
    every = [
        one for suite in DIVISION for group in groups(rows, suite) if group.visits <= 300 for one in group.problems
    ]
    stated = [one.rows for one in every if one.rows["ours"].case.endswith("plain")]
    whole = [one for one in stated if NAMES.keys() <= one.keys()]
    if not whole:
        return None
    solved = max(
        whole, key=lambda one: (one["ours"].visits, one["ours"].case.startswith("september"), one["ours"].limit)
    )
    lines = {}
    for name, label in NAMES.items():
        row = solved[name]
        curve = [*row.curve] or [(row.took, float(row.cost or 0))]
        lines[label] = [*curve, (max(row.took, curve[-1][0]), float(row.cost or 0))]
    return chart(f"Cost by seconds, {solved['ours'].case}", lines, solved["ours"].bound)


def _growth_picture(rows: Sequence[Row]) -> str | None:
    """Cost of a visit and memory by the number of visits."""
    mine = _grown(rows)
    if len(mine) < 2:
        return None
    costs = [(float(row.visits), (free(row) or 0) / row.visits) for row in mine]
    memory = [(float(row.visits), float(row.megabytes or 0)) for row in mine]
    return growth_chart("From few visits to many", {"points a visit": costs, "memory, MB": memory})


TABLES: dict[str, Callable[[Sequence[Row]], str]] = {
    "machine": _machine,
    "targets": targets_table,
    "quick": lambda rows: _division(rows, "quick"),
    "plain": lambda rows: _division(rows, "division-plain"),
    "full": lambda rows: _division(rows, "division-full"),
    "lost": _lost,
    "repairs": _repairs,
    "proofs": _proofs,
    "growth": _growth,
    "public": _public,
}
