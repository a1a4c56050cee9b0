"""A crowd of organisations that all want to book at once, and what must hold afterwards."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Barrier

from sqlalchemy import select

from planner.check import check
from planner.check_domain import check_dossier
from planner.model import Inputs, Organisation, Place, Site
from tests.webui.booking.booking_world import ask, booker
from tests.webui.conftest import Cast
from tests.webui.world import INPUTS, a_draft, fill
from webui.actions.bookings import cancel, confirm, hold, offers_for
from webui.actions.bookings_offers import Gone
from webui.actions.plans import approve, publish, submit
from webui.actions.rules import calendar_of
from webui.refusals import Conflict
from webui.store.audit import verify
from webui.store.dossiers import dossier_of
from webui.store.engine import Store
from webui.store.person import Person
from webui.store.plans import PlanRow, PlanVisitRow, TeamSlotRow
from webui.store.requests import PromiseRow


def crowded(companies: int) -> Inputs:
    """The small office with so many companies more, all in the same street."""
    made = [
        (
            Organisation(f"C{number:03d}", f"公司{number}", f"Company {number}", "company", "北碚区", 40),
            Site(
                f"K{number:03d}", f"C{number:03d}", "总部", "Office", Place(29.81, 106.42 + number / 100_000), "北碚区"
            ),
        )
        for number in range(companies)
    ]
    return replace(
        INPUTS,
        organisations=(*INPUTS.organisations, *(one for one, _ in made)),
        sites=(*INPUTS.sites, *(site for _, site in made)),
    )


@dataclass
class Crowd:
    """The companies' offices with a request each; the plan in force."""

    store: Store
    plan: int
    people: list[Person]
    requests: list[str] = field(default_factory=list)


def a_crowd(store: Store, cast: Cast, companies: int) -> Crowd:
    """The week in force, and an office with one request of eleven people for each company."""
    fill(store, crowded(companies))
    plan = a_draft(store, cast)
    submit(store, plan, None, cast.ada)
    approve(store, plan, "", None, cast.ben)
    publish(store, plan, None, cast.ada)
    people = [booker(store, f"office{number}", f"C{number:03d}") for number in range(companies)]
    asked = [ask(store, one, 11, site=f"K{number:03d}") for number, one in enumerate(people)]
    return Crowd(store, plan, people, asked)


def last_place(crowd: Crowd) -> str:
    """A choice of which exactly one place is left: the first companies take the others, and one gives its own back."""
    key = offers_for(crowd.store, crowd.requests[0], crowd.people[0]).choices[0].key
    for number, (request, by) in enumerate(zip(crowd.requests, crowd.people, strict=True)):
        try:
            hold(crowd.store, request, key, by)
        except Gone:
            cancel(crowd.store, crowd.requests[number - 1], "", crowd.people[number - 1])
            del crowd.requests[:number], crowd.people[:number]
            return key
        confirm(crowd.store, request, by)
    raise AssertionError("the place never ended")


def race(crowd: Crowd, key: str, racers: int) -> tuple[list[str], list[BaseException]]:
    """All want the same place at the same moment; who was told that it is theirs, and what the others were told."""
    barrier = Barrier(racers)
    told: list[BaseException] = []
    won: list[str] = []

    def one(number: int) -> None:
        request, by = crowd.requests[number], crowd.people[number]
        barrier.wait(60)
        try:
            hold(crowd.store, request, key, by)
            confirm(crowd.store, request, by)
            won.append(request)
        except Exception as error:  # noqa: BLE001 - what each racer was told is what the test is about
            told.append(error)

    with ThreadPoolExecutor(racers) as pool:
        for job in [pool.submit(one, number) for number in range(racers)]:
            job.result()
    return won, told


def one_wins(crowd: Crowd, key: str, racers: int) -> None:
    """The race, and that it is decided as it should be."""
    won, told = race(crowd, key, racers)
    assert len(won) == 1, f"{len(won)} were told that the place is theirs"
    assert [type(error) for error in told] == [Gone] * (racers - 1), set(map(repr, told))
    whole(crowd)
    for request, by in list(zip(crowd.requests, crowd.people, strict=True))[:racers]:
        if request not in won:
            choices = [one.key for one in offers_for(crowd.store, request, by).choices]
            assert choices and key not in choices


def whole(crowd: Crowd) -> dict[str, list[PlanVisitRow]]:
    """The plan keeps every rule and the tables agree with it; the visits in force by request."""
    with crowd.store.read() as session:
        dossier = dossier_of(session.get_one(PlanRow, crowd.plan))
        assert check(dossier.problem, dossier.plan).breaches == ()
        assert check_dossier(dossier, calendar_of(session)) == ()
        rows = session.scalars(select(PlanVisitRow).where(PlanVisitRow.in_force)).all()
        stops = {
            (stop.visit, route.team, route.date, stop.start) for route in dossier.plan.routes for stop in route.stops
        }
        assert {(one.visit_id, one.team_id, one.date, one.starts) for one in rows} == stops
        assert len(session.scalars(select(TeamSlotRow.slot)).all()) == sum(
            -(-(one.ends or 0) // 300) - -(-(one.starts or 0) // 300) for one in rows
        )
        promises = {(one.request_id, one.date, one.start) for one in session.scalars(select(PromiseRow))}
        assert promises == {(one.request_id, one.date, one.starts) for one in rows if one.work != "return"}
        assert verify(session).faults == ()
    found: dict[str, list[PlanVisitRow]] = {}
    for row in rows:
        found.setdefault(row.request_id, []).append(row)
    return found


def attempts(crowd: Crowd, count: int, threads: int) -> dict[str, int]:
    """So many tries to book, move or cancel, in so many threads; how they ended. Acknowledged ones must stand."""
    ended: dict[str, int] = {"booked": 0, "gone": 0, "cancelled": 0, "refused": 0}
    stands: dict[str, bool] = {}

    def tries(thread: int) -> None:
        dice = random.Random(thread)
        mine = range(thread, len(crowd.requests), threads)
        for _ in range(count // threads):
            number = dice.choice(mine)
            _try(crowd, number, dice, ended, stands)

    with ThreadPoolExecutor(threads) as pool:
        for job in [pool.submit(tries, thread) for thread in range(threads)]:
            job.result()
    found = whole(crowd)
    for request, kept in stands.items():
        assert (request in found) == kept, request
    return ended


def _try(crowd: Crowd, number: int, dice: random.Random, ended: dict[str, int], stands: dict[str, bool]) -> None:
    request, by = crowd.requests[number], crowd.people[number]
    try:
        if stands.get(request) and dice.random() < 0.4:
            cancel(crowd.store, request, "", by)
            stands[request] = False
            ended["cancelled"] += 1
            crowd.requests[number] = ask(crowd.store, by, 11, site=f"K{int((by.organisation_id or '')[1:]):03d}")
            return
        choices = offers_for(crowd.store, request, by, nearest=False).choices
        if not choices:
            ended["gone"] += 1
            return
        hold(crowd.store, request, choices[min(len(choices) - 1, dice.randrange(3))].key, by)
        confirm(crowd.store, request, by)
        stands[request] = True
        ended["booked"] += 1
    except Gone:
        ended["gone"] += 1
    except Conflict:
        ended["refused"] += 1
