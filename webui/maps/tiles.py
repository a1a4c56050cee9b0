"""The background map of an archive on this machine: one picture for each tile that a map asks for."""

import base64
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, abort, request

from webui.auth.access import open_to
from webui.auth.web import web
from webui.store.person import Role
from webui.tilefile import TileFile

blueprint = Blueprint("tiles", __name__)
NOTHING = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII="
)
"""A picture of one transparent point, for places outside of the archive."""
STAFF: tuple[Role, ...] = ("scheduler", "supervisor", "officer", "administrator")
open_file = lru_cache(maxsize=4)(TileFile)


@blueprint.get("/tiles/<int:z>/<int:x>/<int:y>")
@open_to(*STAFF)
def tile(z: int, x: int, y: int) -> Response:
    """One picture; 404 where no archive is configured."""
    path: Path | None = web().config.tiles_file
    if path is None:
        abort(404)
    file = open_file(path)
    picture = file.picture(z, x, y)
    response = Response(NOTHING if picture is None else picture)
    response.content_type = "image/png" if picture is None else file.media_type
    response.add_etag()
    response.make_conditional(request)
    return response
