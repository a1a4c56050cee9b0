"""The peak rule of bridges and tunnels 错峰通行, and cars that are not exempt from it.

A marked police car is exempt. For any other, vehicles.csv beside the input tables gives the last digit of its
plate. On the one working day a week that names the digit such a car may not cross the listed bridges in the
peak. A plan keeps to that by the simplest safe means: the car stays off the road in those hours, so its
shift is cut to the time between them. On make-up working days the rule is not in force.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from planner.errors import BadInput, Mistake
from planner.model import Hours, Inputs, Shift
from planner.policy import hours_of
from planner.travel.land import Gateway
from planner.workdays import WEEKDAYS, Calendar

PEAK_RULE = Path(__file__).resolve().parents[2] / "data" / "gateways" / "peak_rule.toml"
YES, NO = ("yes", "是", "1", "true"), ("no", "否", "0", "false", "")


@dataclass(frozen=True)
class Vehicle:
    """The car of a team; `last_digit` of its plate matters only where it is not exempt."""

    team_id: str
    exempt: bool = True
    last_digit: int | None = None

    def __post_init__(self) -> None:
        if not self.exempt and self.last_digit not in range(10):
            raise ValueError(f"a car that is not exempt needs the last digit of its plate, not {self.last_digit}")


@dataclass(frozen=True)
class PeakRule:
    """Hours in which plates ending in the digits of a weekday (0 Monday) may not cross."""

    hours: tuple[Hours, ...]
    digits: Mapping[int, tuple[int, ...]]

    def shut(self, vehicle: Vehicle, day: date, calendar: Calendar) -> tuple[Hours, ...]:
        """The hours of `day` in which the listed bridges and tunnels are shut to the car."""
        in_force = calendar.kind(day) == "workday"
        hit = not vehicle.exempt and vehicle.last_digit in self.digits.get(day.weekday(), ())
        return self.hours if in_force and hit else ()


def with_peak_rule(inputs: Inputs, vehicles: Sequence[Vehicle], rule: PeakRule, calendar: Calendar) -> Inputs:
    """The inputs with shifts cut to hours in which the team's car may cross; a shift with none left goes out."""
    cars = {one.team_id: one for one in vehicles}
    cut = (
        cut_shift(shift, rule.shut(cars[shift.team_id], shift.date, calendar)) if shift.team_id in cars else shift
        for shift in inputs.shifts
    )
    return replace(inputs, shifts=tuple(shift for shift in cut if shift is not None))


def cut_shift(shift: Shift, shut: Sequence[Hours]) -> Shift | None:
    """The shift cut to its longest stretch outside the hours that are shut; None where nothing is left."""
    free = [(shift.hours.start, shift.hours.end)]
    for hours in shut:
        free = [part for start, end in free for part in ((start, min(end, hours.start)), (max(start, hours.end), end))]
    best = max(free, key=lambda part: part[1] - part[0])
    return replace(shift, hours=Hours(*best)) if best[0] < best[1] else None


def shut_crossings(
    roads: Sequence[str], depart: int, arrive: int, shut: Sequence[Hours], gateways: Sequence[Gateway]
) -> list[str]:
    """Names of the listed bridges and tunnels on a way that is driven, at least in part, while they are shut."""
    if not any(depart < hours.end and arrive > hours.start for hours in shut):
        return []
    listed = {name for one in gateways if one.peak_rule for name in one.names}
    return [road for road in roads if road in listed]


def read_peak_rule(path: Path = PEAK_RULE) -> PeakRule:
    """The rule in a TOML file. Raises BadInput with every mistake."""
    where = path.name
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput([Mistake(where, f"is no TOML: {error}", f"不是有效的 TOML 文件:{error}")]) from error
    mistakes: list[Mistake] = []
    hours: list[Hours] = []
    for text in table.get("hours", []):
        try:
            hours.append(hours_of(str(text)))
        except ValueError:
            mistakes.append(Mistake(f"{where}, hours", "write 07:00-09:00", "请写 07:00-09:00", str(text)))
    digits: dict[int, tuple[int, ...]] = {}
    for day, given in table.get("digits", {}).items():
        if day in WEEKDAYS and isinstance(given, list) and all(one in range(10) for one in given):
            digits[WEEKDAYS.index(day)] = tuple(given)
        else:
            told = "write Mon = [1, 6], with Mon to Sun and digits", "请写 Mon = [1, 6],星期用 Mon 至 Sun"
            mistakes.append(Mistake(f"{where}, digits.{day}", *told, str(given)))
    if mistakes:
        raise BadInput(mistakes)
    return PeakRule(tuple(hours), digits)


def read_vehicles(path: Path) -> tuple[Vehicle, ...]:
    """The cars in vehicles.csv (team_id, exempt, last_digit), none where there is no file. Raises BadInput."""
    if not path.exists():
        return ()
    vehicles: list[Vehicle] = []
    mistakes: list[Mistake] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            where = f"{path.name}, row {number}"
            team, exempt, digit = ((row.get(name) or "").strip() for name in ("team_id", "exempt", "last_digit"))
            before = len(mistakes)
            if not team:
                mistakes.append(Mistake(f"{where}, column team_id", "is needed", "不能为空"))
            if exempt.lower() not in (*YES, *NO):
                mistakes.append(Mistake(f"{where}, column exempt", "is yes or no", "须为“是”或“否”", exempt))
            elif exempt.lower() in NO and not (len(digit) == 1 and digit.isdecimal()):
                told = "a car that is not exempt needs the last digit of its plate", "不免除的车辆须填写车牌尾号"
                mistakes.append(Mistake(f"{where}, column last_digit", *told, digit))
            if len(mistakes) == before:
                free = exempt.lower() in YES
                vehicles.append(Vehicle(team, free, None if free else int(digit)))
    if mistakes:
        raise BadInput(mistakes)
    return tuple(vehicles)
