"""The desk: where schedulers keep what is planned. One blueprint, one module for each noun (see staff.py)."""

from flask import Blueprint

from webui.store.person import Role

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

STAFF: tuple[Role, ...] = ("scheduler", "supervisor", "officer", "administrator")
READERS: tuple[Role, ...] = ("scheduler", "supervisor", "administrator")
"""Who may look at organisations, requests and rules; officers see teams, shifts and the calendar."""
EDITORS: tuple[Role, ...] = ("scheduler",)
RULERS: tuple[Role, ...] = ("scheduler", "administrator")
"""Who may change the calendar and the policy, and import tables."""
