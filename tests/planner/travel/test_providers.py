"""The chain of providers, and what `travel` makes of their legs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from planner.model import Base, Hours, Inputs, Organisation, Place, Site
from planner.problem import Location
from planner.reasons import reason
from planner.travel.builtin import builtin
from planner.travel.corrections import Correction, Corrections
from planner.travel.profile import Periods, Profile, flat_profile, read_profile
from planner.travel.providers import (
    About,
    Options,
    default_options,
    leg_seconds,
    source_text,
    travel,
    travel_of,
    way,
)
from planner.travel.ways import NO_ROAD, Handling, Legs, Unavailable, Way

MONDAY = date(2026, 9, 7)
HOUR = 3600
CENTRE = Place(29.556, 106.565)
BASE, NEAR, FAR = Place(29.50, 106.50), Place(29.51, 106.50), Place(29.60, 106.50)


@dataclass
class Fake:
    """A provider with fixed seconds, that counts how often it is asked."""

    seconds: Sequence[Sequence[int]]
    name: str = "osm"
    estimated: bool = False
    closures: Handling = "closes"
    broken: bool = False
    asked: list[frozenset[str]] = field(default_factory=list)
    outside: tuple[int, ...] | None = None

    def version(self) -> str:
        return "1"

    def legs(self, places: Sequence[Place], closed: frozenset[str] = frozenset()) -> Legs:
        self.asked.append(closed)
        if self.broken:
            raise Unavailable(reason("travel_no_answer", provider=self.name, url="http://roads", problem="refused"))
        seconds = np.array(self.seconds, dtype=np.int64)
        return Legs(seconds, 10 * seconds, (reason("travel_far_from_road", place=1, metres=480),))

    def way(self, start: Place, end: Place, closed: frozenset[str] = frozenset()) -> Way:
        if self.broken:
            raise Unavailable(reason("travel_no_answer", provider=self.name, url="http://roads", problem="refused"))
        return Way(60, 600, ((start.lat, start.lon), (end.lat, end.lon)), ("大桥",))

    def misplaced(self, places: Sequence[Place], districts: Sequence[str]) -> tuple[int, ...] | None:
        return self.outside


THREE = [[0, 600, 1200], [660, 0, 1800], [1260, 1860, 0]]


def options(*providers: Fake, **more: object) -> Options:
    return replace(Options(tuple(providers), flat_profile()), **more)  # type: ignore[arg-type]


def test_minutes_to_the_door_are_added_at_both_ends_and_a_place_to_itself_is_no_drive() -> None:
    # 600 + 0 + 120, back 660 + 120 + 0; between the sites 1800 + 120 + 300
    made = travel([BASE, NEAR, FAR], [0, 120, 300], options=options(Fake(THREE)))
    assert made.seconds.tolist() == [[0, 720, 1500], [780, 0, 2220], [1560, 2280, 0]]
    assert made.offpeak_seconds.tolist() == THREE
    assert made.metres[0, 1] == 6000
    assert (made.source, made.estimated) == ("osm", False)


def test_the_built_in_estimate_says_so_in_both_languages() -> None:
    made = travel([BASE, NEAR])
    assert (made.source, made.estimated) == ("builtin (estimated)", True)
    assert "estimated" in source_text(made.source, "en")
    assert "估算值" in source_text(made.source, "zh")
    assert source_text("osrm", "zh") == "OSRM 服务,© OpenStreetMap contributors"
    assert made.seconds.dtype == np.int64


def test_legs_from_and_to_a_base_take_the_factor_of_their_period() -> None:
    # leaving × 2, returning × 3, between × 1
    curve = (
        (0, 1.0),
        (6 * HOUR, 2.0),
        (8 * HOUR, 2.0),
        (9 * HOUR, 1.0),
        (15 * HOUR, 1.0),
        (16 * HOUR, 3.0),
        (24 * HOUR, 3.0),
    )
    periods = Periods(Hours(7 * HOUR, 8 * HOUR), Hours(10 * HOUR, 14 * HOUR), Hours(16 * HOUR, 18 * HOUR))
    profile = Profile(curve, curve, periods)
    made = travel([BASE, NEAR, FAR], (), About(bases=frozenset([0])), options(Fake(THREE), profile=profile))
    assert made.seconds.tolist() == [[0, 1200, 2400], [1980, 0, 1800], [3780, 1860, 0]]


def test_times_of_empty_roads_are_slowed_to_off_peak_and_estimates_are_not() -> None:
    # × 1.5: 600 → 900; what staff entered is off-peak already
    line = Correction("pair", "C", "Scheduler A", MONDAY, "measured", to="B", seconds=1000)
    chain = options(Fake(THREE), profile=replace(flat_profile(), free_flow=1.5), corrections=Corrections((line,)))
    made = travel([BASE, NEAR, FAR], (), About(ids=("A", "B", "C")), chain)
    assert made.offpeak_seconds.tolist() == [[0, 900, 1800], [990, 0, 1000], [1890, 1000, 0]]
    estimate = replace(chain, providers=(Fake(THREE, estimated=True),), corrections=Corrections())
    assert travel([BASE, NEAR, FAR], options=estimate).offpeak_seconds.tolist() == THREE


def test_a_leg_can_be_timed_exactly_for_its_hour() -> None:
    made = travel([BASE, NEAR, FAR], [0, 120, 300], options=options(Fake(THREE)))
    profile = read_profile()
    assert leg_seconds(made, 0, 1, 13 * HOUR, flat_profile()) == 720
    peak, midday = (leg_seconds(made, 0, 1, hour, profile) for hour in (8 * HOUR, 13 * HOUR))
    assert midday == 720
    assert 900 < peak < 1100  # about 1.6 × 600, + 120
    assert leg_seconds(made, 1, 1, 13 * HOUR, profile) == 0


def test_a_provider_that_fails_hands_over_to_the_next_and_says_so() -> None:
    broken, good = Fake(THREE, name="osrm", broken=True), Fake(THREE)
    made = travel([BASE, NEAR, FAR], options=options(broken, good))
    assert made.source == "osm"
    codes = [one.code for one in made.warnings]
    assert codes[:2] == ["travel_no_answer", "travel_fallback"]
    assert "osrm" in made.warnings[1].sentence("en")
    assert "osrm" in made.warnings[1].sentence("zh")


def test_where_no_provider_answers_the_reason_of_the_last_is_raised() -> None:
    with pytest.raises(Unavailable, match="refused"):
        travel([BASE, NEAR, FAR], options=options(Fake(THREE, broken=True)))
    with pytest.raises(ValueError, match="no provider"):
        travel([BASE, NEAR, FAR], options=options())


def test_warnings_name_the_place_by_its_id() -> None:
    made = travel([BASE, NEAR, FAR], (), About(ids=("ST01", "S1", "S2")), options(Fake(THREE)))
    assert made.warnings[0].sentence("en") == "S1 lies 480 m from the nearest road."
    unnamed = travel([BASE, NEAR, FAR], options=options(Fake(THREE)))
    assert unnamed.warnings[0].sentence("en") == "#2 lies 480 m from the nearest road."


def test_a_place_outside_its_district_is_warned_of() -> None:
    about = About(ids=("ST01", "S1", "S2"), districts=("渝中区", "Nan'an", ""))
    made = travel([BASE, NEAR, FAR], (), about, options(Fake(THREE, outside=(1,))))
    assert made.warnings[-1].sentence("en") == "S1 does not lie in Nan'an."
    # Without outlines only gross errors show: a place of Wushan, 360 km away, given in the city.
    gross = travel([BASE, NEAR], (), About(ids=("A", "B"), districts=("九龙坡区", "巫山县")))
    assert [one.code for one in gross.warnings] == ["travel_outside_district"]


def test_a_pair_without_a_road_stays_without_one_and_is_named() -> None:
    seconds = [[0, 600, 1200, 60], [660, 0, NO_ROAD, 60], [1260, 1860, 0, 60], [60, 60, 60, 0]]
    made = travel([BASE, NEAR, FAR, BASE], [60] * 4, About(ids=("A", "B", "C", "D")), options(Fake(seconds)))
    assert made.seconds[1, 2] == NO_ROAD
    assert made.warnings[-1].sentence("en") == "No road leads from B to C."
    assert leg_seconds(made, 1, 2, 0, flat_profile()) == NO_ROAD


def test_a_place_cut_off_from_most_others_is_named_once() -> None:
    seconds = [[0, NO_ROAD, 60], [NO_ROAD, 0, NO_ROAD], [60, NO_ROAD, 0]]
    made = travel([BASE, NEAR, FAR], (), About(ids=("A", "B", "C")), options(Fake(seconds)))
    assert [one.sentence("en") for one in made.warnings[1:]] == ["No road joins B with 2 other places."]


def test_corrections_of_staff_come_before_everything_else() -> None:
    lines = (
        Correction("access", "S1", "Scheduler A", MONDAY, "car park", seconds=420),
        Correction("pair", "S2", "S1", MONDAY, "new road", to="S1", seconds=300),
        Correction("pair", "S1", "S1", MONDAY, "not of this plan", to="S77", seconds=1),
    )
    about = About(ids=("ST01", "S1", "S2"))
    made = travel([BASE, NEAR, FAR], [0, 120, 60], about, options(Fake(THREE), corrections=Corrections(lines)))
    assert made.access_seconds.tolist() == [0, 420, 60]
    assert made.seconds[1, 2] == made.seconds[2, 1] == 420 + 300 + 60
    assert made.seconds[0, 1] == 600 + 420


def test_a_closed_road_counts_on_its_dates_only_and_skips_who_cannot_avoid_it() -> None:
    line = Correction("closed", "大桥", "Supervisor B", MONDAY, "works", first=MONDAY, last=MONDAY)
    osrm, osm = Fake(THREE, name="osrm", closures="ignores"), Fake(THREE)
    chain = options(osrm, osm, corrections=Corrections((line,)))
    shut = travel([BASE, NEAR, FAR], (), About(dates=(MONDAY,)), chain)
    assert (shut.source, osrm.asked, osm.asked) == ("osm", [], [frozenset(["大桥"])])
    assert [one.code for one in shut.warnings[:2]] == ["travel_closures_unsupported", "travel_fallback"]
    later = travel([BASE, NEAR, FAR], (), About(dates=(date(2026, 9, 8),)), chain)
    assert (later.source, osrm.asked) == ("osrm", [frozenset()])


def test_the_way_comes_from_the_first_provider_that_knows_one() -> None:
    broken = Fake(THREE, name="osrm", broken=True)
    found, warnings = way(BASE, NEAR, options=options(broken, Fake(THREE)))
    assert (found.sentence("zh"), found.sentence("en")) == ("沿 大桥", "via 大桥")
    assert [one.code for one in warnings] == ["travel_no_answer"]
    with pytest.raises(Unavailable):
        way(BASE, NEAR, options=options(broken))


def test_a_second_plan_of_the_same_places_does_no_travel_work(tmp_path: Path) -> None:
    fake = Fake(THREE)
    chain = options(fake, cache=tmp_path)
    first = travel([BASE, NEAR, FAR], options=chain)
    again = travel([BASE, NEAR, FAR], options=replace(chain, profile=read_profile()))
    assert len(fake.asked) == 1
    assert again.metres.tolist() == first.metres.tolist()
    assert again.warnings == first.warnings
    travel([BASE, FAR, NEAR], options=chain)
    assert len(fake.asked) == 2


def test_travel_between_the_locations_of_a_plan_takes_what_the_inputs_know() -> None:
    inputs = Inputs(
        organisations=(Organisation("O1", "甲", "A", "company", "渝中区", 12),),
        sites=(Site("S1", "O1", "甲", "A", CENTRE, access_seconds=240),),
        bases=(Base("ST01", "驻地", "Base", BASE, "九龙坡区"),),
    )
    locations = (Location("base", "ST01", BASE), Location("site", "S1", CENTRE))
    line = Correction("access", "S9", "Scheduler A", MONDAY, "left over", seconds=60)
    chain = replace(default_options(), corrections=Corrections((line,)))
    made = travel_of(locations, inputs, [MONDAY], chain)
    assert made.access_seconds.tolist() == [0, 240]
    assert made.weights[1] > 1.2  # 渝中区 is the slowest in the peak
    assert made.seconds[0, 1] > made.offpeak_seconds[0, 1] + 240
    assert [one.code for one in made.warnings] == ["travel_correction_unknown"]


def test_a_district_is_known_by_its_old_and_new_names() -> None:
    weights = [
        travel([BASE], (), About(districts=(name,)), options(Fake([[0]]), profile=read_profile())).weights[0]
        for name in ("渝北区", "Yubei", "500112", "两江新区", "Atlantis")
    ]
    assert weights[0] == weights[1] == weights[2]
    assert weights[3] == pytest.approx(weights[0], abs=0.02)
    assert weights[4] == 1.0


def test_as_many_access_seconds_as_places_are_needed() -> None:
    with pytest.raises(ValueError, match="2 places, but access seconds of 3"):
        travel([BASE, NEAR], [0, 0, 0])


def test_the_built_in_estimate_is_deterministic() -> None:
    first, second = (travel([BASE, NEAR, FAR], (), About(bases=frozenset([0]))) for _ in range(2))
    assert (first.seconds == second.seconds).all()
    assert builtin().version() == builtin().version()
