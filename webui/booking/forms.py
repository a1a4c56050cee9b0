"""What an organisation types: read as the tables of the planner are, all mistakes at once, nothing typed is lost."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import g, request

from planner.errors import Mistake
from planner.io.mistakes import CellError
from webui.booking.blueprint import blueprint
from webui.language import chosen_language
from webui.refusals import raise_if_any

Value = TypeVar("Value")
LONGEST_TEXT = 500


class Typed:
    """The form that came with this request. Collects mistakes by field; `done()` raises them all."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []

    def text(self, name: str) -> str:
        """A text, trimmed; "" where nothing was typed."""
        text = request.form.get(name, "").strip()
        if len(text) > LONGEST_TEXT:
            self.wrong(name, f"is longer than {LONGEST_TEXT} characters", f"超过{LONGEST_TEXT}个字符", text[:80])
        return text[:LONGEST_TEXT]

    def read(self, name: str, reader: Callable[[str], object], default: Value, needed: bool = False) -> Value:
        """A value; `default` where nothing was typed or it cannot be read."""
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

    def read_many(self, name: str, reader: Callable[[str], object]) -> tuple[Any, ...]:
        """The values of boxes that were ticked."""
        made = []
        for text in request.form.getlist(name)[:100]:
            try:
                made.append(reader(text[:LONGEST_TEXT]))
            except CellError as error:
                self.wrong(name, error.en, error.zh, text[:40])
        return tuple(dict.fromkeys(made))

    def wrong(self, name: str, en: str, zh: str, value: str = "") -> None:
        """Notes a mistake in a field, once."""
        found = Mistake(name, en, zh, value)
        if found not in self.mistakes:
            self.mistakes.append(found)

    def done(self) -> None:
        """Raises BadInput with every mistake, if there is one."""
        raise_if_any(self.mistakes)


@blueprint.app_template_global("found_mistakes")
def found_mistakes() -> tuple[Mistake, ...]:
    """Every mistake of the form that is shown again; () where none is."""
    return cast(tuple[Mistake, ...], g.get("mistakes", ()))


@blueprint.app_template_global("was_typed")
def was_typed(name: str, value: Any) -> Any:
    """What a field holds: what was typed where the form is shown again, else `value`."""
    given = g.get("typed")
    return given.get(name, "") if given is not None else ("" if value is None else value)


@blueprint.app_template_global("were_ticked")
def were_ticked(name: str, values: Any) -> Any:
    """The boxes that are ticked."""
    given = g.get("typed")
    return values if given is None else given.getlist(name)


@blueprint.app_template_global("wrong")
def wrong(name: str) -> list[str]:
    """What is wrong with a field, in the reader's language."""
    return [say(one) for one in found_mistakes() if one.where == name]


@blueprint.app_template_global("say")
def say(mistake: Mistake) -> str:
    """A mistake without its place."""
    return mistake.en if chosen_language() == "en" else mistake.zh
