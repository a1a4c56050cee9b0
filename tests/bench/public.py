"""Public sets (Solomon, site-dependent and multi-depot VRPTW) as problems, with the best values known.

The files are VRPLIB dialects and stay outside the product: `shared_folder()` says where. Units and rounding follow
the README beside them: travel time = distance = the arc `floor(10·euclid)` (Solomon) or `round(1000·euclid)`, and
every other time multiplied alike. All customers must be served, vehicles cost nothing.
"""

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.model import Window
from planner.problem import Problem, ProblemShift, ProblemTeam, ProblemVisit
from tests.bench.peers.lanes import REQUIRED

Set = Literal["solomon", "sdvrptw", "mdvrptw"]
SETS: tuple[Set, ...] = ("solomon", "sdvrptw", "mdvrptw")
UNIT: dict[Set, int] = {"solomon": 10, "sdvrptw": 1000, "mdvrptw": 1000}
DAY = date(2026, 9, 7)
"""The one date of every public problem; it means nothing."""

Section = list[list[float]]


@dataclass(frozen=True)
class Vrplib:
    """A VRPLIB file: `NAME: value` lines, and the rows of each `..._SECTION`."""

    values: dict[str, str]
    sections: dict[str, Section]


def shared_folder() -> Path:
    """Where the public sets lie: DOORSTEP_SHARED, or `../shared` beside the project."""
    given = os.environ.get("DOORSTEP_SHARED")
    return (Path(given) if given else Path(__file__).parents[3] / "shared") / "benchmarks"


def best_known(folder: Path, name: Set) -> dict[str, int]:
    """The best value known for each instance of this set."""
    with (folder / name / "best_known.csv").open(encoding="utf-8") as file:
        return {row["instance"]: int(row["best_known"]) for row in csv.DictReader(file)}


def public_problem(folder: Path, name: Set, instance: str) -> Problem:
    """This instance as a problem of one date; visits keep the customers' numbers in the file."""
    text = (folder / name / f"{instance}.vrp").read_text(encoding="utf-8")
    return problem_of(f"{name}-{instance}", vrplib(text), UNIT[name], floor=name == "solomon")


def vrplib(text: str) -> Vrplib:
    """The file's parts; raises ValueError for a line that belongs to none."""
    values: dict[str, str] = {}
    sections: dict[str, Section] = {}
    rows: Section | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if line.endswith("_SECTION"):
            rows = sections.setdefault(line.removesuffix("_SECTION"), [])
        elif line in ("EOF", ""):
            continue
        elif ":" in line:
            key, value = line.split(":", 1)
            values[key.strip()] = value.strip()
        elif rows is None:
            raise ValueError(f"line {number} belongs to no section: {line[:40]!r}")
        else:
            rows.append([float(word) for word in line.split()])
    return Vrplib(values, sections)


def problem_of(name: str, file: Vrplib, unit: int, *, floor: bool) -> Problem:
    """The problem a VRPLIB file states; times and distances are multiplied by `unit`."""
    seconds = _arcs(file.sections["NODE_COORD"], unit, floor=floor)
    windows = [(int(row[1] * unit), int(row[2] * unit)) for row in file.sections["TIME_WINDOW"]]
    depots = [int(row[0]) - 1 for row in file.sections.get("DEPOT", [[1.0]]) if row[0] > 0]
    teams, allowed = _teams(file, unit, windows, depots)
    loads = [int(row[1]) for row in file.sections["DEMAND"]]
    visits = tuple(
        ProblemVisit(
            id=str(node + 1),
            location=node,
            service_seconds=_service(file, node) * unit,
            windows=(Window(DAY, *windows[node]),),
            unserved_cost=REQUIRED,
            applicants=loads[node],
            teams=allowed.get(node) if allowed else None,
        )
        for node in range(len(loads))
        if node not in depots
    )
    return Problem(name, (DAY,), seconds, teams, visits)


def _arcs(rows: Section, unit: int, *, floor: bool) -> NDArray[np.int64]:
    points = np.array(rows)[:, 1:3]
    exact = unit * np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    # What is whole on paper must not fall below itself in floating point.
    whole = np.floor(exact + 1e-9) if floor else np.rint(exact)
    return np.asarray(whole, dtype=np.int64)


def _service(file: Vrplib, node: int) -> int:
    rows = file.sections.get("SERVICE_TIME")
    return int(file.values["SERVICE_TIME"]) if rows is None else int(rows[node][1])


def _teams(
    file: Vrplib, unit: int, windows: Sequence[tuple[int, int]], depots: Sequence[int]
) -> tuple[tuple[ProblemTeam, ...], dict[int, frozenset[str]]]:
    """The vehicles, and for each node those that may serve it (empty: every one may)."""
    count = int(file.values["VEHICLES"])
    capacities = [int(row[1]) for row in file.sections.get("CAPACITY", [])]
    homes = [int(row[1]) - 1 for row in file.sections.get("VEHICLES_DEPOT", [])]
    work = int(file.values["VEHICLES_MAX_DURATION"]) * unit if "VEHICLES_MAX_DURATION" in file.values else None
    teams = []
    for number in range(count):
        home = homes[number] if homes else depots[0]
        capacity = capacities[number] if capacities else int(file.values["CAPACITY"])
        shift = ProblemShift(DAY, *windows[home], capacity, work)
        teams.append(ProblemTeam(str(number + 1), home, home, frozenset(), (shift,)))
    allowed: dict[int, set[str]] = {}
    for row in file.sections.get("VEHICLES_ALLOWED_CLIENTS", []):
        for node in row[1:]:
            allowed.setdefault(int(node) - 1, set()).add(str(int(row[0])))
    return tuple(teams), {node: frozenset(names) for node, names in allowed.items()}
