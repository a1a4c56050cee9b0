"""Programs keep organisations, their contacts and sites, and bases, as the pages do."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.webui.api.conftest import Program
from webui.store.audit import AuditRow
from webui.store.engine import Store

Make = Callable[..., Program]
SCHOOL = {"id": "O9", "name_en": "School", "kind": "school", "district": "渝中区", "foreigners": 12}
HALL = {"id": "S9", "name_zh": "礼堂", "place": {"lat": 29.56, "lon": 106.55}}
HOURS = [{"start": "14:00", "end": "17:00"}, {"start": "09:00", "end": "12:00"}]


def test_an_organisation_is_added_and_changed_by_who_read_it_last(program: Make, store: Store) -> None:
    one = program()
    made = one.ask("POST", "/organisations", 201, SCHOOL, Idempotency_Key="school")
    assert one.ask("POST", "/organisations", 201, SCHOOL, Idempotency_Key="school").json == made.json
    one.ask("POST", "/organisations", 409, SCHOOL)
    changed = {**SCHOOL, "foreigners": 15, "police_area": "两路口", "active_to": "2027-07-31"}
    del changed["id"]
    tag = made.headers["ETag"]
    answer = one.ask("PUT", "/organisations/O9", 200, changed, If_Match=tag).json
    assert answer is not None
    assert (answer["foreigners"], answer["police_area"], answer["active_to"]) == (15, "两路口", "2027-07-31")
    one.ask("PUT", "/organisations/O9", 412, {**changed, "foreigners": 16}, If_Match=tag)
    one.ask("PUT", "/organisations/O9", 428, changed)
    one.ask("PUT", "/organisations/none", 404, changed, If_Match=tag)
    with store.read() as session:
        actions = session.scalars(select(AuditRow.action).where(AuditRow.action.like("organisation.%"))).all()
    assert sorted(actions) == ["organisation.add", "organisation.edit"]


def test_every_mistake_is_named_in_both_languages(program: Make) -> None:
    wrong = {"id": "a b", "name_en": "x\u202e", "kind": "castle", "district": "Atlantis", "foreigners": -1}
    answer = program().ask("POST", "/organisations", 400, wrong).json
    assert answer is not None
    found = {one["where"]: one for one in answer["mistakes"]}
    assert set(found) == {"id", "name_en", "kind", "district", "foreigners"}
    assert found["district"]["en"].startswith("is no district of Chongqing")
    assert found["district"]["zh"].startswith("不是重庆的区县")
    nameless = program().ask("POST", "/organisations", 400, {**SCHOOL, "name_en": ""}).json
    assert nameless is not None
    assert [one["where"] for one in nameless["mistakes"]] == ["name"]


def test_contacts_are_offices_of_their_own_organisation(program: Make) -> None:
    one = program()
    office = {"office": "International office", "telephone": "023-00000000"}
    added = one.ask("POST", "/organisations/O1/contacts", 201, office).json
    assert added is not None
    (contact,) = added["contacts"]
    assert (contact["office"], contact["telephone"]) == ("International office", "023-00000000")
    one.ask("POST", f"/organisations/O2/contacts/{contact['id']}/remove", 404)
    removed = one.ask("POST", f"/organisations/O1/contacts/{contact['id']}/remove").json
    assert removed is not None
    assert removed["contacts"] == []
    one.ask("POST", "/organisations/O1/contacts", 400, {"office": " "})
    one.ask("POST", "/organisations/none/contacts", 404, office)


def test_a_site_is_added_described_and_moved(program: Make) -> None:
    one = program()
    made = one.ask("POST", "/organisations/O1/sites", 201, HALL)
    assert made.json == one.get("/sites/S9")
    form = {"name_zh": "礼堂", "address": "一号", "hours": HOURS, "access_minutes": 5}
    described = one.ask("PUT", "/sites/S9", 200, form, If_Match=made.headers["ETag"])
    assert described.json is not None
    assert [hours["start"] for hours in described.json["hours"]] == ["09:00", "14:00"]
    assert described.json["access_minutes"] == 5
    shifted = {"lat": 29.57, "lon": 106.56, "datum": "gcj02"}
    moved = one.ask("PUT", "/sites/S9/place", 200, shifted, If_Match=described.headers["ETag"]).json
    assert moved is not None
    # GCJ-02 lies some hundreds of metres beside WGS-84, 0.001 degrees being about 110 m
    assert 0.001 < abs(moved["lat"] - 29.57) + abs(moved["lon"] - 106.56) < 0.02
    one.ask("PUT", "/sites/S9/place", 412, shifted, If_Match=made.headers["ETag"])
    assert [site["id"] for site in one.get("/organisations/O1")["sites"]] == ["S1", "S2", "S9"]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"place": {"lat": 106.55, "lon": 29.56}}, "place.lat"),
        ({"place": {"lat": 29.56, "lon": 6.55}}, "place"),
        ({"hours": [HOURS[0], {"start": "16:00", "end": "18:00"}]}, "hours"),
        ({"hours": [{"start": "12:00", "end": "09:00"}]}, "hours"),
        ({"name_zh": ""}, "name"),
    ],
)
def test_a_site_that_cannot_be_is_bad_input(program: Make, wrong: dict[str, object], where: str) -> None:
    answer = program().ask("POST", "/organisations/O1/sites", 400, {**HALL, **wrong}).json
    assert answer is not None
    assert [one["where"] for one in answer["mistakes"]] == [where]


def test_a_base_is_added_renamed_and_moved(program: Make) -> None:
    one = program()
    made = one.ask("POST", "/bases", 201, {"id": "B9", "name_en": "North", "place": HALL["place"]})
    named = one.ask("PUT", "/bases/B9", 200, {"name_en": "North", "name_zh": "北站"}, If_Match=made.headers["ETag"])
    moved = one.ask("PUT", "/bases/B9/place", 200, {"lat": 29.7, "lon": 106.5}, If_Match=named.headers["ETag"])
    assert moved.json is not None
    assert (moved.json["name_zh"], moved.json["lat"]) == ("北站", 29.7)
    assert [base["id"] for base in one.get("/bases")["items"]] == ["B1", "B9"]
    assert one.get("/bases/B9") == moved.json
    one.ask("POST", "/bases", 400, {"id": "new", "name_en": "x", "place": HALL["place"]})


def test_a_sign_that_not_every_database_keeps_is_bad_input(program: Make) -> None:
    one = program()
    answer = one.ask("POST", "/requests/R1/refuse", 400, {"why": "no\0"}, If_Match='"1"').json
    assert answer is not None
    assert [mistake["where"] for mistake in answer["mistakes"]] == ["why"]
    team = {"name_en": "x", "base": "B\0", "officers": 1, "desks": 1, "languages": ["zh"], "id": "T9"}
    one.ask("POST", "/teams", 400, team)
    one.get("/organisations?after=%00", 400)
    one.get("/teams/%00", 404)
    surrogate = {"Authorization": f"Bearer {one.token}", "Content-Type": "application/json", "If-Match": '"1"'}
    path = "/api/v1/requests/R1/refuse"
    assert one.client.post(path, data=b'{"why": "\\ud800"}', headers=surrogate).status_code == 400
