"""Error pages in both languages. What went wrong inside goes to the log, never to the page."""

import logging
import secrets

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from webui.texts import text

LOG = logging.getLogger("doorstep.web")
PAGES = {400: "bad_request", 404: "not_found", 405: "not_allowed", 409: "changed"}


def register(app: Flask) -> None:
    """Gives every error of `app` a page."""
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Exception, failed)


def refused(error: HTTPException) -> tuple[str, int] | HTTPException:
    """The page of an error that the request caused; a redirect stays a redirect."""
    code = error.code or 500
    if code < 400:
        return error
    key = PAGES.get(code, "bad_request" if code < 500 else "failed")
    return _page(key, "" if code < 500 else _logged(error)), code


def failed(error: Exception) -> tuple[str, int]:
    """The page of a fault of the program, with the number under which the log has it."""
    return _page("failed", _logged(error)), 500


def _logged(error: Exception) -> str:
    number = secrets.token_hex(4)
    LOG.error("request failed, number %s", number, exc_info=error)
    return number


def _page(key: str, number: str) -> str:
    return render_template("errors/page.html", head=text(key), do=text(f"{key}_do"), back=text("back"), number=number)
