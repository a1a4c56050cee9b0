"""Operations that look at plans: a move tried before it is made, two plans side by side, the runs."""

from datetime import date

from pydantic import BaseModel

from planner.breaches import Breach
from planner.model import clock
from planner.problem import Plan
from webui.actions import drafts
from webui.actions.rules import calendar_of
from webui.api.contract import EDITORS, READERS, Answered, Call, operation
from webui.api.fields import Clock, Until
from webui.api.plan_models import MoveIn, RunOut, run_out
from webui.api.plans import target_of
from webui.api.reasons import ReasonOut, reason_out
from webui.api.request_models import SpecialOut, special_out
from webui.language import N_
from webui.store.reads import comparison
from webui.store.reads import plans as reads


class BreachOut(BaseModel):
    """A rule that would be broken; one that is `overridable` can be saved with a reason."""

    code: str
    en: str
    zh: str
    overridable: bool


class TriedOut(BaseModel):
    """What a move would do: when the visit would be, what the plan would cost, which rules it would break.

    `possible` is false where no lawful timetable exists; `reasons` then say why.
    """

    possible: bool
    starts: Clock | None
    cost_before: int
    cost_after: int
    breaches: list[BreachOut]
    reasons: list[ReasonOut]


class WhereOut(BaseModel):
    """Where a visit is in a plan."""

    team: str
    date: date
    starts: Clock
    ends: Until


class MovedOut(BaseModel):
    """A visit that is elsewhere in the second plan; null where it is not in that plan."""

    request: str
    work: str
    session: int
    organisation: str
    site: str
    change: str
    before: WhereOut | None
    after: WhereOut | None
    must_tell: bool


class ComparisonOut(BaseModel):
    """Every visit that differs; `same` stay with team, date and time."""

    first: int
    second: int
    same: int
    moved: list[MovedOut]


class RunsOut(BaseModel):
    """Runs that wait or go on, and the last that ended without a plan."""

    running: list[RunOut]
    ended: list[RunOut]


class SpecialsOut(BaseModel):
    """Exceptions that wait for a supervisor, oldest first."""

    items: list[SpecialOut]


@operation(
    method="POST",
    path="/plans/{number}/visits/{visit}/try",
    scope="plans:read",
    summary=N_("What moving a visit of a draft, or taking it out, would do; nothing is saved"),
    body=MoveIn,
    answer=TriedOut,
    tries=True,
    roles=EDITORS,
)
def try_move(call: Call, number: int, visit: str) -> Answered:
    """With the checker's answer."""
    found = drafts.try_move(call.store, number, visit, target_of(call.body), call.holder.person)
    hard = set(found.hard)
    return Answered(
        TriedOut(
            possible=found.plan is not None,
            starts=_start(found.plan, visit) if found.plan else None,
            cost_before=found.cost_before,
            cost_after=found.cost_after,
            breaches=[_breach(one, one not in hard) for one in found.breaches],
            reasons=[reason_out(one) for one in found.reasons],
        )
    )


@operation(
    method="GET",
    path="/plans/{number}/changes/{other}",
    scope="plans:read",
    summary=N_("What changes from one plan to another, and who must be told"),
    answer=ComparisonOut,
    roles=READERS,
)
def compare_plans(call: Call, number: int, other: int) -> Answered:
    """By date of the second plan."""
    with call.store.read() as session:
        first, second, calendar = reads.opened(session, number), reads.opened(session, other), calendar_of(session)
    found = comparison.compare(first.dossier, second.dossier, first.promised, calendar)
    return Answered(
        ComparisonOut(first=number, second=other, same=found.same, moved=[_moved(one) for one in found.moved])
    )


@operation(
    method="GET",
    path="/runs",
    scope="plans:read",
    summary=N_("Runs that wait or go on, and the last that ended without a plan"),
    answer=RunsOut,
    roles=READERS,
)
def list_runs(call: Call) -> Answered:
    """As the page of plans shows them."""
    with call.store.read() as session:
        found = reads.overview(session)
    running, ended = ([run_out(one.row, one.plan_id) for one in part] for part in (found.running, found.ended))
    return Answered(RunsOut(running=running, ended=ended))


@operation(
    method="GET",
    path="/specials",
    scope="requests:read",
    summary=N_("Exceptions that wait for a supervisor"),
    answer=SpecialsOut,
    roles=READERS,
)
def list_specials(call: Call) -> Answered:
    """Oldest first."""
    with call.store.read() as session:
        return Answered(SpecialsOut(items=[special_out(one) for one in reads.asked_specials(session)]))


def _start(plan: Plan, visit: str) -> str | None:
    stops = (stop for route in plan.routes for stop in route.stops)
    return next((clock(stop.start) for stop in stops if stop.visit == visit), None)


def _breach(one: Breach, overridable: bool) -> BreachOut:
    return BreachOut(code=one.code, en=one.sentence("en"), zh=one.sentence("zh"), overridable=overridable)


def _moved(one: comparison.Moved) -> MovedOut:
    return MovedOut(
        request=one.visit.request_id,
        work=one.visit.work,
        session=one.visit.session,
        organisation=one.organisation.id,
        site=one.site.id,
        change=one.change,
        before=_where(one.before),
        after=_where(one.after),
        must_tell=one.must_tell,
    )


def _where(place: comparison.Where | None) -> WhereOut | None:
    if place is None:
        return None
    return WhereOut(team=place.team_id, date=place.date, starts=clock(place.starts), ends=clock(place.ends))
