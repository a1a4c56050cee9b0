"""Input tables: what may be written how, and every mistake named with its place, all at once."""

from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest

from planner.errors import BadInput
from planner.io.mistakes import BadTables, CellMistake
from planner.io.tables import read_inputs
from planner.model import Break, Group, Hours, Organisation, Place
from planner.policy import Policy
from planner.travel.datum import from_wgs84
from tests.planner.io.a_folder import TABLES, a_workbook, grid, read

CHINESE = {
    "organisations": "编号,中文名称,英文名称,类别,区县,外国人数\nO1,嘉陵大学,Jialing University,大学,沙坪坝区,120\n",
    "sites": "编号,单位编号,名称,纬度,经度,坐标系\nS1,O1,国际学院,29.563,106.5516,天地图\n",
    "bases": "编号,名称,纬度,经度,坐标系\nB1,出入境管理局,29.594,106.545,GPS\n",
    "teams": "编号,名称,驻地编号,警力,受理台,语种\nT1,第一警组,B1,3,2,汉语；英语\n",
    "shifts": "警组编号,日期,开始,结束\nT1,2026年9月7日,上午8点半,18:00\n",
    "requests": "编号,地点编号,服务,收到日期\nR1,S1,受理,2026/9/1\n",
    "groups": "申请编号,类别,事项,人数,语种,起算日期\nR1,学习,首次,24,英语,20260825\n",
}
NAMES = {
    "organisations": "单位",
    "sites": "地点",
    "bases": "驻地",
    "teams": "警组",
    "shifts": "班次",
    "requests": "预约申请",
    "groups": "申请人组",
}


def mistakes(folder: Path, **changed: str | None) -> list[str]:
    """What is said about the tables, some of them changed."""
    with pytest.raises(BadTables) as caught:
        read(folder, **changed)
    return [mistake.sentence("en") for mistake in caught.value.mistakes]


def test_a_small_folder_becomes_inputs(tmp_path: Path) -> None:
    inputs = read(tmp_path).inputs
    assert inputs.organisations == (
        Organisation("O1", "嘉陵大学", "Jialing University", "university", "沙坪坝区", 120),
    )
    assert inputs.sites[0].place == Place(29.563, 106.5516, 29.563, 106.5516, "wgs84", 0)
    assert inputs.sites[0].name_en == "国际学院"  # one name stands for the other
    assert inputs.shifts[0].hours == Hours(8 * 3600 + 1800, 18 * 3600)
    assert inputs.shifts[0].rest is None
    assert inputs.requests[0].groups == (Group("study", "first", 24, "en", date(2026, 8, 25)),)
    assert inputs.teams[0].kits == ("acceptance",)


def test_the_defaults_are_the_default_policy_and_no_calendar(tmp_path: Path) -> None:
    read_back = read(tmp_path)
    assert read_back.policy == Policy()
    assert read_back.calendar_path is None


def test_policy_calendar_and_notes_are_read_where_they_are_given(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("desks = 3\n", "utf-8")
    (tmp_path / "workdays.csv").write_text("date\n", "utf-8")
    (tmp_path / "notes.txt").write_bytes("人数均为虚构\r\n\r\nSynthetic\r\n".encode("gb18030"))
    found = read(tmp_path)
    assert found.policy == replace(Policy(), desks=3)
    assert found.calendar_path == tmp_path / "workdays.csv"
    assert found.inputs.notes == ("人数均为虚构", "Synthetic")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_chinese_headers_and_words_in_any_encoding_say_the_same(encoding: str, tmp_path: Path) -> None:
    english = read(tmp_path / "en").inputs
    for name, text in CHINESE.items():
        (tmp_path / f"{name}.csv").write_bytes(text.encode(encoding))
    assert read_inputs(tmp_path).inputs == english


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
def test_chinese_file_names_are_understood(encoding: str, tmp_path: Path) -> None:
    for name, text in CHINESE.items():
        (tmp_path / f"{NAMES[name]}.CSV").write_bytes(text.encode(encoding))
    assert read_inputs(tmp_path).inputs == read(tmp_path / "en").inputs


@pytest.mark.parametrize("names", ["en", "zh"])
def test_one_workbook_holds_all_tables_as_sheets(names: str, tmp_path: Path) -> None:
    sheets = {NAMES[name] if names == "zh" else name: grid(name) for name in TABLES}
    a_workbook(tmp_path / "inputs.xlsx", {**sheets, "说明": [["填写方法"]], "Sheet9": [], "备注": [["人数均为虚构"]]})
    inputs = read_inputs(tmp_path).inputs
    assert inputs == replace(read(tmp_path / "csv").inputs, notes=("人数均为虚构",))


def test_a_table_may_be_a_workbook_beside_csv_files(tmp_path: Path) -> None:
    a_workbook(tmp_path / "sites.xlsx", {"Sheet1": grid("sites"), "Sheet2": [], "Sheet3": []})
    assert read(tmp_path, sites=None).inputs == read(tmp_path / "csv").inputs


def test_date_time_and_number_cells_of_excel_are_understood(tmp_path: Path) -> None:
    rows: list[list[object]] = [["team_id", "date", "start", "end", "max_applicants"]]
    rows.append(["T1", datetime(2026, 9, 7), time(8, 30), time(18, 0), 75.0])
    a_workbook(tmp_path / "shifts.xlsx", {"shifts": rows})
    shift = read(tmp_path, shifts=None).inputs.shifts[0]
    assert (shift.date, shift.hours, shift.max_applicants) == (date(2026, 9, 7), Hours(30600, 64800), 75)


@pytest.mark.parametrize(("datum", "metres"), [("GCJ-02", 479), ("BD-09", 1054)])
def test_coordinates_are_converted_and_the_given_ones_kept(datum: str, metres: int, tmp_path: Path) -> None:
    # 29.5630, 106.5516 in WGS-84; at Chongqing GCJ-02 is 479 m away from it and BD-09 1,054 m
    key = "gcj02" if datum == "GCJ-02" else "bd09"
    lat, lon = from_wgs84(29.5630, 106.5516, key)  # type: ignore[arg-type]
    place = (
        read(tmp_path, sites=f"id,organisation_id,name_zh,lat,lon,datum\nS1,O1,A,{lat},{lon},{datum}\n")
        .inputs.sites[0]
        .place
    )
    assert (place.given_lat, place.given_lon, place.datum) == (lat, lon, key)
    assert abs(place.lat - 29.5630) < 1e-6
    assert abs(place.lon - 106.5516) < 1e-6
    away = (((lat - place.lat) * 110_850) ** 2 + ((lon - place.lon) * 96_900) ** 2) ** 0.5
    assert abs(away - metres) < 10


def test_a_break_is_read_with_its_times(tmp_path: Path) -> None:
    text = (
        "team_id,date,start,end,break_minutes,break_earliest,break_latest\nT1,2026-09-07,08:30,18:00,60,11:30,13:00\n"
    )
    assert read(tmp_path, shifts=text).inputs.shifts[0].rest == Break(3600, 41400, 46800)


def test_blank_rows_and_columns_do_not_matter_and_rows_keep_their_number(tmp_path: Path) -> None:
    text = "id,,name_zh,lat,lon,datum,,\n\n,,,,,,,\nB1,,局,29.594,106.545,GPS,,\nB2,,局,29.594,106.545,?,,\n"
    assert mistakes(tmp_path, bases=text) == [
        "bases.csv, row 5, column datum ('?'): is not among the choices; "
        "write one of: wgs84 WGS-84, gcj02 GCJ-02, bd09 BD-09"
    ]


def test_a_quoted_cell_of_two_lines_counts_as_one_row(tmp_path: Path) -> None:
    text = 'id,name_zh,lat,lon,datum\nB1,"两\n行",29.594,106.545,GPS\nB2,局,x,106.545,GPS\n'
    assert mistakes(tmp_path, bases=text)[0].startswith("bases.csv, row 3, column lat ('x'): is no coordinate")


WRONG = {
    # table, its text, the place and words of the mistake
    "site of an unknown organisation": (
        "sites",
        "id,organisation_id,name_zh,lat,lon,datum\nS1,O9,A,29.5,106.5,GPS\n",
        "sites.csv, row 2, column organisation_id ('O9')",
        "not in the table organisations",
    ),
    "repeated id": (
        "bases",
        TABLES["bases"] + "B1,另一处,29.6,106.5,GPS\n",
        "bases.csv, row 3, column id ('B1')",
        "repeats row 2",
    ),
    "two shifts of one team on one date": (
        "shifts",
        TABLES["shifts"] + "T1,2026/9/7,09:00,12:00\n",
        "shifts.csv, row 3, column date ('2026/9/7')",
        "repeats row 2",
    ),
    "negative count": (
        "groups",
        TABLES["groups"].replace(",24,", ",-24,"),
        "groups.csv, row 2, column count ('-24')",
        "negative",
    ),
    "no people": (
        "groups",
        TABLES["groups"].replace(",24,", ",0,"),
        "groups.csv, row 2, column count ('0')",
        "not between 1",
    ),
    "more ready than there are": (
        "groups",
        "request_id,kind,task,count,ready,language,event_date\nR1,study,first,2,3,en,2026-09-01\n",
        "groups.csv, row 2, column ready ('3')",
        "more than the people in the group (2)",
    ),
    "swapped coordinates": (
        "bases",
        "id,name_zh,lat,lon,datum\nB1,局,106.545,29.594,GPS\n",
        "bases.csv, row 2, column lat ('106.545')",
        "latitude and longitude look swapped",
    ),
    "outside Chongqing": (
        "bases",
        "id,name_zh,lat,lon,datum\nB1,局,39.9,116.4,GPS\n",
        "bases.csv, row 2, column lat",
        "outside Chongqing",
    ),
    "outside China": (
        "bases",
        "id,name_zh,lat,lon,datum\nB1,局,48.8,2.35,GPS\n",
        "bases.csv, row 2, column lat",
        "outside China",
    ),
    "nowhere": (
        "bases",
        "id,name_zh,lat,lon,datum\nB1,局,948.8,2.35,GPS\n",
        "bases.csv, row 2, column lat",
        "outside China",
    ),
    "no datum": (
        "bases",
        "id,name_zh,lat,lon,datum\nB1,局,29.5,106.5,\n",
        "bases.csv, row 2, column datum",
        "is empty; fill in",
    ),
    "ends before it starts": (
        "shifts",
        "team_id,date,start,end\nT1,2026-09-07,18:00,08:30\n",
        "shifts.csv, row 2, column end ('08:30')",
        "not after the start (18:00)",
    ),
    "break outside the shift": (
        "shifts",
        "team_id,date,start,end,break_minutes,break_earliest,break_latest\nT1,2026-09-07,08:30,12:00,60,11:00,11:30\n",
        "shifts.csv, row 2, column break_latest ('11:30')",
        "outside the shift",
    ),
    "break without times": (
        "shifts",
        "team_id,date,start,end,break_minutes\nT1,2026-09-07,08:30,12:00,60\n",
        "shifts.csv, row 2, column break_earliest",
        "earliest and the latest",
    ),
    "break times without a break": (
        "shifts",
        "team_id,date,start,end,break_latest,break_minutes\nT1,2026-09-07,08:30,12:00,11:00,\n",
        "shifts.csv, row 2, column break_minutes",
        "fill in its minutes",
    ),
    "missing column": (
        "bases",
        "id,name_zh,lat,lon\nB1,局,29.594,106.545\n",
        "bases.csv, row 1, column datum",
        "add a column headed datum",
    ),
    "unknown column": (
        "bases",
        "id,name_zh,lattitude,lon,datum\nB1,局,29.594,106.545,GPS\n",
        "bases.csv, row 1, column lattitude",
        "did you mean lat (纬度)?",
    ),
    "unknown column without a likeness": (
        "bases",
        TABLES["bases"].replace("datum", "datum,qqqqq"),
        "bases.csv, row 1, column qqqqq",
        "delete it. This table has: id 编号",
    ),
    "personal data": (
        "groups",
        TABLES["groups"].replace("event_date", "event_date,护照号"),
        "groups.csv, row 1, column 护照号",
        "personal data",
    ),
    "column twice": (
        "bases",
        "id,编号,name_zh,lat,lon,datum\nB1,B1,局,29.594,106.545,GPS\n",
        "bases.csv, row 1, column 编号",
        "means the same as the column id",
    ),
    "no header": ("bases", "B1,局,29.594,106.545,GPS\n", "bases.csv, row 1", "first row must hold the headers"),
    "separated by semicolons": ("bases", TABLES["bases"].replace(",", ";"), "bases.csv, row 1", "separated by commas"),
    "no rows": ("bases", "id,name_zh,lat,lon,datum\n", "bases", "has no rows"),
    "empty file": ("bases", "", "bases", "has no rows"),
    "no file": ("bases", None, "bases", "this table is missing; add bases.csv or .xlsx"),
    "comma in a text": (
        "sites",
        "id,organisation_id,name_zh,lat,lon,datum\nS1,O1,A,29.5,106.5,GPS,路1号\n",
        "sites.csv, row 2, column G ('路1号')",
        "under no header",
    ),
    "both names empty": (
        "bases",
        "id,name_zh,lat,lon,datum\nB1,,29.5,106.5,GPS\n",
        "bases.csv, row 2, column name_zh",
        "at least one",
    ),
    "request without people": (
        "requests",
        TABLES["requests"] + "R2,S1,受理,2026-09-01\n",
        "requests.csv, row 3, column id ('R2')",
        "has no applicants",
    ),
    "group of an unknown request": (
        "groups",
        TABLES["groups"] + "R7,study,first,1,en,2026-09-01\n",
        "groups.csv, row 3, column request_id ('R7')",
        "not in the table requests",
    ),
    "promise to an unknown team": (
        "promises",
        "request_id,session,date,start,team_id\nR1,1,2026-09-08,09:30,T9\n",
        "promises.csv, row 2, column team_id ('T9')",
        "not in the table teams",
    ),
    "special visit approved by nobody": (
        "special_visits",
        "request_id,reason,approved_by,approved_on\nR1,院士,,2026-09-02\n",
        "special_visits.csv, row 2, column approved_by",
        "is empty",
    ),
    "passports for an unknown site": (
        "returns",
        "id,request_id,site_id,passports,issued_on\nK1,R0,S9,3,2026-09-02\n",
        "returns.csv, row 2, column site_id ('S9')",
        "not in the table sites",
    ),
    "a formula in CSV": (
        "organisations",
        "id,name_zh,kind,district,foreigners\nO1,=1+1,university,沙坪坝区,5\n",
        "organisations.csv, row 2, column name_zh ('=1+1')",
        "is a formula",
    ),
    "a formula of full width": (
        "organisations",
        "id,name_zh,kind,district,foreigners\nO1,＝1+1,university,沙坪坝区,5\n",
        "organisations.csv, row 2, column name_zh",
        "is a formula",
    ),
    "no such district": (
        "organisations",
        TABLES["organisations"].replace("沙坪坝区", "沙平坝"),
        "organisations.csv, row 2, column district ('沙平坝')",
        "is no district",
    ),
    "no work at all": (
        "shifts",
        "team_id,date,start,end,max_work_minutes\nT1,2026-09-07,08:30,12:00,0\n",
        "shifts.csv, row 2, column max_work_minutes ('0')",
        "leave it empty",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_named_with_place_value_and_what_to_do(name: str, tmp_path: Path) -> None:
    table, text, place, words = WRONG[name]
    said = mistakes(tmp_path, **{table: text})
    assert any(one.startswith(place) and words in one for one in said), said


@pytest.mark.parametrize("name", WRONG)
def test_every_mistake_has_a_chinese_sentence_of_its_own(name: str, tmp_path: Path) -> None:
    table, text, _, _ = WRONG[name]
    with pytest.raises(BadTables) as caught:
        read(tmp_path, **{table: text})
    for mistake in caught.value.mistakes:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in mistake.zh)
        assert mistake.sentence("zh") != mistake.sentence("en")


def test_a_broken_row_breeds_no_further_mistakes(tmp_path: Path) -> None:
    """An organisation whose count is wrong is still known to its sites."""
    said = mistakes(tmp_path, organisations=TABLES["organisations"].replace(",120", ",many"))
    assert len(said) == 1


def test_a_missing_column_is_one_mistake_and_not_one_for_each_row(tmp_path: Path) -> None:
    text = "id,name_zh,lat,lon\n" + "".join(f"B{number},局,29.594,106.545\n" for number in range(1, 20))
    assert len(mistakes(tmp_path, bases=text)) == 1


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    # one in each of five files, two of them in one row: six
    said = mistakes(
        tmp_path,
        organisations=TABLES["organisations"].replace("university", "univercity"),
        sites="id,organisation_id,name_zh,lat,lon,datum\nS1,O1,A,x,y,GPS\n",
        bases="id\0",
        shifts="team_id,date,start,end\nT1,2026-02-30,08:30,18:00\n",
        groups=TABLES["groups"].replace(",24,", ",-1,"),
    )
    assert [one.split(":")[0].split(" (")[0] for one in said] == [
        "bases.csv",
        "organisations.csv, row 2, column kind",
        "sites.csv, row 2, column lat",
        "sites.csv, row 2, column lon",
        "shifts.csv, row 2, column date",
        "groups.csv, row 2, column count",
    ]


def test_mistakes_of_policy_and_tables_come_together(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text("desk = 3\n", "utf-8")
    said = mistakes(tmp_path, groups=TABLES["groups"].replace(",24,", ",-1,"))
    assert [one.split(",")[0] for one in said] == ["policy.toml", "groups.csv"]


@pytest.mark.parametrize("text", ["x = " + "[" * 20_000, "x" * 300_000, "\udcff"])
def test_a_hostile_policy_is_a_mistake(text: str, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    assert len(mistakes(tmp_path)) == 1


def test_formulas_and_errors_in_excel_are_named_and_never_calculated(tmp_path: Path) -> None:
    rows = grid("organisations")
    rows[1][1], rows[1][5] = "=1+1", "#N/A"
    a_workbook(tmp_path / "organisations.xlsx", {"organisations": rows})
    assert [one.split(";")[0].split(",", 2)[2] for one in mistakes(tmp_path, organisations=None)] == [
        " row 2, column name_zh ('=1+1'): is a formula, which is never calculated here",
        " row 2, column foreigners ('#N/A'): is an error of the spreadsheet",
    ]


def test_the_place_names_file_sheet_row_and_column_in_both_languages(tmp_path: Path) -> None:
    sheets = {NAMES[name]: grid(name) for name in TABLES}
    sheets["班次"][1][1] = "soon"
    a_workbook(tmp_path / "inputs.xlsx", sheets)
    with pytest.raises(BadTables) as caught:
        read_inputs(tmp_path)
    (mistake,) = caught.value.mistakes
    assert isinstance(mistake, CellMistake)
    assert (mistake.file, mistake.sheet, mistake.row, mistake.column) == ("inputs.xlsx", "班次", 2, "date")
    assert mistake.sentence("en").startswith("inputs.xlsx, sheet 班次, row 2, column date ('soon'): is no date")
    assert mistake.sentence("zh") == "inputs.xlsx，工作表“班次”，第2行，“date”列（“soon”）：不是日期；请写成 2026-09-07"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("site.csv", "did you mean sites?"),
        ("qqq.csv", "no table has this name; rename"),
        ("teams.xls", ".xls files are not read; save it as .xlsx"),
        ("teams.ods", ".ods files are not read"),
        ("teams.xlsx", "no .xlsx workbook"),
        ("警组.csv", "given a second time (also in teams.csv)"),
    ],
)
def test_files_in_the_way_are_mistakes(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(TABLES["teams"], "utf-8")
    said = mistakes(tmp_path)
    assert [name in one and words in one for one in said] == [True], said


@pytest.mark.parametrize(
    "name", ["~$inputs.xlsx", ".hidden.csv", "README.md", "plan-visits.csv", "plan.xlsx", "failed-rows.xlsx"]
)
def test_other_files_are_left_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\0")
    assert read(tmp_path).inputs.teams


def test_a_sheet_with_an_unknown_name_is_a_mistake(tmp_path: Path) -> None:
    a_workbook(tmp_path / "inputs.xlsx", {name: grid(name) for name in TABLES} | {"shift": grid("shifts")})
    with pytest.raises(BadTables, match=r"inputs.xlsx, sheet shift: no table has this name; did you mean shifts\?"):
        read_inputs(tmp_path)


def test_a_folder_that_is_none_and_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is no folder"):
        read_inputs(tmp_path / "nowhere")
    with pytest.raises(BadTables) as caught:
        read_inputs(tmp_path)
    missing = [mistake.where for mistake in caught.value.mistakes]
    assert missing == ["organisations", "sites", "bases", "teams", "shifts", "requests"]


def test_passports_to_bring_back_are_enough_to_plan_for(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        requests=None,
        groups=None,
        returns="id,request_id,site_id,passports,issued_on\nK1,R0,S1,3,2026-09-02\n",
    )
    assert found.inputs.bags[0].passports == 3
    assert found.inputs.requests == ()


def test_reading_stops_at_ten_thousand_mistakes_and_says_so(tmp_path: Path) -> None:
    said = mistakes(tmp_path, groups=TABLES["groups"] + "R1,x,x,x,x,x\n" * 3_000)
    assert len(said) == 10_001
    assert said[-1].startswith("reading stopped after 10000 mistakes")


def test_an_unreadable_file_breeds_no_mistakes_about_what_it_may_hold(tmp_path: Path) -> None:
    assert mistakes(tmp_path, sites="id\0") == [
        "sites.csv: holds a NUL byte (byte 3), so it is no text; save it as “CSV UTF-8”"
    ]
