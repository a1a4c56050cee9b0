"""Planning runs: started and cancelled by people, finished by workers."""

import json
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.dossier import Dossier
from planner.effort import BUDGETS
from planner.errors import Mistake, PastTheCalendar
from webui.actions.acting import allow, conflict_unless, must
from webui.actions.rules import calendar_of, policy_of
from webui.refusals import Conflict, bad, raise_if_any
from webui.store import runs
from webui.store.audit import Change, append
from webui.store.base import plain
from webui.store.dossiers import fill
from webui.store.engine import Store
from webui.store.inputs import inputs_of
from webui.store.orders import Fixed, Order, digest, order_from_json, order_to_json
from webui.store.person import Person
from webui.store.plans import PinRow, PlanRow
from webui.store.runs import Claim, IncumbentRow, RunRow, database_seconds

LONGEST_HORIZON = 62
"""Days; the busiest office plans two weeks."""
LONGEST_RUN = 3600.0
EFFORTS = tuple(BUDGETS)


@dataclass(frozen=True)
class RunForm:
    """What somebody wants planned: first and last date, how much is tried, from which plan in force or draft."""

    name: str
    first: date
    last: date
    effort: str = "standard"
    seconds: float | None = None
    seed: int = 1
    based_on: int | None = None


def start_plan(store: Store, form: RunForm, by: Person, key: str = "") -> int:
    """Puts a run into the queue and returns its number; ring the bell for it afterwards.

    The order is frozen here: inputs, policy, calendar and pins as they are now. The same `key` twice is the
    same run; with another order it is a Conflict. Based on a plan, its pins stay; promises always stay.
    """
    allow(by, "scheduler")
    raise_if_any(_mistakes(form))
    with store.write() as session:
        asked = digest(json.dumps(plain(vars(form)), sort_keys=True))
        known = session.scalar(select(RunRow).where(RunRow.idempotency_key == key)) if key else None
        if known is not None:
            if known.order_hash != asked:
                raise Conflict(
                    "This was started before with other settings; start it as a new run.",
                    "相同编号的任务设置不同,请作为新任务启动。",
                )
            return known.id
        order = _order(session, form, by)
        row = queued(session, order, asked, key, by)
        row.first_date, row.last_date = form.first, form.last  # days off at either end belong to it too
        what = {**vars(form), "requests": len(order.inputs.requests)}
        append(session, Change("run.start", f"solve_run {row.id}", {}, what), by)
        return row.id


def queued(session: Session, order: Order, asked: str, key: str, by: Person) -> RunRow:
    """An order as a run that waits for a worker; `asked` is the digest of what was asked for."""
    row = RunRow(
        status="queued",
        queued_at=session.scalar(select(database_seconds())) or 0.0,
        order=order_to_json(order),
        order_hash=asked,
        idempotency_key=key or secrets.token_hex(16),
        name=order.name,
        first_date=order.horizon[0],
        last_date=order.horizon[-1],
        effort=order.effort,
        seconds=order.seconds,
        seed=order.seed,
        based_on=order.based_on,
        made_by=by.id,
        made_at=by.at,
    )
    session.add(row)
    session.flush()
    return row


def cancel_run(store: Store, run_id: int, by: Person, keep: bool = False) -> None:
    """Ends a run within a second: with the best plan so far as a draft (`keep`), or without a plan."""
    allow(by, "scheduler")
    with store.write() as session:
        row = must(session, RunRow, run_id, "run")
        conflict_unless(row, "status", "queued", "running")
        if row.status == "queued":
            row.status, row.cancel, row.ended_at = "cancelled", "drop", session.scalar(select(database_seconds()))
        else:
            row.cancel = "keep" if keep else "drop"
        session.flush()
        append(session, Change("run.cancel", f"solve_run {run_id}", {}, {"keep": keep, "status": row.status}), by)


def finish_run(store: Store, held: Claim, dossier: Dossier, by: Person) -> bool:
    """Makes the draft of a run and ends the run, both or neither; False where the worker has lost its lease."""
    with store.write() as session:
        if not runs.end(session.connection(), held, "done"):
            return False
        run = session.get_one(RunRow, held.run_id)
        order = order_from_json(held.order)
        row = PlanRow(
            name=run.name,
            status="draft",
            first_date=run.first_date,
            last_date=run.last_date,
            run_id=run.id,
            based_on=run.based_on,
            made_by=run.made_by,
            made_at=by.at,
            problem="",
            plan="",
            facts="",
            cost=0,
            served=0,
            unserved=0,
        )
        session.add(row)
        session.flush()
        fill(session, row, dossier)
        visits = {visit.id for visit in dossier.facts.visits}
        session.add_all(
            PinRow(plan_id=row.id, visit_id=one.visit_id, team_id=one.team_id, date=one.date)
            for one in order.fixed
            if one.visit_id in visits
        )
        session.flush()
        what = {"run": run.id, "cost": row.cost, "served": row.served, "unserved": row.unserved}
        append(session, Change("plan.make", f"plan {row.id}", {}, what), by)
        return True


def adopt_plan(store: Store, dossier: Dossier, name: str, by: Person) -> int:
    """Takes a plan that was made outside as a draft; its number. Its visits must be those of requests kept here."""
    allow(by, "scheduler")
    horizon = dossier.facts.horizon
    with store.write() as session:
        row = PlanRow(
            name=name,
            status="draft",
            first_date=horizon[0],
            last_date=horizon[-1],
            made_by=by.id,
            made_at=by.at,
            problem="",
            plan="",
            facts="",
            cost=0,
            served=0,
            unserved=0,
        )
        session.add(row)
        session.flush()
        fill(session, row, dossier)
        what = {"cost": row.cost, "served": row.served, "unserved": row.unserved}
        append(session, Change("plan.make", f"plan {row.id}", {}, what), by)
        return row.id


def progress_of(session: Session, run_id: int) -> tuple[IncumbentRow, ...]:
    """The figures of a run so far, oldest first."""
    rows = select(IncumbentRow).where(IncumbentRow.run_id == run_id).order_by(IncumbentRow.seq)
    return tuple(session.scalars(rows))


def plan_of_run(session: Session, run_id: int) -> int | None:
    """The draft that came of a run."""
    return session.scalar(select(PlanRow.id).where(PlanRow.run_id == run_id))


def _order(session: Session, form: RunForm, by: Person) -> Order:
    calendar = calendar_of(session)
    try:
        horizon = calendar.workdays(form.first, form.last, allow_provisional=True)
    except PastTheCalendar as error:
        raise bad("horizon", error.en, error.zh, f"{form.first}..{form.last}") from error
    if not horizon:
        raise_if_any([Mistake("horizon", "holds no working day", "计划期内没有工作日", f"{form.first}..{form.last}")])
    inputs = inputs_of(session, (form.first, form.last))
    _, policy = policy_of(session)
    today = min(by.today, horizon[0] - timedelta(days=1))
    fixed: tuple[Fixed, ...] = ()
    if form.based_on is not None:
        must(session, PlanRow, form.based_on, "plan")
        pins = session.scalars(select(PinRow).where(PinRow.plan_id == form.based_on).order_by(PinRow.visit_id))
        fixed = tuple(Fixed(pin.visit_id, pin.team_id, pin.date) for pin in pins if pin.date in horizon)
    return Order(
        form.name.strip(),
        inputs,
        policy,
        tuple(calendar.days.values()),
        horizon,
        today,
        form.effort,
        form.seconds,
        form.seed,
        fixed,
        form.based_on,
    )


def _mistakes(form: RunForm) -> list[Mistake]:
    mistakes = []
    if not 1 <= len(form.name.strip()) <= 100:
        mistakes.append(Mistake("name", "needs 1 to 100 characters", "应为1至100个字符", form.name))
    if form.last < form.first:
        mistakes.append(Mistake("last", "is before the first date", "早于开始日期", form.last.isoformat()))
    elif (form.last - form.first).days >= LONGEST_HORIZON:
        mistakes.append(
            Mistake("last", f"plan {LONGEST_HORIZON} days at most", f"计划期最长{LONGEST_HORIZON}天", str(form.last))
        )
    if form.effort not in EFFORTS:
        mistakes.append(
            Mistake("effort", f"choose from {', '.join(EFFORTS)}", f"可选:{'、'.join(EFFORTS)}", form.effort)
        )
    if form.seconds is not None and not 0.1 <= form.seconds <= LONGEST_RUN:
        mistakes.append(Mistake("seconds", "needs 0.1 to 3600", "应为0.1至3600", str(form.seconds)))
    return mistakes
