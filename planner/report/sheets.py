"""One printable A4 page for each team and date: where to be when, whom to serve, what to bring.

Officers carry these through the city, so they hold address, contact and time only, and no person's data.
"""

import re
from datetime import date
from pathlib import Path

from planner.dossier import Dossier
from planner.errors import Language
from planner.model import Team, clock
from planner.report.contents import Call, Contents, Outing, contents
from planner.report.labels import way_text
from planner.report.markup import esc, html_lang
from planner.report.texts import text
from planner.report.words import (
    KINDS,
    KITS,
    LANGUAGES,
    TASKS,
    WORKS,
    Text,
    columns,
    day_text,
    joined,
    letters,
    long_date,
    named,
    span_text,
)
from planner.travel.providers import source_text

STYLE = Path(__file__).parent / "assets" / "sheet.css"
COMPACT_LINES, TIGHT_LINES = 34, 46
"""From so many lines on the page is set smaller and smaller still, so that eight stops fit on one."""
LINE_CHARACTERS = 44
"""What fits on one line of the place, a Chinese character counting as two."""


def sheet(dossier: Dossier, team_id: str, day: date, language: Language, stylesheet: str = "") -> str:
    """The page of this team on this date, a whole HTML document; KeyError for an unknown team.

    `stylesheet` is where the style lies; "" puts it into the page.
    """
    team = next((team for team in dossier.facts.inputs.teams if team.id == team_id), None)
    if team is None:
        raise KeyError(team_id)
    outing = contents(dossier).outing(team_id, day)
    body = _head(dossier, team, day, language)
    body += _outing(dossier, outing, language) if outing else f'<p class="empty">{_say("no_stops", language)}</p>'
    title = f"{team.name_zh if language == 'zh' else team.name_en} {day.isoformat()}"
    return _document(title, body + _foot(dossier, language), language, stylesheet)


def sheets(dossier: Dossier, folder: Path, language: Language) -> tuple[Path, ...]:
    """Writes the page of every outing and an index into `folder`; returns the files, the index first."""
    folder.mkdir(parents=True, exist_ok=True)
    content = contents(dossier)
    index = folder / "index.html"
    index.write_text(sheet_index(dossier, content, language), "utf-8")
    written = [index]
    for outing in content.outings:
        path = folder / sheet_file(dossier, outing.team.id, outing.date)
        path.write_text(sheet(dossier, outing.team.id, outing.date, language), "utf-8")
        written.append(path)
    return tuple(written)


def sheet_file(dossier: Dossier, team_id: str, day: date) -> str:
    """The name of the file for this team and date; made of the team's letter, since an id may be any text."""
    index = next(at for at, team in enumerate(dossier.facts.inputs.teams) if team.id == team_id)
    return f"{day.isoformat()}_{letters(index)}.html"


def sheet_index(dossier: Dossier, content: Contents, language: Language) -> str:
    """A page that leads to all sheets, by date."""
    rows = "".join(
        f"<tr><td>{esc(day_text(outing.date).of(language))}</td><td>{esc(letters(outing.team_index))}</td>"
        f'<td><a href="{esc(sheet_file(dossier, outing.team.id, outing.date))}">'
        f"{esc(_name(outing.team, language))}</a></td>"
        f"<td>{clock(outing.route.leave)}–{clock(outing.route.back)}</td>"
        f"<td>{esc(_total(outing).of(language))}</td></tr>"
        for outing in content.outings
    )
    inside = f'<table class="index"><tbody>{rows}</tbody></table>' if rows else ""
    inside = inside or f'<p class="empty">{_say("no_plan", language)}</p>'
    title = text("sheet_index").of(language)
    return _document(title, f"<h1>{esc(title)}</h1>{inside}{_foot(dossier, language)}", language, "")


def _document(title: str, body: str, language: Language, stylesheet: str) -> str:
    style = f'<link rel="stylesheet" href="{esc(stylesheet)}">' if stylesheet else _inline_style()
    return (
        f'<!doctype html><html lang="{html_lang(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f'<title>{esc(title)}</title>{style}</head><body><main class="sheet">{body}</main></body></html>'
    )


def _inline_style() -> str:
    return f"<style>{STYLE.read_text('utf-8')}</style>"


def _head(dossier: Dossier, team: Team, day: date, language: Language) -> str:
    at = dossier.facts.inputs.teams.index(team)
    return (
        f'<header><div><p class="office">{_say("office", language)}</p><h1>{_say("sheet", language)}</h1></div>'
        f'<p class="team"><span class="letter">{letters(at)}</span>{esc(_name(team, language))}</p>'
        f'<p class="date">{esc(long_date(day).of(language))}</p></header>'
    )


def _outing(dossier: Dossier, outing: Outing, language: Language) -> str:
    lines = sum(_lines(call, language) for call in outing.calls)
    compact = " compact tight" if lines >= TIGHT_LINES else " compact" if lines >= COMPACT_LINES else ""
    rows = "".join(_stop(outing, call, language) for call in outing.calls)
    heads = "".join(
        f'<th scope="col" class="{key}">{_say(label, language)}</th>'
        for key, label in (("n", "order"), ("when", "when"), ("where", "where"), ("what", "what"), ("bag", "custody"))
    )
    return (
        f"{_facts(outing, language)}"
        f'<table class="stops{compact}"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        f"{_way_back(outing, language)}"
        f'<section class="ends"><div class="remarks"><h2>{_say("remarks", language)}</h2></div>'
        f'<div class="sign"><h2>{_say("signature", language)}</h2></div></section>'
    )


def _way_back(outing: Outing, language: Language) -> str:
    way = way_text(outing.way_back)
    if not way.zh:
        return ""
    back = Text(text("back_by", way=way.zh).zh, text("back_by", way=way.en).en)
    return f'<p class="soft back">{esc(back.of(language))}</p>'


def _lines(call: Call, language: Language) -> int:
    """How many lines a stop takes, about."""
    texts = re.findall("<p[^>]*>(.*?)</p>", _where(call, language))
    place = sum(-(-columns(re.sub("<[^>]*>", "", text)) // LINE_CHARACTERS) for text in texts)
    return max(place, len(call.visit.groups) + 3)


def _facts(outing: Outing, language: Language) -> str:
    team, route = outing.team, outing.route
    languages = joined([named(LANGUAGES, code) for code in team.languages])
    crew = Text(
        text("crew", officers=team.officers, desks=team.desks, languages=languages.zh).zh,
        text("crew", officers=team.officers, desks=team.desks, languages=languages.en).en,
    )
    items = (
        ("leave", Text(clock(route.leave), clock(route.leave)), "time"),
        ("back", Text(clock(route.back), clock(route.back)), "time"),
        ("break", _rest(outing), "time"),
        ("base", Text(outing.base.name_zh, outing.base.name_en), ""),
        ("team", crew, "wide"),
        ("day_total", _total(outing), ""),
        ("bring", joined(to_bring(outing)), "wide"),
    )
    cells = "".join(
        f'<div class="{kind}"><dt>{_say(key, language)}</dt><dd>{esc(value.of(language))}</dd></div>'
        for key, value, kind in items
    )
    return f'<dl class="facts">{cells}</dl>'


def _rest(outing: Outing) -> Text:
    start, shift = outing.route.break_start, outing.shift
    if start is None:
        return text("none")
    if shift is None or shift.rest is None:
        return Text(clock(start), clock(start))
    end = clock(start + shift.rest.seconds)
    return Text(f"{clock(start)}–{end}", f"{clock(start)}–{end}")


def _total(outing: Outing) -> Text:
    drive = span_text(outing.drive_seconds)
    facts = {"stops": len(outing.calls), "people": outing.applicants}
    return Text(
        text("day_total_value", drive=drive.zh, **facts).zh, text("day_total_value", drive=drive.en, **facts).en
    )


def to_bring(outing: Outing) -> list[Text]:
    """Kits the visits need, papers by kind of work, and the passports that go back."""
    skills = dict.fromkeys(skill for call in outing.calls for skill in call.visit.skills)
    things = [named(KITS, skill.removeprefix("kit:")) for skill in skills if skill.startswith("kit:")]
    works = {call.visit.work for call in outing.calls}
    if "acceptance" in works:
        things.append(text("bring_papers"))
    if "interview" in works:
        things.append(text("bring_list"))
    passports = sum(call.visit.passports for call in outing.calls)
    if passports:
        things.append(text("bring_passports", count=passports))
    return things or [text("none")]


def _stop(outing: Outing, call: Call, language: Language) -> str:
    stop = call.stop
    drive = span_text(call.drive_seconds)
    drive_text = Text(text("drive", span=drive.zh).zh, text("drive", span=drive.en).en)
    return (
        f'<tr><td class="n">{letters(outing.team_index)}{call.order}</td>'
        f'<td class="when"><p>{_say("arrive", language)} <b>{clock(stop.arrive)}</b></p>'
        f'<p class="service">{clock(stop.start)}–{clock(stop.end)}</p>'
        f'<p class="soft">{esc(drive_text.of(language))}</p></td>'
        f'<td class="where">{_where(call, language)}</td><td class="what">{_what(call, language)}</td>'
        f'<td class="bag">{_custody(call, language)}</td></tr>'
    )


def _where(call: Call, language: Language) -> str:
    one, site = call.organisation, call.site
    mine, other = (one.name_zh, one.name_en) if language == "zh" else (one.name_en, one.name_zh)
    names = f"<b>{esc(mine)}</b>"
    if language == "en" and other != mine:
        names += f' <span class="soft">{esc(other)}</span>'
    lines = [site.name_zh if language == "zh" else site.name_en, site.address or site.district]
    if call.request and call.request.contact:
        lines.append(call.request.contact)
    way = way_text(call.way).of(language)
    return (
        f"<p>{names}</p>"
        + "".join(f"<p>{esc(line)}</p>" for line in lines if line)
        + (f'<p class="soft way">{esc(way)}</p>' if way else "")
    )


def _what(call: Call, language: Language) -> str:
    visit = call.visit
    lines = [f"<p><b>{esc(named(WORKS, visit.work).of(language))}</b>{_session(call, language)}</p>"]
    for group in visit.groups:
        parts = [named(KINDS, group.kind), named(TASKS, group.task), named(LANGUAGES, group.language)]
        many = text("count" if group.count != 1 else "count_one", count=group.count).of(language)
        mark = "·" if language == "zh" else ", "
        lines.append(f"<p><b>{esc(many)}</b> {esc(mark.join(part.of(language) for part in parts))}</p>")
    if visit.legal_date:
        legal = day_text(visit.legal_date).of(language)
        lines.append(f'<p class="soft">{esc(text("legal_until", day=legal).of(language))}</p>')
    if visit.last_workday and visit.last_workday != visit.legal_date:
        safe = day_text(visit.last_workday).of(language)
        lines.append(f'<p class="soft">{esc(text("workday_until", day=safe).of(language))}</p>')
    return "".join(lines)


def _session(call: Call, language: Language) -> str:
    if call.visit.sessions < 2:
        return ""
    words = text("session", session=call.visit.session, sessions=call.visit.sessions)
    return f' <span class="soft">{esc(words.of(language))}</span>'


def _custody(call: Call, language: Language) -> str:
    """Boxes to fill in by hand: counts and two signatures wherever passports change hands."""
    visit = call.visit
    head, counts = "", ["collected"]
    if visit.work == "interview":
        return f'<p class="soft">{_say("no_custody", language)}</p>'
    if visit.work == "return":
        head = f"<p><b>{esc(text('to_return', count=visit.passports).of(language))}</b></p>"
        counts = ["count_out", "count_in"]
    boxes = "".join(
        f'<span class="box{" name" if key.startswith("signed") else ""}"><i>{_say(key, language)}</i></span>'
        for key in (*counts, "signed_officer", "signed_unit")
    )
    return f'{head}<p class="boxes">{boxes}</p>'


def _foot(dossier: Dossier, language: Language) -> str:
    note = next(iter(dossier.facts.inputs.notes), "")
    source = source_text(dossier.facts.travel_source, language) if dossier.facts.travel_source else ""
    driving = f"{_say('travel', language)}{':' if language == 'zh' else ': '}{esc(source)}" if source else ""
    version = text("version", version=dossier.facts.version).of(language)
    parts = [part for part in (driving, _say("page_foot", language), esc(version)) if part]
    return f"<footer><p>{esc(note)}</p><p>{' · '.join(parts)}</p></footer>"


def _name(team: Team, language: Language) -> str:
    return team.name_zh if language == "zh" else team.name_en


def _say(key: str, language: Language) -> str:
    return esc(text(key).of(language))
