"""A tiny plan: one team out on a Monday, two organisations visited, one left out, one refused.

Drive 600 s and 5 km between any two places. T1 leaves at 08:50, serves V1 (24 people) from 09:00 to
10:00, hands back bag K1 at V2 from 10:10 to 10:30, and is back at 10:40.
"""

from dataclasses import replace
from datetime import date

import numpy as np

from planner.dossier import Dossier, Location, PlanFacts, Refused, Remark
from planner.model import (
    Base,
    Group,
    Hours,
    Inputs,
    Organisation,
    PassportBag,
    Request,
    Shift,
    Site,
    Team,
    Visit,
    Window,
)
from planner.policy import Policy
from planner.problem import Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route, Stop, Unserved
from planner.reasons import Reason, reason
from planner.travel.datum import place_in

FRIDAY = date(2026, 9, 4)
MONDAY = date(2026, 9, 7)
TUESDAY = date(2026, 9, 8)
HOUR, MINUTE = 3600, 60

STUDENTS = Group("study", "first", 20, "en", date(2026, 8, 25))
TEACHERS = Group("work", "extension", 4, "ko", date(2026, 11, 5))
FEW = Group("work", "first", 3, "en", date(2026, 8, 30))

INPUTS = Inputs(
    organisations=(
        Organisation("O1", "嘉陵大学", "Jialing University", "university", "沙坪坝区", 120),
        Organisation("O2", "长江公司", "Yangtze Company", "company", "渝北区", 40),
        Organisation("O3", "小学校", "Small School", "school", "北碚区", 6),
    ),
    sites=(
        Site("S1", "O1", "国际学院", "International College", place_in(29.563, 106.5516, "wgs84"), address="大学路1号"),
        Site("S2", "O2", "总部", "Head Office", place_in(29.6, 106.56, "wgs84"), "两江新区", "金渝大道66号"),
        Site("S3", "O3", "校区", "Campus", place_in(29.8, 106.42, "wgs84")),
    ),
    bases=(Base("B1", "出入境管理局", "The Division", place_in(29.594, 106.545, "wgs84")),),
    teams=(
        Team("T1", "第一警组", "Team One", "B1", 3, 2, ("zh", "en")),
        Team("T2", "第二警组", "Team Two", "B1", 3, 2, ("zh",)),
    ),
    shifts=(Shift("T1", MONDAY, Hours(8 * HOUR, 18 * HOUR)),),
    requests=(
        Request("R1", "S1", "acceptance", FRIDAY, (STUDENTS, TEACHERS), contact="国际处 023-60000001"),
        Request("R2", "S2", "acceptance", FRIDAY, (FEW,), contact="人事部 023-60000002"),
        Request("R3", "S3", "interview", FRIDAY, (replace(FEW, count=2),)),
    ),
    bags=(PassportBag("K1", "R0", "S2", 5, FRIDAY),),
)

WINDOWS = (Window(MONDAY, 9 * HOUR, 11 * HOUR), Window(TUESDAY, 9 * HOUR, 11 * HOUR))
V1 = Visit(
    "V1", "R1", "O1", "S1", "acceptance", 1, 2, 24, (STUDENTS, TEACHERS), HOUR, (), WINDOWS,
    legal_date=date(2026, 9, 24), last_workday=date(2026, 9, 24), promised=True, processing_days=15,
)  # fmt: skip
V2 = Visit("V2", "R0", "O2", "S2", "return", 1, 1, 0, (), 20 * MINUTE, (), WINDOWS, returns="K1", passports=5)
V3 = Visit(
    "V3", "R2", "O2", "S2", "acceptance", 1, 1, 3, (FEW,), HOUR, (), WINDOWS,
    legal_date=date(2026, 9, 29), last_workday=date(2026, 9, 29), processing_days=15,
)  # fmt: skip


def a_plan() -> Dossier:
    """The dossier; the same at every call."""
    places = (
        Location("base", "B1", INPUTS.bases[0].place),
        *(Location("site", site.id, site.place) for site in INPUTS.sites[:2]),
    )
    seconds = np.full((3, 3), 600, dtype=np.int64)
    np.fill_diagonal(seconds, 0)
    team = ProblemTeam("T1", 0, 0, shifts=(ProblemShift(MONDAY, 8 * HOUR, 18 * HOUR),))
    visits = tuple(
        ProblemVisit(visit.id, location, visit.service_seconds, visit.windows, 60_000, visit.applicants)
        for visit, location in ((V1, 1), (V2, 2), (V3, 2))
    )
    problem = Problem("week-37", (MONDAY, TUESDAY), seconds, (team,), visits, metres=seconds * 5000 // 600)
    stops = (
        Stop("V1", 9 * HOUR, 9 * HOUR, 10 * HOUR),
        Stop("V2", 10 * HOUR + 10 * MINUTE, 10 * HOUR + 10 * MINUTE, 10 * HOUR + 30 * MINUTE),
    )
    route = Route("T1", MONDAY, 8 * HOUR + 50 * MINUTE, 10 * HOUR + 40 * MINUTE, stops)
    facts = PlanFacts(
        inputs=INPUTS,
        policy=Policy(),
        today=FRIDAY,
        horizon=(MONDAY, TUESDAY),
        visits=(V1, V2, V3),
        locations=places,
        refused=(Refused("R3", (small("Small School"),), 2, date(2026, 9, 29), (replace(FEW, count=2),)),),
        reasons={"V3": (small("=1+1"),)},
        remarks=(Remark("R0", (small("Yangtze Company"),)),),
        version=4,
    )
    return Dossier(facts, problem, Plan("week-37", 1, (route,), (Unserved("V3"),)))


def small(organisation: str) -> Reason:
    """A reason that names an organisation."""
    return reason("too_few_foreigners", name_zh=organisation, name_en=organisation, foreigners=6, threshold=10)
