"""A request's visits as the standing plan's problem would pose them: where, how long, who is able, what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from planner.dossier import Dossier, Refused
from planner.model import Inputs, Request, Visit
from planner.offers.slots import Newcomer
from planner.policy import Policy
from planner.problem import Location, build_problem
from planner.reasons import Reason
from planner.skills import team_can
from planner.travel.providers import Options, travel_of
from planner.travel.ways import Integers
from planner.visits import make_visits
from planner.workdays import Calendar

NEVER_JOINT = 1_000_000
"""Joint stops are planned as a whole; an offer is for the sessions one after the other."""


@dataclass(frozen=True)
class Setting:
    """What is known today beside the plan: organisations, sites and teams, the working days, where driving times
    come from."""

    inputs: Inputs
    calendar: Calendar
    travel: Options | None = None


@dataclass(frozen=True)
class Posed:
    """The visits of a request, those who are refused, and remarks on the others."""

    request: Request
    newcomers: tuple[Newcomer, ...]
    refused: tuple[Refused, ...]
    remarks: tuple[Reason, ...] = ()

    @property
    def visits(self) -> tuple[Visit, ...]:
        """The visits by session."""
        return tuple(one.visit for one in self.newcomers)


def pose(dossier: Dossier, request: Request, setting: Setting, today: date) -> Posed:
    """The request's visits by the plan's own policy, each as a newcomer to the plan's problem."""
    facts = dossier.facts
    policy = replace(facts.policy, joint_from_applicants=NEVER_JOINT)
    own = replace(setting.inputs, requests=(request,), promises=(), bags=())
    made = make_visits(own, policy, setting.calendar, facts.horizon, today)
    place = _place(dossier, request, setting) if made.visits else dossier
    newcomers = tuple(_newcomer(place, dossier, visit, policy, setting) for visit in made.visits)
    remarks = tuple(one for remark in made.remarks for one in remark.reasons)
    return Posed(request, newcomers, made.refused, remarks)


def _newcomer(place: Dossier, before: Dossier, visit: Visit, policy: Policy, setting: Setting) -> Newcomer:
    """The visit in the problem of `place`, which has its site among the locations."""
    facts, problem = place.facts, place.problem
    alone = build_problem(
        problem.name,
        (visit,),
        replace(setting.inputs, shifts=(), teams=()),
        facts.locations,
        problem.seconds,
        problem.metres,
        policy,
        setting.calendar,
        facts.horizon,
    )
    words = {team.id: team for team in (*facts.inputs.teams, *setting.inputs.teams)}
    teams = tuple(
        replace(team, skills=team.skills | {skill for skill in visit.skills if team_can(words[team.id], skill)})
        if team.id in words
        else team
        for team in problem.teams
    )
    fresh = facts.locations[-1] if len(facts.locations) > len(before.facts.locations) else None
    return Newcomer(visit, alone.visits[0], teams, problem.seconds, problem.metres, fresh)


def _place(dossier: Dossier, request: Request, setting: Setting) -> Dossier:
    """The dossier with the request's site among its locations."""
    facts, problem = dossier.facts, dossier.problem
    if any((one.kind, one.id) == ("site", request.site_id) for one in facts.locations):
        return dossier
    site = next(one for one in setting.inputs.sites if one.id == request.site_id)
    locations = (*facts.locations, Location("site", site.id, site.place))
    seconds, metres = _ways_to(locations, setting, dossier)
    return Dossier(
        replace(facts, locations=locations),
        replace(problem, seconds=_grown(problem.seconds, seconds), metres=metres),
        dossier.plan,
    )


def _ways_to(locations: Sequence[Location], setting: Setting, dossier: Dossier) -> tuple[Integers, Integers | None]:
    """Seconds between all of these locations, and metres with those of the plan kept."""
    facts, was = dossier.facts, dossier.problem.metres
    known = replace(
        setting.inputs,
        sites=(*setting.inputs.sites, *facts.inputs.sites),
        organisations=(*setting.inputs.organisations, *facts.inputs.organisations),
        bases=(*setting.inputs.bases, *facts.inputs.bases),
    )
    made = travel_of(locations, known, facts.horizon, setting.travel)
    return made.seconds, None if was is None else _grown(was, made.metres)


def _grown(was: Integers, now: Integers) -> Integers:
    """The new matrix with the old one in it as it was: times that a plan was made with stay."""
    grown = np.array(now, dtype=np.int64)
    grown[: len(was), : len(was)] = was
    grown.flags.writeable = False
    return grown
