"""Operations of webhooks: what was delivered, and every try."""

from webui.actions import notices
from webui.api.contract import Answered, Call, operation
from webui.api.models import AttemptOut, Deliveries, DeliveryOut, DeliveryPage
from webui.language import N_
from webui.store.outbox import AttemptRow, DeliveryRow
from webui.store.reads import outbox as reads


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
    return DeliveryOut(
        number=row.id,
        id=row.mark,
        webhook=row.hook_id,
        event=row.event,
        status=row.status,
        made_at=row.made_at,
        tries=row.attempt,
        attempts=[AttemptOut(at=one.at, seconds=one.seconds, code=one.code, error=one.error) for one in tried],
    )
