"""How the command line talks: progress, mistakes, and Ctrl-C that keeps the best plan."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event
from types import FrameType

from planner.effort import Progress
from planner.errors import BadInput, Language

BAR = 24
MISTAKES_SHOWN = 40
STANDARD_ERROR = 2


class ProgressLine:
    """Shows a run on standard error: one line that changes on a terminal, else a line every few seconds."""

    def __init__(self, visits: int | None, language: Language) -> None:
        self.visits = visits
        self.language = language
        self.live = sys.stderr.isatty()
        self.told = -10.0

    def __call__(self, progress: Progress) -> None:
        if not self.live and progress.seconds - self.told < 5 and progress.share < 1:
            return
        self.told = progress.seconds
        full = round(BAR * progress.share)
        bound = "" if progress.bound is None else f", {'下界' if self.language == 'zh' else 'bound'} {progress.bound:,}"
        of = "" if self.visits is None else f"/{self.visits}"
        words = ("次上门", "成本", "秒") if self.language == "zh" else ("visits", "cost", "s")
        line = (
            f"[{'█' * full}{'·' * (BAR - full)}] {progress.served}{of} {words[0]}, "
            f"{words[1]} {progress.cost:,}{bound}, {progress.seconds:.1f} {words[2]}"
        )
        sys.stderr.write(f"\r\x1b[K{line}" if self.live else f"{line}\n")
        if self.live and progress.share >= 1:
            sys.stderr.write("\n")
        sys.stderr.flush()


@contextmanager
def stopping(language: Language) -> Iterator[Event]:
    """An event that Ctrl-C or SIGTERM sets, so that the run ends with its best plan; a second one ends at once."""
    stop = Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        said = "正在停止，保留目前最好的计划…" if language == "zh" else "stopping; the best plan so far is kept…"
        # The signal may come while the progress line is written; a stream with a buffer refuses a second writer.
        with suppress(OSError):
            os.write(STANDARD_ERROR, f"\n{said}\n".encode())

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def mistake_lines(error: BadInput, language: Language) -> list[str]:
    """Every mistake on a line, the first ones only where there are very many."""
    lines = [mistake.sentence(language) for mistake in error.mistakes[:MISTAKES_SHOWN]]
    more = len(error.mistakes) - len(lines)
    if more > 0:
        lines.append(f"… 另有 {more} 处错误" if language == "zh" else f"… and {more} more")
    return lines
