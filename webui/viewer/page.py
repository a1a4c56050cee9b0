"""The plan page: map, table and figures, with the map's script and names as files of their own."""

from datetime import date

from flask import Blueprint, Response, abort, jsonify, request, send_from_directory, url_for

from planner.errors import Language
from planner.report.map import linked_page, map_labels, map_script
from planner.report.page import ASSETS, Links, linked
from webui.language import chosen_language
from webui.viewer.shelf import Edition, shelf

blueprint = Blueprint("page", __name__)
LEAFLET = "vendor/leaflet/leaflet."
VECTORS = ("vendor/protomaps-leaflet/protomaps-leaflet.js", "vector-map.js")
"""What draws a background of vector tiles."""
OWN = ("plan.css", "plan.js", "sheet.css")


@blueprint.get("/")
def plan() -> str:
    """The page."""
    edition, language = shelf().edition(), chosen_language()
    tiles = shelf().tiles
    files = (f"{LEAFLET}js", *(VECTORS if tiles and tiles.vector else ()))
    shell = linked(
        styles=(url_for("static", filename=f"{LEAFLET}css"), url_for(".asset", name="plan.css")),
        scripts=(
            *(url_for("static", filename=name) for name in files),
            url_for(".script", of=edition.stamp),
            url_for(".asset", name="plan.js"),
        ),
        labels_address=url_for(".labels", of=edition.stamp),
    )
    return linked_page(edition.dossier, language, _links(), shell)


@blueprint.get("/plan/map.js")
def script() -> Response:
    """The map's geometry: numbers and our own ids, no name."""
    return Response(map_script(_wanted().dossier, tiles=shelf().tiles), content_type="text/javascript; charset=utf-8")


@blueprint.get("/plan/labels")
def labels() -> Response:
    """The names on the map, which its script sets as text."""
    return jsonify(map_labels(_wanted().dossier, shelf().tiles))


@blueprint.get("/report/<name>")
def asset(name: str) -> Response:
    """Styles and scripts of the reports."""
    if name not in OWN:
        abort(404)
    return send_from_directory(ASSETS, name)


@blueprint.get("/healthz")
def health() -> Response:
    """Whether the plan can be read."""
    return jsonify(status="ok", version=shelf().edition().dossier.facts.version)


def _wanted() -> Edition:
    """The plan, if it still is the one the page was made from; 409 otherwise."""
    edition = shelf().edition()
    if request.args.get("of", edition.stamp) != edition.stamp:
        abort(409)
    return edition


def _links() -> Links:
    return Links(
        sheet=_sheet_address,
        calendar=lambda team, of: url_for("sheets.calendar", team=team, lang=of),
        tables=_table_addresses,
    )


def _table_addresses(language: Language) -> dict[str, str]:
    return {name: url_for("tables.table", name=name, lang=language) for name in shelf().tables(language)}


def _sheet_address(team: str, day: date, language: Language) -> str:
    return url_for("sheets.sheet_page", team=team, day=day.isoformat(), lang=language)
