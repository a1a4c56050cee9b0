"""What the API takes and gives, as pydantic models; clock times are "09:30", dates ISO 8601."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from planner.model import Group, Hours, Kind, Service, Task, clock, seconds_of
from webui.actions.requests import RequestForm
from webui.api.contract import Tagged
from webui.api.fields import NOT_GIVEN, Clock, HoursIn
from webui.store.inputs import request_of
from webui.store.plans import PlanRow, PlanVisitRow
from webui.store.requests import RequestRow, SpecialVisitRow

Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Reason = Annotated[str, StringConstraints(max_length=2_000)]
Year = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


class Page(BaseModel):
    """Which part of a list: those after an id, so many at most."""

    model_config = NOT_GIVEN
    after: Id | None = None
    limit: int = Field(50, ge=1, le=200)


class RequestPage(Page):
    """Which requests."""

    status: Literal["received", "accepted", "refused", "withdrawn"] | None = None


class DeliveryPage(BaseModel):
    """Which part of the log: what is older than a number, so many at most."""

    model_config = NOT_GIVEN
    before: int | None = Field(None, ge=1, le=2**31 - 1)
    limit: int = Field(50, ge=1, le=200)


class AttemptOut(BaseModel):
    """One try: when it left, after how many seconds it ended, the answer's status if one came, and what went wrong."""

    at: datetime
    seconds: float
    code: int | None
    error: str


class DeliveryOut(BaseModel):
    """One message to one webhook. Its last tries, the last first; `tries` counts all."""

    number: int
    id: str
    webhook: int
    event: str
    status: str
    made_at: datetime
    tries: int
    attempts: list[AttemptOut]


class Deliveries(BaseModel):
    """A part of the log; `next` is the number to go on before."""

    items: list[DeliveryOut]
    next: int | None


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


class Why(BaseModel):
    """A reason or remark."""

    model_config = NOT_GIVEN
    why: Reason = ""


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


class NameIn(BaseModel):
    """Another name."""

    model_config = NOT_GIVEN
    name: str = Field(min_length=1, max_length=100)


class RestIn(BaseModel):
    """What may change about the rest of today; every visit that is not named keeps its hour."""

    model_config = NOT_GIVEN
    at: Clock
    free: list[Id] = Field(default=[], max_length=200)
    dropped: list[Id] = Field(default=[], max_length=200)
    out: list[Id] = Field(default=[], max_length=100)


class RunIn(BaseModel):
    """What is to be planned."""

    model_config = NOT_GIVEN
    name: str = Field(min_length=1, max_length=100)
    first: Year
    last: Year
    effort: Literal["quick", "standard", "thorough"] = "standard"
    seconds: float | None = Field(None, ge=0.1, le=3_600)
    seed: int = Field(1, ge=0, le=2**31 - 1)
    based_on: int | None = Field(None, ge=1, le=999_999_999)


class RunOut(BaseModel):
    """A planning run; `plan` is the draft that came of it."""

    id: int
    name: str
    status: str
    share: float
    served: int | None
    cost: int | None
    bound: int | None
    plan: int | None
    failure_en: str
    failure_zh: str


class CancelIn(BaseModel):
    """How a run ends: with the best plan so far, or without one."""

    model_config = NOT_GIVEN
    keep: bool = False


class PlanOut(BaseModel):
    """A plan without its visits."""

    id: int
    name: str
    status: str
    first: date
    last: date
    served: int
    unserved: int
    cost: int
    bound: int | None
    decision: str


class Plans(BaseModel):
    """All plans, newest dates first."""

    items: list[PlanOut]


class VisitOut(BaseModel):
    """One visit of a plan; without team, date and times where it is left out, then with the reasons."""

    id: str
    request: str
    site: str
    organisation: str
    work: str
    session: int
    applicants: int
    team: str | None
    date: date | None
    arrives: Clock | None
    starts: Clock | None
    ends: Clock | None
    in_force: bool
    reasons_en: list[str] = []
    reasons_zh: list[str] = []


class PlanWithVisits(PlanOut, Tagged):
    """A plan with its visits."""

    visits: list[VisitOut]


class MoveIn(BaseModel):
    """Where a visit shall go; without team and date it is taken out."""

    model_config = NOT_GIVEN
    team: Id | None = None
    date: Year | None = None
    start: Clock | None = None
    why: Reason = ""


class StateOut(BaseModel):
    """A visit of a day, and how far it has come."""

    visit: str
    team: str
    organisation: str
    site: str
    starts: Clock
    ends: Clock
    applicants: int
    progress: str
    arrived: datetime | None
    ended: datetime | None
    served: int | None
    reason: str


class DayOut(BaseModel):
    """A date in force."""

    date: date
    plan: int | None
    visits: list[StateOut]


class MarkIn(BaseModel):
    """Something an officer notes; `id` is the sender's own and makes it count once."""

    model_config = NOT_GIVEN
    id: str = Field(min_length=8, max_length=64, pattern=r"^[\x21-\x7e]+$")
    visit: Id
    kind: Literal["arrive", "done", "problem", "undo"]
    at: datetime
    processed: list[Annotated[int, Field(ge=0, le=100_000)]] = Field(default=[], max_length=100)
    reason: str = Field("", max_length=500)
    undoes: str = Field("", max_length=64)


class MarksIn(BaseModel):
    """Marks of one team's day, in order."""

    model_config = NOT_GIVEN
    marks: list[MarkIn] = Field(min_length=1, max_length=200)


class TakenOut(BaseModel):
    """What became of a mark."""

    id: str
    outcome: Literal["saved", "known", "refused"]
    en: str
    zh: str


class Taken(BaseModel):
    """What became of the marks, in their order."""

    items: list[TakenOut]


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
    return RequestOut(
        id=row.id,
        status=row.status,
        site=row.site_id,
        organisation=row.organisation_id,
        service=row.service,
        received=row.received,
        groups=groups,
        host_dates=list(row.host_dates),
        host_hours=hours,
        fast_track=row.fast_track,
        interpreters=list(row.interpreters),
        contact=row.contact,
        answer=row.answer,
    )


def special_out(row: SpecialVisitRow) -> SpecialOut:
    """An exception of the database."""
    return SpecialOut(id=row.id, request=row.request_id, reason=row.reason, status=row.status, answer=row.answer)


def plan_out(row: PlanRow) -> PlanOut:
    """A plan of the database."""
    return PlanOut(
        id=row.id,
        name=row.name,
        status=row.status,
        first=row.first_date,
        last=row.last_date,
        served=row.served,
        unserved=row.unserved,
        cost=row.cost,
        bound=row.bound,
        decision=row.decision,
    )


def visit_out(row: PlanVisitRow, reasons: list[tuple[str, str]]) -> VisitOut:
    """A visit of the database, with its reasons in English and Chinese."""
    return VisitOut(
        id=row.visit_id,
        request=row.request_id,
        site=row.site_id,
        organisation=row.organisation_id,
        work=row.work,
        session=row.session,
        applicants=row.applicants,
        team=row.team_id,
        date=row.date,
        arrives=_clock(row.arrives),
        starts=_clock(row.starts),
        ends=_clock(row.ends),
        in_force=row.in_force,
        reasons_en=[en for en, _ in reasons],
        reasons_zh=[zh for _, zh in reasons],
    )


def _clock(seconds: int | None) -> str | None:
    return None if seconds is None else clock(seconds)
