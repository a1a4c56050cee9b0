"""Measures the optimiser beside its peers and writes docs/benchmarks.md.

    python -m tests.bench.run quick                       fifteen minutes: September, 40 to 150 visits, 8 s each
    python -m tests.bench.run plain full large targets growth public --sample 6
    python -m tests.bench.run plain --only september-80   only cases and solvers whose name holds the text

One measurement at a time, each in a process of its own, a line each in docs/benchmarks.jsonl. One is measured again
when the optimiser, the peer or its model has changed, so a run can be stopped and taken up again. `--render` only
writes the document.
"""

import argparse
import json
import math
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench.cases import SUITES, Cell, public
from tests.bench.measure import PACKAGES, ROOT, Row, code_of, version_of
from tests.bench.public import shared_folder
from tests.bench.tables import write_document

STORE = ROOT / "docs" / "benchmarks.jsonl"
KEY = ("suite", "case", "solver", "limit", "seed")
"""What makes two rows measurements of the same; `code` says with what."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the suites named on the command line; 1 if a measurement failed."""
    chosen = _arguments(arguments)
    folder = shared_folder() if chosen.shared is None else chosen.shared / "benchmarks"
    failed = False
    for cell in _cells(chosen, folder):
        failed |= not _run(cell, folder, chosen.slower)
    if not chosen.no_document:
        write_document(present_rows(), ROOT / "docs")
    return int(failed)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.run", description=str(__doc__).split("\n")[0])
    parser.add_argument("suites", nargs="*", choices=[*SUITES, "public", []], help="what to measure")
    parser.add_argument("--only", default="", help="only cases or solvers whose name holds this text")
    parser.add_argument("--seconds", type=float, help="another wall-clock for ours, PyVRP and OR-Tools routing")
    parser.add_argument("--sample", type=int, help="so many instances of each public set")
    parser.add_argument(
        "--slower", type=float, help="measure again where the machine was so many times slower than at its best"
    )
    parser.add_argument("--shared", type=Path, help="the folder that holds benchmarks/ (default: DOORSTEP_SHARED)")
    parser.add_argument("--render", action="store_true", help="write the document from what is measured")
    parser.add_argument("--no-document", action="store_true", help="leave docs/benchmarks.md as it is")
    return parser.parse_args(arguments)


def _cells(chosen: argparse.Namespace, folder: Path) -> Iterator[Cell]:
    for suite in () if chosen.render else chosen.suites:
        cells = public(folder, chosen.sample) if suite == "public" else SUITES[suite]()
        for cell in cells:
            if chosen.only and chosen.only not in f"{cell.case.name} {cell.solver}":
                continue
            if chosen.seconds is not None and cell.solver in ("ours", "pyvrp", "routing"):
                cell = replace(cell, seconds=chosen.seconds)
            yield cell


def _is_measured(cell: Cell, slower: float | None = None) -> bool:
    """Whether there is a row with the present code, not `slower` times slower than the machine at its best."""
    wanted = (cell.suite, cell.case.name, cell.solver, cell.seconds, cell.seed, code_of(cell.solver))
    rows = _stored()
    best = min((row["pace"] for row in rows if row.get("pace")), default=math.inf)
    same = [row for row in rows if tuple(row[key] for key in (*KEY, "code")) == wanted]
    return any(slower is None or (row.get("pace") or math.inf) <= slower * best for row in same)


def _run(cell: Cell, folder: Path, slower: float | None) -> bool:
    """Whether the cell is measured, now or before. A peer that is not installed is no failure."""
    if _is_measured(cell, slower):
        return True
    package = PACKAGES.get(cell.solver)
    if package is not None and version_of(package) == "absent":
        sys.stdout.write(f"{cell.case.name} {cell.solver}: {package} is not installed (dependency group bench)\n")
        return True
    with tempfile.TemporaryDirectory() as work:
        given, made = Path(work) / "cell", Path(work) / "row.json"
        given.write_bytes(pickle.dumps(cell))
        command = [sys.executable, "-m", "tests.bench.measure", str(given), str(made), str(folder)]
        done = subprocess.run(command, cwd=ROOT, env=os.environ, check=False)
        if done.returncode or not made.exists():
            sys.stdout.write(f"{cell.case.name} {cell.solver}: FAILED ({done.returncode})\n")
            return False
        row = json.loads(made.read_text(encoding="utf-8"))
    row["day"] = datetime.now(UTC).date().isoformat()
    _store(row)
    shown = {"cost": "", "bound": "", "took": " s", "unserved": "", "taken_out": "", "others": " cores", "pace": " s"}
    figures = ", ".join(f"{name.replace('_', ' ')} {row[name]}{unit}" for name, unit in shown.items())
    sys.stdout.write(f"{row['case']} {row['solver']}: {figures}\n")
    sys.stdout.flush()
    return True


def present_rows() -> list[Row]:
    """Everything measured with the present code, in the order of the names."""
    names = {field.name for field in fields(Row)}
    rows = [Row(**{key: value for key, value in values.items() if key in names}) for values in _stored()]
    present = {solver: code_of(solver) for solver in {row.solver for row in rows}}
    return [
        replace(row, curve=tuple((float(at), float(cost)) for at, cost in row.curve))
        for row in rows
        if row.code == present[row.solver]
    ]


def _stored() -> list[dict[str, Any]]:
    return [json.loads(line) for line in STORE.read_text(encoding="utf-8").splitlines()] if STORE.exists() else []


def _store(row: Mapping[str, Any]) -> None:
    """Adds the row in the place of an older one of the same."""
    others = [one for one in _stored() if any(one[key] != row[key] for key in KEY)]
    rows = sorted([*others, row], key=lambda one: [str(one[key]) for key in KEY])
    beside = STORE.with_suffix(".new")
    beside.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    beside.replace(STORE)


if __name__ == "__main__":
    sys.exit(main())
