"""Planning the rest of a day again while its teams are out."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.begun import Begun, Rest
from planner.errors import Mistake
from webui.actions.acting import allow
from webui.actions.custody import bag_prefix
from webui.actions.rules import calendar_of
from webui.actions.runs import queued
from webui.refusals import Conflict, raise_if_any
from webui.store.audit import Change, append
from webui.store.base import plain
from webui.store.days import State, states_on
from webui.store.dossiers import dossier_of
from webui.store.engine import Store
from webui.store.orders import BegunDay, Order, digest
from webui.store.person import CHINA, Person
from webui.store.plans import PlanRow, PlanVisitRow
from webui.store.runs import RunRow
from webui.store.teams import ShiftRow

SECONDS = 20.0
"""How long the search may take; people wait by the road."""


@dataclass(frozen=True)
class RestForm:
    """What the desk decides: from when on (seconds since midnight), and what may change.

    `free` visits may have another hour today, `dropped` ones are not made today; teams in `out` go on to no
    further visit. Every other visit keeps its hour.
    """

    date: date
    at: int
    free: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    out: tuple[str, ...] = ()


def replan_rest(store: Store, form: RestForm, by: Person, key: str = "") -> int:
    """Puts a run for the rest of a day into the queue and returns its number; ring the bell for it afterwards.

    Conflict where nothing is in force on the date or it is not today; BadInput for visits that have begun or
    are none of that day. The same `key` twice is the same run.
    """
    allow(by, "scheduler")
    with store.write() as session:
        asked = digest(json.dumps(plain(vars(form)), sort_keys=True))
        known = session.scalar(select(RunRow).where(RunRow.idempotency_key == key)) if key else None
        if known is not None:
            if known.order_hash != asked:
                raise Conflict("This was started before with other settings.", "相同编号的任务设置不同。")
            return known.id
        plan, visits = _in_force(session, form.date, by)
        rest = _rest(session, form, plan, visits)
        row = queued(session, _order(session, rest, plan, by), asked, key, by)
        append(session, Change("run.rest_of_day", f"solve_run {row.id}", {}, plain(vars(form))), by)
        return row.id


def _in_force(session: Session, day: date, by: Person) -> tuple[PlanRow, dict[str, PlanVisitRow]]:
    rows = select(PlanVisitRow).where(PlanVisitRow.in_force, PlanVisitRow.date == day)
    visits = {row.visit_id: row for row in session.scalars(rows)}
    if day != by.today or not visits:
        raise Conflict(
            "Only today can be planned again while teams are out, and only where a plan is in force.",
            "只能重排当日剩余行程,且当日须有生效的计划。",
        )
    return session.get_one(PlanRow, next(iter(visits.values())).plan_id), visits


def _rest(session: Session, form: RestForm, plan: PlanRow, visits: dict[str, PlanVisitRow]) -> Rest:
    states = {visit: state for (_, visit), state in states_on(session, form.date, form.date).items()}
    begun = [_begun(row, states[name]) for name, row in visits.items() if _has_begun(states.get(name))]
    raise_if_any(_mistakes(form, visits, {one.visit_id for one in begun}))
    away = session.scalars(select(ShiftRow.team_id).where(ShiftRow.date == form.date, ShiftRow.absence != ""))
    return Rest(
        form.date,
        form.at,
        tuple(sorted(begun, key=lambda one: (one.team_id, one.arrived))),
        frozenset(form.free),
        frozenset(form.dropped) - set(form.free),
        frozenset(form.out) | frozenset(away),
        bag_prefix(plan.id),
    )


def _has_begun(state: State | None) -> bool:
    return state is not None and state.progress in ("there", "done")


def _begun(row: PlanVisitRow, state: State) -> Begun:
    ended = None if state.ended is None else _clock(state.ended)
    arrived = row.starts if state.arrived is None else _clock(state.arrived)
    return Begun(row.visit_id, row.team_id or "", min(arrived or 0, ended or 24 * 3600), ended)


def _clock(moment: datetime) -> int:
    """Seconds since midnight in China."""
    there = moment.astimezone(CHINA)
    return there.hour * 3600 + there.minute * 60 + there.second


def _order(session: Session, rest: Rest, plan: PlanRow, by: Person) -> Order:
    dossier = dossier_of(plan)
    name = f"{plan.name} · {rest.date:%m-%d} {rest.at // 3600:02d}:{rest.at % 3600 // 60:02d}"
    return Order(
        name[:100],
        dossier.facts.inputs,
        dossier.facts.policy,
        tuple(calendar_of(session).days.values()),
        (rest.date,),
        by.today,
        "quick",
        SECONDS,
        based_on=plan.id,
        day=BegunDay(plan.problem, plan.plan, plan.facts, rest),
    )


def _mistakes(form: RestForm, visits: dict[str, PlanVisitRow], begun: set[str]) -> list[Mistake]:
    mistakes = []
    if not 0 <= form.at < 24 * 3600:
        mistakes.append(Mistake("at", "is no clock time", "不是有效时刻", str(form.at)))
    for name in sorted({*form.free, *form.dropped}):
        if name not in visits:
            mistakes.append(Mistake("visits", "is no visit of this day", "不是当日的上门服务", name))
        elif name in begun:
            mistakes.append(Mistake("visits", "has begun", "已经开始", name))
    teams = {row.team_id for row in visits.values()}
    mistakes += [
        Mistake("teams", "has no outing on this day", "当日没有出勤", team) for team in form.out if team not in teams
    ]
    return mistakes
