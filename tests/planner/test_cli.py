"""The command line: exit codes, JSON, both languages, bad input told at once."""

import io
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
from click.testing import CliRunner, Result

from planner.cli import doorstep
from planner.problem import problem_to_json
from planner.terminal import stopping
from tests.bench.problems import division_problem
from tests.planner.tiny import tiny_problem

Call = Callable[..., Result]


@pytest.fixture
def call() -> Call:
    return lambda *words: CliRunner().invoke(doorstep, list(map(str, words)))


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_text(problem_to_json(tiny_problem(7)), "utf-8")
    return path


def test_solves_checks_and_explains_a_problem(call: Call, problem: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    solved = call("solve", problem, "--effort", "quick", "--out", plan, "--json")
    assert solved.exit_code == 0, solved.output
    facts = json.loads(solved.stdout)
    assert facts["breaches"] == [] and facts["lower_bound"] <= facts["cost"]
    checked = call("check", problem, plan, "--json")
    assert checked.exit_code == 0
    assert json.loads(checked.stdout)["cost"] == facts["cost"]
    visit = json.loads(plan.read_text("utf-8"))["routes"][0]["stops"][0]["visit"]
    for lang in ("zh", "en"):
        assert visit in call("explain", problem, plan, visit, "--lang", lang).stdout


def test_a_plan_that_breaks_a_rule_ends_with_1_and_says_which(call: Call, problem: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    call("solve", problem, "--effort", "quick", "--out", plan)
    content = json.loads(plan.read_text("utf-8"))
    content["cost"] += 1
    plan.write_text(json.dumps(content), "utf-8")
    checked = call("check", problem, plan, "--lang", "en")
    assert checked.exit_code == 1
    assert "cost" in checked.stdout


def test_bad_json_ends_with_2_and_names_every_place(call: Call, problem: Path, tmp_path: Path) -> None:
    content = json.loads(problem.read_text("utf-8"))
    content["teams"][0]["shiftz"] = content["teams"][0].pop("shifts")
    content["visits"][0]["applicants"] = -1
    problem.write_text(json.dumps(content), "utf-8")
    solved = call("solve", problem, "--out", tmp_path / "plan.json", "--lang", "en")
    assert solved.exit_code == 2
    assert "shiftz" in solved.stderr and "visits[0]" in solved.stderr
    assert not (tmp_path / "plan.json").exists()


def test_plans_a_folder_and_writes_every_output(call: Call, tmp_path: Path) -> None:
    inputs, out = tmp_path / "in", tmp_path / "out"
    assert call("sample", "quiet", inputs).exit_code == 0
    planned = call("plan", inputs, "--effort", "quick", "--today", "2026-11-06", "--out", out, "--json")
    assert planned.exit_code == 0, planned.output
    assert json.loads(planned.stdout)["visits_out"] == 0
    names = {path.name for path in out.iterdir()}
    assert names == {
        *("problem.json", "plan.json", "facts.json", "summary.json", "map.html"),
        *("sheets", "calendar", "tables"),
    }
    assert call("map", out, "--lang", "zh").exit_code == 0
    assert 'href="sheets/' in (out / "map.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("horizon", "told"),
    [
        ("next week", "FROM..TO"),
        ("2026-09-18..2026-09-07", "ends before"),
        ("2026-09-12..2026-09-13", "no working day"),
    ],
)
def test_a_horizon_that_cannot_be_is_told(call: Call, tmp_path: Path, horizon: str, told: str) -> None:
    call("sample", "quiet", tmp_path / "in")
    planned = call("plan", tmp_path / "in", "--horizon", horizon, "--out", tmp_path / "out", "--lang", "en")
    assert planned.exit_code == 2
    assert told in planned.stderr


def test_wrong_cells_are_all_told_and_given_back_to_correct(call: Call, tmp_path: Path) -> None:
    call("sample", "quiet", tmp_path)
    teams = tmp_path / "teams.csv"
    lines = teams.read_text("utf-8-sig").splitlines()
    broken = [lines[0], *(line.replace(",2,", ",two,") for line in lines[1:])]
    teams.write_text("\n".join(broken), "utf-8")
    read = call("import", tmp_path, "--lang", "en")
    assert read.exit_code == 2
    assert read.stderr.count("'two'") >= 2
    assert (tmp_path / "failed-rows.xlsx").exists()


class Busy(io.StringIO):
    """A stream in the middle of being written: a signal's second write is refused, as by one with a buffer."""

    def write(self, _: str) -> int:
        raise RuntimeError("reentrant call")


def test_a_signal_that_comes_while_progress_is_written_only_asks(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with stopping("en") as stop:
        monkeypatch.setattr(sys, "stderr", Busy())
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
    assert "the best plan so far is kept" in capfd.readouterr().err


def test_sigterm_ends_a_run_with_its_best_plan(tmp_path: Path) -> None:
    given, made = tmp_path / "problem.json", tmp_path / "plan.json"
    given.write_text(problem_to_json(division_problem("september", 80, 4, 10, 1)), "utf-8")
    command = [sys.executable, "-m", "planner.cli", "solve", str(given), "--seconds", "300", "--out", str(made)]
    with Popen([*command, "--json", "--lang", "en"], stdout=PIPE, stderr=PIPE, text=True) as run:
        assert run.stderr is not None
        assert "cost" in run.stderr.readline()  # it has a plan
        run.send_signal(signal.SIGTERM)
        out, said = run.communicate(timeout=60)
    assert run.returncode == 0, said
    assert "the best plan so far is kept" in said
    facts = json.loads(out)
    assert facts["breaches"] == [] and facts["served"] > 0
    assert json.loads(made.read_text("utf-8"))["cost"] == facts["cost"]
