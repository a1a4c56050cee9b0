"""The texts of the map as JSON values: the page's script sets them as text, so nothing in them can run."""

from dataclasses import asdict, dataclass
from typing import Any

from planner.dossier import Dossier
from planner.errors import BadInput, Mistake
from planner.model import Datum, Place, Way, clock
from planner.report.contents import Call, Contents, LeftOut, Outing
from planner.report.drawing import days_of, drawing
from planner.report.geometry import Point, point
from planner.report.schematic import district_text, districts, rivers
from planner.report.texts import TEXTS, people_text
from planner.report.words import LANGUAGES, WORKS, Text, day_text, joined, letters, named, short_date
from planner.travel.atlas import ATTRIBUTION
from planner.travel.datum import from_wgs84
from planner.travel.providers import is_estimated


@dataclass(frozen=True)
class Tiles:
    """A background of map tiles that a setting names, e.g. the office's own server.

    `url` is a template with {z}, {x} and {y}; `datum` is the system of its coordinates. With `vector` it is the
    address of an archive of vector tiles on the same server, which the page's script reads in ranges.
    """

    url: str
    attribution: str = ""
    max_zoom: int = 17
    datum: Datum = "wgs84"
    vector: bool = False

    def __post_init__(self) -> None:
        missing = [part for part in ("{z}", "{x}", "{y}") if part not in self.url and not self.vector]
        if missing or not self.origin:
            raise BadInput(
                [
                    Mistake(
                        "tiles",
                        "needs an address like https://tiles.example/{z}/{x}/{y}.png",
                        "应为形如 https://tiles.example/{z}/{x}/{y}.png 的地址",
                        self.url,
                    )
                ]
            )

    @property
    def origin(self) -> str:
        """Scheme and host for a Content-Security-Policy; "'self'" for a path of this server, "" for nonsense."""
        if self.url.startswith("/") and not self.url.startswith("//"):
            return "'self'"
        scheme, mark, rest = self.url.partition("://")
        host = rest.partition("/")[0]
        plain = host.replace("{s}", "*")
        good = all(character.isalnum() or character in "-.:*[]" for character in plain)
        return f"{scheme}://{plain}" if mark and plain and good and scheme in ("http", "https") else ""

    def projected(self, place: Place) -> Point:
        """The place in the coordinates of these tiles."""
        lat, lon = from_wgs84(place.lat, place.lon, self.datum)
        return round(lat, 5), round(lon, 5)


def projected(place: Place, tiles: Tiles | None) -> Point:
    """The place as the map's background counts coordinates: WGS-84 on the schematic."""
    return tiles.projected(place) if tiles else point(place)


def labels(dossier: Dossier, content: Contents, tiles: Tiles | None) -> dict[str, Any]:
    """Names, times and words of the map by the indices that its geometry carries, each as {"zh", "en"}."""
    inputs = dossier.facts.inputs
    plan = drawing(dossier, content, lambda place: projected(place, tiles))
    calls = [(outing, call) for outing in content.outings for call in outing.calls]
    return {
        "words": {key: _pair(text) for key, text in TEXTS.items() if key.startswith("map_")},
        "teams": [{"letter": letters(at), **_pair(Text(t.name_zh, t.name_en))} for at, t in enumerate(inputs.teams)],
        "days": [{"iso": day.isoformat(), **_pair(short_date(day))} for day in days_of(dossier, content)],
        "stops": [_stop(outing, call) for outing, call in calls],
        "out": [_out(number, one) for number, one in enumerate(content.left_out, 1)],
        "bases": [_pair(Text(base.name_zh, base.name_en)) for base in inputs.bases],
        "districts": [
            {**_pair(one.name), "at": projected(Place(*one.at), tiles), "rank": one.rank}
            for one in (() if tiles else districts(dossier.facts.today))
        ],
        "rivers": [_pair(river.name) for river in (() if tiles else rivers())],
        "view": {"core": plan.view.core, "all": plan.view.everything},
        "roads": "" if is_estimated(dossier.facts.travel_source) or not dossier.facts.ways else ATTRIBUTION,
        "tiles": asdict(tiles) if tiles else None,
    }


def _stop(outing: Outing, call: Call) -> dict[str, Any]:
    lines = [
        Text(
            f"{day_text(outing.date).zh} {clock(call.stop.start)}–{clock(call.stop.end)}",
            f"{day_text(outing.date).en}, {clock(call.stop.start)}–{clock(call.stop.end)}",
        ),
        Text(call.site.name_zh, call.site.name_en),
        district_text(call.site.district or call.organisation.district),
        joined([named(WORKS, call.visit.work), people_text(call.visit)]),
        spoken(call),
        way_text(call.way),
        Text(outing.team.name_zh, outing.team.name_en),
        Text(call.visit.id, call.visit.id),
    ]
    return {
        "mark": f"{letters(outing.team_index)}{call.order}",
        "name": _pair(Text(call.organisation.name_zh, call.organisation.name_en)),
        "lines": [_pair(line) for line in lines if line.zh or line.en],
    }


def _out(number: int, one: LeftOut) -> dict[str, Any]:
    lines = [Text(one.site.name_zh, one.site.name_en), district_text(one.site.district or one.organisation.district)]
    lines += [Text(reason.sentence("zh"), reason.sentence("en")) for reason in one.reasons]
    return {
        "mark": str(number),
        "name": _pair(Text(one.organisation.name_zh, one.organisation.name_en)),
        "lines": [_pair(line) for line in lines if line.zh or line.en],
    }


def spoken(call: Call) -> Text:
    """The languages a stop needs, each once."""
    codes = dict.fromkeys(group.language for group in call.visit.groups)
    return joined([named(LANGUAGES, code) for code in codes])


def way_text(way: Way | None) -> Text:
    """The way in one line; empty where it is not known or has no names."""
    return Text(way.sentence("zh"), way.sentence("en")) if way else Text("", "")


def _pair(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
