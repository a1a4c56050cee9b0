"""Operations of invitations: which offices of an organisation may come to the booking pages."""

from datetime import datetime

from pydantic import BaseModel, Field

from webui.actions import bookings_door as door
from webui.api.contract import EDITORS, READERS, Answered, Call, operation
from webui.api.fields import NOT_GIVEN, Words, shown
from webui.auth.web import web
from webui.language import N_
from webui.refusals import NotFound
from webui.store.reads import organisations as reads


class InvitationIn(BaseModel):
    """The office to invite, never a private person."""

    model_config = NOT_GIVEN
    office: Words = Field(min_length=1, max_length=100)


class InvitationOut(BaseModel):
    """An invitation, used or not."""

    id: int
    office: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


class Invited(InvitationOut):
    """An invitation with its link, which is shown this once."""

    link: str


class Invitations(BaseModel):
    """Those of an organisation, newest first."""

    items: list[InvitationOut]


@operation(
    method="GET",
    path="/organisations/{key}/invitations",
    scope="organisations:read",
    summary=N_("Invitations of an organisation, newest first"),
    answer=Invitations,
    roles=READERS,
)
def list_invitations(call: Call, key: str) -> Answered:
    """Without their links."""
    with call.store.read() as session:
        reads.named(session, key)
        return Answered(Invitations(items=[shown(InvitationOut, one) for one in door.invitations(session, key)]))


@operation(
    method="POST",
    path="/organisations/{key}/invitations",
    scope="organisations:write",
    summary=N_("Invite an office of an organisation to the booking pages; the link is shown this once"),
    body=InvitationIn,
    answer=Invited,
    status=201,
    secret=True,
    roles=EDITORS,
)
def invite(call: Call, key: str) -> Answered:
    """Works for 14 days."""
    token = door.invite(call.store, key, call.body.office, call.holder.person)
    with call.store.read() as session:
        made = shown(InvitationOut, door.invitations(session, key)[0])
    return Answered(Invited(**made.model_dump(), link=f"{web().config.booking_address}/booking/invitation/{token}"))


@operation(
    method="POST",
    path="/organisations/{key}/invitations/{number}/revoke",
    scope="organisations:write",
    summary=N_("Make an invitation worthless, and lock out who came in by it"),
    answer=Invitations,
    roles=EDITORS,
)
def revoke_invitation(call: Call, key: str, number: int) -> Answered:
    """Twice is once; NotFound for one of another organisation."""
    with call.store.read() as session:
        if number not in {one.id for one in door.invitations(session, key)}:
            raise NotFound("invitation", number)
    door.revoke(call.store, number, call.holder.person)
    return list_invitations(call, key)
