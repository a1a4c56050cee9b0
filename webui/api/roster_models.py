"""Teams, their crews and kits, and shifts as the API takes and gives them."""

from datetime import date as Day
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from planner.model import Break, Hours, Kind, Shift, clock, seconds_of
from webui.actions.teams import TeamForm
from webui.api.contract import Tagged
from webui.api.fields import NOT_GIVEN, Clock, Count, Id, NewId, Spoken, Until, Words, Year, shown
from webui.refusals import bad
from webui.store.teams import KitRow, ShiftRow, TeamRow

Size = Annotated[int, Field(ge=1, le=50)]
Minutes = Annotated[int, Field(ge=1, le=1_440)]
Why = Annotated[Words, Field(max_length=200)]


class TeamIn(BaseModel):
    """What can be said of a team; without kinds it takes every application."""

    model_config = NOT_GIVEN
    name_zh: Words = ""
    name_en: Words = ""
    base: Id
    officers: Size
    desks: Size
    languages: list[Spoken] = Field(min_length=1, max_length=50)
    kinds: list[Kind] = Field(default=[], max_length=20)

    def form(self) -> TeamForm:
        """As the actions take it."""
        languages, kinds = tuple(dict.fromkeys(self.languages)), tuple(dict.fromkeys(self.kinds))
        return TeamForm(self.name_zh, self.name_en, self.base, self.officers, self.desks, languages, kinds)


class TeamNew(TeamIn):
    """A team with its id."""

    id: NewId


class TeamOut(Tagged):
    """A team."""

    id: str
    name_zh: str
    name_en: str
    base: str
    officers: int
    desks: int
    languages: list[str]
    kinds: list[str]


class Teams(BaseModel):
    """All teams."""

    items: list[TeamOut]


class CrewIn(BaseModel):
    """Who goes out with a team, by number."""

    model_config = NOT_GIVEN
    officers: list[Annotated[int, Field(ge=1, le=999_999_999)]] = Field(max_length=50)


class OfficerOut(BaseModel):
    """Somebody who may sign in as an officer."""

    id: int
    name: str


class CrewOut(Tagged):
    """Who goes out with a team."""

    team: str
    officers: list[int]


class Crews(BaseModel):
    """All crews, and who could go."""

    items: list[CrewOut]
    officers: list[OfficerOut]


class KitIn(BaseModel):
    """Who carries a kit, and why it does not work if so."""

    model_config = NOT_GIVEN
    team: Id | None = None
    works: bool = True
    remark: Why = ""


class KitNew(BaseModel):
    """A kit, carried by a team or by nobody."""

    model_config = NOT_GIVEN
    id: NewId
    kind: Literal["acceptance", "interview", "return"]
    team: Id | None = None


class KitOut(Tagged):
    """A box of equipment."""

    id: str
    kind: str
    team: str | None
    works: bool
    remark: str


class Kits(BaseModel):
    """All kits."""

    items: list[KitOut]


class RestTime(BaseModel):
    """A break of so many minutes that begins between two clock times."""

    model_config = NOT_GIVEN
    minutes: Minutes
    earliest: Clock
    latest: Clock


class ShiftIn(BaseModel):
    """Hours, break and limits; null for no limit."""

    model_config = NOT_GIVEN
    starts: Clock
    ends: Until
    rest: RestTime | None = None
    max_applicants: Count | None = None
    max_work_minutes: Minutes | None = None

    def shift(self, team: str, day: Day) -> Shift:
        """As the planner knows it; BadInput where it ends before it begins."""
        start, end, rest = seconds_of(self.starts), seconds_of(self.ends), self.rest
        if start >= end:
            raise bad("ends", "is not after the start", "应晚于开始时间", self.ends)
        pause = Break(rest.minutes * 60, seconds_of(rest.earliest), seconds_of(rest.latest)) if rest else None
        longest = None if self.max_work_minutes is None else self.max_work_minutes * 60
        return Shift(team, day, Hours(start, end), pause, self.max_applicants, longest)


class ShiftNew(ShiftIn):
    """A shift on a date."""

    date: Year


class FillIn(ShiftIn):
    """A shift for several teams on every working day of a span where they have none."""

    teams: list[Id] = Field(min_length=1, max_length=200)
    first: Year
    last: Year


class SpanQuery(BaseModel):
    """The first and the last date, 92 days at most."""

    model_config = NOT_GIVEN
    first: Year
    last: Year


class AbsenceIn(BaseModel):
    """Why a team is not there; "" makes it available again."""

    model_config = NOT_GIVEN
    absence: Why


class AbsencesIn(BaseModel):
    """Why a team is not there on all its shifts of a span."""

    model_config = NOT_GIVEN
    first: Year
    last: Year
    why: Why


class ShiftOut(Tagged):
    """The hours of a team on a date; with an absence it does not go out."""

    team: str
    date: Day
    starts: Clock
    ends: Until
    absence: str
    rest: RestTime | None
    max_applicants: int | None
    max_work_minutes: float | None


class Shifts(BaseModel):
    """Shifts by date and team."""

    items: list[ShiftOut]


class ShiftsChanged(BaseModel):
    """How many shifts were added or changed."""

    shifts: int


class ShiftRemoved(BaseModel):
    """A shift that is in the roster no more."""

    team: str
    date: Day


def team_out(row: TeamRow) -> TeamOut:
    """A team of the database."""
    return shown(TeamOut, row, base=row.base_id)


def kit_out(row: KitRow) -> KitOut:
    """A kit of the database."""
    return shown(KitOut, row, team=row.team_id)


def shift_out(row: ShiftRow) -> ShiftOut:
    """A shift of the database."""
    times = {"starts": clock(row.starts), "ends": clock(row.ends)}
    longest = None if row.max_work_seconds is None else row.max_work_seconds / 60
    return shown(ShiftOut, row, team=row.team_id, **times, rest=_rest(row), max_work_minutes=longest)


def _rest(row: ShiftRow) -> RestTime | None:
    if not row.rest_seconds:
        return None
    earliest, latest = clock(row.rest_earliest or 0), clock(row.rest_latest or 0)
    return RestTime.model_construct(minutes=row.rest_seconds // 60, earliest=earliest, latest=latest)
