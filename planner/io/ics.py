"""Calendars to subscribe to (RFC 5545): one per team, one per organisation.

An event keeps its UID over all revisions of a plan, and SEQUENCE counts them, so that calendar programs
move an event instead of doubling it. An organisation's calendar holds nothing of anybody else.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar

from planner.dossier import Dossier
from planner.errors import Language
from planner.io.index import Expected, Index, Made, by_kind, clock_of, expected_back, index_of, languages_of
from planner.io.papers import papers_for
from planner.io.spelling import legal
from planner.model import Site, Visit
from planner.workdays import Calendar, default_calendar

ZONE = "Asia/Shanghai"
ZONE_SINCE, ZONE_UNTIL = date(2000, 1, 1), date(2038, 1, 1)
"""China has had no summer time since 1991."""

WORKS = {
    "acceptance": ("上门受理", "On-site acceptance"),
    "interview": ("上门面谈", "On-site interviews"),
    "return": ("送还护照", "Passports brought back"),
}
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def team_calendar(
    dossier: Dossier,
    team_id: str,
    language: Language,
    cancelled: tuple[str, ...] = (),
    before: Dossier | None = None,
) -> bytes:
    """The team's visits with place, people, contact and the times of the day.

    `cancelled` names visits that this calendar showed before and that are off: they come as cancelled
    events, at the time they had in `before`, the earlier plan (default: in this one). KeyError for an
    unknown team or visit.
    """
    index = index_of(dossier)
    earlier = index_of(before) if before else index
    team = index.teams[team_id]
    calendar = _calendar(team.name_zh if language == "zh" else team.name_en)
    mine = [made for made in index.stops.values() if made.route.team == team_id and made.visit.id not in cancelled]
    for made in mine:
        event = _event(dossier, made.visit, *_span(made), _status(made.visit))
        _describe(event, _team_summary(made.visit, index, language), _team_text(made, index, language))
        _locate(event, index.sites[made.visit.site_id], language)
        calendar.add_component(event)
    for visit_id in cancelled:
        calendar.add_component(_cancelled(dossier, visit_id, earlier, language))
    return bytes(calendar.to_ical())


def organisation_calendar(
    dossier: Dossier,
    organisation_id: str,
    language: Language,
    cancelled: tuple[str, ...] = (),
    before: Dossier | None = None,
    calendar: Calendar | None = None,
) -> bytes:
    """The visits to one organisation: what to prepare, and when the passports come back.

    `cancelled` and `before` as in `team_calendar`; visits of other organisations are left out.
    `calendar` counts the working days until passports come back (default: the checkout's). KeyError for
    an unknown organisation or visit.
    """
    index = index_of(dossier)
    earlier = index_of(before) if before else index
    organisation = index.organisations[organisation_id]
    workdays = calendar or default_calendar()
    book = _calendar(organisation.name_zh if language == "zh" else organisation.name_en)
    for made in index.stops.values():
        if made.visit.organisation_id != organisation_id or made.visit.id in cancelled:
            continue
        event = _event(dossier, made.visit, *_span(made), _status(made.visit))
        _describe(event, _summary(made.visit, language), _organisation_text(made, index, workdays, language))
        _locate(event, index.sites[made.visit.site_id], language)
        book.add_component(event)
    for visit_id in cancelled:
        if earlier.visits[visit_id].organisation_id == organisation_id:
            book.add_component(_cancelled(dossier, visit_id, earlier, language))
    return bytes(book.to_ical())


def _calendar(name: str) -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Doorstep//Doorstep//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", icalendar.vText(_line(name)))
    calendar.add("x-wr-timezone", ZONE)
    calendar.add_component(icalendar.Timezone.from_tzid(ZONE, first_date=ZONE_SINCE, last_date=ZONE_UNTIL))
    return calendar


def _event(dossier: Dossier, visit: Visit, start: datetime, end: datetime, status: str) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", _line(f"{visit.id}-{dossier.problem.name}@doorstep"))
    event.add("dtstamp", datetime.combine(dossier.facts.today, time(), UTC))
    event.add("sequence", dossier.facts.version)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("status", status)
    return event


def _cancelled(dossier: Dossier, visit_id: str, earlier: Index, language: Language) -> icalendar.Event:
    """The cancelled event, at its time in the earlier plan or, where it had none, in its first window."""
    visit = earlier.visits[visit_id]
    made = earlier.stops.get(visit_id)
    if made:
        start, end = _span(made)
    else:
        first = min(visit.windows, key=lambda each: (each.date, each.earliest), default=None)
        start = _moment(first.date, first.earliest) if first else _moment(dossier.facts.today, 0)
        end = start + timedelta(seconds=visit.service_seconds)
    event = _event(dossier, visit, start, end, "CANCELLED")
    word = "已取消：" if language == "zh" else "Cancelled: "
    _describe(event, word + _summary(visit, language), "")
    return event


def _describe(event: icalendar.Event, summary: str, text: str) -> None:
    event.add("summary", _line(summary))
    if text:
        event.add("description", _clean(text))


def _locate(event: icalendar.Event, site: Site, language: Language) -> None:
    name = site.name_zh if language == "zh" else site.name_en
    parts = (site.address, name) if language == "zh" else (name, site.address)
    event.add("location", _line(", ".join(part for part in parts if part)))
    event.add("geo", (site.place.lat, site.place.lon))


def _status(visit: Visit) -> str:
    return "CONFIRMED" if visit.promised else "TENTATIVE"


def _span(made: Made) -> tuple[datetime, datetime]:
    return _moment(made.route.date, made.stop.start), _moment(made.route.date, made.stop.end)


def _moment(day: date, seconds: int) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(ZONE)) + timedelta(seconds=seconds)


def _summary(visit: Visit, language: Language) -> str:
    """What happens, and to how many people: 上门受理 24人 (1/2)."""
    zh = language == "zh"
    work = WORKS[visit.work][0 if zh else 1]
    people = visit.passports if visit.work == "return" else visit.applicants
    unit = ("本" if zh else " passports") if visit.work == "return" else ("人" if zh else " people")
    session = f" ({visit.session}/{visit.sessions})" if visit.sessions > 1 else ""
    return f"{work} {people}{unit}{session}"


def _team_summary(visit: Visit, index: Index, language: Language) -> str:
    organisation = index.organisations[visit.organisation_id]
    return f"{organisation.name_zh if language == 'zh' else organisation.name_en}: {_summary(visit, language)}"


def _team_text(made: Made, index: Index, language: Language) -> str:
    zh = language == "zh"
    visit, route = made.visit, made.route
    request = index.requests.get(visit.request_id)
    lines = [
        f"第{made.order}站，共{len(route.stops)}站" if zh else f"Stop {made.order} of {len(route.stops)}",
        f"到达 {clock_of(made.stop.arrive)}" if zh else f"Arrive {clock_of(made.stop.arrive)}",
        f"当日出发 {clock_of(route.leave)}，返回 {clock_of(route.back)}"
        if zh
        else f"Leave the base {clock_of(route.leave)}, back {clock_of(route.back)}",
        *_people_lines(visit, language),
    ]
    if request and request.contact:
        lines.append(f"联系：{request.contact}" if zh else f"Contact: {request.contact}")
    return "\n".join(lines)


def _people_lines(visit: Visit, language: Language) -> Iterable[str]:
    if visit.groups:
        zh = language == "zh"
        yield ("类别：" if zh else "Kinds: ") + by_kind(visit.groups, language)
        yield ("语种：" if zh else "Languages: ") + languages_of(visit.groups, language)


def _organisation_text(made: Made, index: Index, workdays: Calendar, language: Language) -> str:
    zh = language == "zh"
    visit = made.visit
    if visit.work == "return":
        return (
            "请安排专人凭单位公函领取，当面清点本数并双方签字。"
            if zh
            else "Please name who receives them with a letter of the organisation; both sides count and sign."
        )
    lines = [*_people_lines(visit, language)]
    lines.append("请申请人本人到场，并准备：" if zh else "Applicants come in person and bring:")
    lines += [f"- {paper}" for paper in papers_for(visit.groups, language)]
    lines.append("请提供房间和电源。" if zh else "Please provide a room and power.")
    if visit.processing_days is not None:
        lines.append(_back_text(visit, index, expected_back(visit, made.route.date, workdays), language))
    return "\n".join(lines)


def _back_text(visit: Visit, index: Index, back: Expected, language: Language) -> str:
    """When the passports come back: the planned return if there is one, else the earliest date."""
    zh = language == "zh"
    planned = next((made for made in index.stops.values() if made.visit.returns == visit.id), None)
    if planned:
        day = planned.route.date.isoformat()
        return f"护照预计于 {day} 送回。" if zh else f"The passports are expected back on {day}."
    if back.earliest is None:
        return "护照送回日期待定。" if zh else "The date on which the passports come back is open."
    day = back.earliest.isoformat()
    if zh:
        return f"护照最早于 {day} 送回{'（暂定，以正式放假安排为准）' if back.provisional else ''}。"
    note = " (provisional, until the holidays are decreed)" if back.provisional else ""
    return f"The passports come back on {day} at the earliest{note}."


def _clean(text: str) -> str:
    """The text with one kind of line break, which the library escapes, and no control characters."""
    return legal(_BREAKS.sub("\n", text))


def _line(text: str) -> str:
    """The text on one line."""
    return _clean(text).replace("\n", " ")
