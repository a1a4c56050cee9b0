"""Where lines and views lie, in numbers one can check by hand."""

import pytest

from planner.report.geometry import ARC_POINTS, MUNICIPALITY, arc, kilometres, view


def test_an_arc_begins_and_ends_at_its_places_and_bows_to_the_left() -> None:
    # due north along a meridian: left is west, by 9 % of 0.1 degree of latitude
    line = arc((29.0, 106.0), (29.1, 106.0))
    assert len(line) == ARC_POINTS + 1
    assert (line[0], line[-1]) == ((29.0, 106.0), (29.1, 106.0))
    lat, lon = line[ARC_POINTS // 2]
    assert lat == pytest.approx(29.05, abs=1e-4)
    assert kilometres((lat, lon), (29.05, 106.0)) == pytest.approx(0.009 * 111.2, rel=0.01)
    assert lon < 106.0


def test_the_way_back_takes_the_other_side() -> None:
    out, back = arc((29.0, 106.0), (29.1, 106.0)), arc((29.1, 106.0), (29.0, 106.0))
    assert out[6][1] < 106.0 < back[6][1]


def test_no_line_joins_a_place_with_itself() -> None:
    assert arc((29.0, 106.0), (29.0, 106.0)) == []


def test_the_core_leaves_out_what_is_far_and_everything_does_not() -> None:
    # three places within 5 km, one 200 km to the north-east
    city = [(29.55, 106.50), (29.56, 106.52), (29.57, 106.55)]
    seen = view([*city, (30.8, 108.4)])
    assert [*seen.core[0], *seen.core[1]] == pytest.approx([29.54, 106.49, 29.58, 106.56])
    assert seen.everything[1] == pytest.approx((30.81, 108.41))


def test_where_there_is_nothing_the_municipality_is_shown() -> None:
    assert view([]).core == MUNICIPALITY


def test_ten_kilometres_are_ten_kilometres() -> None:
    assert kilometres((29.5, 106.5), (29.59, 106.5)) == pytest.approx(10.0, rel=0.01)
