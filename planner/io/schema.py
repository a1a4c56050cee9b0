"""The input tables: names, columns, what each cell may hold. docs/files.md describes the same tables.

A header may be written in English or in Chinese; case, spaces and hyphens do not matter.
"""

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from planner.errors import Language
from planner.io import cells, words


@dataclass(frozen=True)
class Column:
    """One column: its names, how its cells are read, an example; `needed` cells may not be empty."""

    name: str
    zh: str
    read: Callable[[str], object]
    example: str
    needed: bool = False
    default: object = ""
    also: tuple[str, ...] = ()

    def title(self, language: Language) -> str:
        """The header that exports write."""
        return self.zh if language == "zh" else self.name


@dataclass(frozen=True)
class Table:
    """One table: a CSV or XLSX file of this name, or a sheet of inputs.xlsx."""

    name: str
    zh: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("id",)
    """Columns that together may not repeat; () means rows may repeat."""
    needed: bool = True
    refers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Column → the table in whose id column its value must stand."""
    also: tuple[str, ...] = ()

    def title(self, language: Language) -> str:
        """The name of the file or sheet that exports write."""
        return self.zh if language == "zh" else self.name

    def column(self, name: str) -> Column:
        """The column of this English name; KeyError for another."""
        return {column.name: column for column in self.columns}[name]


_ID = Column("id", "编号", cells.identifier, "O1", needed=True, also=("ID号", "代码"))
_NAME_ZH = Column("name_zh", "中文名称", cells.text, "嘉陵大学", also=("名称", "中文名"))
_NAME_EN = Column("name_en", "英文名称", cells.text, "Jialing University", also=("name", "英文名"))
_DISTRICT = Column("district", "区县", cells.district, "沙坪坝区", also=("所属区县", "行政区"))
_POINT = (
    Column("lat", "纬度", cells.degrees, "29.5630", needed=True, also=("latitude",)),
    Column("lon", "经度", cells.degrees, "106.5516", needed=True, also=("longitude", "lng")),
    Column(
        "datum", "坐标系", cells.choice(words.DATUMS), "GCJ-02", needed=True, also=("coordinate_system", "坐标系统")
    ),
    Column("accuracy_metres", "精度（米）", cells.whole(0, 100_000), "50", default=0, also=("accuracy", "精度")),
)
_TEAM_ID = Column("team_id", "警组编号", cells.identifier, "T1", needed=True, also=("team", "警组"))
_REQUEST_ID = Column("request_id", "申请编号", cells.identifier, "R1", needed=True, also=("request", "预约申请编号"))
_SITE_ID = Column("site_id", "地点编号", cells.identifier, "S1", needed=True, also=("site", "地点"))
_KIND = cells.choice(words.KINDS)
_LANGUAGES = cells.many(cells.language)

TABLES = (
    Table(
        "organisations",
        "单位",
        (
            _ID,
            _NAME_ZH,
            _NAME_EN,
            Column(
                "kind", "类别", cells.choice(words.ORGANISATION_KINDS), "大学", needed=True, also=("单位类别", "type")
            ),
            Column(_DISTRICT.name, _DISTRICT.zh, cells.district, "沙坪坝区", needed=True, also=_DISTRICT.also),
            Column("police_area", "警务辖区", cells.text, "高新区", also=("辖区",)),
            Column("foreigners", "外国人数", cells.whole(0), "120", needed=True, also=("外国人人数", "number")),
            Column("active_to", "有效期至", cells.day, "2027-06-30", default=None, also=("停用日期",)),
        ),
        also=("organizations", "单位信息"),
    ),
    Table(
        "sites",
        "地点",
        (
            _ID,
            Column(
                "organisation_id", "单位编号", cells.identifier, "O1", needed=True, also=("organization_id", "单位")
            ),
            _NAME_ZH,
            _NAME_EN,
            _DISTRICT,
            Column("address", "地址", cells.text, "大学城南路1号"),
            *_POINT,
            Column("hours", "开放时间", cells.hours, "09:00-12:00;14:00-17:00", default=(), also=("开放时段",)),
            Column(
                "access_minutes", "步行入场（分钟）", cells.minutes, "5", default=0, also=("入场分钟", "步行入场分钟")
            ),
        ),
        refers={"organisation_id": "organisations"},
    ),
    Table("bases", "驻地", (_ID, _NAME_ZH, _NAME_EN, _DISTRICT, *_POINT)),
    Table(
        "teams",
        "警组",
        (
            _ID,
            _NAME_ZH,
            _NAME_EN,
            Column("base_id", "驻地编号", cells.identifier, "B1", needed=True, also=("base", "驻地")),
            Column("officers", "警力", cells.whole(1, 1000), "3", needed=True, also=("警员数", "人数")),
            Column("desks", "受理台", cells.whole(1, 1000), "2", needed=True, also=("受理台数",)),
            Column("languages", "语种", _LANGUAGES, "zh;en;ko", needed=True, also=("语言",)),
            Column("kinds", "可办类别", cells.many(_KIND), "学习;工作", default=(), also=("受理类别",)),
            Column(
                "kits",
                "设备箱",
                cells.or_none(cells.many(cells.choice(words.KITS))),
                "受理;面谈",
                default=("acceptance",),
                also=("设备",),
            ),
        ),
        refers={"base_id": "bases"},
    ),
    Table(
        "shifts",
        "班次",
        (
            _TEAM_ID,
            Column("date", "日期", cells.day, "2026-09-07", needed=True),
            Column("start", "开始", cells.time, "08:30", needed=True, also=("开始时间", "上班")),
            Column("end", "结束", cells.time, "18:00", needed=True, also=("结束时间", "下班")),
            Column("break_minutes", "休息（分钟）", cells.minutes, "60", default=None, also=("休息分钟", "休息")),
            Column("break_earliest", "休息最早", cells.time, "11:30", default=None),
            Column("break_latest", "休息最晚", cells.time, "13:00", default=None),
            Column("max_applicants", "人数上限", cells.whole(1), "75", default=None, also=("最多人数",)),
            Column("max_work_minutes", "工时上限（分钟）", cells.minutes, "540", default=None, also=("工时上限",)),
        ),
        key=("team_id", "date"),
        refers={"team_id": "teams"},
    ),
    Table(
        "requests",
        "预约申请",
        (
            _ID,
            _SITE_ID,
            Column("service", "服务", cells.choice(words.SERVICES), "受理", needed=True, also=("服务类型",)),
            Column("received", "收到日期", cells.day, "2026-09-01", needed=True, also=("申请日期",)),
            Column(
                "host_dates",
                "可接待日期",
                cells.days,
                "2026-09-07..2026-09-11;2026-09-14",
                default=(),
                also=("接待日期",),
            ),
            Column("host_hours", "可接待时间", cells.hours, "09:00-12:00", default=(), also=("接待时间",)),
            Column("fast_track", "快速通道", cells.yes_no, "否", default=False, also=("加急",)),
            Column("interpreters", "单位提供翻译", _LANGUAGES, "ru;pt", default=(), also=("翻译", "翻译语种")),
            Column("contact", "联系方式", cells.text, "国际处 023-60000001", also=("联系办公室",)),
        ),
        needed=False,
        refers={"site_id": "sites"},
        also=("预约", "申请"),
    ),
    Table(
        "groups",
        "申请人组",
        (
            _REQUEST_ID,
            Column("kind", "类别", _KIND, "学习", needed=True, also=("居留类别",)),
            Column("task", "事项", cells.choice(words.TASKS), "首次", needed=True, also=("办理事项",)),
            Column("count", "人数", cells.whole(1), "24", needed=True),
            Column("ready", "材料齐全人数", cells.whole(0), "20", default=None, also=("齐全人数",)),
            Column("language", "语种", cells.language, "en", needed=True, also=("语言",)),
            Column("also_languages", "其他可用语种", _LANGUAGES, "zh", default=(), also=("其他语种",)),
            Column("event_date", "起算日期", cells.day, "2026-09-01", needed=True, also=("入境或到期日期", "日期")),
        ),
        key=(),
        needed=False,
        refers={"request_id": "requests"},
        also=("人员组", "申请人"),
    ),
    Table(
        "promises",
        "承诺",
        (
            _REQUEST_ID,
            Column("session", "场次", cells.whole(1, 1000), "1", needed=True),
            Column("date", "日期", cells.day, "2026-09-08", needed=True),
            Column("start", "开始", cells.time, "09:30", needed=True, also=("开始时间",)),
            Column("team_id", "警组编号", cells.identifier, "T1", default=None, also=_TEAM_ID.also),
        ),
        key=("request_id", "session"),
        needed=False,
        refers={"request_id": "requests", "team_id": "teams"},
    ),
    Table(
        "returns",
        "送证",
        (
            _ID,
            _REQUEST_ID,
            _SITE_ID,
            Column("passports", "护照数", cells.whole(1), "18", needed=True, also=("护照本数",)),
            Column("issued_on", "签发日期", cells.day, "2026-09-10", needed=True, also=("可取日期",)),
        ),
        needed=False,
        refers={"site_id": "sites"},
        also=("待送证",),
    ),
    Table(
        "special_visits",
        "专人服务",
        (
            _REQUEST_ID,
            Column("reason", "理由", cells.text, "院士配偶行动不便", needed=True, also=("原因",)),
            Column("approved_by", "批准岗位", cells.text, "主管B", needed=True, also=("批准人",)),
            Column("approved_on", "批准日期", cells.day, "2026-09-02", needed=True),
        ),
        key=("request_id",),
        needed=False,
        refers={"request_id": "requests"},
    ),
)

BY_NAME: Mapping[str, Table] = MappingProxyType({table.name: table for table in TABLES})

NOTES = ("notes", "备注")
ROW_COLUMN = Column("row", "原行号", cells.whole(2), "14", default=None)
WRONG_COLUMN = Column("what_is_wrong", "错误", cells.text, "")
ADDED_COLUMNS = (ROW_COLUMN, WRONG_COLUMN)
"""What a file of failed rows has besides; a table may keep them, they are not read."""

PERSONAL = re.compile(r"姓名|护照号|证件号|出生|生日|指纹|passport_?n|surname|first_name|full_name|birth|biometric")


def heading(text: str) -> str:
    """A header or sheet name as it is compared."""
    shown = unicodedata.normalize("NFKC", text).strip().strip("*").casefold()
    return re.sub(r"[\s_\-]+", "_", shown).strip("_")


def table_named(text: str) -> Table | None:
    """The table that a file stem or sheet name stands for."""
    wanted = heading(text)
    for table in TABLES:
        if wanted in {heading(name) for name in (table.name, table.zh, *table.also)}:
            return table
    return None


def column_named(table: Table, text: str) -> Column | None:
    """The column of a table that a header stands for; the columns of a failed-rows file count."""
    return _headings(table).get(heading(text))


def nearest_column(table: Table, text: str) -> str:
    """A header of the table that looks like `text`, "" where none does."""
    return _nearest(text, [(name, each.name) for each in table.columns for name in (each.name, each.zh, *each.also)])


def nearest_table(text: str) -> str:
    """A table name that looks like `text`, "" where none does."""
    return _nearest(text, [(name, each.name) for each in TABLES for name in (each.name, each.zh, *each.also)])


def _headings(table: Table) -> dict[str, Column]:
    named = {heading(name): each for each in (*ADDED_COLUMNS, *table.columns) for name in each.also}
    return named | {heading(name): each for each in (*ADDED_COLUMNS, *table.columns) for name in (each.name, each.zh)}


def _nearest(text: str, offered: list[tuple[str, str]]) -> str:
    by_heading = {heading(name): meant for name, meant in offered}
    near = difflib.get_close_matches(heading(text)[:60], list(by_heading), n=1, cutoff=0.6)
    return by_heading[near[0]] if near else ""
