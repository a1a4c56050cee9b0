"""The desk with all its pages: importing this module is what puts them into the blueprint."""

from webui.desk import forms, home, kits, labels, navigation, organisations, requests, shifts, sites, teams
from webui.desk.blueprint import blueprint

__all__ = ["PAGES", "blueprint"]

PAGES = (forms, home, kits, labels, navigation, organisations, requests, shifts, sites, teams)
