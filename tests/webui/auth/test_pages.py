"""Signing in through the pages: closed by default, CSRF, headers, given passwords, both languages."""

import logging
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.webui.booking.booking_world import booker
from tests.webui.conftest import FRIDAY, QUICK_HASHES, Cast
from tests.webui.world import fill
from webui.actions.users import edit_user, revoke_sessions
from webui.app import create_app
from webui.auth.access import open_to, table_of
from webui.config import Config, secret_key
from webui.store.engine import Store

ACCESS = {
    "static": {"anyone"},
    "auth.sign_in": {"anyone"},
    "auth.sign_in_now": {"anyone"},
    "auth.demo": {"anyone"},
    "auth.sign_out": {"signed_in"},
    "auth.change_password": {"signed_in"},
}
"""Every endpoint of the foundation; each blueprint's own tests add theirs."""


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = FRIDAY

    def __call__(self) -> "type(FRIDAY)":  # type: ignore[valid-type]
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(config: Config, store: Store, clock: Clock) -> Flask:
    made = create_app(config, now=clock, store=store)

    def unmarked() -> str:
        return "secret"

    @open_to("supervisor")
    def reviews() -> str:
        return "reviews"

    made.add_url_rule("/unmarked", "unmarked", unmarked)
    made.add_url_rule("/reviews", "reviews", reviews)
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token(client: FlaskClient, page: str = "/sign-in") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)
    assert found
    return found[1]


def sign_in(client: FlaskClient, login: str, password: str, **more: str) -> int:
    form = {"login": login, "password": password, "csrf_token": token(client), **more}
    return client.post("/sign-in", data=form).status_code


def own_password(client: FlaskClient, cast: Cast, login: str) -> None:
    """Signs in with the given password and chooses one's own."""
    assert sign_in(client, login, cast.passwords[login]) == 303
    form = {"old": cast.passwords[login], "new": "four quiet yellow boats", "again": "four quiet yellow boats"}
    answer = client.post("/password", data={**form, "csrf_token": token(client, "/password")})
    assert answer.status_code == 303, answer.text


def test_every_route_says_whom_it_is_open_to(app: Flask) -> None:
    told = {endpoint: set(audiences) for endpoint, audiences in table_of(app).items()}
    assert {**ACCESS, "unmarked": set(), "reviews": {"supervisor"}} == {
        name: told[name] for name in (*ACCESS, "unmarked", "reviews")
    }


def test_a_page_that_nobody_opened_is_closed_to_everybody(app: Flask, client: FlaskClient, cast: Cast) -> None:
    assert client.get("/unmarked").headers["Location"].startswith("/sign-in")
    own_password(client, cast, "admin")
    assert client.get("/unmarked").status_code == 403


def test_with_the_guard_off_the_same_page_is_open(app: Flask, client: FlaskClient) -> None:
    app.before_request_funcs[None] = [one for one in app.before_request_funcs[None] if one.__name__ != "admit"]
    assert client.get("/unmarked").text == "secret"


def test_a_role_opens_its_pages_only_and_denials_are_logged_without_a_name(
    app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    ben, ada = app.test_client(), app.test_client()
    own_password(ben, cast, "supervisor")
    own_password(ada, cast, "scheduler")
    assert ben.get("/reviews").text == "reviews"
    with caplog.at_level(logging.WARNING):
        assert ada.get("/reviews").status_code == 403
    assert f"denied: user {cast.ada.id} to GET reviews" in caplog.text
    assert "scheduler" not in caplog.text


def test_a_given_password_opens_nothing_but_the_change_of_password(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    assert sign_in(client, "supervisor", cast.passwords["supervisor"]) == 303
    assert client.get("/reviews").headers["Location"] == "/password"


def test_sign_in_without_csrf_is_refused(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/sign-in", data={"login": "admin", "password": cast.passwords["admin"]})
    assert answer.status_code == 400


def test_wrong_login_and_wrong_password_look_alike(client: FlaskClient, cast: Cast) -> None:
    answers = [
        client.post("/sign-in?lang=en", data={"login": login, "password": "x", "csrf_token": token(client)})
        for login in ("admin", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    first, second = (re.sub(r'value="Im[^"]*"', "", answer.text) for answer in answers)  # tokens hold the second
    assert first == second
    assert "Login or password is wrong." in first


def test_signing_out_makes_the_old_cookie_worthless(app: Flask, client: FlaskClient, cast: Cast) -> None:
    own_password(client, cast, "supervisor")
    cookie = client.get_cookie("doorstep-staff")
    assert cookie is not None
    client.post("/sign-out", data={"csrf_token": token(client, "/password")})
    client.set_cookie("doorstep-staff", cookie.value)
    assert client.get("/reviews").status_code == 303


def test_an_idle_session_ends_after_two_hours(client: FlaskClient, cast: Cast, clock: Clock) -> None:
    from datetime import timedelta

    own_password(client, cast, "supervisor")
    clock.at += timedelta(hours=1, minutes=59)
    assert client.get("/reviews").status_code == 200
    clock.at += timedelta(hours=2, minutes=1)
    assert client.get("/reviews").status_code == 303


def test_revoked_sessions_and_locked_users_are_out_at_once(client: FlaskClient, cast: Cast, store: Store) -> None:
    own_password(client, cast, "supervisor")
    assert revoke_sessions(store, cast.ben.id or 0, cast.nora) == 1
    assert client.get("/reviews").status_code == 303
    assert sign_in(client, "supervisor", "four quiet yellow boats") == 303
    edit_user(store, cast.ben.id or 0, name="Ben", roles=("supervisor",), active=False, version=None, by=cast.nora)
    assert client.get("/reviews").status_code == 303
    assert sign_in(client, "supervisor", "four quiet yellow boats") == 401


def test_after_sign_in_one_goes_on_within_this_site_only(client: FlaskClient, cast: Cast) -> None:
    own_password(client, cast, "supervisor")
    for wanted, place in (
        ("/reviews", "/reviews"),
        ("https://elsewhere.example", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
    ):
        client.post("/sign-out", data={"csrf_token": token(client, "/password")})
        form = {"login": "supervisor", "password": "four quiet yellow boats", "next": wanted}
        answer = client.post("/sign-in", data={**form, "csrf_token": token(client)})
        assert answer.headers["Location"] == place


def test_the_demonstration_shows_no_office_of_an_organisation_among_the_staff(
    store: Store, config: Config, cast: Cast, clock: Clock
) -> None:
    """Such an account belongs to the other application; here its button would lead back to the sign-in."""
    fill(store)
    booker(store, "Cleo", "O1")
    shown = create_app(replace(config, demo=True), now=clock, store=store).test_client()
    page = shown.get("/sign-in").text
    assert "/demo/scheduler" in page and "/demo/cleo" not in page
    assert shown.post("/demo/cleo", data={"csrf_token": token(shown)}).status_code == 404


def test_a_click_signs_in_only_where_the_demonstration_runs_and_only_on_this_machine(
    config: Config, store: Store, clock: Clock, cast: Cast
) -> None:
    plain = create_app(config, now=clock, store=store).test_client()
    assert plain.post("/demo/scheduler", data={"csrf_token": token(plain)}).status_code == 404
    shown = create_app(replace(config, demo=True), now=clock, store=store).test_client()
    form = {"csrf_token": token(shown)}
    elsewhere = shown.post("/demo/scheduler", data=form, environ_overrides={"REMOTE_ADDR": "10.0.0.7"})
    assert elsewhere.status_code == 404
    assert shown.post("/demo/nobody", data=form).status_code == 404
    assert shown.post("/demo/scheduler", data=form).status_code == 303
    assert shown.get("/password").status_code == 200


def test_large_type_is_remembered(client: FlaskClient) -> None:
    assert 'class="large-type"' in client.get("/sign-in?type=large").text
    assert 'class="large-type"' in client.get("/sign-in").text
    assert 'class="large-type"' not in client.get("/sign-in?type=normal").text


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/static/staff.css", "/unmarked"])
def test_every_answer_has_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert "script-src 'self';" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == ("no-cache" if path.startswith("/static") else "no-store")


def test_another_host_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/sign-in", headers={"Host": "elsewhere.example"}).status_code == 400


def test_the_cookie_is_for_this_site_and_no_script(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_over_https_the_cookie_never_leaves_it(config: Config, store: Store) -> None:
    made = create_app(replace(config, https=True), store=store)
    cookie = made.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith("__Host-doorstep-staff=")
    assert "Secure" in cookie


@pytest.mark.parametrize(("language", "words"), [("zh", "登录名"), ("en", "Login")])
def test_the_page_speaks_the_chosen_language_and_remembers_it(client: FlaskClient, language: str, words: str) -> None:
    assert words in client.get(f"/sign-in?lang={language}").text
    assert words in client.get("/sign-in").text


def test_error_pages_have_a_number_that_the_log_has_too(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        page = client.get("/nowhere").text
    number = re.search(r'class="number">(\w+)<', page)
    assert number
    assert number[1] in caplog.text
    assert "没有这一页" in page
    assert "There is no such page" in page


def test_the_key_is_made_once_for_its_owner_only(tmp_path_factory: pytest.TempPathFactory) -> None:
    config = Config(data=tmp_path_factory.mktemp("key") / "data", hashing=QUICK_HASHES)
    key = secret_key(config)
    assert len(key) == 64
    assert secret_key(config) == key
    assert (config.data / "secret-key").stat().st_mode & 0o077 == 0
