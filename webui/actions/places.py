"""Organisations, their sites on the map, their contacts; the bases teams start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

from sqlalchemy import func, select

from planner.errors import Mistake
from planner.model import Datum, Hours, OrganisationKind, Place
from planner.travel.datum import place_in
from webui.actions.acting import add, allow, edit, must, remove, same_version
from webui.refusals import Conflict, raise_if_any
from webui.store.engine import Store
from webui.store.organisations import ContactRow, OrganisationRow, SiteRow
from webui.store.person import Person
from webui.store.teams import BaseRow
from webui.store.values import placed


@dataclass(frozen=True)
class OrganisationForm:
    """What a person can say of an organisation."""

    name_zh: str
    name_en: str
    kind: str
    district: str
    foreigners: int
    police_area: str = ""
    active_to: date | None = None


@dataclass(frozen=True)
class SiteForm:
    """What a person can say of a site, except where it is."""

    name_zh: str
    name_en: str
    district: str = ""
    address: str = ""
    hours: tuple[Hours, ...] = ()
    access_seconds: int = 0


@dataclass(frozen=True)
class BaseForm:
    """What a person can say of a base, except where it is."""

    name_zh: str
    name_en: str
    district: str = ""


@dataclass(frozen=True)
class Pin:
    """A point as somebody gave it: on the map (WGS-84) or pasted from a Chinese web map (GCJ-02, BD-09)."""

    lat: float
    lon: float
    datum: Datum = "wgs84"
    accuracy_metres: int = 0


def add_organisation(store: Store, key: str, form: OrganisationForm, by: Person) -> None:
    """Adds an organisation; Conflict where its id is taken."""
    allow(by, "scheduler")
    raise_if_any(_mistakes(form))
    with store.write() as session:
        _free(session.get(OrganisationRow, key), key)
        position = session.scalar(select(func.coalesce(func.max(OrganisationRow.position), -1))) or 0
        add(session, OrganisationRow(id=key, position=position + 1, **vars(form)), "organisation.add", by)


def edit_organisation(store: Store, key: str, form: OrganisationForm, version: int | None, by: Person) -> None:
    """Changes an organisation; Conflict with both versions where somebody else did meanwhile."""
    allow(by, "scheduler")
    raise_if_any(_mistakes(form))
    _edit(store, (OrganisationRow, key, "organisation"), vars(form), "organisation.edit", version, by)


def add_site(store: Store, key: str, organisation_id: str, form: SiteForm, pin: Pin, by: Person) -> None:
    """Adds a site to an organisation."""
    allow(by, "scheduler")
    raise_if_any([*_site_mistakes(form), *_pin_mistakes(pin)])
    with store.write() as session:
        must(session, OrganisationRow, organisation_id, "organisation")
        _free(session.get(SiteRow, key), key)
        position = session.scalar(select(func.coalesce(func.max(SiteRow.position), -1))) or 0
        row = SiteRow(id=key, organisation_id=organisation_id, position=position + 1, **vars(form), **_columns(pin))
        add(session, row, "site.add", by)


def edit_site(store: Store, key: str, form: SiteForm, version: int | None, by: Person) -> None:
    """Changes a site, except where it is."""
    allow(by, "scheduler")
    raise_if_any(_site_mistakes(form))
    _edit(store, (SiteRow, key, "site"), vars(form), "site.edit", version, by)


def move_site(store: Store, key: str, pin: Pin, version: int | None, by: Person) -> None:
    """Puts a site elsewhere on the map; the point is kept in WGS-84 beside what was given."""
    allow(by, "scheduler")
    raise_if_any(_pin_mistakes(pin))
    _edit(store, (SiteRow, key, "site"), _columns(pin), "site.move", version, by)


def add_base(store: Store, key: str, form: BaseForm, pin: Pin, by: Person) -> None:
    """Adds a station that teams start from; Conflict where its id is taken."""
    allow(by, "scheduler")
    raise_if_any([*_name_mistakes(form), *_pin_mistakes(pin)])
    with store.write() as session:
        _free(session.get(BaseRow, key), key)
        position = session.scalar(select(func.coalesce(func.max(BaseRow.position), -1))) or 0
        add(session, BaseRow(id=key, position=position + 1, **vars(form), **_columns(pin)), "base.add", by)


def edit_base(store: Store, key: str, form: BaseForm, version: int | None, by: Person) -> None:
    """Changes what a base is called; plans made before keep what they were made with."""
    allow(by, "scheduler")
    raise_if_any(_name_mistakes(form))
    _edit(store, (BaseRow, key, "base"), vars(form), "base.edit", version, by)


def move_base(store: Store, key: str, pin: Pin, version: int | None, by: Person) -> None:
    """Puts a base elsewhere on the map; plans from now on start there."""
    allow(by, "scheduler")
    raise_if_any(_pin_mistakes(pin))
    _edit(store, (BaseRow, key, "base"), _columns(pin), "base.move", version, by)


def add_contact(store: Store, organisation_id: str, office: str, telephone: str, by: Person) -> int:
    """Adds an office to an organisation's contacts; never a private person."""
    allow(by, "scheduler")
    raise_if_any(_contact_mistakes(office, telephone))
    with store.write() as session:
        must(session, OrganisationRow, organisation_id, "organisation")
        row = ContactRow(organisation_id=organisation_id, office=office.strip(), telephone=telephone.strip())
        add(session, row, "contact.add", by, hide=("office", "telephone"))
        return row.id


def remove_contact(store: Store, contact_id: int, by: Person) -> None:
    """Takes a contact away."""
    allow(by, "scheduler")
    with store.write() as session:
        remove(session, must(session, ContactRow, contact_id, "contact"), "contact.remove", by)


def _edit(
    store: Store,
    found: tuple[type[Any], str, str],
    values: Mapping[str, Any],
    action: str,
    version: int | None,
    by: Person,
) -> None:
    """Writes values into the row that table, key and noun name; Conflict with both versions, NotFound."""
    with store.write() as session:
        row = must(session, *found)
        same_version(row, version, values)
        edit(session, row, values, action, by)


def _free(row: Any, key: str) -> None:
    if row is not None:
        raise Conflict(f"The id {key} is taken; choose another.", f"编号 {key} 已被使用,请另选。")


def place_of(pin: Pin) -> Place:
    """Where a pin is; BadInput where that cannot be a place of China."""
    raise_if_any(_pin_mistakes(pin))
    return place_in(pin.lat, pin.lon, pin.datum, pin.accuracy_metres)


def _columns(pin: Pin) -> Mapping[str, Any]:
    return placed(place_of(pin))


def _name_mistakes(form: OrganisationForm | SiteForm | BaseForm) -> list[Mistake]:
    if form.name_zh.strip() or form.name_en.strip():
        return []
    return [Mistake("name", "needs a name in one language at least", "至少填写一种语言的名称")]


def _mistakes(form: OrganisationForm) -> list[Mistake]:
    mistakes = _name_mistakes(form)
    if form.kind not in get_args(OrganisationKind):
        kinds = ", ".join(get_args(OrganisationKind))
        mistakes.append(Mistake("kind", f"choose from {kinds}", f"可选:{kinds}", form.kind))
    if form.foreigners < 0:
        mistakes.append(Mistake("foreigners", "cannot be fewer than none", "不能为负数", str(form.foreigners)))
    return mistakes


def _site_mistakes(form: SiteForm) -> list[Mistake]:
    mistakes = _name_mistakes(form)
    if not 0 <= form.access_seconds <= 4 * 3600:
        mistakes.append(
            Mistake("access_minutes", "needs 0 to 240 minutes", "应为0至240分钟", str(form.access_seconds // 60))
        )
    return mistakes


def _pin_mistakes(pin: Pin) -> list[Mistake]:
    mistakes = []
    if not (17 <= pin.lat <= 54 and 73 <= pin.lon <= 136):
        mistakes.append(
            Mistake(
                "place",
                "lies outside of China; latitude and longitude may be swapped",
                "不在中国境内;纬度和经度可能写反",
                f"{pin.lat}, {pin.lon}",
            )
        )
    if pin.datum not in get_args(Datum):
        choices = ", ".join(get_args(Datum))
        mistakes.append(Mistake("datum", f"choose from {choices}", f"可选:{choices}", pin.datum))
    if pin.accuracy_metres < 0:
        mistakes.append(Mistake("accuracy_metres", "cannot be less than 0", "不能小于0", str(pin.accuracy_metres)))
    return mistakes


def _contact_mistakes(office: str, telephone: str) -> list[Mistake]:
    mistakes = []
    if not 1 <= len(office.strip()) <= 100:
        mistakes.append(Mistake("office", "needs 1 to 100 characters", "应为1至100个字符"))
    if len(telephone.strip()) > 40:
        mistakes.append(Mistake("telephone", "is longer than 40 characters", "超过40个字符"))
    return mistakes
