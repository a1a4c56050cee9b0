"""Why something is refused, left out or placed where it is: one code, one sentence, one remedy.

`CATALOGUE` is the only list; docs/reasons.md is generated from it.
"""

import string
from dataclasses import dataclass

from planner.errors import Language


@dataclass(frozen=True)
class Template:
    """The sentence and the remedy of one reason code; {name} stands for a fact."""

    en: str
    zh: str
    remedy_en: str
    remedy_zh: str


@dataclass(frozen=True)
class Reason:
    """One reason about one case: its code and the facts that fill its sentence."""

    code: str
    facts: tuple[tuple[str, str | int], ...] = ()

    def sentence(self, language: Language) -> str:
        """What is the case, in the reader's language."""
        template = CATALOGUE[self.code]
        return _fill(template.en if language == "en" else template.zh, self.facts)

    def remedy(self, language: Language) -> str:
        """What to do about it, in the reader's language."""
        template = CATALOGUE[self.code]
        return _fill(template.remedy_en if language == "en" else template.remedy_zh, self.facts)


def reason(code: str, **facts: str | int) -> Reason:
    """The reason with this code; KeyError for an unknown code or a missing fact (our bug)."""
    made = Reason(code, tuple(facts.items()))
    for language in ("en", "zh"):
        made.sentence(language)
        made.remedy(language)
    return made


def _fill(text: str, facts: tuple[tuple[str, str | int], ...]) -> str:
    return string.Formatter().vformat(text, (), dict(facts))


CATALOGUE: dict[str, Template] = {
    # eligibility
    "too_few_foreigners": Template(
        "{organisation} has {foreigners} foreigners; visits are for more than {threshold}.",
        "{organisation}有外国人{foreigners}名;上门服务面向超过{threshold}名的单位。",
        "Send these people to the hall, or ask a supervisor for a special visit.",
        "请到办证大厅办理,或由主管批准专人服务。",
    ),
    # travel
    "travel_fallback": Template(
        "Driving times come from {instead}, because {provider} could not give them.",
        "{provider} 未能提供行车时间,改用 {instead}。",
        "The plan is valid with these times; make it again once {provider} works.",
        "计划按此行车时间有效;{provider} 恢复后可重新编制。",
    ),
    "travel_no_answer": Template(
        "{provider} at {url} does not answer: {problem}.",
        "{provider}({url})没有响应:{problem}。",
        "Check that the service runs and that its address is right, or leave it out of the settings.",
        "请检查该服务是否运行、地址是否正确,或在设置中停用。",
    ),
    "travel_bad_answer": Template(
        "{provider} at {url} gave an answer that cannot be used: {problem}.",
        "{provider}({url})的回答无法使用:{problem}。",
        "Check that the address belongs to a {provider} service and that it has the road data of this area.",
        "请确认该地址确为 {provider} 服务,且其路网数据覆盖本地区。",
    ),
    "travel_no_data": Template(
        "There are no imported roads in {folder}.",
        "{folder} 中没有已导入的路网。",
        "Import an OpenStreetMap extract: doorstep roads import FILE.osm.pbf",
        "请导入 OpenStreetMap 路网:doorstep roads import 文件.osm.pbf",
    ),
    "travel_beyond_data": Template(
        "{places} places lie outside the imported roads, more than {metres} m from any of them.",
        "有 {places} 个地点在已导入路网之外,距任何道路超过 {metres} 米。",
        "Import an extract that covers these places, or check their coordinates.",
        "请导入覆盖这些地点的路网,或核对其坐标。",
    ),
    "travel_closures_unsupported": Template(
        "{provider} cannot drive around the roads that are closed ({roads}).",
        "{provider} 无法避开已封闭的道路({roads})。",
        "Times come from the next source that can; remove the closure if it is over.",
        "已改用能够避开封闭道路的来源;若封闭已结束,请删除该记录。",
    ),
    "travel_closure_unknown": Template(
        "The closed road {road} is not known to {provider}, so it is not avoided.",
        "{provider} 不认识已封闭的道路“{road}”,未能避开。",
        "Write its name as on the map, or the id from gateways.csv.",
        "请按地图上的名称填写,或填写 gateways.csv 中的编号。",
    ),
    "travel_correction_unknown": Template(
        "A correction of the travel times names {id}, which is no place of this plan.",
        "行车修正中的“{id}”不是本计划中的地点。",
        "Correct the id in corrections.csv, or leave it: it is used when the place takes part.",
        "请更正 corrections.csv 中的编号;若该地点暂未参与,可保留。",
    ),
    "travel_far_from_road": Template(
        "{place} lies {metres} m from the nearest road.",
        "{place} 距最近道路 {metres} 米。",
        "Check its coordinates: the usual cause is a wrong coordinate system (GCJ-02 or BD-09 taken for WGS-84).",
        "请核对坐标:通常是坐标系选错(把 GCJ-02 或 BD-09 当成 WGS-84)。",
    ),
    "travel_outside_district": Template(
        "{place} does not lie in {district}.",
        "{place} 不在{district}内。",
        "Check its coordinates, their coordinate system and its district.",
        "请核对其坐标、坐标系和所属区县。",
    ),
    "travel_no_road": Template(
        "No road leads from {start} to {end}.",
        "从 {start} 到 {end} 没有道路相通。",
        "Check both coordinates; if a way exists that the map lacks, enter its minutes as a correction.",
        "请核对两处坐标;若实际有路而地图缺失,请用修正录入分钟数。",
    ),
    "travel_no_road_place": Template(
        "No road joins {place} with {places} other places.",
        "{place} 与其他 {places} 个地点之间没有道路相通。",
        "Check its coordinates; if a way exists that the map lacks, enter its minutes as a correction.",
        "请核对其坐标;若实际有路而地图缺失,请用修正录入分钟数。",
    ),
}
