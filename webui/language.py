"""Which language a request is answered in, and its texts: English in the code, Chinese from translations/."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request, session
from flask_babel import Babel, Domain

from planner.errors import Language

CATALOGUE = Path(__file__).parent / "translations" / "zh" / "LC_MESSAGES" / "messages.po"


def N_(text: str) -> str:
    """An English text as it is, marked so that the catalogue has its Chinese for who shows it."""
    return text


def chosen_language() -> Language:
    """What ?lang= says, else what was chosen before, else what the browser prefers, else Chinese.

    The same for the whole of a request: pages ask some thousand times.
    """
    known: Language | None = g.get("language")
    if known is None:
        known = g.language = _chosen()
    return known


def _chosen() -> Language:
    asked = request.args.get("lang") or session.get("lang")
    if asked == "zh":
        return "zh"
    if asked == "en":
        return "en"
    best = request.accept_languages.best_match(["zh", "en"], default="zh")
    return "en" if best == "en" else "zh"


def register(app: Flask) -> None:
    """Gives templates and views `gettext`, dates and numbers in the reader's language; ?lang= is remembered."""
    babel = Babel(app, default_timezone="Asia/Shanghai", locale_selector=chosen_language)
    babel.domain_instance = Catalogue()
    app.before_request(remember_choice)
    app.context_processor(lambda: {"language": chosen_language(), "large_type": bool(session.get("large_type"))})


def remember_choice() -> None:
    """Keeps a language chosen by ?lang= and a size chosen by ?type=large for the pages to come."""
    if request.args.get("lang") in ("zh", "en"):
        session["lang"] = request.args["lang"]
    if request.args.get("type") in ("large", "normal"):
        session["large_type"] = request.args["type"] == "large"


class Catalogue(Domain):  # type: ignore[misc]
    """The texts straight from the .po file: no compiled copy that could be out of date."""

    def get_translations(self) -> NullTranslations:
        """The texts in the language of this request."""
        return chinese() if chosen_language() == "zh" else NullTranslations()


@cache
def chinese() -> Translations:
    """The Chinese texts."""
    compiled = BytesIO()
    with CATALOGUE.open("rb") as file:
        write_mo(compiled, read_po(file, locale="zh"))
    compiled.seek(0)
    return Translations(compiled)
