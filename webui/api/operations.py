"""Every operation of `/api/v1`: the actions of the pages. Importing this module is what fills the table."""

from webui.api import days, hooks, imports, offers, places, plans, requests, roster, rules

__all__ = ["MODULES"]

MODULES = (places, requests, offers, plans, days, roster, rules, imports, hooks)
"""In the order of the contract."""
