"""`travel()`: driving times for a plan, from the first provider of a chain that can give them.

A provider gives off-peak legs. What staff corrected goes in first, then the factor of the hours in which a
leg is driven, then the minutes to the doors. What went wrong on the way comes along as warnings.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from planner.districts import district_of
from planner.errors import Language
from planner.model import Inputs, Place
from planner.problem import Location
from planner.reasons import Reason, reason
from planner.travel.atlas import ATTRIBUTION
from planner.travel.builtin import builtin
from planner.travel.cache import cached_legs
from planner.travel.corrections import Corrections, ids_of
from planner.travel.profile import Profile, read_profile
from planner.travel.ways import NO_ROAD, Floats, Integers, Legs, Provider, Unavailable, Way

PAIRS_NAMED = 10
"""At most so many pairs without a road are named one by one."""
ESTIMATED = " (estimated)"
"""Ends the source of times that no road network gave."""
NAMES: Mapping[str, tuple[str, str]] = {  # roads are OpenStreetMap's, whose licence asks for its name
    "builtin": ("built-in estimate", "内置估算"),
    "osm": (f"imported roads, {ATTRIBUTION}", f"导入的路网,{ATTRIBUTION}"),
    "osrm": (f"OSRM service, {ATTRIBUTION}", f"OSRM 服务,{ATTRIBUTION}"),
    "valhalla": (f"Valhalla service, {ATTRIBUTION}", f"Valhalla 服务,{ATTRIBUTION}"),
}


@dataclass(frozen=True)
class About:
    """What is known of the places of a matrix beside where they are; every part may be left out."""

    ids: tuple[str, ...] = ()
    bases: frozenset[int] = frozenset()
    """Indices of the places where outings begin and end."""
    districts: tuple[str, ...] = ()
    dates: tuple[date, ...] = ()
    """The dates driven on: closures of other dates do not count."""

    def label(self, index: int) -> str:
        """What a warning calls the place with this index."""
        return self.ids[index] if self.ids else f"#{index + 1}"


@dataclass(frozen=True)
class Options:
    """Where driving times come from: providers, best first, and what is known about the day."""

    providers: tuple[Provider, ...]
    profile: Profile
    corrections: Corrections = field(default_factory=Corrections)
    cache: Path | None = None
    """Folder in which legs are kept; None: nowhere."""


@dataclass(frozen=True, eq=False)
class Travel:
    """Driving between places. Matrices have shape (places, places): row from, column to.

    `seconds` is what a plan uses: off-peak driving times the factor of its period, and the seconds to both
    doors. `source` names the provider, e.g. "builtin (estimated)". `weights` say how strongly each place
    feels a peak.
    """

    seconds: Integers
    metres: Integers
    source: str
    offpeak_seconds: Integers
    access_seconds: Integers
    weights: Floats
    warnings: tuple[Reason, ...] = ()

    @property
    def estimated(self) -> bool:
        """Whether the times are estimates without a road network; then every page and sheet says so."""
        return is_estimated(self.source)


@cache
def default_options() -> Options:
    """The built-in estimate and the profile of data/gateways, read once; no corrections, no cache."""
    return Options((builtin(),), read_profile())


def travel(
    places: Sequence[Place],
    access_seconds: Sequence[int] = (),
    about: About | None = None,
    options: Options | None = None,
) -> Travel:
    """Driving times and lengths between all places.

    `access_seconds` are the seconds from the road to the door of each place; () means none anywhere.
    Raises Unavailable where no provider can answer, which the built-in estimate always can.
    """
    options, about = options or default_options(), about or About()
    access = np.array(access_seconds or [0] * len(places), dtype=np.int64)
    if len(access) != len(places):
        raise ValueError(f"{len(places)} places, but access seconds of {len(access)}")
    closed = options.corrections.closed(about.dates)
    provider, legs, warnings = _first_answer(options, places, closed)
    driven = legs.seconds if provider.estimated else _slowed(legs.seconds, options.profile.free_flow)
    offpeak = _with_pairs(driven, options.corrections, about.ids)
    doors = options.corrections.access()
    for index, one in enumerate(about.ids):
        access[index] = doors.get(one, access[index])
    weights = np.array([options.profile.weight(_district(one)) for one in about.districts] or [1.0] * len(places))
    return Travel(
        _planned(offpeak, access, planning_factors(options.profile, weights, about.bases)),
        legs.metres,
        provider.name + (ESTIMATED if provider.estimated else ""),
        offpeak,
        access,
        weights,
        (
            *warnings,
            *_named(legs.warnings, about),
            *_unreached(offpeak, about),
            *_misplaced(options, places, about),
        ),
    )


def travel_of(
    locations: Sequence[Location], inputs: Inputs, dates: Sequence[date], options: Options | None = None
) -> Travel:
    """`travel` between the locations of a plan: access minutes, districts and bases as the inputs say."""
    sites = {site.id: site for site in inputs.sites}
    bases = {base.id: base for base in inputs.bases}
    organisations = {one.id: one for one in inputs.organisations}
    districts: list[str] = []
    access: list[int] = []
    for one in locations:
        if one.kind == "base":
            access.append(0)
            districts.append(bases[one.id].district if one.id in bases else "")
        else:
            site = sites[one.id]
            access.append(site.access_seconds)
            districts.append(site.district or organisations[site.organisation_id].district)
    about = About(
        tuple(one.id for one in locations),
        frozenset(index for index, one in enumerate(locations) if one.kind == "base"),
        tuple(districts),
        tuple(dates),
    )
    options = options or default_options()
    made = travel([one.place for one in locations], access, about, options)
    strangers = dict.fromkeys(one for one in ids_of(options.corrections) if one not in sites and one not in bases)
    return replace(made, warnings=(*made.warnings, *(reason("travel_correction_unknown", id=one) for one in strangers)))


def way(
    start: Place, end: Place, dates: Sequence[date] = (), options: Options | None = None
) -> tuple[Way, tuple[Reason, ...]]:
    """The way of one leg from the first provider that knows one, and what went wrong before. Raises Unavailable."""
    options = options or default_options()
    warnings: list[Reason] = []
    closed = options.corrections.closed(dates)
    for provider in options.providers:
        if closed and provider.closures == "ignores":
            warnings.append(_closures_unsupported(provider, closed))
            continue
        try:
            return provider.way(start, end, closed), tuple(warnings)
        except Unavailable as unavailable:
            warnings.append(unavailable.reason)
    raise Unavailable(warnings[-1])


def ways_of(
    made: Travel,
    legs: Iterable[tuple[int, int]],
    places: Sequence[Place],
    dates: Sequence[date] = (),
    options: Options | None = None,
) -> tuple[dict[tuple[int, int], Way], tuple[Reason, ...]]:
    """The ways of some legs, from the provider whose times `made` holds; and what went wrong.

    Legs are (from, to) as positions in `places`. A leg without a road, or between doors of one place, is left
    out; a provider that stops answering is not asked for the rest.
    """
    options = options or default_options()
    closed = options.corrections.closed(dates)
    provider = next(one for one in options.providers if one.name == made.source.removesuffix(ESTIMATED))
    ways: dict[tuple[int, int], Way] = {}
    for start, end in dict.fromkeys(legs):
        if not 0 < made.metres[start, end] < NO_ROAD:
            continue
        try:
            ways[start, end] = _rounded(provider.way(places[start], places[end], closed))
        except Unavailable as unavailable:
            if unavailable.reason.code != "travel_no_road":
                return ways, (unavailable.reason,)
    return ways, ()


def leg_seconds(travel: Travel, start: int, end: int, depart: int, profile: Profile, workday: bool = True) -> int:
    """Seconds from door to door when leaving at `depart` seconds since midnight: the exact counterpart of
    `travel.seconds[start, end]`, for showing and judging. NO_ROAD where no road leads."""
    offpeak = int(travel.offpeak_seconds[start, end])
    if start == end or offpeak >= NO_ROAD:
        return 0 if start == end else NO_ROAD
    weight = float(travel.weights[start] + travel.weights[end]) / 2
    leaving = int(travel.access_seconds[start])
    return leaving + profile.drive_seconds(offpeak, depart + leaving, workday, weight) + int(travel.access_seconds[end])


def planning_factors(profile: Profile, weights: Floats, bases: Iterable[int]) -> Floats:
    """The factor of each leg in a plan, shape (places, places): legs from a base, between sites, to a base.

    A multiplier is linear in the weight of its district, so two weights give all.
    """
    count = len(weights)
    leaves = np.zeros(count, dtype=bool)
    leaves[list(bases)] = True
    periods = profile.periods
    pair = (weights[:, None] + weights[None, :]) / 2

    def factor(period: Literal["leaving", "between", "returning"]) -> Floats:
        hours = getattr(periods, period)
        flat, full = profile.planning(hours, 0.0), profile.planning(hours, 1.0)
        return np.asarray(flat + (full - flat) * pair)

    between = factor("between")
    out = np.where(leaves[:, None] & ~leaves[None, :], factor("leaving"), between)
    return np.asarray(np.where(~leaves[:, None] & leaves[None, :], factor("returning"), out))


def is_estimated(source: str) -> bool:
    """Whether a source of driving times is an estimate without a road network."""
    return source.endswith(ESTIMATED)


def source_text(source: str, language: Language) -> str:
    """Where driving times come from, as people read it: "built-in estimate (estimated)", "内置估算(估算)"."""
    name, estimated = source.removesuffix(ESTIMATED), is_estimated(source)
    text = NAMES.get(name, (name, name))[0 if language == "en" else 1]
    return text + ((" (estimated)" if language == "en" else "(估算值)") if estimated else "")


def _rounded(way: Way) -> Way:
    """The way with its points to about a metre, each once in a row."""
    points = [(round(lat, 5), round(lon, 5)) for lat, lon in way.points]
    kept = [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]
    return replace(way, points=tuple(kept))


def _first_answer(
    options: Options, places: Sequence[Place], closed: frozenset[str]
) -> tuple[Provider, Legs, list[Reason]]:
    warnings: list[Reason] = []
    failed: list[str] = []
    for provider in options.providers:
        if closed and provider.closures == "ignores":
            warnings.append(_closures_unsupported(provider, closed))
            failed.append(provider.name)
            continue
        try:
            legs = cached_legs(provider, places, closed, options.cache)
        except Unavailable as unavailable:
            warnings.append(unavailable.reason)
            failed.append(provider.name)
            continue
        warnings += [reason("travel_fallback", provider=one, instead=provider.name) for one in failed]
        return provider, legs, warnings
    if not warnings:
        raise ValueError("no provider of travel times is set up")
    raise Unavailable(warnings[-1])


def _misplaced(options: Options, places: Sequence[Place], about: About) -> list[Reason]:
    """Places outside their district, by the first provider that knows districts."""
    if not about.districts:
        return []
    names = [_district(one) for one in about.districts]
    told = (provider.misplaced(places, names) for provider in options.providers)
    found = next((one for one in told if one is not None), ())
    return [reason("travel_outside_district", place=about.label(one), district=about.districts[one]) for one in found]


def _closures_unsupported(provider: Provider, closed: frozenset[str]) -> Reason:
    return reason("travel_closures_unsupported", provider=provider.name, roads=", ".join(sorted(closed)))


def _district(text: str) -> str:
    known = district_of(text) if text else None
    return known.name_zh if known else text


def _slowed(seconds: Integers, factor: float) -> Integers:
    """Driving on empty roads as it is off-peak."""
    return np.where(seconds >= NO_ROAD, seconds, np.rint(seconds * factor).astype(np.int64))


def _with_pairs(seconds: Integers, corrections: Corrections, ids: Sequence[str]) -> Integers:
    known = {one: index for index, one in enumerate(ids)}
    made = seconds.copy()
    for (start, end), given in corrections.pairs().items():
        if start in known and end in known:
            made[known[start], known[end]] = made[known[end], known[start]] = given
    return made


def _planned(offpeak: Integers, access: Integers, factors: Floats) -> Integers:
    driven = np.rint(offpeak * factors).astype(np.int64) + access[:, None] + access[None, :]
    planned = np.where(offpeak >= NO_ROAD, NO_ROAD, driven)
    np.fill_diagonal(planned, 0)
    return planned


def _named(warnings: Iterable[Reason], about: About) -> list[Reason]:
    """Warnings of a provider, which knows places by their index, with the places' ids."""
    return [
        Reason(one.code, tuple((k, about.label(int(v)) if k in ("place", "start", "end") else v) for k, v in one.facts))
        for one in warnings
    ]


def _unreached(offpeak: Integers, about: About) -> list[Reason]:
    """Which places no road joins: a place cut off from most others once, other pairs one by one."""
    count = len(offpeak)
    missing = (offpeak >= NO_ROAD) | (offpeak.T >= NO_ROAD)
    cut_off = [index for index in range(count) if 2 * int(missing[index].sum()) >= count > 1]
    made = [reason("travel_no_road_place", place=about.label(one), places=int(missing[one].sum())) for one in cut_off]
    pairs = [
        (start, end)
        for start, end in np.argwhere(offpeak >= NO_ROAD).tolist()
        if start not in cut_off and end not in cut_off
    ]
    made += [reason("travel_no_road", start=about.label(a), end=about.label(b)) for a, b in pairs[:PAIRS_NAMED]]
    return made
