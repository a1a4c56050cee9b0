"""What a visit needs of its team, as words that a team either can or cannot.

"language:th/en" any one of these languages · "kit:acceptance" or "kit:interview" portable equipment
· "desks:2" at least so many · "kind:journalist" a kind of application the team may accept.
"""

from collections.abc import Iterable

from planner.model import Group, Request, Team
from planner.policy import Policy

KIT_ALSO_SERVES = {"acceptance": ("interview",)}
"""A kit that can take an application can hold an interview as well."""


def languages_of(group: Group, policy: Policy) -> tuple[str, ...]:
    """The languages in which these people can be served: their own first, the others in order of name."""
    others = {*group.also_languages, *dict(policy.language_substitutes).get(group.language, ())}
    return (group.language, *sorted(others - {group.language}))


def needed_skills(groups: Iterable[Group], request: Request, policy: Policy) -> tuple[str, ...]:
    """What a session with these people of the request needs of its team, sorted.

    No language is needed of the team where the organisation lends an interpreter for one the people speak.
    """
    people = tuple(groups)
    spoken = (languages_of(group, policy) for group in people if group.language)
    languages = {"language:" + "/".join(some) for some in spoken if not set(some) & set(request.interpreters)}
    kinds = {f"kind:{group.kind}" for group in people}
    return tuple(sorted({*languages, *kinds, f"kit:{request.service}", f"desks:{policy.desks}"}))


def team_can(team: Team, skill: str) -> bool:
    """Whether the team has this skill; ValueError for a word that is no skill (our bug)."""
    sort, _, what = skill.partition(":")
    if sort == "language":
        return not set(what.split("/")).isdisjoint(team.languages)
    if sort == "kit":
        return any(what == kit or what in KIT_ALSO_SERVES.get(kit, ()) for kit in team.kits)
    if sort == "desks":
        return int(what) <= team.desks
    if sort == "kind":
        return not team.kinds or what in team.kinds
    raise ValueError(f"no skill: {skill!r}")
