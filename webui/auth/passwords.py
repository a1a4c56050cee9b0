"""Passwords: hashed with argon2id, few at once; refused where everybody would guess them."""

import secrets
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from planner.errors import Mistake
from webui.config import Hashing

SHORTEST = 12
LONGEST = 128
COMMON = Path(__file__).parent / "common_passwords.txt"
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without signs that look alike in print: no i, l, o, 0, 1."""


class Passwords:
    """Hashes and compares passwords; more than `cost.at_once` at a time wait for each other."""

    def __init__(self, cost: Hashing) -> None:
        self._hasher = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes)
        self._room = BoundedSemaphore(cost.at_once)
        self._nobody = self.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """A hash to keep in the database."""
        with self._room:
            return self._hasher.hash(password)

    def fits(self, password: str, hashed: str | None) -> bool:
        """Whether this is the password. Takes as long for a login that does not exist (`hashed` None)."""
        if len(password) > LONGEST:
            return False
        with self._room:
            try:
                self._hasher.verify(hashed or self._nobody, password)
            except (VerifyMismatchError, VerificationError, InvalidHashError):
                return False
        return hashed is not None

    def outdated(self, hashed: str) -> bool:
        """Whether the hash was made at another cost than the one set now."""
        return self._hasher.check_needs_rehash(hashed)


def one_time_password() -> str:
    """A password to be read aloud or copied once: 20 signs in groups, about 99 bits."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(5)) for _ in range(4))


def mistakes_of(password: str, login: str) -> list[Mistake]:
    """Why a new password cannot be taken. Length and guessability count; no rules about kinds of signs (ASVS 6.2)."""
    where = "password"
    if len(password) < SHORTEST:
        return [Mistake(where, f"is too short; take {SHORTEST} characters or more", f"过短,请至少使用{SHORTEST}个字符")]
    if len(password) > LONGEST:
        return [Mistake(where, f"is longer than {LONGEST} characters", f"超过{LONGEST}个字符")]
    lowered = password.casefold()
    if login and login.casefold() in lowered:
        return [Mistake(where, "contains the login", "包含登录名")]
    if guessable(lowered):
        return [
            Mistake(
                where,
                "is among the first that others would try; take several unrelated words",
                "过于常见,易被猜中;请使用几个互不相关的词",
            )
        ]
    return []


def guessable(password: str) -> bool:
    """Whether it is a common password, one with a few signs round it, one repeated, or hardly any different signs."""
    lowered = password.casefold()
    bare = lowered.strip("0123456789!@#$%^&*().,_-+=?~ ")
    if len(set(lowered)) < 5 or lowered in common() or (len(bare) >= 4 and bare in common()):
        return True
    return any(
        len(lowered) % size == 0 and lowered == lowered[:size] * (len(lowered) // size)
        for size in range(1, len(lowered) // 2 + 1)
    )


@cache
def common() -> frozenset[str]:
    """The vendored list of common passwords, lower case."""
    lines = COMMON.read_text("utf-8").splitlines()
    return frozenset(line.strip().casefold() for line in lines if line.strip() and not line.startswith("#"))
