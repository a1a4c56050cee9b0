"""What a worker is told to plan: everything it needs, frozen at the moment somebody started it."""

import hashlib
from dataclasses import dataclass
from datetime import date

from pydantic import TypeAdapter

from planner.begun import Rest
from planner.model import Inputs
from planner.policy import Policy
from planner.workdays import CalendarDay


@dataclass(frozen=True)
class Fixed:
    """A visit that keeps its team and date: it is pinned."""

    visit_id: str
    team_id: str
    date: date


@dataclass(frozen=True)
class BegunDay:
    """A day that has begun: the plan in force as its row has it, and what is known of the day."""

    problem: str
    plan: str
    facts: str
    rest: Rest


@dataclass(frozen=True)
class Order:
    """One planning run as it was asked for. With the same order a worker makes the same plan, unless a time is set."""

    name: str
    inputs: Inputs
    policy: Policy
    days: tuple[CalendarDay, ...]
    horizon: tuple[date, ...]
    """The working days planned for, ascending."""
    today: date
    effort: str = "standard"
    seconds: float | None = None
    seed: int = 1
    fixed: tuple[Fixed, ...] = ()
    based_on: int | None = None
    day: BegunDay | None = None
    """For the rest of a day: then only this is planned, and the inputs are those of its plan."""


_ORDER: TypeAdapter[Order] = TypeAdapter(Order)


def order_to_json(order: Order) -> str:
    """The order as text for its row."""
    return _ORDER.dump_json(order).decode()


def order_from_json(text: str) -> Order:
    """The order that `order_to_json` wrote."""
    return _ORDER.validate_json(text)


def digest(text: str) -> str:
    """SHA-256 of an order's text: the same key with another order is a mistake of the sender."""
    return hashlib.sha256(text.encode()).hexdigest()
