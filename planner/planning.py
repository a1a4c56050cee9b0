"""From a folder of tables to a planned dossier: what `doorstep plan` and `doorstep run` both do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from threading import Event

from planner.dossier import Dossier
from planner.effort import Progress, effort_of
from planner.errors import BadInput, Mistake
from planner.io.tables import Read, read_inputs
from planner.pipeline import Ask, Search, make_plan
from planner.travel.peak import read_peak_rule, read_vehicles, with_peak_rule
from planner.travel.settings import read_options
from planner.workdays import Calendar, default_calendar

VEHICLES = "vehicles.csv"


@dataclass(frozen=True)
class PlanOrder:
    """What is to be planned: a folder of tables, first and last date (None: those of the shifts), today, effort."""

    folder: Path
    horizon: tuple[date, date] | None
    today: date
    effort: str = "standard"
    seconds: float | None = None
    seed: int = 1
    roads: Path | None = None
    """Folder of imported roads; None: `roads` in the folder of tables, if there is one."""
    cache: Path | None = None
    """Folder in which driving times are kept from one run to the next."""
    cluster: str | None = None
    """Address of a Dask scheduler; None: this machine alone."""


@dataclass(frozen=True, eq=False)
class Planned:
    """The plan, and the calendar it was made with."""

    dossier: Dossier
    calendar: Calendar


def plan_folder(order: PlanOrder, progress: Callable[[Progress], None], stop: Event) -> Planned:
    """Reads the tables and plans them. BadInput with every mistake of the tables, or of the horizon."""
    read = read_inputs(order.folder)
    calendar = default_calendar() if read.calendar_path is None else Calendar.from_csv(read.calendar_path)
    first, last = order.horizon or _dates_of_shifts(read, order.folder)
    if last < first:
        raise BadInput([Mistake("--horizon", "ends before it begins", "计划期的结束早于开始", f"{first}..{last}")])
    horizon = calendar.workdays(first, last, allow_provisional=True)
    if not horizon:
        raise BadInput([Mistake("--horizon", "holds no working day", "计划期内没有工作日", f"{first}..{last}")])
    # A fortnight that has begun is planned as of the eve: nobody can be visited yesterday.
    today = min(order.today, horizon[0] - timedelta(days=1))
    inputs, cache = read.inputs, order.cache
    if (order.folder / VEHICLES).exists():
        inputs = with_peak_rule(inputs, read_vehicles(order.folder / VEHICLES), read_peak_rule(), calendar)
    options = read_options(order.folder if order.folder.is_dir() else order.folder.parent, order.roads, cache)
    ask = Ask(order.folder.resolve().stem, inputs, read.policy, calendar, horizon, today, options)
    search = Search(effort_of(order.effort), order.seconds, order.seed, progress, stop, order.cluster)
    return Planned(make_plan(ask, search), calendar)


def _dates_of_shifts(read: Read, folder: Path) -> tuple[date, date]:
    dates = [shift.date for shift in read.inputs.shifts]
    if not dates:
        raise BadInput(
            [
                Mistake(
                    f"{folder.name}/shifts",
                    "no team has a shift, so there is nothing to plan; add shifts or give --horizon",
                    "没有任何警组班次,无法排期;请补充班次或指定 --horizon",
                )
            ]
        )
    return min(dates), max(dates)
