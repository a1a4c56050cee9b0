"""The numbers of the policy by section, with their meaning, unit and source in the reader's language."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from webui.desk.labels import FIELDS

PEOPLE, CALENDAR_DAYS, WORKING_DAYS = _("people"), _("calendar days"), _("working days")
MINUTES, POINTS, APPLICANTS = _("minutes"), _("points"), _("applicants")
ARTICLE, LAW_30 = _("2018 measures"), _("Exit-Entry Law, art. 30")
LAW_29, LAW_32 = _("Exit-Entry Law, art. 29"), _("Exit-Entry Law, art. 32")
LAW_33 = _("Exit-Entry Law, art. 33")
VALUE = _("working value, to be confirmed")


@dataclass(frozen=True)
class Number:
    """One field of the policy; `unit` may be empty."""

    name: str
    title: Any
    unit: Any
    source: Any = VALUE


SECTIONS: tuple[tuple[Any, tuple[Number, ...]], ...] = (
    (
        _("Who may be visited"),
        (
            Number("name", _("Name of this policy"), ""),
            Number("threshold_foreigners", _("More foreigners than"), PEOPLE, ARTICLE),
            Number("served_kinds", _("Kinds of organisation"), ""),
        ),
    ),
    (
        _("Legal dates"),
        (
            Number("first_permit_days", _("First permit: last day after entry"), CALENDAR_DAYS, LAW_30),
            Number("first_permit_earliest_days", _("First permit: first possible day after entry"), CALENDAR_DAYS),
            Number("extension_days_before", _("Extension: last day before expiry"), CALENDAR_DAYS, LAW_32),
            Number("extension_opens_days_before", _("Extension: first day before expiry"), CALENDAR_DAYS),
            Number("change_days", _("Change: last day after the change"), CALENDAR_DAYS, LAW_33),
            Number(
                "visa_extension_days_before", _("Visa extension: last day before the stay ends"), CALENDAR_DAYS, LAW_29
            ),
        ),
    ),
    (
        _("Processing"),
        (
            Number("processing_days", _("Decision on a residence permit"), WORKING_DAYS, LAW_30),
            Number("processing_days_fast", _("Decision on the fast track"), WORKING_DAYS, ARTICLE),
            Number("processing_days_visa", _("Decision on a visa"), WORKING_DAYS, _("Chongqing, 2016")),
            Number("return_within_workdays", _("Passports back after issue within"), WORKING_DAYS),
        ),
    ),
    (
        _("The work at a stop"),
        (
            Number("desks", _("Desks a session is planned for"), _("desks")),
            Number("minutes_study", _("One applicant, study"), MINUTES),
            Number("minutes_other", _("One applicant, other kinds"), MINUTES),
            Number("minutes_interview", _("One interview"), MINUTES),
            Number("setup_minutes", _("Setting up"), MINUTES),
            Number("packup_minutes", _("Packing up"), MINUTES),
            Number("minutes_return", _("Handing passports back"), MINUTES),
            Number("return_setup_minutes", _("Setting up for a return"), MINUTES),
        ),
    ),
    (
        _("Sizes"),
        (
            Number("max_applicants_visit", _("Most applicants of one visit"), APPLICANTS),
            Number("max_applicants_shift", _("Most applicants of one day"), APPLICANTS),
            Number("max_session_minutes", _("Longest session"), MINUTES),
            Number("session_dates_kept", _("Dates kept when people join a session"), _("dates")),
            Number("joint_from_applicants", _("Several teams at once from"), APPLICANTS),
            Number("joint_step_minutes", _("Common starts in steps of"), MINUTES),
            Number("joint_drive_minutes", _("Drive to a common start, fixed part"), MINUTES),
            Number("joint_drive_seconds_per_km", _("Drive to a common start, per kilometre"), _("seconds")),
        ),
    ),
    (
        _("The day"),
        (
            Number("division_hours", _("Hours of the division"), _("as 09:00-12:00;13:00-17:30")),
            Number("shift_start", _("A shift begins"), ""),
            Number("shift_end", _("A shift ends"), ""),
            Number("max_work_minutes", _("Longest day, break included"), MINUTES),
            Number("break_minutes", _("Break"), MINUTES),
            Number("break_earliest", _("Break, earliest"), ""),
            Number("break_latest", _("Break, latest"), ""),
            Number("language_substitutes", _("Languages that serve instead"), _("as th=en; lo=en,zh")),
        ),
    ),
    (
        _("What a plan weighs (1 point = 1 second of driving)"),
        (
            Number("cost_unserved_due", _("Left out, legal date missed"), POINTS),
            Number("cost_unserved", _("Left out, other visits"), POINTS),
            Number("cost_unserved_applicant", _("Left out, each applicant"), POINTS),
            Number("cost_day_late", _("Each working day too near the legal date"), POINTS),
            Number("comfort_workdays", _("Days before the legal date without worry"), WORKING_DAYS),
            Number("cost_day_waiting", _("Each working day of waiting"), POINTS),
            Number("cost_work_second", _("Each second of work"), POINTS),
            Number("cost_team_date", _("Sending a team out"), POINTS),
        ),
    ),
)

for _section, _numbers in SECTIONS:
    for _number in _numbers:
        FIELDS.setdefault(_number.name, _number.title)
