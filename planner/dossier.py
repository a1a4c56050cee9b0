"""A plan with everything its readers need: who, where, when, why, and what is out.

Reports, exports and pages read a `Dossier`; `save` and `load` keep it in a folder, the plan and the
problem beside it in their own formats.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from planner.model import Group, Inputs, Visit, Way
from planner.policy import Policy
from planner.problem import Location as Location
from planner.problem import Plan, Problem, plan_from_json, plan_to_json, problem_from_json, problem_to_json
from planner.reasons import Reason


@dataclass(frozen=True)
class Refused:
    """A request that became no visit, or some of whose people did not, with the reasons.

    With 0 applicants nobody is left out, but a promise or a return cannot be kept as it stands.
    """

    request_id: str
    reasons: tuple[Reason, ...]
    applicants: int
    go_by: date | None = None
    """The last working day on which the most urgent of them can lawfully go to the hall; None where it has passed."""
    groups: tuple[Group, ...] = ()
    """Who they are."""


@dataclass(frozen=True)
class Remark:
    """Something its reader should know about a request that is planned all the same."""

    request_id: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Driven:
    """A way that the plan drives, from one location to another (positions in `PlanFacts.locations`)."""

    start: int
    end: int
    way: Way


@dataclass(frozen=True)
class PlanFacts:
    """What a dossier holds beside the problem and the plan."""

    inputs: Inputs
    policy: Policy
    today: date
    horizon: tuple[date, ...]
    """The working days planned for, ascending."""
    visits: tuple[Visit, ...]
    locations: tuple[Location, ...]
    refused: tuple[Refused, ...] = ()
    reasons: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)
    """Why each unserved visit is out, by visit id."""
    remarks: tuple[Remark, ...] = ()
    travel_source: str = ""
    """Where the driving times come from, e.g. "builtin (estimated)"."""
    travel_warnings: tuple[Reason, ...] = ()
    """What is doubtful about the driving times: a source that failed, a place far from any road, …"""
    ways: tuple[Driven, ...] = ()
    """How the legs of the plan are driven; a leg that was moved by hand since, or has no road, is missing."""
    version: int = 1
    """Counts the revisions of this plan; calendars use it as SEQUENCE."""


@dataclass(frozen=True, eq=False)
class Dossier:
    """A plan, the problem it answers, and the facts around both."""

    facts: PlanFacts
    problem: Problem
    plan: Plan


_FACTS: TypeAdapter[PlanFacts] = TypeAdapter(PlanFacts)


def save(dossier: Dossier, folder: Path) -> None:
    """Writes problem.json, plan.json and facts.json into `folder`, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "problem.json").write_text(problem_to_json(dossier.problem), "utf-8")
    (folder / "plan.json").write_text(plan_to_json(dossier.plan), "utf-8")
    (folder / "facts.json").write_bytes(_FACTS.dump_json(dossier.facts, indent=1))


def load(folder: Path) -> Dossier:
    """The dossier that `save` wrote; BadInput where a file is not what it should be."""
    return Dossier(
        _FACTS.validate_json((folder / "facts.json").read_bytes()),
        problem_from_json((folder / "problem.json").read_text("utf-8"), "problem.json"),
        plan_from_json((folder / "plan.json").read_text("utf-8"), "plan.json"),
    )


def with_plan(dossier: Dossier, plan: Plan) -> Dossier:
    """The same dossier with another plan."""
    return replace(dossier, plan=plan)
