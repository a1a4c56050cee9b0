"""The figures of a plan: who is served, how the time is used, how near the legal dates it gets."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from statistics import median

from planner.dossier import Dossier
from planner.errors import Language, PastTheCalendar
from planner.model import Group, Kind, Organisation, Task
from planner.report.contents import Call, Contents, LeftOut, Outing, contents
from planner.report.words import Text, columns, distance_text, gap_of, gap_text, percent, span_text
from planner.workdays import Calendar, default_calendar, legal_span

FAR_SECONDS = 3600
"""A trip is far when one of its stops is at least this drive from the base."""
TIGHT_WORKDAYS = 3
"""Fewer working days than this before the last lawful one are worth a look."""


@dataclass(frozen=True)
class TeamDay:
    """How one shift is used; 0 work where the team stays in."""

    team_id: str
    date: date
    work_seconds: int
    shift_seconds: int
    drive_seconds: int
    overtime_seconds: int

    @property
    def use(self) -> float | None:
        """Work as a share of the shift; None without a shift."""
        return self.work_seconds / self.shift_seconds if self.shift_seconds else None


@dataclass(frozen=True)
class TeamFigures:
    """What one team carries over the horizon."""

    team_id: str
    name_zh: str
    name_en: str
    outings: int
    visits: int
    applicants: int
    work_seconds: int
    shift_seconds: int
    drive_seconds: int
    far_trips: int

    @property
    def use(self) -> float | None:
        """Work as a share of all its shifts; None without shifts."""
        return self.work_seconds / self.shift_seconds if self.shift_seconds else None


@dataclass(frozen=True)
class Summary:
    """The figures of one plan. Visits include passport returns, applicants do not."""

    visits_asked: int
    visits_served: int
    applicants_asked: int
    applicants_served: int
    passports_returned: int
    requests_refused: int
    drive_seconds: int
    drive_metres: int | None
    work_seconds: int
    shift_seconds: int
    overtime_seconds: int
    margin_min: int | None
    """Working days between a visit and its last lawful working day, the smallest; None without visits."""
    margin_median: float | None
    visits_tight: int
    due_people: int
    """People whose last lawful day falls on or before the last day of the horizon."""
    due_covered: int
    cost: int
    lower_bound: int | None
    teams: tuple[TeamFigures, ...]
    team_days: tuple[TeamDay, ...]

    @property
    def visits_out(self) -> int:
        """Visits in no outing."""
        return self.visits_asked - self.visits_served

    @property
    def drive_share(self) -> float | None:
        """Driving as a share of work; None where nobody works."""
        return self.drive_seconds / self.work_seconds if self.work_seconds else None

    @property
    def team_use(self) -> float | None:
        """Work as a share of all shifts; None without shifts."""
        return self.work_seconds / self.shift_seconds if self.shift_seconds else None

    @property
    def gap(self) -> float | None:
        """Cost above the proven bound as a share of the cost; None where no bound is known."""
        return gap_of(self.cost, self.lower_bound)


@dataclass(frozen=True)
class LegalRow:
    """People with one last lawful day, and the visit that covers them or how long the hall is open to them."""

    organisation: Organisation
    request_id: str
    kind: Kind | None
    task: Task | None
    count: int
    legal_date: date | None
    """The last lawful day, calendar days; None for people of whom only `last_workday` is known."""
    last_workday: date | None
    provisional: bool
    """Whether the working days up to it are not decreed yet."""
    outing: Outing | None
    call: Call | None

    @property
    def covered(self) -> bool:
        """Whether a visit comes in time."""
        limit = self.legal_date or self.last_workday
        return self.outing is not None and (limit is None or self.outing.date <= limit)


def summary(dossier: Dossier, calendar: Calendar | None = None) -> Summary:
    """The plan's figures; `calendar` counts working days, by default that of the checkout."""
    calendar = calendar or default_calendar()
    facts, content = dossier.facts, contents(dossier)
    rows = legal_rows(dossier, calendar)
    last = facts.horizon[-1] if facts.horizon else facts.today
    due = [row for row in rows if (row.legal_date or row.last_workday or date.max) <= last]
    margins = [margin for _, _, margin in _margins(content, calendar)]
    calls = [call for outing in content.outings for call in outing.calls]
    days = tuple(team_days(dossier, content))
    return Summary(
        visits_asked=len(facts.visits),
        visits_served=len(calls),
        applicants_asked=sum(visit.applicants for visit in facts.visits)
        + sum(one.people for one in content.left_out if one.visit is None),
        applicants_served=sum(outing.applicants for outing in content.outings),
        passports_returned=sum(call.visit.passports for call in calls),
        requests_refused=sum(refused.applicants > 0 for refused in facts.refused),
        drive_seconds=sum(outing.drive_seconds for outing in content.outings),
        drive_metres=_metres(content),
        work_seconds=sum(day.work_seconds for day in days),
        shift_seconds=sum(day.shift_seconds for day in days),
        overtime_seconds=sum(day.overtime_seconds for day in days),
        margin_min=min(margins, default=None),
        margin_median=median(margins) if margins else None,
        visits_tight=sum(margin < TIGHT_WORKDAYS for margin in margins),
        due_people=sum(row.count for row in due),
        due_covered=sum(row.count for row in due if row.covered),
        cost=dossier.plan.cost,
        lower_bound=dossier.plan.lower_bound,
        teams=tuple(_team_figures(dossier, content, days)),
        team_days=days,
    )


def margin(day: date, last_workday: date | None, calendar: Calendar) -> int | None:
    """Working days from a visit to its last lawful working day: 0 on that day, negative after it.

    None where there is no legal date or the calendar does not reach so far.
    """
    if last_workday is None:
        return None
    try:
        if day <= last_workday:
            return calendar.workdays_between(day, last_workday, allow_provisional=True)
        return -calendar.workdays_between(last_workday, day, allow_provisional=True)
    except PastTheCalendar:
        return None


def legal_rows(dossier: Dossier, calendar: Calendar | None = None) -> tuple[LegalRow, ...]:
    """Everybody by last lawful day, the most urgent first, with the visit that covers them."""
    calendar = calendar or default_calendar()
    content = contents(dossier)
    placed = content.placed()
    organisations = {one.id: one for one in dossier.facts.inputs.organisations}
    rows = [
        _legal_row(
            dossier, calendar, organisations[visit.organisation_id], visit.request_id, group, placed.get(visit.id)
        )
        for visit in dossier.facts.visits
        for group in visit.groups
    ]
    for one in content.left_out:
        if one.visit is None and one.groups:
            rows += [
                _legal_row(dossier, calendar, one.organisation, one.request_id, group, None) for group in one.groups
            ]
        elif one.visit is None and one.people:
            rows.append(_hall_row(one))
    rows.sort(key=lambda row: (row.legal_date or row.last_workday or date.max, row.request_id))
    return tuple(rows)


def team_days(dossier: Dossier, content: Contents) -> Iterable[TeamDay]:
    """Every shift of the horizon, by date and team, and how it is used."""
    inputs, horizon = dossier.facts.inputs, set(dossier.facts.horizon)
    order = {team.id: index for index, team in enumerate(inputs.teams)}
    shifts = [shift for shift in inputs.shifts if shift.date in horizon and shift.team_id in order]
    for shift in sorted(shifts, key=lambda shift: (shift.date, order[shift.team_id])):
        outing = content.outing(shift.team_id, shift.date)
        yield TeamDay(
            shift.team_id,
            shift.date,
            outing.work_seconds if outing else 0,
            shift.hours.end - shift.hours.start,
            outing.drive_seconds if outing else 0,
            _overtime(outing, shift.hours.start, shift.hours.end),
        )


def summary_text(figures: Summary, language: Language) -> str:
    """The figures as aligned lines for a terminal."""
    rows = [(label.of(language), value.of(language)) for label, value in summary_pairs(figures)]
    width = max(columns(label) for label, _ in rows)
    lines = [f"{label}{' ' * (width - columns(label))}  {value}" for label, value in rows]
    return "\n".join([*lines, "", _team_table(figures, language)])


def summary_json(figures: Summary) -> str:
    """The figures as JSON, shares and gap included; dates as 2026-09-07."""
    table = asdict(figures)
    table["teams"] = [{**asdict(team), "use": team.use} for team in figures.teams]
    table["team_days"] = [{**asdict(day), "use": day.use} for day in figures.team_days]
    for name in ("visits_out", "drive_share", "team_use", "gap"):
        table[name] = getattr(figures, name)
    return json.dumps(table, ensure_ascii=False, indent=1, default=str)


def summary_pairs(figures: Summary) -> tuple[tuple[Text, Text], ...]:
    """Label and value of each figure, in reading order."""
    drive = span_text(figures.drive_seconds)
    road = distance_text(figures.drive_metres) if figures.drive_metres is not None else None
    over = span_text(figures.overtime_seconds) if figures.overtime_seconds else Text("无", "none")
    return (
        (Text("上门服务", "Visits served"), _of(figures.visits_served, figures.visits_asked)),
        (Text("申请人", "Applicants served"), _of(figures.applicants_served, figures.applicants_asked)),
        (Text("送还护照", "Passports brought back"), _plain(figures.passports_returned)),
        (Text("未安排的上门服务", "Visits left out"), _plain(figures.visits_out)),
        (Text("不予安排的申请", "Requests refused"), _plain(figures.requests_refused)),
        (
            Text("车程占工作时间", "Driving, share of work"),
            Text(
                f"{percent(figures.drive_share)}({drive.zh}{',' + road.zh if road else ''})",
                f"{percent(figures.drive_share)} ({drive.en}{', ' + road.en if road else ''})",
            ),
        ),
        (Text("警组利用率", "Team use"), _plain(percent(figures.team_use))),
        (Text("加班", "Overtime"), over),
        (Text("距法定期限", "Before legal dates"), margin_text(figures)),
        (Text("期内到期人员", "People due in these dates"), _covered(figures)),
        (Text("计划成本", "Plan cost"), _plain(f"{figures.cost:,}")),
        (Text("已证下界", "Proven bound"), bound_text(figures)),
    )


def margin_text(figures: Summary) -> Text:
    """Smallest and median number of working days before the legal dates, and how many are tight."""
    if figures.margin_min is None:
        return Text("–", "–")
    return Text(
        f"最少{figures.margin_min}个工作日,中位数{figures.margin_median:g};不足{TIGHT_WORKDAYS}个:{figures.visits_tight}次",
        f"{figures.margin_min} working days at least, median {figures.margin_median:g}; "
        f"under {TIGHT_WORKDAYS}: {figures.visits_tight}",
    )


def bound_text(figures: Summary) -> Text:
    """The proven bound and the gap to it."""
    if figures.lower_bound is None:
        return Text("未知", "unknown")
    gap = gap_text(figures.gap)
    return Text(f"{figures.lower_bound:,}(差距 {gap.zh})", f"{figures.lower_bound:,} (gap {gap.en})")


def _of(part: int, whole: int) -> Text:
    return Text(f"{part} / {whole}", f"{part} of {whole}")


def _plain(value: object) -> Text:
    return Text(str(value), str(value))


def _covered(figures: Summary) -> Text:
    return Text(
        f"{figures.due_people}人,其中{figures.due_covered}人已安排",
        f"{figures.due_people}, of whom {figures.due_covered} covered",
    )


def _team_table(figures: Summary, language: Language) -> str:
    zh = language == "zh"
    head = ["警组", "外出", "服务", "人数", "工时", "利用率", "车程", "远途"]
    if not zh:
        head = ["Team", "Outings", "Visits", "People", "Work", "Use", "Driving", "Far trips"]
    rows = [head] + [
        [
            _printable(team.name_zh if zh else team.name_en),
            str(team.outings),
            str(team.visits),
            str(team.applicants),
            span_text(team.work_seconds).of(language),
            percent(team.use),
            span_text(team.drive_seconds).of(language),
            str(team.far_trips),
        ]
        for team in figures.teams
    ]
    widths = [max(columns(row[at]) for row in rows) for at in range(len(head))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - columns(cell)) if at == 0 else " " * (width - columns(cell)) + cell
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _margins(content: Contents, calendar: Calendar) -> Iterable[tuple[Outing, Call, int]]:
    for outing in content.outings:
        for call in outing.calls:
            left = margin(outing.date, call.visit.last_workday, calendar)
            if left is not None:
                yield outing, call, left


def _legal_row(
    dossier: Dossier,
    calendar: Calendar,
    organisation: Organisation,
    request_id: str,
    group: Group,
    place: tuple[Outing, Call] | None,
) -> LegalRow:
    last = legal_span(group, dossier.facts.policy)[1]
    outing, call = place or (None, None)
    safe = calendar.last_safe_workday(last)
    official = calendar.is_official(last)
    return LegalRow(
        organisation, request_id, group.kind, group.task, group.count, last, safe, not official, outing, call
    )


def _hall_row(one: LeftOut) -> LegalRow:
    return LegalRow(one.organisation, one.request_id, None, None, one.people, None, one.go_by, False, None, None)


def _team_figures(dossier: Dossier, content: Contents, days: tuple[TeamDay, ...]) -> Iterable[TeamFigures]:
    for team in dossier.facts.inputs.teams:
        mine = [outing for outing in content.outings if outing.team.id == team.id]
        shifts = [day for day in days if day.team_id == team.id]
        yield TeamFigures(
            team.id,
            team.name_zh,
            team.name_en,
            len(mine),
            sum(len(outing.calls) for outing in mine),
            sum(outing.applicants for outing in mine),
            sum(day.work_seconds for day in shifts),
            sum(day.shift_seconds for day in shifts),
            sum(outing.drive_seconds for outing in mine),
            sum(outing.farthest_seconds >= FAR_SECONDS for outing in mine),
        )


def _overtime(outing: Outing | None, start: int, end: int) -> int:
    if outing is None:
        return 0
    return max(0, start - outing.route.leave) + max(0, outing.route.back - end)


def _metres(content: Contents) -> int | None:
    metres = [outing.drive_metres for outing in content.outings if outing.drive_metres is not None]
    return sum(metres) if len(metres) == len(content.outings) else None


def _printable(name: str) -> str:
    """The name without characters that steer a terminal."""
    return "".join(character for character in name if character.isprintable())
