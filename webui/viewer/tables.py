"""What schedulers take away: the plan as tables."""

import mimetypes

from flask import Blueprint, Response, abort

from webui.language import chosen_language
from webui.viewer.shelf import shelf

blueprint = Blueprint("tables", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/tables/<name>")
def table(name: str) -> Response:
    """One table of the plan as a file."""
    content = shelf().tables(chosen_language()).get(name)
    if content is None:
        abort(404)
    kind = XLSX if name.endswith(".xlsx") else mimetypes.guess_type(name)[0] or "application/octet-stream"
    response = Response(content, content_type=kind)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
