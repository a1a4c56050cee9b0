"""Every table, known once this module is imported: for migrations, backups and checks over all of them."""

from webui.store import audit, bookings, days, organisations, outbox, plans, requests, rules, runs, teams, tokens, users
from webui.store.base import Base

METADATA = Base.metadata
HOMES = (audit, bookings, days, organisations, outbox, plans, requests, rules, runs, teams, tokens, users)
