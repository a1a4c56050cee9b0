"""How an office of an organisation comes in: invited by the staff, signing in for itself, with a calendar address."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from planner.errors import Mistake
from webui.actions.acting import add, allow, edit, must
from webui.auth.passwords import Passwords, mistakes_of
from webui.auth.sign_in import (
    Attempt,
    SignedIn,
    WrongPassword,
    end_sessions,
    hash_of,
    person_of,
    sign_in,
    sign_out,
    start_session,
)
from webui.refusals import Conflict, NotFound, raise_if_any
from webui.store.audit import Change, append
from webui.store.bookings import FeedRow, InvitationRow
from webui.store.engine import Store
from webui.store.organisations import OrganisationRow
from webui.store.person import Person, doorstep
from webui.store.users import UserRoleRow, UserRow

VALID_FOR = timedelta(days=14)
LOGIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_@")


@dataclass(frozen=True)
class NewAccount:
    """What an invited office chooses for itself."""

    login: str
    password: str
    again: str
    language: str = "zh"


def invite(store: Store, organisation_id: str, office: str, by: Person) -> str:
    """Makes an invitation of an office and returns its token, which is kept nowhere else; it works for 14 days."""
    allow(by, "scheduler")
    named = office.strip()
    if not 1 <= len(named) <= 100:
        raise_if_any([Mistake("office", "needs 1 to 100 characters", "应为1至100个字符", office[:120])])
    token = secrets.token_urlsafe(32)
    with store.write() as session:
        must(session, OrganisationRow, organisation_id, "organisation")
        row = InvitationRow(
            organisation_id=organisation_id,
            office=named,
            token_hash=hash_of(token),
            made_by=by.id,
            made_at=by.at,
            expires_at=by.at + VALID_FOR,
        )
        add(session, row, "invitation.make", by, hide=("token_hash",))
    return token


def revoke(store: Store, invitation_id: int, by: Person) -> None:
    """Makes an invitation worthless; who signed in with it is signed out and locked out. Twice is once."""
    allow(by, "scheduler")
    with store.write() as session:
        row = must(session, InvitationRow, invitation_id, "invitation")
        if row.revoked_at is not None:
            return
        edit(session, row, {"revoked_at": by.at}, "invitation.revoke", by)
        user = session.get(UserRow, row.user_id) if row.user_id else None
        if user is not None:
            end_sessions(session, user.id)
            edit(session, user, {"active": False}, "user.lock", by)


def invitations(session: Session, organisation_id: str) -> tuple[InvitationRow, ...]:
    """The invitations of an organisation, newest first."""
    rows = select(InvitationRow).where(InvitationRow.organisation_id == organisation_id)
    return tuple(session.scalars(rows.order_by(InvitationRow.id.desc())))


def invited(session: Session, token: str, by: Person) -> tuple[InvitationRow, OrganisationRow]:
    """The invitation behind a link and its organisation; NotFound where it is used up, revoked or too old."""
    row = session.scalar(select(InvitationRow).where(InvitationRow.token_hash == hash_of(token)))
    if row is None or row.revoked_at is not None or row.used_at is not None or row.expires_at <= by.at:
        raise NotFound("invitation", "…")
    return row, session.get_one(OrganisationRow, row.organisation_id)


def accept(store: Store, passwords: Passwords, token: str, wanted: NewAccount, by: Person) -> SignedIn:
    """Makes the office's account and signs it in; the invitation is used up. BadInput with every mistake.

    A login that the same organisation has already gets the new password, its sessions end: so a forgotten
    password is mended by another invitation.
    """
    login = wanted.login.strip().casefold()
    mistakes = mistakes_of(wanted.password, login)
    if not 3 <= len(login) <= 60 or not set(login) <= LOGIN:
        mistakes.insert(
            0, Mistake("login", "needs 3 to 60 letters, digits or . - _ @", "应为3至60个字母、数字或 . - _ @", "")
        )
    if wanted.again != wanted.password:
        mistakes.append(Mistake("again", "differs from the password", "两次输入的密码不一致"))
    with store.read() as session:
        row, _ = invited(session, token, by)
        user = session.scalar(select(UserRow).where(UserRow.login == login))
        if user is not None and user.organisation_id != row.organisation_id:
            mistakes.append(Mistake("login", "is taken, choose another", "已被使用,请另选"))
    raise_if_any(mistakes)
    hashed = passwords.hash(wanted.password)
    with store.write() as session:
        row, _organisation = invited(session, token, by)
        user = session.scalar(select(UserRow).where(UserRow.login == login))
        if user is not None and user.organisation_id != row.organisation_id:
            raise Conflict("This login has just been taken.", "该登录名刚刚被占用。")
        user = _account(session, user, login, hashed, wanted.language, row, by)
        edit(session, row, {"used_at": by.at, "user_id": user.id}, "invitation.use", person_of(user, by.at))
        return start_session(session, user, by.at)


def sign_in_office(store: Store, passwords: Passwords, attempt: Attempt) -> SignedIn:
    """Signs in people of an organisation; the staff's accounts are unknown here. Raises as `sign_in` does."""
    found = sign_in(store, passwords, attempt)
    if found.person.organisation_id is None:
        sign_out(store, found.token, found.person)
        raise WrongPassword
    return found


def renew_feed(store: Store, by: Person) -> str:
    """A new secret for the calendar address of one's organisation; the one before stops working."""
    allow(by, "organisation")
    token = secrets.token_urlsafe(24)
    with store.write() as session:
        row = session.get(FeedRow, by.organisation_id)
        if row is not None:
            session.delete(row)
            session.flush()
        session.add(FeedRow(organisation_id=by.organisation_id, token_hash=hash_of(token), made_at=by.at))
        session.flush()
        append(session, Change("feed.renew", f"organisation {by.organisation_id}", {}, {}), by)
    return token


def feed_of(session: Session, token: str) -> str:
    """The organisation whose calendar this secret opens; NotFound for any other text."""
    row = session.scalar(select(FeedRow).where(FeedRow.token_hash == hash_of(token)))
    if row is None:
        raise NotFound("calendar", "…")
    return row.organisation_id


def _account(
    session: Session, user: UserRow | None, login: str, hashed: str, language: str, row: InvitationRow, by: Person
) -> UserRow:
    if user is not None:
        end_sessions(session, user.id)
        user.password_hash, user.active = hashed, True
        session.flush()
        append(session, Change("user.password", f"user {user.id}", {}, {}), doorstep(by.at))
        return user
    user = UserRow(
        login=login,
        name=row.office,
        password_hash=hashed,
        must_change=False,
        one_time_until=None,
        active=True,
        language="en" if language == "en" else "zh",
        organisation_id=row.organisation_id,
        made_at=by.at,
        roles=[UserRoleRow(role="organisation")],
    )
    add(session, user, "user.add", doorstep(by.at), hide=("password_hash", "login"))
    return user
