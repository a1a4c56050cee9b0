"""The two ways in which an archive on this machine is sent to a browser: tile by tile, or in ranges of the file."""

import base64
from functools import lru_cache
from pathlib import Path

from flask import Response, abort, request, send_file

from webui.tilefile import TileFile

NOTHING = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAAC0lEQVR42mNgAAIAAAUAAen63NgAAAAASUVORK5CYII="
)
"""A picture of one transparent point, for places outside of the archive."""
_opened = lru_cache(maxsize=4)(TileFile)


def picture(path: Path | None, z: int, x: int, y: int) -> Response:
    """One tile of an archive of pictures; 404 where no such archive is configured."""
    file = _opened(path) if path else None
    if file is None or file.vector:
        abort(404)
    found = file.picture(z, x, y)
    response = Response(NOTHING if found is None else found)
    response.content_type = "image/png" if found is None else file.media_type
    response.add_etag()
    response.make_conditional(request)
    return response


def archive(path: Path | None) -> Response:
    """An archive of vector tiles, of which a browser asks for ranges (206); 404 where no such archive is configured."""
    if path is None or not _opened(path).vector:
        abort(404)
    return send_file(path.resolve(), "application/vnd.pmtiles", download_name="archive.pmtiles", conditional=True)
