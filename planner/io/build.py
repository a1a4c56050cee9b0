"""Rows whose cells could be read → values of the model. What does not fit together raises CellError."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from planner.io.mistakes import CellError, Mistakes
from planner.io.rows import Row
from planner.model import (
    Base,
    Break,
    Group,
    Hours,
    Inputs,
    Organisation,
    PassportBag,
    Place,
    Promise,
    Request,
    Shift,
    Site,
    SpecialVisit,
    Team,
    clock,
)
from planner.travel.datum import place_in

Values = dict[str, Any]

CHONGQING = (27.9, 32.5, 105.0, 110.5)
"""South, north, west, east, a little beyond the border."""
CHINA = (17.0, 54.0, 73.0, 136.0)


def model_values(rows: Mapping[str, tuple[Row, ...]], mistakes: Mistakes) -> dict[str, list[Any]]:
    """The values of every table, for the rows that make one; groups come with their request's id."""
    return {name: _made(BUILDERS[name], found, mistakes) for name, found in rows.items()}


def inputs_of(values: Mapping[str, list[Any]], notes: tuple[str, ...]) -> Inputs:
    """The inputs of the values of all tables."""
    groups: dict[str, list[Group]] = {}
    for request_id, group in values.get("groups", []):
        groups.setdefault(request_id, []).append(group)
    requests = [replace(each, groups=tuple(groups.get(each.id, ()))) for each in values.get("requests", [])]
    return Inputs(
        organisations=tuple(values.get("organisations", ())),
        sites=tuple(values.get("sites", ())),
        bases=tuple(values.get("bases", ())),
        teams=tuple(values.get("teams", ())),
        shifts=tuple(values.get("shifts", ())),
        requests=tuple(requests),
        promises=tuple(values.get("promises", ())),
        bags=tuple(values.get("returns", ())),
        special_visits=tuple(values.get("special_visits", ())),
        notes=notes,
    )


def _made(build: Callable[[Values], Any], rows: Iterable[Row], mistakes: Mistakes) -> list[Any]:
    made = []
    for row in rows:
        if not row.sound:
            continue
        try:
            made.append(build(row.values))
        except CellError as error:
            column = row.title(error.column) if error.column else ""
            mistakes.cell(row.source, row.number, column, row.cell(error.column) if column else "", error)
        except ValueError as error:
            mistakes.cell(row.source, row.number, "", "", CellError(f"{error}", f"数据不合规：{error}"))
    return made


def _organisation(v: Values) -> Organisation:
    zh, en = _names(v)
    return Organisation(v["id"], zh, en, v["kind"], v["district"], v["foreigners"], v["police_area"], v["active_to"])


def _site(v: Values) -> Site:
    zh, en = _names(v)
    place = _place(v)
    return Site(
        v["id"], v["organisation_id"], zh, en, place, v["district"], v["address"], v["hours"], v["access_minutes"]
    )


def _base(v: Values) -> Base:
    zh, en = _names(v)
    return Base(v["id"], zh, en, _place(v), v["district"])


def _team(v: Values) -> Team:
    zh, en = _names(v)
    return Team(v["id"], zh, en, v["base_id"], v["officers"], v["desks"], v["languages"], v["kinds"], v["kits"])


def _shift(v: Values) -> Shift:
    hours = _hours(v)
    if v["max_work_minutes"] == 0:
        raise CellError("is 0; leave it empty for no limit", "为0；如无上限请留空", "max_work_minutes")
    return Shift(v["team_id"], v["date"], hours, _break(v, hours), v["max_applicants"], v["max_work_minutes"])


def _break(v: Values, hours: Hours) -> Break | None:
    seconds, earliest, latest = v["break_minutes"], v["break_earliest"], v["break_latest"]
    if not seconds:
        if earliest is not None or latest is not None:
            raise CellError(
                "is empty, but the break has times; fill in its minutes, or empty them as well",
                "为空，但填写了休息时刻；请填写休息分钟数，或一并清空",
                "break_minutes",
            )
        return None
    for name, value in (("break_earliest", earliest), ("break_latest", latest)):
        if value is None:
            raise CellError(
                "is empty; a break needs the earliest and the latest time it may begin",
                "为空；休息需要填写最早和最晚开始时刻",
                name,
            )
    if latest < earliest:
        raise CellError(
            f"is before the earliest ({clock(earliest)}); swap the two",
            f"早于最早时刻（{clock(earliest)}）；请对调",
            "break_latest",
        )
    if earliest < hours.start or latest + seconds > hours.end:
        raise CellError(
            f"lies outside the shift ({clock(hours.start)}-{clock(hours.end)}) or does not end within it",
            f"休息不在班次时间内（{clock(hours.start)}-{clock(hours.end)}）",
            "break_latest" if latest + seconds > hours.end else "break_earliest",
        )
    return Break(seconds, earliest, latest)


def _request(v: Values) -> Request:
    return Request(
        v["id"],
        v["site_id"],
        v["service"],
        v["received"],
        (),
        v["host_dates"],
        v["host_hours"],
        v["fast_track"],
        v["interpreters"],
        v["contact"],
    )


def _group(v: Values) -> tuple[str, Group]:
    if v["ready"] is not None and v["ready"] > v["count"]:
        raise CellError(
            f"is more than the people in the group ({v['count']})", f"多于本组人数（{v['count']}）", "ready"
        )
    group = Group(v["kind"], v["task"], v["count"], v["language"], v["event_date"], v["also_languages"], v["ready"])
    return v["request_id"], group


def _promise(v: Values) -> Promise:
    return Promise(v["request_id"], v["session"], v["date"], v["start"], v["team_id"])


def _bag(v: Values) -> PassportBag:
    return PassportBag(v["id"], v["request_id"], v["site_id"], v["passports"], v["issued_on"])


def _special(v: Values) -> SpecialVisit:
    return SpecialVisit(v["request_id"], v["reason"], v["approved_by"], v["approved_on"])


BUILDERS: Mapping[str, Callable[[Values], Any]] = MappingProxyType(
    {
        "organisations": _organisation,
        "sites": _site,
        "bases": _base,
        "teams": _team,
        "shifts": _shift,
        "requests": _request,
        "groups": _group,
        "promises": _promise,
        "returns": _bag,
        "special_visits": _special,
    }
)


def _names(v: Values) -> tuple[str, str]:
    """Both names; where one is missing, the other stands for it."""
    zh, en = v["name_zh"], v["name_en"]
    if not zh and not en:
        raise CellError("both names are empty; fill in at least one", "中英文名称均为空；请至少填写一个", "name_zh")
    return zh or en, en or zh


def _hours(v: Values) -> Hours:
    if v["end"] <= v["start"]:
        raise CellError(
            f"is not after the start ({clock(v['start'])}); swap the two",
            f"不晚于开始时刻（{clock(v['start'])}）；请对调",
            "end",
        )
    return Hours(v["start"], v["end"])


def _place(v: Values) -> Place:
    """The place in WGS-84; CellError for swapped coordinates and points outside Chongqing."""
    lat, lon = v["lat"], v["lon"]
    if not _within(lat, lon, CHONGQING):
        if _within(lon, lat, CHONGQING):
            raise CellError("latitude and longitude look swapped; exchange the two", "经纬度似乎颠倒；请对调", "lat")
        known = ("Chongqing", "重庆") if _within(lat, lon, CHINA) else ("China", "中国")
        raise CellError(
            f"the point {lat}, {lon} lies outside {known[0]}; Chongqing is at latitude 28-32, longitude 105-110",
            f"坐标 {lat}, {lon} 在{known[1]}以外；重庆约在纬度28-32、经度105-110",
            "lat",
        )
    return place_in(lat, lon, v["datum"], v["accuracy_metres"])


def _within(lat: float, lon: float, box: tuple[float, float, float, float]) -> bool:
    south, north, west, east = box
    return south <= lat <= north and west <= lon <= east
