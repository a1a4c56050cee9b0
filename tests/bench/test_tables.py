"""The document says what was measured: leads, medians, lost rows, the picture."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench.cases import SUITES
from tests.bench.chart import chart, growth_chart
from tests.bench.figures import gap, groups, lead, reached
from tests.bench.measure import Row
from tests.bench.tables import TABLES, write_document
from tests.bench.targets import targets_table

OURS = Row(
    suite="division-plain",
    case="far-150-6-10-1-plain",
    visits=150,
    solver="ours",
    limit=20.0,
    seed=1,
    code="c",
    cost=1000,
    bound=990,
    took=20.0,
    first=0.1,
    curve=((0.1, 3000.0), (0.5, 1100.0), (2.0, 1000.0)),
)
HARD = "our dearest run against their cheapest:"


def rows(vroom: int, pyvrp: int) -> list[Row]:
    """Ours at 1,000 points beside these two."""
    return [
        OURS,
        replace(OURS, solver="vroom", limit=600.0, cost=vroom, bound=None, took=30.0, curve=()),
        replace(OURS, solver="pyvrp", cost=pyvrp, bound=None),
    ]


def test_the_lead_is_taken_against_the_better_peer() -> None:
    (group,) = groups(rows(1250, 1600), "division-plain")
    # 1000 / 1250 − 1
    assert lead(group.problems[0]) == pytest.approx(-0.2)
    assert gap(OURS) == pytest.approx(0.01)


def test_what_no_team_can_make_counts_in_no_comparison() -> None:
    # 400 of each cost is a visit that nobody can make: 600 / 850 − 1, and 10 of 600 is not proven.
    (group,) = groups([replace(row, nobody=400) for row in rows(1250, 1600)], "division-plain")
    assert lead(group.problems[0]) == pytest.approx(600 / 850 - 1)
    assert gap(replace(OURS, nobody=400)) == pytest.approx(10 / 600)


def test_the_time_to_a_cost_is_that_of_the_first_plan_not_above_it() -> None:
    assert [reached(groups(rows(cost, 9999), "division-plain")[0].problems[0]) for cost in (1100, 1099, 999)] == [
        0.5,
        2.0,
        None,
    ]


def test_of_several_runs_the_one_of_median_cost_counts() -> None:
    others = [replace(OURS, seed=11, cost=1200, curve=()), replace(OURS, seed=21, cost=980, curve=((0.3, 980.0),))]
    peers = [replace(OURS, solver="pyvrp", seed=seed, cost=cost) for seed, cost in ((1, 1050), (11, 900), (21, 1100))]
    (group,) = groups([*rows(1100, 9999)[:2], *others, *peers], "division-plain")
    (solved,) = group.problems
    assert {name: row.cost for name, row in solved.rows.items()} == {"ours": 1000, "vroom": 1100, "pyvrp": 1050}
    assert lead(solved) == pytest.approx(1000 / 1050 - 1)
    # 1,100 points were there after 0.5 s, after 0.3 s, and in one run never.
    assert reached(solved) == 0.5
    shown = targets_table([*rows(1100, 9999)[:2], *others, *peers])
    # 1000 / 1050 − 1; 1200 / 900 − 1
    assert f"| 1 of 1 problems, worst -4.76 %; {HARD} 0 of 1, worst +33.33 % | yes |" in shown


def test_of_two_runs_the_dearer_counts_for_ours_and_the_cheaper_for_a_peer() -> None:
    (group,) = groups([*rows(1100, 1050), replace(OURS, seed=11, cost=1010),
                       replace(OURS, solver="pyvrp", seed=11, cost=1020)], "division-plain")  # fmt: skip
    assert lead(group.problems[0]) == pytest.approx(1010 / 1020 - 1)


def test_a_row_where_a_peer_is_ahead_is_listed() -> None:
    assert "far-150-6-10-1-plain" in TABLES["lost"](rows(900, 1600))
    assert "+11.11 %" in TABLES["lost"](rows(900, 1600))
    assert TABLES["lost"](rows(1000, 1600)) == "None among the problems measured."


def test_the_cheapest_of_a_row_is_bold() -> None:
    assert "**900**" in TABLES["plain"](rows(900, 1600)) and "**1,000**" not in TABLES["plain"](rows(900, 1600))


def test_a_target_that_is_missed_says_so() -> None:
    behind, ahead = targets_table(rows(900, 1600)), targets_table(rows(1100, 1600))
    assert f"| 0 of 1 problems, worst +11.11 %; {HARD} 0 of 1, worst +11.11 % | **no** |" in behind
    assert f"| 1 of 1 problems, worst -9.09 %; {HARD} 1 of 1, worst -9.09 % | yes |" in ahead
    # VROOM needs 30 s for 1,100 points, ours 0.5 s: 1/60.
    assert "| 1 of 1 problems; median 1/60, slowest 1/60; not reached on 0 | yes |" in ahead
    assert "| 0 of 1 problems; not reached on 1 | **no** |" in targets_table(rows(999, 1600))


def test_what_is_not_proven_counts_by_the_worst_and_not_without_a_bound() -> None:
    gaps = [replace(OURS, suite="gap", case=f"far-150-6-10-{seed}-full", cost=1000, bound=bound)
            for seed, bound in ((1, 970), (2, 990), (3, 985))]  # fmt: skip
    assert "| ≤ 2 % in 120 s | median 1.50 % (3.00 %, 1.00 %, 1.50 %) | **no** |" in targets_table(gaps)
    gaps[0] = replace(gaps[0], bound=980)
    assert "median 1.50 % (2.00 %, 1.00 %, 1.50 %) | yes |" in targets_table(gaps)
    gaps[2] = replace(gaps[2], bound=None)
    assert "| ≤ 2 % in 120 s | median 1.50 % (2.00 %, 1.00 %) | **no** |" in targets_table(gaps)
    assert "| ≤ 2 % in 120 s | no bound | **no** |" in targets_table([gaps[2]])


def test_the_document_keeps_its_words_and_takes_the_tables(tmp_path: Path) -> None:
    docs = tmp_path
    (docs / "pictures").mkdir()
    text = "".join(f"Before {name}.\n\n<!-- {name} -->\nold\n<!-- /{name} -->\n\n" for name in TABLES)
    (docs / "benchmarks.md").write_text(text, encoding="utf-8")
    write_document(rows(1100, 1600), docs)
    written = (docs / "benchmarks.md").read_text(encoding="utf-8")
    assert "old" not in written and all(f"Before {name}." in written for name in TABLES)
    write_document(rows(1100, 1600), docs)
    assert (docs / "benchmarks.md").read_text(encoding="utf-8") == written


def test_the_document_of_the_project_has_all_markers() -> None:
    text = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert [name for name in TABLES if f"<!-- {name} -->" not in text or f"<!-- /{name} -->" not in text] == []


def test_the_picture_is_well_formed_and_escapes_names() -> None:
    picture = chart("a < b", {"x & y": [(0.1, 200.0), (3.0, 150.0)], "z": [(1.0, 160.0)]}, 140.0)
    root = ElementTree.fromstring(picture)  # noqa: S314
    assert [node.text for node in root.iter() if node.text and "&" in node.text] == ["x & y"]


def test_growth_is_drawn_from_nothing_up_with_every_value() -> None:
    picture = growth_chart("g", {"points": [(100.0, 50.0), (1000.0, 100.0)], "MB": [(100.0, 200.0), (1000.0, 300.0)]})
    root = ElementTree.fromstring(picture)  # noqa: S314
    circles = [node for node in root.iter() if node.tag.endswith("circle")]
    heights = [float(node.attrib["cy"]) for node in circles]
    floor = max(
        float(node.attrib["d"].split(",")[1].split(" ")[0]) for node in root.iter() if " H" in node.get("d", "")
    )
    # Twice the points stand twice as high above the floor, and 300 MB half as high again as 200.
    assert (floor - heights[1]) / (floor - heights[0]) == pytest.approx(2.0, abs=0.01)
    assert (floor - heights[3]) / (floor - heights[2]) == pytest.approx(1.5, abs=0.01)
    assert {"50", "100", "200", "300"} <= {node.text for node in root.iter()}


def test_every_cell_of_every_suite_is_measured_once() -> None:
    for name, suite in SUITES.items():
        cells = [(cell.case.name, cell.solver, cell.seconds, cell.seed) for cell in suite()]
        assert len(cells) == len(set(cells)), name


def test_a_public_set_is_held_against_the_best_known_without_the_set_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORSTEP_SHARED", str(tmp_path))
    mine = replace(OURS, suite="public-sdvrptw", case="sdvrptw-PR01", best_known=990)
    shown = targets_table([mine, replace(mine, solver="pyvrp", cost=1010)])
    # 1000 / 990 − 1 and 1010 / 990 − 1
    assert "| sdvrptw (1 instances) | no worse than PyVRP | +1.01 % against +2.02 % | yes |" in shown


def test_the_instances_on_which_the_peer_is_cheaper_are_counted() -> None:
    mine = replace(OURS, suite="public-sdvrptw", case="sdvrptw-PR01", best_known=1000, cost=1020)
    other, third = (replace(mine, case=f"sdvrptw-PR0{number}") for number in (2, 3))
    peers = [replace(row, solver="pyvrp", cost=cost) for row, cost in ((mine, 1050), (other, 1008), (third, 1020))]
    shown = TABLES["public"]([mine, other, third, *peers])
    # 1020 against 1008 of 1000 is 1.2 points; the means are 2 % and (5 + 0.8 + 2) / 3.
    assert "| sdvrptw | 3 | +2.00 % | 3 | +2.00 % | +2.60 % | 1 (at most 1.20 %) | 0 |" in shown
    lost = TABLES["lost"]([mine, other, third, *peers])
    assert "| sdvrptw-PR02 | 20 | 1,020 | 1,008 | PyVRP in 20 s | +1.19 % |" in lost  # 1020 / 1008 − 1
    assert "PR01" not in lost and "PR03" not in lost
    assert "| +2.00 % | +5.00 % | 0 | 0 |" in TABLES["public"]([mine, peers[0]])
    assert "| – | – | 0 |" in TABLES["public"]([mine])
