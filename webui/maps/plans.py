"""What the maps of plans in the database are drawn with: geometry, names, the report's own script."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from planner.report.map import map_labels, map_script
from planner.report.page import ASSETS
from webui.auth.access import open_to
from webui.auth.web import web
from webui.recent import Recent
from webui.store.person import Role
from webui.store.reads.plans import opened

blueprint = Blueprint("maps", __name__)
READERS: tuple[Role, ...] = ("scheduler", "supervisor", "administrator")
OWN = ("plan.js",)
_DRAWN: Recent[str] = Recent(8)
_NAMED: Recent[dict[str, Any]] = Recent(8)


@blueprint.get("/plans/<int:plan_id>/<int:version>/map.js")
@open_to(*READERS)
def script(plan_id: int, version: int) -> Response:
    """The map's geometry: numbers and our own ids, no name; 409 where the plan has changed since its page was made."""
    with web().store.read() as session:
        plan = opened(session, plan_id)
    if plan.row.version != version:
        abort(409)
    tiles = web().config.tiles
    drawn = _DRAWN.of((plan.dossier,), tiles, lambda: map_script(plan.dossier, tiles=tiles))
    return Response(drawn, content_type="text/javascript; charset=utf-8")


@blueprint.get("/plans/<int:plan_id>/<int:version>/labels")
@open_to(*READERS)
def labels(plan_id: int, version: int) -> Response:
    """The names on the map, which its script sets as text."""
    with web().store.read() as session:
        plan = opened(session, plan_id)
    if plan.row.version != version:
        abort(409)
    tiles = web().config.tiles
    return jsonify(_NAMED.of((plan.dossier,), tiles, lambda: map_labels(plan.dossier, tiles)))


@blueprint.get("/report/<name>")
@open_to(*READERS)
def asset(name: str) -> Response:
    """The script that dresses the map."""
    if name not in OWN:
        abort(404)
    response = Response((ASSETS / name).read_bytes(), content_type="text/javascript; charset=utf-8")
    response.add_etag()
    response.make_conditional(request)
    return response
