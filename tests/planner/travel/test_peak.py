"""The peak rule of bridges and tunnels, and the shifts of cars it concerns."""

from datetime import date
from pathlib import Path

import pytest

from planner.errors import BadInput
from planner.model import Hours, Inputs, Shift
from planner.travel.builtin import GATEWAYS
from planner.travel.land import read_land
from planner.travel.peak import (
    Vehicle,
    cut_shift,
    read_peak_rule,
    read_vehicles,
    shut_crossings,
    with_peak_rule,
)
from planner.workdays import default_calendar

MONDAY, TUESDAY = date(2026, 9, 7), date(2026, 9, 8)
MAKE_UP_SUNDAY, HOLIDAY = date(2026, 9, 20), date(2026, 10, 1)
HOUR = 3600
DAY = Hours(8 * HOUR + 1800, 18 * HOUR)
PEAK = (Hours(7 * HOUR, 9 * HOUR), Hours(17 * HOUR, 19 * HOUR + 1800))
PRIVATE = Vehicle("T1", exempt=False, last_digit=6)


def test_a_plate_ending_in_six_stays_away_on_mondays_only() -> None:
    rule, calendar = read_peak_rule(), default_calendar()
    assert rule.shut(PRIVATE, MONDAY, calendar) == PEAK
    assert rule.shut(PRIVATE, TUESDAY, calendar) == ()


def test_marked_police_cars_make_up_days_and_holidays_are_exempt() -> None:
    rule, calendar = read_peak_rule(), default_calendar()
    assert rule.shut(Vehicle("T1"), MONDAY, calendar) == ()
    # The Sunday is worked as a make-up day; even a rule that names Sundays is not in force on it.
    everyday = type(rule)(rule.hours, dict.fromkeys(range(7), (6,)))
    assert everyday.shut(PRIVATE, MAKE_UP_SUNDAY, calendar) == ()
    assert everyday.shut(PRIVATE, HOLIDAY, calendar) == ()


def test_the_shift_of_a_car_that_is_not_exempt_lies_between_the_peaks() -> None:
    inputs = Inputs(shifts=tuple(Shift(team, day, DAY) for team in ("T1", "T2") for day in (MONDAY, TUESDAY)))
    cut = with_peak_rule(inputs, [PRIVATE, Vehicle("T2")], read_peak_rule(), default_calendar())
    between = Hours(9 * HOUR, 17 * HOUR)
    assert [shift.hours for shift in cut.shifts] == [between, DAY, DAY, DAY]


def test_a_shift_that_lies_in_the_peak_goes_out_and_one_that_only_touches_it_stays() -> None:
    assert cut_shift(Shift("T1", MONDAY, Hours(7 * HOUR, 9 * HOUR)), PEAK) is None
    touching = Shift("T1", MONDAY, Hours(9 * HOUR, 17 * HOUR))
    assert cut_shift(touching, PEAK) == touching


def test_listed_bridges_driven_over_in_the_peak_are_named() -> None:
    gateways = read_land(GATEWAYS).gateways
    listed, free = "黄花园大桥", "寸滩长江大桥"
    assert sum(one.peak_rule for one in gateways) == 21
    assert shut_crossings((listed, free), 8 * HOUR, 9 * HOUR + 60, PEAK, gateways) == [listed]
    assert shut_crossings((listed, free), 9 * HOUR, 10 * HOUR, PEAK, gateways) == []
    assert shut_crossings((listed, free), 8 * HOUR, 9 * HOUR, (), gateways) == []


def test_the_cars_are_read_and_every_mistake_named(tmp_path: Path) -> None:
    path = tmp_path / "vehicles.csv"
    assert read_vehicles(path) == ()
    path.write_text("team_id,exempt,last_digit\nT1,no,6\nT2,是,\n", "utf-8")
    assert read_vehicles(path) == (PRIVATE, Vehicle("T2"))
    path.write_text("team_id,exempt,last_digit\n,no,6\nT2,perhaps,1\nT3,否,A\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        read_vehicles(path)
    assert [one.where for one in caught.value.mistakes] == [
        "vehicles.csv, row 2, column team_id",
        "vehicles.csv, row 3, column exempt",
        "vehicles.csv, row 4, column last_digit",
    ]
    with pytest.raises(ValueError, match="last digit"):
        Vehicle("T1", exempt=False)


def test_every_mistake_in_the_rule_is_named(tmp_path: Path) -> None:
    path = tmp_path / "peak_rule.toml"
    path.write_text('hours = ["early"]\n[digits]\nMon = [1, 60]\nSomeday = [1]\n', "utf-8")
    with pytest.raises(BadInput) as caught:
        read_peak_rule(path)
    assert [one.where for one in caught.value.mistakes] == [
        "peak_rule.toml, hours",
        "peak_rule.toml, digits.Mon",
        "peak_rule.toml, digits.Someday",
    ]
