"""A small office, written as its tables and planned as a user plans it: from a folder to a dossier.

Friday 4 September 2026 is today, the week from Monday the 7th is planned. One university with 120
foreigners, one site a few minutes' drive from the base, open 09:00-12:00 and 13:00-17:30. A session of
11 students takes 30 + 11 × 8 / 2 + 15 = 89 minutes, one of 24 takes 30 + 96 + 15 = 141.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from threading import Event

from planner.dossier import Dossier
from planner.model import seconds_of
from planner.planning import PlanOrder, plan_folder
from planner.problem import Route, Stop
from tests.planner.io.a_folder import TABLES, a_folder

WEEK = tuple(f"2026-09-{day:02d}" for day in range(7, 12))
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (date.fromisoformat(day) for day in WEEK)
SHIFT = "08:30,18:00"


def shifts(teams: Iterable[str] = ("T1",), dates: Iterable[str] = WEEK, limits: str = "60,11:30,13:00,,") -> str:
    """The table of shifts: break minutes, earliest, latest, most applicants and most work minutes in `limits`."""
    days = tuple(dates)
    rows = [f"{team},{day},{SHIFT},{limits}" for team in teams for day in days]
    head = "team_id,date,start,end,break_minutes,break_earliest,break_latest,max_applicants,max_work_minutes"
    return "\n".join([head, *rows, ""])


def teams(*rows: str) -> str:
    """The table of teams; a row is "T1,zh;en" or "T1,zh;en,acceptance;interview"."""
    made = []
    for row in rows:
        name, languages, *kits = row.split(",")
        made.append(f"{name},{name},B1,3,2,{languages},{kits[0] if kits else ''}")
    return "\n".join(["id,name_zh,base_id,officers,desks,languages,kits", *made, ""])


def requests(*rows: str) -> str:
    """The table of requests; a row is "R1,host dates,host hours", the last two may be empty."""
    made = [f"{name},S1,acceptance,2026-09-01,{dates},{hours}" for name, dates, hours in (r.split(",") for r in rows)]
    return "\n".join(["id,site_id,service,received,host_dates,host_hours", *made, ""])


def groups(*rows: str) -> str:
    """The table of groups; a row is "R1,24" or "R1,24,en,2026-08-25" with language and day of entry."""
    made = []
    for row in rows:
        name, count, *rest = row.split(",")
        language, entered = rest or ("en", "2026-08-25")
        made.append(f"{name},study,first,{count},{language},{entered}")
    return "\n".join(["request_id,kind,task,count,language,event_date", *made, ""])


def planned(
    folder: Path, first: date = MONDAY, last: date = FRIDAY, today: date = date(2026, 9, 4), **tables: str
) -> Dossier:
    """The plan of the office with some of its tables changed or added."""
    written = {
        "sites": "id,organisation_id,name_zh,lat,lon,datum,hours\n"
        "S1,O1,国际学院,29.563,106.5516,WGS-84,09:00-12:00;13:00-17:30\n",
        "shifts": shifts(),
        **tables,
    }
    a_folder(folder, **{**TABLES, **written})
    order = PlanOrder(folder, (first, last), today, "quick")
    return plan_folder(order, lambda progress: None, Event()).dossier


def stops(dossier: Dossier) -> dict[str, tuple[Route, Stop]]:
    """Each visit in the plan: its route and its stop."""
    return {stop.visit: (route, stop) for route in dossier.plan.routes for stop in route.stops}


def dates(dossier: Dossier) -> dict[str, date]:
    """The date of each visit in the plan."""
    return {visit: route.date for visit, (route, _) in stops(dossier).items()}


def out(dossier: Dossier) -> dict[str, tuple[str, ...]]:
    """The codes of the reasons of each visit that is in no route."""
    return {unserved.visit: unserved.reasons for unserved in dossier.plan.unserved}


def refused(dossier: Dossier) -> dict[str, tuple[str, ...]]:
    """The codes of the reasons of each request that became no visit, or not for all of its people."""
    return {one.request_id: tuple(reason.code for reason in one.reasons) for one in dossier.facts.refused}


def at(text: str) -> int:
    """Seconds since midnight of a clock time."""
    return seconds_of(text)
