"""The week that the tests plan, apart from the world so that processes which are killed start quickly."""

from datetime import date

from webui.actions.runs import RunForm

MONDAY, FRIDAY = date(2026, 9, 7), date(2026, 9, 11)
WEEK = RunForm("Week 37", MONDAY, FRIDAY, "quick")
