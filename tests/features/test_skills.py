"""A team makes a visit only with the languages it needs."""

from pathlib import Path

from tests.features.office import WEEK, groups, out, planned, requests, shifts, stops, teams

KOREAN = groups("R1,11,ko,2026-08-25")


def test_the_team_that_speaks_korean_goes(tmp_path: Path) -> None:
    dossier = planned(tmp_path, teams=teams("T1,zh;en", "T2,zh;ko"), shifts=shifts(("T1", "T2")), groups=KOREAN)
    assert stops(dossier)["R1-1"][0].team == "T2"


def test_without_a_team_that_does_nobody_goes_and_the_plan_says_why(tmp_path: Path) -> None:
    dossier = planned(tmp_path, groups=KOREAN)
    assert out(dossier) == {"R1-1": ("no_team_has_skill",)}
    [reason] = dossier.facts.reasons["R1-1"]
    assert "语言" in reason.sentence("zh") and "ko" in reason.sentence("zh")
    assert "language ko" in reason.sentence("en")


def test_an_interpreter_of_the_school_lets_any_team_go(tmp_path: Path) -> None:
    lends = "id,site_id,service,received,interpreters\nR1,S1,acceptance,2026-09-01,ko\n"
    assert stops(planned(tmp_path, requests=lends, groups=KOREAN))["R1-1"][0].team == "T1"


def test_people_who_also_speak_english_do_not_need_the_korean_team(tmp_path: Path) -> None:
    also = "request_id,kind,task,count,language,also_languages,event_date\nR1,study,first,11,ko,en,2026-08-25\n"
    assert stops(planned(tmp_path, groups=also))["R1-1"][0].team == "T1"


def test_the_one_team_that_can_is_kept_for_those_who_need_it(tmp_path: Path) -> None:
    """On Monday alone, a session each: T2 is the only one for Korean, so T1 takes the English one."""
    day = WEEK[0]
    dossier = planned(
        tmp_path,
        teams=teams("T1,zh;en", "T2,zh;en;ko"),
        shifts=shifts(("T1", "T2"), (day,), ",,,30,"),
        requests=requests(f"R1,{day},", f"R2,{day},"),
        groups=groups("R1,24,en,2026-08-25", "R2,24,ko,2026-08-25"),
    )
    assert {visit: route.team for visit, (route, _) in stops(dossier).items()} == {"R1-1": "T1", "R2-1": "T2"}
