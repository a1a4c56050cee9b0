"""The whole input of one planning run, made from the places, the demand and the stories."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from planner.model import Inputs, Kind, Request
from planner.sample.ask import contact, requests_of
from planner.sample.demand import crowds, without
from planner.sample.dice import Dice
from planner.sample.places import Spot, bases, organisations_and_sites, site_id, spots
from planner.sample.season import BASES, SEASONS, SeasonName
from planner.sample.stories import Story, bags, promises, special_visits, stories
from planner.workdays import default_calendar

FEWEST = 3
"""Nobody asks for fewer, except by a special visit."""

NOTES = (
    "样例数据:单位名称真实公开,人数、申请、日期、语言、班次均为虚构,不反映任何单位的实际情况。"
    " / Sample data: the organisations' names are real and public; head-counts, requests, dates, languages and shifts"
    " are made up and say nothing about any of them.",
    "坐标为 WGS-84 手工估计,误差见 accuracy_metres,可用于规划,不可用于导航。"
    " / Coordinates are WGS-84, estimated by hand with the error given in accuracy_metres: fit for planning, not for"
    " navigation.",
    "警组、警力、语种、班次为虚构;电话号码均为不存在的 023-0000 号段。"
    " / Teams, officers, their languages and shifts are made up; the telephone numbers do not exist.",
    "江北区、渝北区自2026年1月25日起为两江新区;样例中新旧名称并存,与实际来表相同。"
    " / Jiangbei and Yubei have been Liangjiang New Area since 25 January 2026; old and new names stand side by side"
    " here, as they do in the tables that arrive.",
)


def make_sample(season_name: SeasonName, seed: int) -> Inputs:
    """The inputs of the season; the same for the same seed."""
    season = SEASONS[season_name]
    dice = Dice(seed)
    all_spots = spots()
    told = stories(season)
    organisations, sites = organisations_and_sites(all_spots)
    requests, ids = _numbered(told, _others(all_spots, told, season_name, dice), all_spots)
    return Inputs(
        organisations,
        sites,
        bases(BASES),
        season.teams,
        season.shifts,
        requests,
        promises(season, ids),
        bags(season),
        special_visits(season, ids),
        NOTES,
    )


def _others(
    all_spots: tuple[Spot, ...], told: Iterable[Story], season_name: SeasonName, dice: Dice
) -> tuple[Request, ...]:
    """The requests that no story tells: whom a story tells of asks for nothing else."""
    season = SEASONS[season_name]
    people: dict[str, Counter[Kind]] = defaultdict(Counter)
    for story in told:
        for group in story.request.groups:
            people[story.spot_id][group.kind] += group.count
    asking = (without(crowd, people[crowd.spot.id]) for crowd in crowds(season, default_calendar(), all_spots, dice))
    return tuple(request for crowd in asking if crowd.size >= FEWEST for request in requests_of(crowd, season, dice))


def _numbered(
    told: Iterable[Story], others: Iterable[Request], all_spots: Iterable[Spot]
) -> tuple[tuple[Request, ...], dict[str, str]]:
    """All requests in the order in which they came in, with ids and contacts, and the stories' ids by key."""
    kinds = {site_id(spot.id): spot.kind for spot in all_spots}
    keyed = [*((story.key, story.request) for story in told), *(("", request) for request in others)]
    keyed.sort(key=lambda pair: (pair[1].received, pair[1].site_id))
    numbered = [
        (key, replace(request, id=f"R{number:03d}", contact=contact(kinds[request.site_id], number)))
        for number, (key, request) in enumerate(keyed, start=1)
    ]
    return tuple(request for _, request in numbered), {key: request.id for key, request in numbered if key}
