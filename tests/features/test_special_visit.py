"""Ten foreigners are too few, except where somebody approved an exception and said why."""

from pathlib import Path

from tests.features.office import groups, planned, refused, stops

APPROVED = "request_id,reason,approved_by,approved_on\nR1,院士家属,Supervisor B,2026-09-02\n"


def organisations(foreigners: int) -> str:
    head = "id,name_zh,name_en,kind,district,foreigners"
    return f"{head}\nO1,嘉陵大学,Jialing University,university,沙坪坝区,{foreigners}\n"


def test_ten_are_too_few_and_eleven_are_enough(tmp_path: Path) -> None:
    ten = planned(tmp_path / "ten", organisations=organisations(10), groups=groups("R1,1"))
    assert refused(ten) == {"R1": ("too_few_foreigners",)}
    assert stops(ten) == {}
    eleven = planned(tmp_path / "eleven", organisations=organisations(11), groups=groups("R1,1"))
    assert list(stops(eleven)) == ["R1-1"]


def test_an_approved_exception_is_visited_and_says_who_approved_it(tmp_path: Path) -> None:
    dossier = planned(tmp_path, organisations=organisations(1), groups=groups("R1,1"), special_visits=APPROVED)
    assert list(stops(dossier)) == ["R1-1"]
    [remark] = dossier.facts.remarks
    [reason] = remark.reasons
    assert reason.code == "special_visit"
    assert "Supervisor B" in reason.sentence("en") and "院士家属" in reason.sentence("zh")


def test_an_exception_that_is_approved_after_today_does_not_count_yet(tmp_path: Path) -> None:
    later = APPROVED.replace("2026-09-02", "2026-09-05")
    dossier = planned(tmp_path, organisations=organisations(1), groups=groups("R1,1"), special_visits=later)
    assert "special_visit_not_yet" in refused(dossier)["R1"]
