"""Words for codes and fields on the desk's pages, in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Protocol

from babel.dates import format_date
from flask_babel import lazy_gettext as _

from planner.model import clock
from planner.report.schematic import district_text
from planner.report.words import KINDS, KITS, LANGUAGES, TASKS, WORKS, Text, named
from webui.desk.blueprint import blueprint
from webui.formatters import minutes, moment
from webui.language import chosen_language


class Named(Protocol):
    """Anything with a name in both languages."""

    id: Any
    name_zh: Any
    name_en: Any


ORGANISATION_KINDS = {
    "university": Text("大学", "university"),
    "college": Text("学院", "college"),
    "school": Text("中小学", "school"),
    "company": Text("企业", "company"),
    "hospital": Text("医院", "hospital"),
    "hotel": Text("酒店", "hotel"),
    "institute": Text("科研院所", "institute"),
}
DATUMS = {
    "wgs84": Text("WGS-84(GPS、天地图)", "WGS-84 (GPS, Tianditu)"),
    "gcj02": Text("GCJ-02(高德、腾讯)", "GCJ-02 (Gaode, Tencent)"),
    "bd09": Text("BD-09(百度)", "BD-09 (Baidu)"),
}
DAY_KINDS = {
    "workday": Text("工作日", "working day"),
    "weekend": Text("周末", "weekend"),
    "holiday": Text("节假日", "holiday"),
    "makeup_workday": Text("补班日", "make-up working day"),
}
REQUEST_STATES = {
    "received": Text("待答复", "waiting"),
    "accepted": Text("已受理", "accepted"),
    "refused": Text("已退回", "refused"),
    "withdrawn": Text("已撤回", "withdrawn"),
}
SPECIAL_STATES = {
    "asked": Text("待审批", "waiting for approval"),
    "approved": Text("已批准", "approved"),
    "refused": Text("未批准", "not approved"),
}
TABLES: dict[str, dict[str, Text]] = {
    "kind": KINDS,
    "kit": {**KITS, "return": Text("送证设备箱", "return kit")},
    "language": LANGUAGES,
    "task": TASKS,
    "work": WORKS,
    "organisation_kind": ORGANISATION_KINDS,
    "datum": DATUMS,
    "day_kind": DAY_KINDS,
    "request_state": REQUEST_STATES,
    "special_state": SPECIAL_STATES,
}
FIELDS = {
    "id": _("Id"),
    "name": _("Name"),
    "name_zh": _("Chinese name"),
    "name_en": _("English name"),
    "kind": _("Kind"),
    "district": _("District"),
    "police_area": _("Police area"),
    "foreigners": _("Foreigners"),
    "active_to": _("Active until"),
    "address": _("Address"),
    "hours": _("Opening hours"),
    "access_seconds": _("Way from the road"),
    "access_minutes": _("Way from the road, minutes"),
    "lat": _("Latitude (WGS-84)"),
    "lon": _("Longitude (WGS-84)"),
    "given_lat": _("Latitude as given"),
    "given_lon": _("Longitude as given"),
    "datum": _("Coordinate system"),
    "accuracy_metres": _("Accuracy, metres"),
    "place": _("Coordinates"),
    "office": _("Office"),
    "telephone": _("Telephone"),
    "site_id": _("Site"),
    "organisation_id": _("Organisation"),
    "service": _("Service"),
    "groups": _("Applicants"),
    "received": _("Received"),
    "task": _("What for"),
    "count": _("People"),
    "ready": _("Ready"),
    "language": _("Language"),
    "also_languages": _("Also possible in"),
    "event_date": _("Counted from"),
    "host_dates": _("Dates it can host"),
    "host_hours": _("Hours it can host"),
    "fast_track": _("Fast track"),
    "interpreters": _("Interpreters it lends"),
    "contact": _("Contact"),
    "status": _("State"),
    "answer": _("Answer"),
    "why": _("Reason"),
    "reason": _("Reason"),
    "base_id": _("Base"),
    "officers": _("Officers"),
    "desks": _("Desks"),
    "languages": _("Languages"),
    "kinds": _("Kinds it may take"),
    "team_id": _("Team"),
    "date": _("Date"),
    "first": _("First date"),
    "last": _("Last date"),
    "starts": _("Start"),
    "ends": _("End"),
    "start": _("Start"),
    "end": _("End"),
    "break": _("Break"),
    "rest_seconds": _("Break"),
    "rest_earliest": _("Break, earliest"),
    "rest_latest": _("Break, latest"),
    "break_minutes": _("Break, minutes"),
    "break_earliest": _("Break, earliest"),
    "break_latest": _("Break, latest"),
    "max_applicants": _("Most applicants"),
    "max_work_seconds": _("Longest day"),
    "max_work_minutes": _("Longest day, minutes"),
    "absence": _("Absence"),
    "works": _("Works"),
    "remark": _("Remark"),
    "official": _("Official"),
    "files": _("Files"),
    "teams": _("Teams"),
    "policy": _("Policy"),
    "days": _("Days"),
    "session": _("Session"),
    "login": _("Login"),
    "roles": _("Roles"),
    "organisation": _("Organisation"),
    "active": _("May sign in"),
    "sessions_ended": _("Sessions ended"),
    "submitted_by": _("Sent by"),
    "submitted_at": _("Sent"),
    "decided_by": _("Decided by"),
    "decided_at": _("Decided"),
    "published_by": _("Put into force by"),
    "published_at": _("Put into force"),
    "asked_by": _("Asked by"),
    "asked_at": _("Asked"),
    "audit_head": _("Hash of the audit"),
    "cost": _("Cost"),
    "served": _("Visits"),
    "unserved": _("Left out"),
    "run": _("Run"),
    "requests": _("Requests"),
    "seconds": _("Seconds"),
    "seed": _("Seed"),
    "approved_by": _("Approved by"),
    "approved_on": _("Approved on"),
    "request_id": _("Request"),
    "position": _("Position in the list"),
    "version": _("Version"),
}
"""Fields as people call them: in forms, in the history, where two versions are compared."""


@blueprint.app_template_filter("said")
def said(code: str, table: str) -> str:
    """What people call a code, by the name of its table; the code itself where nobody has a word for it."""
    return named(TABLES[table], code).of(chosen_language())


@blueprint.app_template_filter("called")
def called(row: Named | None) -> str:
    """The name of something in the reader's language, else in the other, else its id."""
    if row is None:
        return "—"
    first, second = (row.name_zh, row.name_en) if chosen_language() == "zh" else (row.name_en, row.name_zh)
    return str(first or second or row.id)


@blueprint.app_template_filter("also_called")
def also_called(row: Named) -> str:
    """The name in the other language, "" where there is none."""
    return str((row.name_en if chosen_language() == "zh" else row.name_zh) or "")


@blueprint.app_template_filter("district")
def district(name: str) -> str:
    """A district as the reader's language writes it."""
    return _district(name).of(chosen_language())


_district = lru_cache(maxsize=512)(district_text)


@blueprint.app_template_filter("field_name")
def field_name(name: str) -> str:
    """What people call a field; its last part where the place has several, as in "groups, 2"."""
    parts = [part.strip() for part in name.split(",")]
    known = [str(FIELDS[part]) if part in FIELDS else part for part in parts]
    return " ".join(known)


@blueprint.app_template_filter("sentence")
def sentence(reason: Any) -> str:
    """A reason or refusal of the planner in the reader's language."""
    return str(reason.sentence(chosen_language()))


@blueprint.app_template_filter("remedy")
def remedy(reason: Any) -> str:
    """What to do about a reason, in the reader's language."""
    return str(reason.remedy(chosen_language()))


@blueprint.app_template_filter("value_shown")
def value_shown(value: Any, field: str = "") -> str:
    """A value of a changed field as people read it; `value` is as JSON holds it."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    if field in DURATIONS and isinstance(value, int):
        return minutes(value)
    if field in CODES and isinstance(value, str):
        return said(value, CODES[field])
    if field in CLOCKS and isinstance(value, int):
        return clock(value)
    if isinstance(value, float):
        return f"{value:.6f}"
    if field.endswith("_at") and isinstance(value, str):
        return moment(datetime.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(value_shown(one, field.removesuffix("s")) for one in value)
    if isinstance(value, dict):
        return _object_shown(value)
    return str(value)


def _object_shown(value: dict[str, Any]) -> str:
    """Hours, counts of tables, or any other value that has parts."""
    if value.keys() == {"start", "end"}:
        return f"{clock(value['start'])}-{clock(value['end'])}"
    if value.keys() <= TABLES["table"].keys():
        return ", ".join(f"{said(name, 'table')} {count}" for name, count in value.items()) or "—"
    return " ".join(value_shown(one, name) for name, one in value.items() if one not in (None, [], ""))


@blueprint.app_template_filter("values_shown")
def values_shown(values: Mapping[str, Any]) -> str:
    """Several values as one line."""
    if len(values) == 1:
        return "".join(value_shown(value, name) for name, value in values.items())
    return "; ".join(f"{field_name(name)}: {value_shown(value, name)}" for name, value in values.items())


CODES = {
    "kind": "any_kind",
    "task": "task",
    "language": "language",
    "datum": "datum",
    "status": "any_state",
    "service": "work",
    "role": "role",
}
CLOCKS = (
    "starts",
    "ends",
    "start",
    "rest_earliest",
    "rest_latest",
    "shift_start",
    "shift_end",
    "break_earliest",
    "break_latest",
)
DURATIONS = ("access_seconds", "rest_seconds", "max_work_seconds")
TABLES["any_kind"] = {**ORGANISATION_KINDS, **KINDS, **DAY_KINDS, **KITS}
TABLES["any_state"] = {**SPECIAL_STATES, **REQUEST_STATES}


@blueprint.app_template_filter("month_name")
def month_name(first: date) -> str:
    """The month of a date: 9月, September."""
    return f"{first.month}月" if chosen_language() == "zh" else format_date(first, "MMMM", locale="en")


@blueprint.app_template_global("weekday_letters")
def weekday_letters() -> tuple[str, ...]:
    """The days of a week from Monday, as short as a column of the calendar is narrow."""
    return tuple("一二三四五六日") if chosen_language() == "zh" else ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


TABLES["table"] = {
    "organisation": Text("单位", "organisations"),
    "site": Text("地点", "sites"),
    "base": Text("驻地", "bases"),
    "team": Text("警组", "teams"),
    "kit": Text("设备箱", "kits"),
    "shift": Text("班次", "shifts"),
    "request": Text("申请", "requests"),
    "promise": Text("承诺", "promises"),
    "passport_bag": Text("待送证", "passports to return"),
    "special_visit": Text("专人服务", "special visits"),
}
FIELDS["added"], FIELDS["changed"], FIELDS["removed"] = _("Added"), _("Changed"), _("Removed")
FIELDS["corrected"] = _("Corrected rows, XLSX")
