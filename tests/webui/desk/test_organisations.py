"""Organisations at the desk: who may be visited and why not, changes, and two people at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.webui.desk.conftest import Desk
from webui.store.engine import Store
from webui.store.organisations import OrganisationRow

FORM: dict[str, Any] = {"name_zh": "某大学", "name_en": "Some University", "kind": "university", "district": "沙坪坝区"}


def row(store: Store, key: str) -> OrganisationRow:
    with store.read() as session:
        return session.get_one(OrganisationRow, key)


def test_the_list_says_who_may_not_be_visited_and_why(ada: Desk) -> None:
    ada.post("/desk/organisations/O2", form="edit", version="1", foreigners="10", **{**FORM, "kind": "company"})
    page = ada.get("/desk/organisations")
    assert "2 shown, 1 may be visited" in page
    assert "Some University has 10 foreigners; visits are for more than 10." in page
    assert "1 shown, 0 may be visited" in ada.get("/desk/organisations?eligible=no")
    assert "No organisation is like this." in ada.get("/desk/organisations?text=100%25")


def test_a_change_is_saved_and_stands_in_the_history_with_its_person(ada: Desk, store: Store) -> None:
    ada.post("/desk/organisations/O1", form="edit", version="1", foreigners="320", **FORM)
    assert row(store, "O1").foreigners == 320
    page = ada.get("/desk/organisations/O1")
    assert "Saved." in page
    assert re.search(r"排班员 / Scheduler</td><td>Foreigners</td>\s*<td[^>]*>300</td><td[^>]*>320</td>", page)


def test_every_mistake_is_shown_beside_its_field_and_what_was_typed_stays(ada: Desk, store: Store) -> None:
    typed: dict[str, Any] = {**FORM, "district": "沙坪壩", "foreigners": "many", "name_en": "Typed <b>name</b>"}
    page = ada.post("/desk/organisations/O1", 400, form="edit", version="1", **typed).text
    assert "Not saved: 2 to correct" in page
    assert 'aria-describedby="edit-foreigners-problem' in page
    assert "Typed &lt;b&gt;name&lt;/b&gt;" in page
    assert row(store, "O1").foreigners == 300


def test_who_saves_second_sees_both_versions_and_can_decide(ada: Desk, store: Store) -> None:
    ada.post("/desk/organisations/O1", form="edit", version="1", foreigners="320", **FORM)
    page = ada.post("/desk/organisations/O1", 409, form="edit", version="1", foreigners="310", **FORM).text
    assert re.search(r"Foreigners</th><td>320</td><td><b>310</b>", page)
    assert 'name="version" value="2"' in page
    ada.post("/desk/organisations/O1", form="edit", version="2", foreigners="310", **FORM)
    assert row(store, "O1").foreigners == 310


def test_a_new_organisation_needs_an_id_of_its_own(ada: Desk, store: Store) -> None:
    ada.post("/desk/organisations", 409, form="new", id="O1", foreigners="12", **FORM)
    ada.post("/desk/organisations", form="new", id="O9", foreigners="12", **FORM)
    assert row(store, "O9").name_zh == "某大学"
    assert "is needed" in ada.post("/desk/organisations", 400, form="new", foreigners="12", **FORM).text


def test_contacts_are_offices(ada: Desk) -> None:
    ada.post("/desk/organisations/O1/contacts", form="contact", office="国际处", telephone="023-60000001")
    page = ada.get("/desk/organisations/O1")
    assert "国际处" in page
    found = re.search(r"/desk/organisations/O1/contacts/(\d+)/remove", page)
    assert found
    ada.post(found[0])
    assert "No office is named yet." in ada.get("/desk/organisations/O1")


def test_supervisors_read_and_officers_stay_outside(at_desk: Callable[[str], Desk]) -> None:
    ben, eve = at_desk("supervisor"), at_desk("officer")
    assert "Some University" in ben.get("/desk/organisations/O1")
    ben.post("/desk/organisations/O1", 403, form="edit", foreigners="1", **FORM)
    eve.get("/desk/organisations", 403)


@pytest.mark.parametrize("path", ["/desk/organisations/nobody", "/desk/sites/nowhere"])
def test_what_does_not_exist_is_not_found(ada: Desk, path: str) -> None:
    ada.get(path, 404)
