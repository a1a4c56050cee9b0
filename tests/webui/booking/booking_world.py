"""The small office with its week in force, and offices of both organisations at its counter.

Today is Friday 4 September 2026; the plan in force is that of Monday the 7th to Friday the 11th. Cleo books for the
university O1, Dan for the company O2.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from planner.model import Group, Hours
from tests.webui.conftest import FRIDAY, Cast
from tests.webui.world import a_draft, fill
from webui.actions.bookings import confirm, hold, offers_for
from webui.actions.bookings_offers import Offered
from webui.actions.plans import approve, publish, submit
from webui.actions.requests import RequestForm, receive_request
from webui.store.audit import Change, append
from webui.store.engine import Store
from webui.store.person import Person, doorstep
from webui.store.plans import PlanRow
from webui.store.users import UserRoleRow, UserRow


@dataclass(frozen=True)
class Counter:
    """The plan in force and who books."""

    plan: int
    cleo: Person
    dan: Person


def in_force(store: Store, cast: Cast) -> int:
    """The week's plan, published."""
    fill(store)
    made = a_draft(store, cast)
    submit(store, made, None, cast.ada)
    approve(store, made, "", None, cast.ben)
    publish(store, made, None, cast.ada)
    return made


def booker(store: Store, name: str, organisation: str, at: datetime = FRIDAY) -> Person:
    """An office of an organisation with its account."""
    with store.write() as session:
        user = UserRow(
            login=name.casefold(),
            name=name,
            password_hash="-",
            must_change=False,
            one_time_until=None,
            active=True,
            language="zh",
            organisation_id=organisation,
            made_at=at,
            roles=[UserRoleRow(role="organisation")],
        )
        session.add(user)
        session.flush()
        append(session, Change("user.add", f"user {user.id}", {}, {}), doorstep(at))
    return Person(user.id, name, frozenset(("organisation",)), at, organisation)


def counter(store: Store, cast: Cast) -> Counter:
    """Everything a booking test needs."""
    return Counter(in_force(store, cast), booker(store, "Cleo", "O1"), booker(store, "Dan", "O2"))


def ask(
    store: Store,
    by: Person,
    people: int = 12,
    days: tuple[date, ...] = (),
    hours: tuple[Hours, ...] = (),
    site: str = "",
    language: str = "en",
) -> str:
    """A request in the inbox: students who entered on 30 August."""
    group = Group("study", "first", people, language, date(2026, 8, 30))
    at = site or {"O1": "S1", "O2": "S3"}[by.organisation_id or ""]
    return receive_request(store, RequestForm(at, "acceptance", (group,), days, hours, contact="023-00000000"), by)


def book(store: Store, request_id: str, by: Person, number: int = 0) -> Offered:
    """Holds and confirms one of the best offers."""
    offered = offers_for(store, request_id, by)
    hold(store, request_id, offered.choices[number].key, by)
    confirm(store, request_id, by)
    return offered


def later(by: Person, at: datetime) -> Person:
    """The same person at another moment."""
    return replace(by, at=at)


def version_of(store: Store, plan: int) -> int:
    """The version of a plan's row."""
    with store.read() as session:
        return session.get_one(PlanRow, plan).version
