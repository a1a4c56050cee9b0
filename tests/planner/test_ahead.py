"""Compiling ahead: the second process compiles for the very types that plans use, is waited for, and is ended."""

import logging
import subprocess
import sys
import time
from pathlib import Path

import pytest

from planner import ahead
from planner.batches.arrays import Arrays, arrays_of
from tests.planner.tiny import tiny_problem

ROOT = Path(__file__).parents[2]
SAME_TYPES = """
from planner.ahead import compile_rest
from planner.batches.kernel import batch_cost
from planner.batches.labels import batch_of
from planner.batches.pricing import completion, grain_of, least_ahead, price
from planner.batches.ruin import ruin
from planner.optimise import optimise
from tests.bench.problems import division_problem

compile_rest()
functions = (ruin, grain_of, completion, least_ahead, price, batch_of, batch_cost)
assert [len(one.signatures) for one in functions] == [1] * 7, "compile_rest left one out"
optimise(division_problem("september", 12, 2, 3, 1), effort="quick")
assert [len(one.signatures) for one in functions] == [1] * 7, "plans call with other types"
"""


@pytest.fixture
def p() -> Arrays:
    return arrays_of(tiny_problem(1))[0]


def sleeper(seconds: float, ends_with: int = 0) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({seconds}); exit({ends_with})"])


def test_compiles_what_plans_call_with_the_types_of_plans() -> None:
    subprocess.run([sys.executable, "-c", SAME_TYPES], cwd=ROOT, check=True)


def test_the_second_process_does_its_work() -> None:
    process = ahead._started()
    assert process is not None
    assert process.wait() == 0


def test_nothing_is_started_where_all_is_compiled(p: Arrays, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead._is_compiled(p)
    monkeypatch.setattr(ahead, "_started", lambda: pytest.fail("started a process"))
    with ahead.compiled_ahead(p, lambda: True):
        pass


def test_leaving_waits(p: Arrays, monkeypatch: pytest.MonkeyPatch) -> None:
    process = sleeper(0.5)
    monkeypatch.setattr(ahead, "_is_compiled", lambda _: False)
    monkeypatch.setattr(ahead, "_started", lambda: process)
    with ahead.compiled_ahead(p, lambda: True):
        assert process.poll() is None
    assert process.returncode == 0


@pytest.mark.parametrize("raises", [False, True])
def test_a_plan_that_is_not_wanted_ends_it(raises: bool, p: Arrays, monkeypatch: pytest.MonkeyPatch) -> None:
    process = sleeper(60)
    monkeypatch.setattr(ahead, "_is_compiled", lambda _: False)
    monkeypatch.setattr(ahead, "_started", lambda: process)
    began = time.monotonic()
    try:
        with ahead.compiled_ahead(p, lambda: False):
            if raises:
                raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert raises
    assert process.returncode is not None
    assert time.monotonic() - began < 5


def test_a_failure_is_told_and_the_plan_goes_on(
    p: Arrays, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ahead, "_is_compiled", lambda _: False)
    monkeypatch.setattr(ahead, "_started", lambda: sleeper(0, ends_with=3))
    with ahead.compiled_ahead(p, lambda: True):
        pass
    assert "ends with 3" in caplog.text


def test_a_system_without_processes_compiles_alone(
    p: Arrays, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    caplog.set_level(logging.INFO)
    monkeypatch.setattr(ahead, "_is_compiled", lambda _: False)
    monkeypatch.setattr(subprocess, "Popen", refused)
    with ahead.compiled_ahead(p, lambda: True):
        pass
    assert "no more processes" in caplog.text
