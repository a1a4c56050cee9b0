"""Every operation of `/api/v1`: the actions of the pages. Importing this module is what fills the table."""

from webui.api import days, hooks, places, plans, requests

__all__ = ["MODULES"]

MODULES = (places, requests, plans, days, hooks)
"""In the order of the contract."""
