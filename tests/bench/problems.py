"""Division problems for measuring the optimiser: deterministic, at the places of the sample data.

`division_problem(family, visits, teams, dates, seed)` is the only entry. Families:

- quiet: few visits for the teams there are, wide windows
- september: one visit a team and half-day, legal dates inside the horizon, languages, a lunch break
- far: a quarter of the visits in the far districts
- tight: more work than the teams can do, short windows
- bases: every team starts elsewhere
"""

import csv
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np

from planner.model import Break, Window
from planner.problem import Costs, Problem, ProblemShift, ProblemTeam, ProblemVisit

Family = Literal["quiet", "september", "far", "tight", "bases"]

PLACES = Path(__file__).parents[2] / "data" / "places" / "organisations.csv"
BASES = [(29.594, 106.545), (29.595, 106.30), (29.82, 106.42), (29.52, 106.57), (29.35, 105.93), (29.49, 106.48)]
LANGUAGES = ["ko", "ja", "th", "ru", "fr"]
HOUR = 3600


def division_problem(family: Family, visits: int, teams: int, dates: int, seed: int) -> Problem:
    """The problem of this family and size; the same arguments give the same problem."""
    rng = random.Random(f"{family}-{visits}-{teams}-{dates}-{seed}")
    days = _working_days(date(2026, 9, 7), dates)
    bases = BASES if family == "bases" else BASES[:4]
    points = bases + [_jitter(rng, point) for point in _places(rng, family, visits)]
    return Problem(
        name=f"{family}-{visits}-{teams}-{dates}-{seed}",
        dates=days,
        seconds=_drive_seconds(np.array(points)),
        teams=tuple(_team(rng, family, number, len(bases), days) for number in range(teams)),
        visits=tuple(_visit(rng, family, number, len(bases) + number, days) for number in range(visits)),
        costs=Costs(1, 0, 900),
    )


def plain(problem: Problem) -> Problem:
    """The same problem without breaks and without limits of work, so that every other solver can express all of it."""
    teams = tuple(
        replace(team, shifts=tuple(replace(shift, rest=None, max_work_seconds=None) for shift in team.shifts))
        for team in problem.teams
    )
    return replace(problem, name=f"{problem.name}-plain", teams=teams)


def _working_days(first: date, count: int) -> tuple[date, ...]:
    days = (first + timedelta(days=n) for n in range(2 * count + 7))
    return tuple([day for day in days if day.weekday() < 5][:count])


def _places(rng: random.Random, family: Family, count: int) -> list[tuple[float, float]]:
    with PLACES.open(encoding="utf-8-sig") as file:
        rows = [(float(r["lat"]), float(r["lon"]), int(r["est_foreigners"] or 1)) for r in csv.DictReader(file)]
    centre = [row for row in rows if abs(row[0] - 29.57) < 0.35 and abs(row[1] - 106.5) < 0.35]
    far = [row for row in rows if row not in centre and abs(row[0] - 29.57) < 0.9 and abs(row[1] - 106.5) < 0.9]
    share = 0.25 if family == "far" else 0.05
    chosen = []
    for _ in range(count):
        pool = far if rng.random() < share else centre
        row = rng.choices(pool, weights=[r[2] ** 0.5 for r in pool])[0]
        chosen.append((row[0], row[1]))
    return chosen


def _jitter(rng: random.Random, point: tuple[float, float]) -> tuple[float, float]:
    return (point[0] + rng.uniform(-0.01, 0.01), point[1] + rng.uniform(-0.01, 0.01))


def _drive_seconds(
    points: "np.ndarray[tuple[int, int], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    lat, lon = points[:, 0] * 111.2, points[:, 1] * 96.6
    km = 1.3 * np.hypot(lat[:, None] - lat[None], lon[:, None] - lon[None])
    speed = np.minimum(58, np.where(km < 12, 19 + 2 * km, 43 + 0.55 * (km - 12)))
    seconds = (180 + 3600 * km / speed).astype(np.int64)
    np.fill_diagonal(seconds, 0)
    return seconds


def _team(rng: random.Random, family: Family, number: int, bases: int, days: tuple[date, ...]) -> ProblemTeam:
    skills = {"en", "zh", *rng.sample(LANGUAGES, 2)}
    skills.add(LANGUAGES[number % len(LANGUAGES)])
    away = 0.0 if family == "quiet" else 0.08
    shifts = [
        ProblemShift(day, 30600, 64800, 75, 9 * HOUR, Break(HOUR, 41400, 46800)) for day in days if rng.random() >= away
    ]
    base = number % bases if family == "bases" else (0 if number % 3 else number % bases)
    return ProblemTeam(f"T{number + 1}", base, base, frozenset(skills), tuple(shifts))


def _visit(rng: random.Random, family: Family, number: int, location: int, days: tuple[date, ...]) -> ProblemVisit:
    applicants = min(60, max(2, int(rng.lognormvariate(2.2, 0.8))))
    service = (45 + applicants * 8 // 2) * 60
    due = rng.randrange(2, len(days) + 6) if family in ("september", "tight") else rng.randrange(5, len(days) + 12)
    first = rng.randrange(0, max(1, len(days) // 3))
    open_days = [day for n, day in enumerate(days) if first <= n <= due and rng.random() < 0.8] or [days[-1]]
    kind = rng.random()
    spans = [(9 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR + 1800)]
    if kind < (0.4 if family == "tight" else 0.15):
        spans = [rng.choice(spans)]
    windows = []
    for day in open_days:
        for start, end in spans:
            if end - service >= start:
                windows.append(Window(day, start, end - service))
    if not windows:
        windows = [Window(day, 9 * HOUR, 9 * HOUR + 1800) for day in open_days]
    skills = frozenset({rng.choice(LANGUAGES)}) if rng.random() < 0.25 else frozenset({"en"})
    urgent = due < len(days)
    costs = tuple((day, 60 * n + 300 * max(0, 5 - (due - n))) for n, day in enumerate(days) if n <= due)
    return ProblemVisit(
        id=f"V{number + 1}",
        location=location,
        service_seconds=service,
        windows=tuple(windows),
        unserved_cost=(1_000_000 if urgent else 60_000) + 1000 * applicants,
        applicants=applicants,
        skills=skills,
        date_costs=costs,
    )
