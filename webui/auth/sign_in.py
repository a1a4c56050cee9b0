"""Signing in and out, changing one's password, and who is signed in by which token."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from planner.errors import Mistake
from webui.auth import throttle
from webui.auth.passwords import Passwords, mistakes_of
from webui.refusals import Told, raise_if_any
from webui.store.audit import Change, append
from webui.store.engine import Store
from webui.store.person import Person, Role, doorstep
from webui.store.users import SessionRow, UserRow

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
SEEN_STEP = timedelta(minutes=1)


class WrongPassword(Told):
    """Login and password do not belong together; which of the two is wrong is not said."""

    def __init__(self) -> None:
        super().__init__("Login or password is wrong.", "登录名或密码错误。")


@dataclass(frozen=True)
class Attempt:
    """Somebody who tries to sign in, and when."""

    login: str
    password: str
    address: str
    at: datetime


@dataclass(frozen=True)
class SignedIn:
    """Who a token belongs to."""

    person: Person
    token: str
    must_change: bool
    language: str


def sign_in(store: Store, passwords: Passwords, attempt: Attempt) -> SignedIn:
    """Starts a session and returns its token. Raises TooMany or WrongPassword; both are counted and logged."""
    with store.read() as session:
        throttle.refuse_if_locked(session, attempt.login, attempt.address, attempt.at)
        user = _user(session, attempt.login)
    fits = passwords.fits(attempt.password, user.password_hash if user else None)
    rehashed = passwords.hash(attempt.password) if fits and user and passwords.outdated(user.password_hash) else None
    with store.write() as session:
        throttle.refuse_if_locked(session, attempt.login, attempt.address, attempt.at)
        row = _user(session, attempt.login) if user else None
        usable = row is not None and user is not None and row.password_hash == user.password_hash
        if row is not None and fits and usable and _works(row, attempt.at):
            if rehashed:
                row.password_hash = rehashed
            throttle.forget(session, attempt.login, attempt.address)
            return start_session(session, row, attempt.at)
        throttle.note_failure(session, attempt.login, attempt.address, attempt.at)
        subject = f"user {row.id}" if row is not None else "login"
        append(session, Change("session.refused", subject, {}, {}), doorstep(attempt.at))
    raise WrongPassword


def start_session(session: Session, user: UserRow, at: datetime) -> SignedIn:
    """Signs a user in without asking for a password: after one was checked, or in the demo."""
    token = secrets.token_urlsafe(32)
    session.add(SessionRow(token_hash=hash_of(token), user_id=user.id, made_at=at, seen_at=at))
    person = person_of(user, at)
    append(session, Change("session.start", f"user {user.id}", {}, {}), person)
    return SignedIn(person, token, user.must_change, user.language)


def sign_in_without_password(store: Store, login: str, at: datetime) -> SignedIn | None:
    """Signs one of the staff in for the demonstration, also where the given password was not changed yet."""
    with store.write() as session:
        row = _user(session, login)
        if row is None or not row.active or row.organisation_id is not None:
            return None
        row.must_change = False
        return start_session(session, row, at)


def active_users(store: Store) -> tuple[UserRow, ...]:
    """The staff who may sign in, for the buttons of the demonstration; no organisation's office."""
    staff = select(UserRow).where(UserRow.active, UserRow.organisation_id.is_(None))
    with store.read() as session:
        return tuple(session.scalars(staff.order_by(UserRow.id)))


def signed_in(store: Store, token: str, at: datetime) -> SignedIn | None:
    """Who this token belongs to now; None where the session is over, revoked, or its user was locked out."""
    with store.read() as session:
        row = session.get(SessionRow, hash_of(token))
        if row is None or at - row.seen_at > IDLE or at - row.made_at > LONGEST:
            return None
        user = session.get_one(UserRow, row.user_id)
        if not user.active:
            return None
        found = SignedIn(person_of(user, at), token, user.must_change, user.language)
        stale = at - row.seen_at > SEEN_STEP
    if stale:
        with store.write() as session:
            seen = session.get(SessionRow, hash_of(token))
            if seen is not None:
                seen.seen_at = max(seen.seen_at, at)
    return found


def sign_out(store: Store, token: str, by: Person) -> None:
    """Ends this session; its token is worth nothing from then on."""
    with store.write() as session:
        row = session.get(SessionRow, hash_of(token))
        if row is not None:
            session.delete(row)
            append(session, Change("session.end", f"user {row.user_id}", {}, {}), by)


def end_sessions(session: Session, user_id: int, keep: str = "") -> int:
    """Ends every session of a user, except the one of the token `keep`; how many."""
    gone = delete(SessionRow).where(SessionRow.user_id == user_id)
    if keep:
        gone = gone.where(SessionRow.token_hash != hash_of(keep))
    return len(session.scalars(gone.returning(SessionRow.token_hash)).all())


@dataclass(frozen=True)
class NewPassword:
    """What a person types to change the password."""

    old: str
    new: str
    again: str


def change_password(store: Store, passwords: Passwords, asked: NewPassword, token: str, by: Person) -> None:
    """Changes one's own password and ends one's other sessions. BadInput for one that cannot be taken."""
    with store.read() as session:
        user = session.get_one(UserRow, by.id)
    mistakes = mistakes_of(asked.new, user.login)
    if asked.new != asked.again:
        mistakes.append(Mistake("again", "differs from the new password", "两次输入的新密码不一致"))
    if asked.new == asked.old:
        mistakes.append(Mistake("password", "is the old one", "与原密码相同"))
    with store.read() as session:
        throttle.refuse_if_locked(session, f"change {user.id}", "", by.at)
    if not passwords.fits(asked.old, user.password_hash):
        with store.write() as session:
            throttle.note_failure(session, f"change {user.id}", "", by.at)
        mistakes.insert(0, Mistake("old", "is not your password", "原密码不正确"))
    raise_if_any(mistakes)
    hashed = passwords.hash(asked.new)
    with store.write() as session:
        row = session.get_one(UserRow, by.id)
        row.password_hash, row.must_change, row.one_time_until = hashed, False, None
        ended = end_sessions(session, row.id, keep=token)
        append(session, Change("user.password", f"user {row.id}", {}, {"sessions_ended": ended}), by)


def person_of(user: UserRow, at: datetime) -> Person:
    """The user as somebody who acts at this moment."""
    roles = frozenset(cast(Role, one.role) for one in user.roles)
    return Person(user.id, user.name, roles, at, user.organisation_id)


def hash_of(token: str) -> str:
    """What the database keeps of a token: tokens are random, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def _user(session: Session, login: str) -> UserRow | None:
    return session.scalar(select(UserRow).where(UserRow.login == login.strip().casefold()))


def _works(user: UserRow, at: datetime) -> bool:
    return user.active and (user.one_time_until is None or at <= user.one_time_until)
