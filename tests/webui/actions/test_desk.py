"""What schedulers keep: requests, promises, places, teams, calendar, policy; every change has its entry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from planner.errors import BadInput
from planner.model import Break, Group, Hours, Shift
from tests.webui.conftest import FRIDAY as NOW
from tests.webui.conftest import Cast
from tests.webui.world import FRIDAY, INPUTS, MONDAY, WEEK, fill
from webui.actions import places, requests, rules, runs, teams
from webui.actions.imports import import_inputs
from webui.actions.requests import RequestForm
from webui.refusals import Conflict, NotAllowed, NotFound
from webui.store.audit import AuditDetailRow, AuditRow, verify
from webui.store.engine import Store
from webui.store.inputs import inputs_of
from webui.store.organisations import ContactRow, OrganisationRow, SiteRow
from webui.store.person import Person
from webui.store.requests import PromiseRow, RequestRow, SpecialVisitRow
from webui.store.rules import DayRow
from webui.store.teams import ShiftRow

GROUP = Group("study", "first", 6, "en", date(2026, 8, 30), ready=6)
FORM = RequestForm("S1", "acceptance", (GROUP,), contact="留学生办公室 023-0000-0001")
QUIET = Path(__file__).parents[3] / "data" / "sample" / "quiet"


@pytest.fixture
def office(store: Store, cast: Cast) -> Store:
    fill(store)
    return store


def cleo(organisation: str = "O1") -> Person:
    """Somebody of an organisation."""
    return Person(None, "Cleo", frozenset(("organisation",)), NOW, organisation)


def test_a_request_waits_until_it_is_accepted(office: Store, cast: Cast) -> None:
    key = requests.receive_request(office, FORM, cast.ada)
    with office.read() as session:
        assert key not in {one.id for one in inputs_of(session).requests}
    requests.accept_request(office, key, None, cast.ada)
    with office.read() as session:
        assert key in {one.id for one in inputs_of(session).requests}
    with pytest.raises(Conflict, match="accepted"):
        requests.accept_request(office, key, None, cast.ada)


def test_the_same_sending_twice_is_one_request(office: Store) -> None:
    first = requests.receive_request(office, FORM, cleo(), key="k1")
    assert requests.receive_request(office, FORM, cleo(), key="k1") == first
    with pytest.raises(Conflict, match="other content"):
        requests.receive_request(office, replace(FORM, fast_track=True), cleo(), key="k1")


def test_an_organisation_sees_nothing_of_another(office: Store) -> None:
    mine = requests.receive_request(office, FORM, cleo())
    with pytest.raises(NotFound):
        requests.receive_request(office, replace(FORM, site_id="S3"), cleo())
    with pytest.raises(NotFound):
        requests.edit_request(office, mine, FORM, None, cleo("O2"))
    with pytest.raises(NotFound):
        requests.withdraw_request(office, mine, "", None, cleo("O2"))
    with pytest.raises(NotAllowed):
        requests.accept_request(office, mine, None, cleo())


def test_other_people_in_a_request_count_as_its_change(office: Store, cast: Cast) -> None:
    key = requests.receive_request(office, FORM, cast.ada)
    with office.read() as session:
        seen = session.get_one(RequestRow, key).version
    more = replace(FORM, groups=(replace(GROUP, count=9),))
    requests.edit_request(office, key, more, seen, cast.ada)
    with pytest.raises(Conflict, match="Somebody else"):
        requests.edit_request(office, key, FORM, seen, cast.ada)
    with office.read() as session:
        assert [one.people for one in session.get_one(RequestRow, key).groups] == [9]


def test_the_contact_never_enters_the_audit(office: Store, cast: Cast) -> None:
    requests.receive_request(office, FORM, cast.ada)
    places.add_contact(office, "O1", "国际处", "023-1111-2222", cast.ada)
    with office.read() as session:
        told = " ".join(row.after for row in session.scalars(select(AuditDetailRow)))
    assert "0000-0001" not in told
    assert "1111-2222" not in told


def test_a_special_visit_needs_another_person(office: Store, cast: Cast) -> None:
    both = replace(cast.ada, roles=frozenset(("scheduler", "supervisor")))
    number = requests.ask_special(office, "R1", "academician's family", both)
    with office.read() as session:
        assert inputs_of(session).special_visits == ()
    with pytest.raises(Conflict, match="another supervisor"):
        requests.decide_special(office, number, approve=True, answer="", version=None, by=both)
    with pytest.raises(BadInput):
        requests.decide_special(office, number, approve=False, answer="", version=None, by=cast.ben)
    requests.decide_special(office, number, approve=True, answer="", version=None, by=cast.ben)
    with office.read() as session:
        [special] = inputs_of(session).special_visits
    assert (special.approved_by, special.approved_on) == ("Ben", date(2026, 9, 4))


def test_a_promise_by_hand_reaches_the_planner_and_is_given_once(office: Store, cast: Cast) -> None:
    number = requests.give_promise(office, "R1", 1, MONDAY, 9 * 3600, None, cast.ada)
    with pytest.raises(Conflict, match="promised already"):
        requests.give_promise(office, "R1", 1, FRIDAY, 9 * 3600, None, cast.ada)
    with office.read() as session:
        assert [one.date for one in inputs_of(session).promises] == [MONDAY]
    requests.release_promise(office, number, "they moved", cast.ada)
    with office.read() as session:
        assert inputs_of(session).promises == ()
    with pytest.raises(BadInput, match="passed"):
        requests.give_promise(office, "R1", 1, date(2026, 9, 3), 9 * 3600, None, cast.ada)


def test_a_refused_request_takes_its_promises_along(office: Store, cast: Cast) -> None:
    requests.give_promise(office, "R1", 1, MONDAY, 9 * 3600, None, cast.ada)
    requests.refuse_request(office, "R1", "papers missing", None, cast.ada)
    with office.read() as session:
        assert session.query(PromiseRow).count() == 0
        assert session.get_one(RequestRow, "R1").answer == "papers missing"


def test_a_pasted_point_of_a_chinese_map_is_put_right(office: Store, cast: Cast) -> None:
    """GCJ-02 lies about 480 m north-west-east of WGS-84 here; what was given is kept beside it."""
    places.move_site(office, "S1", places.Pin(29.5641, 106.4677, "gcj02"), None, cast.ada)
    with office.read() as session:
        row = session.get_one(SiteRow, "S1")
    assert (row.given_lat, row.given_lon, row.datum) == (29.5641, 106.4677, "gcj02")
    assert 0.001 < abs(row.lat - 29.5641) + abs(row.lon - 106.4677) < 0.01
    with pytest.raises(BadInput, match="swapped"):
        places.move_site(office, "S1", places.Pin(106.4, 29.5), None, cast.ada)


def test_two_who_edit_an_organisation_the_second_sees_both_versions(office: Store, cast: Cast) -> None:
    form = places.OrganisationForm("某大学", "Some University", "university", "沙坪坝区", 310)
    with office.read() as session:
        seen = session.get_one(OrganisationRow, "O1").version
    places.edit_organisation(office, "O1", form, seen, cast.ada)
    with pytest.raises(Conflict) as told:
        places.edit_organisation(office, "O1", replace(form, foreigners=290), seen, cast.ada)
    assert (told.value.theirs["foreigners"], told.value.yours["foreigners"]) == (310, 290)


def test_an_absence_takes_the_shift_away_and_gives_it_back(office: Store, cast: Cast) -> None:
    teams.set_absence(office, "T1", MONDAY, "training", None, cast.ada)
    with office.read() as session:
        assert len(inputs_of(session).shifts) == len(INPUTS.shifts) - 1
    teams.set_absence(office, "T1", MONDAY, "", None, cast.ada)
    with office.read() as session:
        assert inputs_of(session).shifts == INPUTS.shifts


def test_a_broken_kit_leaves_its_team_without_what_it_is_for(office: Store, cast: Cast) -> None:
    teams.edit_kit(office, "T1-1-acceptance", team_id="T1", works=False, remark="printer", version=None, by=cast.ada)
    with office.read() as session:
        assert [team.kits for team in inputs_of(session).teams] == [(), ("acceptance",)]


def test_a_break_outside_the_shift_is_refused(office: Store, cast: Cast) -> None:
    late = Shift("T1", FRIDAY, Hours(9 * 3600, 12 * 3600), Break(3600, 11 * 3600, 12 * 3600))
    with pytest.raises(BadInput, match="within the shift"):
        teams.set_shift(office, late, None, cast.ada)


def test_the_calendar_is_edited_with_a_reason(office: Store, cast: Cast) -> None:
    day = date(2027, 2, 6)  # a Saturday
    with pytest.raises(BadInput, match="reason"):
        rules.edit_day(office, day, kind="makeup_workday", official=True, name="", version=None, why="", by=cast.ada)
    with pytest.raises(BadInput, match="cannot be"):
        rules.edit_day(office, day, kind="workday", official=True, name="", version=None, why="x", by=cast.ada)
    rules.edit_day(
        office, day, kind="makeup_workday", official=True, name="", version=None, why="notice of 2026", by=cast.ada
    )
    with office.read() as session:
        assert rules.calendar_of(session).is_workday(day)
        assert session.get_one(DayRow, day).version == 2


def test_a_policy_is_changed_as_a_new_version(office: Store, cast: Cast) -> None:
    changes = {"threshold_foreigners": 12, "shift_start": "08:00", "division_hours": ["08:30-12:00", "14:00-18:00"]}
    assert rules.new_policy(office, changes, 1, "office decision", cast.ada) == 2
    with office.read() as session:
        number, policy = rules.policy_of(session)
    assert (number, policy.threshold_foreigners, policy.shift_start) == (2, 12, 8 * 3600)
    assert policy.division_hours[1] == Hours(14 * 3600, 18 * 3600)
    with pytest.raises(Conflict):
        rules.new_policy(office, {"desks": 3}, 1, "late", cast.ada)
    with pytest.raises(BadInput, match="no such policy number"):
        rules.new_policy(office, {"invented": 3}, 2, "x", cast.ada)
    with pytest.raises(BadInput, match="must not be more"):
        rules.new_policy(office, {"shift_start": "19:00"}, 2, "x", cast.ada)


def test_importing_names_every_mistake_and_keeps_nothing(office: Store, cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "organisations.csv").write_text("id,name_zh\nO9,\n", "utf-8")
    with office.read() as session:
        before = inputs_of(session)
    with pytest.raises(BadInput):
        import_inputs(office, tmp_path, cast.ada)
    with office.read() as session:
        assert inputs_of(session) == before
    assert import_inputs(office, QUIET, cast.ada).added["organisation"]


Act = Callable[[Store, Cast], object]
ACTS: dict[str, Act] = {
    "request.receive": lambda s, c: requests.receive_request(s, FORM, c.ada),
    "request.refused": lambda s, c: requests.refuse_request(s, "R2", "why", None, c.ada),
    "request.withdrawn": lambda s, c: requests.withdraw_request(s, "R3", "why", None, c.ada),
    "special.ask": lambda s, c: requests.ask_special(s, "R1", "why", c.ada),
    "promise.give": lambda s, c: requests.give_promise(s, "R1", 1, MONDAY, 32_400, None, c.ada),
    "organisation.add": lambda s, c: places.add_organisation(
        s, "O9", places.OrganisationForm("新", "New", "company", "北碚区", 12), c.ada
    ),
    "site.add": lambda s, c: places.add_site(
        s, "S9", "O1", places.SiteForm("新", "New"), places.Pin(29.5, 106.5), c.ada
    ),
    "site.edit": lambda s, c: places.edit_site(s, "S1", places.SiteForm("新", "New"), None, c.ada),
    "site.move": lambda s, c: places.move_site(s, "S1", places.Pin(29.5, 106.5), None, c.ada),
    "contact.add": lambda s, c: places.add_contact(s, "O1", "office", "1", c.ada),
    "team.add": lambda s, c: teams.add_team(s, "T9", teams.TeamForm("新", "New", "B1", 2, 2, ("zh",)), c.ada),
    "team.edit": lambda s, c: teams.edit_team(s, "T1", teams.TeamForm("新", "New", "B1", 2, 2, ("zh",)), None, c.ada),
    "shift.add": lambda s, c: teams.set_shift(s, Shift("T1", date(2026, 9, 14), Hours(32_400, 61_200)), None, c.ada),
    "shift.edit": lambda s, c: teams.set_shift(s, Shift("T1", MONDAY, Hours(32_400, 61_200)), None, c.ada),
    "shift.remove": lambda s, c: teams.remove_shift(s, "T1", MONDAY, None, c.ada),
    "shift.absence": lambda s, c: teams.set_absence(s, "T1", MONDAY, "leave", None, c.ada),
    "kit.add": lambda s, c: teams.add_kit(s, "K9", "acceptance", None, c.ada),
    "run.start": lambda s, c: runs.start_plan(s, WEEK, c.ada),
}


@pytest.mark.parametrize("action", ACTS)
def test_every_change_leaves_its_entry_in_a_whole_chain(office: Store, cast: Cast, action: str) -> None:
    ACTS[action](office, cast)
    with office.read() as session:
        entry = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(1)).one()
        assert (entry.action, entry.actor) == (action, f"user {cast.ada.id}")
        assert verify(session).faults == ()


@pytest.mark.parametrize("action", ACTS)
def test_officers_may_do_none_of_it(office: Store, cast: Cast, action: str) -> None:
    with office.read() as session:
        before = session.query(AuditRow).count()
    with pytest.raises(NotAllowed):
        ACTS[action](office, replace(cast, ada=cast.eve))
    with office.read() as session:
        assert session.query(AuditRow).count() == before
        assert session.query(ContactRow).count() == session.query(SpecialVisitRow).count() == 0
        assert session.query(ShiftRow).count() == len(INPUTS.shifts)
