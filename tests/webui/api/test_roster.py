"""Programs keep teams, crews, kits, shifts and absences, as the pages do."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.webui.api.conftest import Program
from tests.webui.conftest import Cast

Make = Callable[..., Program]
TEAM = {"name_en": "Team 9", "base": "B1", "officers": 3, "desks": 2, "languages": ["zh", "Korean"]}
HOURS = {
    "starts": "08:30",
    "ends": "24:00",
    "rest": {"minutes": 45, "earliest": "11:30", "latest": "13:00"},
    "max_applicants": 60,
    "max_work_minutes": 540,
}


def test_a_team_is_added_and_changed(program: Make) -> None:
    one = program()
    made = one.ask("POST", "/teams", 201, {**TEAM, "id": "T9"})
    assert made.json is not None
    assert made.json["languages"] == ["zh", "ko"]
    one.ask("POST", "/teams", 409, {**TEAM, "id": "T9"})
    one.ask("POST", "/teams", 404, {**TEAM, "id": "T8", "base": "none"})
    answer = one.ask("PUT", "/teams/T9", 200, {**TEAM, "kinds": ["study"]}, If_Match=made.headers["ETag"])
    assert answer.json == one.get("/teams/T9")
    assert answer.json is not None
    assert answer.json["kinds"] == ["study"]
    one.ask("PUT", "/teams/T9", 412, TEAM, If_Match=made.headers["ETag"])
    wrong = one.ask("POST", "/teams", 400, {**TEAM, "id": "T7", "languages": ["Elvish"], "desks": 0}).json
    assert wrong is not None
    assert {one["where"] for one in wrong["mistakes"]} == {"languages.0", "desks"}


def test_a_crew_is_officers_only(program: Make, cast: Cast) -> None:
    one = program()
    assert [crew["officers"] for crew in one.get("/crews")["items"]] == [[], []]
    tag = one.ask("GET", "/teams/T1/officers").headers["ETag"]
    crew = one.ask("PUT", "/teams/T1/officers", 200, {"officers": [cast.eve.id]}, If_Match=tag).json
    assert crew == {"team": "T1", "officers": [cast.eve.id]}
    found = one.get("/crews")
    assert found["items"][0] == crew
    assert [person["id"] for person in found["officers"]] == [cast.eve.id]
    one.ask("PUT", "/teams/T1/officers", 412, {"officers": []}, If_Match=tag)
    one.ask("PUT", "/teams/T1/officers", 400, {"officers": [cast.ada.id]}, If_Match="*")
    one.ask("PUT", "/teams/none/officers", 404, {"officers": []}, If_Match="*")
    program("eve").get("/crews", 403)


def test_a_kit_goes_to_a_team_and_breaks(program: Make) -> None:
    one = program()
    made = one.ask("POST", "/kits", 201, {"id": "K9", "kind": "interview", "team": "T1"})
    broken = one.ask("PUT", "/kits/K9", 400, {"works": False}, If_Match=made.headers["ETag"]).json
    assert broken is not None
    assert [mistake["where"] for mistake in broken["mistakes"]] == ["why"]
    away = {"works": False, "remark": "no battery"}
    answer = one.ask("PUT", "/kits/K9", 200, away, If_Match=made.headers["ETag"]).json
    assert answer == {"id": "K9", "kind": "interview", "team": None, "works": False, "remark": "no battery"}
    assert answer in one.get("/kits")["items"]
    assert one.get("/kits/K9") == answer
    one.ask("POST", "/kits", 404, {"id": "K8", "kind": "interview", "team": "none"})
    one.ask("POST", "/kits", 400, {"id": "K8", "kind": "tent"})


def test_a_shift_is_given_changed_and_taken_out(program: Make) -> None:
    one = program()
    made = one.ask("POST", "/teams/T1/shifts", 201, {**HOURS, "date": "2026-09-14"})
    assert made.json == {**HOURS, "team": "T1", "date": "2026-09-14", "absence": ""}
    one.ask("POST", "/teams/T1/shifts", 409, {**HOURS, "date": "2026-09-14"})
    one.ask("POST", "/teams/none/shifts", 404, {**HOURS, "date": "2026-09-14"})
    at, tag = "/teams/T1/shifts/2026-09-14", made.headers["ETag"]
    changed = one.ask("PUT", at, 200, {"starts": "09:00", "ends": "17:00"}, If_Match=tag)
    assert changed.json is not None
    assert (changed.json["starts"], changed.json["rest"], changed.json["max_applicants"]) == ("09:00", None, None)
    one.ask("PUT", at, 412, HOURS, If_Match=tag)
    one.ask("PUT", "/teams/T1/shifts/2026-09-15", 404, HOURS, If_Match=tag)
    one.ask("POST", f"{at}/remove", 412, If_Match=tag)
    one.ask("POST", f"{at}/remove", If_Match=changed.headers["ETag"])
    one.get(at, 404)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"ends": "08:00"}, "ends"),
        ({"rest": {"minutes": 60, "earliest": "07:00", "latest": "13:00"}}, "break"),
        ({"max_applicants": 0}, "max_applicants"),
        ({"max_work_minutes": 0}, "max_work_minutes"),
        ({"starts": "25:00"}, "starts"),
    ],
)
def test_a_shift_that_cannot_be_is_bad_input(program: Make, wrong: dict[str, Any], where: str) -> None:
    answer = program().ask("POST", "/teams/T1/shifts", 400, {**HOURS, "date": "2026-09-14", **wrong}).json
    assert answer is not None
    assert [one["where"] for one in answer["mistakes"]] == [where]


def test_shifts_are_filled_and_excused_for_a_span(program: Make) -> None:
    one = program()
    # 7 to 11 September are taken; the week from Monday the 14th has five working days: 2 teams × 5
    asked = {**HOURS, "teams": ["T1", "T2"], "first": "2026-09-07", "last": "2026-09-18"}
    assert one.ask("POST", "/shifts/fill", 200, asked).json == {"shifts": 10}
    assert one.ask("POST", "/shifts/fill", 200, asked).json == {"shifts": 0}
    away = {"first": "2026-09-14", "last": "2026-09-15", "why": "training"}
    assert one.ask("POST", "/teams/T1/absences", 200, away).json == {"shifts": 2}
    found = one.get("/shifts?first=2026-09-14&last=2026-09-15")["items"]
    assert [(shift["date"], shift["team"], shift["absence"]) for shift in found] == [
        ("2026-09-14", "T1", "training"),
        ("2026-09-14", "T2", ""),
        ("2026-09-15", "T1", "training"),
        ("2026-09-15", "T2", ""),
    ]
    one.ask("POST", "/teams/T1/absences", 409, {**away, "first": "2026-10-05", "last": "2026-10-06"})
    one.ask("POST", "/teams/T1/absences", 400, {**away, "why": ""})
    one.ask("POST", "/shifts/fill", 400, {**asked, "first": "2099-01-01", "last": "2099-01-02"})  # no calendar yet
    one.get("/shifts?first=2026-09-14&last=2026-09-13", 400)
    one.get("/shifts?first=2026-01-01&last=2026-12-31", 400)
    one.get("/shifts", 400)
    program("eve").get("/shifts?first=2026-09-14&last=2026-09-15")
    program("eve").ask("POST", "/shifts/fill", 403, asked)
