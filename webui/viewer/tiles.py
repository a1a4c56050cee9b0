"""The background map of an archive on this machine, under the plan that is shown."""

from flask import Blueprint, Response

from webui import tileanswers
from webui.viewer.shelf import shelf

blueprint = Blueprint("tiles", __name__)


@blueprint.get("/tiles/<int:z>/<int:x>/<int:y>")
def tile(z: int, x: int, y: int) -> Response:
    """One picture; 404 where no archive of pictures is configured."""
    return tileanswers.picture(shelf().tiles_file, z, x, y)


@blueprint.get("/tiles/archive.pmtiles")
def archive() -> Response:
    """The archive of vector tiles, or ranges of it; 404 where none is configured."""
    return tileanswers.archive(shelf().tiles_file)
