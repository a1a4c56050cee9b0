"""Operations of organisations, their contacts and sites, and of bases."""

from planner.eligibility import organisation_reasons
from planner.policy import Policy
from planner.reasons import Reason
from webui.actions import places
from webui.actions.rules import policy_of
from webui.api.contract import EDITORS, READERS, Answered, Call, operation
from webui.api.fields import Page
from webui.api.place_models import (
    BaseIn,
    BaseNew,
    BaseOut,
    Bases,
    ContactIn,
    OrganisationIn,
    OrganisationNew,
    OrganisationOut,
    Organisations,
    PlaceIn,
    SiteIn,
    SiteNew,
    SiteOut,
    base_out,
    organisation_out,
    site_out,
)
from webui.language import N_
from webui.refusals import NotFound, bad
from webui.store.organisations import OrganisationRow
from webui.store.reads import programs as reads
from webui.store.reads import roster
from webui.store.values import organisation_of


@operation(
    method="GET",
    path="/organisations",
    scope="organisations:read",
    summary=N_("Organisations with their sites and contacts, by id"),
    query=Page,
    answer=Organisations,
    roles=READERS,
)
def organisations(call: Call) -> Answered:
    """A part of the list."""
    with call.store.read() as session:
        found, sites, contacts = reads.organisations(session, call.query.after, call.query.limit)
        policy = policy_of(session)[1]
    items = [organisation_out(one, sites, contacts, _reasons(call, one, policy)) for one in found]
    return Answered(Organisations(items=items, next=items[-1].id if len(items) == call.query.limit else None))


@operation(
    method="GET",
    path="/organisations/{key}",
    scope="organisations:read",
    summary=N_("One organisation"),
    answer=OrganisationOut,
    roles=READERS,
)
def organisation(call: Call, key: str) -> Answered:
    """With its sites and contacts."""
    with call.store.read() as session:
        row, sites, contacts = reads.organisation(session, key)
        reasons = _reasons(call, row, policy_of(session)[1])
        return Answered(organisation_out(row, sites, contacts, reasons), row.version)


@operation(
    method="POST",
    path="/organisations",
    scope="organisations:write",
    summary=N_("Add an organisation"),
    body=OrganisationNew,
    answer=OrganisationOut,
    status=201,
    roles=EDITORS,
)
def add_organisation(call: Call) -> Answered:
    """Without sites and contacts yet."""
    places.add_organisation(call.store, call.body.id, call.body.form(), call.holder.person)
    return organisation(call, call.body.id)


@operation(
    method="PUT",
    path="/organisations/{key}",
    scope="organisations:write",
    summary=N_("Change an organisation"),
    body=OrganisationIn,
    answer=OrganisationOut,
    guards=organisation,
    roles=EDITORS,
)
def edit_organisation(call: Call, key: str) -> Answered:
    """Everything about it at once, except its sites and contacts."""
    places.edit_organisation(call.store, key, call.body.form(), call.version, call.holder.person)
    return organisation(call, key)


@operation(
    method="POST",
    path="/organisations/{key}/contacts",
    scope="organisations:write",
    summary=N_("Add an office to the contacts of an organisation"),
    body=ContactIn,
    answer=OrganisationOut,
    status=201,
    roles=EDITORS,
)
def add_contact(call: Call, key: str) -> Answered:
    """Never a private person."""
    places.add_contact(call.store, key, call.body.office, call.body.telephone, call.holder.person)
    return organisation(call, key)


@operation(
    method="POST",
    path="/organisations/{key}/contacts/{number}/remove",
    scope="organisations:write",
    summary=N_("Take an office out of the contacts of an organisation"),
    answer=OrganisationOut,
    roles=EDITORS,
)
def remove_contact(call: Call, key: str, number: int) -> Answered:
    """NotFound for a contact of another organisation."""
    with call.store.read() as session:
        if number not in {one.id for one in reads.organisation(session, key)[2]}:
            raise NotFound("contact", number)
    places.remove_contact(call.store, number, call.holder.person)
    return organisation(call, key)


@operation(
    method="POST",
    path="/organisations/{key}/sites",
    scope="organisations:write",
    summary=N_("Add a site to an organisation"),
    body=SiteNew,
    answer=SiteOut,
    status=201,
    roles=EDITORS,
)
def add_site(call: Call, key: str) -> Answered:
    """With its place on the map."""
    body: SiteNew = call.body
    places.add_site(call.store, body.id, key, body.form(), body.place.pin(), call.holder.person)
    return site(call, body.id)


@operation(
    method="GET", path="/sites/{key}", scope="organisations:read", summary=N_("One site"), answer=SiteOut, roles=READERS
)
def site(call: Call, key: str) -> Answered:
    """As it stands."""
    with call.store.read() as session:
        row = reads.site(session, key)
        return Answered(site_out(row), row.version)


@operation(
    method="PUT",
    path="/sites/{key}",
    scope="organisations:write",
    summary=N_("Change a site, except where it is"),
    body=SiteIn,
    answer=SiteOut,
    guards=site,
    roles=EDITORS,
)
def edit_site(call: Call, key: str) -> Answered:
    """Everything about it at once."""
    places.edit_site(call.store, key, call.body.form(), call.version, call.holder.person)
    return site(call, key)


@operation(
    method="PUT",
    path="/sites/{key}/place",
    scope="organisations:write",
    summary=N_("Put a site elsewhere on the map"),
    body=PlaceIn,
    answer=SiteOut,
    guards=site,
    roles=EDITORS,
)
def move_site(call: Call, key: str) -> Answered:
    """The point is kept in WGS-84 beside what was given."""
    places.move_site(call.store, key, call.body.pin(), call.version, call.holder.person)
    return site(call, key)


@operation(method="GET", path="/bases", scope="days:read", summary=N_("All bases"), answer=Bases)
def list_bases(call: Call) -> Answered:
    """In their order."""
    with call.store.read() as session:
        return Answered(Bases(items=[base_out(one) for one in roster.bases(session)]))


@operation(method="GET", path="/bases/{key}", scope="days:read", summary=N_("One base"), answer=BaseOut)
def base(call: Call, key: str) -> Answered:
    """As it stands."""
    with call.store.read() as session:
        row = roster.base(session, key)[0]
        return Answered(base_out(row), row.version)


@operation(
    method="POST",
    path="/bases",
    scope="teams:write",
    summary=N_("Add a base"),
    body=BaseNew,
    answer=BaseOut,
    status=201,
    roles=EDITORS,
)
def add_base(call: Call) -> Answered:
    """With its place on the map."""
    body: BaseNew = call.body
    if body.id == "new":
        raise bad("id", "is taken by the program itself; choose another", "为系统保留,请另选", body.id)
    places.add_base(call.store, body.id, body.form(), body.place.pin(), call.holder.person)
    return base(call, body.id)


@operation(
    method="PUT",
    path="/bases/{key}",
    scope="teams:write",
    summary=N_("Change what a base is called"),
    body=BaseIn,
    answer=BaseOut,
    guards=base,
    roles=EDITORS,
)
def edit_base(call: Call, key: str) -> Answered:
    """Plans made before keep what they were made with."""
    places.edit_base(call.store, key, call.body.form(), call.version, call.holder.person)
    return base(call, key)


@operation(
    method="PUT",
    path="/bases/{key}/place",
    scope="teams:write",
    summary=N_("Put a base elsewhere on the map"),
    body=PlaceIn,
    answer=BaseOut,
    guards=base,
    roles=EDITORS,
)
def move_base(call: Call, key: str) -> Answered:
    """Plans from now on start there."""
    places.move_base(call.store, key, call.body.pin(), call.version, call.holder.person)
    return base(call, key)


def _reasons(call: Call, row: OrganisationRow, policy: Policy) -> tuple[Reason, ...]:
    return organisation_reasons(organisation_of(row), policy, call.holder.person.today)
