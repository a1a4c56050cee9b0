"""Changing a draft by hand: moves with the checker's answer before they are saved, pins, undo."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from planner.breaches import Breach
from planner.check import check, cost_of
from planner.check_domain import check_dossier
from planner.dossier import Dossier, with_plan
from planner.errors import Mistake
from planner.explain import explain, why_blocked, with_reasons
from planner.outings import Excess, Timing, best_outing, timing_of
from planner.problem import Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route, Unserved, plan_from_json
from planner.reasons import Reason
from planner.trials import Trial
from planner.workdays import Calendar
from webui.actions.acting import allow, conflict_unless, edit, must, reason_given, same_version
from webui.actions.rules import calendar_of
from webui.refusals import Conflict, NotFound, raise_if_any
from webui.store.audit import Change, append
from webui.store.dossiers import dossier_of, fill_plan
from webui.store.engine import Store
from webui.store.person import Person
from webui.store.plans import OPEN, PinRow, PlanRow, StepRow

STEPS_KEPT = 200


@dataclass(frozen=True)
class Target:
    """Where a visit shall go: a team and a date, and there a place in the order of stops (from 0) or a clock time.

    With neither, the cheapest place. The clock time is a wish: the visit goes where it starts nearest to it.
    """

    team_id: str
    date: date
    position: int | None = None
    start: int | None = None


@dataclass(frozen=True, eq=False)
class Tried:
    """What a change would do. `plan` is None where no lawful timetable exists; `reasons` then say why.

    `breaches` are the rules the changed plan breaks and the present one does not; hard ones cannot be saved,
    `overridable` ones (promises, passports, joint stops) only with a reason.
    """

    plan: Plan | None
    cost_before: int
    cost_after: int
    breaches: tuple[Breach, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def hard(self) -> tuple[Breach, ...]:
        """The breaches that nothing excuses."""
        return tuple(one for one in self.breaches if one.code not in OVERRIDABLE)

    @property
    def overridable(self) -> tuple[Breach, ...]:
        """The breaches that a reason on record excuses."""
        return tuple(one for one in self.breaches if one.code in OVERRIDABLE)


OVERRIDABLE = frozenset(("promise_broken", "return_too_early", "return_without_collection", "joint_apart"))


class CannotMove(Conflict):
    """The change cannot be saved; `tried` has the checker's answer."""

    def __init__(self, tried: Tried) -> None:
        self.tried = tried
        said = [(one.sentence("en"), one.sentence("zh")) for one in tried.reasons]
        said += [(one.sentence("en"), one.sentence("zh")) for one in tried.breaches]
        super().__init__(" ".join(en for en, _ in said), " ".join(zh for _, zh in said))


def try_move(store: Store, plan_id: int, visit_id: str, target: Target | None, by: Person) -> Tried:
    """What moving a visit would do, nothing saved; `target` None takes it out of the plan."""
    allow(by, "scheduler", "supervisor")
    with store.read() as session:
        row = session.get(PlanRow, plan_id)
        if row is None:
            raise NotFound("plan", plan_id)
        dossier, calendar = dossier_of(row), calendar_of(session)
    return tried(dossier, calendar, visit_id, target)


def move_visit(
    store: Store, plan_id: int, visit_id: str, target: Target | None, version: int | None, by: Person, why: str = ""
) -> Tried:
    """Moves a visit in a draft, or takes it out. Conflict for a pinned one, CannotMove where rules stand in the way.

    A move that breaks a promise, parts a joint stop or mistimes passports needs a reason (BadInput without).
    """
    allow(by, "scheduler")
    with store.write() as session:
        row = _open(session, plan_id, version)
        if session.get(PinRow, (plan_id, visit_id)) is not None:
            raise Conflict(f"Visit {visit_id} is pinned; unpin it first.", f"上门服务 {visit_id} 已固定,请先取消固定。")
        dossier, calendar = dossier_of(row), calendar_of(session)
        before = _place_of(dossier.plan, visit_id)
        found = tried(dossier, calendar, visit_id, target)
        if found.plan is None or found.hard:
            raise CannotMove(found)
        if found.overridable:
            why = reason_given(why)
        _remember(session, row, "move", visit_id, by)
        _save(session, row, dossier, found.plan)
        after = {**_place_of(found.plan, visit_id), "cost": found.cost_after}
        change = Change(
            "plan.move", f"plan {plan_id} visit {visit_id}", {**before, "cost": found.cost_before}, after, why
        )
        append(session, change, by)
        return found


def pin(store: Store, plan_id: int, visit_id: str, version: int | None, by: Person) -> None:
    """Keeps a visit with its team on its date, by hand and when planned again."""
    allow(by, "scheduler")
    with store.write() as session:
        row = _open(session, plan_id, version)
        place = _place_of(plan_from_json(row.plan, f"plan {plan_id}"), visit_id)
        if place["team"] is None:
            raise Conflict(f"Visit {visit_id} is not in the plan.", f"上门服务 {visit_id} 未排入计划。")
        if session.get(PinRow, (plan_id, visit_id)) is not None:
            return
        _remember(session, row, "pin", visit_id, by)
        session.add(
            PinRow(
                plan_id=plan_id,
                visit_id=visit_id,
                team_id=str(place["team"]),
                date=date.fromisoformat(str(place["date"])),
            )
        )
        _touch(session, row)
        append(session, Change("plan.pin", f"plan {plan_id} visit {visit_id}", {}, place), by)


def unpin(store: Store, plan_id: int, visit_id: str, version: int | None, by: Person) -> None:
    """Lets a visit go again."""
    allow(by, "scheduler")
    with store.write() as session:
        row = _open(session, plan_id, version)
        held = must(session, PinRow, (plan_id, visit_id), "pin")
        _remember(session, row, "unpin", visit_id, by)
        before = {"team": held.team_id, "date": held.date}
        session.delete(held)
        _touch(session, row)
        append(session, Change("plan.unpin", f"plan {plan_id} visit {visit_id}", before, {}), by)


def undo(store: Store, plan_id: int, version: int | None, by: Person) -> str:
    """Takes the last change by hand back; the visit it was about. Conflict where there is none."""
    allow(by, "scheduler")
    with store.write() as session:
        row = _open(session, plan_id, version)
        step = session.scalar(
            select(StepRow).where(StepRow.plan_id == plan_id).order_by(StepRow.number.desc()).limit(1)
        )
        if step is None:
            raise Conflict("There is nothing to undo.", "没有可撤销的操作。")
        dossier = dossier_of(row)
        before = _place_of(dossier.plan, step.visit_id)
        plan = plan_from_json(step.plan_before, f"plan {plan_id}")
        _save(session, row, dossier, plan)
        session.execute(delete(PinRow).where(PinRow.plan_id == plan_id))
        session.add_all(
            PinRow(plan_id=plan_id, visit_id=visit, team_id=team, date=day) for visit, team, day in step.pins_before
        )
        session.delete(step)
        after = _place_of(plan, step.visit_id)
        append(session, Change("plan.undo", f"plan {plan_id} visit {step.visit_id}", before, after, step.action), by)
        return step.visit_id


def rename(store: Store, plan_id: int, name: str, version: int | None, by: Person) -> None:
    """Gives a draft another name."""
    allow(by, "scheduler")
    if not 1 <= len(name.strip()) <= 100:
        raise_if_any([Mistake("name", "needs 1 to 100 characters", "应为1至100个字符", name)])
    with store.write() as session:
        row = _open(session, plan_id, version)
        edit(session, row, {"name": name.strip()}, "plan.rename", by)


def discard(store: Store, plan_id: int, version: int | None, by: Person) -> None:
    """Puts a draft away; it stays readable."""
    allow(by, "scheduler")
    with store.write() as session:
        row = _open(session, plan_id, version)
        edit(session, row, {"status": "discarded"}, "plan.discard", by)


# ------------------------------------------------------------------------------------------------ a change, tried


def tried(dossier: Dossier, calendar: Calendar, visit_id: str, target: Target | None) -> Tried:
    """What moving a visit would do to this dossier."""
    problem, plan = dossier.problem, dossier.plan
    visits = {visit.id: visit for visit in problem.visits}
    if visit_id not in visits:
        raise NotFound("visit", visit_id)
    timing = timing_of(problem)
    routes = {(route.team, route.date): route for route in plan.routes}
    home = next((key for key, route in routes.items() if any(stop.visit == visit_id for stop in route.stops)), None)
    if home is not None:
        rest = [visits[stop.visit] for stop in routes[home].stops if stop.visit != visit_id]
        again = _timed(problem, timing, home, rest)
        if isinstance(again, Trial):
            return Tried(None, plan.cost, plan.cost, reasons=(why_blocked(visits[visit_id], again),))
        routes.pop(home)
        if again is not None:
            routes[home] = again
    if target is not None:
        found = _placed(problem, timing, routes, visits[visit_id], target)
        if isinstance(found, Trial):
            return Tried(None, plan.cost, plan.cost, reasons=(why_blocked(visits[visit_id], found),))
        routes[target.team_id, target.date] = found
    return _judged(dossier, calendar, _plan(problem, plan, routes.values()))


def _placed(
    problem: Problem,
    timing: Timing,
    routes: dict[tuple[str, date], Route],
    visit: ProblemVisit,
    target: Target,
) -> Route | Trial:
    """The target's outing with the visit in it, or the least that stands in the way."""
    team, shift = _shift(problem, target)
    if (visit.id, target.date) not in timing.windows:
        raise Conflict(
            f"Visit {visit.id} cannot be made on {target.date}: its organisation or the law does not allow it.",
            f"上门服务 {visit.id} 不能安排在 {target.date}:单位时间或法定期限不允许。",
        )
    present = routes.get((team.id, shift.date))
    by_id = {one.id: one for one in problem.visits}
    others = [by_id[stop.visit] for stop in present.stops] if present else []
    places = range(len(others) + 1) if target.position is None else [min(target.position, len(others))]
    fits: list[tuple[float, int, Route]] = []
    blocked: list[Excess] = []
    for place in places:
        result = best_outing(timing, team, shift, [*others[:place], visit, *others[place:]])
        if isinstance(result, Excess):
            blocked.append(result)
            continue
        starts = next(stop.start for stop in result.stops if stop.visit == visit.id)
        cost = cost_of(problem, [result])
        far = 0 if target.start is None else abs(starts - target.start)
        fits.append((far, cost, result))
    if fits:
        return min(fits, key=lambda one: one[:2])[2]
    return Trial(team, shift, excess=min(blocked, key=lambda one: (one.limits, one.amount)))


def _shift(problem: Problem, target: Target) -> tuple[ProblemTeam, ProblemShift]:
    team = next((one for one in problem.teams if one.id == target.team_id), None)
    if team is None:
        raise NotFound("team", target.team_id)
    shift = next((one for one in team.shifts if one.date == target.date), None)
    if shift is None:
        raise Conflict(f"Team {team.id} has no shift on {target.date}.", f"警组 {team.id} 在 {target.date} 没有班次。")
    return team, shift


def _timed(
    problem: Problem, timing: Timing, key: tuple[str, date], visits: Sequence[ProblemVisit]
) -> Route | Trial | None:
    """An outing through these visits; None without any."""
    if not visits:
        return None
    team, shift = _shift(problem, Target(*key))
    result = best_outing(timing, team, shift, visits)
    return Trial(team, shift, excess=result) if isinstance(result, Excess) else result


def _plan(problem: Problem, before: Plan, routes: Iterable[Route]) -> Plan:
    """The plan with these routes and its true cost; the bound and the seed stay, the effort says by hand."""
    ordered = tuple(sorted(routes, key=lambda route: (route.date, route.team)))
    made = {stop.visit for route in ordered for stop in route.stops}
    reasons = {one.visit: one.reasons for one in before.unserved}
    out = tuple(Unserved(visit.id, reasons.get(visit.id, ())) for visit in problem.visits if visit.id not in made)
    return replace(before, routes=ordered, unserved=out, cost=cost_of(problem, ordered), effort="by hand")


def _judged(dossier: Dossier, calendar: Calendar, plan: Plan) -> Tried:
    known = {_mark(one) for one in breaches_of(dossier, calendar)}
    fresh = tuple(one for one in breaches_of(with_plan(dossier, plan), calendar) if _mark(one) not in known)
    return Tried(plan, dossier.plan.cost, plan.cost, fresh)


def breaches_of(dossier: Dossier, calendar: Calendar) -> tuple[Breach, ...]:
    """Every rule the plan breaks, of the format and of the domain."""
    return (*check(dossier.problem, dossier.plan).breaches, *check_dossier(dossier, calendar))


def _mark(one: Breach) -> tuple[str, tuple[tuple[str, str | int], ...]]:
    """What makes two breaches the same, wherever in the plan they stand."""
    return one.code, one.facts


# ------------------------------------------------------------------------------------------------ rows


def _open(session: Session, plan_id: int, version: int | None) -> PlanRow:
    row = must(session, PlanRow, plan_id, "plan")
    same_version(row, version)
    conflict_unless(row, "status", *OPEN)
    return row


def _save(session: Session, row: PlanRow, dossier: Dossier, plan: Plan) -> None:
    reasons = explain(dossier.problem, plan)
    changed = replace(dossier, plan=with_reasons(plan, reasons), facts=replace(dossier.facts, reasons=reasons))
    fill_plan(session, row, changed)


def _remember(session: Session, row: PlanRow, action: str, visit_id: str, by: Person) -> None:
    last = session.scalar(select(func.max(StepRow.number)).where(StepRow.plan_id == row.id)) or 0
    pins = session.scalars(select(PinRow).where(PinRow.plan_id == row.id).order_by(PinRow.visit_id))
    session.add(
        StepRow(
            plan_id=row.id,
            number=last + 1,
            action=action,
            visit_id=visit_id,
            plan_before=row.plan,
            pins_before=tuple((one.visit_id, one.team_id, one.date) for one in pins),
            made_by=by.id,
            made_at=by.at,
        )
    )
    session.execute(delete(StepRow).where(StepRow.plan_id == row.id, StepRow.number <= last + 1 - STEPS_KEPT))


def _touch(session: Session, row: PlanRow) -> None:
    """Counts a change of pins as a change of the plan, for whoever else has it open."""
    flag_modified(row, "name")
    session.flush()


def _place_of(plan: Plan, visit_id: str) -> dict[str, object]:
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit == visit_id:
                return {"team": route.team, "date": route.date.isoformat(), "start": stop.start}
    return {"team": None, "date": None, "start": None}
