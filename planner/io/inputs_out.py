"""Inputs back into the tables they can be read from: read_inputs(write_inputs(x)) gives x again."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from planner.errors import Language
from planner.io import words
from planner.io.schema import TABLES, Table
from planner.io.spreadsheets import Cell, Page, write_csv, write_xlsx
from planner.model import Group, Hours, Inputs, Place

Form = Literal["csv", "xlsx"]
Record = Mapping[str, Cell]


def write_inputs(inputs: Inputs, folder: Path, language: Language = "en", form: Form = "csv") -> tuple[Path, ...]:
    """Writes the input tables into `folder` (made if need be): one CSV each, or the sheets of inputs.xlsx.

    Optional tables without rows are left out; remarks go to notes.txt. Returns the paths written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    pages = [(table, input_page(table, inputs, language)) for table in TABLES]
    wanted = [(table, page) for table, page in pages if page.rows or table.needed]
    written = []
    if form == "xlsx":
        written.append(folder / "inputs.xlsx")
        write_xlsx([page for _, page in wanted], written[0])
    else:
        for table, page in wanted:
            written.append(folder / f"{table.name}.csv")
            write_csv(page, written[-1])
    if inputs.notes:
        written.append(folder / "notes.txt")
        written[-1].write_text("\n".join(inputs.notes) + "\n", "utf-8")
    return tuple(written)


def input_page(table: Table, inputs: Inputs, language: Language) -> Page:
    """One input table as it is written."""
    header = tuple(column.title(language) for column in table.columns)
    records = RECORDS[table.name](inputs, language)
    rows = tuple(tuple(record[column.name] for column in table.columns) for record in records)
    return Page(table.title(language), header, rows)


def _organisations(inputs: Inputs, language: Language) -> Iterable[Record]:
    for each in inputs.organisations:
        yield {
            **_named(each),
            "kind": _choice(words.ORGANISATION_KINDS, each.kind, language),
            "district": each.district,
            "police_area": each.police_area,
            "foreigners": each.foreigners,
            "active_to": each.active_to,
        }


def _sites(inputs: Inputs, language: Language) -> Iterable[Record]:
    for each in inputs.sites:
        yield {
            **_named(each),
            **_point(each.place),
            "organisation_id": each.organisation_id,
            "district": each.district,
            "address": each.address,
            "hours": _hours(each.hours),
            "access_minutes": _minutes(each.access_seconds),
        }


def _bases(inputs: Inputs, language: Language) -> Iterable[Record]:
    for each in inputs.bases:
        yield {**_named(each), **_point(each.place), "district": each.district}


def _teams(inputs: Inputs, language: Language) -> Iterable[Record]:
    none = "无" if language == "zh" else "none"
    for each in inputs.teams:
        yield {
            **_named(each),
            "base_id": each.base_id,
            "officers": each.officers,
            "desks": each.desks,
            "languages": ";".join(each.languages),
            "kinds": ";".join(_choice(words.KINDS, kind, language) for kind in each.kinds),
            "kits": ";".join(_choice(words.KITS, kit, language) for kit in each.kits) or none,
        }


def _shifts(inputs: Inputs, language: Language) -> Iterable[Record]:
    for each in inputs.shifts:
        yield {
            "team_id": each.team_id,
            "date": each.date,
            "start": _clock(each.hours.start),
            "end": _clock(each.hours.end),
            "break_minutes": _minutes(each.rest.seconds) if each.rest else None,
            "break_earliest": _clock(each.rest.earliest) if each.rest else None,
            "break_latest": _clock(each.rest.latest) if each.rest else None,
            "max_applicants": each.max_applicants,
            "max_work_minutes": None if each.max_work_seconds is None else _minutes(each.max_work_seconds),
        }


def _requests(inputs: Inputs, language: Language) -> Iterable[Record]:
    yes, no = ("是", "否") if language == "zh" else ("yes", "no")
    for each in inputs.requests:
        yield {
            "id": each.id,
            "site_id": each.site_id,
            "service": _choice(words.SERVICES, each.service, language),
            "received": each.received,
            "host_dates": _days(each.host_dates),
            "host_hours": _hours(each.host_hours),
            "fast_track": yes if each.fast_track else no,
            "interpreters": ";".join(each.interpreters),
            "contact": each.contact,
        }


def _groups(inputs: Inputs, language: Language) -> Iterable[Record]:
    return (_group(each.id, group, language) for each in inputs.requests for group in each.groups)


def _group(request_id: str, group: Group, language: Language) -> Record:
    return {
        "request_id": request_id,
        "kind": _choice(words.KINDS, group.kind, language),
        "task": _choice(words.TASKS, group.task, language),
        "count": group.count,
        "ready": group.ready,
        "language": group.language,
        "also_languages": ";".join(group.also_languages),
        "event_date": group.event_date,
    }


def _promises(inputs: Inputs, language: Language) -> Iterable[Record]:
    for each in inputs.promises:
        yield {
            "request_id": each.request_id,
            "session": each.session,
            "date": each.date,
            "start": _clock(each.start),
            "team_id": each.team_id,
        }


def _returns(inputs: Inputs, language: Language) -> Iterable[Record]:
    for each in inputs.bags:
        yield {
            "id": each.id,
            "request_id": each.request_id,
            "site_id": each.site_id,
            "passports": each.passports,
            "issued_on": each.issued_on,
        }


def _special_visits(inputs: Inputs, language: Language) -> Iterable[Record]:
    for each in inputs.special_visits:
        yield {
            "request_id": each.request_id,
            "reason": each.reason,
            "approved_by": each.approved_by,
            "approved_on": each.approved_on,
        }


RECORDS: Mapping[str, Callable[[Inputs, Language], Iterable[Record]]] = {
    "organisations": _organisations,
    "sites": _sites,
    "bases": _bases,
    "teams": _teams,
    "shifts": _shifts,
    "requests": _requests,
    "groups": _groups,
    "promises": _promises,
    "returns": _returns,
    "special_visits": _special_visits,
}


def _named(thing: Any) -> dict[str, Cell]:
    return {"id": thing.id, "name_zh": thing.name_zh, "name_en": thing.name_en}


def _point(place: Place) -> dict[str, Cell]:
    """The coordinates as they were given, or in WGS-84 where nothing else was."""
    given = place.given_lat is not None and place.given_lon is not None
    return {
        "lat": place.given_lat if given else place.lat,
        "lon": place.given_lon if given else place.lon,
        "datum": words.DATUMS[place.datum if given else "wgs84"][0],
        "accuracy_metres": place.accuracy_metres,
    }


def _choice(choices: words.Words, key: str, language: Language) -> str:
    return choices[key][0] if language == "zh" else key


def _minutes(seconds: int) -> Cell:
    return seconds // 60 if seconds % 60 == 0 else seconds / 60


def _clock(seconds: int) -> str:
    shown = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
    return shown if seconds % 60 == 0 else f"{shown}:{seconds % 60:02d}"


def _hours(hours: tuple[Hours, ...]) -> str:
    return ";".join(f"{_clock(each.start)}-{_clock(each.end)}" for each in hours)


def _days(days: tuple[date, ...]) -> str:
    """Dates with runs of consecutive days as ranges."""
    runs: list[list[date]] = [[day] for day in days[:1]]
    for before, after in pairwise(days):
        if after - before == timedelta(days=1):
            runs[-1].append(after)
        else:
            runs.append([after])
    return ";".join(f"{run[0]}..{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)
