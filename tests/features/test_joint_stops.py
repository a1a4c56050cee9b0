"""Many applicants at one school: several teams come at once and begin together."""

from pathlib import Path

from tests.features.office import groups, out, planned, shifts, stops, teams

BIG = "id,name_zh,name_en,kind,district,foreigners\nO1,嘉陵大学,Jialing University,university,沙坪坝区,400\n"


def test_160_students_are_met_by_three_teams_at_the_same_hour(tmp_path: Path) -> None:
    """A session holds 60 at most, so 160 are three sessions of 54, 53 and 53."""
    crew = teams("T1,zh;en", "T2,zh;en", "T3,zh;en")
    dossier = planned(
        tmp_path, organisations=BIG, teams=crew, shifts=shifts(("T1", "T2", "T3")), groups=groups("R1,160")
    )
    made = stops(dossier)
    assert sorted(made) == ["R1-1", "R1-2", "R1-3"]
    assert len({(route.date, stop.start) for route, stop in made.values()}) == 1
    assert {route.team for route, _ in made.values()} == {"T1", "T2", "T3"}
    assert sum(visit.applicants for visit in dossier.facts.visits) == 160
    assert len({visit.joint for visit in dossier.facts.visits}) == 1 and dossier.facts.visits[0].joint


def test_one_team_alone_meets_them_on_three_days(tmp_path: Path) -> None:
    dossier = planned(tmp_path, organisations=BIG, groups=groups("R1,160"))
    assert out(dossier) == {}
    assert len({route.date for route, _ in stops(dossier).values()}) == 3
    assert {visit.joint for visit in dossier.facts.visits} == {""}


def test_50_students_are_one_session_of_one_team(tmp_path: Path) -> None:
    """30 + 50 × 8 / 2 + 15 = 245 minutes, and an afternoon has 270."""
    crew = teams("T1,zh;en", "T2,zh;en")
    dossier = planned(tmp_path, organisations=BIG, teams=crew, shifts=shifts(("T1", "T2")), groups=groups("R1,50"))
    assert list(stops(dossier)) == ["R1-1"]
