"""How much longer a drive takes at each hour than off-peak, and the one factor a plan is made with.

The table is data/gateways/time_of_day_profile.json: set by hand, to be edited. A plan has a single travel
matrix; which factor stands for which leg, and what that costs against exact times, is in docs/travel.md.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.errors import BadInput, Mistake
from planner.model import DAY_SECONDS, Hours, seconds_of
from planner.policy import hours_of
from planner.travel.ways import Floats

PROFILE = Path(__file__).resolve().parents[2] / "data" / "gateways" / "time_of_day_profile.json"

Curve = tuple[tuple[int, float], ...]
"""(seconds since midnight, multiplier on the off-peak time), ascending from 0 to 24:00; linear between."""

MINUTES = np.arange(0, 2 * DAY_SECONDS + 1, 60, dtype=np.float64)


@dataclass(frozen=True)
class Periods:
    """The hours in which the legs of an outing are mostly driven."""

    leaving: Hours
    between: Hours
    returning: Hours


@dataclass(frozen=True)
class Profile:
    """Multipliers by hour for working days and days off, and how districts differ in the peak."""

    workday: Curve
    weekend: Curve
    periods: Periods
    peak_kmh: Mapping[str, float] = field(default_factory=dict)
    """Evening-peak speeds by district; a slow district feels a peak more than the mean one."""
    free_flow: float = 1.0
    """Off-peak time over driving on empty roads, which is what road networks tell: lights and other cars."""

    def factor(self, second: int, workday: bool = True, weight: float = 1.0) -> float:
        """The multiplier at `second` of the day where the district's weight in a peak is `weight`."""
        return float(self._factors(np.array([second % DAY_SECONDS]), workday, weight)[0])

    def drive_seconds(self, offpeak_seconds: int, depart: int, workday: bool = True, weight: float = 1.0) -> int:
        """Seconds of a drive that leaves at `depart`, the multiplier changing under way.

        Who leaves later never arrives earlier. Drives may run past midnight, at most one day.
        """
        pace = 1 / self._factors(MINUTES % DAY_SECONDS, workday, weight)
        gone = np.concatenate([[0.0], np.cumsum((pace[1:] + pace[:-1]) / 2 * 60)])
        target = np.interp(depart, MINUTES, gone) + offpeak_seconds
        return round(float(np.interp(target, gone, MINUTES)) - depart)

    def weight(self, district: str) -> float:
        """How strongly a peak is felt in `district`: the mean of all peak speeds over its own; 1 where unknown."""
        if district not in self.peak_kmh:
            return 1.0
        return sum(self.peak_kmh.values()) / len(self.peak_kmh) / self.peak_kmh[district]

    def planning(self, period: Hours, weight: float = 1.0) -> float:
        """The one multiplier for legs of a period on a working day: the mean over its minutes."""
        return float(self._factors(np.arange(period.start, period.end + 1, 60), True, weight).mean())

    def _factors(self, seconds: NDArray[np.int64] | Floats, workday: bool, weight: float) -> Floats:
        times, factors = zip(*(self.workday if workday else self.weekend), strict=True)
        plain = np.interp(seconds, times, factors)
        return np.asarray(np.where(plain > 1, 1 + (plain - 1) * weight, plain))


def flat_profile() -> Profile:
    """Every hour as fast as off-peak."""
    day = Hours(0, DAY_SECONDS)
    curve = ((0, 1.0), (DAY_SECONDS, 1.0))
    return Profile(curve, curve, Periods(day, day, day))


def read_profile(path: Path = PROFILE) -> Profile:
    """The profile in a JSON file. Raises BadInput with every mistake."""
    where = path.name
    try:
        table = json.loads(path.read_text("utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BadInput([Mistake(where, f"is no JSON: {error}", f"不是有效的 JSON 文件:{error}")]) from error
    mistakes: list[Mistake] = []
    curves = {key: _curve(table.get(key), f"{where}, {key}", mistakes) for key in ("workday", "weekend")}
    hours = {key: _hours(table, key, where, mistakes) for key in ("leaving", "between", "returning")}
    speeds = _speeds(table.get("evening_peak_kmh_by_district", {}), where, mistakes)
    free_flow = _factor(table.get("off_peak_over_empty_roads", 1.0), where, mistakes)
    if mistakes:
        raise BadInput(mistakes)
    return Profile(curves["workday"], curves["weekend"], Periods(**hours), speeds, free_flow)


def _curve(points: object, where: str, mistakes: list[Mistake]) -> Curve:
    try:
        curve = tuple((seconds_of(str(time)), float(factor)) for time, factor in points)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        curve = ()
    times = [time for time, _ in curve]
    if not times or times[0] != 0 or times[-1] != DAY_SECONDS or sorted(set(times)) != times:
        mistakes.append(
            Mistake(
                where,
                'needs pairs ["hh:mm", factor] from 00:00 to 24:00, ascending',
                '须为从 00:00 到 24:00 递增的 ["时:分", 倍数]',
            )
        )
    elif not all(0.2 <= factor <= 10 for _, factor in curve):
        mistakes.append(Mistake(where, "a factor lies between 0.2 and 10", "倍数须在 0.2 到 10 之间"))
    return curve


def _hours(table: Mapping[str, object], key: str, where: str, mistakes: list[Mistake]) -> Hours:
    planning = table.get("planning")
    text = planning.get(key, "") if isinstance(planning, dict) else ""
    try:
        return hours_of(str(text))
    except ValueError:
        place = f"{where}, planning.{key}"
        mistakes.append(Mistake(place, "needs hours like 09:30-16:30", "须为时段,如 09:30-16:30", str(text)))
        return Hours(0, DAY_SECONDS)


def _factor(given: object, where: str, mistakes: list[Mistake]) -> float:
    if isinstance(given, int | float) and 0.5 <= given <= 5:
        return float(given)
    place = f"{where}, off_peak_over_empty_roads"
    mistakes.append(Mistake(place, "needs a factor from 0.5 to 5", "须为 0.5 到 5 之间的倍数", str(given)))
    return 1.0


def _speeds(table: object, where: str, mistakes: list[Mistake]) -> dict[str, float]:
    speeds = table if isinstance(table, dict) else {}
    for district, kmh in speeds.items():
        if not isinstance(kmh, int | float) or not 3 <= kmh <= 130:
            place = f"{where}, evening_peak_kmh_by_district.{district}"
            mistakes.append(Mistake(place, "needs a speed from 3 to 130 km/h", "须为 3 到 130 之间的时速", str(kmh)))
    return {str(district): kmh for district, kmh in speeds.items()}
