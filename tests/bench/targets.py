"""The targets of the optimiser beside what was measured."""

from collections.abc import Iterator, Sequence
from statistics import median

from tests.bench.figures import (
    DIVISION,
    free,
    gap,
    groups,
    lead,
    luckless_lead,
    middle,
    percent,
    public_gaps,
    reached,
    seconds,
    table,
)
from tests.bench.measure import Row
from tests.bench.public import SETS


def targets_table(rows: Sequence[Row]) -> str:
    return table(["what", "target", "measured", "met"], [list(line) for line in _target_lines(rows)])


def _target_lines(rows: Sequence[Row]) -> Iterator[tuple[str, str, str, str]]:
    every = [group for suite in DIVISION for group in groups(rows, suite)]
    leads = [value for group in every for one in group.problems if (value := lead(one)) is not None]
    if leads:
        ahead = sum(1 for value in leads if value <= 0)
        hard = [value for group in every for one in group.problems if (value := luckless_lead(one)) is not None]
        still = sum(1 for value in hard if value <= 0)
        yield (
            "cost at equal wall-clock",
            "never above the best peer",
            f"{ahead} of {len(leads)} problems, worst {percent(max(leads), '+')}; "
            f"our dearest run against their cheapest: {still} of {len(hard)}, "
            f"worst {percent(max(hard, default=None), '+')}",
            _met(max(leads) <= 0),
        )
    large = [middle([lead(one) for one in group.problems]) for group in every if group.visits >= 300]
    if large:
        single = max(value for group in every if group.visits >= 300 for one in group.problems
                     if (value := lead(one)) is not None)  # fmt: skip
        worst = max(value for value in large if value is not None)
        yield (
            "cost from 300 visits on",
            "3 % below the best peer",
            f"worst median {percent(worst, '+')}, worst problem {percent(single, '+')}",
            _met(worst <= -0.03),
        )
    yield from _against_vroom(rows)
    yield from _proof_targets(rows)
    yield from _growth_target(rows)
    yield from _public_targets(rows)
    yield from _start_targets(rows)


def _met(yes: bool) -> str:
    return "yes" if yes else "**no**"


def _against_vroom(rows: Sequence[Row]) -> Iterator[tuple[str, str, str, str]]:
    for suite in DIVISION:
        every = [one for group in groups(rows, suite) if group.visits >= 150 for one in group.problems]
        problems = [one for one in every if "vroom" in one.rows]
        if problems:
            factors = [one.rows["vroom"].took / at for one in problems if (at := reached(one))]
            fast = sum(1 for factor in factors if factor >= 20)
            shown = f"; median 1/{median(factors):.0f}, slowest 1/{min(factors):.0f}" if factors else ""
            yield (
                f"time to VROOM's cost, 150 visits on ({suite})",
                "≤ 1/20 of VROOM's",
                f"{fast} of {len(problems)} problems{shown}; not reached on {len(problems) - len(factors)}",
                _met(fast == len(problems)),
            )


def _proof_targets(rows: Sequence[Row]) -> Iterator[tuple[str, str, str, str]]:
    for visits, aim, given in ((80, 0.01, "30 s"), (150, 0.02, "120 s"), (300, 1.0, "120 s")):
        mine = [row for row in rows if row.suite == "gap" and row.visits == visits]
        gaps = [value for row in mine if (value := gap(row)) is not None]
        if mine:
            target = f"≤ {100 * aim:.0f} % in {given}" if aim < 1 else "a bound"
            shown = f"median {percent(median(gaps))} ({', '.join(map(percent, gaps))})" if gaps else "no bound"
            yield f"not proven, {visits} visits", target, shown, _met(len(gaps) == len(mine) and max(gaps) <= aim)
    mine = [row for row in rows if row.suite == "proof"]
    if mine:
        proven = sum(1 for row in mine if row.bound == row.cost)
        yield (
            "best proven, 40 visits, 3 teams, 5 dates",
            "8 of 10 in 60 s",
            f"{proven} of {len(mine)}",
            _met(proven >= 0.8 * len(mine)),
        )


def _growth_target(rows: Sequence[Row]) -> Iterator[tuple[str, str, str, str]]:
    by = {row.visits: row for row in rows if row.suite == "growth" and row.cost}
    if 1000 in by and 5000 in by:
        more = ((free(by[5000]) or 0) / 5000) / ((free(by[1000]) or 1) / 1000) - 1
        memory = by[5000].megabytes
        yield "cost per visit, 5,000 against 1,000", "within 3 %", percent(more, "+"), _met(more <= 0.03)
        yield "memory at 5,000 visits", "< 4 GB", f"{memory:,} MB", _met(memory < 4000)


def _public_targets(rows: Sequence[Row]) -> Iterator[tuple[str, str, str, str]]:
    found = list(public_gaps(rows))
    for name in SETS:
        mine = {row.case: value for one, row, value in found if one == name and row.solver == "ours"}
        peer = {row.case: value for one, row, value in found if one == name and row.solver == "pyvrp"}
        both = sorted(mine.keys() & peer.keys())
        if mine and name == "solomon":
            mean = sum(mine.values()) / len(mine)
            yield f"Solomon ({len(mine)} instances)", "≤ 1.0 % over best known", percent(mean, "+"), _met(mean <= 0.01)
        elif both:
            own, other = (sum(one[case] for case in both) / len(both) for one in (mine, peer))
            shown = f"{percent(own, '+')} against {percent(other, '+')}"
            yield f"{name} ({len(both)} instances)", "no worse than PyVRP", shown, _met(own <= other)


def _start_targets(rows: Sequence[Row]) -> Iterator[tuple[str, str, str, str]]:
    for row in rows:
        if row.solver == "same":
            effort = "thorough" if row.suite == "same-thorough" else "quick"
            yield f"same input, seed and effort ({effort})", "the same bytes", row.note, _met(row.note == "equal")
        if row.solver == "start":
            yield "first plan for 300 visits", "within 1 s", f"{seconds(row.first)} s", _met((row.first or 9) <= 1)
            shown = f"{row.took:.0f} s, then {row.note} s"
            yield "first call with nothing compiled, then from the cache", "< 30 s", shown, _met(row.took < 30)
    stops = [row for row in rows if row.solver == "stop"]
    if stops:
        longest = max(row.took for row in stops)
        shown = f"{longest:.2f} s, the longest of {sum(int(row.note) for row in stops)}"
        sizes = sorted(row.visits for row in stops)
        what = f"from a stop to the plan, {sizes[0]:,} to {sizes[-1]:,} visits"
        yield what, "within 0.2 s", shown, _met(longest <= 0.2)
