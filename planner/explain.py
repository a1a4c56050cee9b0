"""Why a visit is left out, why it is where it is, and what would change that.

Reasons are found by trying (`planner.trials`): first what can never fit, then the visit alone in each shift,
then the visit in each outing as it is planned. Nothing here is shared with the optimiser.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

from planner.check import driving_seconds, route_cost
from planner.model import clock
from planner.outings import Excess
from planner.problem import Plan, Problem, ProblemVisit, Route, Unserved
from planner.reasons import Reason, reason
from planner.trials import (
    Trial,
    World,
    able_teams,
    is_allowed,
    open_dates,
    open_shifts,
    points_of,
    rank,
    try_everywhere,
    world_of,
)

SHOWN = 8
"""Names or dates listed in one sentence."""


def explain(problem: Problem, plan: Plan) -> dict[str, tuple[Reason, ...]]:
    """The reasons for each unserved visit of the plan, the decisive one first; never empty."""
    world = world_of(problem, plan)
    return {one.visit: _why_out(world, world.visits[one.visit]) for one in plan.unserved if one.visit in world.visits}


def with_reasons(plan: Plan, reasons: Mapping[str, tuple[Reason, ...]]) -> Plan:
    """The plan with the reason codes of each unserved visit."""
    codes = {visit: tuple(reason.code for reason in why) for visit, why in reasons.items()}
    return replace(plan, unserved=tuple(Unserved(one.visit, codes[one.visit]) for one in plan.unserved))


def explain_placement(problem: Problem, plan: Plan, visit_id: str) -> tuple[Reason, ...]:
    """Why this visit has its team and date: what it adds there, then the other teams and dates, cheapest first.

    For an unserved visit the reasons of `explain`; KeyError for a visit the problem does not have.
    """
    world = world_of(problem, plan)
    visit = world.visits[visit_id]
    home = world.home_of(visit_id)
    if home is None:
        return _why_out(world, visit)
    without = world.without(visit_id)
    here = _as_planned(world, without, visit, home)
    trials = try_everywhere(without, visit)
    elsewhere = [one for one in trials if (one.team.id, one.shift.date) != (home.team, home.date)]
    return (_placed(visit, home, here), *_settled(visit), *_others(visit, here, elsewhere), *_unable(problem, visit))


# why a visit is left out


def _why_out(world: World, visit: ProblemVisit) -> tuple[Reason, ...]:
    for step in WHY_OUT:
        found = step(world, visit)
        if found:
            return found
    raise AssertionError(f"no reason for {visit.id}")


def _no_able_team(world: World, visit: ProblemVisit) -> tuple[Reason, ...]:
    teams = world.problem.teams
    if any(visit.skills <= team.skills for team in teams):
        return ()
    nowhere = visit.skills - frozenset[str]().union(*(team.skills for team in teams))
    if nowhere or not teams:
        return (reason("no_team_has_skill", visit=visit.id, **_skills(nowhere or visit.skills)),)
    nearest = min(teams, key=lambda team: (len(visit.skills - team.skills), team.id))
    lacks = visit.skills - nearest.skills
    return (reason("no_team_has_all_skills", visit=visit.id, team=nearest.id, **_skills(lacks)),)


def _no_allowed_team(world: World, visit: ProblemVisit) -> tuple[Reason, ...]:
    if able_teams(world.problem, visit):
        return ()
    allowed = [team.id for team in world.problem.teams if is_allowed(team, visit)]
    able = [team.id for team in world.problem.teams if visit.skills <= team.skills]
    return (reason("allowed_teams_unable", visit=visit.id, teams=_some(allowed) or "–", able=_some(able) or "–"),)


def _no_open_date(world: World, visit: ProblemVisit) -> tuple[Reason, ...]:
    if open_dates(visit):
        return ()
    if visit.windows and visit.fixed_date:
        dates = _some(sorted({window.date.isoformat() for window in visit.windows}))
        return (reason("fixed_date_closed", visit=visit.id, date=visit.fixed_date.isoformat(), dates=dates),)
    return (reason("no_window", visit=visit.id),)


def _no_shift(world: World, visit: ProblemVisit) -> tuple[Reason, ...]:
    if open_shifts(world.problem, visit):
        return ()
    able = able_teams(world.problem, visit)
    dates = _some(day.isoformat() for day in open_dates(visit))
    return (reason("no_shift_on_open_dates", visit=visit.id, dates=dates, teams=_some(team.id for team in able)),)


def _never_alone(world: World, visit: ProblemVisit) -> tuple[Reason, ...]:
    """The visit fits no shift even alone: the shift that comes nearest, and what is in the way there."""
    trials: list[Trial] = []
    for trial in try_everywhere(world, visit, alone=True):
        if trial.route:
            return ()
        trials.append(trial)
    if any(trial.route for trial in try_everywhere(world, visit)):
        return ()
    timed = [one for one in trials if one.excess and one.excess.limit != "applicants"]
    nearest = min(timed or trials, key=rank)
    return (_blocked("alone", visit, nearest),)


def _no_room(world: World, visit: ProblemVisit) -> tuple[Reason, ...]:
    """It fits alone, but in no outing as planned: the three that come nearest, by date."""
    trials = list(try_everywhere(world, visit))
    if any(trial.route for trial in trials):
        return ()
    return tuple(_blocked("no_room", visit, trial) for trial in _nearest(trials))


def _nearest(trials: Iterable[Trial]) -> list[Trial]:
    """Up to three blocked trials on different dates; those short of time before those short of people's places."""
    ranked = sorted(trials, key=lambda one: (one.excess is not None and one.excess.limit == "applicants", rank(one)))
    chosen: dict[date, Trial] = {}
    for trial in ranked:
        if trial.excess:
            chosen.setdefault(trial.shift.date, trial)
    return list(chosen.values())[:3]


def _price(world: World, visit: ProblemVisit) -> tuple[Reason, ...]:
    """It would fit: what it costs there against what leaving it out costs."""
    cheapest = min((one for one in try_everywhere(world, visit) if one.route), key=rank)
    code = "too_dear" if cheapest.points >= visit.unserved_cost else "could_be_added"
    return (
        reason(
            code,
            visit=visit.id,
            team=cheapest.team.id,
            date=cheapest.shift.date.isoformat(),
            start=_start(cheapest, visit),
            minutes=_minutes(cheapest.driving),
            points=cheapest.points,
            unserved=visit.unserved_cost,
        ),
    )


Step = Callable[[World, ProblemVisit], tuple[Reason, ...]]
WHY_OUT: tuple[Step, ...] = (_no_able_team, _no_allowed_team, _no_open_date, _no_shift, _never_alone, _no_room, _price)


def _blocked(prefix: str, visit: ProblemVisit, trial: Trial) -> Reason:
    """Which limit the trial passes: prefix alone (nothing else that day), no_room (as planned) or elsewhere."""
    excess, shift = trial.excess, trial.shift
    if excess is None:
        raise ValueError(f"nothing blocks {visit.id} for {trial.team.id}")
    rest = shift.rest
    facts: dict[str, str | int] = {
        "visit": visit.id,
        "team": trial.team.id,
        "date": shift.date.isoformat(),
        "minutes": _minutes(excess.amount),
        "at": clock(excess.at),
    }
    if excess.limits > 1:
        facts |= {"limits": excess.limits}
    if excess.limit == "applicants":
        facts |= {"over": excess.amount, "limit": shift.max_applicants or 0}
    if excess.limit == "window":
        facts |= {"late": excess.visit}
    if excess.limit == "shift":
        facts |= {"ends": clock(shift.end)}
    if excess.limit == "work":
        facts |= {"work": _minutes(excess.at), "limit": _minutes(shift.max_work_seconds or 0)}
    if excess.limit == "break" and rest:
        facts |= {"latest": clock(rest.latest)}
    return reason(f"{prefix}_{_limit(prefix, excess)}", **facts)


def _limit(prefix: str, excess: Excess) -> str:
    """The last word of the code: the limit, "several" of them, or that waiting for the visit to open is to blame."""
    if excess.limits > 1:
        return "several"
    waited = prefix == "alone" and excess.limit == "shift" and excess.waits >= excess.amount
    return "opens_late" if waited else excess.limit


def why_blocked(visit: ProblemVisit, trial: Trial) -> Reason:
    """What stands in the way of a trial that found no route, for who moves a visit by hand; ValueError if nothing."""
    return _blocked("elsewhere", visit, trial)


# why a visit is where it is


def _as_planned(world: World, without: World, visit: ProblemVisit, home: Route) -> Trial:
    """What the visit adds where it is: the outing as planned against the outing without it."""
    problem = world.problem
    team = next(one for one in problem.teams if one.id == home.team)
    shift = next(one for one in team.shifts if one.date == home.date)
    made, rest = [world.visits[stop.visit] for stop in home.stops], without.others(team, shift)
    points = route_cost(problem, team, made, home) - points_of(without, team, shift, rest)
    driving = driving_seconds(problem, team, made) - driving_seconds(problem, team, rest)
    return Trial(team, shift, points, driving, home)


def _placed(visit: ProblemVisit, home: Route, here: Trial) -> Reason:
    return reason(
        "placed_here",
        visit=visit.id,
        team=home.team,
        date=home.date.isoformat(),
        start=_start(here, visit),
        minutes=_minutes(here.driving),
        points=here.points,
    )


def _settled(visit: ProblemVisit) -> list[Reason]:
    found = []
    if visit.fixed_date:
        found.append(reason("placed_on_fixed_date", visit=visit.id, date=visit.fixed_date.isoformat()))
    if visit.fixed_team:
        found.append(reason("placed_with_fixed_team", visit=visit.id, team=visit.fixed_team))
    return found


def _others(visit: ProblemVisit, here: Trial, elsewhere: list[Trial]) -> list[Reason]:
    """The cheapest possible trial of each date, cheapest first, then for every other date what blocks it."""
    possible: dict[date, Trial] = {}
    for trial in sorted((one for one in elsewhere if one.route), key=rank):
        possible.setdefault(trial.shift.date, trial)
    blocked: dict[date, Trial] = {}
    for trial in sorted((one for one in elsewhere if one.excess), key=rank):
        if trial.shift.date not in possible:
            blocked.setdefault(trial.shift.date, trial)
    if not elsewhere:
        return [reason("only_here", visit=visit.id)]
    return [
        *(_possible(visit, here, trial) for trial in possible.values()),
        *(_blocked("elsewhere", visit, blocked[day]) for day in sorted(blocked)),
    ]


def _possible(visit: ProblemVisit, here: Trial, trial: Trial) -> Reason:
    return reason(
        "elsewhere_possible",
        visit=visit.id,
        team=trial.team.id,
        date=trial.shift.date.isoformat(),
        start=_start(trial, visit),
        minutes=f"{_minutes(trial.driving) - _minutes(here.driving):+d}",
        points=f"{trial.points - here.points:+d}",
    )


def _unable(problem: Problem, visit: ProblemVisit) -> list[Reason]:
    """The teams that could not make it on any date, and what they lack."""
    lacking = [(team, visit.skills - team.skills) for team in problem.teams if not visit.skills <= team.skills]
    return [reason("team_lacks_skills", visit=visit.id, team=team.id, **_skills(skills)) for team, skills in lacking]


# words


def _start(trial: Trial, visit: ProblemVisit) -> str:
    stops = trial.route.stops if trial.route else ()
    return next(clock(stop.start) for stop in stops if stop.visit == visit.id)


def _minutes(seconds: int) -> int:
    """Whole minutes, a part of one counted as one."""
    return -(-seconds // 60)


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:SHOWN]) + (f", … ({len(listed)})" if len(listed) > SHOWN else "")


def _skills(skills: Iterable[str]) -> dict[str, str]:
    words = [_skill(skill) for skill in sorted(skills)]
    return {"skills_en": ", ".join(en for en, _ in words), "skills_zh": "、".join(zh for _, zh in words)}


def _skill(skill: str) -> tuple[str, str]:
    """A skill as people call it; the word itself where it is not one of the domain's."""
    sort, colon, what = skill.partition(":")
    words = {
        "language": (f"the language {' or '.join(what.split('/'))}", f"语言({'或'.join(what.split('/'))})"),
        "kit": (f"the kit {what}", f"设备箱({what})"),
        "desks": (f"{what} desks", f"{what}个办公位"),
        "kind": (f"authority for {what} permits", f"受理权限({what})"),
    }
    return words.get(sort, (skill, skill)) if colon else (skill, skill)
