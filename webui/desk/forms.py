"""Forms: what was typed → values of the model, all mistakes at once; and the same form again with them."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar, cast

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from planner.errors import BadInput, Mistake
from planner.io.mistakes import CellError
from webui.desk.blueprint import blueprint
from webui.language import chosen_language
from webui.refusals import Conflict, raise_if_any
from webui.signs import form_again, refuse_form, shows_again

Page = str | tuple[str, int] | Response
Value = TypeVar("Value")
LONGEST_TEXT = 2_000


class Typed:
    """What somebody typed into a form. Collects mistakes by field; `done()` raises them all."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self.form = form
        self.mistakes: list[Mistake] = []

    def text(self, name: str) -> str:
        """A text, trimmed; "" where nothing was typed."""
        text = self.form.get(name, "").strip()
        if len(text) > LONGEST_TEXT:
            self.wrong(name, f"is longer than {LONGEST_TEXT} characters", f"超过{LONGEST_TEXT}个字符", text)
        return text

    def read(self, name: str, reader: Callable[[str], object], default: Value, needed: bool = False) -> Value:
        """A value read as a cell of the input tables is; `default` where nothing was typed or it cannot be read."""
        text = self.text(name)
        if not text:
            if needed:
                self.wrong(name, "is needed", "必填")
            return default
        try:
            return cast(Value, reader(text))
        except CellError as error:
            self.wrong(name, error.en, error.zh, text)
            return default

    def many(self, name: str) -> tuple[str, ...]:
        """All values of boxes that were ticked."""
        return tuple(self.form.getlist(name))

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return name in self.form

    def done(self) -> None:
        """Raises BadInput with every mistake, if there is one."""
        raise_if_any(self.mistakes)

    def wrong(self, name: str, en: str, zh: str, value: str = "") -> None:
        """Notes a mistake in a field."""
        self.mistakes.append(Mistake(name, en, zh, value))


def typed() -> Typed:
    """What came with this request."""
    return Typed(request.form)


def version() -> int | None:
    """The version of the row that the form was made from; None where the form has none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def done(address: str, message: str) -> Response:
    """On to a page that says what was done."""
    flash(message)
    return redirect(address, 303)


def or_again(page: Callable[..., Page], endpoint: str = "") -> Callable[[Callable[..., Page]], Callable[..., Page]]:
    """Where the view finds bad input, shows `page` again with what was typed and every mistake (400).

    `page` is a view of the desk whose address has some of the same values; its endpoint is its own name, unless
    another is given.
    """

    def mark(view: Callable[..., Page]) -> Callable[..., Page]:
        @shows_again
        @wraps(view)
        def tried(**values: Any) -> Page:
            shown = {name: value for name, value in values.items() if name in signature(page).parameters}
            g.back = url_for(f"desk.{endpoint or page.__name__}", **shown)
            try:
                refuse_form()
                return view(**values)
            except BadInput as error:
                g.mistakes, g.typed = error.mistakes, form_again()
                again = page(**shown)
                return (again, 400) if isinstance(again, str) else again

        return tried

    return mark


@blueprint.errorhandler(Conflict)
def conflict(error: Conflict) -> tuple[str, int]:
    """Both versions side by side, with what was typed kept for a second try."""
    names = [name for name in error.yours if error.yours[name] != error.theirs.get(name)]
    rows = [(name, error.theirs.get(name), error.yours[name]) for name in names]
    kept = [(name, value) for name in request.form for value in request.form.getlist(name)]
    kept = [pair for pair in kept if pair[0] not in ("csrf_token", "version")]
    page = render_template(
        "desk/conflict.html", error=error, rows=rows, kept=kept, version=error.version, back=g.get("back", "/")
    )
    return page, 409


@blueprint.app_template_global("found_mistakes")
def found_mistakes() -> tuple[Mistake, ...]:
    """Every mistake of the form that is shown again; () where none is."""
    return cast(tuple[Mistake, ...], g.get("mistakes", ()))


@blueprint.app_template_global("was_typed")
def was_typed(form: str, name: str, value: Any) -> Any:
    """What a field holds: what was typed where the form is shown again, else `value`."""
    given = g.get("typed")
    if given is None or given.get("form") != form:
        return "" if value is None else value
    return given.get(name, "")


@blueprint.app_template_global("were_ticked")
def were_ticked(form: str, name: str, values: Any) -> Any:
    """The boxes that are ticked: as they were sent where the form is shown again, else `values`."""
    given = g.get("typed")
    return values if given is None or given.get("form") != form else given.getlist(name)


@blueprint.app_template_global("wrong")
def wrong(form: str, name: str) -> list[str]:
    """What is wrong with a field of this form, in the reader's language."""
    given = g.get("typed")
    if given is None or given.get("form") != form:
        return []
    return [say(one) for one in g.get("mistakes", ()) if one.where == name]


@blueprint.app_template_global("say")
def say(mistake: Mistake) -> str:
    """A mistake without its place."""
    return mistake.en if chosen_language() == "en" else mistake.zh
