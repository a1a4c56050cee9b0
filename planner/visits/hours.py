"""The stretches of a day in which a session can lie, and the windows in which it may start."""

from collections.abc import Iterable, Sequence
from datetime import date

from planner.model import DAY_SECONDS, Hours, Window

WHOLE_DAY: tuple[Hours, ...] = (Hours(0, DAY_SECONDS),)


def joined(hours: Iterable[Hours]) -> tuple[Hours, ...]:
    """The same hours in ascending order, those that touch or overlap made one."""
    made: list[Hours] = []
    for one in sorted(hours, key=lambda one: (one.start, one.end)):
        if made and one.start <= made[-1].end:
            made[-1] = Hours(made[-1].start, max(made[-1].end, one.end))
        else:
            made.append(one)
    return tuple(made)


def common_stretches(*limits: Sequence[Hours]) -> tuple[Hours, ...]:
    """The stretches that lie inside every one of the limits, ascending; an empty limit limits nothing."""
    stretches = WHOLE_DAY
    for limit in limits:
        if limit:
            pairs = [(one, other) for one in stretches for other in joined(limit)]
            stretches = tuple(
                Hours(max(one.start, other.start), min(one.end, other.end))
                for one, other in pairs
                if max(one.start, other.start) < min(one.end, other.end)
            )
    return stretches


def longest_seconds(stretches: Iterable[Hours]) -> int:
    """The length of the longest stretch; 0 where there is none."""
    return max((stretch.end - stretch.start for stretch in stretches), default=0)


def start_windows(dates: Iterable[date], stretches: Iterable[Hours], service_seconds: int) -> tuple[Window, ...]:
    """When a service of this length may start, so that it ends before its stretch does; ascending."""
    fitting = [stretch for stretch in stretches if stretch.end - stretch.start >= service_seconds]
    return tuple(Window(day, one.start, one.end - service_seconds) for day in dates for one in fitting)
