"""Legs kept on disk, so that a second plan of the same places does no travel work.

The key is a digest of the provider's name and data version (which covers its vehicle profile), of all
places and of the closed roads. Kept are off-peak legs; the profile of the day and the corrections of staff
are applied afterwards, so changing those never makes a kept leg wrong.
"""

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from planner.model import Place
from planner.reasons import Reason
from planner.travel.ways import Legs, Provider, degrees

KEPT = 200
"""Matrices kept; the least recently used go first."""
FORMAT = "legs/1"


def cached_legs(provider: Provider, places: Sequence[Place], closed: frozenset[str], folder: Path | None) -> Legs:
    """The provider's legs, from `folder` where they are known. None: no cache. Raises Unavailable."""
    if folder is None:
        return provider.legs(places, closed)
    path = folder / f"{key(provider, places, closed)}.npz"
    kept = _read(path, len(places))
    if kept is not None:
        return kept
    legs = provider.legs(places, closed)
    _write(path, legs)
    return legs


def key(provider: Provider, places: Sequence[Place], closed: frozenset[str]) -> str:
    """Hexadecimal digest of everything the legs depend on."""
    digest = hashlib.sha256(json.dumps([FORMAT, provider.name, provider.version(), sorted(closed)]).encode())
    digest.update(degrees(places).tobytes())
    return digest.hexdigest()[:32]


def _read(path: Path, places: int) -> Legs | None:
    """What is kept at `path`; None where nothing is, or something that is no longer whole."""
    try:
        with np.load(path, allow_pickle=False) as data:
            seconds, metres = data["seconds"], data["metres"]
            warnings = json.loads(str(data["warnings"]))
    except FileNotFoundError:
        return None
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile):
        path.unlink(missing_ok=True)
        return None
    if seconds.shape != (places, places) or metres.shape != (places, places):
        path.unlink(missing_ok=True)
        return None
    os.utime(path)
    return Legs(seconds, metres, tuple(Reason(code, tuple((k, v) for k, v in facts)) for code, facts in warnings))


def _write(path: Path, legs: Legs) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    warnings = json.dumps([[one.code, one.facts] for one in legs.warnings])
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as draft:
        np.savez_compressed(draft, seconds=legs.seconds, metres=legs.metres, warnings=np.array(warnings))
    Path(draft.name).replace(path)
    kept = sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime_ns)
    for old in kept[:-KEPT]:
        old.unlink(missing_ok=True)
