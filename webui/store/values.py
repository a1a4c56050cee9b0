"""Rows as values of the planner, and values as columns of rows: one noun after the other."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from planner.model import (
    Base,
    Break,
    Group,
    Hours,
    Organisation,
    PassportBag,
    Place,
    Request,
    Shift,
    Site,
    SpecialVisit,
)
from webui.store.organisations import OrganisationRow, Placed, SiteRow
from webui.store.requests import BagRow, GroupRow, RequestRow, SpecialVisitRow
from webui.store.teams import BaseRow, ShiftRow


def place_of(row: Placed) -> Place:
    """A point as the planner knows it."""
    return Place(row.lat, row.lon, row.given_lat, row.given_lon, row.datum, row.accuracy_metres)  # type: ignore[arg-type]


def placed(place: Place) -> dict[str, Any]:
    """The columns of a place."""
    return {
        "lat": place.lat,
        "lon": place.lon,
        "given_lat": place.given_lat,
        "given_lon": place.given_lon,
        "datum": place.datum,
        "accuracy_metres": place.accuracy_metres,
    }


def organisation_of(row: OrganisationRow) -> Organisation:
    """One organisation as the planner knows it."""
    return Organisation(
        row.id,
        row.name_zh,
        row.name_en,
        row.kind,  # type: ignore[arg-type]
        row.district,
        row.foreigners,
        row.police_area,
        row.active_to,
    )


def site_of(row: SiteRow) -> Site:
    """One site as the planner knows it."""
    return Site(
        row.id,
        row.organisation_id,
        row.name_zh,
        row.name_en,
        place_of(row),
        row.district,
        row.address,
        row.hours,
        row.access_seconds,
    )


def base_of(row: BaseRow) -> Base:
    """One base as the planner knows it."""
    return Base(row.id, row.name_zh, row.name_en, place_of(row), row.district)


def shift_of(row: ShiftRow) -> Shift:
    """One shift as the planner knows it."""
    rest = None
    if row.rest_seconds is not None and row.rest_earliest is not None and row.rest_latest is not None:
        rest = Break(row.rest_seconds, row.rest_earliest, row.rest_latest)
    return Shift(row.team_id, row.date, Hours(row.starts, row.ends), rest, row.max_applicants, row.max_work_seconds)


def shift_columns(shift: Shift) -> dict[str, Any]:
    """The columns of a shift."""
    rest = shift.rest
    return {
        "team_id": shift.team_id,
        "date": shift.date,
        "starts": shift.hours.start,
        "ends": shift.hours.end,
        "rest_seconds": rest.seconds if rest else None,
        "rest_earliest": rest.earliest if rest else None,
        "rest_latest": rest.latest if rest else None,
        "max_applicants": shift.max_applicants,
        "max_work_seconds": shift.max_work_seconds,
    }


def request_of(row: RequestRow) -> Request:
    """One request as the planner knows it, whatever its status."""
    groups = tuple(
        Group(
            one.kind,  # type: ignore[arg-type]
            one.task,  # type: ignore[arg-type]
            one.people,
            one.language,
            one.event_date,
            one.also_languages,
            one.ready,
        )
        for one in row.groups
    )
    return Request(
        row.id,
        row.site_id,
        row.service,  # type: ignore[arg-type]
        row.received,
        groups,
        row.host_dates,
        row.host_hours,
        row.fast_track,
        row.interpreters,
        row.contact,
    )


def group_rows(groups: Iterable[Group]) -> list[GroupRow]:
    """The rows of a request's groups, counted from 1."""
    return [
        GroupRow(
            number=number,
            kind=group.kind,
            task=group.task,
            people=group.count,
            language=group.language,
            event_date=group.event_date,
            also_languages=group.also_languages,
            ready=group.ready,
        )
        for number, group in enumerate(groups, 1)
    ]


def set_groups(session: Session, row: RequestRow, groups: Iterable[Group]) -> None:
    """Puts other people in the place of a request's groups, and counts that as a change of the request."""
    row.groups.clear()
    session.flush()
    row.groups.extend(group_rows(groups))
    flag_modified(row, "contact")  # so that the version of the request itself goes up
    session.flush()


def bag_of(row: BagRow) -> PassportBag:
    """Passports that wait to be brought back."""
    return PassportBag(row.id, row.request_id, row.site_id, row.passports, row.issued_on)


def special_of(row: SpecialVisitRow) -> SpecialVisit:
    """An exception that a supervisor approved."""
    return SpecialVisit(row.request_id, row.reason, row.approved_by, row.approved_on or date.max)
