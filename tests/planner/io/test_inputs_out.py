"""What is written as input tables is read back as it was."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner import model
from planner.io.inputs_out import write_inputs
from planner.io.rows import SPACE
from planner.io.tables import read_inputs
from planner.model import (
    Base,
    Break,
    Group,
    Hours,
    Inputs,
    Organisation,
    PassportBag,
    Promise,
    Request,
    Shift,
    Site,
    SpecialVisit,
    Team,
)
from planner.travel.datum import place_in

Draw = Callable[[st.SearchStrategy[Any]], Any]

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
COUNTS = st.integers(0, 5_000)
TEXTS = st.text(
    st.one_of(st.sampled_from("=+-@'＝＋－＠\"，,;；\n\t 甲乙aZ0_x"), st.characters(exclude_categories=["C"])),
    max_size=20,
).map(lambda text: text.strip(SPACE))
NAMES = TEXTS.filter(bool)
LANGUAGES = st.lists(st.sampled_from(("zh", "en", "ko", "th", "yo")), max_size=3, unique=True).map(tuple)
SECONDS = st.integers(0, 86_399)


@st.composite
def hours(draw: Draw) -> tuple[Hours, ...]:
    """Up to two intervals, ascending and apart."""
    ends = sorted(draw(st.sets(SECONDS, min_size=4, max_size=4)))
    return (Hours(ends[0], ends[1]), Hours(ends[2], ends[3]))[: draw(st.integers(0, 2))]


@st.composite
def places(draw: Draw) -> model.Place:
    """A place in or near Chongqing, in any datum, given to the centimetre (a workbook keeps 16 digits)."""
    lat, lon = (round(draw(st.floats(*ends)), 7) for ends in ((28.1, 32.3), (105.2, 110.2)))
    return place_in(lat, lon, draw(st.sampled_from(get_args(model.Datum))), draw(st.integers(0, 9_999)))


@st.composite
def shifts(draw: Draw, team: str) -> tuple[Shift, ...]:
    """Shifts of one team, at most one a date, some with a break inside."""
    made = []
    for day in sorted(draw(st.sets(DAYS, max_size=2))):
        rest = Break(draw(st.integers(1, 3_600)), 41_400, 46_800) if draw(st.booleans()) else None
        limits = draw(st.none() | st.integers(1, 99)), draw(st.none() | st.integers(1, 86_400))
        made.append(
            Shift(team, day, Hours(draw(st.integers(0, 41_400)), draw(st.integers(50_400, 86_400))), rest, *limits)
        )
    return tuple(made)


@st.composite
def groups(draw: Draw) -> Group:
    """A group of applicants."""
    count = draw(st.integers(1, 300))
    return Group(
        draw(st.sampled_from(get_args(model.Kind))),
        draw(st.sampled_from(get_args(model.Task))),
        count,
        draw(st.sampled_from(("zh", "en", "ko"))),
        draw(DAYS),
        draw(LANGUAGES),
        draw(st.none() | st.integers(0, count)),
    )


@st.composite
def requests(draw: Draw) -> Request:
    """The request R1 at site S1."""
    return Request(
        "R1",
        "S1",
        draw(st.sampled_from(get_args(model.Service))),
        draw(DAYS),
        tuple(draw(st.lists(groups(), min_size=1, max_size=3))),
        tuple(
            sorted(
                {
                    day + timedelta(days=step)
                    for day in draw(st.sets(DAYS, max_size=3))
                    for step in range(draw(st.integers(1, 4)))
                }
            )
        ),
        draw(hours()),
        draw(st.booleans()),
        draw(LANGUAGES),
        draw(TEXTS),
    )


@st.composite
def inputs(draw: Draw) -> Inputs:
    """Inputs of one organisation with every table and any values."""
    kinds = st.lists(st.sampled_from(get_args(model.Kind)), max_size=3, unique=True).map(tuple)
    kits = st.lists(st.sampled_from(("acceptance", "interview", "return")), max_size=3, unique=True).map(tuple)
    district = draw(st.sampled_from(("沙坪坝区", "江北区", "两江新区", "彭水苗族土家族自治县")))
    organisation = Organisation(
        "O-1",
        draw(NAMES),
        draw(NAMES),
        draw(st.sampled_from(get_args(model.OrganisationKind))),
        district,
        draw(COUNTS),
        draw(TEXTS),
        draw(st.none() | DAYS),
    )
    site = Site(
        "S1",
        "O-1",
        draw(NAMES),
        draw(NAMES),
        draw(places()),
        district,
        draw(TEXTS),
        draw(hours()),
        draw(st.integers(0, 3_600)),
    )
    team = Team(
        "T1",
        draw(NAMES),
        draw(NAMES),
        "B1",
        draw(st.integers(1, 9)),
        draw(st.integers(1, 9)),
        draw(LANGUAGES.filter(bool)),
        draw(kinds),
        draw(kits),
    )
    return Inputs(
        (organisation,),
        (site,),
        (Base("B1", draw(NAMES), draw(NAMES), draw(places())),),
        (team,),
        draw(shifts("T1")) or (Shift("T1", date(2026, 9, 7), Hours(0, 86_400)),),
        (draw(requests()),),
        tuple(
            draw(
                st.lists(
                    st.builds(Promise, st.just("R1"), st.just(1), DAYS, SECONDS, st.sampled_from((None, "T1"))),
                    max_size=1,
                )
            )
        ),
        (PassportBag("K1", "R0", "S1", draw(st.integers(1, 99)), draw(DAYS)),),
        tuple(draw(st.lists(st.builds(SpecialVisit, st.just("R1"), NAMES, NAMES, DAYS), max_size=1))),
        draw(st.lists(NAMES.filter(lambda text: len(text.splitlines()) == 1), max_size=2).map(tuple)),
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(given_inputs=inputs())
def test_what_is_written_is_read_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, language: Any, form: Any, given_inputs: Inputs
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    write_inputs(given_inputs, folder, language, form)
    found = read_inputs(folder).inputs
    for field in fields(Inputs):
        assert getattr(found, field.name) == getattr(given_inputs, field.name), field.name
