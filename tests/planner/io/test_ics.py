"""Calendars of teams and organisations: stable, escaped, and nobody else's business inside."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest

from planner.dossier import Dossier
from planner.io.ics import organisation_calendar, team_calendar
from planner.model import Visit
from planner.problem import Plan
from planner.workdays import Calendar, default_calendar
from tests.planner.io.a_plan import INPUTS, V1, V2, a_plan

SHANGHAI = ZoneInfo("Asia/Shanghai")


def events(content: bytes) -> list[Any]:
    """The events of a calendar, read by the library."""
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


def test_a_team_sees_its_stops_with_place_people_and_contact() -> None:
    first, second = events(team_calendar(a_plan(), "T1", "en"))
    assert first["summary"] == "Jialing University: On-site acceptance 24 people (1/2)"
    assert first["dtstart"].dt == datetime(2026, 9, 7, 9, tzinfo=SHANGHAI)
    assert first["dtend"].dt == datetime(2026, 9, 7, 10, tzinfo=SHANGHAI)
    assert first["location"] == "International College, 大学路1号"
    assert first["geo"].to_ical() == "29.563;106.5516"
    assert "Stop 1 of 2" in first["description"]
    assert "国际处 023-60000001" in first["description"]
    assert first["status"] == "CONFIRMED"  # promised
    assert second["summary"] == "Yangtze Company: Passports brought back 5 passports"
    assert second["status"] == "TENTATIVE"


def test_the_same_in_chinese() -> None:
    first = events(team_calendar(a_plan(), "T1", "zh"))[0]
    assert first["summary"] == "嘉陵大学: 上门受理 24人 (1/2)"
    assert first["location"] == "大学路1号, 国际学院"
    assert "当日出发 08:50，返回 10:40" in first["description"]


def test_a_team_without_stops_has_an_empty_calendar_that_is_still_one() -> None:
    content = team_calendar(a_plan(), "T2", "zh")
    assert events(content) == []
    assert b"X-WR-CALNAME:\xe7\xac\xac\xe4\xba\x8c" in content


def test_an_organisation_reads_what_to_prepare_and_when_passports_come_back() -> None:
    (event,) = events(organisation_calendar(a_plan(), "O1", "en"))
    text = str(event["description"])
    assert event["summary"] == "On-site acceptance 24 people (1/2)"
    for words in ("passport and visa", "JW201", "work permit", "health certificate", "come in person"):
        assert words in text
    # 15 working days after 7 September: see test_export
    assert "The passports come back on 2026-09-28 at the earliest." in text


def test_the_health_certificate_is_for_first_permits_only() -> None:
    dossier = with_visits(replace(V1, groups=V1.groups[1:]), V2)
    text = str(events(organisation_calendar(dossier, "O1", "en"))[0]["description"])
    assert "health" not in text
    assert "JW201" not in text


def test_a_return_past_the_official_calendar_is_called_provisional() -> None:
    days = default_calendar().days
    calendar = Calendar({day: replace(known, official=day < date(2026, 9, 8)) for day, known in days.items()})
    zh = str(events(organisation_calendar(a_plan(), "O1", "zh", calendar=calendar))[0]["description"])
    assert "护照最早于 2026-09-28 送回（暂定，以正式放假安排为准）" in zh
    short = Calendar({day: known for day, known in days.items() if day < date(2026, 9, 8)})
    en = str(events(organisation_calendar(a_plan(), "O1", "en", calendar=short))[0]["description"])
    assert "The date on which the passports come back is open." in en


def test_a_return_in_the_plan_is_the_date_the_organisation_reads() -> None:
    """V2 now brings back what V1 collects; the dates of this plan are made up."""
    text = events(organisation_calendar(with_visits(V1, replace(V2, returns="V1")), "O1", "en"))[0]["description"]
    assert "The passports are expected back on 2026-09-07." in text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("mine", "others"), [("O1", ("O2", "O3")), ("O2", ("O1", "O3"))])
def test_an_organisation_sees_nothing_of_another(mine: str, others: tuple[str, ...], language: Any) -> None:
    content = organisation_calendar(a_plan(), mine, language, cancelled=("V1", "V2", "V3")).decode()
    content += organisation_calendar(a_plan(), mine, language).decode()
    unfolded = content.replace("\r\n ", "")
    organisations = {each.id: each for each in INPUTS.organisations}
    sites = {each.organisation_id: each for each in INPUTS.sites}
    requests = {each.site_id: each for each in INPUTS.requests}
    for other in others:
        site = sites[other]
        secrets = (
            organisations[other].name_zh,
            organisations[other].name_en,
            site.name_zh,
            site.name_en,
            site.address,
            str(site.place.lat),
            requests[site.id].contact,
            *(visit.id + "-" for visit in (V1, V2) if visit.organisation_id == other),
        )
        assert [secret for secret in secrets if secret and secret in unfolded] == []
    assert "08:50" not in unfolded  # when the team leaves its base
    assert "第一警组" not in unfolded


def test_the_uid_stays_and_the_sequence_counts_over_revisions() -> None:
    plan = a_plan()
    later = replace(plan, facts=replace(plan.facts, version=5, today=date(2026, 9, 5)))
    (before,), (after,) = (events(organisation_calendar(each, "O1", "zh")) for each in (plan, later))
    assert before["uid"] == after["uid"] == "V1-week-37@doorstep"
    assert (before["sequence"], after["sequence"]) == (4, 5)
    assert before["dtstamp"].to_ical() == b"20260904T000000Z"


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert team_calendar(a_plan(), "T1", "zh") == team_calendar(a_plan(), "T1", "zh")


def test_team_and_organisation_name_one_event_alike() -> None:
    assert (
        events(team_calendar(a_plan(), "T1", "zh"))[0]["uid"]
        == events(organisation_calendar(a_plan(), "O1", "en"))[0]["uid"]
    )


def test_times_are_in_a_zone_that_the_file_defines() -> None:
    content = team_calendar(a_plan(), "T1", "zh").decode()
    assert "DTSTART;TZID=Asia/Shanghai:20260907T090000" in content
    zone = icalendar.Calendar.from_ical(content).walk("VTIMEZONE")[0]
    assert zone["tzid"] == "Asia/Shanghai"
    assert "TZOFFSETTO:+0800" in content
    assert content.index("BEGIN:VTIMEZONE") < content.index("BEGIN:VEVENT")


@pytest.mark.parametrize(
    "attack",
    [
        "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nX-EVIL:1",
        "\rX-EVIL:1",
        "\nX-EVIL:1",
        "\u2028X-EVIL:1",
        "\x85X-EVIL:1",
        "\x0bX-EVIL:1",
        "\x00;X-EVIL=1:",
        ';,\\:"',
    ],
)
def test_texts_cannot_add_lines_of_their_own(attack: str) -> None:
    plan = a_plan()
    inputs = replace(
        INPUTS,
        organisations=tuple(replace(each, name_zh=attack, name_en=attack) for each in INPUTS.organisations),
        sites=tuple(replace(each, name_zh=attack, address=attack) for each in INPUTS.sites),
        teams=tuple(replace(each, name_zh=attack) for each in INPUTS.teams),
        requests=tuple(replace(each, contact=attack) for each in INPUTS.requests),
    )
    hostile = replace(plan, facts=replace(plan.facts, inputs=inputs), problem=replace(plan.problem, name=attack))
    for content, count in ((team_calendar(hostile, "T1", "zh"), 2), (organisation_calendar(hostile, "O1", "zh"), 1)):
        text = content.decode()
        assert len(events(content)) == count
        assert not any(line.startswith("X-EVIL") for line in text.splitlines() if not line.startswith(" "))
        assert "\0" not in text
        assert {line.split(":")[0].split(";")[0] for line in text.replace("\r\n ", "").split("\r\n") if line} <= KNOWN


KNOWN = {
    "BEGIN",
    "END",
    "VERSION",
    "PRODID",
    "CALSCALE",
    "METHOD",
    "X-WR-CALNAME",
    "X-WR-TIMEZONE",
    "TZID",
    "COMMENT",
    "DTSTART",
    "TZNAME",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "SUMMARY",
    "DTEND",
    "DTSTAMP",
    "UID",
    "SEQUENCE",
    "DESCRIPTION",
    "GEO",
    "LOCATION",
    "STATUS",
}


def test_a_cancelled_visit_keeps_its_uid_and_its_old_time() -> None:
    before = a_plan()
    emptied = replace(before.facts, visits=(), version=5)  # the request was withdrawn: the visit is gone
    now = Dossier(emptied, before.problem, Plan("week-37", 0, ()))
    for content in (
        team_calendar(now, "T1", "zh", ("V1",), before),
        organisation_calendar(now, "O1", "zh", ("V1",), before),
    ):
        (event,) = events(content)
        assert (event["uid"], event["status"], event["sequence"]) == ("V1-week-37@doorstep", "CANCELLED", 5)
        assert event["dtstart"].dt == datetime(2026, 9, 7, 9, tzinfo=SHANGHAI)
        assert event["summary"] == "已取消：上门受理 24人 (1/2)"


def test_a_cancelled_visit_that_is_in_the_plan_comes_once_and_cancelled() -> None:
    first, second = events(team_calendar(a_plan(), "T1", "en", cancelled=("V1",)))
    assert (first["uid"], first["status"]) == ("V2-week-37@doorstep", "TENTATIVE")
    assert (second["uid"], second["status"]) == ("V1-week-37@doorstep", "CANCELLED")


def test_a_cancelled_visit_that_was_never_placed_stands_in_its_first_window() -> None:
    event = events(organisation_calendar(a_plan(), "O2", "en", cancelled=("V3",)))[-1]
    assert event["uid"] == "V3-week-37@doorstep"
    assert event["dtstart"].dt == datetime(2026, 9, 7, 9, tzinfo=SHANGHAI)


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    content = organisation_calendar(a_plan(), "O1", "zh")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("unknown", ["T9", "O9"])
def test_an_unknown_team_or_organisation_is_a_bug_of_the_caller(unknown: str) -> None:
    with pytest.raises(KeyError):
        (team_calendar if unknown == "T9" else organisation_calendar)(a_plan(), unknown, "zh")


def with_visits(*visits: Visit) -> Dossier:
    """The tiny plan with other facts about its visits."""
    plan = a_plan()
    return replace(plan, facts=replace(plan.facts, visits=(*visits, *plan.facts.visits[2:])))
