"""Measures how fast a request is answered and writes docs/offers_measured.md; a minute or two.

    python -m tests.bench.offers

A plan of 300 visits for 12 teams on 20 working days, made of the sites of data/places. Everything between the
question and the answer is timed: drawing the request's visits, posing them, searching, prices and reasons. The
process is warm: compiled, and the standing plan is kept; what making that anew costs is measured beside it.
"""

import argparse
import os
import platform
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from planner.dossier import Dossier
from planner.model import Break, Group, Hours, Inputs, Request, Shift, Site, Team
from planner.offers import Setting, Standing, nearest_of, offers_of, stand
from planner.pipeline import Ask, Search, make_plan
from planner.policy import Policy
from planner.sample.make import make_sample
from planner.workdays import default_calendar

ROOT = Path(__file__).parents[2]
CALENDAR = default_calendar()
HORIZON = CALENDAR.workdays(date(2026, 9, 1), date(2026, 9, 29))[:20]
TODAY = HORIZON[0] - timedelta(1)
VISITS, TEAMS = 300, 12
LANGUAGES = ("en", "ko", "ja", "th", "ru", "fr")
TARGET_MS = 300


@dataclass(frozen=True)
class Measured:
    """What was asked how often, and the milliseconds it took."""

    what: str
    milliseconds: tuple[float, ...]
    offers: float
    """Offers in one answer on average."""

    def at(self, share: int) -> float:
        """The milliseconds that so many in a hundred answers do not pass."""
        return float(np.percentile(self.milliseconds, share))


def large_inputs(rng: random.Random) -> Inputs:
    """300 requests of one session each at the sample's sites, 12 teams out on all 20 days."""
    sample = make_sample("september", 7)
    teams = tuple(_team(number, sample.bases[number % len(sample.bases)].id) for number in range(TEAMS))
    rest = Break(3600, 41_400, 46_800)
    shifts = tuple(Shift(team.id, day, Hours(30_600, 64_800), rest, 75, 32_400) for team in teams for day in HORIZON)
    near = [site for site in sample.sites if 106.2 < site.place.lon < 106.8 and 29.3 < site.place.lat < 29.9]
    requests = tuple(a_request(rng, f"R{number:03d}", rng.choice(near)) for number in range(VISITS))
    organisations = tuple(replace(one, foreigners=max(20, one.foreigners)) for one in sample.organisations)
    return replace(
        sample,
        organisations=organisations,
        teams=teams,
        shifts=shifts,
        requests=requests,
        promises=(),
        bags=(),
        special_visits=(),
    )


def a_request(rng: random.Random, name: str, site: Site) -> Request:
    """11 to 45 people of one language who entered in August; half of the askers name days and hours."""
    entry = date(2026, 8, 20) + timedelta(rng.randrange(0, 20))
    asked = Request(
        name,
        site.id,
        "acceptance",
        TODAY,
        (Group("study", "first", rng.randrange(11, 45), rng.choice(LANGUAGES), entry),),
    )
    if rng.random() < 0.5:
        asked = replace(asked, host_dates=tuple(sorted(rng.sample(HORIZON, 8))))
    return replace(asked, host_hours=(Hours(9 * 3600, 12 * 3600),)) if rng.random() < 0.2 else asked


def _team(number: int, base: str) -> Team:
    spoken = ("zh", "en", LANGUAGES[1 + number % 5], LANGUAGES[1 + (number + 2) % 5])
    return Team(f"T{number + 1:02d}", f"第{number + 1}组", f"Team {number + 1}", base, 3, 2, spoken)


def measured(what: str, ask: Callable[[Request], int], requests: Sequence[Request]) -> Measured:
    """Each question once, the first three not counted."""
    times, offers = [], 0
    for number, request in enumerate((*requests[:3], *requests)):
        began = time.perf_counter()
        found = ask(request)
        if number >= 3:
            times.append(1000 * (time.perf_counter() - began))
            offers += found
    return Measured(what, tuple(times), offers / len(requests))


def measure(questions: int) -> tuple[Dossier, list[Measured]]:
    """The plan, and every kind of question asked of it."""
    rng = random.Random("offers")
    inputs = large_inputs(rng)
    dossier = make_plan(Ask("offers", inputs, Policy(), CALENDAR, HORIZON, TODAY), Search(seconds=30.0))
    made = [visit.id for visit in dossier.facts.visits]
    setting = Setting(inputs, CALENDAR)
    known = {location.id for location in dossier.facts.locations}
    visited = [site for site in inputs.sites if site.id in known]
    others = [site for site in inputs.sites if site.id not in known]
    asked = [a_request(rng, f"X{number}", rng.choice(visited)) for number in range(questions)]
    new = [a_request(rng, f"Y{number}", rng.choice(others)) for number in range(questions)]
    open_, promised = stand(dossier, (), TODAY), stand(dossier, made, TODAY)
    hardest = [
        replace(one, host_dates=one.host_dates[:1] or HORIZON[:1], host_hours=(Hours(36_000, 39_600),)) for one in asked
    ]

    def offers(standing: Standing) -> Callable[[Request], int]:
        return lambda request: len(offers_of(standing, request, setting).offers)

    def anew(request: Request) -> int:
        return len(offers_of(stand(dossier, made, TODAY), request, setting).offers)

    def nearest(request: Request) -> int:
        answer = offers_of(promised, request, setting)
        return len(answer.offers) + len(nearest_of(promised, request, setting, answer))

    return dossier, [
        measured("every visit promised, a site of the plan", offers(promised), asked),
        measured("no visit promised (others may move), a site of the plan", offers(open_), asked),
        measured("every visit promised, a site new to the plan", offers(promised), new),
        measured("the standing plan compiled anew for the question", anew, asked),
        measured("one hour of one day, and the nearest that fits where nothing does", nearest, hardest),
    ]


def document(dossier: Dossier, rows: Sequence[Measured]) -> str:
    """docs/offers_measured.md."""
    served = sum(len(route.stops) for route in dossier.plan.routes)
    lines = [
        f"| {row.what} | {len(row.milliseconds)} | {row.offers:.0f} | {row.at(50):.0f} | {row.at(95):.0f} "
        f"| {max(row.milliseconds):.0f} |"
        for row in rows
    ]
    return "\n".join(
        [
            "# How fast a request is answered",
            "",
            "Generated by `make offers-bench` (`python -m tests.bench.offers`). Milliseconds from the question to the",
            f"answer, in a warm process on one core of {os.cpu_count()} ({platform.machine()}, other work beside it).",
            f"The plan: {len(dossier.facts.visits)} visits, returns among them ({served} made), {TEAMS} teams,",
            f"{len(HORIZON)} working days. Wanted: 95 of 100 answers within {TARGET_MS} ms.",
            "",
            "| question | asked | offers | p50 | p95 | longest |",
            "|---|---:|---:|---:|---:|---:|",
            *lines,
            "",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, writes the document; 1 where any kind of question takes longer than wanted."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.offers", description=str(__doc__).split("\n")[0])
    parser.add_argument("--questions", type=int, default=100, help="how often each kind of question is asked")
    parser.add_argument("--no-document", action="store_true", help="leave docs/offers_measured.md as it is")
    chosen = parser.parse_args(arguments)
    dossier, rows = measure(chosen.questions)
    text = document(dossier, rows)
    sys.stdout.write(text)
    if not chosen.no_document:
        (ROOT / "docs" / "offers_measured.md").write_text(text, "utf-8")
    return int(any(row.at(95) > TARGET_MS for row in rows))


if __name__ == "__main__":
    sys.exit(main())
