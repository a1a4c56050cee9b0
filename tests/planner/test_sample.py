"""The sample: what is promised of it, counted; and the committed files, byte by byte."""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from planner.districts import district_of
from planner.io.tables import read_inputs
from planner.model import Group, Inputs, Request, clock, seconds_of
from planner.policy import Policy
from planner.sample import SEASONS, SEED, Season, SeasonName, make_sample, write_sample
from planner.sample.demand import crowds, expected_people
from planner.sample.dice import Dice
from planner.sample.places import spots
from planner.sample.stories import stories
from planner.sample.tables import hours_text, sample_files, spans_text
from planner.skills import needed_skills, team_can
from planner.visits import make_visits
from planner.workdays import default_calendar, legal_span

COMMITTED = Path(__file__).parents[2] / "data" / "sample"
POLICY = Policy()
SEPTEMBER: Season = SEASONS["september"]
SEASON_NAMES: tuple[SeasonName, ...] = ("september", "quiet")


def story_ids(inputs: Inputs, season: Season) -> dict[str, str]:
    """The requests' ids by story, found by site and groups."""
    written = {(one.site_id, one.groups): one.id for one in inputs.requests}
    return {story.key: written[story.request.site_id, story.request.groups] for story in stories(season)}


def told(inputs: Inputs, key: str, season: Season = SEPTEMBER) -> Request:
    wanted = story_ids(inputs, season)[key]
    return next(request for request in inputs.requests if request.id == wanted)


def ordinary(inputs: Inputs, season: Season) -> list[Request]:
    """The requests that no story tells."""
    ids = set(story_ids(inputs, season).values())
    return [request for request in inputs.requests if request.id not in ids]


def lawful_dates(request: Request, season: Season) -> list[date]:
    spans = [legal_span(group, POLICY) for group in request.groups]
    first, last = max(span[0] for span in spans), min(span[1] for span in spans)
    return [day for day in request.host_dates or season.horizon if first <= day <= last]


@pytest.mark.parametrize("season", SEASON_NAMES)
def test_the_committed_files_are_exactly_what_the_generator_writes(season: SeasonName, tmp_path: Path) -> None:
    write_sample(tmp_path, season, SEED)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in (COMMITTED / season).iterdir()}
    assert written == committed


def test_another_seed_makes_another_sample_and_the_same_seed_the_same() -> None:
    files = sample_files(make_sample("quiet", 1))
    assert sample_files(make_sample("quiet", 1)) == files
    assert sample_files(make_sample("quiet", 2))["requests.csv"] != files["requests.csv"]


def test_throws_depend_on_the_seed_alone() -> None:
    # random.Random(1).random() begins with 0.1343, 0.8474, 0.7637, 0.2550
    dice = Dice(1)
    assert [dice.between(0, 99) for _ in range(4)] == [13, 84, 76, 25]


def test_rounding_keeps_the_mean() -> None:
    # 2.25 is 3 in one throw of four: 1,000 throws give about 2,250
    dice = Dice(1)
    assert 2200 < sum(dice.whole(2.25) for _ in range(1000)) < 2300


def test_holds_what_was_asked_for() -> None:
    inputs = make_sample("september", SEED)
    assert len(inputs.organisations) >= 120
    assert len(inputs.bases) == 12
    assert len(inputs.teams) == 5
    assert 75 <= len(inputs.requests) <= 95
    assert len(make_sample("quiet", SEED).teams) == 3
    assert 25 <= len(make_sample("quiet", SEED).requests) <= 35


def test_sizes_range_from_one_person_to_two_hundred() -> None:
    sizes = [request.applicants for request in make_sample("september", SEED).requests]
    assert min(sizes) == 1
    assert max(sizes) == 204
    assert sum(4 <= size <= 20 for size in sizes) >= 50
    assert sum(40 <= size <= 120 for size in sizes) >= 4


def test_every_team_speaks_chinese_and_english_and_together_six_more() -> None:
    teams = SEPTEMBER.teams
    assert all({"zh", "en"} <= set(team.languages) for team in teams)
    assert {language for team in teams for language in team.languages} == {
        "zh",
        "en",
        "ko",
        "ja",
        "th",
        "ru",
        "fr",
        "de",
    }
    assert sorted(team.desks for team in teams) == [2, 2, 2, 2, 3]


@pytest.mark.parametrize("season", SEASON_NAMES)
def test_both_fortnights_are_ten_official_working_days(season: SeasonName) -> None:
    days = SEASONS[season].horizon
    assert len(days) == 10
    assert default_calendar().workdays(days[0], days[-1]) == days
    assert SEASONS[season].today < days[0]


def test_shifts_leave_out_absences_and_a_half_day_has_no_break() -> None:
    # 5 teams x 10 days - 6 days away = 44; T1 works the afternoon of 14 September only
    shifts = SEPTEMBER.shifts
    assert len(shifts) == 44
    half = [shift for shift in shifts if shift.rest is None]
    assert [(shift.team_id, shift.date, shift.hours.start) for shift in half] == [
        ("T1", date(2026, 9, 14), seconds_of("13:00"))
    ]


def test_the_day_after_the_long_one_is_off() -> None:
    long = [shift for shift in SEPTEMBER.shifts if shift.max_work_seconds == 900 * 60]
    assert [(shift.team_id, shift.date, clock(shift.hours.start)) for shift in long] == [
        ("T1", date(2026, 9, 17), "05:30")
    ]
    assert ("T1", date(2026, 9, 18)) not in {(shift.team_id, shift.date) for shift in SEPTEMBER.shifts}
    assert {shift.max_work_seconds for shift in SEPTEMBER.shifts} == {540 * 60, 900 * 60}


def test_demand_follows_the_tables() -> None:
    # study in September: 4,340 a year x 31 % x 10 of 22 working days x 66 % reach x 160 % peak = 645.8
    expected = expected_people(SEPTEMBER, default_calendar())
    assert expected["study"] == pytest.approx(645.8, abs=0.1)
    # work in November: 3,364 x 8 % x 10 of 21 x 66 % x 80 % = 67.7
    assert expected_people(SEASONS["quiet"], default_calendar())["work"] == pytest.approx(67.7, abs=0.1)


def test_over_many_seeds_as_many_people_ask_as_the_tables_say() -> None:
    calendar, all_spots = default_calendar(), spots()
    for season in SEASONS.values():
        sizes = [sum(crowd.size for crowd in crowds(season, calendar, all_spots, Dice(seed))) for seed in range(20)]
        assert sum(sizes) / 20 == pytest.approx(sum(expected_people(season, calendar).values()), rel=0.05)


@pytest.mark.parametrize("season_name", SEASON_NAMES)
def test_kinds_come_in_the_shares_of_the_month(season_name: SeasonName) -> None:
    expected = expected_people(SEASONS[season_name], default_calendar())
    people: Counter[str] = Counter()
    for request in make_sample(season_name, SEED).requests:
        for group in request.groups:
            people[group.kind] += group.count
    for kind, count in expected.items():
        share = 100 * people[kind] / people.total()
        assert share == pytest.approx(100 * count / sum(expected.values()), abs=7), kind


def test_a_third_of_the_people_are_in_shapingba() -> None:
    # demand_districts.csv: 34 % over the year; the intake of 204 in one morning comes on top
    inputs = make_sample("september", SEED)
    sites = {site.id: site.district for site in inputs.sites}
    people: Counter[str] = Counter()
    for request in inputs.requests:
        if request.applicants < POLICY.joint_from_applicants:
            people[sites[request.site_id]] += request.applicants
    assert 100 * people["沙坪坝区"] / people.total() == pytest.approx(34, abs=8)
    assert {"永川区", "涪陵区", "万州区"} <= people.keys()


@pytest.mark.parametrize("seed", [SEED, 1, 2, 3])
@pytest.mark.parametrize("season_name", SEASON_NAMES)
def test_every_ordinary_request_can_be_served_by_law_by_language_and_by_hours(
    season_name: SeasonName, seed: int
) -> None:
    season = SEASONS[season_name]
    inputs = make_sample(season_name, seed)
    hours = {site.id: site.hours for site in inputs.sites}
    for request in ordinary(inputs, season):
        assert lawful_dates(request, season), request
        skills = needed_skills(request.groups, request, POLICY)
        assert any(all(team_can(team, skill) for skill in skills) for team in season.teams), request
        people = min(request.applicants, POLICY.max_applicants_visit)
        minutes = people * POLICY.minutes_other // POLICY.desks + POLICY.setup_minutes + POLICY.packup_minutes
        longest = max(one.end - one.start for one in request.host_hours or hours[request.site_id])
        assert minutes * 60 <= longest, request


@pytest.mark.parametrize("season_name", SEASON_NAMES)
def test_nobody_asks_for_people_who_are_not_here_yet(season_name: SeasonName) -> None:
    season = SEASONS[season_name]
    for request in make_sample(season_name, SEED).requests:
        assert request.received <= season.today
        for group in request.groups:
            assert group.ready is None or 0 <= group.ready <= group.count
            if group.task in ("first", "change"):
                assert group.event_date <= season.today


def test_some_people_must_be_seen_before_the_national_day_week() -> None:
    # last lawful day inside 1 to 8 October: the last working day is 30 September
    calendar = default_calendar()
    groups = [group for request in make_sample("september", SEED).requests for group in request.groups]
    last_days = [legal_span(group, POLICY)[1] for group in groups]
    caught = [day for day in last_days if date(2026, 10, 1) <= day <= date(2026, 10, 7)]
    assert len(caught) > 20
    assert {calendar.last_workday_not_after(day) for day in caught} == {date(2026, 9, 30)}


def test_ten_foreigners_are_not_enough_and_eleven_are() -> None:
    inputs = make_sample("september", SEED)
    foreigners = {
        site.id: organisation.foreigners
        for site in inputs.sites
        for organisation in inputs.organisations
        if organisation.id == site.organisation_id
    }
    assert foreigners[told(inputs, "ten").site_id] == 10
    assert foreigners[told(inputs, "eleven").site_id] == 11
    special = told(inputs, "academician")
    assert foreigners[special.site_id] < 10
    assert [one.request_id for one in inputs.special_visits] == [special.id]


def test_three_requests_cannot_be_met_each_for_a_reason_of_its_own() -> None:
    inputs = make_sample("september", SEED)
    # permits that end on 5 October: thirty days before is 5 September, a Saturday before the horizon
    late = told(inputs, "too-late")
    assert legal_span(late.groups[0], POLICY)[1] == date(2026, 9, 5) < SEPTEMBER.first
    foreign = told(inputs, "no-language")
    skills = needed_skills(foreign.groups, foreign, POLICY)
    assert not any(team_can(team, "language:lo") for team in SEPTEMBER.teams)
    assert "language:lo" in skills
    # 8 people x 9 minutes / 2 desks + 30 + 15 = 81 minutes in 40
    short = told(inputs, "short-hours")
    assert [one.end - one.start for one in short.host_hours] == [40 * 60]
    assert lawful_dates(foreign, SEPTEMBER)
    assert lawful_dates(short, SEPTEMBER)


def test_two_hundred_new_students_need_several_teams_at_once() -> None:
    intake = told(make_sample("september", SEED), "intake")
    assert intake.applicants == 204 >= POLICY.joint_from_applicants
    assert len(lawful_dates(intake, SEPTEMBER)) == 3
    for day in intake.host_dates:
        assert len([shift for shift in SEPTEMBER.shifts if shift.date == day]) == 5


@pytest.mark.parametrize("season_name", SEASON_NAMES)
def test_promises_lie_in_hours_in_which_somebody_can_keep_them(season_name: SeasonName) -> None:
    season = SEASONS[season_name]
    inputs = make_sample(season_name, SEED)
    requests = {request.id: request for request in inputs.requests}
    hours = {site.id: site.hours for site in inputs.sites}
    assert inputs.promises
    for promise in inputs.promises:
        request = requests[promise.request_id]
        assert promise.date in lawful_dates(request, season)
        end = promise.start + (45 + request.applicants * 5) * 60
        assert any(
            one.start <= promise.start and end <= one.end for one in request.host_hours or hours[request.site_id]
        )
        skills = needed_skills(request.groups, request, POLICY)
        free = {shift.team_id for shift in season.shifts if shift.date == promise.date}
        able = {team.id for team in season.teams if all(team_can(team, skill) for skill in skills)}
        assert free & able & ({promise.team_id} if promise.team_id else able)


@pytest.mark.parametrize("season_name", SEASON_NAMES)
def test_every_row_points_at_a_row_that_is_there(season_name: SeasonName) -> None:
    inputs = make_sample(season_name, SEED)
    sites, requests = {site.id for site in inputs.sites}, {request.id for request in inputs.requests}
    assert {site.organisation_id for site in inputs.sites} == {one.id for one in inputs.organisations}
    assert {request.site_id for request in inputs.requests} <= sites
    assert {bag.site_id for bag in inputs.bags} <= sites
    assert len(requests) == len(inputs.requests)
    assert {team.base_id for team in inputs.teams} <= {base.id for base in inputs.bases}


def test_a_university_is_one_organisation_with_a_site_for_each_campus() -> None:
    inputs = make_sample("september", SEED)
    university = next(one for one in inputs.organisations if one.name_zh == "重庆大学")
    campuses = [site for site in inputs.sites if site.organisation_id == university.id]
    # 620 people at Huxi and 347 at campus A
    assert university.foreigners == 967
    assert [(site.name_zh, site.name_en) for site in campuses] == [
        ("虎溪校区", "Huxi Campus"),
        ("A校区", "Campus A"),
    ]
    assert university.name_en == "Chongqing University"


def test_old_and_new_names_of_districts_stand_side_by_side() -> None:
    inputs = make_sample("september", SEED)
    written = {one.district for one in inputs.organisations}
    assert {"江北区", "渝北区", "两江新区", "Liangjiang New Area", "Yubei District"} <= written
    assert all(district_of(name) for name in written)
    assert not {"江北区", "渝北区"} & {site.district for site in inputs.sites}


def test_leaves_out_military_hospitals() -> None:
    assert "西南医院" not in {one.name_zh for one in make_sample("september", SEED).organisations}


@pytest.mark.parametrize("season_name", SEASON_NAMES)
def test_says_that_it_is_made_up_and_names_nobody(season_name: SeasonName) -> None:
    inputs = make_sample(season_name, SEED)
    assert "虚构" in inputs.notes[0]
    assert "made up" in inputs.notes[0]
    for request in inputs.requests:
        office, _, number = request.contact.partition(", ")
        assert " / " in office
        assert number.startswith("023-0000-")


def test_files_open_in_excel_and_have_the_agreed_headers() -> None:
    files = sample_files(make_sample("september", SEED))
    assert all(content.startswith(b"\xef\xbb\xbf") for content in files.values())
    heads = {name: content.decode("utf-8-sig").splitlines()[0] for name, content in files.items()}
    assert heads["requests.csv"] == (
        "id,site_id,service,received,host_dates,host_hours,fast_track,interpreters,contact"
    )
    assert heads["groups.csv"] == "request_id,kind,task,count,ready,language,also_languages,event_date"
    assert heads["shifts.csv"] == (
        "team_id,date,start,end,break_minutes,break_earliest,break_latest,max_applicants,max_work_minutes"
    )


def test_dates_and_hours_are_written_as_people_write_them() -> None:
    days = [date(2026, 9, day) for day in (7, 8, 9, 14)]
    assert spans_text(days) == "2026-09-07..2026-09-09;2026-09-14"
    assert spans_text([]) == ""
    inputs = make_sample("september", SEED)
    university = next(site for site in inputs.sites if site.id == "S001")
    assert hours_text(university.hours) == "09:00-17:30"
    hotel = next(site for site in inputs.sites if site.id == "S165")
    assert hours_text(hotel.hours) == "10:00-12:00;14:00-17:00"


def test_a_small_organisation_asks_for_about_as_many_as_gather() -> None:
    # gathered 5, factor 60 to 140 %: 3 to 7 people, rounded kind by kind
    asked = [
        crowd.size
        for seed in range(5)
        for crowd in crowds(SEPTEMBER, default_calendar(), spots(), Dice(seed))
        if crowd.spot.foreigners <= 16
    ]
    assert asked
    assert sum(asked) / len(asked) == pytest.approx(5, abs=0.6)


def test_half_of_the_korean_thai_and_japanese_speakers_need_their_own_language() -> None:
    groups: list[Group] = [
        group
        for seed in range(5)
        for request in ordinary(make_sample("september", seed), SEPTEMBER)
        for group in request.groups
        if group.language in ("ko", "th", "ja")
    ]
    alone = sum(not group.also_languages for group in groups)
    assert 0.2 < alone / len(groups) < 0.55


def test_the_sample_makes_about_a_hundred_visits_and_refuses_what_it_should() -> None:
    inputs = make_sample("september", SEED)
    made = make_visits(inputs, POLICY, default_calendar(), SEPTEMBER.horizon, SEPTEMBER.today)
    assert 95 <= len(made.visits) <= 115
    ids = story_ids(inputs, SEPTEMBER)
    refused = {one.request_id: {reason.code for reason in one.reasons} for one in made.refused}
    assert refused.keys() == {ids["ten"], ids["too-late"], ids["short-hours"]}
    assert "too_few_foreigners" in refused[ids["ten"]]
    joint = [visit for visit in made.visits if visit.joint]
    assert [visit.applicants for visit in joint] == [51, 51, 51, 51]


def test_the_quiet_fortnight_makes_about_thirty_visits() -> None:
    inputs, season = make_sample("quiet", SEED), SEASONS["quiet"]
    made = make_visits(inputs, POLICY, default_calendar(), season.horizon, season.today)
    assert 25 <= len(made.visits) <= 35
    assert {one.request_id for one in made.refused} == {story_ids(inputs, season)["ten"]}


@pytest.mark.parametrize("season_name", SEASON_NAMES)
def test_the_tables_are_read_back_as_they_were_made(season_name: SeasonName, tmp_path: Path) -> None:
    write_sample(tmp_path, season_name, SEED)
    made = make_sample(season_name, SEED)
    # the reader writes district names in Chinese, whatever they were given in
    organisations = tuple(
        replace(one, district=found.name_zh) for one in made.organisations if (found := district_of(one.district))
    )
    assert read_inputs(tmp_path).inputs == replace(made, organisations=organisations)


@pytest.mark.parametrize("season_name", SEASON_NAMES)
def test_the_read_me_lists_the_cases_and_the_counts_that_are_in_the_files(season_name: SeasonName) -> None:
    text = (COMMITTED / "README.md").read_text("utf-8")
    inputs, season = make_sample(season_name, SEED), SEASONS[season_name]
    for story in stories(season):
        assert f"| {story_ids(inputs, season)[story.key]} " in text
        assert story.shows in text
    people = sum(request.applicants for request in inputs.requests)
    assert f"{len(inputs.requests)}, {people:,}" in text
    assert f"{len(inputs.teams)}, {len(inputs.shifts)} (" in text
    assert f"{len(inputs.organisations)}, {len(inputs.sites)}, {len(inputs.bases)}" in text
