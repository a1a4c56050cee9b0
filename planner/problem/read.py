"""JSON → values: `visit-problem/1` and `visit-plan/1`, with every mistake and where it stands."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.model import Break, Window
from planner.problem.reader import COST_LIMIT, LIMIT, WEIGHT_LIMIT, Reader, is_whole, parse
from planner.problem.values import (
    Costs,
    Plan,
    Problem,
    ProblemShift,
    ProblemTeam,
    ProblemVisit,
    Route,
    Stop,
    Unserved,
)
from planner.problem.write import PLAN_FORMAT, PROBLEM_FORMAT

SHOWN_CELLS = 20
"""Wrong cells of one matrix that are listed one by one; the rest are counted."""


@dataclass(frozen=True)
class _Known:
    """What the parts of a problem may refer to."""

    dates: frozenset[date]
    locations: int
    teams: frozenset[str]


def problem_from_json(text: str, where: str = "") -> Problem:
    """The problem in a `visit-problem/1` text; `where` names the text, e.g. its file.

    Raises BadInput with every rule of docs/format.md that is broken. The matrices are read-only.
    """
    reader = Reader(where)
    top = reader.members(parse(text, where), "", ("format", "name", "dates", "travel", "teams", "visits"), ("costs",))
    reader.format(top, PROBLEM_FORMAT)
    dates = _dates(reader, top)
    seconds, metres = _travel(reader, top)
    teams, visits = reader.items(top, "", "teams"), reader.items(top, "", "visits")
    known = _Known(frozenset(dates), len(seconds), frozenset(_ids(reader, teams, "teams")))
    _ids(reader, visits, "visits")
    problem = Problem(
        reader.text(top, "", "name", empty=True),
        dates,
        seconds,
        tuple(_team(reader, one, f"teams[{index}]", known) for index, one in enumerate(teams)),
        tuple(_visit(reader, one, f"visits[{index}]", known) for index, one in enumerate(visits)),
        _costs(reader, top),
        metres,
    )
    reader.finish()
    return problem


def plan_from_json(text: str, where: str = "") -> Plan:
    """The plan in a `visit-plan/1` text; `where` names the text, e.g. its file.

    Raises BadInput with every mistake of form. Whether the plan fits a problem is `planner.check`'s.
    """
    reader = Reader(where)
    top = reader.members(
        parse(text, where),
        "",
        ("format", "problem", "cost", "routes"),
        ("unserved", "lower_bound", "seed", "seconds", "effort"),
    )
    reader.format(top, PLAN_FORMAT)
    bound = None if top.get("lower_bound") is None else reader.whole(top, "", "lower_bound", limit=2**62)
    routes = reader.items(top, "", "routes")
    unserved = reader.items(top, "", "unserved")
    plan = Plan(
        reader.text(top, "", "problem", empty=True),
        reader.whole(top, "", "cost", limit=2**62),
        tuple(route for index, one in enumerate(routes) if (route := _route(reader, one, f"routes[{index}]"))),
        tuple(_unserved(reader, one, f"unserved[{index}]") for index, one in enumerate(unserved)),
        bound,
        reader.whole(top, "", "seed", limit=2**62),
        _seconds(reader, top),
        reader.text(top, "", "effort", empty=True),
    )
    reader.finish()
    return plan


def _dates(reader: Reader, top: Mapping[str, Any]) -> tuple[date, ...]:
    dates: list[date] = []
    for index, value in enumerate(reader.items(top, "", "dates")):
        path = f"dates[{index}]"
        day = reader.day(value, path)
        if day and dates and day <= dates[-1]:
            reader.wrong(
                path,
                "does not come after the date before it; sort them, each once",
                "不晚于前一个日期;请按升序排列且不重复",
                value,
            )
        if day:
            dates.append(day)
    return tuple(dates)


def _travel(reader: Reader, top: Mapping[str, Any]) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    if "travel" not in top:
        return np.zeros((0, 0), np.int64), None
    travel = reader.members(top["travel"], "travel", ("seconds",), ("metres",))
    seconds = _matrix(reader, travel, "seconds")
    if "metres" not in travel:
        return seconds, None
    metres = _matrix(reader, travel, "metres")
    if metres.shape != seconds.shape:
        en, zh = (
            f"{len(metres)} rows, travel.seconds has {len(seconds)}",
            f"{len(metres)}行,travel.seconds 有{len(seconds)}行",
        )
        reader.wrong("travel.metres", f"needs the shape of travel.seconds: {en}", f"应与 travel.seconds 同形:{zh}")
    return seconds, metres


def _matrix(reader: Reader, travel: Mapping[str, Any], key: str) -> NDArray[np.int64]:
    """The square matrix under `key`, read-only; a matrix of zeros where it is wrong."""
    path = f"travel.{key}"
    rows = reader.items(travel, "travel", key)
    size = len(rows)
    square = True
    for index, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != size:
            found = len(row) if isinstance(row, list) else 0
            reader.wrong(
                f"{path}[{index}]",
                f"needs a list of {size} numbers as in a square matrix, has {found}",
                f"方阵每行应有{size}个数,此行有{found}个",
            )
            square = False
    matrix = np.zeros((size, size), np.int64)
    if square and _all_whole(rows):
        matrix = np.array(rows, np.int64).reshape(size, size)
    else:
        _wrong_cells(reader, rows, path)
    matrix.flags.writeable = False
    return matrix


def _all_whole(rows: list[list[object]]) -> bool:
    """Whether every cell is a whole number from 0 below LIMIT; no Python loop over cells."""
    if not set(map(type, chain.from_iterable(rows))) <= {int}:
        return False
    try:
        cells = np.array(rows, np.int64)
    except OverflowError:
        return False
    return cells.size == 0 or bool(cells.min() >= 0 and cells.max() < LIMIT)


def _wrong_cells(reader: Reader, rows: list[Any], path: str) -> None:
    cells = ((i, j, cell) for i, row in enumerate(rows) if isinstance(row, list) for j, cell in enumerate(row))
    wrong = [(i, j, cell) for i, j, cell in cells if not (is_whole(cell) and 0 <= cell < LIMIT)]
    for i, j, cell in wrong[:SHOWN_CELLS]:
        en, zh = f"needs a whole number from 0 to {LIMIT - 1}", f"应为 0 至 {LIMIT - 1} 的整数"
        reader.wrong(f"{path}[{i}][{j}]", en, zh, cell)
    if len(wrong) > SHOWN_CELLS:
        more = len(wrong) - SHOWN_CELLS
        reader.wrong(path, f"{more} more cells are wrong in the same way", f"另有{more}个单元格有同样的错误")


def _ids(reader: Reader, items: list[Any], path: str) -> Iterable[str]:
    """The ids of the items that have one; those used before are noted."""
    seen: dict[str, int] = {}
    for index, item in enumerate(items):
        one = item.get("id") if isinstance(item, dict) else None
        if not isinstance(one, str):
            continue
        if one in seen:
            reader.wrong(
                f"{path}[{index}].id",
                f"{path}[{seen[one]}] has this id already; ids are used once",
                f"与 {path}[{seen[one]}] 的 id 相同;id 不得重复",
                one,
            )
        seen.setdefault(one, index)
    return seen


def _location(reader: Reader, members: Mapping[str, Any], path: str, key: str, known: _Known, default: int = 0) -> int:
    index = reader.whole(members, path, key, default)
    if key in members and is_whole(members[key]) and known.locations <= index:
        last = known.locations - 1
        reader.wrong(
            f"{path}.{key}",
            f"no such location; travel.seconds has 0 to {last}",
            f"没有这个位置;travel.seconds 的范围是 0 至 {last}",
            index,
        )
    return index


def _team(reader: Reader, item: object, path: str, known: _Known) -> ProblemTeam:
    members = reader.members(item, path, ("id", "start", "shifts"), ("end", "skills"))
    start = _location(reader, members, path, "start", known)
    shifts: list[ProblemShift] = []
    for index, one in enumerate(reader.items(members, path, "shifts")):
        place = f"{path}.shifts[{index}]"
        shift = _shift(reader, one, place, known.dates)
        if shift and any(shift.date == other.date for other in shifts):
            reader.wrong(
                f"{place}.date",
                "the team has a shift on this date already; one a date",
                "该警组当日已有班次;每日至多一个",
                shift.date.isoformat(),
            )
        elif shift:
            shifts.append(shift)
    return ProblemTeam(
        reader.text(members, path, "id"),
        start,
        _location(reader, members, path, "end", known, start),
        frozenset(reader.strings(members, path, "skills")),
        tuple(shifts),
    )


def _shift(reader: Reader, item: object, path: str, dates: Collection[date]) -> ProblemShift | None:
    members = reader.members(item, path, ("date", "start", "end"), ("max_applicants", "max_work_seconds", "break"))
    day = reader.day(members["date"], f"{path}.date", dates) if "date" in members else None
    start, end = reader.whole(members, path, "start"), reader.whole(members, path, "end")
    reader.ordered(members, path, "start", "end")
    most = reader.whole_or_none(members, path, "max_applicants")
    work = reader.whole_or_none(members, path, "max_work_seconds")
    rest = _break(reader, members["break"], f"{path}.break") if "break" in members else None
    return ProblemShift(day, start, end, most, work, rest) if day else None


def _break(reader: Reader, item: object, path: str) -> Break:
    members = reader.members(item, path, ("seconds", "earliest", "latest"))
    seconds = reader.whole(members, path, "seconds")
    if is_whole(members.get("seconds")) and seconds == 0:
        reader.wrong(f"{path}.seconds", "a break of no time is none; leave it out", "时长为零的休息无意义,请删除", 0)
    reader.ordered(members, path, "earliest", "latest")
    return Break(seconds, reader.whole(members, path, "earliest"), reader.whole(members, path, "latest"))


def _visit(reader: Reader, item: object, path: str, known: _Known) -> ProblemVisit:
    members = reader.members(
        item,
        path,
        ("id", "location", "service_seconds", "windows", "unserved_cost"),
        ("applicants", "skills", "teams", "date_costs", "fixed"),
    )
    windows = (
        _window(reader, one, f"{path}.windows[{index}]", known.dates)
        for index, one in enumerate(reader.items(members, path, "windows"))
    )
    fixed_team, fixed_date = _fixed(reader, members, f"{path}.fixed", known)
    return ProblemVisit(
        reader.text(members, path, "id"),
        _location(reader, members, path, "location", known),
        reader.whole(members, path, "service_seconds"),
        tuple(window for window in windows if window),
        reader.whole(members, path, "unserved_cost", limit=COST_LIMIT),
        reader.whole(members, path, "applicants"),
        frozenset(reader.strings(members, path, "skills")),
        _allowed(reader, members, path, known) if "teams" in members else None,
        _date_costs(reader, members, f"{path}.date_costs", known.dates),
        fixed_team,
        fixed_date,
    )


def _window(reader: Reader, item: object, path: str, dates: Collection[date]) -> Window | None:
    members = reader.members(item, path, ("date", "earliest", "latest"))
    day = reader.day(members["date"], f"{path}.date", dates) if "date" in members else None
    earliest, latest = reader.whole(members, path, "earliest"), reader.whole(members, path, "latest")
    ordered = reader.ordered(members, path, "earliest", "latest")
    return Window(day, earliest, latest) if day and ordered and earliest <= latest else None


def _allowed(reader: Reader, members: Mapping[str, Any], path: str, known: _Known) -> frozenset[str]:
    allowed = reader.strings(members, path, "teams")
    for index, one in enumerate(allowed):
        _known_team(reader, one, f"{path}.teams[{index}]", known)
    return frozenset(allowed)


def _known_team(reader: Reader, team: str, path: str, known: _Known) -> None:
    if team and team not in known.teams:
        reader.wrong(path, "no such team; name one of teams[].id", "没有这个警组;请填写 teams[].id 之一", team)


def _date_costs(
    reader: Reader, members: Mapping[str, Any], path: str, dates: Collection[date]
) -> tuple[tuple[date, int], ...]:
    if "date_costs" not in members:
        return ()
    table = members["date_costs"]
    if not isinstance(table, dict):
        reader.members(table, path, ())
        return ()
    reader.members(table, path, (), tuple(table))
    costs = ((key, reader.whole(table, path, key, limit=COST_LIMIT)) for key in table)
    days = ((reader.day(key, f"{path}.{key[:20]}", dates), cost) for key, cost in costs)
    return tuple(sorted((day, cost) for day, cost in days if day))


def _fixed(reader: Reader, members: Mapping[str, Any], path: str, known: _Known) -> tuple[str | None, date | None]:
    if "fixed" not in members:
        return None, None
    fixed = reader.members(members["fixed"], path, (), ("team", "date"))
    if members["fixed"] == {}:
        reader.wrong(
            path, "fixes nothing: name a team, a date or both, or leave it out", "未指定警组或日期;请填写或删除"
        )
    team = reader.text(fixed, path, "team") if "team" in fixed else None
    if team is not None:
        _known_team(reader, team, f"{path}.team", known)
    return team, reader.day(fixed["date"], f"{path}.date", known.dates) if "date" in fixed else None


def _costs(reader: Reader, top: Mapping[str, Any]) -> Costs:
    if "costs" not in top:
        return Costs()
    costs = reader.members(top["costs"], "costs", (), ("travel_second", "work_second", "team_date"))
    return Costs(
        reader.whole(costs, "costs", "travel_second", 1, WEIGHT_LIMIT),
        reader.whole(costs, "costs", "work_second", 0, WEIGHT_LIMIT),
        reader.whole(costs, "costs", "team_date", 0, COST_LIMIT),
    )


def _route(reader: Reader, item: object, path: str) -> Route | None:
    members = reader.members(item, path, ("team", "date", "leave", "back", "stops"), ("break",))
    day = reader.day(members["date"], f"{path}.date") if "date" in members else None
    stops = tuple(
        _stop(reader, one, f"{path}.stops[{index}]") for index, one in enumerate(reader.items(members, path, "stops"))
    )
    if members.get("stops") == []:
        reader.wrong(f"{path}.stops", "an empty route; leave it out", "空路线,请删除")
    rest = None
    if "break" in members:
        rest = reader.whole(reader.members(members["break"], f"{path}.break", ("start",)), f"{path}.break", "start")
    team, leave = reader.text(members, path, "team"), reader.whole(members, path, "leave")
    return Route(team, day, leave, reader.whole(members, path, "back"), stops, rest) if day else None


def _stop(reader: Reader, item: object, path: str) -> Stop:
    members = reader.members(item, path, ("visit", "arrive", "start", "end"))
    return Stop(
        reader.text(members, path, "visit"),
        reader.whole(members, path, "arrive"),
        reader.whole(members, path, "start"),
        reader.whole(members, path, "end"),
    )


def _unserved(reader: Reader, item: object, path: str) -> Unserved:
    members = reader.members(item, path, ("visit",), ("reasons",))
    return Unserved(reader.text(members, path, "visit"), reader.strings(members, path, "reasons"))


def _seconds(reader: Reader, top: Mapping[str, Any]) -> float:
    value = top.get("seconds", 0.0)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < LIMIT and math.isfinite(value):
        return round(float(value), 3)
    reader.wrong("seconds", "needs a number of seconds, 0 or more", "应为不小于 0 的秒数", value)
    return 0.0
