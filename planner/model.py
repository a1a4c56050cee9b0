"""The things Doorstep plans with, as frozen values that check themselves.

Clock times are seconds since midnight, durations are seconds, places are WGS-84 degrees.
Nothing here names a person: people are counts by kind, language and date.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

DAY_SECONDS = 24 * 3600

Datum = Literal["wgs84", "gcj02", "bd09"]
OrganisationKind = Literal["university", "college", "school", "company", "hospital", "hotel", "institute"]
Kind = Literal["study", "work", "reunion", "private", "journalist", "talent"]
"""What a permit is for: 学习, 工作, 团聚, 私人事务, 记者, 人才."""
Task = Literal["first", "extension", "change", "visa_extension"]
"""What is applied for; decides which legal clock runs (see `planner.workdays`)."""
Service = Literal["acceptance", "interview"]
Work = Literal["acceptance", "interview", "return"]


@dataclass(frozen=True)
class Place:
    """A point in WGS-84 degrees, with the coordinates and datum it was given in."""

    lat: float
    lon: float
    given_lat: float | None = None
    given_lon: float | None = None
    datum: Datum = "wgs84"
    accuracy_metres: int = 0

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"no place on earth: latitude {self.lat}, longitude {self.lon}")


@dataclass(frozen=True)
class Way:
    """The way of one leg: off-peak seconds, metres, the line (lat, lon) and the names of its roads in order."""

    seconds: int
    metres: int
    points: tuple[tuple[float, float], ...]
    roads: tuple[str, ...] = ()
    roads_en: tuple[str, ...] = ()
    """The same roads in English where the map has it; () means as in `roads`."""

    def sentence(self, language: Literal["zh", "en"]) -> str:
        """The way in one line: "沿 A 路 → B 大桥 → C 路"; empty where no road has a name."""
        if not self.roads:
            return ""
        if language == "zh":
            return "沿 " + " → ".join(self.roads)
        return "via " + " → ".join(self.roads_en or self.roads)


@dataclass(frozen=True)
class Hours:
    """An interval of clock time on any one date, seconds since midnight."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_SECONDS:
            raise ValueError(f"hours close ({clock(self.end)}) before they open ({clock(self.start)})")


@dataclass(frozen=True)
class Organisation:
    """A school or company 单位. `foreigners` is how many foreigners it has, not how many are due."""

    id: str
    name_zh: str
    name_en: str
    kind: OrganisationKind
    district: str
    foreigners: int
    police_area: str = ""
    active_to: date | None = None


@dataclass(frozen=True)
class Site:
    """A place of an organisation where a visit can happen 地点."""

    id: str
    organisation_id: str
    name_zh: str
    name_en: str
    place: Place
    district: str = ""
    address: str = ""
    hours: tuple[Hours, ...] = ()
    """When the site is open; () means the division's own hours."""
    access_seconds: int = 0
    """From the road to the room, added to every drive that ends or begins here."""


@dataclass(frozen=True)
class Base:
    """A station teams start from 驻地."""

    id: str
    name_zh: str
    name_en: str
    place: Place
    district: str = ""


@dataclass(frozen=True)
class Team:
    """Officers who travel together 警组, with their languages, desks and portable kit."""

    id: str
    name_zh: str
    name_en: str
    base_id: str
    officers: int
    desks: int
    languages: tuple[str, ...]
    kinds: tuple[Kind, ...] = ()
    """Kinds of application the team may accept; () means all."""
    kits: tuple[str, ...] = ("acceptance",)


@dataclass(frozen=True)
class Break:
    """A rest of `seconds` that begins between `earliest` and `latest`."""

    seconds: int
    earliest: int
    latest: int


@dataclass(frozen=True)
class Shift:
    """The hours one team is available on one date 班次."""

    team_id: str
    date: date
    hours: Hours
    rest: Break | None = None
    max_applicants: int | None = None
    max_work_seconds: int | None = None


@dataclass(frozen=True)
class Group:
    """Applicants of one request who share kind, task, language and the date their clock runs from.

    `event_date` is the date of entry (first), the date of expiry (extension, visa_extension) or
    the date of the change (change).
    """

    kind: Kind
    task: Task
    count: int
    language: str
    event_date: date
    also_languages: tuple[str, ...] = ()
    """Languages in which these people can be served as well."""
    ready: int | None = None
    """How many of them have their papers complete; None where nobody has checked."""

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"a group needs people, this one has {self.count}")


@dataclass(frozen=True)
class Request:
    """What an organisation asks for 预约申请: people, and the dates and hours it can host them."""

    id: str
    site_id: str
    service: Service
    received: date
    groups: tuple[Group, ...]
    host_dates: tuple[date, ...] = ()
    """Dates it can host; () means every working day of the horizon."""
    host_hours: tuple[Hours, ...] = ()
    """Hours it can host; () means the site's hours."""
    fast_track: bool = False
    interpreters: tuple[str, ...] = ()
    """Languages for which the organisation lends an interpreter."""
    contact: str = ""
    """An office and its telephone, never a private person."""

    @property
    def applicants(self) -> int:
        """How many people apply."""
        return sum(group.count for group in self.groups)


@dataclass(frozen=True)
class SpecialVisit:
    """An exception to eligibility 专人服务 with a named reason and who approved it."""

    request_id: str
    reason: str
    approved_by: str
    approved_on: date


@dataclass(frozen=True)
class Promise:
    """A date and hour confirmed to an organisation 承诺; `session` counts from 1."""

    request_id: str
    session: int
    date: date
    start: int
    team_id: str | None = None


@dataclass(frozen=True)
class PassportBag:
    """Passports collected earlier that wait to be brought back 送证, from `issued_on`."""

    id: str
    request_id: str
    site_id: str
    passports: int
    issued_on: date


@dataclass(frozen=True)
class Window:
    """Service on `date` may start between `earliest` and `latest`, both included."""

    date: date
    earliest: int
    latest: int

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError(f"window closes ({clock(self.latest)}) before it opens ({clock(self.earliest)})")


@dataclass(frozen=True)
class Visit:
    """One session of one team at one site 上门服务.

    `legal_date` is the last lawful day of its most urgent people (calendar days), `last_workday`
    the last working day not after it; both None for a return. `skills` are what the team needs:
    "language:th/en" (any of them), "kit:acceptance", "desks:2", "kind:journalist".
    """

    id: str
    request_id: str
    organisation_id: str
    site_id: str
    work: Work
    session: int
    sessions: int
    applicants: int
    groups: tuple[Group, ...]
    service_seconds: int
    skills: tuple[str, ...]
    windows: tuple[Window, ...]
    legal_date: date | None = None
    last_workday: date | None = None
    fixed_team: str | None = None
    fixed_date: date | None = None
    promised: bool = False
    returns: str | None = None
    """For a return: id of the visit (or earlier collection) whose passports it brings."""
    processing_days: int | None = None
    """For a collecting visit: working days until its passports can come back."""
    joint: str = ""
    """Visits with the same mark are one stop for several teams at once."""
    passports: int = 0
    """For a return: how many passports it brings; its `applicants` are 0, it uses up no one's capacity."""
    wanted_by: date | None = None
    """For a return: the last date on which it comes soon enough; later dates are allowed all the same."""


@dataclass(frozen=True)
class Inputs:
    """Everything one planning run reads, already checked for form."""

    organisations: tuple[Organisation, ...] = ()
    sites: tuple[Site, ...] = ()
    bases: tuple[Base, ...] = ()
    teams: tuple[Team, ...] = ()
    shifts: tuple[Shift, ...] = ()
    requests: tuple[Request, ...] = ()
    promises: tuple[Promise, ...] = ()
    bags: tuple[PassportBag, ...] = ()
    special_visits: tuple[SpecialVisit, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """Remarks for the reader, e.g. that the numbers are synthetic."""


def clock(seconds: int) -> str:
    """Seconds since midnight as people write them: 34200 → "09:30"."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def seconds_of(text: str) -> int:
    """Seconds since midnight of "9:30", "09:30" or "09:30:15"; ValueError for anything else."""
    parts = text.strip().replace("：", ":").split(":")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts):
        raise ValueError(f"not a clock time: {text!r}; write 09:30")
    hours, minutes, seconds = (int(part) for part in [*parts, "0"][:3])
    if hours > 24 or minutes > 59 or seconds > 59 or hours * 3600 + minutes * 60 + seconds > DAY_SECONDS:
        raise ValueError(f"not a clock time: {text!r}; write 09:30")
    return hours * 3600 + minutes * 60 + seconds
