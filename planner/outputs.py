"""Everything a plan is handed out as: JSON, map, sheets, calendars, tables, figures."""

from pathlib import Path

from planner.dossier import Dossier, save
from planner.errors import Language
from planner.io.ics import organisation_calendar, team_calendar
from planner.io.tables import write_tables
from planner.report.map import map_page
from planner.report.page import Links
from planner.report.sheets import sheet_file, sheets
from planner.report.statistics import summary, summary_json
from planner.workdays import Calendar


def write_outputs(dossier: Dossier, folder: Path, language: Language, calendar: Calendar) -> None:
    """Writes problem.json, plan.json, facts.json, summary.json, map.html, sheets/, calendar/ and tables/."""
    save(dossier, folder)
    (folder / "summary.json").write_text(summary_json(summary(dossier, calendar)), "utf-8")
    (folder / "map.html").write_text(map_page(dossier, language, links=links_of(dossier)), "utf-8")
    sheets(dossier, folder / "sheets", language)
    write_calendars(dossier, folder / "calendar", language, calendar)
    write_tables(dossier, folder / "tables", language, calendar)


def links_of(dossier: Dossier) -> Links:
    """Where the map finds the sheets and calendars that lie beside it."""
    return Links(
        sheet=lambda team, day, language: f"sheets/{sheet_file(dossier, team, day)}",
        calendar=lambda team, language: f"calendar/team-{safe_name(team)}.ics",
        tables=lambda language: {"plan.xlsx": "tables/plan.xlsx"},
    )


def write_calendars(dossier: Dossier, folder: Path, language: Language, calendar: Calendar) -> None:
    """Writes one iCal file for each team with an outing and each organisation with a visit."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {stop.visit for route in dossier.plan.routes for stop in route.stops}
    for team in sorted({route.team for route in dossier.plan.routes}):
        (folder / f"team-{safe_name(team)}.ics").write_bytes(team_calendar(dossier, team, language))
    for organisation in sorted({visit.organisation_id for visit in dossier.facts.visits if visit.id in made}):
        content = organisation_calendar(dossier, organisation, language, calendar=calendar)
        (folder / f"organisation-{safe_name(organisation)}.ics").write_bytes(content)


def safe_name(text: str) -> str:
    """An id as a file name: what is no letter, digit, dash or underscore becomes %XX."""
    return "".join(c if c.isalnum() or c in "-_" else "".join(f"%{byte:02X}" for byte in c.encode()) for c in text)
