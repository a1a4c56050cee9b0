"""Finding places by Chinese name, address, English name and pinyin."""

from pathlib import Path

import pytest

from planner.travel.gazetteer import Entry, entry, find_places, write_gazetteer
from planner.travel.roads import import_roads
from tests.planner.travel.village import at, write_village

ENTRIES = [
    Entry("重庆大学", "Chongqing University", "university", "沙坪坝区沙正街174号", 29.567, 106.464),
    Entry("重庆大学附属中学", "", "school", "", 29.568, 106.466),
    Entry("大学城", "", "suburb", "", 29.60, 106.30),
    Entry("沙正街", "", "road", "", 29.565, 106.465),
    Entry("沙正街", "", "road", "", 29.5651, 106.4651),
    Entry("重庆邮电大学", "CQUPT", "university", "南岸区崇文路2号", 29.533, 106.607),
    Entry("100% 咖啡_馆", "", "cafe", "", 29.55, 106.55),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("names") / "places.sqlite"
    assert write_gazetteer(made, ENTRIES) == 6  # the second 沙正街 stands beside the first
    return made


@pytest.mark.parametrize(
    ("asked", "first", "count"),
    [
        ("重庆大学", "重庆大学", 2),
        ("大学", "大学城", 4),  # two characters; a name that begins so comes first
        ("沙", "沙正街", 2),  # one character; the university by its address
        ("崇文路", "重庆邮电大学", 1),
        ("chongqing daxue", "重庆大学", 2),
        ("ChongQing DaXue", "重庆大学", 2),
        ("cqdx", "重庆大学", 2),
        ("cqyddx", "重庆邮电大学", 1),
        ("university", "重庆大学", 1),
        ("cqupt", "重庆邮电大学", 1),
        ("%", "100% 咖啡_馆", 1),
        ("_", "100% 咖啡_馆", 1),
    ],
)
def test_a_place_is_found(path: Path, asked: str, first: str, count: int) -> None:
    found = find_places(path, asked)
    assert (found[0].name, len(found)) == (first, count)


@pytest.mark.parametrize("asked", ["", "  ", "东京", "' OR 1=1 --", "\x00"])
def test_what_is_not_there_is_not_found(path: Path, asked: str) -> None:
    assert find_places(path, asked) == ()


def test_without_a_gazetteer_nothing_is_found(tmp_path: Path) -> None:
    assert find_places(tmp_path / "places.sqlite", "大学") == ()


def test_no_more_are_given_than_asked_for(path: Path) -> None:
    assert len(find_places(path, "大学", limit=2)) == 2


def test_an_imported_extract_can_be_searched(tmp_path: Path) -> None:
    import_roads(write_village(tmp_path / "v.osm.pbf"), tmp_path / "roads")
    names = tmp_path / "roads" / "places.sqlite"
    (school,) = find_places(names, "一中")[:1] or find_places(names, "第一中学")
    assert (school.name, school.kind) == ("重庆第一中学", "school")
    middle = at(1100, 1000)
    assert (school.lat, school.lon) == pytest.approx((middle.lat, middle.lon), abs=1e-6)
    assert find_places(names, "8号")[0].name == "重庆邮局"
    assert find_places(names, "rmlu") == ()
    assert find_places(names, "rml")[0].name == "人民路"
    assert find_places(names, "步道")[0].kind == "road"


def test_what_has_neither_name_nor_address_is_no_place() -> None:
    assert entry({"amenity": "bench"}, 29.5, 106.5) is None
    assert entry({"name": "无类"}, 29.5, 106.5) is None
    house = entry({"addr:street": "人民路", "addr:housenumber": "8号"}, 29.5, 106.5)
    assert house is not None
    assert (house.name, house.kind, house.address) == ("人民路8号", "address", "人民路8号")
