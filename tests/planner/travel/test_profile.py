"""Times of day: factors, drives through a changing peak, and the factors of a plan."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from planner.errors import BadInput
from planner.model import DAY_SECONDS, Hours
from planner.travel.profile import Periods, Profile, flat_profile, read_profile

HOUR = 3600
STEP = Profile(
    # off-peak until 08:00, then twice as long until 10:00 (the steps take one second)
    workday=(
        (0, 1.0),
        (8 * HOUR - 1, 1.0),
        (8 * HOUR, 2.0),
        (10 * HOUR, 2.0),
        (10 * HOUR + 1, 1.0),
        (DAY_SECONDS, 1.0),
    ),
    weekend=((0, 1.0), (DAY_SECONDS, 1.0)),
    periods=Periods(Hours(8 * HOUR, 9 * HOUR), Hours(10 * HOUR + 60, 16 * HOUR), Hours(7 * HOUR, 9 * HOUR)),
    peak_kmh={"甲区": 20.0, "乙区": 30.0},
)


def test_the_multiplier_is_read_between_the_points() -> None:
    # 1.10 at 09:30 and 1.05 at 11:30: halfway 1.075
    profile = read_profile()
    assert profile.factor(8 * HOUR + 15 * 60) == 1.60
    assert profile.factor(10 * HOUR + 30 * 60) == pytest.approx(1.075)
    assert profile.factor(13 * HOUR) == 1.0
    assert max(profile.factor(minute * 60, workday=False) for minute in range(1440)) == 1.25


def test_a_drive_through_the_beginning_of_the_peak_pays_for_its_part_in_it() -> None:
    # 30 minutes off-peak, left at 07:50: 10 minutes done by 08:00, the other 20 take 40.
    assert STEP.drive_seconds(1800, 7 * HOUR + 50 * 60) == pytest.approx(50 * 60, abs=31)
    assert STEP.drive_seconds(1800, 8 * HOUR) == pytest.approx(60 * 60, abs=31)
    assert STEP.drive_seconds(1800, 12 * HOUR) == 1800
    assert STEP.drive_seconds(1800, 8 * HOUR, workday=False) == 1800


def test_who_leaves_later_never_arrives_earlier() -> None:
    profile = read_profile()
    arrivals = [depart + profile.drive_seconds(2400, depart) for depart in range(6 * HOUR, 21 * HOUR, 60)]
    assert all(before <= after + 1 for before, after in pairwise(arrivals))


def test_a_drive_may_run_past_midnight() -> None:
    assert flat_profile().drive_seconds(7200, 23 * HOUR) == 7200


def test_a_slow_district_feels_the_peak_more_and_off_peak_no_less() -> None:
    # mean speed 25: 甲区 25/20 = 1.25 of the excess, 乙区 25/30 = 0.83
    assert STEP.weight("甲区") == 1.25
    assert STEP.weight("乙区") == pytest.approx(0.8333, abs=1e-4)
    assert STEP.weight("丙区") == 1.0
    assert STEP.factor(9 * HOUR, weight=1.25) == 2.25
    assert STEP.factor(12 * HOUR, weight=1.25) == 1.0
    assert read_profile().factor(3 * HOUR, weight=2.0) < 1  # the night is no peak


def test_the_factor_of_a_plan_is_the_mean_over_its_period() -> None:
    # leaving 08:00 to 09:00: 2; returning 07:00 to 09:00: half of it 1, half 2 (61 of 121 minutes are in the peak)
    assert STEP.planning(STEP.periods.leaving) == 2.0
    assert STEP.planning(STEP.periods.between) == 1.0
    assert STEP.planning(STEP.periods.returning) == pytest.approx(1 + 61 / 121)


def test_every_mistake_in_a_profile_is_named(tmp_path: Path) -> None:
    path = tmp_path / "profile.json"
    table = {
        "workday": [["00:00", 1.0], ["08:00", 50], ["24:00", 1.0]],
        "weekend": [["08:00", 1.0], ["07:00", 1.0]],
        "planning": {"leaving": "08:30-10:00", "between": "often", "returning": "16:00-18:00"},
        "evening_peak_kmh_by_district": {"渝中区": "slow"},
    }
    path.write_text(json.dumps(table), "utf-8")
    with pytest.raises(BadInput) as caught:
        read_profile(path)
    assert [one.where for one in caught.value.mistakes] == [
        "profile.json, workday",
        "profile.json, weekend",
        "profile.json, planning.between",
        "profile.json, evening_peak_kmh_by_district.渝中区",
    ]
    path.write_text("{", "utf-8")
    with pytest.raises(BadInput, match="no JSON"):
        read_profile(path)
