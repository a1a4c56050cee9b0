"""Tokens for programs: given once, seen never again, revoked at any time."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from planner.errors import Mistake
from webui.actions.acting import allow, must
from webui.auth.sign_in import person_of
from webui.refusals import Conflict, raise_if_any
from webui.store.audit import Change, append
from webui.store.engine import Store
from webui.store.person import Person
from webui.store.tokens import AnswerRow, TokenRow
from webui.store.users import UserRow

SCOPES = (
    "organisations:read",
    "organisations:write",
    "requests:read",
    "requests:write",
    "plans:read",
    "plans:write",
    "days:read",
    "days:write",
    "teams:write",
    "rules:read",
    "rules:write",
    "inputs:write",
    "notices:read",
    "notices:write",
    "webhooks:read",
    "webhooks:write",
    "audit:read",
)
LONGEST_DAYS = 366
USED_STEP = timedelta(minutes=1)
KEPT_ANSWERS = timedelta(days=7)
"""An idempotency key is remembered so long."""
MARK = "dst_"
"""How every token begins, so that scanners find one that leaked."""


@dataclass(frozen=True)
class Holder:
    """Who a token acts as, and what it may do."""

    token_id: int
    person: Person
    scopes: frozenset[str]


def create_token(
    store: Store, name: str, user_id: int, scopes: Iterable[str], days: int, by: Person
) -> tuple[int, str]:
    """Makes a token that acts as a user for so many days; its number and, this once, the token itself."""
    allow(by, "administrator")
    wanted = tuple(one for one in SCOPES if one in set(scopes))
    mistakes = []
    if not 1 <= len(name.strip()) <= 100:
        mistakes.append(Mistake("name", "needs 1 to 100 characters", "应为1至100个字符", name[:120]))
    if not wanted or len(wanted) != len(set(scopes)):
        mistakes.append(Mistake("scopes", f"choose from {', '.join(SCOPES)}", f"可选:{'、'.join(SCOPES)}"))
    if not 1 <= days <= LONGEST_DAYS:
        mistakes.append(Mistake("days", f"needs 1 to {LONGEST_DAYS}", f"应为1至{LONGEST_DAYS}", str(days)[:20]))
    raise_if_any(mistakes)
    token = MARK + secrets.token_urlsafe(32)
    with store.write() as session:
        user = must(session, UserRow, user_id, "user")
        if not user.active or user.organisation_id is not None:
            raise Conflict(
                "Only a user of the staff who may sign in can have a token.", "仅可登录的工作人员可持有令牌。"
            )
        row = TokenRow(
            name=name.strip(),
            user_id=user_id,
            token_hash=hash_of(token),
            begins=token[:10],
            scopes=wanted,
            last_day=by.today + timedelta(days=days),
            made_by=by.id,
            made_at=by.at,
        )
        session.add(row)
        session.flush()
        told = {"user": user_id, "scopes": wanted, "last_day": row.last_day, "begins": row.begins}
        append(session, Change("token.create", f"api_token {row.id}", {}, told, row.name), by)
        return row.id, token


def revoke_token(store: Store, number: int, by: Person) -> None:
    """Ends a token at once."""
    allow(by, "administrator")
    with store.write() as session:
        row = must(session, TokenRow, number, "token")
        if row.revoked_at is not None:
            raise Conflict("It was revoked before.", "该令牌此前已吊销。")
        row.revoked_at = by.at
        session.flush()
        append(session, Change("token.revoke", f"api_token {number}", {}, {"revoked_at": by.at}), by)


def holder_of(store: Store, token: str, at: datetime) -> Holder | None:
    """Who this token acts as now; None where it is unknown, over, revoked, or its user was locked out."""
    if not token.startswith(MARK) or len(token) > 200:
        return None
    with store.read() as session:
        row = session.scalar(select(TokenRow).where(TokenRow.token_hash == hash_of(token)))
        if row is None or row.revoked_at is not None:
            return None
        user = session.get_one(UserRow, row.user_id)
        holder = Holder(row.id, person_of(user, at), frozenset(row.scopes))
        usable = user.active and not user.must_change and holder.person.today <= row.last_day
        stale = row.used_at is None or at - row.used_at > USED_STEP
    if usable and stale:
        with store.write() as session:
            session.get_one(TokenRow, holder.token_id).used_at = at
            session.execute(delete(AnswerRow).where(AnswerRow.made_at < at - KEPT_ANSWERS))
    return holder if usable else None


def hash_of(token: str) -> str:
    """What the database keeps of a token: it is random, so one round of SHA-256 is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def given_before(session: Session, holder: Holder, key: str, asked: str) -> AnswerRow | None:
    """The answer already given to this key; Conflict where it was another request."""
    row = session.get(AnswerRow, (holder.token_id, key))
    if row is not None and row.asked != asked:
        raise Conflict("This idempotency key was used for another request.", "该幂等键已用于其他请求。")
    return row


def keep_answer(session: Session, holder: Holder, key: str, asked: str, answer: tuple[int, str, str]) -> None:
    """Notes status, body and ETag of an answer, in the transaction of what it answers."""
    status, body, etag = answer
    session.add(
        AnswerRow(
            token_id=holder.token_id,
            key=key,
            asked=asked,
            status=status,
            body=body,
            etag=etag,
            made_at=holder.person.at,
        )
    )
