"""Where a plan's driving times come from: travel.toml and corrections.csv beside the input tables.

    providers = ["osrm", "osm", "builtin"]      # best first; default: osm where roads are imported, then builtin
    roads = "roads"                             # folder of `doorstep roads import`, relative to this file

    [osrm]
    url = "http://router.intranet:5000"
    table_size = 100                            # as the service was started
    timeout_seconds = 10
    tries = 3

A time_of_day_profile.json in the same folder replaces the one of data/gateways.
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.errors import BadInput, Mistake
from planner.travel.builtin import GATEWAYS, builtin
from planner.travel.corrections import read_corrections
from planner.travel.http import Endpoint, Osrm, Valhalla
from planner.travel.land import read_land
from planner.travel.osm import Osm
from planner.travel.profile import PROFILE, read_profile
from planner.travel.providers import Options
from planner.travel.ways import Provider

SETTINGS, CORRECTIONS, ROADS = "travel.toml", "corrections.csv", "roads"
KNOWN = ("builtin", "osm", "osrm", "valhalla")
SERVICES: Mapping[str, tuple[Callable[[Endpoint, int], Provider], int]] = {
    "osrm": (Osrm, 100),
    "valhalla": (Valhalla, 50),
}
"""Each service and the table it takes by default."""
LIMITS = {"timeout_seconds": (0.1, 600.0), "tries": (1, 10), "table_size": (2, 10_000)}


def read_options(folder: Path, roads: Path | None = None, cache: Path | None = None) -> Options:
    """The providers, profile and corrections for the tables in `folder`.

    `roads` is the folder of imported roads where travel.toml names none (default: folder/roads), `cache` where
    legs are kept. The built-in estimate always stands last. Raises BadInput with every mistake of travel.toml,
    or of the first other file that has some.
    """
    mistakes: list[Mistake] = []
    table = _table(folder / SETTINGS)
    at = folder / str(table["roads"]) if "roads" in table else roads or folder / ROADS
    default = ["osm", "builtin"] if at.is_dir() else ["builtin"]
    names = table.get("providers", default)
    if not isinstance(names, list) or not all(one in KNOWN for one in names):
        told = f"is a list out of {', '.join(KNOWN)}", f"须为 {'、'.join(KNOWN)} 中若干项的列表"
        mistakes.append(Mistake(f"{SETTINGS}, providers", *told, str(names)))
        names = default
    for key in table.keys() - {"providers", "roads", *SERVICES}:
        mistakes.append(Mistake(f"{SETTINGS}, {key}", "no such setting", "没有这项设置"))
    services = {one: _service(one, table.get(one), mistakes) for one in SERVICES if one in names}
    if mistakes:
        raise BadInput(mistakes)
    gateways = read_land(GATEWAYS).gateways if "osm" in names else ()
    made = {"builtin": builtin(), "osm": Osm(at, gateways), **services}
    order = [one for one in dict.fromkeys(names) if one != "builtin"] + ["builtin"]
    profile = folder / PROFILE.name
    return Options(
        tuple(provider for provider in (made[one] for one in order) if provider is not None),
        read_profile(profile if profile.exists() else PROFILE),
        read_corrections(folder / CORRECTIONS),
        cache,
    )


def without_services(options: Options) -> Options:
    """The same options with what needs no network only."""
    return replace(options, providers=tuple(one for one in options.providers if one.name not in SERVICES))


def _table(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput([Mistake(path.name, f"is no TOML: {error}", f"不是有效的 TOML 文件:{error}")]) from error


def _service(name: str, table: object, mistakes: list[Mistake]) -> Provider | None:
    """The service's provider; None, and the mistakes, where its settings cannot be used."""
    where = f"{SETTINGS}, {name}"
    given: dict[str, Any] = table if isinstance(table, dict) else {}
    before = len(mistakes)
    for key, value in given.items():
        low, high = LIMITS.get(key, (0, 0))
        if key == "url":
            continue
        if key not in LIMITS:
            mistakes.append(Mistake(f"{where}.{key}", "no such setting", "没有这项设置"))
        elif isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            told = f"needs a number from {low} to {high}", f"须为 {low} 到 {high} 之间的数"
            mistakes.append(Mistake(f"{where}.{key}", *told, str(value)))
    make, size = SERVICES[name]
    try:
        endpoint = Endpoint(str(given.get("url", "")))
    except ValueError:
        told = "needs the address of the service, e.g. http://router:5000", "须填写服务地址,如 http://router:5000"
        mistakes.append(Mistake(f"{where}.url", *told, str(given.get("url", ""))))
        return None
    if len(mistakes) > before:
        return None
    wait, tries = float(given.get("timeout_seconds", 10)), int(given.get("tries", 3))
    return make(replace(endpoint, timeout_seconds=wait, tries=tries), int(given.get("table_size", size)))
