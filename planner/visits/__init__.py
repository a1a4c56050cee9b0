"""Requests become visits: how many sessions, how long, which skills, which windows."""

from planner.visits.make import Made as Made
from planner.visits.make import make_visits as make_visits
from planner.visits.returns import return_visits as return_visits
