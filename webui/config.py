"""Settings of the web side. The only module that reads the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from planner.errors import BadInput, Mistake
from planner.model import Datum
from planner.report.labels import Tiles


@dataclass(frozen=True)
class Config:
    """What the application is started with."""

    tiles: Tiles | None = None
    """A background other than the schematic, e.g. the office's own tile server."""


def from_environment(environment: Mapping[str, str]) -> Config:
    """The settings in DOORSTEP_TILES_URL, _ATTRIBUTION, _MAX_ZOOM and _DATUM; BadInput for values that cannot be."""
    url = environment.get("DOORSTEP_TILES_URL", "")
    if not url:
        return Config()
    zoom = environment.get("DOORSTEP_TILES_MAX_ZOOM", "17")
    datum = environment.get("DOORSTEP_TILES_DATUM", "wgs84")
    mistakes = []
    if not zoom.isdigit() or not 1 <= int(zoom) <= 22:
        mistakes.append(
            Mistake("DOORSTEP_TILES_MAX_ZOOM", "needs a whole number from 1 to 22", "应为 1 至 22 的整数", zoom)
        )
    if datum not in get_args(Datum):
        choices = ", ".join(get_args(Datum))
        mistakes.append(Mistake("DOORSTEP_TILES_DATUM", f"choose from {choices}", f"可选:{choices}", datum))
    if mistakes:
        raise BadInput(mistakes)
    attribution = environment.get("DOORSTEP_TILES_ATTRIBUTION", "")
    return Config(Tiles(url, attribution, int(zoom), cast(Datum, datum)))
