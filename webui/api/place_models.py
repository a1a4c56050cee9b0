"""Organisations, contacts, sites and bases as the API takes and gives them."""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, Field

from planner.model import Datum, OrganisationKind, clock
from planner.reasons import Reason
from webui.actions.places import BaseForm, OrganisationForm, Pin, SiteForm
from webui.api.contract import Tagged
from webui.api.fields import NOT_GIVEN, Count, District, HoursIn, NewId, Opened, Words, Year, hours_of, shown
from webui.api.reasons import ReasonOut, reason_out
from webui.store.organisations import ContactRow, OrganisationRow, SiteRow
from webui.store.teams import BaseRow


class PlaceIn(BaseModel):
    """A point as it was given; in China the latitude is the smaller number."""

    model_config = NOT_GIVEN
    lat: float = Field(ge=-90, le=90)
    lon: float = Field(ge=-180, le=180)
    datum: Datum = "wgs84"
    accuracy_metres: int = Field(0, ge=0, le=100_000)

    def pin(self) -> Pin:
        """As the actions take it."""
        return Pin(self.lat, self.lon, self.datum, self.accuracy_metres)


class OrganisationIn(BaseModel):
    """What can be said of an organisation."""

    model_config = NOT_GIVEN
    name_zh: Words = ""
    name_en: Words = ""
    kind: OrganisationKind
    district: District
    foreigners: Count
    police_area: Words = ""
    active_to: Year | None = None

    def form(self) -> OrganisationForm:
        """As the actions take it."""
        return OrganisationForm(**{name: getattr(self, name) for name in OrganisationIn.model_fields})


class OrganisationNew(OrganisationIn):
    """An organisation with its id."""

    id: NewId


class SiteIn(BaseModel):
    """What can be said of a site, except where it is; access takes minutes from the gate to the room."""

    model_config = NOT_GIVEN
    name_zh: Words = ""
    name_en: Words = ""
    district: District = ""
    address: Words = ""
    hours: Opened = []
    access_minutes: int = Field(0, ge=0, le=240)

    def form(self) -> SiteForm:
        """As the actions take it."""
        hours = hours_of(self.hours)
        return SiteForm(self.name_zh, self.name_en, self.district, self.address, hours, self.access_minutes * 60)


class SiteNew(SiteIn):
    """A site with its id and where it is."""

    id: NewId
    place: PlaceIn


class BaseIn(BaseModel):
    """What can be said of a base, except where it is."""

    model_config = NOT_GIVEN
    name_zh: Words = ""
    name_en: Words = ""
    district: District = ""

    def form(self) -> BaseForm:
        """As the actions take it."""
        return BaseForm(self.name_zh, self.name_en, self.district)


class BaseNew(BaseIn):
    """A base with its id and where it is."""

    id: NewId
    place: PlaceIn


class ContactIn(BaseModel):
    """An office that can be called, never a private person."""

    model_config = NOT_GIVEN
    office: Words = Field(min_length=1, max_length=100)
    telephone: Words = Field("", max_length=40)


class ContactOut(BaseModel):
    """An office that can be called."""

    id: int
    office: str
    telephone: str


class SiteOut(Tagged):
    """A place where a visit can happen; WGS-84 degrees."""

    id: str
    organisation: str
    name_zh: str
    name_en: str
    district: str
    address: str
    lat: float
    lon: float
    accuracy_metres: int
    hours: list[HoursIn]
    access_minutes: float


class BaseOut(Tagged):
    """A station that teams start from; WGS-84 degrees."""

    id: str
    name_zh: str
    name_en: str
    district: str
    lat: float
    lon: float
    accuracy_metres: int


class Bases(BaseModel):
    """All bases."""

    items: list[BaseOut]


class OrganisationOut(Tagged):
    """An organisation with its sites and contacts; `reasons` say why it may not be visited, none where it may."""

    id: str
    name_zh: str
    name_en: str
    kind: str
    district: str
    foreigners: int
    police_area: str
    active_to: date | None
    reasons: list[ReasonOut]
    sites: list[SiteOut]
    contacts: list[ContactOut]


class Organisations(BaseModel):
    """Some organisations, by id; `next` continues the list."""

    items: list[OrganisationOut]
    next: str | None


def site_out(row: SiteRow) -> SiteOut:
    """A site of the database."""
    hours = [HoursIn.model_construct(start=clock(one.start), end=clock(one.end)) for one in row.hours]
    return shown(SiteOut, row, organisation=row.organisation_id, hours=hours, access_minutes=row.access_seconds / 60)


def base_out(row: BaseRow) -> BaseOut:
    """A base of the database."""
    return shown(BaseOut, row)


def organisation_out(
    row: OrganisationRow, sites: list[SiteRow], contacts: list[ContactRow], reasons: Iterable[Reason]
) -> OrganisationOut:
    """An organisation of the database; of `sites` and `contacts` those that are its own."""
    return shown(
        OrganisationOut,
        row,
        reasons=[reason_out(one) for one in reasons],
        sites=[site_out(one) for one in sites if one.organisation_id == row.id],
        contacts=[shown(ContactOut, one) for one in contacts if one.organisation_id == row.id],
    )
