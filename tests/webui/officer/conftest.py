"""Monday 7 September 2026, 10:00: the plan of the week is in force, and Eve goes out with team 1."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk, at_desk
from tests.webui.world import a_draft, fill
from webui.actions.marks import set_officers
from webui.actions.plans import approve, publish, submit
from webui.app import create_app
from webui.config import Config
from webui.store.engine import Store
from webui.store.plans import PlanVisitRow
from webui.store.users import UserRow

__all__ = ["at_desk"]

MORNING = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class DayOut:
    """The plan in force and one outing of it: its team, its date, and its visits in order."""

    plan_id: int
    team: str
    date: date
    visits: tuple[PlanVisitRow, ...]
    cast: Cast
    now: datetime

    @property
    def path(self) -> str:
        return f"/officer/{self.team}/{self.date}"


def in_force(store: Store, cast: Cast) -> int:
    """The plan of the week, published."""
    plan = a_draft(store, cast)
    submit(store, plan, None, cast.ada)
    approve(store, plan, "seen", None, cast.ben)
    publish(store, plan, None, cast.ada)
    return plan


@pytest.fixture
def out(store: Store, cast: Cast) -> DayOut:
    """The longest outing of the week; it is ten o'clock on its day, and Eve goes with its team."""
    fill(store)
    plan = in_force(store, cast)
    with store.read() as session:
        rows = session.scalars(select(PlanVisitRow).where(PlanVisitRow.in_force).order_by(PlanVisitRow.starts)).all()
    outings: dict[tuple[str, date], list[PlanVisitRow]] = {}
    for row in rows:
        assert row.team_id
        assert row.date
        outings.setdefault((row.team_id, row.date), []).append(row)
    (team, day), visits = max(outings.items(), key=lambda one: len(one[1]))
    now = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)
    ada, ben, eve, nora = (replace(one, at=now) for one in (cast.ada, cast.ben, cast.eve, cast.nora))
    there = Cast(ada, ben, eve, nora, cast.passwords)
    assert there.eve.id
    set_officers(store, team, [there.eve.id], there.ada)
    return DayOut(plan, team, day, tuple(visits), there, now)


@pytest.fixture
def app(config: Config, store: Store, out: DayOut) -> Flask:
    """The application at ten o'clock of that day."""
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))
    return create_app(replace(config, demo=True), now=lambda: out.now, store=store)


@pytest.fixture
def eve(at_desk: Callable[[str], Desk]) -> Desk:
    """The officer's phone, in English."""
    return at_desk("officer")


@pytest.fixture
def ada(at_desk: Callable[[str], Desk]) -> Desk:
    """The scheduler's browser, in English."""
    return at_desk("scheduler")
