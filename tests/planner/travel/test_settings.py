"""travel.toml and corrections.csv become providers, profile and corrections."""

from pathlib import Path

import pytest

from planner.errors import BadInput
from planner.model import Place
from planner.travel.providers import travel, ways_of
from planner.travel.roads import import_roads
from planner.travel.settings import read_options, without_services
from tests.planner.travel.village import at, write_village


def names(folder: Path) -> list[str]:
    return [one.name for one in read_options(folder).providers]


def test_without_any_file_the_built_in_estimate_stands_alone(tmp_path: Path) -> None:
    assert names(tmp_path) == ["builtin"]
    assert read_options(tmp_path).corrections.lines == ()


def test_imported_roads_beside_the_tables_come_first(tmp_path: Path) -> None:
    import_roads(write_village(tmp_path / "v.osm.pbf"), tmp_path / "roads")
    options = read_options(tmp_path)
    assert [one.name for one in options.providers] == ["osm", "builtin"]
    places = [at(0, 250), at(0, 1750)]
    assert travel(places, options=options).source == "osm"
    made = travel(places, options=options)
    assert ways_of(made, [(0, 1), (0, 1)], places, options=options)[0][0, 1].roads == ("人民路",)


def test_services_are_taken_in_the_order_written_with_the_estimate_last(tmp_path: Path) -> None:
    (tmp_path / "travel.toml").write_text(
        'providers = ["builtin", "valhalla", "osrm"]\n[osrm]\nurl = "http://a:5000"\ntries = 1\n'
        '[valhalla]\nurl = "http://b:8002"\n',
        "utf-8",
    )
    assert names(tmp_path) == ["valhalla", "osrm", "builtin"]
    assert [one.name for one in without_services(read_options(tmp_path)).providers] == ["builtin"]


def test_roads_that_are_gone_are_warned_of_and_the_estimate_used(tmp_path: Path) -> None:
    (tmp_path / "travel.toml").write_text('providers = ["osm"]\nroads = "elsewhere"\n', "utf-8")
    made = travel([Place(29.5, 106.5), Place(29.6, 106.5)], options=read_options(tmp_path))
    assert made.estimated
    assert [one.code for one in made.warnings] == ["travel_no_data", "travel_fallback"]


def test_corrections_beside_the_tables_outlive_a_new_import(tmp_path: Path) -> None:
    (tmp_path / "corrections.csv").write_text(
        "kind,what,minutes,by,on,why\naccess,S1,6,Scheduler A,2026-09-01,car park\n", "utf-8"
    )
    extract = write_village(tmp_path / "v.osm.pbf")
    for _ in range(2):
        import_roads(extract, tmp_path / "roads")
        assert read_options(tmp_path).corrections.access() == {"S1": 360}


def test_every_mistake_in_the_settings_is_named(tmp_path: Path) -> None:
    (tmp_path / "travel.toml").write_text(
        'providers = ["osrm", "valhalla"]\nspeed = 3\n[osrm]\nurl = "router"\ntries = 0\n'
        '[valhalla]\nurl = "http://b"\ntimeout_seconds = "long"\nkey = 1\n',
        "utf-8",
    )
    with pytest.raises(BadInput) as caught:
        read_options(tmp_path)
    assert [one.where for one in caught.value.mistakes] == [
        "travel.toml, speed",
        "travel.toml, osrm.tries",
        "travel.toml, osrm.url",
        "travel.toml, valhalla.timeout_seconds",
        "travel.toml, valhalla.key",
    ]
    (tmp_path / "travel.toml").write_text('providers = ["teleport"]\n', "utf-8")
    with pytest.raises(BadInput, match="is a list out of builtin"):
        read_options(tmp_path)
    (tmp_path / "travel.toml").write_text("providers =", "utf-8")
    with pytest.raises(BadInput, match="no TOML"):
        read_options(tmp_path)
