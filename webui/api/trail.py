"""The audit as programs read it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from webui.api.contract import Answered, Call, operation
from webui.api.fields import NOT_GIVEN, shown
from webui.language import N_
from webui.store.reads import trail as reads


class TrailQuery(BaseModel):
    """Which part: entries below a number, with a text in subject, action or the actor's name."""

    model_config = NOT_GIVEN
    before: int | None = Field(None, ge=1, le=999_999_999)
    text: str = Field("", max_length=100, pattern=r"^[^\x00]*$")


class EntryOut(BaseModel):
    """One change; where its values were erased by rule, `before` and `after` are empty."""

    number: int
    at: datetime
    who: str
    action: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    why: str


class Trail(BaseModel):
    """A hundred entries at most, the newest first; `next` is the number to go on before."""

    items: list[EntryOut]
    next: int | None


@operation(
    method="GET",
    path="/audit",
    scope="audit:read",
    summary=N_("Who changed what, when and why"),
    query=TrailQuery,
    answer=Trail,
    roles=("supervisor", "administrator"),
)
def audit(call: Call) -> Answered:
    """The newest first."""
    with call.store.read() as session:
        found = reads.trail(session, call.query.text.strip(), call.query.before)
    items = [shown(EntryOut, one) for one in found]
    return Answered(Trail(items=items, next=items[-1].number if len(items) == reads.PAGE else None))
