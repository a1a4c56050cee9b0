"""The one place that refuses signs no text may have: NUL, control characters, what turns the direction of writing.

PostgreSQL keeps no NUL and its driver raises for one; the others would be kept and seen by nobody.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from werkzeug.datastructures import MultiDict

from planner.errors import Mistake
from webui.refusals import raise_if_any

View = TypeVar("View", bound=Callable[..., Any])
REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
"""As for the cells of tables; but a text of a page may have several lines."""
PROGRAMS = "api"
"""The blueprint that answers bad input in its own way."""


def register(app: Flask) -> None:
    """Looks at what every page is sent, before its view does."""
    app.before_request(refuse)


def refuse() -> None:
    """404 for an address that can be of nothing; BadInput for a query or a form, unless its view shows it again."""
    if request.endpoint is None or request.blueprint == PROGRAMS:
        return
    if any(REFUSED.search(value) for value in (request.view_args or {}).values() if isinstance(value, str)):
        abort(404)
    raise_if_any(_mistakes(request.args))
    if not getattr(current_app.view_functions[request.endpoint], "shows_again", False):
        refuse_form()


def shows_again(view: View) -> View:
    """Marks a view that calls `refuse_form` itself, where it can show its form again with what was typed."""
    setattr(view, "shows_again", True)  # noqa: B010 - functions declare no attributes
    return view


def refuse_form() -> None:
    """BadInput with every field that holds such a sign."""
    raise_if_any(_mistakes(request.form))


def form_again() -> MultiDict[str, str]:
    """What was typed, without such signs: as a form that is shown again holds it."""
    return MultiDict((cleaned(name), cleaned(text)) for name, text in request.form.items(multi=True))


def mistakes_in(value: Any, where: str = "") -> Iterator[Mistake]:
    """A mistake for each text in a value (of objects, lists and texts) that holds such a sign."""
    if isinstance(value, str) and REFUSED.search(value):
        said = "holds an invisible control character; type it again", "含有不可见的控制字符,请重新输入"
        yield Mistake(cleaned(where), *said, cleaned(value)[:80])
    elif isinstance(value, dict):
        for name, one in value.items():
            place = f"{where}.{name}" if where else str(name)
            yield from mistakes_in(name, place)
            yield from mistakes_in(one, place)
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            yield from mistakes_in(one, f"{where}.{number}" if where else str(number))


def _mistakes(given: MultiDict[str, str]) -> Iterator[Mistake]:
    for name, text in given.items(multi=True):
        yield from mistakes_in({name: text})


def cleaned(text: str) -> str:
    """A text without such signs."""
    return REFUSED.sub("", text)
