"""Signs that no text may have are refused at the door, on both databases, in words; never by the database's driver."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from planner.errors import BadInput
from tests.webui.desk.conftest import Desk, ada, app, at_desk
from tests.webui.test_every_route import ROLES, every
from webui.actions.acting import no_longer
from webui.auth.access import audiences_of
from webui.signs import cleaned, mistakes_in
from webui.store.engine import Store
from webui.store.requests import RequestRow

__all__ = ["ada", "app", "at_desk"]


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\uffff", "\ud800"])
def test_what_nobody_sees_is_refused(sign: str) -> None:
    (mistake,) = mistakes_in({"why": f"no{sign}"})
    assert (mistake.where, mistake.value) == ("why", "no")
    assert mistake.en
    assert mistake.zh
    assert cleaned(f"{sign}no{sign}") == "no"


@pytest.mark.parametrize(
    "text", ["重庆大学", "two\r\nlines\tand more", "a\u00a0b", "👩\u200d🏫", "\u2028", "é", "\u0301"]
)
def test_what_people_write_is_not(text: str) -> None:
    assert list(mistakes_in({"why": [text, {"more": text}]})) == []


def test_every_place_is_named() -> None:
    found = [one.where for one in mistakes_in({"a": ["x", "y\0"], "b\0": 1, "c": {"d": "\0"}})]
    assert found == ["a.1", "b", "c.d"]


@pytest.mark.parametrize("login", ROLES)
def test_no_page_takes_a_nul(app: Flask, at_desk: Callable[[str], Desk], login: str) -> None:
    desk, wrong, tried = at_desk(login), [], 0
    token = desk.token()
    for asked in every(app):
        audiences = audiences_of(app.view_functions[asked.endpoint])
        if not {"anyone", "signed_in", ROLES[login]} & audiences:
            continue
        tried += 1
        for name in ("why", "text", "visit", "wh\0y"):
            if asked.method == "GET":
                answer = desk.client.get(asked.address, query_string={name: "a\0b"})
            else:
                answer = desk.client.post(asked.address, data={"csrf_token": token, name: "a\0b"})
            if answer.status_code not in ((400, 404) if asked.names_object else (400,)):
                wrong.append((asked.method, asked.address, name, answer.status_code))
    assert wrong == []
    assert tried > 10


@pytest.mark.parametrize(
    "path", ["organisations/%00", "requests/R1%00", "sites/%07", "shifts/T1/2026%00", "teams/%E2%80%AE"]
)
def test_an_address_with_such_a_sign_is_of_nothing(ada: Desk, path: str) -> None:
    ada.get(f"/desk/{path}", 404)


@pytest.mark.parametrize(("language", "said"), [("en", "invisible control character"), ("zh", "不可见的控制字符")])
def test_a_form_comes_back_with_what_was_typed(ada: Desk, store: Store, language: str, said: str) -> None:
    ada.get(f"/desk?lang={language}")
    page = unescape(ada.post("/desk/requests/R1/refuse", 400, form="refuse", why="too\0 early\u202e").text)
    assert said in page
    assert "too early" in page
    assert not re.search("[\0\u202e]", page)
    with store.read() as session:
        assert session.scalar(select(RequestRow.status).where(RequestRow.id == "R1")) == "accepted"


def test_a_reviewers_reason_is_not_lost(at_desk: Callable[[str], Desk]) -> None:
    page = at_desk("supervisor").post("/review/specials/1", 400, decision="refuse", answer="not\0 this year").text
    assert "invisible control character" in page
    assert "not this year" in page


def test_signing_in_with_such_a_login_is_bad_input(app: Flask) -> None:
    client = app.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in?lang=en").text)
    assert found
    answer = client.post("/sign-in", data={"csrf_token": found[1], "login": "a\0", "password": "x"})
    assert answer.status_code == 400
    assert "invisible control character" in answer.text
    assert "不可见的控制字符" in answer.text


def test_lone_surrogates_get_into_no_text(ada: Desk) -> None:
    kind, token = "application/x-www-form-urlencoded", ada.token().encode()
    for sent, status, kept in (
        (b"O\xed\xa0\x80ffice", 400, "O\ufffd"),  # no form at all
        (b"O%ED%A0%80ffice", 303, "O%ED%A0%80ffice"),  # what is no UTF-8 stays as it was sent
    ):
        form = b"csrf_token=" + token + b"&form=contact&telephone=023&office=" + sent
        assert ada.client.post("/desk/organisations/O1/contacts", data=form, content_type=kind).status_code == status
        assert (kept in ada.get("/desk/organisations/O1")) == (status == 303)


def test_nothing_is_cut_off_unsaid(ada: Desk) -> None:
    assert no_longer("why", f" {'x' * 200} ", 200) == "x" * 200
    with pytest.raises(BadInput, match="longer than 200"):
        no_longer("why", "x" * 201, 200)
    page = ada.post("/desk/shifts/T1/2026-09-07/absence", 400, form="absence", absence="x" * 201).text
    assert "longer than 200 characters" in page
    assert "longer than 2000 characters" in ada.post("/desk/requests/R1/refuse", 400, why="x" * 2_001).text
