"""What a session needs of its team, and which team has it."""

from datetime import date

import pytest

from planner.model import Group, Kind, Request, Service, Team
from planner.policy import Policy
from planner.skills import languages_of, needed_skills, team_can

ENTRY = date(2026, 9, 7)


def group(language: str, also: tuple[str, ...] = (), kind: Kind = "study") -> Group:
    return Group(kind, "first", 3, language, ENTRY, also)


def request(*groups: Group, service: Service = "acceptance", interpreters: tuple[str, ...] = ()) -> Request:
    return Request("R1", "S1", service, ENTRY, groups, interpreters=interpreters)


def test_a_session_needs_each_language_its_kinds_its_kit_and_desks() -> None:
    asked = request(group("ko"), group("en", kind="work"), group("ko"))
    assert needed_skills(asked.groups, asked, Policy()) == (
        "desks:2",
        "kind:study",
        "kind:work",
        "kit:acceptance",
        "language:en",
        "language:ko",
    )


def test_an_interview_needs_the_interview_kit_only() -> None:
    asked = request(group("ko"), service="interview")
    assert "kit:interview" in needed_skills(asked.groups, asked, Policy())
    assert "kit:acceptance" not in needed_skills(asked.groups, asked, Policy())


def test_languages_that_serve_as_well_stand_behind_the_need_in_order_of_name() -> None:
    policy = Policy(language_substitutes=(("th", ("en",)),))
    people = group("th", also=("zh", "th"))
    assert languages_of(people, policy) == ("th", "en", "zh")
    assert "language:th/en/zh" in needed_skills([people], request(people), policy)


@pytest.mark.parametrize("lent", ["th", "en"])
def test_a_lent_interpreter_takes_the_language_from_the_team(lent: str) -> None:
    people = group("th", also=("en",))
    skills = needed_skills([people], request(people, interpreters=(lent,)), Policy())
    assert not [skill for skill in skills if skill.startswith("language:")]


def test_an_interpreter_for_another_language_changes_nothing() -> None:
    people = group("th")
    assert "language:th" in needed_skills([people], request(people, interpreters=("ru",)), Policy())


def test_people_without_a_stated_language_need_none() -> None:
    people = group("")
    assert not [skill for skill in needed_skills([people], request(people), Policy()) if "language" in skill]


def team(
    languages: tuple[str, ...] = ("zh",),
    kinds: tuple[Kind, ...] = (),
    kits: tuple[str, ...] = ("acceptance",),
) -> Team:
    return Team("T1", "一组", "Team 1", "B1", 3, 2, languages, kinds, kits)


@pytest.mark.parametrize(
    ("who", "skill", "can"),
    [
        (team(("zh", "en")), "language:en", True),
        (team(("zh", "en")), "language:ko", False),
        (team(("zh", "en")), "language:th/en", True),
        (team(("zh",)), "language:th/en", False),
        (team(), "desks:2", True),
        (team(), "desks:3", False),
        (team(), "kit:acceptance", True),
        (team(), "kit:interview", True),  # who can accept can interview
        (team(kits=("interview",)), "kit:interview", True),
        (team(kits=("interview",)), "kit:acceptance", False),
        (team(), "kind:journalist", True),  # no kinds listed: all
        (team(kinds=("study",)), "kind:journalist", False),
        (team(kinds=("study",)), "kind:study", True),
    ],
)
def test_a_team_can_what_its_languages_desks_kits_and_kinds_say(who: Team, skill: str, can: bool) -> None:
    assert team_can(who, skill) is can


def test_a_word_that_is_no_skill_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="magic"):
        team_can(team(), "magic:1")
