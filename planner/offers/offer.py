"""The dates and hours that can be promised to a request, best first, each with its price and its reason."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from planner.explain import explain
from planner.model import Request, Visit, clock
from planner.offers.pose import Posed, Setting, pose
from planner.offers.slots import Newcomer, Slot, slots_of, with_slot
from planner.offers.standing import Standing, as_kept, standing_of
from planner.offers.taken import take, with_visit
from planner.problem import Unserved
from planner.reasons import Reason, reason

FIRST_SESSIONS = 3
"""So many dates of the first session are completed with the other sessions of a request."""


@dataclass(frozen=True)
class Offer:
    """One slot for each session of a request, and what the whole adds to the plan.

    `slack_workdays` are the working days between the latest slot and the last lawful one of its people;
    None where no law sets a day. `reasons` say why, of this request alone: nobody else is named.
    """

    slots: tuple[Slot, ...]
    points: int
    driving_seconds: int
    slack_workdays: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Answer:
    """What a request can be offered. Without an offer `why` says why not (of this request alone) and `details`
    says it for the staff, who may read of others."""

    posed: Posed
    offers: tuple[Offer, ...]
    why: tuple[Reason, ...] = ()
    details: tuple[Reason, ...] = ()


def offers_of(standing: Standing, request: Request, setting: Setting, explained: bool = True) -> Answer:
    """Every date and hour that can be promised to the request in this plan, cheapest first.

    Unless `explained`, an answer without offers does not say what is in the way in the plan, which takes the longest.

    A request of one session has an offer for each date and start of `slots_of`. One of several sessions has
    one for each of the best dates of its first session, the others placed one after the other.
    """
    posed = pose(standing.dossier, request, setting, standing.today)
    if not posed.newcomers:
        return Answer(posed, (), tuple(dict.fromkeys(one for refused in posed.refused for one in refused.reasons)))
    first = slots_of(standing, posed.newcomers[0])
    if len(posed.newcomers) == 1:
        packs: Iterable[tuple[Slot, ...]] = ((slot,) for slot in first)
    else:
        packs = _packs(standing, posed, first)
    offers = sorted((_offer(pack, posed, setting) for pack in packs), key=_rank)
    if offers or not explained:
        return Answer(posed, tuple(offers))
    blocked = posed.newcomers[-1] if first else posed.newcomers[0]
    details = why_not(standing, blocked)
    told = [_many_sessions(posed)] if first else [_in_public(one, blocked) for one in details]
    return Answer(posed, (), tuple(dict.fromkeys(told)), details)


def best_few(offers: Iterable[Offer], many: int = 5) -> tuple[Offer, ...]:
    """The cheapest offers, no two of one half-day."""
    seen: set[tuple[date, bool]] = set()
    chosen: list[Offer] = []
    for offer in offers:
        half = offer.slots[0].date, offer.slots[0].start < 12 * 3600
        if half not in seen and len(chosen) < many:
            seen.add(half)
            chosen.append(offer)
    return tuple(chosen)


def still_there(standing: Standing, newcomer: Newcomer, day: date, start: int) -> Slot | None:
    """The cheapest slot at exactly this date and start, whichever team; None where there is none any more."""
    within = any(window.date == day and window.earliest <= start <= window.latest for window in newcomer.posed.windows)
    found = slots_of(standing, newcomer, {day: (start,)}) if within else ()
    return found[0] if found else None


def then_standing(standing: Standing, newcomer: Newcomer, slot: Slot) -> Standing:
    """The plan as it stands once this slot is taken."""
    arrays = with_slot(standing, newcomer, slot)
    dossier = take(with_visit(standing.dossier, newcomer), slot, standing.kept, (arrays, standing.keys))
    kept = standing.kept | {slot.visit}
    return standing_of(dossier, kept, standing.today, standing.closed, arrays, standing.keys)


def _packs(standing: Standing, posed: Posed, first: Iterable[Slot]) -> Iterator[tuple[Slot, ...]]:
    """The sessions of a large request together, from each of the best dates of its first session on."""
    by_date: dict[date, Slot] = {}
    for slot in sorted(first, key=lambda one: (one.points, one.date, one.start)):
        by_date.setdefault(slot.date, slot)
    for slot in list(by_date.values())[:FIRST_SESSIONS]:
        pack, now = [slot], standing
        for earlier, newcomer in zip(posed.newcomers, posed.newcomers[1:], strict=False):
            now = then_standing(now, earlier, pack[-1])
            near = min(slots_of(now, newcomer), key=lambda one: (abs(one.date - slot.date), one.points), default=None)
            if near is None:
                break
            pack.append(near)
        if len(pack) == len(posed.newcomers):
            yield tuple(pack)


def _offer(pack: tuple[Slot, ...], posed: Posed, setting: Setting) -> Offer:
    visits = {one.id: one for one in posed.visits}
    slacks = [
        (left, last)
        for slot in pack
        if (last := visits[slot.visit].last_workday) is not None
        for left in [_left(slot.date, last, setting)]
    ]
    slack, last = min(slacks) if slacks else (None, None)
    driving = sum(slot.driving_seconds for slot in pack)
    told = [_way(pack, driving), *_moved(pack)]
    if slack is not None and last is not None:
        told.append(reason("offer_slack", days=slack, last=last.isoformat()))
    return Offer(pack, sum(slot.points for slot in pack), driving, slack, tuple(told))


def _left(day: date, last: date, setting: Setting) -> int:
    return setting.calendar.workdays_between(day, last, allow_provisional=True)


def _rank(offer: Offer) -> tuple[int, date, int]:
    return offer.points, offer.slots[0].date, offer.slots[0].start


def _way(pack: tuple[Slot, ...], driving: int) -> Reason:
    code = "offer_own_outing" if any(slot.alone for slot in pack) else "offer_on_the_way"
    return reason(code, minutes=max(0, -(-driving // 60)))


def _moved(pack: tuple[Slot, ...]) -> list[Reason]:
    moves = sum(len(slot.moves) for slot in pack)
    return [reason("offer_after_moves", moves=moves)] if moves else []


# why nothing fits


def why_not(standing: Standing, newcomer: Newcomer) -> tuple[Reason, ...]:
    """Why this visit fits nowhere in the standing plan, for the staff: others are named.

    Shifts that take nothing more (past, closed) count as not there.
    """
    dossier = with_visit(standing.dossier, newcomer)
    problem = as_kept(dossier.problem, dossier.plan, standing.kept)
    teams = tuple(
        replace(
            team,
            shifts=tuple(
                shift
                for shift in team.shifts
                if shift.date > standing.today and (team.id, shift.date) not in standing.closed
            ),
        )
        for team in problem.teams
    )
    problem = replace(problem, teams=teams)
    plan = replace(dossier.plan, unserved=(Unserved(newcomer.posed.id),))
    return explain(problem, plan)[newcomer.posed.id]


PUBLIC: Mapping[str, str] = {
    "no_team_has_skill": "offers_no_skill",
    "no_team_has_all_skills": "offers_no_team_with_all",
    "allowed_teams_unable": "offers_no_skill",
    "no_window": "offers_no_date",
    "fixed_date_closed": "offers_no_date",
    "no_shift_on_open_dates": "offers_no_team_out",
}
"""What an organisation reads for the staff's reasons, the rest by their first word."""


def _in_public(one: Reason, newcomer: Newcomer) -> Reason:
    """The same for the organisation: what it can change, and no team and no other visit by name."""
    visit = newcomer.visit
    code = PUBLIC.get(one.code) or ("offers_too_long" if one.code.startswith("alone_") else "offers_full")
    facts = dict(one.facts)
    skills = {key: str(facts.get(key, "–")) for key in ("skills_zh", "skills_en")}
    if code == "offers_no_team_with_all":
        return reason(code, **skills)
    if code == "offers_no_skill":
        return reason(code, **skills, lacking=" ".join(sorted(_lacking(newcomer))))
    if code == "offers_too_long":
        return reason(code, minutes=visit.service_seconds // 60, hours=_hours(visit))
    return reason(code)


def _many_sessions(posed: Posed) -> Reason:
    """One session would fit, the request's other sessions do not beside it."""
    people, hours = posed.request.applicants, _hours(posed.newcomers[0].visit)
    return reason("offers_many_sessions", people=people, sessions=len(posed.newcomers), hours=hours)


def _lacking(newcomer: Newcomer) -> frozenset[str]:
    """What no team has of the skills needed; all of them where only no team has all."""
    needed = newcomer.posed.skills
    return needed - frozenset[str]().union(*(team.skills for team in newcomer.teams)) or needed


def _hours(visit: Visit) -> str:
    spans = sorted({(window.earliest, window.latest + visit.service_seconds) for window in visit.windows})
    return ", ".join(f"{clock(first)}-{clock(last)}" for first, last in spans)
