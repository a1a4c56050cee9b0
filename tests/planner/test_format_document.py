"""The examples of docs/format.md do what the page says."""

import json
import re
from pathlib import Path

import pytest

from planner.check import check
from planner.errors import BadInput
from planner.explain import explain
from planner.problem import Plan, Problem, plan_from_json, problem_from_json
from tests.planner.tiny import brute_force

PAGE = (Path(__file__).parents[2] / "docs" / "format.md").read_text("utf-8")
BLOCKS = re.findall(r"```(json|text)\n(.*?)```", PAGE, re.DOTALL)
PROBLEM, LATE_BREAK, LAWFUL = [text for kind, text in BLOCKS if kind == "json"]
BREACHES, MISTAKES = [text for kind, text in BLOCKS if kind == "text"]


def posed() -> tuple[Problem, Plan, Plan]:
    return problem_from_json(PROBLEM), plan_from_json(LATE_BREAK), plan_from_json(LAWFUL)


def test_the_first_plan_breaks_the_rule_the_page_names_and_no_other() -> None:
    problem, late, _ = posed()
    found = check(problem, late)
    assert "".join(f"{one.where}: {one.sentence('en')}\n" for one in found.breaches) == BREACHES
    assert found.cost == late.cost


def test_the_second_plan_is_lawful_and_nothing_is_cheaper() -> None:
    problem, _, lawful = posed()
    assert check(problem, lawful).breaches == ()
    assert brute_force(problem)[0] == lawful.cost == lawful.lower_bound


def test_the_reason_of_the_visit_left_out_is_the_one_written_down() -> None:
    problem, _, lawful = posed()
    reasons = explain(problem, lawful)
    assert {one.visit: one.reasons for one in lawful.unserved} == {
        name: tuple(reason.code for reason in found) for name, found in reasons.items()
    }


def test_the_mistakes_are_reported_in_the_words_of_the_page() -> None:
    table = json.loads(PROBLEM)
    window = table["visits"][1]["windows"][0]
    window["lates"] = window.pop("latest")
    table["teams"][0]["shifts"][0]["start"] = True
    table["travel"]["seconds"][2].pop()
    with pytest.raises(BadInput) as caught:
        problem_from_json(json.dumps(table), "problem.json")
    assert sorted(one.sentence("en") for one in caught.value.mistakes) == sorted(MISTAKES.splitlines())
