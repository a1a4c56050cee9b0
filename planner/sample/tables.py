"""The sample as the input tables that people fill in: CSV in UTF-8 with a byte-order mark, for Excel."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from planner.model import Group, Hours, Inputs, Request, Shift, Site, Team, clock
from planner.sample.make import make_sample
from planner.sample.season import SeasonName

Cell = str | int | float
Table = tuple[tuple[str, ...], list[Sequence[Cell]]]


def write_sample(folder: Path, season: SeasonName, seed: int) -> None:
    """Writes the input tables of the season into `folder`, made if need be; the same bytes for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in sample_files(make_sample(season, seed)).items():
        (folder / name).write_bytes(content)


def sample_files(inputs: Inputs) -> dict[str, bytes]:
    """The files of the tables, by name."""
    tables: dict[str, Table] = {
        "organisations": _organisations(inputs),
        "sites": _sites(inputs.sites),
        "bases": _bases(inputs),
        "teams": _teams(inputs.teams),
        "shifts": _shifts(inputs.shifts),
        "requests": _requests(inputs.requests),
        "groups": _groups(inputs.requests),
        "promises": _promises(inputs),
        "returns": _returns(inputs),
        "special_visits": _special_visits(inputs),
    }
    files = {f"{name}.csv": _csv(*table) for name, table in tables.items()}
    return files | {"notes.txt": ("\n".join(inputs.notes) + "\n").encode("utf-8-sig")}


def spans_text(days: Iterable[date]) -> str:
    """Dates as people write them, runs joined: "2026-09-07..2026-09-11;2026-09-14"."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] + timedelta(days=1) == day:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ";".join(f"{run[0]}..{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def hours_text(hours: Iterable[Hours]) -> str:
    """Hours as people write them: "09:00-12:00;14:00-17:00"."""
    return ";".join(f"{clock(one.start)}-{clock(one.end)}" for one in hours)


def _csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _organisations(inputs: Inputs) -> Table:
    header = ("id", "name_zh", "name_en", "kind", "district", "police_area", "foreigners", "active_to")
    return header, [
        (one.id, one.name_zh, one.name_en, one.kind, one.district, one.police_area, one.foreigners, _day(one.active_to))
        for one in inputs.organisations
    ]


def _sites(sites: Iterable[Site]) -> Table:
    header = (
        *("id", "organisation_id", "name_zh", "name_en", "district", "address", "lat", "lon", "datum"),
        *("accuracy_metres", "hours", "access_minutes"),
    )
    return header, [
        (
            *(one.id, one.organisation_id, one.name_zh, one.name_en, one.district, one.address),
            *(one.place.lat, one.place.lon, one.place.datum, one.place.accuracy_metres),
            *(hours_text(one.hours), one.access_seconds // 60),
        )
        for one in sites
    ]


def _bases(inputs: Inputs) -> Table:
    header = ("id", "name_zh", "name_en", "district", "lat", "lon", "datum", "accuracy_metres")
    return header, [
        (
            *(one.id, one.name_zh, one.name_en, one.district),
            *(one.place.lat, one.place.lon, one.place.datum, one.place.accuracy_metres),
        )
        for one in inputs.bases
    ]


def _teams(teams: Iterable[Team]) -> Table:
    header = ("id", "name_zh", "name_en", "base_id", "officers", "desks", "languages", "kinds", "kits")
    return header, [
        (
            *(one.id, one.name_zh, one.name_en, one.base_id, one.officers, one.desks),
            *(";".join(one.languages), ";".join(one.kinds), ";".join(one.kits)),
        )
        for one in teams
    ]


def _shifts(shifts: Iterable[Shift]) -> Table:
    header = (
        *("team_id", "date", "start", "end", "break_minutes", "break_earliest", "break_latest"),
        *("max_applicants", "max_work_minutes"),
    )
    rows: list[Sequence[Cell]] = []
    for one in shifts:
        rest = (one.rest.seconds // 60, clock(one.rest.earliest), clock(one.rest.latest)) if one.rest else ("", "", "")
        work = "" if one.max_work_seconds is None else one.max_work_seconds // 60
        most = "" if one.max_applicants is None else one.max_applicants
        rows.append((one.team_id, f"{one.date}", clock(one.hours.start), clock(one.hours.end), *rest, most, work))
    return header, rows


def _requests(requests: Iterable[Request]) -> Table:
    header = (
        *("id", "site_id", "service", "received", "host_dates", "host_hours", "fast_track", "interpreters"),
        "contact",
    )
    return header, [
        (
            *(one.id, one.site_id, one.service, f"{one.received}", spans_text(one.host_dates)),
            *(hours_text(one.host_hours), "yes" if one.fast_track else "no", ";".join(one.interpreters), one.contact),
        )
        for one in requests
    ]


def _groups(requests: Iterable[Request]) -> Table:
    header = ("request_id", "kind", "task", "count", "ready", "language", "also_languages", "event_date")
    return header, [(request.id, *_group(group)) for request in requests for group in request.groups]


def _group(group: Group) -> tuple[Cell, ...]:
    ready: Cell = "" if group.ready is None else group.ready
    also = ";".join(group.also_languages)
    return group.kind, group.task, group.count, ready, group.language, also, f"{group.event_date}"


def _promises(inputs: Inputs) -> Table:
    header = ("request_id", "session", "date", "start", "team_id")
    return header, [
        (one.request_id, one.session, f"{one.date}", clock(one.start), one.team_id or "") for one in inputs.promises
    ]


def _returns(inputs: Inputs) -> Table:
    header = ("id", "request_id", "site_id", "passports", "issued_on")
    return header, [(one.id, one.request_id, one.site_id, one.passports, f"{one.issued_on}") for one in inputs.bags]


def _special_visits(inputs: Inputs) -> Table:
    header = ("request_id", "reason", "approved_by", "approved_on")
    return header, [
        (one.request_id, one.reason, one.approved_by, f"{one.approved_on}") for one in inputs.special_visits
    ]


def _day(day: date | None) -> str:
    return "" if day is None else f"{day}"
