"""What staff know better than any map: minutes to the door, a pair's true time, a road that is closed.

Kept in corrections.csv beside the input tables, apart from imported roads, so that it outlives every new
import. Each line says who (a post), when and why.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from planner.errors import BadInput, Mistake

Kind = Literal["access", "pair", "closed"]

HEADERS = {
    "kind": "类别",
    "what": "对象",
    "to": "到",
    "minutes": "分钟",
    "first": "自",
    "last": "至",
    "by": "录入岗位",
    "on": "录入日期",
    "why": "原因",
}
"""Columns of corrections.csv, each with the Chinese name it may have instead."""
KINDS: dict[str, Kind] = {
    "access": "access",
    "到门": "access",
    "pair": "pair",
    "两地": "pair",
    "closed": "closed",
    "封闭": "closed",
}
NEEDED: dict[Kind, tuple[str, ...]] = {
    "access": ("what", "minutes"),
    "pair": ("what", "to", "minutes"),
    "closed": ("what", "first", "last"),
}
LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True)
class Correction:
    """One line: what is corrected, and by which post, when and why.

    access: `seconds` from the road to the room at site `what`, instead of the site's own.
    pair: off-peak driving `seconds` between places `what` and `to`, both ways.
    closed: road, bridge or tunnel `what` (name or gateway id) is closed from `first` to `last`, both included.
    """

    kind: Kind
    what: str
    by: str
    on: date
    why: str
    to: str = ""
    seconds: int = 0
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Corrections:
    """All corrections in the order they were made; of two about the same thing the later one counts."""

    lines: tuple[Correction, ...] = ()

    def access(self) -> dict[str, int]:
        """Seconds to the door by site id."""
        return {line.what: line.seconds for line in self._of("access")}

    def pairs(self) -> dict[tuple[str, str], int]:
        """Off-peak driving seconds by pair of ids, each pair once with its ids in order."""
        return {(min(line.what, line.to), max(line.what, line.to)): line.seconds for line in self._of("pair")}

    def closed(self, dates: Sequence[date]) -> frozenset[str]:
        """Names of the roads closed on any of `dates`: one plan has one matrix, so it avoids them throughout."""
        return frozenset(
            line.what
            for line in self._of("closed")
            if any(line.first and line.last and line.first <= day <= line.last for day in dates)
        )

    def _of(self, kind: Kind) -> list[Correction]:
        return sorted((line for line in self.lines if line.kind == kind), key=lambda line: line.on)


def read_corrections(path: Path) -> Corrections:
    """The corrections in a CSV file, none where there is no file. Raises BadInput with every mistake."""
    if not path.exists():
        return Corrections()
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            [Mistake(path.name, "is not UTF-8; save it as CSV UTF-8", "不是 UTF-8,请另存为 CSV UTF-8")]
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    english = {zh: en for en, zh in HEADERS.items()}
    names = [english.get((name or "").strip(), (name or "").strip()) for name in reader.fieldnames or ()]
    mistakes = [
        Mistake(f"{path.name}, column {name}", "is missing", f"缺少“{HEADERS[name]}”列")
        for name in ("kind", "what", "by", "on", "why")
        if name not in names
    ]
    if mistakes:
        raise BadInput(mistakes)
    reader.fieldnames = names
    lines = [
        _line({key: (value or "").strip() for key, value in row.items() if key}, f"{path.name}, row {number}", mistakes)
        for number, row in enumerate(reader, start=2)
        if any(row.values())
    ]
    if mistakes:
        raise BadInput(mistakes)
    return Corrections(tuple(line for line in lines if line is not None))


def write_corrections(path: Path, corrections: Corrections) -> None:
    """Writes the file that `read_corrections` reads, whole or not at all."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(HEADERS)
    for line in corrections.lines:
        minutes = "" if line.kind == "closed" else f"{line.seconds / 60:g}"
        days = [one.isoformat() if one else "" for one in (line.first, line.last)]
        writer.writerow([line.kind, line.what, line.to, minutes, *days, line.by, line.on.isoformat(), line.why])
    draft = path.with_suffix(".new")
    draft.write_text(made.getvalue(), "utf-8")
    draft.replace(path)


def added(corrections: Corrections, line: Correction) -> Corrections:
    """The corrections with one more. Raises BadInput where it says too little."""
    mistakes: list[Mistake] = []
    _complete(line, "", mistakes)
    if mistakes:
        raise BadInput(mistakes)
    return Corrections((*corrections.lines, line))


def _line(row: dict[str, str], where: str, mistakes: list[Mistake]) -> Correction | None:
    kind = KINDS.get(row["kind"])
    if kind is None:
        mistakes.append(
            Mistake(f"{where}, column kind", "is access, pair or closed", "须为“到门”“两地”或“封闭”", row["kind"])
        )
        return None
    empty = [name for name in (*NEEDED[kind], "by", "on", "why") if not row.get(name)]
    mistakes += [Mistake(f"{where}, column {name}", "is needed here", f"“{HEADERS[name]}”不能为空") for name in empty]
    found = len(mistakes)
    days = {name: _day(row.get(name, ""), f"{where}, column {name}", mistakes) for name in ("first", "last", "on")}
    seconds = _seconds(row.get("minutes", ""), f"{where}, column minutes", mistakes)
    if empty or len(mistakes) > found:
        return None
    made_on = days["on"]
    assert made_on is not None, "an empty date is among the mistakes"
    line = Correction(
        kind, row["what"], row["by"], made_on, row["why"], row.get("to", ""), seconds, days["first"], days["last"]
    )
    _complete(line, where, mistakes)
    return line


def _complete(line: Correction, where: str, mistakes: list[Mistake]) -> None:
    if not (line.what and line.by and line.why):
        mistakes.append(Mistake(where, "says what, by which post and why", "须写明对象、录入岗位和原因"))
    if line.kind == "pair" and (not line.to or line.to == line.what):
        mistakes.append(Mistake(where, "a pair needs two different places", "“两地”须为两个不同的地点", line.to))
    if line.kind == "closed" and not (line.first and line.last and line.first <= line.last):
        mistakes.append(Mistake(where, "a closure begins before it ends", "封闭的开始日期不得晚于结束日期"))


def _day(text: str, where: str, mistakes: list[Mistake]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        mistakes.append(Mistake(where, "is no date; write 2026-09-07", "不是有效日期,请写 2026-09-07", text))
        return None


def _seconds(text: str, where: str, mistakes: list[Mistake]) -> int:
    if not text:
        return 0
    try:
        minutes = float(text)
    except ValueError:
        minutes = -1.0
    if not 0 <= minutes <= LONGEST_MINUTES:
        mistakes.append(Mistake(where, "needs minutes from 0 to 1440", "须为 0 到 1440 的分钟数", text))
        return 0
    return round(minutes * 60)


def ids_of(corrections: Corrections) -> Iterable[str]:
    """Ids of all places that corrections of access and pairs name."""
    for line in corrections.lines:
        if line.kind != "closed":
            yield line.what
        if line.kind == "pair":
            yield line.to
