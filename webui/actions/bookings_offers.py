"""What a request can be offered in the plans in force, the best few first; why not, and the nearest that would fit."""

from dataclasses import dataclass
from datetime import date

from planner.offers import Nearest, Offer, Posed, best_few, nearest_of, offers_of
from planner.reasons import Reason, reason
from webui.actions.bookings_plan import Book, OpenPlan
from webui.refusals import Conflict
from webui.store.dossiers import dossier_of
from webui.store.requests import RequestRow
from webui.store.values import request_of

BEST_SHOWN = 5


@dataclass(frozen=True)
class Choice:
    """One offer of one plan. `key` names it in a form: plan, then date and start of each session."""

    key: str
    plan_id: int
    offer: Offer


@dataclass(frozen=True)
class Offered:
    """What a request can be offered now; without a choice, why not and the nearest that would fit."""

    posed: Posed | None
    best: tuple[Choice, ...]
    choices: tuple[Choice, ...]
    why: tuple[Reason, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    nearest_plan: int = 0
    """The plan that the nearest are of."""


class Gone(Conflict):
    """Somebody else was faster, or the plan has changed; the next offers are on the page."""

    def __init__(self) -> None:
        super().__init__(
            "This date and hour has just been taken. Choose another one; what you asked for is kept.",
            "该日期和时段刚刚被占用,请另选;已填写的内容均已保留。",
        )


def offered_to(book: Book, row: RequestRow, nearest: bool) -> Offered:
    """The choices of a request in all plans in force; the nearest only where asked for and nothing fits."""
    asked = request_of(row)
    limit = book.plans and dossier_of(book.plans[0].row).facts.policy.joint_from_applicants
    if limit and asked.applicants >= limit:
        return Offered(None, (), (), (reason("offers_large", limit=limit),))
    found: list[tuple[int, Choice]] = []
    answers = []
    for plan in book.plans:
        standing = book.standing(plan, row.id)
        answer = offers_of(standing, asked, book.setting)
        answers.append((standing, answer))
        waits = _waiting(book, plan)
        found += [
            (offer.points + waits, Choice(key_of(plan.row.id, offer), plan.row.id, offer)) for offer in answer.offers
        ]
    ordered = tuple(choice for _, choice in sorted(found, key=lambda one: (one[0], one[1].offer.slots[0].date)))
    posed = answers[0][1].posed if answers else None
    if ordered:
        best = best_few((one.offer for one in ordered), BEST_SHOWN)
        return Offered(posed, tuple(one for one in ordered if any(one.offer is few for few in best)), ordered)
    why = tuple(dict.fromkeys(one for _, answer in answers for one in answer.why)) or (reason("offers_no_plan"),)
    if not nearest or not answers:
        return Offered(posed, (), (), why)
    standing, answer = answers[0]
    near = nearest_of(standing, asked, book.setting, answer)
    return Offered(posed, (), (), why, near, book.plans[0].row.id)


def _waiting(book: Book, plan: OpenPlan) -> int:
    """Points of waiting for a later plan: its own count from its first day."""
    facts = dossier_of(plan.row).facts
    if facts.horizon[0] <= book.by.today:
        return 0
    days = book.setting.calendar.workdays_between(book.by.today, facts.horizon[0], allow_provisional=True)
    return facts.policy.cost_day_waiting * days


def key_of(plan_id: int, offer: Offer) -> str:
    """What a form says for this offer: "7_2026-09-08.32400"."""
    return "_".join([str(plan_id), *(f"{slot.date.isoformat()}.{slot.start}" for slot in offer.slots)])


def read_key(key: str) -> tuple[int, tuple[tuple[date, int], ...]]:
    """Plan, dates and starts of a choice; Gone for anything that is none."""
    try:
        plan, *slots = key.split("_")
        read = tuple((date.fromisoformat(day), int(start)) for day, _, start in (one.partition(".") for one in slots))
        if not read or not 0 < int(plan) < 2**31 or any(not 0 <= start < 86_400 for _, start in read):
            raise ValueError(key)
        return int(plan), read
    except ValueError:
        raise Gone from None
