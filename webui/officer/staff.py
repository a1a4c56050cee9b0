"""The officers' blueprint with all its pages: importing this module is what puts them into it."""

from webui.officer import days, live, replan
from webui.officer.blueprint import blueprint

__all__ = ["PAGES", "blueprint"]

PAGES = (days, live, replan)
