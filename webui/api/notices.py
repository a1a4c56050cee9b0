"""Operations of notices: what was written, who gets it, and sending again what is stuck."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from webui.actions import notices
from webui.api.contract import READERS, RULERS, Answered, Call, operation
from webui.api.fields import NOT_GIVEN, Id, shown
from webui.language import N_
from webui.store.outbox import AddressRow
from webui.store.reads import outbox as reads


class NoticeOut(BaseModel):
    """One e-mail and how far it came; its text is on the page."""

    id: int
    kind: str
    email: str
    subject: str
    status: str
    made_at: datetime
    failures: int
    error: str


class NoticesOut(BaseModel):
    """The last notices, the newest first; `stuck` wait for a person."""

    items: list[NoticeOut]
    stuck: int


class AddressIn(BaseModel):
    """An address that gets notices: of an organisation, or of a post of the staff."""

    model_config = NOT_GIVEN
    email: str = Field(min_length=3, max_length=254)
    audience: Literal["organisation", "schedulers", "supervisors"]
    organisation: Id | None = None
    language: Literal["zh", "en"] = "zh"


class AddressOut(BaseModel):
    """An address that gets notices."""

    id: int
    email: str
    audience: str
    organisation: str | None
    language: str


class Addresses(BaseModel):
    """All addresses, and the organisations nobody can write to."""

    items: list[AddressOut]
    without: list[str]


@operation(
    method="GET",
    path="/notices",
    scope="notices:read",
    summary=N_("The last notices by e-mail"),
    answer=NoticesOut,
    roles=READERS,
)
def list_notices(call: Call) -> Answered:
    """The newest first."""
    with call.store.read() as session:
        found = reads.post(session)
    return Answered(NoticesOut(items=[shown(NoticeOut, one) for one in found.notices], stuck=found.stuck))


@operation(
    method="POST",
    path="/notices/{number}/again",
    scope="notices:write",
    summary=N_("Send a notice again that is unsure or failed"),
    answer=NoticeOut,
    roles=RULERS,
)
def send_notice_again(call: Call, number: int) -> Answered:
    """Puts it back into the queue."""
    notices.send_again(call.store, "notice", number, call.holder.person)
    with call.store.read() as session:
        return Answered(shown(NoticeOut, reads.notice(session, number)))


@operation(
    method="GET",
    path="/addresses",
    scope="notices:read",
    summary=N_("Addresses that get notices, and organisations without one"),
    answer=Addresses,
    roles=READERS,
)
def list_addresses(call: Call) -> Answered:
    """All of them."""
    with call.store.read() as session:
        found = reads.post(session)
    return Answered(
        Addresses(items=[_address(one) for one in found.addresses], without=[one.id for one in found.without])
    )


@operation(
    method="POST",
    path="/addresses",
    scope="notices:write",
    summary=N_("Add an address that gets notices"),
    body=AddressIn,
    answer=Addresses,
    status=201,
    roles=RULERS,
)
def add_address(call: Call) -> Answered:
    """From now on."""
    body: AddressIn = call.body
    notices.add_address(call.store, body.email, body.audience, body.organisation, body.language, call.holder.person)
    return list_addresses(call)


@operation(
    method="POST",
    path="/addresses/{number}/remove",
    scope="notices:write",
    summary=N_("Take an address away"),
    answer=Addresses,
    roles=RULERS,
)
def remove_address(call: Call, number: int) -> Answered:
    """What waits for it is sent all the same."""
    notices.remove_address(call.store, number, call.holder.person)
    return list_addresses(call)


def _address(row: AddressRow) -> AddressOut:
    return shown(AddressOut, row, organisation=row.organisation_id)
