"""Every operation of `/api/v1`: the actions of the pages. Importing this module is what fills the table."""

from webui.api import (
    days,
    hooks,
    imports,
    invitations,
    looks,
    notices,
    offers,
    places,
    plans,
    requests,
    roster,
    rules,
    team_days,
    trail,
    whys,
)

__all__ = ["MODULES"]

MODULES = (
    days,
    hooks,
    imports,
    invitations,
    looks,
    notices,
    offers,
    places,
    plans,
    requests,
    roster,
    rules,
    team_days,
    trail,
    whys,
)
