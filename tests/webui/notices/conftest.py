"""The same office as at the desk."""

from tests.webui.desk.conftest import ada, app, at_desk

__all__ = ["ada", "app", "at_desk"]
