"""Legs kept on disk."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from planner.model import Place
from planner.travel import cache
from planner.travel.cache import cached_legs, key
from tests.planner.travel.test_providers import Fake

PLACES = [Place(29.5, 106.5), Place(29.6, 106.6)]
NONE: frozenset[str] = frozenset()


@dataclass
class Versioned(Fake):
    made: str = "1"

    def version(self) -> str:
        return self.made


def test_the_key_changes_with_provider_version_places_and_closed_roads() -> None:
    one = Versioned([[0, 1], [1, 0]])
    others = [
        key(Versioned([], name="osrm"), PLACES, NONE),
        key(Versioned([], made="2"), PLACES, NONE),
        key(one, PLACES[::-1], NONE),
        key(one, PLACES, frozenset(["大桥"])),
        key(one, PLACES[:1], NONE),
    ]
    assert key(one, PLACES, NONE) == key(Versioned([]), list(PLACES), NONE)
    assert len({key(one, PLACES, NONE), *others}) == 6


@pytest.mark.parametrize("broken", [b"", b"PK half a file", b"x" * 1000])
def test_a_file_that_is_no_longer_whole_is_made_anew(tmp_path: Path, broken: bytes) -> None:
    fake = Fake([[0, 1], [1, 0]])
    cached_legs(fake, PLACES, NONE, tmp_path)
    (path,) = tmp_path.glob("*.npz")
    path.write_bytes(broken)
    assert cached_legs(fake, PLACES, NONE, tmp_path).seconds.tolist() == [[0, 1], [1, 0]]
    assert len(fake.asked) == 2
    assert cached_legs(fake, PLACES, NONE, tmp_path).warnings == fake.legs(PLACES).warnings
    assert len(fake.asked) == 3  # the direct call above only


def test_the_least_recently_used_matrices_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "KEPT", 2)
    for number in range(4):
        cached_legs(Versioned([[0, 1], [1, 0]], made=str(number)), PLACES, NONE, tmp_path)
        for age, path in enumerate(sorted(tmp_path.glob("*.npz"), key=lambda one: one.stat().st_mtime_ns)):
            os.utime(path, ns=(age, age))
    assert {path.stem for path in tmp_path.iterdir()} == {
        key(Versioned([], made=number), PLACES, NONE) for number in ("2", "3")
    }


def test_without_a_folder_nothing_is_kept() -> None:
    fake = Fake([[0, 1], [1, 0]])
    for _ in range(2):
        cached_legs(fake, PLACES, NONE, None)
    assert len(fake.asked) == 2
