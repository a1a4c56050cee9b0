"""A plan as a grid: a row for each team, a column for each date, and inside it the hours as quarter columns."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from planner.dossier import Dossier
from planner.model import Hours, Team
from planner.report.contents import Call, Contents, Outing, contents
from planner.report.drawing import days_of
from planner.report.statistics import TIGHT_WORKDAYS, margin
from planner.report.words import letters
from planner.workdays import Calendar

QUARTER_SECONDS = 900
COLOURS = 8
ABREAST = 5
"""So many bars of the smallest width that a finger can meet fit into one line of a day (see plans.css)."""


@dataclass(frozen=True)
class Span:
    """Columns of a day's grid: the first (from 1), and how many."""

    column: int
    width: int


@dataclass(frozen=True)
class Bar:
    """One visit in the grid. `number` counts through all stops of the plan, as the map does.

    Bars stand in two lines by turns, so that short visits in a row can still be met with a finger; where even
    that is too narrow, a bar stands further right than its hour. Its times say the hour.
    """

    number: int
    mark: str
    call: Call
    span: Span
    pinned: bool
    state: str
    """"overdue", "tight" (few working days before the legal date) or ""."""
    margin: int | None


@dataclass(frozen=True)
class Cell:
    """One team on one date; without a shift nothing can be put there."""

    date: date
    day: int
    shift: Span | None
    hours: Hours | None
    outing: Outing | None
    out: Span | None
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Lane:
    """One team over all dates."""

    team: Team
    index: int
    letter: str
    colour: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Timeline:
    """The grid. `columns` is how many quarter hours a day has, `hours` the full hours to be named."""

    days: tuple[date, ...]
    first_hour: int
    columns: int
    lanes: tuple[Lane, ...]

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Every visit in the plan by date and team, as the map counts them."""
        found = [bar for lane in self.lanes for cell in lane.cells for bar in cell.bars]
        return tuple(sorted(found, key=lambda bar: bar.number))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every outing by date and team."""
        found = [cell for lane in self.lanes for cell in lane.cells if cell.outing]
        return tuple(sorted(found, key=lambda cell: cell.bars[0].number))


def timeline(dossier: Dossier, pins: frozenset[str], calendar: Calendar) -> Timeline:
    """The grid of a plan."""
    content, inputs = contents(dossier), dossier.facts.inputs
    days = days_of(dossier, content)
    shifts = {(one.team_id, one.date): one.hours for one in inputs.shifts if one.date in set(days)}
    begin, end = _day(content, shifts.values())
    columns, numbers = (end - begin) // QUARTER_SECONDS, _numbers(content)
    outings = {(one.team.id, one.date): one for one in content.outings}

    def cell(team: Team, at: int, day: date) -> Cell:
        outing, hours = outings.get((team.id, day)), shifts.get((team.id, day))
        return Cell(
            day,
            at,
            _span(begin, hours.start, hours.end) if hours else None,
            hours,
            outing,
            _span(begin, outing.route.leave, outing.route.back) if outing else None,
            _apart([_bar(outing, call, numbers, begin, pins, calendar) for call in outing.calls], columns)
            if outing
            else (),
        )

    lanes = tuple(
        Lane(team, index, letters(index), index % COLOURS, tuple(cell(team, at, day) for at, day in enumerate(days)))
        for index, team in enumerate(inputs.teams)
    )
    return Timeline(days, begin // 3600, columns, lanes)


def _bar(
    outing: Outing, call: Call, numbers: dict[str, int], begin: int, pins: frozenset[str], calendar: Calendar
) -> Bar:
    left = margin(outing.date, call.visit.last_workday, calendar)
    state = "" if left is None or left >= TIGHT_WORKDAYS else "overdue" if left < 0 else "tight"
    return Bar(
        numbers[call.visit.id],
        f"{letters(outing.team_index)}{call.order}",
        call,
        _span(begin, call.stop.start, call.stop.end),
        call.visit.id in pins,
        state,
        left,
    )


def _apart(bars: list[Bar], columns: int) -> tuple[Bar, ...]:
    """The bars of a day, none nearer to the one before in its line than the smallest width."""
    least, placed = -(-columns // ABREAST), list[Bar]()
    for at, bar in enumerate(bars):
        column = max(bar.span.column, placed[at - 2].span.column + least) if at > 1 else bar.span.column
        placed.append(replace(bar, span=replace(bar.span, column=min(column, columns))))
    return tuple(placed)


def _numbers(content: Contents) -> dict[str, int]:
    calls = [call for outing in content.outings for call in outing.calls]
    return {call.visit.id: number for number, call in enumerate(calls)}


def _day(content: Contents, shifts: Iterable[Hours]) -> tuple[int, int]:
    """From and to which full hour a day is drawn: all shifts and outings are inside."""
    spans = [(hours.start, hours.end) for hours in shifts]
    spans += [(outing.route.leave, outing.route.back) for outing in content.outings]
    first = min((start for start, _ in spans), default=8 * 3600)
    last = max((end for _, end in spans), default=18 * 3600)
    return max(0, first) // 3600 * 3600, min(24 * 3600, -(-last // 3600) * 3600)


def _span(begin: int, start: int, end: int) -> Span:
    column = max(0, start - begin) // QUARTER_SECONDS
    last = max(column + 1, -(-(end - begin) // QUARTER_SECONDS))
    return Span(column + 1, last - column)
