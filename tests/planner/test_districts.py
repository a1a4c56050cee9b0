"""Old and new names of districts: what is understood, what is kept apart, what is suggested."""

from datetime import date

import pytest

from planner.districts import default_districts, district_of, nearest_names

BEFORE_THE_MERGER = date(2026, 1, 24)
DAY_OF_THE_MERGER = date(2026, 1, 25)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("江北区", "500105"),
        ("江北", "500105"),
        (" 重庆市江北区 ", "500105"),
        ("Jiangbei District", "500105"),
        ("jiangbei", "500105"),
        ("Chongqing Jiangbei District", "500105"),
        ("500105", "500105"),
        ("渝北区", "500112"),
        ("Yubei District, Chongqing", "500112"),
        ("两江新区", "500157"),
        ("Liangjiang New Area", "500157"),
        ("500157", "500157"),
        ("Nan'an District", "500108"),
        ("Nan’an", "500108"),
        ("NANAN", "500108"),
        ("忠县", "500233"),
        ("Zhong County", "500233"),
        ("石柱土家族自治县", "500240"),
        ("石柱县", "500240"),
        ("Shizhu", "500240"),
        ("Pengshui Miao and Tujia Autonomous County", "500243"),
    ],
)
def test_understands_old_and_new_names_and_codes(text: str, code: str) -> None:
    found = district_of(text)
    assert found is not None
    assert found.code == code


def test_every_unit_is_found_by_each_of_its_own_names_and_its_code() -> None:
    districts = default_districts()
    for unit in districts.table:
        if unit.kind == "zone":
            continue
        for text in (unit.code, unit.name_zh, unit.name_en, unit.name_en.removesuffix(" District")):
            assert districts.find(text) is unit, text


def test_counts_38_units_before_the_merger_and_37_after_it() -> None:
    # 38 - Jiangbei - Yubei + Liangjiang = 37
    districts = default_districts()
    before = {unit.code for unit in districts.units(BEFORE_THE_MERGER)}
    after = {unit.code for unit in districts.units(DAY_OF_THE_MERGER)}
    assert len(before) == 38
    assert len(after) == 37
    assert before - after == {"500105", "500112"}
    assert after - before == {"500157"}


def test_an_old_unit_keeps_its_history_and_names_its_successor() -> None:
    yubei = district_of("渝北区")
    assert yubei is not None
    assert yubei.until == DAY_OF_THE_MERGER
    assert yubei.successor == "500157"
    assert yubei.existed(BEFORE_THE_MERGER)
    assert not yubei.existed(DAY_OF_THE_MERGER)


def test_land_that_went_another_way_is_found_by_the_town_in_the_address() -> None:
    districts = default_districts()
    yubei, beibei = district_of("Yubei"), district_of("Beibei")
    assert yubei is not None and beibei is not None
    assert districts.now(yubei).code == "500157"
    assert districts.now(yubei, "渝北区大湾镇某路1号").code == "500109"
    assert districts.now(beibei) is beibei
    assert districts.now(beibei, "北碚区水土街道云汉大道").code == "500157"


def test_a_unit_without_changes_is_its_own_present() -> None:
    fuling = district_of("Fuling")
    assert fuling is not None
    assert default_districts().now(fuling) is fuling


def test_the_development_zone_of_2018_is_not_the_unit_of_2026() -> None:
    zone = district_of("两江新区", on=date(2018, 6, 11))
    unit = district_of("两江新区", on=date(2026, 9, 1))
    assert zone is not None and unit is not None
    assert (zone.kind, zone.code) == ("zone", "")
    assert (unit.kind, unit.code) == ("district", "500157")
    assert district_of("Liangjiang New Area (development zone)") == zone


def test_an_old_name_is_understood_on_a_day_when_it_is_history() -> None:
    found = district_of("江北区", on=date(2026, 9, 1))
    assert found is not None
    assert found.code == "500105"


def test_a_police_area_is_a_zone_and_no_district() -> None:
    high_tech = district_of("高新区")
    assert high_tech is not None
    assert high_tech.kind == "zone"
    assert high_tech not in default_districts().units(DAY_OF_THE_MERGER)


@pytest.mark.parametrize("text", ["", "  ", "成都市", "重庆", "区", "County", "江北新区", "500199"])
def test_leaves_what_it_does_not_know_unknown(text: str) -> None:
    assert district_of(text) is None


def test_suggests_names_like_a_misspelt_one() -> None:
    assert "Shapingba District" in nearest_names("Shapinba Distrct")
    assert "沙坪坝区" in nearest_names("沙平坝区")
    assert nearest_names("xyzxyz") == ()
    assert len(nearest_names("Yubei Distrct", limit=1)) == 1


def test_names_itself_in_both_languages() -> None:
    unit = district_of("500157")
    assert unit is not None
    assert (unit.name("zh"), unit.name("en")) == ("两江新区", "Liangjiang New Area")
