"""The background map of an archive on this machine: its pictures one by one, or ranges of its vector tiles."""

from flask import Blueprint, Response

from webui import tileanswers
from webui.auth.access import open_to
from webui.auth.web import web
from webui.store.person import Role

blueprint = Blueprint("tiles", __name__)
STAFF: tuple[Role, ...] = ("scheduler", "supervisor", "officer", "administrator")


@blueprint.get("/tiles/<int:z>/<int:x>/<int:y>")
@open_to(*STAFF)
def tile(z: int, x: int, y: int) -> Response:
    """One picture; 404 where no archive of pictures is configured."""
    return tileanswers.picture(web().config.tiles_file, z, x, y)


@blueprint.get("/tiles/archive.pmtiles")
@open_to(*STAFF)
def archive() -> Response:
    """The archive of vector tiles, or ranges of it; 404 where none is configured."""
    return tileanswers.archive(web().config.tiles_file)


@blueprint.app_template_global("vector_map")
def vector_map() -> bool:
    """Whether a page with a map needs the scripts that draw vector tiles."""
    tiles = web().config.tiles
    return tiles is not None and tiles.vector
