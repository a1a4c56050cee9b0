"""The desk with all its pages: importing this module is what puts them into the blueprint."""

from webui.desk import forms, home, labels, navigation, organisations, requests, sites
from webui.desk.blueprint import blueprint

__all__ = ["PAGES", "blueprint"]

PAGES = (forms, home, labels, navigation, organisations, requests, sites)
