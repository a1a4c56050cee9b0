"""The read-only view of one plan in a folder, for this machine only."""

from pathlib import Path

import waitress  # type: ignore[import-untyped]
from flask import Flask

from planner.errors import BadInput, Mistake
from webui import errors, security
from webui.config import Config
from webui.viewer import page, sheets, tables, tiles
from webui.viewer.shelf import PLAN_FILES, SHELF, Shelf


def create_app(folder: Path, config: Config | None = None) -> Flask:
    """The application that shows the plan in `folder`; BadInput where there is none.

    A plan that is made again in the same folder is shown at the next request.
    """
    missing = [name for name in PLAN_FILES if not (folder / name).is_file()]
    if missing:
        names = ", ".join(missing)
        raise BadInput(
            [
                Mistake(
                    str(folder),
                    f"holds no plan ({names} missing); make one first: ./doorstep plan",
                    f"没有计划(缺少 {names});请先编制:./doorstep plan",
                )
            ]
        )
    config = config or Config()
    app = Flask("webui", static_folder="static", template_folder="templates")
    app.config.update(TRUSTED_HOSTS=["127.0.0.1", "localhost"], MAX_CONTENT_LENGTH=64 * 1024)
    app.extensions[SHELF] = Shelf(folder, config.tiles, config.tiles_file)
    for blueprint in (page.blueprint, sheets.blueprint, tables.blueprint, tiles.blueprint):
        app.register_blueprint(blueprint)
    errors.register(app)
    security.register(app, config.tiles)
    return app


def serve(folder: Path, port: int = 8000, config: Config | None = None) -> None:
    """Serves the plan in `folder` on http://127.0.0.1:PORT until the process is stopped."""
    waitress.serve(create_app(folder, config), host="127.0.0.1", port=port, threads=8, ident="")
