"""A run as it is answered; by planning and by planning the rest of a day."""

from webui.api.contract import Answered, Call
from webui.api.plan_models import run_out
from webui.store.reads import programs as reads


def run_of(call: Call, number: int) -> Answered:
    """How far a run is, and the draft that came of it."""
    with call.store.read() as session:
        row, made = reads.run(session, number)
    return Answered(run_out(row, made))
