"""The rest of a day planned again: what has begun stays, other promises keep their hour, the ordinary way."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import select

from planner.begun import Begun, Rest
from planner.dossier import Dossier
from planner.errors import BadInput
from planner.pipeline import Search
from planner.problem import Route
from planner.replan import replan_rest as plan_the_rest
from tests.webui.officer.conftest import DayOut, out
from tests.webui.world import planned
from webui.actions.marks import Mark, take_marks
from webui.actions.plans import approve, publish, submit
from webui.actions.rest_of_day import RestForm, replan_rest
from webui.actions.rules import calendar_of
from webui.actions.runs import finish_run, plan_of_run
from webui.refusals import Conflict, NotAllowed
from webui.store import runs
from webui.store.dossiers import dossier_of
from webui.store.engine import Store
from webui.store.person import doorstep
from webui.store.plans import PlanRow, PlanVisitRow
from webui.store.requests import BagRow, PromiseRow

__all__ = ["out"]

TEN, ELEVEN = 10 * 3600, 11 * 3600


def rest(store: Store, out: DayOut, form: RestForm) -> int:
    """The draft for the rest of the day, as a worker makes it."""
    number = replan_rest(store, form, out.cast.ada)
    with store.job() as connection:
        held = runs.claim(connection, number, "test", 60)
    assert held is not None
    assert finish_run(store, held, planned(held.order), doorstep(out.now))
    with store.read() as session:
        made = plan_of_run(session, number)
    assert made is not None
    return made


def placed(store: Store, plan_id: int) -> dict[str, tuple[str, int]]:
    """Team and start of each visit that a plan makes."""
    with store.read() as session:
        routes: tuple[Route, ...] = dossier_of(session.get_one(PlanRow, plan_id)).plan.routes
    return {stop.visit: (route.team, stop.start) for route in routes for stop in route.stops}


def todays(store: Store, out: DayOut) -> dict[str, PlanVisitRow]:
    with store.read() as session:
        rows = session.scalars(select(PlanVisitRow).where(PlanVisitRow.in_force, PlanVisitRow.date == out.date))
        return {row.visit_id: row for row in rows}


def test_with_nothing_changed_every_visit_keeps_team_and_hour(store: Store, out: DayOut) -> None:
    before = {name: (row.team_id, row.starts) for name, row in todays(store, out).items()}
    assert placed(store, rest(store, out, RestForm(out.date, TEN))) == before


def test_a_team_that_is_out_gives_its_visits_to_another_at_the_same_hour_or_they_are_left_out(
    store: Store, out: DayOut
) -> None:
    before = todays(store, out)
    after = placed(store, rest(store, out, RestForm(out.date, TEN, out=(out.team,))))
    for name, (team, start) in after.items():
        assert team != out.team
        assert start == before[name].starts
    assert len(after) < len(before)  # the other team cannot be in two places


def test_a_visit_that_is_let_go_moves_and_the_others_keep_their_hour(store: Store, out: DayOut) -> None:
    before = todays(store, out)
    free = out.visits[-1].visit_id
    after = placed(store, rest(store, out, RestForm(out.date, 12 * 3600, free=(free,), out=(out.team,))))
    others = {name: start for name, (_, start) in after.items() if name != free}
    assert others == {name: before[name].starts for name in others}
    assert free not in after or after[free][1] >= 12 * 3600


def test_what_has_begun_stays_and_a_late_team_is_seen_to_be_late(store: Store, out: DayOut) -> None:
    first = out.visits[0]
    assert first.starts is not None
    assert first.ends is not None
    eve = replace(out.cast.eve, at=out.now + timedelta(seconds=first.starts - TEN + 900))  # a quarter of an hour late
    take_marks(store, out.team, out.date, (Mark("arrived-1", first.visit_id, "arrive", eve.at),), eve)
    ada = replace(out, cast=replace(out.cast, ada=replace(out.cast.ada, at=eve.at)))
    made = rest(store, ada, RestForm(out.date, first.ends + 1800))
    assert placed(store, made)[first.visit_id] == (out.team, first.starts)
    with store.read() as session:
        dossier = dossier_of(session.get_one(PlanRow, made))
    [stop] = [one for route in dossier.plan.routes for one in route.stops if one.visit == first.visit_id]
    assert stop.end >= first.ends + 1800  # it is not over yet


def test_a_dropped_visit_is_gone_today_and_asked_for_again(store: Store, out: DayOut) -> None:
    gone = out.visits[-1]
    made = rest(store, out, RestForm(out.date, TEN, dropped=(gone.visit_id,)))
    assert gone.visit_id not in placed(store, made)
    submit(store, made, None, out.cast.ada)
    approve(store, made, "seen", None, out.cast.ben)
    publish(store, made, None, out.cast.ada)
    now = todays(store, out)
    assert gone.visit_id not in now
    assert {row.plan_id for row in now.values()} == {made}
    with store.read() as session:
        promised = session.scalars(select(PromiseRow).where(PromiseRow.request_id == gone.request_id)).all()
        bags = session.scalars(select(BagRow.visit_id).where(BagRow.plan_id == made)).all()
    assert promised == []
    assert set(bags) == {row.visit_id for row in now.values()}
    other_days = [row for row in out_of_today(store, out) if row.in_force]
    assert all(row.plan_id == out.plan_id for row in other_days)


def out_of_today(store: Store, out: DayOut) -> list[PlanVisitRow]:
    with store.read() as session:
        return list(session.scalars(select(PlanVisitRow).where(PlanVisitRow.date != out.date)))


def test_marks_outlive_the_plan_they_were_made_for(store: Store, out: DayOut) -> None:
    first = out.visits[0]
    take_marks(store, out.team, out.date, (Mark("arrived-1", first.visit_id, "arrive", out.now),), out.cast.eve)
    made = rest(store, out, RestForm(out.date, ELEVEN))
    submit(store, made, None, out.cast.ada)
    approve(store, made, "seen", None, out.cast.ben)
    publish(store, made, None, out.cast.ada, "told by telephone")
    mark = Mark("all-done-1", first.visit_id, "done", out.now, (first.applicants,))
    assert [one.outcome for one in take_marks(store, out.team, out.date, (mark,), out.cast.eve)] == ["saved"]


def test_only_today_and_only_what_has_not_begun(store: Store, out: DayOut) -> None:
    first = out.visits[0]
    take_marks(store, out.team, out.date, (Mark("arrived-1", first.visit_id, "arrive", out.now),), out.cast.eve)
    with pytest.raises(Conflict):
        replan_rest(store, RestForm(out.date + timedelta(days=1), TEN), out.cast.ada)
    with pytest.raises(NotAllowed):
        replan_rest(store, RestForm(out.date, TEN), out.cast.eve)
    for wrong in (
        RestForm(out.date, TEN, free=(first.visit_id,)),
        RestForm(out.date, TEN, dropped=("R99-1",)),
        RestForm(out.date, TEN, out=("T9",)),
        RestForm(out.date, 90_000),
    ):
        with pytest.raises(BadInput):
            replan_rest(store, wrong, out.cast.ada)


def test_the_same_key_twice_is_the_same_run(store: Store, out: DayOut) -> None:
    form = RestForm(out.date, TEN)
    number = replan_rest(store, form, out.cast.ada, "key")
    assert replan_rest(store, form, out.cast.ada, "key") == number
    with pytest.raises(Conflict):
        replan_rest(store, RestForm(out.date, ELEVEN), out.cast.ada, "key")


def a_day(rng: Random, dossier: Dossier, day: date) -> Rest:
    """A day as it may have gone: late or early teams, other orders, teams that give up, visits let go or dropped."""
    at = rng.randrange(8 * 3600, 18 * 3600, 300)
    begun, ahead = [], []
    for route in (one for one in dossier.plan.routes if one.date == day):
        late = rng.choice([0, 0, 600, 5400, -1200])
        stops = list(route.stops)
        if rng.random() < 0.2:
            rng.shuffle(stops)
        gone = [stop for stop in stops if stop.start + late < at]
        for number, stop in enumerate(gone, 1):
            over = stop.end + late if number < len(gone) or stop.end + late < at else None
            begun.append(Begun(stop.visit, route.team, max(0, stop.start + late), over))
        ahead += [stop.visit for stop in stops if stop not in gone]
    free = frozenset(one for one in ahead if rng.random() < 0.3)
    dropped = frozenset(one for one in ahead if one not in free and rng.random() < 0.2)
    out = frozenset(team.id for team in dossier.problem.teams if rng.random() < 0.2)
    return Rest(day, at, tuple(begun), free, dropped, out, "P1-")


def test_whatever_the_day_did_nothing_begun_is_lost_and_the_checker_agrees(store: Store, out: DayOut) -> None:
    with store.read() as session:
        dossier, calendar = dossier_of(session.get_one(PlanRow, out.plan_id)), calendar_of(session)
    hours = {stop.visit: stop.start for route in dossier.plan.routes for stop in route.stops}
    for seed in range(40):
        day = a_day(Random(seed), dossier, out.date)
        made = plan_the_rest(dossier, day, calendar, "rest", Search("quick", seed=seed))  # raises for a broken rule
        starts = {stop.visit: stop.start for route in made.plan.routes for stop in route.stops}
        begun = {one.visit_id for one in day.begun}
        assert begun <= starts.keys()
        assert not starts.keys() & day.dropped
        free = day.free | begun | {name for name in starts if hours[name] < day.at}
        assert all(starts[name] == hours[name] for name in starts.keys() - free)
