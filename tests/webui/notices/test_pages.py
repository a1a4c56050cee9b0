"""The page of notices: what was sent and what is stuck; addresses added and removed."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import update

from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk
from webui.actions.notices import plain_text, tell
from webui.auth.access import table_of
from webui.store.engine import Store
from webui.store.outbox import NoticeRow

READERS = {"scheduler", "supervisor", "administrator"}
KEEPERS = {"scheduler", "administrator"}


def test_the_pages_of_notices_are_open_to_these_roles_and_no_other(app: Flask) -> None:
    told = {name: set(audiences) for name, audiences in table_of(app).items() if name.startswith("notices.")}
    assert told == {
        "notices.notices": READERS,
        "notices.again": KEEPERS,
        "notices.add_address": KEEPERS,
        "notices.remove_address": KEEPERS,
    }


def test_an_office_that_wrote_to_nobody_yet_says_so(ada: Desk) -> None:
    page = ada.get("/notices")
    assert "Nothing was sent yet." in page
    assert "2 organisations have no address" in page


def test_addresses_are_added_and_removed(ada: Desk) -> None:
    ada.post("/notices/addresses", email="a@b.example", audience="organisation", organisation_id="O1", language="en")
    page = ada.get("/notices")
    assert "a@b.example" in page
    assert "1 organisations have no address" in page
    ada.post("/notices/addresses", 409, email="a@b.example", audience="organisation", organisation_id="O1")
    ada.post("/notices/addresses", 400, email="nobody", audience="schedulers")
    ada.post("/notices/addresses", 400, email="a@b.example", audience="organisation")
    ada.post("/notices/addresses", 400, email="a@b.example", audience="everybody")
    ada.post("/notices/addresses", 404, email="a@b.example", audience="organisation", organisation_id="O9")
    ada.post("/notices/addresses/1/remove")
    ada.post("/notices/addresses/1/remove", 404)
    assert "Nobody gets notices yet." in ada.get("/notices")


def test_what_is_stuck_is_shown_and_sent_again(
    ada: Desk, at_desk: Callable[[str], Desk], store: Store, cast: Cast
) -> None:
    ada.post("/notices/addresses", email="a@b.example", audience="schedulers", language="en")
    with store.write() as session:
        facts = {"plan": plain_text("<b>week</b>")}
        tell(session, "plan.approved", facts, "key", cast.ben, audience="schedulers")
    with store.write() as session:
        session.execute(update(NoticeRow).values(status="unsure", error="the worker ended"))
    page = ada.get("/notices")
    assert "1 notices are stuck" in page
    assert "Plan approved: &lt;b&gt;week&lt;/b&gt;" in page
    assert "Send again" not in at_desk("supervisor").get("/notices")
    ada.post("/notices/1/again")
    ada.post("/notices/1/again", 409)
    assert "Send again" not in ada.get("/notices")
