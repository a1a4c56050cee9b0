"""A small dossier to show: three teams, a Monday and a Tuesday, real places of Chongqing, made-up numbers.

Three visits share one site, one is far away (Fuling), two visits and one request are out.
With `hostile=True` every text a person could have typed tries to run as code.
"""

import math
from datetime import date, timedelta

import numpy as np

from planner.dossier import Dossier, Location, PlanFacts, Refused
from planner.model import (
    Base,
    Break,
    Group,
    Hours,
    Inputs,
    Kind,
    Organisation,
    PassportBag,
    Place,
    Request,
    Service,
    Shift,
    Site,
    Task,
    Team,
    Visit,
    Window,
    Work,
)
from planner.policy import Policy
from planner.problem import Plan, Problem, ProblemShift, ProblemTeam, ProblemVisit, Route, Stop, Unserved
from planner.reasons import Reason, reason
from planner.workdays import default_calendar

MONDAY = date(2026, 9, 7)
TUESDAY = date(2026, 9, 8)
HOUR = 3600
CALENDAR = default_calendar()
HOSTILE = "{{7919*7907}}${7919*7907}`\\</script><img src=x onerror=window.hit=1>\"'&"

BASES = (
    Base("ST01", "出入境管理局(黄龙路)", "Division (Huanglong Road)", Place(29.594, 106.545), "渝北区"),
    Base("ST09", "北碚分局", "Beibei Branch", Place(29.80759, 106.39158), "北碚区"),
)

TEAMS = (
    Team("T1", "第一警组", "Team One", "ST01", 3, 2, ("zh", "en", "ko")),
    Team("T2", "第二警组", "Team Two", "ST01", 3, 2, ("zh", "en", "th", "ru")),
    Team("T3", "北碚警组", "Beibei Team", "ST09", 2, 2, ("zh", "en", "ja")),
)

# id, name zh, name en, kind, district, lat, lon, foreigners, address
PLACES = (
    (
        "ORG001",
        "重庆大学(虎溪校区)",
        "Chongqing University (Huxi Campus)",
        "university",
        "沙坪坝区",
        29.595,
        106.2945,
        620,
        "大学城南路55号",
    ),
    (
        "ORG002",
        "重庆大学(A校区)",
        "Chongqing University (Campus A)",
        "university",
        "沙坪坝区",
        29.567,
        106.464,
        347,
        "沙正街174号",
    ),
    ("ORG003", "西南大学", "Southwest University", "university", "北碚区", 29.8195, 106.421, 910, "天生路2号"),
    (
        "ORG006",
        "四川外国语大学",
        "Sichuan International Studies University",
        "university",
        "沙坪坝区",
        29.574,
        106.434,
        352,
        "壮志路33号",
    ),
    (
        "ORG008",
        "重庆医科大学(渝中校区)",
        "Chongqing Medical University (Yuzhong Campus)",
        "university",
        "渝中区",
        29.536,
        106.505,
        116,
        "医学院路1号",
    ),
    (
        "ORG010",
        "重庆邮电大学",
        "Chongqing University of Posts and Telecommunications",
        "university",
        "南岸区",
        29.533,
        106.607,
        243,
        "崇文路2号",
    ),
    (
        "ORG014",
        "重庆理工大学(花溪校区)",
        "Chongqing University of Technology",
        "university",
        "巴南区",
        29.459,
        106.53,
        133,
        "红光大道69号",
    ),
    (
        "ORG019",
        "长江师范学院",
        "Yangtze Normal University",
        "university",
        "涪陵区",
        29.751,
        107.264,
        65,
        "聚贤大道16号",
    ),
    (
        "ORG101",
        "江北嘴金融服务公司",
        "Jiangbeizui Financial Services",
        "company",
        "江北区",
        29.5765,
        106.572,
        31,
        "江北嘴金沙路3号",
    ),
    (
        "ORG102",
        "两江汽车研究院",
        "Liangjiang Automotive Institute",
        "institute",
        "渝北区",
        29.679,
        106.561,
        44,
        "金渝大道66号",
    ),
    (
        "ORG018",
        "重庆三峡学院",
        "Chongqing Three Gorges University",
        "university",
        "万州区",
        30.757,
        108.443,
        97,
        "天星路666号",
    ),
    (
        "ORG103",
        "沙坪坝语言学校",
        "Shapingba Language School",
        "school",
        "沙坪坝区",
        29.557,
        106.459,
        8,
        "天星桥正街12号",
    ),
)

SMALL = Group("work", "extension", 8, "en", date(2026, 10, 18))  # last lawful day: Fri 18 Sep

# visit, organisation index, work, people, kind, task, language, event date; its last lawful day follows in the comment
ASKED: tuple[tuple[str, int, Work, int, Kind, Task, str, date], ...] = (
    ("V01", 0, "acceptance", 24, "study", "first", "en", date(2026, 8, 22)),  # Mon 21 Sep
    ("V02", 0, "acceptance", 18, "study", "first", "th", date(2026, 8, 24)),  # Wed 23 Sep
    ("V03", 0, "interview", 30, "study", "first", "en", date(2026, 8, 11)),  # Thu 10 Sep
    ("V04", 1, "acceptance", 12, "study", "extension", "ko", date(2026, 10, 20)),  # Sun 20 Sep
    ("V05", 2, "acceptance", 26, "study", "first", "ja", date(2026, 8, 20)),  # Sat 19 Sep
    ("V06", 3, "acceptance", 15, "study", "first", "ru", date(2026, 8, 28)),  # Sun 27 Sep
    ("V07", 4, "acceptance", 9, "work", "extension", "en", date(2026, 10, 14)),  # Mon 14 Sep
    ("V08", 5, "acceptance", 14, "study", "first", "en", date(2026, 8, 30)),  # Tue 29 Sep
    ("V09", 6, "acceptance", 11, "study", "extension", "en", date(2026, 11, 5)),  # Tue 6 Oct
    ("V10", 7, "acceptance", 7, "work", "first", "en", date(2026, 8, 14)),  # Sun 13 Sep
    ("V11", 8, "acceptance", 6, "work", "change", "en", date(2026, 8, 29)),  # Tue 8 Sep
    ("V12", 9, "return", 13, "work", "extension", "en", date(2026, 10, 30)),
    ("V13", 10, "acceptance", 22, "study", "first", "en", date(2026, 8, 8)),  # Mon 7 Sep
    ("V14", 9, "acceptance", 5, "talent", "first", "de", date(2026, 8, 25)),  # Thu 24 Sep
)

ROUTES = (
    ("T1", MONDAY, ("V04", "V07", "V11")),
    ("T1", TUESDAY, ("V08", "V09")),
    ("T2", MONDAY, ("V02", "V06")),
    ("T2", TUESDAY, ("V10", "V12")),
    ("T3", MONDAY, ("V03", "V05")),
    ("T3", TUESDAY, ("V01",)),
)


TOO_FAR = reason("alone_shift", visit="V13", team="T1", date="2026-09-07", at="20:10", minutes=130, ends="18:00")


def a_dossier(hostile: bool = False) -> Dossier:
    """The dossier; the same at every call."""
    inputs = _inputs(hostile)
    visits = tuple(_visit(*asked) for asked in ASKED)
    places = [(Location("base", base.id, base.place)) for base in inputs.bases]
    places += [Location("site", site.id, site.place) for site in inputs.sites]
    metres = np.array([[_road_metres(a.place, b.place) for b in places] for a in places], dtype=np.int64)
    seconds = metres * 60 // 600  # 36 km/h
    problem = _problem(visits, inputs, seconds, metres)
    routes = tuple(a_route(problem, *route) for route in ROUTES)
    plan = Plan("example", 18_420, routes, (Unserved("V13", ()), Unserved("V14", ())), lower_bound=18_270, seed=1)
    facts = PlanFacts(
        inputs=inputs,
        policy=Policy(),
        today=date(2026, 9, 4),
        horizon=(MONDAY, TUESDAY),
        visits=visits,
        locations=tuple(places),
        refused=(Refused("R-ORG103", (_refusal(hostile),), 8, date(2026, 9, 18), (SMALL,)),),
        reasons={"V13": (TOO_FAR,)},
        travel_source=HOSTILE if hostile else "builtin (estimated)",
    )
    return Dossier(facts, problem, plan)


def an_empty_dossier() -> Dossier:
    """The same division on a week in which nobody asked for anything."""
    full = a_dossier()
    bases = full.facts.locations[: len(BASES)]
    zeros = np.zeros((len(BASES), len(BASES)), dtype=np.int64)
    problem = Problem("empty", full.problem.dates, zeros, full.problem.teams, ())
    facts = PlanFacts(full.facts.inputs, Policy(), full.facts.today, full.facts.horizon, (), bases)
    return Dossier(facts, problem, Plan("empty", 0, ()))


def _refusal(hostile: bool) -> Reason:
    zh, en = PLACES[-1][1:3]
    more = HOSTILE if hostile else ""
    return reason("too_few_foreigners", name_zh=zh + more, name_en=en + more, foreigners=8, threshold=10)


def _inputs(hostile: bool) -> Inputs:
    def said(text: str) -> str:
        return f"{text}{HOSTILE}" if hostile else text

    return Inputs(
        organisations=tuple(
            Organisation(id_, said(zh), said(en), kind, said(district), foreigners)  # type: ignore[arg-type]
            for id_, zh, en, kind, district, _, _, foreigners, _ in PLACES
        ),
        sites=tuple(
            Site(
                f"S-{id_}",
                id_,
                said("国际教育学院"),
                said("International Office"),
                Place(lat, lon),
                said(district),
                said(district + address),
                access_seconds=300,
            )
            for id_, _, _, _, district, lat, lon, _, address in PLACES
        ),
        bases=tuple(Base(base.id, said(base.name_zh), said(base.name_en), base.place, base.district) for base in BASES),
        teams=tuple(
            Team(t.id, said(t.name_zh), said(t.name_en), t.base_id, t.officers, t.desks, t.languages) for t in TEAMS
        ),
        shifts=tuple(
            Shift(team.id, day, Hours(8 * HOUR + 1800, 18 * HOUR), Break(3600, 41400, 46800), 75, 9 * HOUR)
            for team in TEAMS
            for day in (MONDAY, TUESDAY)
        ),
        requests=(*(_request(*asked, said=said("留学生办公室 023-6510 2345")) for asked in ASKED), _small()),
        bags=(PassportBag("BAG1", "R-V12", "S-ORG102", 13, date(2026, 9, 4)),),
        notes=(said("示例数据,人数均为虚构。 Sample data: all numbers are synthetic."),),
    )


def _small() -> Request:
    return Request("R-ORG103", "S-ORG103", "acceptance", date(2026, 8, 31), (SMALL,))


def _request(
    visit: str, index: int, work: Work, people: int, kind: Kind, task: Task, language: str, event: date, said: str
) -> Request:
    service: Service = "interview" if work == "interview" else "acceptance"
    group = Group(kind, task, people, language, event)
    return Request(f"R-{visit}", f"S-{PLACES[index][0]}", service, date(2026, 8, 31), (group,), contact=said)


def _visit(id_: str, index: int, work: Work, people: int, kind: Kind, task: Task, language: str, event: date) -> Visit:
    back = work == "return"
    limit = {"first": event + timedelta(30), "change": event + timedelta(10)}.get(task, event - timedelta(30))
    workday = CALENDAR.last_safe_workday(limit)
    minutes = 20 if back else 45 + people * (4 if work == "interview" else 8) // 2
    return Visit(
        id=id_,
        request_id=f"R-{id_}",
        organisation_id=PLACES[index][0],
        site_id=f"S-{PLACES[index][0]}",
        work=work,
        session=1,
        sessions=2 if id_ in ("V01", "V02") else 1,
        applicants=0 if back else people,
        passports=people if back else 0,
        groups=() if back else (Group(kind, task, people, language, event),),
        service_seconds=minutes * 60,
        skills=(f"language:{language}", "kit:acceptance", "desks:2"),
        windows=tuple(Window(day, 9 * HOUR, 16 * HOUR) for day in (MONDAY, TUESDAY)),
        legal_date=None if back else limit,
        last_workday=None if back else workday,
        promised=id_ == "V04",
        returns="BAG1" if back else None,
        processing_days=None if back or work == "interview" else 15,
    )


def _problem(visits: tuple[Visit, ...], inputs: Inputs, seconds: object, metres: object) -> Problem:
    site_index = {site.id: len(inputs.bases) + index for index, site in enumerate(inputs.sites)}
    base_index = {base.id: index for index, base in enumerate(inputs.bases)}
    teams = tuple(
        ProblemTeam(
            team.id,
            base_index[team.base_id],
            base_index[team.base_id],
            shifts=tuple(
                ProblemShift(shift.date, shift.hours.start, shift.hours.end, rest=shift.rest)
                for shift in inputs.shifts
                if shift.team_id == team.id
            ),
        )
        for team in inputs.teams
    )
    asked = tuple(
        ProblemVisit(
            visit.id, site_index[visit.site_id], visit.service_seconds, visit.windows, 60_000, visit.applicants
        )
        for visit in visits
    )
    return Problem("example", (MONDAY, TUESDAY), seconds, teams, asked, metres=metres)  # type: ignore[arg-type]


def a_route(problem: Problem, team_id: str, day: date, names: tuple[str, ...]) -> Route:
    """The route that makes these visits in this order: leaves as late as 09:00 at the first stop allows."""
    team = next(team for team in problem.teams if team.id == team_id)
    visits = {visit.id: visit for visit in problem.visits}
    stops: list[Stop] = []
    leave, rest = 0, None
    here, now = team.start, 8 * HOUR + 1800
    for name in names:
        visit = visits[name]
        drive = int(problem.seconds[here, visit.location])
        now = (now if stops else max(now, 9 * HOUR - drive)) + drive
        leave = leave if stops else now - drive
        arrive = now
        if rest is None and stops and now >= 11 * HOUR + 1800:
            rest, now = now, now + HOUR
        start = -(-now // 300) * 300
        stops.append(Stop(name, arrive, start, start + visit.service_seconds))
        here, now = visit.location, start + visit.service_seconds
    return Route(team_id, day, leave, now + int(problem.seconds[here, team.end]), tuple(stops), rest)


def _road_metres(a: Place, b: Place) -> int:
    east = (b.lon - a.lon) * 111_320 * math.cos(math.radians(29.6))
    north = (b.lat - a.lat) * 110_540
    return round(math.hypot(east, north) * 1.3)
