"""The sheets officers carry: what stands on them, and that one is one page of A4."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from planner.dossier import Dossier
from planner.errors import Language
from planner.report.sheets import sheet, sheet_file, sheets
from tests.planner.report.a_dossier import HOSTILE, MONDAY, TUESDAY, a_dossier, a_route, an_empty_dossier

CHROMIUM = os.environ.get("DOORSTEP_CHROMIUM") or shutil.which("chromium") or ""


def a_full_day() -> Dossier:
    """Eight stops for one team: the longest names, a return among them."""
    dossier = a_dossier()
    route = a_route(dossier.problem, "T1", MONDAY, ("V02", "V06", "V01", "V04", "V07", "V08", "V12", "V11"))
    return replace(dossier, plan=replace(dossier.plan, routes=(route,)))


def a_crowded_day() -> Dossier:
    """Eight stops, each with four groups of people and a long address."""
    full = a_full_day()
    sites = tuple(
        replace(site, address=f"{site.address}(概略位置,误差约5000米,请从东门进入并联系保安)")
        for site in full.facts.inputs.sites
    )
    requests = tuple(
        replace(one, contact="国际学生事务办公室 / International Students Office, 023-0000-0054")
        for one in full.facts.inputs.requests
    )
    visits = tuple(replace(visit, groups=visit.groups * 4) for visit in full.facts.visits)
    inputs = replace(full.facts.inputs, sites=sites, requests=requests)
    return replace(full, facts=replace(full.facts, inputs=inputs, visits=visits))


def test_a_sheet_tells_where_to_be_when() -> None:
    page = _text(sheet(a_dossier(), "T1", MONDAY, "zh"))
    for words in (
        "第一警组", "2026年9月7日 周一", "出入境管理局(黄龙路)", "出发 08:41", "休息 12:23–13:23", "警员3名",
        "受理设备箱",
        "A1", "到达 09:00", "09:00–10:33", "重庆大学(A校区)", "沙坪坝区沙正街174号", "留学生办公室 023-6510 2345",
        "12人 学习·居留许可延期·韩语", "最紧法定期限 9月20日 周日", "收取(本)", "警员签名", "单位签名", "备注",
    ):  # fmt: skip
        assert words in page, words


def test_a_return_counts_passports_out_and_in_with_two_signatures() -> None:
    page = _text(sheet(a_dossier(), "T2", TUESDAY, "zh"))
    for words in ("送证", "应送还 13 本", "出库清点", "交付清点", "封装护照13本"):
        assert words in page, words


def test_an_interview_takes_no_passports() -> None:
    page = _text(sheet(a_dossier(), "T3", MONDAY, "en"))
    assert "no passports taken" in page
    assert "interview list" in page


def test_a_sheet_is_in_one_language_with_the_chinese_name_beside_the_english() -> None:
    page = _text(sheet(a_dossier(), "T1", MONDAY, "en"))
    assert "Chongqing University (Campus A) 重庆大学(A校区)" in page
    assert "留学生办公室" in page  # as the organisation gave it
    assert "备注" not in page
    assert "Remarks" in page


def test_a_team_that_stays_in_has_a_sheet_that_says_so() -> None:
    assert "当日没有外出安排。" in sheet(an_empty_dossier(), "T1", MONDAY, "zh")


def test_an_unknown_team_is_an_error() -> None:
    with pytest.raises(KeyError):
        sheet(a_dossier(), "T9", MONDAY, "zh")


def test_names_stay_text() -> None:
    page = sheet(a_dossier(hostile=True), "T1", MONDAY, "zh")
    assert HOSTILE not in page
    assert "<img" not in page
    assert "</script>" not in page
    assert "62615533" not in page


def test_all_sheets_are_written_with_an_index_under_names_of_our_own(tmp_path: Path) -> None:
    dossier = a_dossier()
    teams = (replace(dossier.facts.inputs.teams[0], id="../../T1"), *dossier.facts.inputs.teams[1:])
    assert sheet_file(dossier, "T2", MONDAY) == "2026-09-07_B.html"
    assert sheet_file(_with_teams(dossier, teams), "../../T1", MONDAY) == "2026-09-07_A.html"
    written = sheets(dossier, tmp_path / "sheets", "zh")
    assert [path.name for path in written] == [
        "index.html", "2026-09-07_A.html", "2026-09-07_B.html", "2026-09-07_C.html",
        "2026-09-08_A.html", "2026-09-08_B.html", "2026-09-08_C.html",
    ]  # fmt: skip
    index = written[0].read_text("utf-8")
    assert all(f'href="{path.name}"' in index for path in written[1:])


def test_an_index_without_sheets_says_so(tmp_path: Path) -> None:
    (index,) = sheets(an_empty_dossier(), tmp_path, "en")
    assert "This plan has no outings." in index.read_text("utf-8")


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="needs pdfinfo (poppler-utils)")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("day", [a_full_day, a_crowded_day])
def test_eight_stops_fit_on_one_page_of_a4(tmp_path: Path, language: Language, day: Callable[[], Dossier]) -> None:
    if not CHROMIUM:
        pytest.skip("needs Chromium")
    page, paper = tmp_path / "sheet.html", tmp_path / "sheet.pdf"
    page.write_text(sheet(day(), "T1", MONDAY, language), "utf-8")
    subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={tmp_path / 'profile'}", f"--print-to-pdf={paper}", page.as_uri()],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    about = subprocess.run(["pdfinfo", str(paper)], check=True, capture_output=True, text=True).stdout
    assert re.search(r"^Pages:\s+1$", about, re.M), about
    size = re.search(r"^Page size:\s+([\d.]+) x ([\d.]+)", about, re.M)
    assert size
    assert (round(float(size[1])), round(float(size[2]))) == (595, 842)


def _with_teams(dossier: Dossier, teams: tuple[object, ...]) -> Dossier:
    inputs = replace(dossier.facts.inputs, teams=teams)  # type: ignore[arg-type]
    return replace(dossier, facts=replace(dossier.facts, inputs=inputs))


def _text(page: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
