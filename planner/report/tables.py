"""The tables beside the map: outings with their stops, what is out, the teams, the legal dates."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

from planner.dossier import Dossier
from planner.errors import Language
from planner.model import Visit, clock
from planner.reasons import Reason
from planner.report.contents import Call, Contents, LeftOut, Outing
from planner.report.labels import spoken
from planner.report.markup import both, esc
from planner.report.schematic import district_text
from planner.report.statistics import TIGHT_WORKDAYS, LegalRow, TeamDay, legal_rows, margin, summary
from planner.report.texts import people_text, text
from planner.report.words import KINDS, TASKS, WORKS, Text, day_text, letters, named, percent, short_date, span_text
from planner.workdays import Calendar

COLOURS = 8
"""How many colours the style has; after that they repeat and the letters tell the teams apart."""


def plan_table(
    dossier: Dossier,
    content: Contents,
    days: tuple[date, ...],
    sheet: Callable[[str, date, Language], str] | None,
    calendar: Calendar,
) -> str:
    """Every stop in the order it is made, under one heading per outing."""
    heads = ("order", "time", "organisation", "district", "applicants", "languages", "legal")
    head = "".join(f'<th scope="col" class="c-{key}">{both(text(key))}</th>' for key in heads)
    bodies, number = [], 0
    for outing in content.outings:
        day = days.index(outing.date)
        rows = [_outing_row(outing, sheet)]
        for call in outing.calls:
            rows.append(_stop_row(outing, call, number, calendar))
            number += 1
        bodies.append(f'<tbody data-team="{outing.team_index}" data-day="{day}">{"".join(rows)}</tbody>')
    empty = "no_match" if content.outings else "no_plan"
    hidden = " hidden" if content.outings else ""
    bodies.append(f'<tbody id="no-outing"{hidden}><tr><td colspan="{len(heads)}">{both(text(empty))}</td></tr></tbody>')
    return _section("plan", f'<table class="plan"><thead><tr>{head}</tr></thead>{"".join(bodies)}</table>')


def left_out_table(content: Contents) -> str:
    """Everybody who is out, with the reasons, what to do, and until when the hall is open to them."""
    if not content.left_out:
        return _section("out", f'<p class="empty">{both(text("none_out"))}</p>', "0")
    heads = ("order", "organisation", "applicants", "why", "remedy", "go_by")
    head = "".join(f'<th scope="col" class="c-{key}">{both(text(key))}</th>' for key in heads)
    rows = "".join(_out_row(number, one) for number, one in enumerate(content.left_out))
    table = f'<table class="out"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return _section("out", table, str(len(content.left_out)))


def remarks_table(dossier: Dossier) -> str:
    """What is to be known about requests that are planned all the same; "" where there is nothing."""
    inputs = dossier.facts.inputs
    sites = {site.id: site for site in inputs.sites}
    requests = {request.id: request for request in inputs.requests}
    organisations = {one.id: one for one in inputs.organisations}
    rows = []
    for remark in dossier.facts.remarks:
        organisation = organisations[sites[requests[remark.request_id].site_id].organisation_id]
        whys, dos = _told(remark.reasons)
        rows.append(
            f'<tr><td class="c-organisation">{both(Text(organisation.name_zh, organisation.name_en))}</td>'
            f"<td>{_lines(whys)}</td><td>{_lines(dos)}</td></tr>"
        )
    if not rows:
        return ""
    heads = ("organisation", "remark", "remedy")
    head = "".join(f'<th scope="col">{both(text(key))}</th>' for key in heads)
    table = f'<table class="remarks"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return _section("remarks_head", table, str(len(rows)))


def doubts_table(dossier: Dossier) -> str:
    """What is doubtful about the driving times, with what to do; "" where nothing is."""
    doubts = dossier.facts.travel_warnings
    rows = "".join(
        f"<tr><td>{both(Text(one.sentence('zh'), one.sentence('en')))}</td>"
        f"<td>{both(Text(one.remedy('zh'), one.remedy('en')))}</td></tr>"
        for one in doubts
    )
    if not doubts:
        return ""
    head = "".join(f'<th scope="col">{both(text(key))}</th>' for key in ("remark", "remedy"))
    table = f'<table class="remarks"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return _section("doubts", table, str(len(doubts)))


def team_table(
    dossier: Dossier,
    content: Contents,
    days: tuple[date, ...],
    calendar_link: Callable[[str, Language], str] | None,
    calendar: Calendar,
) -> str:
    """What each team carries: totals, and the use of each of its shifts."""
    figures = summary(dossier, calendar)
    used = {(one.team_id, one.date): one for one in figures.team_days}
    heads = ("team", "outings", "visits", "applicants", "work", "use", "way", "far")
    head = "".join(f'<th scope="col" class="c-{key}">{both(text(key))}</th>' for key in heads)
    head += "".join(f'<th scope="col" class="c-day">{both(short_date(day))}</th>' for day in days)
    rows = []
    for at, team in enumerate(figures.teams):
        name = f"{dot(at, letters(at))}{both(Text(team.name_zh, team.name_en))} <small>{esc(team.team_id)}</small>"
        if calendar_link:
            name += _linked(partial(calendar_link, team.team_id), "calendar")
        cells = (
            str(team.outings),
            str(team.visits),
            str(team.applicants),
            both(span_text(team.work_seconds)),
            percent(team.use),
            both(span_text(team.drive_seconds)),
            str(team.far_trips),
        )
        row = f'<th scope="row">{name}</th>' + "".join(f'<td class="number">{cell}</td>' for cell in cells)
        row += "".join(_use_cell(used.get((team.team_id, day))) for day in days)
        rows.append(f"<tr>{row}</tr>")
    table = f'<table class="teams"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return _section("fairness", f'<div class="wide">{table}</div>')


def legal_table(dossier: Dossier, calendar: Calendar) -> str:
    """Everybody by last lawful day, and the visit that covers them or where they go."""
    heads = ("last_lawful", "last_workday", "organisation", "people", "covered_by")
    head = "".join(f'<th scope="col" class="c-{key}">{both(text(key))}</th>' for key in heads)
    rows = "".join(_legal_row(row) for row in legal_rows(dossier, calendar))
    if not rows:
        return ""
    return _section("legal_rows", f'<table class="legal"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>')


def legal_note(day: date, call: Call, calendar: Calendar) -> tuple[Text, str]:
    """How many working days a stop keeps from its legal date, and "tight", "overdue" or ""."""
    left = margin(day, call.visit.last_workday, calendar)
    if left is None:
        return Text("", ""), ""
    if left < 0:
        return text("overdue", days=-left), "overdue"
    if left == 0:
        return text("last_day"), "tight"
    note = text("one_day_left") if left == 1 else text("days_left", days=left)
    return note, "tight" if left < TIGHT_WORKDAYS else ""


def _section(key: str, inside: str, count: str = "") -> str:
    mark = f' <span class="count">{esc(count)}</span>' if count else ""
    head = f'<h2 id="h-{key}">{both(text(key))}{mark}</h2>'
    return f'<section class="s-{key}" aria-labelledby="h-{key}">{head}{inside}</section>'


def _outing_row(outing: Outing, sheet: Callable[[str, date, Language], str] | None) -> str:
    route = outing.route
    about = text("leave_back", leave=clock(route.leave), back=clock(route.back))
    drive = span_text(outing.drive_seconds)
    parts = [
        both(Text(outing.base.name_zh, outing.base.name_en)),
        both(about),
        f"{both(text('driving'))} {both(drive)}",
    ]
    if route.break_start is not None:
        parts.append(f"{both(text('rest'))} {clock(route.break_start)}")
    parts.append(both(Text(f"{outing.applicants}人", f"{outing.applicants} people")))
    link = _linked(partial(sheet, outing.team.id, outing.date), "sheets") if sheet else ""
    return (
        f'<tr class="outing"><th colspan="7" scope="rowgroup">{dot(outing.team_index, letters(outing.team_index))}'
        f"<strong>{both(Text(outing.team.name_zh, outing.team.name_en))}</strong> "
        f'<span class="date">{both(day_text(outing.date))}</span>{link}'
        f'<span class="facts">{"".join(f"<span>{part}</span>" for part in parts)}</span></th></tr>'
    )


def _stop_row(outing: Outing, call: Call, number: int, calendar: Calendar) -> str:
    stop, visit = call.stop, call.visit
    note, state = legal_note(outing.date, call, calendar)
    legal = both(short_date(visit.legal_date)) if visit.legal_date else "–"
    mark = f"{letters(outing.team_index)}{call.order}"
    site = Text(call.site.name_zh, call.site.name_en)
    extra = [both(site)] if site.zh or site.en else []
    extra.append(_part(both(named(WORKS, visit.work))))
    if visit.sessions > 1:
        extra.append(_part(both(text("session", session=visit.session, sessions=visit.sessions))))
    extra.append(_part(esc(visit.id)))
    if visit.promised:
        extra.append(f'<span class="part promise">{both(text("promised"))}</span>')
    return (
        f'<tr data-stop="{number}"><td class="c-order"><button type="button" '
        f'class="dot team-{outing.team_index % COLOURS}">{mark}</button></td>'
        f'<td class="c-time"><b>{clock(stop.start)}–{clock(stop.end)}</b>'
        f"<small>{both(text('arrive'))} {clock(stop.arrive)}</small></td>"
        f'<td class="c-organisation">{_name(call)}<small>{" · ".join(extra)}</small></td>'
        f'<td class="c-district">{both(district_text(call.site.district or call.organisation.district))}</td>'
        f'<td class="c-applicants number">{_people(visit)}</td>'
        f'<td class="c-languages">{both(spoken(call)) or "–"}</td>'
        f'<td class="c-legal {state}">{legal}<small>{both(note)}</small></td></tr>'
    )


def _part(inside: str) -> str:
    return f'<span class="part">{inside}</span>'


def _people(visit: Visit) -> str:
    if visit.work == "return":
        return both(people_text(visit))
    return f'{visit.applicants}<span class="unit">{both(text("unit"))}</span>'


def _name(one: Call | LeftOut) -> str:
    return f'<span class="name">{both(Text(one.organisation.name_zh, one.organisation.name_en))}</span>'


def _out_row(number: int, one: LeftOut) -> str:
    whys, dos = _told(one.reasons)
    state = text("refused" if one.visit is None else "not_placed")
    known_as = one.visit.id if one.visit else one.request_id
    day = both(day_text(one.go_by)) if one.go_by else "–"
    return (
        f'<tr data-out="{number}"><td class="c-order"><button type="button" class="dot ring">{number + 1}</button></td>'
        f'<td class="c-organisation">{_name(one)}<small>{both(state)} · {esc(known_as)} · '
        f"{both(district_text(one.site.district or one.organisation.district))}</small></td>"
        f'<td class="c-applicants number">{one.people}<span class="unit">{both(text("unit"))}</span></td>'
        f'<td class="c-why">{_lines(whys) or both(text("no_reason"))}</td>'
        f'<td class="c-remedy">{_lines(dos) or both(text("no_remedy"))}</td><td class="c-go_by">{day}</td></tr>'
    )


def _told(reasons: tuple[Reason, ...]) -> tuple[list[str], list[str]]:
    """The sentences and, each once, the remedies."""
    whys = [both(Text(reason.sentence("zh"), reason.sentence("en"))) for reason in reasons]
    dos = [both(Text(reason.remedy("zh"), reason.remedy("en"))) for reason in reasons]
    return whys, list(dict.fromkeys(dos))


def _lines(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else "".join(f"<p>{part}</p>" for part in parts)


def _use_cell(one: TeamDay | None) -> str:
    if one is None:
        return f'<td class="number none">{both(text("no_shift"))}</td>'
    if not one.work_seconds:
        return f'<td class="number none">{both(text("stays_in"))}</td>'
    share = one.use or 0.0
    return f'<td class="number use-{min(10, round(share * 10))}">{round(share * 100)} %</td>'


def _legal_row(row: LegalRow) -> str:
    kinds = [named(KINDS, row.kind) if row.kind else None, named(TASKS, row.task) if row.task else None]
    what = Text("、".join(one.zh for one in kinds if one), ", ".join(one.en for one in kinds if one))
    last = both(day_text(row.legal_date)) if row.legal_date else "–"
    safe = both(day_text(row.last_workday)) if row.last_workday else "–"
    if row.provisional:
        safe += f" <small>{both(text('provisional'))}</small>"
    people = Text(f"{row.count}人", f"{row.count}")
    return (
        f"<tr><td>{last}</td><td>{safe}</td>"
        f'<td class="c-organisation">{both(Text(row.organisation.name_zh, row.organisation.name_en))}</td>'
        f"<td>{both(people)} <small>{both(what)}</small></td><td>{_cover(row)}</td></tr>"
    )


def _cover(row: LegalRow) -> str:
    if row.outing is not None and row.call is not None:
        mark = f"{letters(row.outing.team_index)}{row.call.order}"
        late = "" if row.covered else f' <span class="overdue">{both(text("late"))}</span>'
        return f"{dot(row.outing.team_index, mark)}{both(day_text(row.outing.date))}{late}"
    if row.last_workday is None:
        return f'<span class="hall">{both(text("hall"))}</span>'
    day = day_text(row.last_workday)
    return f'<span class="hall">{both(Text(text("hall_by", day=day.zh).zh, text("hall_by", day=day.en).en))}</span>'


def dot(team_index: int, mark: str) -> str:
    """A sign in the colour of the team."""
    return f'<i class="dot team-{team_index % COLOURS}">{esc(mark)}</i>'


def _linked(address: Callable[[Language], str], key: str) -> str:
    """A link whose address depends on the language shown."""
    label = text(key)
    return "".join(
        f'<a class="{language} link" lang="{tag}" href="{esc(address(language))}">{esc(label.of(language))}</a>'
        for language, tag in _LANGUAGES
    )


_LANGUAGES: Iterable[tuple[Language, str]] = (("zh", "zh-CN"), ("en", "en"))
