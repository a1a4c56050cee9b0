"""Failed sign-ins make the next ones wait, by login and by address, on all machines alike."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from webui.refusals import TooMany
from webui.store.users import ThrottleRow

FREE = 5
"""So many failures cost nothing."""
FREE_ADDRESS = 25
"""The same for an address, behind which a whole office may sit."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=12)


def keys_of(login: str, address: str) -> tuple[tuple[str, int], ...]:
    """The two counters of an attempt with how many failures each allows; hashed, so that no login stands there."""
    return ((_key(f"login {login.casefold()}"), FREE), (_key(f"address {address}"), FREE_ADDRESS))


def refuse_if_locked(session: Session, login: str, address: str, at: datetime) -> None:
    """Raises TooMany while either counter makes one wait, also for the right password."""
    waits = [
        (row.locked_until - at).total_seconds()
        for key, _ in keys_of(login, address)
        if (row := session.get(ThrottleRow, key)) and row.locked_until and row.locked_until > at
    ]
    if waits:
        raise TooMany(int(max(waits)) + 1)


def note_failure(session: Session, login: str, address: str, at: datetime) -> None:
    """Counts a failure; past the free ones each doubles the wait, up to a quarter of an hour."""
    for key, free in keys_of(login, address):
        row = session.scalar(select(ThrottleRow).where(ThrottleRow.key == key).with_for_update())
        if row is None:
            row = ThrottleRow(key=key, failures=0, last_at=at)
            session.add(row)
        if at - row.last_at > FORGOTTEN:
            row.failures = 0
        row.failures += 1
        row.last_at = at
        over = row.failures - free
        row.locked_until = at + min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) if over >= 0 else None


def forget(session: Session, login: str, address: str) -> None:
    """Takes the login's failures back after it signed in; the address keeps its own."""
    row = session.get(ThrottleRow, keys_of(login, address)[0][0])
    if row is not None:
        session.delete(row)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
