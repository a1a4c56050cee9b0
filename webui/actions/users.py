"""Who may work here: users, their roles, one-time passwords, and ending what was revoked."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from planner.errors import Mistake
from webui.actions.acting import allow, must, same_version
from webui.auth.passwords import Passwords, one_time_password
from webui.auth.sign_in import end_sessions
from webui.refusals import Conflict, raise_if_any
from webui.store.audit import Change, append
from webui.store.engine import Store
from webui.store.organisations import OrganisationRow
from webui.store.person import Person, Role
from webui.store.users import UserRoleRow, UserRow

ONE_TIME_FOR = timedelta(days=3)
ROLES: tuple[Role, ...] = ("scheduler", "supervisor", "officer", "administrator", "organisation")


@dataclass(frozen=True)
class NewUser:
    """Somebody who shall be able to sign in."""

    login: str
    name: str
    roles: tuple[Role, ...]
    organisation_id: str | None = None
    language: str = "zh"


FIRST_USERS = (
    NewUser("admin", "管理员 / Administrator", ("administrator",)),
    NewUser("scheduler", "排班员 / Scheduler", ("scheduler",)),
    NewUser("supervisor", "值班主管 / Supervisor", ("supervisor",)),
    NewUser("officer", "民警 / Officer", ("officer",)),
)


@dataclass(frozen=True)
class Given:
    """A user with the password to hand over once; it is kept nowhere."""

    user_id: int
    login: str
    password: str


def first_users(store: Store, passwords: Passwords, by: Person) -> tuple[Given, ...]:
    """One user of each role on a database that has none, with one-time passwords; () where there are users."""
    allow(by, "administrator")
    prepared = [(user, one_time_password()) for user in FIRST_USERS]
    hashes = [passwords.hash(password) for _, password in prepared]
    with store.write() as session:
        if session.scalar(select(UserRow.id).limit(1)) is not None:
            return ()
        return tuple(
            _add(session, user, password, hashed, by) for (user, password), hashed in zip(prepared, hashes, strict=True)
        )


def create_user(store: Store, passwords: Passwords, user: NewUser, by: Person) -> Given:
    """Adds a user with a one-time password. BadInput for what cannot be, Conflict for a login that is taken."""
    allow(by, "administrator")
    password = one_time_password()
    hashed = passwords.hash(password)
    with store.write() as session:
        _check(session, user)
        return _add(session, user, password, hashed, by)


def edit_user(
    store: Store, user_id: int, *, name: str, roles: tuple[Role, ...], active: bool, version: int | None, by: Person
) -> None:
    """Changes a user's name, roles and whether they may sign in; a change of rights ends their sessions.

    The last active administrator stays one (Conflict).
    """
    allow(by, "administrator")
    with store.write() as session:
        row = must(session, UserRow, user_id, "user")
        same_version(row, version, {"name": name, "active": active})
        _check_roles(session, NewUser(row.login, name, roles, row.organisation_id))
        before = {"name": row.name, "active": row.active, "roles": [one.role for one in row.roles]}
        after = {"name": name, "active": active, "roles": sorted(roles)}
        if before == after:
            return
        row.name, row.active = name, active
        if before["roles"] != after["roles"]:
            row.roles = [UserRoleRow(role=role) for role in sorted(set(roles))]
            flag_modified(row, "name")  # so that the version of the user goes up
        session.flush()
        _keep_an_administrator(session)
        ended = 0 if before["roles"] == after["roles"] and active else end_sessions(session, user_id)
        append(session, Change("user.edit", f"user {user_id}", before, {**after, "sessions_ended": ended}), by)


def reset_password(store: Store, passwords: Passwords, user_id: int, by: Person) -> Given:
    """Gives a user a new one-time password and ends all their sessions."""
    allow(by, "administrator")
    password = one_time_password()
    hashed = passwords.hash(password)
    with store.write() as session:
        row = must(session, UserRow, user_id, "user")
        row.password_hash, row.must_change, row.one_time_until = hashed, True, by.at + ONE_TIME_FOR
        ended = end_sessions(session, user_id)
        append(session, Change("user.reset_password", f"user {user_id}", {}, {"sessions_ended": ended}), by)
        return Given(row.id, row.login, password)


def revoke_sessions(store: Store, user_id: int, by: Person) -> int:
    """Signs a user out everywhere, at once; anybody may do that for themselves. How many sessions ended."""
    if by.id != user_id:
        allow(by, "administrator")
    with store.write() as session:
        must(session, UserRow, user_id, "user")
        ended = end_sessions(session, user_id)
        append(session, Change("user.revoke_sessions", f"user {user_id}", {}, {"sessions_ended": ended}), by)
        return ended


def _add(session: Session, user: NewUser, password: str, hashed: str, by: Person) -> Given:
    login = user.login.strip().casefold()
    row = UserRow(
        login=login,
        name=user.name.strip(),
        password_hash=hashed,
        must_change=True,
        one_time_until=by.at + ONE_TIME_FOR,
        language=user.language,
        organisation_id=user.organisation_id,
        made_at=by.at,
        roles=[UserRoleRow(role=role) for role in sorted(set(user.roles))],
    )
    session.add(row)
    session.flush()
    roles = [role.role for role in row.roles]
    append(session, Change("user.create", f"user {row.id}", {}, {"roles": roles, "login": login}), by)
    return Given(row.id, login, password)


def _check(session: Session, user: NewUser) -> None:
    login = user.login.strip().casefold()
    mistakes = []
    if not 2 <= len(login) <= 64 or any(sign.isspace() or not sign.isprintable() for sign in login):
        mistakes.append(Mistake("login", "needs 2 to 64 signs without spaces", "应为2至64个字符,不含空格", user.login))
    if not 1 <= len(user.name.strip()) <= 100:
        mistakes.append(Mistake("name", "needs 1 to 100 characters", "应为1至100个字符", user.name))
    raise_if_any(mistakes)
    _check_roles(session, user)
    if session.scalar(select(UserRow.id).where(UserRow.login == login)) is not None:
        raise Conflict(f"The login {login} is taken; choose another.", f"登录名 {login} 已被使用,请另选。")


def _check_roles(session: Session, user: NewUser) -> None:
    mistakes = []
    if not user.roles or not set(user.roles) <= set(ROLES):
        mistakes.append(
            Mistake("roles", f"needs one or more of {', '.join(ROLES)}", f"至少选择一项:{'、'.join(ROLES)}")
        )
    outside = "organisation" in user.roles
    if outside and len(set(user.roles)) > 1:
        mistakes.append(Mistake("roles", "an organisation's user cannot be of the staff", "单位用户不能兼任工作人员"))
    known = user.organisation_id and session.get(OrganisationRow, user.organisation_id)
    if outside != bool(user.organisation_id) or (user.organisation_id and not known):
        mistakes.append(
            Mistake(
                "organisation",
                "is for users of an organisation, who need one that exists",
                "仅限单位用户填写,且单位须已存在",
                user.organisation_id or "",
            )
        )
    raise_if_any(mistakes)


def _keep_an_administrator(session: Session) -> None:
    left = session.scalar(
        select(UserRow.id)
        .join(UserRoleRow, UserRoleRow.user_id == UserRow.id)
        .where(UserRoleRow.role == "administrator", UserRow.active)
        .limit(1)
    )
    if left is None:
        raise Conflict(
            "That would leave nobody who can administer. Make somebody else an administrator first.",
            "此操作会导致没有管理员。请先指定另一名管理员。",
        )
