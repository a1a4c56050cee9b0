"""Users: one-time passwords, roles, the last administrator, throttled sign-in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from planner.errors import BadInput
from tests.webui.conftest import FRIDAY, Cast
from webui.actions.users import NewUser, create_user, edit_user, first_users, reset_password
from webui.auth import throttle
from webui.auth.passwords import Passwords, common, mistakes_of, one_time_password
from webui.auth.sign_in import Attempt, WrongPassword, sign_in, signed_in
from webui.config import Config
from webui.refusals import Conflict, NotAllowed, TooMany
from webui.store.audit import AuditDetailRow
from webui.store.engine import Store
from webui.store.person import doorstep
from webui.store.tables import METADATA


@pytest.fixture
def passwords(config: Config) -> Passwords:
    return Passwords(config.hashing)


def attempt(login: str, password: str, seconds: int = 0) -> Attempt:
    return Attempt(login, password, "10.0.0.7", FRIDAY + timedelta(seconds=seconds))


def test_the_first_users_are_made_once(store: Store, cast: Cast, passwords: Passwords) -> None:
    assert sorted(cast.passwords) == ["admin", "officer", "scheduler", "supervisor"]
    assert first_users(store, passwords, doorstep(FRIDAY)) == ()


def test_a_one_time_password_works_for_three_days(store: Store, cast: Cast, passwords: Passwords) -> None:
    found = sign_in(store, passwords, attempt("scheduler", cast.passwords["scheduler"], 3600))
    assert found.must_change
    with pytest.raises(WrongPassword):
        sign_in(store, passwords, attempt("officer", cast.passwords["officer"], 3 * 86_400 + 1))


def test_no_password_and_no_token_stands_in_database_or_audit(store: Store, cast: Cast, passwords: Passwords) -> None:
    found = sign_in(store, passwords, attempt("scheduler", cast.passwords["scheduler"]))
    with store.read() as session:
        told = " ".join(row.before + row.after + row.why for row in session.query(AuditDetailRow))
        tables = " ".join(
            str(row)
            for name in ("users", "web_session", "audit")
            for row in session.execute(select(METADATA.tables[name]))
        )
    for secret in (cast.passwords["scheduler"], found.token):
        assert secret not in told
        assert secret not in tables


def test_after_five_failures_even_the_right_password_waits(store: Store, cast: Cast, passwords: Passwords) -> None:
    """The fifth failure locks for 30 seconds, the sixth for a minute."""
    for number in range(5):
        with pytest.raises(WrongPassword):
            sign_in(store, passwords, attempt("admin", "wrong", number))
    with pytest.raises(TooMany) as wait:
        sign_in(store, passwords, attempt("admin", cast.passwords["admin"], 5))
    assert wait.value.seconds == 30
    with pytest.raises(WrongPassword):
        sign_in(store, passwords, attempt("admin", "wrong", 35))
    with pytest.raises(TooMany):
        sign_in(store, passwords, attempt("admin", cast.passwords["admin"], 90))
    assert sign_in(store, passwords, attempt("admin", cast.passwords["admin"], 100)).person.id == cast.nora.id


def test_without_the_throttle_one_could_go_on_guessing(
    store: Store, cast: Cast, passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "refuse_if_locked", lambda *_: None)
    for number in range(7):
        with pytest.raises(WrongPassword):
            sign_in(store, passwords, attempt("admin", "wrong", number))


def test_logins_are_unique_whatever_their_letters(store: Store, cast: Cast, passwords: Passwords) -> None:
    with pytest.raises(Conflict, match="taken"):
        create_user(store, passwords, NewUser(" ADMIN ", "Other", ("officer",)), cast.nora)
    with pytest.raises(NotAllowed):
        create_user(store, passwords, NewUser("carl", "Carl", ("officer",)), cast.ada)


@pytest.mark.parametrize(
    "user",
    [
        NewUser("x", "X", ("officer",)),
        NewUser("has space", "X", ("officer",)),
        NewUser("good", "", ("officer",)),
        NewUser("good", "X", ()),
        NewUser("good", "X", ("organisation",)),
        NewUser("good", "X", ("organisation", "officer"), "O1"),
        NewUser("good", "X", ("officer",), "O1"),
    ],
)
def test_users_that_cannot_be_are_refused(store: Store, cast: Cast, passwords: Passwords, user: NewUser) -> None:
    with pytest.raises(BadInput):
        create_user(store, passwords, user, cast.nora)


def test_the_last_administrator_stays(store: Store, cast: Cast) -> None:
    number = cast.nora.id or 0
    with pytest.raises(Conflict, match="nobody"):
        edit_user(store, number, name="Nora", roles=("officer",), active=True, version=None, by=cast.nora)
    with pytest.raises(Conflict, match="nobody"):
        edit_user(store, number, name="Nora", roles=("administrator",), active=False, version=None, by=cast.nora)


def test_changed_roles_and_new_passwords_end_the_sessions(store: Store, cast: Cast, passwords: Passwords) -> None:
    first = sign_in(store, passwords, attempt("officer", cast.passwords["officer"]))
    number = cast.eve.id or 0
    edit_user(store, number, name="Eve", roles=("officer", "scheduler"), active=True, version=None, by=cast.nora)
    assert signed_in(store, first.token, FRIDAY) is None
    second = sign_in(store, passwords, attempt("officer", cast.passwords["officer"]))
    assert second.person.roles == {"officer", "scheduler"}
    given = reset_password(store, passwords, number, cast.nora)
    assert signed_in(store, second.token, FRIDAY) is None
    assert sign_in(store, passwords, attempt("officer", given.password)).must_change


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("short", "too short"),
        ("password1234", "first that others"),
        ("Password2026", "first that others"),
        ("qwertyuiop123", "first that others"),
        ("aaaaaaaaaaaa", "first that others"),
        ("abcdefabcdef", "first that others"),
        ("my-scheduler-1", "contains the login"),
        ("x" * 129, "longer"),
    ],
)
def test_passwords_that_others_would_guess_are_refused(password: str, told: str) -> None:
    assert told in mistakes_of(password, "scheduler")[0].en


def test_long_and_odd_passwords_are_taken() -> None:
    for password in ("four quiet yellow boats", "山城的夜晚有很多灯火和轮船", one_time_password()):
        assert mistakes_of(password, "scheduler") == []


def test_the_list_of_common_passwords_is_long() -> None:
    assert len(common()) >= 1000
