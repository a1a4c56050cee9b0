"""The booking pages: in by invitation, asked, held, confirmed, moved, cancelled; closed to everybody else."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from typing import Any

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select, update

from planner.model import clock
from tests.webui.booking.booking_world import ask, book
from tests.webui.booking.conftest import PASSWORD, Browser, Hall
from tests.webui.conftest import FRIDAY, Cast
from tests.webui.desk.conftest import Desk
from webui.actions.bookings import cancel
from webui.actions.bookings_door import NewAccount, accept, invite, revoke
from webui.actions.notices import Moment, VisitChange, note_changes
from webui.app import create_app
from webui.auth.access import table_of
from webui.auth.passwords import Passwords
from webui.config import Config
from webui.refusals import NotFound
from webui.store.bookings import FeedRow, InvitationRow
from webui.store.engine import Store
from webui.store.organisations import OrganisationRow
from webui.store.person import Person, doorstep
from webui.store.plans import PlanVisitRow
from webui.store.reads.days import day_plan
from webui.store.requests import RequestRow
from webui.store.users import UserRow

Form = Callable[..., dict[str, str]]


def person_of(store: Store, login: str) -> Person:
    with store.read() as session:
        row = session.scalar(select(UserRow).where(UserRow.login == login))
        assert row is not None
        return Person(row.id, row.name, frozenset(("organisation",)), FRIDAY, row.organisation_id)


def requests_of(store: Store, organisation: str) -> list[str]:
    with store.read() as session:
        rows = select(RequestRow.id).where(RequestRow.organisation_id == organisation, RequestRow.id.like("Q%"))
        return list(session.scalars(rows.order_by(RequestRow.position)))


def choices(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'name="choice" value="([^"]+)"', page)]


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return unescape(answer.get_data(as_text=True))


# ----------------------------------------------------------------------------------------------------- the way


def test_from_the_form_to_the_booked_date_and_back(hall: Hall, store: Store, asked: Form) -> None:
    assert "For 150 people or more several teams come at once" in text(hall.dan, "/booking/ask")
    answer = hall.dan.post("/booking/ask", key="k1", **asked())
    assert answer.status_code == 303
    page = text(hall.dan, answer.location)
    assert "Dates the division can make" in page
    best = choices(page)
    assert len(best) > 5
    assert hall.dan.post(f"{answer.location}/hold", choice=best[0]).status_code == 303
    page = text(hall.dan, answer.location)
    assert "Held for you until 4 Sep 2026, 09:10" in page
    held = re.findall(r'name="held" value="([^"]+)"', page)[0]
    other = hall.dan.post(f"{answer.location}/confirm", held=f"{held} ")
    assert other.status_code == 409
    assert "Another date is held for this request meanwhile." in other.get_data(as_text=True)
    assert hall.dan.post(f"{answer.location}/confirm", held=held).status_code == 303
    page = text(hall.dan, answer.location)
    assert "Booked. The division keeps this date and hour." in page
    for told in ("What to prepare", "health certificate", "The passports are ready from", "Add to my calendar"):
        assert told in page
    page = text(hall.dan, f"{answer.location}?move=1")
    assert choices(page)
    assert hall.dan.post(f"{answer.location}/cancel", why="exams").status_code == 303
    page = text(hall.dan, answer.location)
    assert "Nobody comes for this request" in page
    assert choices(page) == []


def test_the_same_form_sent_twice_is_one_request(hall: Hall, store: Store, asked: Form) -> None:
    first = hall.dan.post("/booking/ask", key="k1", **asked())
    again = hall.dan.post("/booking/ask", key="k1", **asked())
    assert first.location == again.location
    assert len(requests_of(store, "O2")) == 1


def test_every_mistake_is_told_and_nothing_typed_is_lost(hall: Hall, store: Store, asked: Form) -> None:
    wrong = {"groups, 1, count": "-3", "groups, 1, event_date": "yesterday", "contact": ""}
    answer = hall.dan.post("/booking/ask", key="k1", **asked(**wrong))
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 400
    assert "Not saved: 3 to correct" in page
    assert 'value="yesterday"' in page and 'value="-3"' in page
    assert requests_of(store, "O2") == []


def test_more_lines_keep_what_was_typed(hall: Hall, asked: Form) -> None:
    page = unescape(hall.dan.post("/booking/ask", key="k1", more="yes", **asked()).get_data(as_text=True))
    assert page.count("<fieldset><legend>Line ") == 9
    assert 'name="groups, 1, count" inputmode="numeric" value="12"' in page


def test_hours_are_cut_to_what_was_given(hall: Hall, store: Store, asked: Form) -> None:
    hall.dan.post("/booking/ask", key="k1", hours="0", **asked(**{"from": "09:30", "until": "11:45"}))
    with store.read() as session:
        [hours] = session.get_one(RequestRow, requests_of(store, "O2")[0]).host_hours
    assert (hours.start, hours.end) == (9 * 3600 + 1800, 11 * 3600 + 2700)


def test_asking_again_brings_the_same_people(hall: Hall, store: Store, asked: Form) -> None:
    made = hall.dan.post("/booking/ask", key="k1", **asked(**{"groups, 1, count": "17"})).location
    page = text(hall.dan, f"/booking/ask?from={made.rsplit('/', 1)[1]}")
    assert 'value="17"' in page and 'value="2026-08-30"' in page


def test_a_waiting_request_is_changed_on_its_own_form(hall: Hall, store: Store, asked: Form) -> None:
    made = hall.dan.post("/booking/ask", key="k1", **asked()).location
    page = text(hall.dan, f"{made}/change")
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert hall.dan.post(f"{made}/change", version=version[1], **asked(**{"groups, 1, count": "14"})).status_code == 303
    assert "14 × study" in text(hall.dan, made)


def test_a_place_taken_meanwhile_is_said_and_the_next_offers_are_there(hall: Hall, store: Store, asked: Form) -> None:
    made = hall.dan.post("/booking/ask", key="k1", **asked()).location
    answer = hall.dan.post(f"{made}/hold", choice=f"{hall.plan}_2026-09-07.3600")
    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 409
    assert "has just been taken" in page
    assert choices(page)


def test_where_nothing_fits_the_nearest_is_a_click_away(hall: Hall, store: Store, asked: Form) -> None:
    """From 11:00 to 12:00 nobody can serve twelve people for 93 minutes on one day with a smaller party than all."""
    made = hall.dan.post("/booking/ask", key="k1", hours="0", **asked(**{"from": "11:50", "until": "12:00"})).location
    page = text(hall.dan, made)
    assert "At other hours of your days this would fit." in page
    [how] = set(re.findall(r'name="how" value="([^"]+)"', page))
    assert hall.dan.post(f"{made}/nearest", how=how, choice=choices(page)[0]).status_code == 303
    page = text(hall.dan, made)
    assert "Held for you until" in page and "Hours: all of them" in page


def test_what_no_team_has_is_told_by_its_name(hall: Hall, store: Store, asked: Form) -> None:
    made = hall.dan.post("/booking/ask", key="k1", **asked(**{"groups, 1, language": "th"})).location
    page = text(hall.dan, made)
    assert "No team has what this visit needs: Thai." in page
    assert "With an interpreter of yours for Thai this would fit." in page
    assert "泰语" in text(hall.dan, f"{made}?lang=zh")


def test_the_rule_is_told_and_whether_one_is_visited(hall: Hall, store: Store) -> None:
    assert "You have 40 foreigners; organisations with more than 10 are visited." in text(hall.dan, "/booking/")
    with store.write() as session:
        from webui.store.organisations import OrganisationRow

        session.get_one(OrganisationRow, "O2").foreigners = 9
    page = text(hall.dan, "/booking/")
    assert "Some Company has 9 foreigners; visits are for more than 10." in page


# ----------------------------------------------------------------------------------------------------- who


def test_an_invitation_works_once_and_not_when_it_is_old_or_taken_back(
    store: Store, cast: Cast, config: Config, hall: Hall
) -> None:
    passwords = Passwords(config.hashing)
    with pytest.raises(NotFound):
        accept(store, passwords, hall.tokens["dan"], NewAccount("dora", PASSWORD, PASSWORD), doorstep(FRIDAY))
    old = invite(store, "O2", "personnel", cast.ada)
    assert hall.stranger.get(f"/booking/invitation/{old}").status_code == 200
    with pytest.raises(NotFound):
        late = doorstep(FRIDAY + timedelta(days=14))
        accept(store, passwords, old, NewAccount("dora", PASSWORD, PASSWORD), late)
    with store.read() as session:
        newest = session.scalar(select(InvitationRow.id).order_by(InvitationRow.id.desc()).limit(1))
    revoke(store, newest or 0, cast.ada)
    assert hall.stranger.get(f"/booking/invitation/{old}").status_code == 404


def test_the_token_stands_nowhere_in_the_database(store: Store, hall: Hall) -> None:
    with store.read() as session:
        kept = [one for row in session.scalars(select(InvitationRow)) for one in (row.token_hash, row.office)]
    assert not {hall.tokens["cleo"], hall.tokens["dan"]} & set(kept)


def test_taking_an_invitation_back_locks_out_who_came_in_by_it(store: Store, cast: Cast, hall: Hall) -> None:
    with store.read() as session:
        number = session.scalar(select(InvitationRow.id).where(InvitationRow.organisation_id == "O2"))
    assert hall.dan.get("/booking/").status_code == 200
    revoke(store, number or 0, cast.ada)
    assert hall.dan.get("/booking/").status_code == 303
    assert hall.dan.post("/booking/sign-in", login="dan", password=PASSWORD).status_code == 401


def test_a_forgotten_password_is_mended_by_another_invitation(
    store: Store, cast: Cast, config: Config, hall: Hall
) -> None:
    token = invite(store, "O2", "personnel", cast.ada)
    other = "copper lantern forty two"
    accept(store, Passwords(config.hashing), token, NewAccount("Dan", other, other), doorstep(FRIDAY))
    assert hall.dan.get("/booking/").status_code == 303  # the session with the old password is over
    assert hall.dan.post("/booking/sign-in", login="dan", password=PASSWORD).status_code == 401
    assert hall.dan.post("/booking/sign-in", login="dan", password=other).status_code == 303


@pytest.mark.parametrize(
    ("login", "password", "again"),
    [
        ("x", PASSWORD, PASSWORD),
        ("cleo", PASSWORD, PASSWORD),
        ("dora", "short", "short"),
        ("dora", PASSWORD, "other"),
        ("scheduler", PASSWORD, PASSWORD),
    ],
)
def test_an_account_that_cannot_be_is_told(
    store: Store, cast: Cast, hall: Hall, login: str, password: str, again: str
) -> None:
    token = invite(store, "O2", "personnel", cast.ada)
    address = f"/booking/invitation/{token}"
    answer = hall.stranger.post(address, login=login, password=password, again=again)
    assert answer.status_code == 400
    assert "Not saved" in answer.get_data(as_text=True) or "未保存" in answer.get_data(as_text=True)
    assert hall.stranger.get(address).status_code == 200  # the invitation is still good


def test_the_staff_has_no_account_here_and_offices_have_none_there(
    store: Store, cast: Cast, config: Config, hall: Hall
) -> None:
    assert (
        hall.stranger.post("/booking/sign-in", login="scheduler", password=cast.passwords["scheduler"]).status_code
        == 401
    )
    staff = create_app(config, "staff", now=lambda: FRIDAY, store=store)
    client = staff.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    client.post("/sign-in", data={"login": "dan", "password": PASSWORD, "csrf_token": token[1] if token else ""})
    assert client.get("/desk").status_code == 303
    assert client.get("/booking/").status_code == 404
    assert hall.dan.get("/desk").status_code == 404
    assert staff.config["SESSION_COOKIE_NAME"] != hall.app.config["SESSION_COOKIE_NAME"]


def test_the_table_of_pages_and_who_may_open_them(public: Flask) -> None:
    open_to_anyone = {name for name, who in table_of(public).items() if "anyone" in who}
    door = {f"booking.{name}" for name in ("invitation", "accept", "sign_in", "sign_in_now", "feed")}
    assert open_to_anyone == door | {"static", "front.start"}
    others = {name: who for name, who in table_of(public).items() if name not in open_to_anyone}
    assert set(others.values()) == {frozenset({"organisation"})}


def test_no_page_of_another_organisation_opens_whatever_is_tried(hall: Hall, store: Store, asked: Form) -> None:
    """Every route of the application with every kind of foreign key; nothing of Cleo's changes or shows."""
    cleo = person_of(store, "cleo")
    mine = ask(store, cleo, people=13)
    book(store, mine, cleo)
    waits = ask(store, cleo, people=19)
    secret = {mine, waits, "Campus A", "cleo office", "Some University"}
    with store.read() as session:
        before = [(row.request_id, row.date, row.starts) for row in session.scalars(select(PlanVisitRow))]
    foreign = [mine, waits, "R1", "R4", "nothing", "1", "../R1"]
    tried = 0
    for rule in hall.app.url_map.iter_rules():
        if not rule.endpoint.startswith("booking.") or rule.endpoint in ("booking.sign_out", "booking.renew_feed"):
            continue
        for key in foreign:
            values = dict.fromkeys(rule.arguments, key)
            with hall.app.test_request_context():
                path = hall.app.url_map.bind("localhost").build(rule.endpoint, values)
            for method in {"GET", "POST"} & (rule.methods or set()):
                fields = {
                    **asked(site_id="S1"),
                    "choice": f"{hall.plan}_2026-09-08.32400",
                    "how": "nearest_other_days",
                    "key": key,
                }
                path_q = f"{path}?from={key}&move=1" if method == "GET" else path
                answer = hall.dan.get(path_q) if method == "GET" else hall.dan.post(path, **fields)
                page = unescape(answer.get_data(as_text=True))
                if rule.arguments:
                    assert answer.status_code == 404, (rule.endpoint, key, answer.status_code)
                for word in secret - {key}:
                    assert word not in page, (rule.endpoint, key, word)
                tried += 1
    assert tried > 80
    with store.read() as session:
        assert [(row.request_id, row.date, row.starts) for row in session.scalars(select(PlanVisitRow))] == before
        assert session.get_one(RequestRow, waits).status == "received"


# ----------------------------------------------------------------------------------------------------- calendar


def events(data: bytes) -> dict[str, Any]:
    """The events of a calendar by UID."""
    return {str(one["uid"]): one for one in icalendar.Calendar.from_ical(data).walk("VEVENT")}


def test_the_invitation_keeps_its_uid_and_counts_on_through_moving_and_cancelling(hall: Hall, store: Store) -> None:
    dan = person_of(store, "dan")
    request = ask(store, dan)
    address = f"/booking/requests/{request}/visit.ics"
    book(store, request, dan)
    first = events(hall.dan.get(address).data)[f"{request}-1@doorstep"]
    book(store, request, dan, 20)
    second = events(hall.dan.get(address).data)[f"{request}-1@doorstep"]
    cancel(store, request, "", dan)
    third = events(hall.dan.get(address).data)[f"{request}-1@doorstep"]
    assert first["status"] == second["status"] == "CONFIRMED" and third["status"] == "CANCELLED"
    assert int(first["sequence"]) < int(second["sequence"]) < int(third["sequence"])
    assert first["dtstart"].dt != second["dtstart"].dt == third["dtstart"].dt
    assert first["dtstart"].dt.tzname() == "CST"


def test_the_secret_address_shows_ones_own_visits_only_and_a_new_one_ends_it(hall: Hall, store: Store) -> None:
    page = unescape(hall.dan.post("/booking/calendar").get_data(as_text=True))
    found = re.search(r'id="address">http://localhost(/booking/feed/[^<]+\.ics)\?lang=en<', page)
    assert found
    shown = events(hall.stranger.get(found[1]).data)
    with store.read() as session:
        own = session.scalars(
            select(PlanVisitRow).where(PlanVisitRow.organisation_id == "O2", PlanVisitRow.in_force)
        ).all()
        assert set(shown) == {f"{one.request_id}-{one.session}@doorstep" for one in own}
        assert found[1].split("/")[-1].removesuffix(".ics") not in session.scalars(select(FeedRow.token_hash)).all()
    hall.dan.post("/booking/calendar")
    assert hall.stranger.get(found[1]).status_code == 404


def test_the_desk_makes_an_invitation_whose_link_lets_in_and_is_shown_once(store: Store, hall: Hall, ada: Desk) -> None:
    page = unescape(ada.post("/desk/organisations/O2/invitations", 200, form="invitation", office="Personnel").text)
    link = re.search(r'<code class="secret">http://127\.0\.0\.1:8001(/booking/invitation/[^<]+)</code>', page)
    assert link
    assert link[1] not in ada.get("/desk/organisations/O2")
    assert hall.stranger.get(link[1]).status_code == 200
    assert hall.stranger.post(link[1], login="dora", password=PASSWORD, again=PASSWORD).status_code == 303
    assert "Some Company" in hall.stranger.get("/booking/?lang=en").get_data(as_text=True)
    with store.read() as session:
        number = session.scalar(select(InvitationRow.id).order_by(InvitationRow.id.desc()).limit(1))
    ada.post(f"/desk/organisations/O2/invitations/{number}/revoke")
    assert "taken back" in ada.get("/desk/organisations/O2")
    assert hall.stranger.get("/booking/").status_code == 303
    ada.post("/desk/organisations/O2/invitations", 400, form="invitation", office="")


def test_the_second_reader_of_a_page_reads_it_in_his_own_language(hall: Hall) -> None:
    assert "到期或变更日期" in text(hall.cleo, "/booking/ask?lang=zh")  # who reads it first leaves nothing behind
    page = text(hall.dan, "/booking/ask?lang=en")
    assert "Date of entry, expiry or change" in page
    assert re.findall(r"<label[^>]*>[^<]*[\u4e00-\u9fff]", page) == []


def test_who_is_not_visited_reads_what_the_people_do_and_no_word_for_the_staff(
    hall: Hall, store: Store, asked: Form
) -> None:
    with store.write() as session:
        session.execute(update(OrganisationRow).where(OrganisationRow.id == "O2").values(foreigners=10))
    page = text(hall.dan, "/booking/")
    assert "Some Company has 10 foreigners; visits are for more than 10." in page
    assert "Your people apply at the hall" in page and "Ask all the same" in page
    made = hall.dan.post("/booking/ask", key="k1", **asked(**{"groups, 1, count": "9"})).location
    answer = text(hall.dan, made)
    assert "Your people apply at the hall" in answer and "You read its answer on this page" in answer
    assert "supervisor" not in page + answer and "If you choose no date here" not in answer


def test_a_large_request_is_told_that_the_division_calls(hall: Hall, store: Store, asked: Form) -> None:
    with store.write() as session:
        session.execute(update(OrganisationRow).where(OrganisationRow.id == "O2").values(foreigners=300))
    made = hall.dan.post("/booking/ask", key="k1", **asked(**{"groups, 1, count": "160"})).location
    page = text(hall.dan, made)
    assert "From 150 people on several teams come at once" in page
    assert "Your request is with the division, which calls you." in page
    assert "Send the request" not in page and choices(page) == []


def test_mistakes_name_fields_as_the_form_does(hall: Hall, asked: Form) -> None:
    wrong = {"groups, 1, count": "many", "from": "15:00", "until": "10:00"}
    page = unescape(hall.dan.post("/booking/ask", key="k1", **asked(**wrong)).get_data(as_text=True))
    assert "<b>Line 1, People</b>" in page
    assert "<b>Ended by</b>" in page


def test_the_history_says_which_dates_were_held_and_booked(hall: Hall, store: Store) -> None:
    dan = person_of(store, "dan")
    made = ask(store, dan, 12)
    offered = book(store, made, dan)
    slot = offered.choices[0].offer.slots[0]
    lines = re.findall(
        r"<b>(Date held|Date confirmed)</b> <span[^>]*>([^<]+)", text(hall.dan, f"/booking/requests/{made}")
    )
    when = f"{slot.date:%a} {slot.date.day} {slot.date:%b} {slot.start // 3600:02d}:{slot.start % 3600 // 60:02d}"
    assert lines == [("Date confirmed", when), ("Date held", when)]


def test_the_feed_speaks_the_language_in_which_it_was_made(hall: Hall, store: Store) -> None:
    dan = person_of(store, "dan")
    book(store, ask(store, dan, 12), dan)
    hall.dan.get("/booking/?lang=en")
    page = unescape(hall.dan.post("/booking/calendar").get_data(as_text=True))
    address = re.search(r'id="address">http://[^/]+([^<]+)<', page)
    assert address
    assert "Visit of the division" in hall.stranger.get(address[1]).get_data(as_text=True)


def test_an_error_page_of_the_counter_leads_to_the_counter_and_is_chinese_in_its_chinese_part(hall: Hall) -> None:
    page = unescape(hall.dan.get("/booking/requests/Q1").get_data(as_text=True))
    assert "不存在:申请 Q1。" in page and "There is no request Q1." in page
    assert "Back to the start" in page and "plan" not in page


def test_the_history_says_what_the_division_planned_moved_and_took_back(hall: Hall, store: Store, cast: Cast) -> None:
    with store.write() as session:
        [row] = session.scalars(select(PlanVisitRow).where(PlanVisitRow.request_id == "R3", PlanVisitRow.in_force))
        assert row.date is not None and row.starts is not None
        planned, moved = Moment(row.date, row.starts), Moment(date(2026, 9, 11), 50_400)
        for before, after in ((planned, moved), (moved, None)):  # what two later plans would note
            note_changes(session, [VisitChange("R3", "O2", "S3", 12, before, after)], cast.ada)
    told = re.findall(r"<b>([^<]+)</b> <span[^>]*>([^<]+)", text(hall.dan, "/booking/requests/R3"))
    assert told == [
        ("Date taken back by the division", "Fri 11 Sep 14:00"),
        ("Moved by the division", "Fri 11 Sep 14:00"),
        ("Date set by the division", f"{row.date:%a} {row.date.day} {row.date:%b} {clock(row.starts)}"),
    ]


def test_the_contact_of_a_booked_visit_is_changed_and_the_officers_read_it(hall: Hall, store: Store) -> None:
    dan = person_of(store, "dan")
    made = ask(store, dan, 12)
    slot = book(store, made, dan).choices[0].offer.slots[0]
    path = f"/booking/requests/{made}"
    assert hall.dan.post(f"{path}/contact", contact="Personnel, 023-00000002").status_code == 303
    page = text(hall.dan, path)
    assert "Personnel, 023-00000002" in page and "Contact changed" in page
    with store.read() as session:
        calls = day_plan(session, slot.date).calls
        assert [one.request.contact for one in calls if one.request and one.request.id == made] == [
            "Personnel, 023-00000002"
        ]
    for wrong in ("", "x" * 201):
        assert hall.dan.post(f"{path}/contact", contact=wrong).status_code == 400
    assert hall.cleo.post(f"{path}/contact", contact="Cleo").status_code == 404
    assert "Personnel, 023-00000002" in text(hall.dan, path)
