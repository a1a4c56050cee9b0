"""Kinds of fields of the API, read as the cells of tables are, so that a page, a file and a program agree; and the
small models that many operations share."""

from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from planner.io import cells
from planner.model import Hours, seconds_of

Model = TypeVar("Model", bound=BaseModel)
NOT_GIVEN = ConfigDict(extra="forbid")
Id = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Reason = Annotated[str, StringConstraints(max_length=2_000)]
Year = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2100, 12, 31))]
Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Until = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
"""The end of a day is 24:00."""
NewId = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(cells.identifier)]
Words = Annotated[str, StringConstraints(max_length=cells.MAX_TEXT_CHARACTERS), AfterValidator(cells.text)]
Count = Annotated[int, Field(ge=0, le=cells.MAX_NUMBER)]
Spoken = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(cells.language)]
"""A language, as its two-letter code or its name."""


def _district(name: str) -> str:
    return cells.district(name) if name else ""


District = Annotated[str, StringConstraints(max_length=100), AfterValidator(_district)]
"""A district of Chongqing, old or new; "" where it is not known."""


class HoursIn(BaseModel):
    """An interval of clock time."""

    model_config = NOT_GIVEN
    start: Clock
    end: Until


def _apart(hours: list[HoursIn]) -> list[HoursIn]:
    cells.hours(";".join(f"{one.start}-{one.end}" for one in hours))
    return hours


Opened = Annotated[list[HoursIn], Field(max_length=20), AfterValidator(_apart)]
"""Intervals that do not overlap."""


def hours_of(opened: list[HoursIn]) -> tuple[Hours, ...]:
    """As the planner knows them, ascending."""
    return tuple(
        sorted((Hours(seconds_of(one.start), seconds_of(one.end)) for one in opened), key=lambda one: one.start)
    )


class Page(BaseModel):
    """Which part of a list: those after an id, so many at most."""

    model_config = NOT_GIVEN
    after: Id | None = None
    limit: int = Field(50, ge=1, le=200)


class Why(BaseModel):
    """A reason or remark."""

    model_config = NOT_GIVEN
    why: Reason = ""


def shown(model: type[Model], row: object, **other: Any) -> Model:
    """A row as a model shows it: fields of the same name as they are, and the `other` ones."""
    return model(**{name: getattr(row, name) for name in model.model_fields if name not in other}, **other)
