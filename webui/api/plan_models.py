"""Runs, plans and their visits as the API takes and gives them."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from planner.model import clock
from webui.api.contract import Tagged
from webui.api.fields import NOT_GIVEN, Clock, Id, Reason, Year, shown
from webui.store.plans import PlanRow, PlanVisitRow
from webui.store.runs import RunRow


class NameIn(BaseModel):
    """Another name."""

    model_config = NOT_GIVEN
    name: str = Field(min_length=1, max_length=100)


class RunIn(BaseModel):
    """What is to be planned."""

    model_config = NOT_GIVEN
    name: str = Field(min_length=1, max_length=100)
    first: Year
    last: Year
    effort: Literal["quick", "standard", "thorough"] = "standard"
    seconds: float | None = Field(None, ge=0.1, le=3_600)
    seed: int = Field(1, ge=0, le=2**31 - 1)
    based_on: int | None = Field(None, ge=1, le=999_999_999)


class RunOut(BaseModel):
    """A planning run; `plan` is the draft that came of it."""

    id: int
    name: str
    status: str
    share: float
    served: int | None
    cost: int | None
    bound: int | None
    plan: int | None
    failure_en: str
    failure_zh: str


class CancelIn(BaseModel):
    """How a run ends: with the best plan so far, or without one."""

    model_config = NOT_GIVEN
    keep: bool = False


class RestIn(BaseModel):
    """What may change about the rest of today; every visit that is not named keeps its hour."""

    model_config = NOT_GIVEN
    at: Clock
    free: list[Id] = Field(default=[], max_length=200)
    dropped: list[Id] = Field(default=[], max_length=200)
    out: list[Id] = Field(default=[], max_length=100)


class PlanOut(BaseModel):
    """A plan without its visits."""

    id: int
    name: str
    status: str
    first: date
    last: date
    served: int
    unserved: int
    cost: int
    bound: int | None
    decision: str


class Plans(BaseModel):
    """All plans, newest dates first."""

    items: list[PlanOut]


class VisitOut(BaseModel):
    """One visit of a plan; without team, date and times where it is left out, then with the reasons."""

    id: str
    request: str
    site: str
    organisation: str
    work: str
    session: int
    applicants: int
    team: str | None
    date: date | None
    arrives: Clock | None
    starts: Clock | None
    ends: Clock | None
    in_force: bool
    reasons_en: list[str] = []
    reasons_zh: list[str] = []


class PlanWithVisits(PlanOut, Tagged):
    """A plan with its visits."""

    visits: list[VisitOut]


class MoveIn(BaseModel):
    """Where a visit shall go; without team and date it is taken out."""

    model_config = NOT_GIVEN
    team: Id | None = None
    date: Year | None = None
    start: Clock | None = None
    why: Reason = ""


def run_out(row: RunRow, made: int | None) -> RunOut:
    """A run of the database, and the plan that came of it."""
    return shown(RunOut, row, plan=made)


def plan_out(row: PlanRow) -> PlanOut:
    """A plan of the database."""
    return shown(PlanOut, row, first=row.first_date, last=row.last_date)


def visit_out(row: PlanVisitRow, reasons: list[tuple[str, str]]) -> VisitOut:
    """A visit of the database, with its reasons in English and Chinese."""
    times = {name: _clock(getattr(row, name)) for name in ("arrives", "starts", "ends")}
    told = {"reasons_en": [en for en, _ in reasons], "reasons_zh": [zh for _, zh in reasons]}
    owners = {"request": row.request_id, "site": row.site_id, "organisation": row.organisation_id, "team": row.team_id}
    return shown(VisitOut, row, id=row.visit_id, **owners, **times, **told)


def _clock(seconds: int | None) -> str | None:
    return None if seconds is None else clock(seconds)
