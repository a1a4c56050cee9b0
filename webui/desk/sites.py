"""Sites: what they are and where, on the map and as coordinates of any Chinese map."""

import re

from flask import jsonify, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from planner.io import cells, words
from planner.io.mistakes import CellError
from planner.model import Datum, Hours, clock
from planner.report.schematic import districts, rivers
from planner.travel.datum import from_wgs84
from webui.actions import places
from webui.auth.access import open_to
from webui.auth.login import person
from webui.auth.web import web
from webui.desk.blueprint import EDITORS, READERS, blueprint
from webui.desk.forms import Page, Typed, done, or_again, typed, version
from webui.desk.labels import DATUMS
from webui.language import chosen_language
from webui.store.reads import organisations as reads
from webui.store.values import site_of

PAIR = re.compile(r"^\s*([\d.]+)\s*°?\s*([NE北东]?)[纬经]?\s*[,,;;\s]\s*([\d.]+)\s*°?\s*([NE北东]?)[纬经]?\s*$")
NORTH_OF_CHINA = 60.0
"""Degrees; no place of China lies so far north, and none has so small a longitude."""


def datums() -> list[tuple[str, str]]:
    """Coordinate systems to choose from."""
    return [(key, text.of(chosen_language())) for key, text in DATUMS.items()]


@blueprint.get("/sites/<key>", endpoint="site")
@open_to(*READERS)
def site(key: str) -> str:
    """One site: its map, its coordinates in every system, its form."""
    with web().store.read() as session:
        row, owner, entries = reads.site(session, key)
    place = site_of(row).place
    points = [(datum, *from_wgs84(place.lat, place.lon, datum)) for datum in ALL_DATUMS]
    return render_template(
        "desk/site.html",
        row=row,
        owner=owner,
        entries=entries,
        points=points,
        datums=datums(),
        opened=hours_text(row.hours),
    )


@blueprint.post("/sites/<key>", endpoint="edit_site")
@open_to(*EDITORS)
@or_again(site)
def edit_site(key: str) -> Page:
    """What was changed about it, except where it is."""
    places.edit_site(web().store, key, site_form(), version(), person())
    return done(url_for("desk.site", key=key), _("Saved."))


@blueprint.post("/sites/<key>/place", endpoint="move_site")
@open_to(*EDITORS)
@or_again(site)
def move_site(key: str) -> Page:
    """Where it is, from the map or pasted."""
    places.move_site(web().store, key, pin_form(), version(), person())
    return done(url_for("desk.site", key=key), _("The place was saved."))


@blueprint.get("/organisations/<key>/sites/new", endpoint="new_site")
@open_to(*EDITORS)
def new_site(key: str) -> str:
    """The form for another site of an organisation."""
    with web().store.read() as session:
        owner = reads.named(session, key)
    return render_template("desk/new_site.html", owner=owner, datums=datums())


@blueprint.post("/organisations/<key>/sites/new", endpoint="add_site")
@open_to(*EDITORS)
@or_again(new_site)
def add_site(key: str) -> Page:
    """A new site."""
    form = typed()
    site_key = form.read("id", cells.identifier, "", needed=True)
    form.done()
    places.add_site(web().store, site_key, key, site_form(), pin_form(), person())
    return done(url_for("desk.site", key=site_key), _("Added."))


@blueprint.get("/map/background", endpoint="background")
@open_to(*READERS)
def background() -> Response:
    """What a map for placing a pin shows beside the pin: the schematic, or where the office's tiles lie."""
    tiles = web().config.tiles
    language = chosen_language()
    if tiles:
        return jsonify(tiles=tiles)
    return jsonify(
        rivers=[river.line for river in rivers()],
        districts=[
            {"name": one.name.of(language), "at": one.at, "rank": one.rank} for one in districts(person().today)
        ],
    )


@blueprint.get("/map/point", endpoint="point")
@open_to(*READERS)
def point() -> Response:
    """A point in all systems, as {"wgs84": [lat, lon], …}: what a pasted pair means, before it is saved."""
    pin = pin_of(Typed(request.args))
    place = places.place_of(pin)
    return jsonify({datum: from_wgs84(place.lat, place.lon, datum) for datum in ALL_DATUMS})


ALL_DATUMS: tuple[Datum, ...] = ("wgs84", "gcj02", "bd09")


def site_form() -> places.SiteForm:
    """What was typed; BadInput with every mistake."""
    form = typed()
    read = places.SiteForm(
        form.read("name_zh", cells.text, ""),
        form.read("name_en", cells.text, ""),
        form.read("district", cells.district, ""),
        form.read("address", cells.text, ""),
        form.read("hours", cells.hours, ()),
        form.read("access_minutes", cells.minutes, 0),
    )
    form.done()
    return read


def pin_form() -> places.Pin:
    """The point that was typed, pasted or chosen on the map; BadInput with every mistake."""
    return pin_of(typed())


def pin_of(form: Typed) -> places.Pin:
    """The point of a form, in either order: in China the larger number is the longitude."""
    pair = form.read("place", _pair, (0.0, 0.0), needed=True)
    datum: Datum = form.read("datum", cells.choice(words.DATUMS), "wgs84", needed=True)
    accuracy = form.read("accuracy_metres", cells.whole(0, 100_000), 0)
    form.done()
    return places.Pin(*pair, datum, accuracy)


def _pair(text: str) -> tuple[float, float]:
    found = PAIR.match(cells.plain(text))
    if found is None:
        raise CellError(
            "is no pair of coordinates; paste for example 29.5630, 106.5516",
            "不是坐标对;请粘贴如 29.5630, 106.5516",
        )
    one, other = cells.degrees(found[1]), cells.degrees(found[3])
    return (other, one) if one > NORTH_OF_CHINA > other else (one, other)


def hours_text(hours: tuple[Hours, ...]) -> str:
    """Opening hours as one types them."""
    return ";".join(f"{clock(one.start)}-{clock(one.end)}" for one in hours)
