"""Uploaded files that attack: each is refused with words that help, quickly and in little memory."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.planner.io.a_folder import a_folder
from tests.planner.io.hostile import HOSTILE

SECONDS = 2.0
MEGABYTES = 200
READER = Path(__file__).with_name("read_hostile.py")
ROOT = Path(__file__).parents[3]


def measured(folder: Path, warm: Path, ballast_megabytes: int = 0, *more: str) -> dict[str, Any]:
    """What a fresh process says about reading `folder`: seconds, megabytes, count and texts of mistakes."""
    command = [sys.executable, "-m", "tests.planner.io.read_hostile", str(folder), str(warm), str(ballast_megabytes)]
    command += more
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_there_are_enough_kinds_of_attack() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_two_seconds_and_200_megabytes(name: str, tmp_path: Path) -> None:
    write, words = HOSTILE[name]
    folder = a_folder(tmp_path / "given", sites=None)
    write(folder)
    told = measured(folder, a_folder(tmp_path / "warm"))
    assert any(re.search(words, text) for text in told["found"]), told
    assert told["megabytes"] < MEGABYTES
    assert told["seconds"] < SECONDS


def test_the_meter_sees_memory_that_is_really_used(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "given")
    told = measured(folder, folder, ballast_megabytes=300)
    assert told["count"] == 0
    assert 300 <= told["megabytes"] < 330


@pytest.mark.parametrize("name", ["200 MB of spaces", "a million rows"])
def test_without_the_guard_the_limits_would_not_hold(name: str, tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "given", sites=None)
    HOSTILE[name][0](folder)
    told = measured(folder, a_folder(tmp_path / "warm"), 0, "unguarded")
    assert told["megabytes"] > MEGABYTES or told["seconds"] > SECONDS


def test_several_hostile_files_are_all_named_at_once(tmp_path: Path) -> None:
    folder = a_folder(tmp_path / "given", sites=None, teams="id\0")
    HOSTILE["billion laughs"][0](folder)
    told = measured(folder, a_folder(tmp_path / "warm"))
    assert sorted(text.split(":")[0] for text in set(told["found"])) == ["sites.xlsx", "teams.csv"]
