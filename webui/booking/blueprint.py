"""The blueprint of the booking pages, and who may open them."""

from flask import Blueprint

from webui.store.person import Role

blueprint = Blueprint("booking", __name__, url_prefix="/booking")

OFFICES: tuple[Role, ...] = ("organisation",)
"""People of an organisation; each page shows what belongs to that organisation and nothing else."""
