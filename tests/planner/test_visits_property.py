"""Whatever is asked, everybody is accounted for and no window breaks a hard rule."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from planner.model import Group, Hours, Inputs, Kind, Promise, Request, Task
from planner.policy import Policy
from planner.visits import Made
from planner.visits.people import split_evenly
from planner.workdays import legal_span
from tests.planner.visit_world import CALENDAR, HORIZON, TODAY, UNIVERSITY, inputs, made, team

DAYS = st.integers(-70, 130).map(lambda offset: TODAY + timedelta(days=offset))


@st.composite
def groups(draw: st.DrawFn) -> Group:
    count = draw(st.integers(1, 120))
    ready = draw(st.none() | st.integers(0, count))
    kind, task = draw(st.sampled_from(get_args(Kind))), draw(st.sampled_from(get_args(Task)))
    return Group(kind, task, count, draw(st.sampled_from(("en", "ko", "zh", ""))), draw(DAYS), (), ready)


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    start = draw(st.integers(8 * 60, 18 * 60))
    return Hours(60 * start, 60 * (start + draw(st.integers(10, 300))))


@st.composite
def worlds(draw: st.DrawFn) -> Inputs:
    requests = tuple(
        Request(
            f"R{number}",
            "S1",
            draw(st.sampled_from(("acceptance", "interview"))),
            TODAY,
            tuple(draw(st.lists(groups(), max_size=4))),
            tuple(draw(st.lists(st.sampled_from(HORIZON), max_size=4, unique=True))),
            tuple(draw(st.lists(hours(), max_size=2))),
            draw(st.booleans()),
        )
        for number in range(1, draw(st.integers(1, 3)) + 1)
    )
    promises = st.builds(
        Promise,
        st.sampled_from([request.id for request in requests]),
        st.integers(1, 5),
        st.sampled_from(HORIZON) | DAYS,
        st.integers(9 * 60, 16 * 60).map(lambda minute: 60 * minute),
        st.none() | st.just("T1"),
    )
    teams = tuple(team(number) for number in range(1, draw(st.integers(0, 6)) + 1))
    world = inputs(*requests, teams=teams, promises=tuple(draw(st.lists(promises, max_size=3))))
    return replace(world, organisations=(replace(UNIVERSITY, foreigners=draw(st.sampled_from((5, 600)))),))


@given(worlds())
def test_every_person_is_in_one_visit_or_refused_with_a_reason(world: Inputs) -> None:
    answer = made(world)
    for request in world.requests:
        visited = [visit for visit in answer.visits if visit.request_id == request.id]
        refused = [one for one in answer.refused if one.request_id == request.id]
        assert sum(v.applicants for v in visited) + sum(r.applicants for r in refused) == request.applicants
        assert _counted([*(v.groups for v in visited), *(r.groups for r in refused)]) == _counted([request.groups])
        assert all(one.reasons for one in refused)
        assert all(one.go_by is None or one.go_by >= TODAY for one in refused)


@given(worlds())
def test_no_window_breaks_a_legal_date_a_day_off_or_the_hours(world: Inputs) -> None:
    policy = Policy()
    requests = {request.id: request for request in world.requests}
    for visit in made(world).visits:
        assert visit.applicants == sum(group.count for group in visit.groups) > 0
        assert visit.applicants <= policy.max_applicants_visit
        request = requests[visit.request_id]
        spans = [legal_span(group, policy) for group in visit.groups]
        assert visit.legal_date == min(last for _, last in spans)
        assert visit.windows
        for window in visit.windows:
            assert all(first <= window.date <= last for first, last in spans)
            assert window.date in HORIZON and window.date >= TODAY
            if visit.promised:
                continue
            assert visit.last_workday is not None and window.date <= visit.last_workday
            assert window.date in (request.host_dates or HORIZON)
            assert CALENDAR.is_workday(window.date)
            for limit in (request.host_hours, policy.division_hours):
                assert not limit or _inside(window.earliest, window.latest + visit.service_seconds, limit)


@given(worlds())
def test_every_promise_is_kept_to_the_minute_or_told(world: Inputs) -> None:
    answer = made(world)
    for promise in world.promises:
        kept = [visit for visit in answer.visits if visit.id == f"{promise.request_id}-{promise.session}"]
        if [visit for visit in kept if visit.promised and visit.fixed_date == promise.date]:
            continue
        told = [reason for one in answer.refused if one.request_id == promise.request_id for reason in one.reasons]
        named = {reason.code for reason in told if ("session", promise.session) in reason.facts}
        assert named & {
            "promise_twice",
            "promise_outside_horizon",
            "promise_not_lawful",
            "promise_without_session",
            "promise_of_refused",
        }


@given(worlds())
def test_the_same_input_gives_the_same_visits_in_whatever_order_requests_come(world: Inputs) -> None:
    assert made(world) == made(replace(world, requests=world.requests[::-1], teams=world.teams[::-1]))


@given(worlds())
def test_ids_are_unique_and_sorted_and_joint_visits_start_together(world: Inputs) -> None:
    answer = made(world)
    assert len({visit.id for visit in answer.visits}) == len(answer.visits)
    assert list(answer.visits) == sorted(answer.visits, key=lambda visit: (visit.request_id, visit.session))
    _together(answer)


@given(st.lists(groups(), min_size=1, max_size=5), st.integers(1, 9))
def test_an_even_split_keeps_everybody_and_differs_by_one_at_most(people: list[Group], sessions: int) -> None:
    total = sum(group.count for group in people)
    split = split_evenly(people, min(sessions, total))
    sizes = [sum(group.count for group in session) for session in split]
    assert sum(sizes) == total and max(sizes) - min(sizes) <= 1
    assert _counted(split) == _counted([tuple(people)])


def _together(answer: Made) -> None:
    marks: dict[str, set[object]] = {}
    for visit in answer.visits:
        if visit.joint:
            marks.setdefault(visit.joint, set()).add(visit.windows)
    assert all(len(windows) == 1 for windows in marks.values())


def _counted(parts: Iterable[Iterable[Group]]) -> dict[tuple[str, str, str, date], list[int]]:
    """People and ready people by what distinguishes a group."""
    found: dict[tuple[str, str, str, date], list[int]] = {}
    for people in parts:
        for group in people:
            entry = found.setdefault((group.kind, group.task, group.language, group.event_date), [0, 0])
            entry[0] += group.count
            entry[1] += group.ready or 0
    return found


def _inside(start: int, end: int, limit: tuple[Hours, ...]) -> bool:
    """Whether every minute from start to end is open."""
    return all(any(one.start <= second < one.end for one in limit) for second in range(start, end, 60))
