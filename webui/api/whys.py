"""Operations that say why: whether a request may be visited, by which legal dates, why a visit is where it is."""

from datetime import date

from pydantic import BaseModel

from planner.report.statistics import LegalRow
from webui.actions.plan_view import legal_dates, why_there
from webui.actions.rules import calendar_of, policy_of
from webui.api.contract import READERS, Answered, Call, operation
from webui.api.plan_models import VisitOut, visit_out
from webui.api.reasons import ReasonOut, reason_out
from webui.api.request_models import GroupIn, group_out
from webui.language import N_
from webui.refusals import NotFound
from webui.store.reads import plans, requests


class LegalOut(BaseModel):
    """People of one kind, and between which days they may apply.

    `last_workday` is the last working day among them, null past the calendar; `official` where the calendar up to it
    is decreed; `state` is "overdue", "tight" or "".
    """

    group: GroupIn
    opens: date
    closes: date
    last_workday: date | None
    official: bool
    state: str


class VerdictOut(BaseModel):
    """Whether a request may be visited: `reasons` say why not, `overridden` what an exception set aside.

    `visits` are those of plans in force, passports brought back among them.
    """

    request: str
    eligible: bool
    reasons: list[ReasonOut]
    overridden: list[ReasonOut]
    legal: list[LegalOut]
    visits: list[VisitOut]


class PlacementOut(BaseModel):
    """A visit of a plan, whether it is kept with its team on its date, and why it is there or out."""

    visit: str
    request: str
    pinned: bool
    team: str | None
    date: date | None
    reasons: list[ReasonOut]


class LegalRowOut(BaseModel):
    """People of a plan with one last lawful day, and the visit that covers them; without one the hall is left to them.

    `provisional` where the working days up to that day are not decreed yet.
    """

    organisation: str
    request: str
    kind: str | None
    task: str | None
    people: int
    legal_date: date | None
    last_workday: date | None
    provisional: bool
    covered: bool
    visit: str | None
    visited: date | None


class LegalRows(BaseModel):
    """Everybody in a plan, the most urgent first."""

    items: list[LegalRowOut]


@operation(
    method="GET",
    path="/requests/{key}/verdict",
    scope="requests:read",
    summary=N_("Whether a request may be visited and why not, its legal dates, and its visits in force"),
    answer=VerdictOut,
    roles=READERS,
)
def verdict(call: Call, key: str) -> Answered:
    """As the page of the request."""
    with call.store.read() as session:
        rules = requests.Rules(policy_of(session)[1], calendar_of(session), call.holder.person.today)
        found = requests.shown(session, key, rules)
    judged = found.line.verdict
    legal = [
        LegalOut(
            group=group_out(group),
            opens=one.opens,
            closes=one.closes,
            last_workday=one.last_workday,
            official=one.official,
            state=one.state,
        )
        for group, one in found.groups
    ]
    return Answered(
        VerdictOut(
            request=key,
            eligible=judged.eligible,
            reasons=[reason_out(one) for one in judged.reasons],
            overridden=[reason_out(one) for one in judged.overridden],
            legal=legal,
            visits=[visit_out(one, []) for one in found.visits],
        )
    )


@operation(
    method="GET",
    path="/plans/{number}/visits/{visit}",
    scope="plans:read",
    summary=N_("One visit of a plan, and why it is where it is, or out"),
    answer=PlacementOut,
    roles=READERS,
)
def plan_visit(call: Call, number: int, visit: str) -> Answered:
    """What it adds there, and the other teams and dates, the cheapest first."""
    with call.store.read() as session:
        found = plans.opened(session, number)
    facts = next((one for one in found.dossier.facts.visits if one.id == visit), None)
    if facts is None:
        raise NotFound("visit", visit)
    home = next(
        (one for one in found.dossier.plan.routes if visit in {stop.visit for stop in one.stops}),
        None,
    )
    return Answered(
        PlacementOut(
            visit=visit,
            request=facts.request_id,
            pinned=visit in found.pins,
            team=home.team if home else None,
            date=home.date if home else None,
            reasons=[reason_out(one) for one in why_there(found.dossier, visit)],
        )
    )


@operation(
    method="GET",
    path="/plans/{number}/legal-dates",
    scope="plans:read",
    summary=N_("Everybody in a plan by last lawful day, and the visit that covers them"),
    answer=LegalRows,
    roles=READERS,
)
def plan_legal_dates(call: Call, number: int) -> Answered:
    """The most urgent first."""
    with call.store.read() as session:
        found, calendar = plans.opened(session, number), calendar_of(session)
    return Answered(LegalRows(items=[_legal_row(one) for one in legal_dates(found.dossier, calendar)]))


def _legal_row(one: LegalRow) -> LegalRowOut:
    return LegalRowOut(
        organisation=one.organisation.id,
        request=one.request_id,
        kind=one.kind,
        task=one.task,
        people=one.count,
        legal_date=one.legal_date,
        last_workday=one.last_workday,
        provisional=one.provisional,
        covered=one.covered,
        visit=one.call.visit.id if one.call else None,
        visited=one.outing.date if one.outing else None,
    )
