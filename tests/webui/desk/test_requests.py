"""The inbox: the most urgent first, answered with a reason, special visits asked of a supervisor."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from planner.model import Group
from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk
from tests.webui.world import INPUTS
from webui.actions.requests import RequestForm, decide_special, give_promise, receive_request
from webui.store.engine import Store
from webui.store.requests import RequestRow, SpecialVisitRow

STUDENTS = Group("study", "first", 20, "en", date(2026, 8, 30), ready=20)


def ask(store: Store, cast: Cast, site: str = "S1", entered: date = date(2026, 8, 30)) -> str:
    form = RequestForm(site, "acceptance", (replace(STUDENTS, event_date=entered),))
    return receive_request(store, form, cast.ada)


def status(store: Store, key: str) -> tuple[str, str]:
    with store.read() as session:
        row = session.get_one(RequestRow, key)
        return row.status, row.answer


def test_the_inbox_is_in_order_of_legal_dates(ada: Desk, store: Store, cast: Cast) -> None:
    later, sooner = ask(store, cast), ask(store, cast, entered=date(2026, 8, 12))
    page = ada.get("/desk/requests")
    assert page.index(sooner) < page.index(later)
    # entered on 12 August: 12 + 30 = 11 September, a Friday, five working days from today
    assert re.search(r'<span class="tight">Fri 11 Sep</span>', page)
    # entered on 30 August: 29 September, a Tuesday
    assert "Tue 29 Sep" in page


def test_a_legal_date_that_has_passed_is_called_overdue(ada: Desk, store: Store, cast: Cast) -> None:
    key = ask(store, cast, entered=date(2026, 8, 1))  # 31 August has passed
    assert '<span class="overdue">Mon 31 Aug</span>' in ada.get("/desk/requests")
    assert "overdue" in ada.get(f"/desk/requests/{key}")


def test_accepting_takes_it_out_of_the_inbox(ada: Desk, store: Store, cast: Cast) -> None:
    key = ask(store, cast)
    ada.post(f"/desk/requests/{key}/accept", form="accept", version="1")
    assert status(store, key) == ("accepted", "")
    page = ada.get("/desk/requests")
    assert f"Request {key} is accepted" in page
    assert "Every request is answered." in page
    assert key in ada.get("/desk/requests?state=accepted")


def test_refusing_needs_a_reason_that_the_organisation_reads(ada: Desk, store: Store, cast: Cast) -> None:
    key = ask(store, cast)
    page = ada.post(f"/desk/requests/{key}/refuse", 400, form="refuse", version="1", why=" ").text
    assert "needs a reason" in page
    ada.post(f"/desk/requests/{key}/refuse", form="refuse", version="1", why="papers missing")
    assert status(store, key) == ("refused", "papers missing")
    assert "papers missing" in ada.get(f"/desk/requests/{key}")


def test_two_answers_at_once_are_a_conflict(ada: Desk, store: Store, cast: Cast) -> None:
    key = ask(store, cast)
    ada.post(f"/desk/requests/{key}/accept", form="accept", version="1")
    page = ada.post(f"/desk/requests/{key}/refuse", 409, form="refuse", version="1", why="full").text
    assert "accepted" in page and "refused" in page
    assert f'href="/desk/requests/{key}"' in page


def test_who_may_not_be_visited_can_be_put_before_a_supervisor(ada: Desk, store: Store, cast: Cast) -> None:
    ada.post("/desk/organisations/O2", name_zh="某公司", kind="company", district="北碚区", foreigners="3", version="1")
    key = ask(store, cast, "S3")
    page = ada.get(f"/desk/requests/{key}")
    assert "某公司 has 3 foreigners; visits are for more than 10." in page
    ada.post(f"/desk/requests/{key}/special", form="special", reason="academician, cannot travel")
    assert "waiting for approval" in ada.get(f"/desk/requests/{key}")
    with store.read() as session:
        [special] = session.query(SpecialVisitRow).all()
    decide_special(store, special.id, approve=True, answer="", version=1, by=cast.ben)
    assert "special visit, approved by Ben" in ada.get(f"/desk/requests/{key}")


def test_a_promise_is_taken_back_with_a_reason_only(ada: Desk, store: Store, cast: Cast) -> None:
    number = give_promise(store, "R1", 1, date(2026, 9, 8), 9 * 3600, None, cast.ada)
    assert "Promise, session 1" in ada.get("/desk/requests/R1")
    ada.post(f"/desk/requests/R1/promises/{number}/release", 400, form="release", why="")
    ada.post(f"/desk/requests/R1/promises/{number}/release", form="release", why="school closed")
    assert "Promise, session 1" not in ada.get("/desk/requests/R1")


def test_withdrawing_is_noted(ada: Desk, store: Store, cast: Cast) -> None:
    ada.post("/desk/requests/R4/withdraw", form="withdraw", version="1", why="they go to the hall")
    assert status(store, "R4") == ("withdrawn", "they go to the hall")


@pytest.mark.parametrize("what", ["accept", "refuse", "withdraw", "special"])
def test_only_schedulers_answer(at_desk: Callable[[str], Desk], what: str) -> None:
    for login in ("supervisor", "officer", "admin"):
        at_desk(login).post(f"/desk/requests/{INPUTS.requests[0].id}/{what}", 403)


def test_a_long_list_has_pages(ada: Desk, store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.desk.requests.PAGE", 2)
    page = ada.get("/desk/requests?state=accepted")  # five of them, see world.py
    assert "1 to 2 of 5" in page
    last = ada.get("/desk/requests?state=accepted&first=4")
    assert "5 to 5 of 5" in last
    assert "Next" not in last
    assert "5 to 5 of 5" in ada.get("/desk/requests?state=accepted&first=400")
