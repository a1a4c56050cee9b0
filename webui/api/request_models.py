"""Requests, exceptions and promises as the API takes and gives them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from planner.model import Group, Hours, Kind, Service, Task, clock, seconds_of
from webui.actions.requests import RequestForm
from webui.api.contract import Tagged
from webui.api.fields import NOT_GIVEN, Clock, HoursIn, Id, Page, Reason, Year, shown
from webui.store.requests import PromiseRow, RequestRow, SpecialVisitRow
from webui.store.values import request_of

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]


class GroupIn(BaseModel):
    """Applicants who share kind, task, language and date: counts, nobody by name."""

    model_config = NOT_GIVEN
    kind: Kind
    task: Task
    people: int = Field(ge=1, le=10_000)
    language: Language
    event_date: Year
    also_languages: list[Language] = Field(default=[], max_length=20)
    ready: int | None = Field(None, ge=0, le=10_000)

    def group(self) -> Group:
        """As the planner knows it."""
        also = tuple(self.also_languages)
        return Group(self.kind, self.task, self.people, self.language, self.event_date, also, self.ready)


class RequestIn(BaseModel):
    """What an organisation asks for."""

    model_config = NOT_GIVEN
    site: Id
    service: Service
    groups: list[GroupIn] = Field(min_length=1, max_length=100)
    host_dates: list[Year] = Field(default=[], max_length=400)
    host_hours: list[HoursIn] = Field(default=[], max_length=20)
    fast_track: bool = False
    interpreters: list[Language] = Field(default=[], max_length=20)
    contact: str = Field("", max_length=200)

    def form(self) -> RequestForm:
        """As the action takes it. ValueError for hours that close before they open."""
        return RequestForm(
            self.site,
            self.service,
            tuple(one.group() for one in self.groups),
            tuple(sorted(set(self.host_dates))),
            tuple(Hours(seconds_of(one.start), seconds_of(one.end)) for one in self.host_hours),
            self.fast_track,
            tuple(self.interpreters),
            self.contact,
        )


class RequestPage(Page):
    """Which requests."""

    status: Literal["received", "accepted", "refused", "withdrawn"] | None = None


class RequestOut(Tagged):
    """A request as it stands."""

    id: str
    status: str
    site: str
    organisation: str
    service: str
    received: date
    groups: list[GroupIn]
    host_dates: list[date]
    host_hours: list[HoursIn]
    fast_track: bool
    interpreters: list[str]
    contact: str
    answer: str


class Requests(BaseModel):
    """Some requests, by id."""

    items: list[RequestOut]
    next: str | None


class SpecialIn(BaseModel):
    """Why an exception to eligibility is asked for."""

    model_config = NOT_GIVEN
    reason: Reason = Field(min_length=1)


class DecisionIn(BaseModel):
    """A decision, with its reason."""

    model_config = NOT_GIVEN
    approve: bool
    answer: Reason = ""


class SpecialOut(Tagged):
    """An exception to eligibility."""

    id: int
    request: str
    reason: str
    status: str
    answer: str


class PromiseIn(BaseModel):
    """A date and hour to confirm by hand."""

    model_config = NOT_GIVEN
    session: int = Field(1, ge=1, le=1_000)
    date: Year
    start: Clock
    team: Id | None = None


class PromiseOut(BaseModel):
    """A date and hour confirmed to an organisation."""

    id: int
    request: str
    session: int
    date: date
    start: Clock
    team: str | None
    plan: int | None


class Promises(Tagged):
    """The promises of a request, by session."""

    items: list[PromiseOut]


def group_out(one: Group) -> GroupIn:
    """Applicants as the planner knows them."""
    return GroupIn.model_construct(
        kind=one.kind,
        task=one.task,
        people=one.count,
        language=one.language,
        event_date=one.event_date,
        also_languages=list(one.also_languages),
        ready=one.ready,
    )


def request_out(row: RequestRow) -> RequestOut:
    """A request of the database."""
    groups = [group_out(one) for one in request_of(row).groups]
    hours = [HoursIn.model_construct(start=clock(one.start), end=clock(one.end)) for one in row.host_hours]
    return shown(RequestOut, row, site=row.site_id, organisation=row.organisation_id, groups=groups, host_hours=hours)


def special_out(row: SpecialVisitRow) -> SpecialOut:
    """An exception of the database."""
    return shown(SpecialOut, row, request=row.request_id)


def promise_out(row: PromiseRow) -> PromiseOut:
    """A promise of the database."""
    return shown(PromiseOut, row, request=row.request_id, start=clock(row.start), team=row.team_id, plan=row.plan_id)
