"""What officers note on the day, and who goes out with which team."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, get_args

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from planner.errors import Mistake
from planner.report.words import Text
from webui.actions.acting import allow, edit, must
from webui.actions.notices import plain_text, site_facts, tell
from webui.refusals import Conflict, NotAllowed, NotFound, Told, raise_if_any
from webui.store.audit import Change, append
from webui.store.days import MarkKind, MarkRow, State, TeamOfficerRow, state_of
from webui.store.engine import Store
from webui.store.person import CHINA, Person
from webui.store.plans import PlanVisitRow
from webui.store.requests import BagRow
from webui.store.teams import TeamRow
from webui.store.users import UserRoleRow, UserRow

LONGEST_ID = 64
MOST_AT_ONCE = 200


@dataclass(frozen=True)
class Mark:
    """One mark as a phone sends it. `id` is the phone's own: sent twice it is still one mark.

    `processed` (for "done") counts people of each group of the visit, or passports handed back; `undoes` (for
    "undo") is the id of the mark that is taken back.
    """

    id: str
    visit_id: str
    kind: MarkKind
    at: datetime
    processed: tuple[int, ...] = ()
    reason: str = ""
    undoes: str = ""


@dataclass(frozen=True)
class Taken:
    """What became of a mark: "saved", "known" (it was here already), or "refused" for a reason."""

    id: str
    outcome: Literal["saved", "known", "refused"]
    en: str = ""
    zh: str = ""


def take_marks(store: Store, team_id: str, day: date, marks: Sequence[Mark], by: Person) -> tuple[Taken, ...]:
    """Takes the marks of a team's day in their order, each exactly once; what became of each.

    NotFound for a team the officer does not go with, BadInput for marks that no phone of ours makes. A mark that
    does not fit (its visit was given to another team, is done already, …) is refused; the others are taken.
    """
    allow(by, "officer")
    raise_if_any(_mistakes(marks))
    with store.write() as session:
        _goes_with(session, team_id, by)
        return tuple(_take(session, team_id, day, mark, by) for mark in marks)


def set_officers(store: Store, team_id: str, user_ids: Iterable[int], by: Person) -> None:
    """Says which officers go out with a team. BadInput for somebody who is no officer."""
    allow(by, "scheduler", "administrator")
    with store.write() as session:
        must(session, TeamRow, team_id, "team")
        wanted = sorted(set(user_ids))
        raise_if_any(
            Mistake("officers", "is no officer who may sign in", "不是可登录的民警用户", str(one))
            for one in wanted
            if one not in officers(session)
        )
        present = sorted(session.scalars(select(TeamOfficerRow.user_id).where(TeamOfficerRow.team_id == team_id)))
        if present == wanted:
            return
        session.execute(delete(TeamOfficerRow).where(TeamOfficerRow.team_id == team_id))
        session.add_all(TeamOfficerRow(team_id=team_id, user_id=one) for one in wanted)
        session.flush()
        append(session, Change("team.officers", f"team {team_id}", {"officers": present}, {"officers": wanted}), by)


def officers(session: Session) -> dict[int, str]:
    """Everybody who may sign in as an officer, by number."""
    rows = (
        select(UserRow.id, UserRow.name)
        .join(UserRoleRow, UserRoleRow.user_id == UserRow.id)
        .where(UserRoleRow.role == "officer", UserRow.active)
        .order_by(UserRow.name, UserRow.id)
    )
    return {row.id: row.name for row in session.execute(rows)}


# ------------------------------------------------------------------------------------------------ one mark


def _take(session: Session, team_id: str, day: date, mark: Mark, by: Person) -> Taken:
    known = session.get(MarkRow, mark.id)
    if known is not None:
        same = (known.date, known.visit_id, known.kind) == (day, mark.visit_id, mark.kind)
        if same and known.user_id == by.id:
            return Taken(mark.id, "known")
        return Taken(mark.id, "refused", "This mark's number is taken by another.", "该标记编号已被占用。")
    try:
        visit = _visit(session, team_id, day, mark.visit_id, by)
        state = state_of(_marks(session, day, mark.visit_id))
        _fits(mark, state, visit)
    except Told as error:
        return Taken(mark.id, "refused", error.en, error.zh)
    _note(session, visit, mark, day, by)
    _passports(session, visit, mark, state, by)
    return Taken(mark.id, "saved")


def _note(session: Session, visit: PlanVisitRow, mark: Mark, day: date, by: Person) -> None:
    number = (session.scalar(select(func.max(MarkRow.number))) or 0) + 1
    began = datetime.combine(day, time.min, CHINA)
    row = MarkRow(
        id=mark.id,
        number=number,
        plan_id=visit.plan_id,
        visit_id=visit.visit_id,
        team_id=visit.team_id,
        date=day,
        kind=mark.kind,
        at=max(began, min(mark.at, by.at)),
        taken_at=by.at,
        processed=mark.processed if mark.kind == "done" else None,
        reason=mark.reason.strip(),
        undoes=mark.undoes or None,
        user_id=by.id,
    )
    session.add(row)
    session.flush()
    after = {"visit": visit.visit_id, "date": day, "at": row.at, "processed": row.processed, "undoes": row.undoes}
    told = {name: value for name, value in after.items() if value is not None}
    subject = f"plan {visit.plan_id} visit {visit.visit_id}"
    append(session, Change(f"visit.{mark.kind}", subject, {}, told, row.reason), by)
    if mark.kind == "problem":
        _tell_the_desk(session, visit, row, by)


def _tell_the_desk(session: Session, visit: PlanVisitRow, mark: MarkRow, by: Person) -> None:
    team = session.get_one(TeamRow, mark.team_id)
    facts = {
        **site_facts(session, visit.site_id),
        "team": Text(team.name_zh or team.name_en, team.name_en or team.name_zh),
        "reason": plain_text(mark.reason),
    }
    tell(session, "visit.problem", facts, f"visit.problem {mark.id}", by, audience="schedulers")


def _visit(session: Session, team_id: str, day: date, visit_id: str, by: Person) -> PlanVisitRow:
    if day > by.today:
        raise Conflict("This day has not begun.", "该日期尚未到来。")
    row = session.scalar(
        select(PlanVisitRow).where(PlanVisitRow.in_force, PlanVisitRow.date == day, PlanVisitRow.visit_id == visit_id)
    )
    if row is None:
        raise Conflict(
            "This visit is not in today's plan any more. Call the desk.", "该上门服务已不在当日计划中,请联系调度。"
        )
    if row.team_id != team_id:
        raise Conflict(
            f"This visit was given to team {row.team_id}. Call the desk.",
            f"该上门服务已改由 {row.team_id} 承担,请联系调度。",
        )
    return row


def _fits(mark: Mark, state: State, visit: PlanVisitRow) -> None:
    """Conflict where the mark does not follow from what was noted before."""
    if mark.kind == "undo":
        if state.last is None or state.last != mark.undoes:
            raise Conflict("Only the last mark of a visit can be taken back.", "只能撤销该上门服务的最后一项标记。")
        return
    if state.progress == "done":
        raise Conflict("This visit is done already.", "该上门服务已标记为完成。")
    if mark.kind == "arrive" and state.progress == "there":
        raise Conflict("Your team has arrived already.", "本组已标记到达。")
    if mark.kind == "done":
        _counts_fit(mark.processed, visit)


def _counts_fit(processed: tuple[int, ...], visit: PlanVisitRow) -> None:
    most = [group.count for group in visit.groups] if visit.work != "return" else [visit.applicants]
    fits = len(processed) == len(most) and all(0 <= one <= limit for one, limit in zip(processed, most, strict=True))
    if not fits:
        limits = ", ".join(map(str, most))
        raise Conflict(f"The counts must be from 0 to {limits}.", f"办理人数应在 0 至 {limits} 之间。")
    if not sum(processed):
        raise Conflict("Where nobody was served, report a problem instead.", "无人办理时,请改报问题并说明原因。")


def _passports(session: Session, visit: PlanVisitRow, mark: Mark, before: State, by: Person) -> None:
    """Keeps the bags of passports true to what was collected and handed back."""
    undone = mark.kind == "undo" and before.progress == "done"
    if mark.kind != "done" and not undone:
        return
    if visit.work == "return":
        bag = session.get(BagRow, visit.bag_id) if visit.bag_id else None
        if bag is not None:
            edit(session, bag, {"returned_on": None if undone else visit.date}, "bag.return", by, mark.reason)
        return
    collected = select(BagRow).where(BagRow.plan_id == visit.plan_id, BagRow.visit_id == visit.visit_id)
    bag = session.scalar(collected.where(BagRow.returned_on.is_(None)))
    if bag is not None:
        count = visit.applicants if undone else sum(mark.processed)
        edit(session, bag, {"passports": count}, "bag.count", by, mark.reason)


def _marks(session: Session, day: date, visit_id: str) -> list[MarkRow]:
    mine = select(MarkRow).where(MarkRow.date == day, MarkRow.visit_id == visit_id)
    return list(session.scalars(mine.order_by(MarkRow.number)))


def _goes_with(session: Session, team_id: str, by: Person) -> None:
    """NotFound unless the officer goes with this team: others' days are none of theirs."""
    if by.id is None:
        raise NotAllowed("A mark needs a person.", "标记须由本人提交。")
    if session.get(TeamOfficerRow, (team_id, by.id)) is None:
        raise NotFound("team", team_id)


def _mistakes(marks: Sequence[Mark]) -> Iterable[Mistake]:
    if not 1 <= len(marks) <= MOST_AT_ONCE:
        yield Mistake("marks", f"send 1 to {MOST_AT_ONCE} at once", f"每次应提交1至{MOST_AT_ONCE}项", str(len(marks)))
    for number, mark in enumerate(marks, 1):
        place = f"marks, {number}"
        if not 8 <= len(mark.id) <= LONGEST_ID or not mark.id.isascii():
            yield Mistake(place, f"needs an id of 8 to {LONGEST_ID} plain characters", "标记编号无效", mark.id[:80])
        if mark.kind not in get_args(MarkKind):
            yield Mistake(place, "is of no kind we know", "标记类型无效", str(mark.kind)[:80])
        if mark.kind == "problem" and not mark.reason.strip():
            yield Mistake(place, "needs a reason", "请填写原因")
        if len(mark.reason) > 500:
            yield Mistake(place, "has a reason longer than 500 characters", "原因超过500个字符")
        if (mark.kind == "undo") != bool(mark.undoes):
            yield Mistake(place, "says what it takes back, and only an undo does", "撤销须且仅须指明原标记")
