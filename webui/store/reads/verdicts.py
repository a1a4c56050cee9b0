"""Who may be visited, by the policy in force and as of today."""

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.eligibility import Verdict, judge
from planner.model import Inputs
from planner.policy import Policy
from webui.store.inputs import approved_specials
from webui.store.organisations import OrganisationRow, SiteRow
from webui.store.requests import RequestRow
from webui.store.values import organisation_of, request_of, site_of


def verdicts(session: Session, rows: Iterable[RequestRow], policy: Policy, today: date) -> Mapping[str, Verdict]:
    """The verdict on each request, whatever its state, by its id."""
    asked = tuple(request_of(row) for row in rows)
    sites = session.scalars(select(SiteRow).where(SiteRow.id.in_({request.site_id for request in asked}))).all()
    owners = session.scalars(
        select(OrganisationRow).where(OrganisationRow.id.in_({site.organisation_id for site in sites}))
    )
    inputs = Inputs(
        organisations=tuple(map(organisation_of, owners)),
        sites=tuple(map(site_of, sites)),
        requests=asked,
        special_visits=approved_specials(session),
    )
    return {verdict.request_id: verdict for verdict in judge(inputs, policy, today)}
