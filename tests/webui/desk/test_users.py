"""Users and the audit as the administrator sees them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.webui.desk.conftest import Desk
from webui.desk.trail import NOUNS, VERBS
from webui.store.engine import Store
from webui.store.users import SessionRow, UserRow

WEBUI = Path(__file__).parents[3] / "webui"


@pytest.fixture
def nora(at_desk: Callable[[str], Desk]) -> Desk:
    return at_desk("admin")


def test_a_new_user_gets_a_password_that_is_shown_once(nora: Desk, store: Store) -> None:
    page = nora.post("/desk/users", 200, form="new", login="li", name="Li, desk 2", roles="scheduler", language="zh")
    found = re.search(r'<code class="secret">([^<]+)</code>', page.text)
    assert found
    assert page.headers["Cache-Control"] == "no-store"
    assert found[1] not in nora.get("/desk/users")
    with store.read() as session:
        row = session.scalars(select(UserRow).where(UserRow.login == "li")).one()
    assert row.must_change
    assert found[1] not in row.password_hash
    assert not any(found[1] in value for value in page.headers.values())


def test_mistakes_are_told_and_a_login_that_is_taken_is_not_given_twice(nora: Desk) -> None:
    page = nora.post("/desk/users", 400, form="new", login="l", name="", language="zh").text
    assert "Not saved: 2 to correct" in page
    nora.post("/desk/users", 409, form="new", login="officer", name="Another", roles="officer", language="zh")


def test_another_role_ends_the_sessions_of_a_user(nora: Desk, at_desk: Callable[[str], Desk], store: Store) -> None:
    ada = at_desk("scheduler")
    with store.read() as session:
        row = session.scalars(select(UserRow).where(UserRow.login == "scheduler")).one()
    nora.post(f"/desk/users/{row.id}", form="edit", version=row.version, name=row.name, roles="officer", active="yes")
    assert ada.client.get("/desk/requests").status_code == 303  # to the sign-in
    second = nora.post(f"/desk/users/{row.id}", 409, form="edit", version=row.version, name="X", roles="officer")
    assert "Changed meanwhile" in second.text


def test_signing_somebody_out_everywhere_works_at_once(
    nora: Desk, at_desk: Callable[[str], Desk], store: Store
) -> None:
    eve = at_desk("officer")
    with store.read() as session:
        number = session.scalars(select(UserRow.id).where(UserRow.login == "officer")).one()
    nora.post(f"/desk/users/{number}/sign-out", form="revoke")
    assert eve.client.get("/desk").status_code == 303
    with store.read() as session:
        assert session.scalars(select(SessionRow).where(SessionRow.user_id == number)).all() == []


def test_the_last_administrator_cannot_shut_themselves_out(nora: Desk, store: Store) -> None:
    with store.read() as session:
        row = session.scalars(select(UserRow).where(UserRow.login == "admin")).one()
    nora.post(f"/desk/users/{row.id}", 409, form="edit", version=row.version, name=row.name, roles="administrator")


def test_the_audit_is_read_searched_and_followed(nora: Desk) -> None:
    assert "session started" in nora.get("/desk/audit")
    assert "tables imported" in nora.get("/desk/audit?text=inputs")
    assert "No entry is like this." in nora.get("/desk/audit?text=%25")
    assert "The chain is whole" in nora.get("/desk/audit?verify=1")


def test_every_action_has_its_words() -> None:
    """All that the code writes into the audit, found in the code."""
    pattern = re.compile(
        rf'(?:Change|add|edit|remove|remember)\((?:[^"]|"[a-z]+"\))*"((?:{"|".join(NOUNS)})\.[a-z_]+)"'
    )
    files = [*WEBUI.glob("actions/*.py"), *WEBUI.glob("auth/*.py")]
    told = {action for path in files for action in pattern.findall(path.read_text("utf-8"))} - {"team.officers"}
    assert "site.move" in told
    assert "run.start" in told
    assert {action for action in told if action.partition(".")[2] not in VERBS} == set()
