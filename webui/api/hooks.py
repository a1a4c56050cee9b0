"""Operations of webhooks: what was delivered, and every try."""

from webui.actions.acting import allow
from webui.api.contract import Answered, Call, operation
from webui.api.models import AttemptOut, Deliveries, DeliveryOut, DeliveryPage
from webui.store.reads import outbox as reads


@operation(
    method="GET",
    path="/deliveries",
    scope="webhooks:read",
    summary="Deliveries to webhooks with every try, the last first",
    query=DeliveryPage,
    answer=Deliveries,
    roles=("administrator",),
)
def list_deliveries(call: Call) -> Answered:
    """A part of the list; for administrators, as the page."""
    allow(call.holder.person, "administrator")
    with call.store.read() as session:
        found = reads.deliveries(session, call.query.before, call.query.limit)
        tried = reads.attempts(session, found)
    items = [
        DeliveryOut(
            number=row.id,
            id=row.mark,
            webhook=row.hook_id,
            event=row.event,
            status=row.status,
            made_at=row.made_at,
            tries=row.attempt,
            attempts=[
                AttemptOut(at=one.at, seconds=one.seconds, code=one.code, error=one.error) for one in tried[row.id]
            ],
        )
        for row in found
    ]
    return Answered(Deliveries(items=items, next=items[-1].number if len(items) == call.query.limit else None))
