"""The booking blueprint with all its pages: importing this module is what puts them into it."""

from webui.booking import ask, calendar, door, forms, home, visits, words
from webui.booking.blueprint import blueprint
from webui.booking.home import front

__all__ = ["PAGES", "blueprint", "front"]

PAGES = (ask, calendar, door, forms, home, visits, words)
