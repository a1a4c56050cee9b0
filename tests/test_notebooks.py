"""Every notebook runs from top to bottom, says what its text claims, and is committed without outputs."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
SAYS = {
    "quick_start": ("() 32 True", "Visits served              32 of 32"),
    "eligibility_and_clocks": (
        "94 of 95 requests are eligible",
        "R070 too_few_foreigners",
        "2026-09-11 2026-10-03 2026-09-30",
        "2018-05-16",
        "Sat 10 Oct 2026",
        "R086 6 2026-09-04",
    ),
    "batches_and_prices": ("8850 [2250 2250 4350]", "9000 9000 ()"),
    "why_left_out": ("V1 no_team_has_skill", "V3 no_room_shift", "that adds 40 minutes of driving"),
}
"""What each notebook prints, so that its text stays true."""


def cells(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]


def test_each_notebook_says_what_it_shows() -> None:
    assert {path.stem for path in NOTEBOOKS} == set(SAYS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_committed_without_outputs(path: Path) -> None:
    assert [cell for cell in cells(path) if cell["outputs"] or cell["execution_count"]] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_holds_no_logic_of_its_own(path: Path) -> None:
    source = "\n".join("".join(cell["source"]) for cell in cells(path))
    assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.ClassDef)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_top_to_bottom(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for cell in cells(path):
        exec(compile("".join(cell["source"]), str(path), "exec"), names)  # noqa: S102
    said = capsys.readouterr().out
    assert [text for text in SAYS[path.stem] if text not in said] == []
