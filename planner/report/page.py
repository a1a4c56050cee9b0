"""The page around the map: figures, switches, the table with the map's content, what is out, the teams."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from planner.dossier import Dossier
from planner.errors import Language
from planner.report.contents import Contents
from planner.report.drawing import days_of
from planner.report.figures import figures_strip
from planner.report.labels import Tiles
from planner.report.markup import both, esc, html_lang, json_block
from planner.report.statistics import summary
from planner.report.tables import dot, doubts_table, left_out_table, legal_table, plan_table, remarks_table, team_table
from planner.report.texts import text
from planner.report.words import Text, day_text, letters, long_date, short_date, weekday
from planner.travel.providers import is_estimated, source_text
from planner.workdays import Calendar, default_calendar

ASSETS = Path(__file__).parent / "assets"
STYLES = ("plan.css",)
SCRIPTS = ("plan.js",)

Address = Callable[[str, date, Language], str]
"""Where the sheet of a team on a date lies."""


@dataclass(frozen=True)
class Links:
    """Where the page leads to; what is None or empty is not offered."""

    sheet: Address | None = None
    calendar: Callable[[str, Language], str] | None = None
    """Where the calendar of a team lies."""
    tables: Callable[[Language], Mapping[str, str]] | None = None
    """Name and address of each table to download, in a language."""


@dataclass(frozen=True)
class Shell:
    """What stands around the body: the end of the head, and scripts with the labels at the end."""

    head: str
    tail: str
    labels_address: str = ""
    """Where the script fetches the labels; "" where they stand in the page."""


def inlined(vendor: Path, map_script: str, labels: Mapping[str, Any], tiles: Tiles | None) -> Shell:
    """A shell for one file that carries everything; its policy lets only these very scripts and styles work."""
    styles = [_without_pictures((vendor / "leaflet" / "leaflet.css").read_text("utf-8"))]
    styles += [(ASSETS / name).read_text("utf-8") for name in STYLES]
    scripts = [(vendor / "leaflet" / "leaflet.js").read_text("utf-8"), map_script]
    scripts += [(ASSETS / name).read_text("utf-8") for name in SCRIPTS]
    scripts = [script.replace("</", "<\\/").replace("<!--", "<\\!--") for script in scripts]
    pictures = f"img-src data: {tiles.origin}" if tiles else "img-src data:"
    policy = (
        f"default-src 'none'; script-src {_hashes(scripts)}; style-src {_hashes(styles)}; {pictures}; "
        "base-uri 'none'; form-action 'none'"
    )
    head = f'<meta http-equiv="Content-Security-Policy" content="{esc(policy)}">'
    head += "".join(f"<style>{style}</style>" for style in styles)
    tail = f'<script type="application/json" id="labels">{json_block(labels)}</script>'
    return Shell(head, tail + "".join(f"<script>{script}</script>" for script in scripts))


def linked(styles: Iterable[str], scripts: Iterable[str], labels_address: str) -> Shell:
    """A shell whose styles, scripts and labels are files of their own, for a server with a strict policy."""
    head = "".join(f'<link rel="stylesheet" href="{esc(address)}">' for address in styles)
    tail = "".join(f'<script src="{esc(address)}"></script>' for address in scripts)
    return Shell(head, tail, labels_address)


def page(
    dossier: Dossier,
    content: Contents,
    language: Language,
    links: Links,
    shell: Shell,
    calendar: Calendar | None = None,
) -> str:
    """The whole page in both languages, opening in `language`."""
    calendar = calendar or default_calendar()
    days = days_of(dossier, content)
    body = "".join(
        (
            _header(dossier, days, links),
            figures_strip(summary(dossier, calendar)),
            '<main class="columns"><div class="left">',
            _switches(dossier, content, days),
            _map(is_estimated(dossier.facts.travel_source)),
            '</div><div class="right" id="table">',
            plan_table(dossier, content, days, links.sheet, calendar),
            left_out_table(content),
            '</div></main><div class="below">',
            team_table(dossier, content, days, links.calendar, calendar),
            legal_table(dossier, calendar),
            remarks_table(dossier),
            doubts_table(dossier),
            "</div>",
            _footer(dossier),
        )
    )
    title = text("title")
    return (
        f'<!doctype html><html lang="{html_lang(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f'<title data-zh="{esc(title.zh)}" data-en="{esc(title.en)}">{esc(title.of(language))}</title>{shell.head}'
        f'</head><body data-labels="{esc(shell.labels_address)}">{body}{shell.tail}</body></html>'
    )


def _header(dossier: Dossier, days: tuple[date, ...], links: Links) -> str:
    facts = dossier.facts
    about = [both(_period(days)), both(text("version", version=facts.version))]
    about.append(f"{both(text('made_on'))} {both(short_date(facts.today))}")
    return (
        f'<a class="skip" href="#table">{both(text("skip"))}</a>'
        f'<header class="top"><div class="name"><p class="office">{both(text("office"))}</p>'
        f"<h1>{both(text('title'))}</h1></div>"
        f'<p class="about">{"".join(f"<span>{part}</span>" for part in about)}</p>'
        f'<nav class="tools">{_downloads(links)}'
        f'<button type="button" id="print">{both(text("print"))}</button>'
        '<span class="languages"><a href="?lang=zh" lang="zh-CN" data-lang="zh" hreflang="zh-CN">中文</a>'
        '<a href="?lang=en" lang="en" data-lang="en" hreflang="en">English</a></span></nav></header>'
    )


def _period(days: tuple[date, ...]) -> Text:
    if not days:
        return Text("–", "–")
    first, last = long_date(days[0]), day_text(days[-1])
    if len(days) == 1:
        return first
    return Text(f"{first.zh} 至 {last.zh}", f"{day_text(days[0]).en} – {long_date(days[-1]).en}")


def _downloads(links: Links) -> str:
    if links.tables is None:
        return ""
    languages: tuple[Language, ...] = ("zh", "en")
    items = "".join(
        f'<li class="{language}"><a href="{esc(address)}" download>{esc(name)}</a></li>'
        for language in languages
        for name, address in links.tables(language).items()
    )
    return f"<details><summary>{both(text('tables'))}</summary><ul>{items}</ul></details>"


def _switches(dossier: Dossier, content: Contents, days: tuple[date, ...]) -> str:
    first = next((days.index(outing.date) for outing in content.outings), 0)
    dates = "".join(_choice("day", at, at == first, _day_label(day)) for at, day in enumerate(days))
    dates += _choice("day", -1, False, both(text("all_dates")))
    teams = "".join(
        f'<label class="chip"><input type="checkbox" name="team" value="{at}" checked>'
        f"{dot(at, letters(at))}<span>{both(Text(team.name_zh, team.name_en))}</span></label>"
        for at, team in enumerate(dossier.facts.inputs.teams)
    )
    out = (
        '<label class="chip"><input type="checkbox" id="show-out" checked><i class="dot ring"></i>'
        f"<span>{both(text('show_out'))}</span></label>"
    )
    return (
        f'<form class="switches" autocomplete="off"><h2 class="quiet">{both(text("switches"))}</h2>'
        f'<fieldset class="dates"><legend>{both(text("dates"))}</legend>'
        f'<div class="segments">{dates}</div></fieldset>'
        f'<fieldset class="teams"><legend>{both(text("teams"))}</legend>'
        f'<div class="chips">{teams}{out}</div></fieldset></form>'
    )


def _day_label(day: date) -> str:
    return f'<span class="weekday">{both(weekday(day))}</span>{both(short_date(day))}'


def _choice(name: str, value: int, chosen: bool, label: str) -> str:
    mark = " checked" if chosen else ""
    return f'<label><input type="radio" name="{name}" value="{value}"{mark}><span>{label}</span></label>'


def _map(estimated: bool) -> str:
    doubt = f" · {both(text('estimated'))}" if estimated else ""
    legend = "".join(
        f"<li>{sign}{both(text(key))}</li>"
        for sign, key in (
            ('<i class="dot team-0">A1</i>', "legend_stop"),
            ('<i class="square"></i>', "legend_base"),
            ('<i class="dot ring">1</i>', "legend_out"),
            ('<i class="line tour"></i>', "legend_tour"),
            ('<i class="line way"></i>', "legend_way"),
            ('<i class="line river"></i>', "legend_river"),
        )
    )
    return (
        f'<section class="map" aria-labelledby="map-name"><h2 id="map-name" class="quiet">{both(text("map"))}. '
        f"{both(text('map_hint'))}</h2>"
        f'<p class="notice" id="stale" hidden>{both(text("stale"))}</p>'
        f'<noscript><p class="notice">{both(text("no_script"))}</p></noscript>'
        '<div class="canvas"><div id="map_plan"></div>'
        f'<p class="schematic">{both(text("schematic"))}{doubt}</p><p class="attribution" id="attribution"></p>'
        f'<p class="views"><button type="button" id="view-city">{both(text("city"))}</button>'
        f'<button type="button" id="view-all">{both(text("everything"))}</button></p></div>'
        f'<ul class="legend">{legend}</ul></section>'
    )


def _footer(dossier: Dossier) -> str:
    facts = dossier.facts
    lines = [esc(note) for note in facts.inputs.notes]
    if facts.travel_source:
        source = Text(source_text(facts.travel_source, "zh"), source_text(facts.travel_source, "en"))
        lines.append(f"{both(text('travel'))}: {both(source)}")
    lines.append(both(text("page_foot")))
    return f'<footer class="foot">{"".join(f"<p>{line}</p>" for line in lines)}</footer>'


def _hashes(parts: Iterable[str]) -> str:
    digests = (base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in parts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def _without_pictures(style: str) -> str:
    """Leaflet's style without its pictures, which this page does not use and one file cannot carry."""
    for name in ("layers.png", "layers-2x.png", "marker-icon.png"):
        style = style.replace(f"url(images/{name})", "none")
    return style.replace("behavior: url(#default#VML);", "").replace("\r\n", "\n")
