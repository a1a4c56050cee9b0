"""Who acts, and when: every action has one."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Literal

Role = Literal["scheduler", "supervisor", "officer", "administrator", "organisation"]

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


@dataclass(frozen=True)
class Person:
    """Somebody who acts at a moment. `id` is None for Doorstep itself (first start, worker)."""

    id: int | None
    name: str
    roles: frozenset[Role]
    at: datetime
    organisation_id: str | None = None
    """Whose request it may see, for people of an organisation."""

    @property
    def actor(self) -> str:
        """How the audit names this person: a number, never a name."""
        return "doorstep" if self.id is None else f"user {self.id}"

    @property
    def today(self) -> date:
        """The date in China at that moment."""
        return self.at.astimezone(CHINA).date()


def doorstep(at: datetime) -> Person:
    """Doorstep itself, which may do everything and is named in the audit."""
    return Person(None, "Doorstep", frozenset(("scheduler", "supervisor", "officer", "administrator")), at)
