"""The blueprint of the day, and who may open what."""

from datetime import date

from flask import Blueprint, abort

from webui.store.person import Role

blueprint = Blueprint("officer", __name__, url_prefix="/officer")

OFFICERS: tuple[Role, ...] = ("officer",)
WATCHERS: tuple[Role, ...] = ("scheduler", "supervisor", "administrator")
"""Who may look at every team's day."""
PRINTERS: tuple[Role, ...] = ("officer", *WATCHERS)
PLANNERS: tuple[Role, ...] = ("scheduler",)
CREW_KEEPERS: tuple[Role, ...] = ("scheduler", "administrator")


def date_of(text: str) -> date:
    """A date of an address, 2026-09-07; 404 for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else abort(404)
    except ValueError:
        return abort(404)
