"""A run as the API shows it; made by planning and by planning the rest of a day."""

from webui.api.contract import Answered, Call
from webui.api.models import (
    RunOut,
)
from webui.store.reads import programs as reads
from webui.store.runs import RunRow


def run_of(call: Call, number: int) -> Answered:
    """How far a run is, and the draft that came of it."""
    with call.store.read() as session:
        row, made = reads.run(session, number)
    return Answered(run_out(row, made))


def run_out(row: RunRow, made: int | None) -> RunOut:
    """A run of the database, and the plan that came of it."""
    return RunOut(
        id=row.id,
        name=row.name,
        status=row.status,
        share=row.share,
        served=row.served,
        cost=row.cost,
        bound=row.bound,
        plan=made,
        failure_en=row.failure_en,
        failure_zh=row.failure_zh,
    )
