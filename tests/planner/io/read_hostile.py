"""Reads a folder in a process of its own and prints seconds, megabytes of growth, and what was said.

Seconds are those of the processor: reading waits for nothing, and other processes do not count.
"""

import io
import json
import resource
import sys
import time
from pathlib import Path

from planner.errors import BadInput
from planner.io import sheets
from planner.io.tables import read_inputs

STATUS = Path("/proc/self/status")
SHOWN = 40


def peak_megabytes() -> float:
    """The most memory this process ever held.

    Linux counts the parent's peak into ru_maxrss of a child, so there the process's own high-water mark is read.
    """
    if STATUS.exists():
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


def measure(folder: Path, warm: Path, ballast_megabytes: int) -> dict[str, object]:
    """Reads `warm`, so that libraries are loaded, then `folder`, and tells of the second; ballast tests the meter."""
    read_inputs(warm)
    before = peak_megabytes()
    start = time.process_time()
    ballast = b"x" * (ballast_megabytes * 1024 * 1024)
    found: list[str] = []
    try:
        read_inputs(folder)
    except BadInput as error:
        found = [mistake.sentence("en") for mistake in error.mistakes]
    seconds = time.process_time() - start
    grown = peak_megabytes() - before
    return {
        "seconds": seconds,
        "megabytes": grown,
        "count": len(found),
        "found": found[-1:] + found[:SHOWN],
        "_": len(ballast),
    }


def without_guard(data: bytes, file: str) -> io.BytesIO:
    """The workbook unchecked, to see what the check is good for."""
    return io.BytesIO(data)


if __name__ == "__main__":
    if "unguarded" in sys.argv:
        setattr(sheets, "checked_workbook", without_guard)  # noqa: B010  the name is only imported there
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))))
