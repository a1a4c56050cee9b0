"""The map page. The only import of folium, which gets numbers and ids of our own and never a text.

folium and branca compile what they are given as templates, on the server and in the browser: a name in
a popup would be code. So folium draws geometry marked with indices, and the page's own script takes the
names from JSON and sets them as text.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import folium

from planner.dossier import Dossier
from planner.errors import Language
from planner.report.contents import Contents, contents
from planner.report.drawing import Drawing, drawing
from planner.report.geometry import Point
from planner.report.labels import Tiles, labels, projected
from planner.report.page import Links, Shell, inlined, page
from planner.report.schematic import rivers

MAP_ID = "plan"
MIN_ZOOM, MAX_ZOOM = 6, 17
DOTS = ("bases", "out", "stops")
NO_LINKS = Links()
VENDOR = Path(__file__).parents[2] / "webui" / "static" / "vendor"


def map_page(
    dossier: Dossier,
    language: Language,
    vendor: Path = VENDOR,
    links: Links = NO_LINKS,
    tiles: Tiles | None = None,
) -> str:
    """The plan as one HTML file that works from a disk without a network; it opens in `language` and holds both.

    `vendor` is the folder with leaflet; `links` say where sheets and calendars lie, `tiles` name a
    background other than the schematic (then the file does ask that one server for pictures). An archive of
    vector tiles is no such background: a file from a disk cannot reach it.
    """
    content, tiles = contents(dossier), None if tiles and tiles.vector else tiles
    shell = inlined(vendor, map_script(dossier, content, tiles), labels(dossier, content, tiles), tiles)
    return page(dossier, content, language, links, shell)


def linked_page(dossier: Dossier, language: Language, links: Links, shell: Shell) -> str:
    """The same page with its styles, scripts and labels as files of their own, as a server gives them."""
    return page(dossier, contents(dossier), language, links, shell)


def map_labels(dossier: Dossier, tiles: Tiles | None = None) -> dict[str, Any]:
    """The texts of the map, to be sent as JSON and set as text, in both languages."""
    return labels(dossier, contents(dossier), tiles)


def map_script(dossier: Dossier, content: Contents | None = None, tiles: Tiles | None = None) -> str:
    """JavaScript that draws the plan's geometry into the element `map_plan`; the same at every call."""
    content = content or contents(dossier)
    plan = drawing(dossier, content, lambda place: projected(place, tiles))
    canvas = folium.Map(
        location=_middle(plan),
        tiles=None,
        zoom_start=10,
        min_zoom=MIN_ZOOM,
        max_zoom=MAX_ZOOM,
        zoom_control=False,
        minZoom=MIN_ZOOM,
        maxZoom=MAX_ZOOM,
        zoomSnap=0.5,
        attributionControl=False,
        fadeAnimation=False,
    )
    canvas._id = MAP_ID
    canvas.default_js, canvas.default_css = [], []
    for name, features in _layers(plan, tiles):
        layer = folium.GeoJson(
            {"type": "FeatureCollection", "features": features},
            marker=folium.Marker(icon=folium.DivIcon()) if name in DOTS else None,
            smooth_factor=0.5,
        )
        layer._id = name
        layer.add_to(canvas)
    figure: Any = canvas.get_root()
    figure.render()
    return str(figure.script.render())


def _layers(plan: Drawing, tiles: Tiles | None) -> Iterable[tuple[str, list[dict[str, Any]]]]:
    """Each layer's name and features, from the bottom to the top."""
    bands = [] if tiles else [_line(river.line, {"what": "river", "index": at}) for at, river in enumerate(rivers())]
    yield "rivers", bands
    yield (
        "legs",
        [_line(leg.line, {"what": "leg", "team": leg.team, "day": leg.day, "part": leg.part}) for leg in plan.legs],
    )
    yield "bases", [_dot(one.at, {"what": "base", "index": one.index}) for one in plan.bases]
    yield "out", [_dot(one.at, {"what": "out", "index": one.index}) for one in plan.out]
    yield (
        "stops",
        [
            _dot(stop.at, {"what": "stop", "index": stop.index, "team": stop.team, "day": stop.day})
            for stop in plan.stops
        ],
    )


def _line(line: Iterable[Point], properties: dict[str, str | int]) -> dict[str, Any]:
    places = [[lon, lat] for lat, lon in line]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "LineString", "coordinates": places}}


def _dot(at: Point, properties: dict[str, str | int]) -> dict[str, Any]:
    place = [at[1], at[0]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": place}}


def _middle(plan: Drawing) -> Point:
    (south, west), (north, east) = plan.view.core
    return round((south + north) / 2, 5), round((west + east) / 2, 5)
