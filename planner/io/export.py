"""A plan as tables: visits, what is left out, passports to come back, team days, remarks."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

from planner.dossier import Dossier, Refused
from planner.errors import Language
from planner.io.index import Index, Made, by_kind, clock_of, expected_back, index_of, languages_of
from planner.io.spreadsheets import Cell, Page, write_csv, write_xlsx
from planner.model import Visit
from planner.problem import Route
from planner.reasons import Reason
from planner.workdays import Calendar, default_calendar

Title = tuple[str, str]
"""A title in Chinese and in English."""
Record = tuple[Cell, ...]

WORKS: dict[str, Title] = {
    "acceptance": ("受理", "acceptance"),
    "interview": ("面谈", "interview"),
    "return": ("送证", "return"),
}
YES: Title = ("是", "yes")
NO: Title = ("否", "no")
PASSED: Title = ("已过期，请立即处理", "has passed, act at once")
PAST_CALENDAR: Title = ("超出工作日历", "past the calendar")

ORGANISATION: tuple[Title, ...] = (
    ("单位编号", "organisation_id"),
    ("单位", "organisation_zh"),
    ("单位英文名", "organisation_en"),
)
SITE: tuple[Title, ...] = (("地点", "site"), ("区县", "district"))

VISITS: tuple[Title, ...] = (
    ("日期", "date"),
    ("警组编号", "team_id"),
    ("警组", "team"),
    ("次序", "order"),
    ("到达", "arrive"),
    ("开始", "start"),
    ("结束", "end"),
    *ORGANISATION,
    *SITE,
    ("任务", "work"),
    ("人数", "applicants"),
    ("类别", "kinds"),
    ("语种", "languages"),
    ("送证本数", "passports"),
    ("法定期限", "legal_date"),
    ("距法定期限（天）", "days_before_legal_date"),
    ("已承诺", "promised"),
    ("场次编号", "visit_id"),
    ("申请编号", "request_id"),
)
LEFT_OUT: tuple[Title, ...] = (
    ("场次编号", "visit_id"),
    ("申请编号", "request_id"),
    *ORGANISATION,
    *SITE,
    ("任务", "work"),
    ("人数", "applicants"),
    ("类别", "kinds"),
    ("法定期限", "legal_date"),
    ("最晚到大厅日期", "go_to_the_hall_by"),
    ("原因", "reason_zh"),
    ("原因（英文）", "reason_en"),
    ("办法", "remedy_zh"),
    ("办法（英文）", "remedy_en"),
)
RETURNS: tuple[Title, ...] = (
    ("收取场次", "collected_by"),
    *ORGANISATION,
    *SITE,
    ("护照数", "passports"),
    ("收取日期", "collected_on"),
    ("最早送回", "earliest_back"),
    ("暂定", "provisional"),
    ("送证日期", "planned_on"),
    ("送证时刻", "planned_at"),
    ("送证警组", "planned_team"),
)
TEAM_DAYS: tuple[Title, ...] = (
    ("日期", "date"),
    ("警组编号", "team_id"),
    ("警组", "team"),
    ("出发", "leave"),
    ("返回", "back"),
    ("休息开始", "break_start"),
    ("上门次数", "visits"),
    ("人数", "applicants"),
    ("送证本数", "passports"),
    ("行车（分钟）", "driving_minutes"),
    ("行车（公里）", "driving_km"),
    ("工作（分钟）", "work_minutes"),
)
REMARKS: tuple[Title, ...] = (
    ("申请编号", "request_id"),
    *ORGANISATION,
    ("提示", "remark_zh"),
    ("提示（英文）", "remark_en"),
    ("办法", "remedy_zh"),
    ("办法（英文）", "remedy_en"),
)


def write_tables(
    dossier: Dossier, folder: Path, language: Language = "zh", calendar: Calendar | None = None
) -> tuple[Path, ...]:
    """Writes the plan's tables into `folder` (made if need be): one CSV each and all sheets of plan.xlsx.

    `calendar` counts the working days until passports come back (default: the checkout's). Returns the
    paths written. The same plan gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pages = plan_pages(dossier, language, calendar or default_calendar())
    written = []
    for name, page in pages.items():
        written.append(folder / f"plan-{name}.csv")
        write_csv(page, written[-1])
    written.append(folder / "plan.xlsx")
    write_xlsx(tuple(pages.values()), written[-1])
    return tuple(written)


def plan_pages(dossier: Dossier, language: Language, calendar: Calendar) -> dict[str, Page]:
    """The tables of a plan, by the name of their file."""
    index = index_of(dossier)
    at = 0 if language == "zh" else 1

    def page(title: Title, columns: tuple[Title, ...], rows: Iterable[Record]) -> Page:
        return Page(title[at], tuple(column[at] for column in columns), tuple(rows))

    return {
        "visits": page(("上门服务", "visits"), VISITS, _visits(index, language)),
        "left-out": page(("未安排", "left out"), LEFT_OUT, _left_out(dossier, index, language)),
        "returns": page(("待送证", "passports back"), RETURNS, _returns(index, language, calendar)),
        "team-days": page(("警组日程", "team days"), TEAM_DAYS, _team_days(dossier, index, language)),
        "remarks": page(("提示", "remarks"), REMARKS, _remarks(dossier, index)),
    }


def _visits(index: Index, language: Language) -> Iterator[Record]:
    for made in index.stops.values():
        visit, day = made.visit, made.route.date
        yield (
            day,
            made.route.team,
            _team(index, made.route.team, language),
            made.order,
            clock_of(made.stop.arrive),
            clock_of(made.stop.start),
            clock_of(made.stop.end),
            *_organisation(index, visit.organisation_id),
            *_site(index, visit.site_id, language),
            _in(WORKS[visit.work], language),
            visit.applicants,
            by_kind(visit.groups, language),
            languages_of(visit.groups, language),
            visit.passports,
            visit.legal_date,
            (visit.legal_date - day).days if visit.legal_date else None,
            _in(YES if visit.promised else NO, language),
            visit.id,
            visit.request_id,
        )


def _left_out(dossier: Dossier, index: Index, language: Language) -> Iterator[Record]:
    for visit in dossier.facts.visits:
        if visit.id not in index.stops:
            yield _unserved(visit, _reasons_of(visit, dossier), dossier.facts.today, index, language)
    for refused in dossier.facts.refused:
        yield _refused(refused, index, language)


def _unserved(visit: Visit, reasons: tuple[Reason, ...], today: date, index: Index, language: Language) -> Record:
    go_by: Cell = visit.last_workday
    if visit.last_workday and visit.last_workday < today:
        go_by = _in(PASSED, language)
    return (
        visit.id,
        visit.request_id,
        *_organisation(index, visit.organisation_id),
        *_site(index, visit.site_id, language),
        _in(WORKS[visit.work], language),
        visit.applicants,
        by_kind(visit.groups, language),
        visit.legal_date,
        go_by,
        *_sentences(reasons),
    )


def _refused(refused: Refused, index: Index, language: Language) -> Record:
    request = index.requests.get(refused.request_id)
    work = request.service if request else "return"
    go_by: Cell = refused.go_by
    if refused.go_by is None and refused.applicants:
        go_by = _in(PASSED, language)
    return (
        "",
        refused.request_id,
        *_asking(index, refused.request_id, language),
        _in(WORKS[work], language),
        refused.applicants,
        by_kind(refused.groups, language),
        None,
        go_by,
        *_sentences(refused.reasons),
    )


def _reasons_of(visit: Visit, dossier: Dossier) -> tuple[Reason, ...]:
    return dossier.facts.reasons.get(visit.id, ())


def _sentences(reasons: tuple[Reason, ...]) -> tuple[str, str, str, str]:
    """Reasons and remedies as the last four columns: reason zh, en, remedy zh, en."""
    return (
        "\n".join(reason.sentence("zh") for reason in reasons),
        "\n".join(reason.sentence("en") for reason in reasons),
        "\n".join(reason.remedy("zh") for reason in reasons),
        "\n".join(reason.remedy("en") for reason in reasons),
    )


def _returns(index: Index, language: Language, calendar: Calendar) -> Iterator[Record]:
    """Passports collected earlier, then those that the plan collects, by date."""
    bringing = {made.visit.returns: made for made in index.stops.values() if made.visit.returns}
    for bag in index.bags.values():
        site = index.sites[bag.site_id]
        yield (
            bag.id,
            *_organisation(index, site.organisation_id),
            *_site(index, site.id, language),
            bag.passports,
            None,
            bag.issued_on,
            _in(NO if calendar.is_official(bag.issued_on) else YES, language),
            *_planned(bringing.get(bag.id), index, language),
        )
    for made in index.stops.values():
        visit = made.visit
        if visit.processing_days is None:
            continue
        back = expected_back(visit, made.route.date, calendar)
        yield (
            visit.id,
            *_organisation(index, visit.organisation_id),
            *_site(index, visit.site_id, language),
            visit.applicants,
            made.route.date,
            back.earliest or _in(PAST_CALENDAR, language),
            _in(YES if back.provisional else NO, language),
            *_planned(bringing.get(visit.id), index, language),
        )


def _planned(made: Made | None, index: Index, language: Language) -> tuple[Cell, Cell, Cell]:
    """Date, time and team of the visit that brings passports back."""
    if made is None:
        return None, None, None
    return made.route.date, clock_of(made.stop.start), _team(index, made.route.team, language)


def _team_days(dossier: Dossier, index: Index, language: Language) -> Iterator[Record]:
    for route in sorted(dossier.plan.routes, key=lambda each: (each.date, each.team)):
        visits = [index.visits[stop.visit] for stop in route.stops]
        seconds, metres = _driven(dossier, route)
        yield (
            route.date,
            route.team,
            _team(index, route.team, language),
            clock_of(route.leave),
            clock_of(route.back),
            None if route.break_start is None else clock_of(route.break_start),
            len(visits),
            sum(visit.applicants for visit in visits),
            sum(visit.passports for visit in visits),
            round(seconds / 60),
            None if metres is None else round(metres / 1000, 1),
            round((route.back - route.leave) / 60),
        )


def _driven(dossier: Dossier, route: Route) -> tuple[int, int | None]:
    """Seconds and metres of driving on a route, base to base; metres None where the problem has none."""
    problem = dossier.problem
    team = next(team for team in problem.teams if team.id == route.team)
    where = {visit.id: visit.location for visit in problem.visits}
    places = [team.start, *(where[stop.visit] for stop in route.stops), team.end]
    legs = list(pairwise(places))
    seconds = sum(int(problem.seconds[leg]) for leg in legs)
    metres = problem.metres
    return seconds, None if metres is None else sum(int(metres[leg]) for leg in legs)


def _remarks(dossier: Dossier, index: Index) -> Iterator[Record]:
    for remark in dossier.facts.remarks:
        yield (
            remark.request_id,
            *_asking(index, remark.request_id, "zh")[: len(ORGANISATION)],
            *_sentences(remark.reasons),
        )


def _asking(index: Index, request_id: str, language: Language) -> Record:
    """Organisation and site of a request, also of an earlier one of which only passports are left."""
    request = index.requests.get(request_id)
    sites = (
        [request.site_id] if request else [bag.site_id for bag in index.bags.values() if bag.request_id == request_id]
    )
    if not sites:
        return (None,) * len((*ORGANISATION, *SITE))
    site = index.sites[sites[0]]
    return (*_organisation(index, site.organisation_id), *_site(index, site.id, language))


def _organisation(index: Index, organisation_id: str) -> tuple[Cell, Cell, Cell]:
    organisation = index.organisations[organisation_id]
    return organisation.id, organisation.name_zh, organisation.name_en


def _site(index: Index, site_id: str, language: Language) -> tuple[Cell, Cell]:
    site = index.sites[site_id]
    district = site.district or index.organisations[site.organisation_id].district
    return (site.name_zh if language == "zh" else site.name_en), district


def _team(index: Index, team_id: str, language: Language) -> str:
    team = index.teams[team_id]
    return team.name_zh if language == "zh" else team.name_en


def _in(title: Title, language: Language) -> str:
    return title[0] if language == "zh" else title[1]
