"""Which language a request is answered in."""

from flask import request

from planner.errors import Language


def chosen_language() -> Language:
    """What ?lang= says, else what the browser prefers, else Chinese."""
    asked = request.args.get("lang")
    if asked == "zh":
        return "zh"
    if asked == "en":
        return "en"
    best = request.accept_languages.best_match(["zh", "en"], default="zh")
    return "en" if best == "en" else "zh"
