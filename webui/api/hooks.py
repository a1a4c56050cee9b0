"""Operations of webhooks: what was delivered, and every try."""

from datetime import datetime

from pydantic import BaseModel, Field

from webui.actions import notices
from webui.api.contract import Answered, Call, operation
from webui.api.fields import NOT_GIVEN, shown
from webui.language import N_
from webui.store.outbox import AttemptRow, DeliveryRow
from webui.store.reads import outbox as reads


class DeliveryPage(BaseModel):
    """Which part of the log: what is older than a number, so many at most."""

    model_config = NOT_GIVEN
    before: int | None = Field(None, ge=1, le=2**31 - 1)
    limit: int = Field(50, ge=1, le=200)


class AttemptOut(BaseModel):
    """One try: when it left, after how many seconds it ended, the answer's status if one came, and what went wrong."""

    at: datetime
    seconds: float
    code: int | None
    error: str


class DeliveryOut(BaseModel):
    """One message to one webhook. Its last tries, the last first; `tries` counts all."""

    number: int
    id: str
    webhook: int
    event: str
    status: str
    made_at: datetime
    tries: int
    attempts: list[AttemptOut]


class Deliveries(BaseModel):
    """A part of the log; `next` is the number to go on before."""

    items: list[DeliveryOut]
    next: int | None


@operation(
    method="GET",
    path="/deliveries",
    scope="webhooks:read",
    summary=N_("Deliveries to webhooks with every try, the last first"),
    query=DeliveryPage,
    answer=Deliveries,
    roles=("administrator",),
)
def list_deliveries(call: Call) -> Answered:
    """A part of the list; for administrators, as the page."""
    with call.store.read() as session:
        found = reads.deliveries(session, call.query.before, call.query.limit)
        tried = reads.attempts(session, found)
    items = [_delivery(row, tried[row.id]) for row in found]
    return Answered(Deliveries(items=items, next=items[-1].number if len(items) == call.query.limit else None))


@operation(
    method="POST",
    path="/deliveries/{number}/again",
    scope="webhooks:write",
    summary=N_("Send a delivery again that failed"),
    answer=DeliveryOut,
    roles=("administrator",),
)
def deliver_again(call: Call, number: int) -> Answered:
    """Puts it back into the queue."""
    notices.send_again(call.store, "delivery", number, call.holder.person)
    with call.store.read() as session:
        row = reads.delivery(session, number)
        return Answered(_delivery(row, reads.attempts(session, [row])[number]))


def _delivery(row: DeliveryRow, tried: list[AttemptRow]) -> DeliveryOut:
    attempts = [shown(AttemptOut, one) for one in tried]
    return shown(
        DeliveryOut, row, number=row.id, id=row.mark, webhook=row.hook_id, tries=row.attempt, attempts=attempts
    )
