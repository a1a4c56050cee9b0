"""Error pages in both languages. What went wrong inside goes to the log, never to the page."""

import logging
import secrets
from collections.abc import Callable, Iterable

from flask import Flask, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from planner.errors import BadInput, Mistake
from planner.report.words import Text
from webui.refusals import Conflict, NotAllowed, NotFound, Told, TooMany
from webui.texts import text

LOG = logging.getLogger("doorstep.web")
PAGES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    409: "changed",
    413: "too_large",
    429: "too_often",
}
CODES: tuple[tuple[type[Told], int], ...] = ((NotAllowed, 403), (NotFound, 404), (Conflict, 409), (TooMany, 429))

PROGRAMS = "doorstep_errors_for_programs"
"""Extension of an application with an API: how it says an error to a program."""

Answer = tuple[str, int]


def register(app: Flask) -> None:
    """Gives every error of `app` a page."""
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(BadInput, bad_input)
    app.register_error_handler(Told, told)
    app.register_error_handler(Exception, failed)


def refused(error: HTTPException) -> Answer | HTTPException:
    """The page of an error that the request caused; a redirect stays a redirect."""
    code = error.code or 500
    if code < 400:
        return error
    for_programs: Callable[[HTTPException], HTTPException] | None = current_app.extensions.get(PROGRAMS)
    if for_programs is not None and request.path.startswith("/api/"):
        return for_programs(error)
    key = PAGES.get(code, "bad_request" if code < 500 else "failed")
    return _page(key, _noted(code, error) if code < 500 else failure_number(error)), code


def told(error: Told) -> Answer:
    """The page of an action that was refused, with its own sentence."""
    code = next((code for kind, code in CODES if isinstance(error, kind)), 400)
    return _page(PAGES[code], _noted(code, error), Text(error.zh, error.en)), code


def bad_input(error: BadInput) -> Answer:
    """The page of input that cannot be used, with every mistake in it."""
    return _page("bad_request", _noted(400, error), mistakes=error.mistakes), 400


def failed(error: Exception) -> Answer:
    """The page of a fault of the program, with the number under which the log has it."""
    return _page("failed", failure_number(error)), 500


def failure_number(error: Exception) -> str:
    """Logs a fault of the program; the number under which it is found."""
    number = secrets.token_hex(4)
    LOG.error("request failed, number %s", number, exc_info=error)
    return number


def _noted(code: int, error: Exception) -> str:
    """Logs a refusal by its kind only: what people typed does not belong there."""
    number = secrets.token_hex(4)
    LOG.info("refused with %s, number %s, %s", code, number, type(error).__name__)
    return number


def _page(key: str, number: str, do: Text | None = None, mistakes: Iterable[Mistake] = ()) -> str:
    return render_template(
        "errors/page.html",
        head=text(key),
        do=do or text(f"{key}_do"),
        back=text("back"),
        number=number,
        mistakes=tuple(mistakes),
    )
