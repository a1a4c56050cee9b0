"""Why something is refused, left out or placed where it is: one code, one sentence, one remedy.

`CATALOGUE` is the only list; docs/reasons.md is generated from it.
"""

import string
from dataclasses import dataclass
from pathlib import Path

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
        "{name_en} has {foreigners} foreigners; visits are for more than {threshold}.",
        "{name_zh}有外国人{foreigners}名;上门服务面向超过{threshold}名的单位。",
        "Send these people to the hall, or ask a supervisor for a special visit.",
        "请到办证大厅办理,或由主管批准专人服务。",
    ),
    "kind_not_served": Template(
        "{name_en} is of a kind that is not visited: {kinds_en}.",
        "{name_zh}属于不提供上门服务的单位类型:{kinds_zh}。",
        "Send them to the hall, ask a supervisor for a special visit, or add the kind to the policy (served_kinds).",
        "请到办证大厅办理,或由主管批准专人服务,或在政策(served_kinds)中加入该类型。",
    ),
    "organisation_inactive": Template(
        "{name_en} has not been active since {active_to}.",
        "{name_zh}已于{active_to}停止活动。",
        "Correct the date in the list of organisations, or withdraw the request.",
        "请更正单位表中的日期,或撤回该申请。",
    ),
    "received_after_today": Template(
        "The request is dated {received}, after today ({today}).",
        "申请收到日期{received}晚于今天({today})。",
        "Correct the date on which it was received.",
        "请更正收到日期。",
    ),
    "nobody_applies": Template(
        "The request names no applicants.",
        "该申请没有申请人。",
        "Enter how many people apply, by kind, or withdraw the request.",
        "请按类别填写申请人数,或撤回该申请。",
    ),
    "nobody_ready": Template(
        "None of the {applicants} applicants has the papers complete.",
        "{applicants}名申请人的材料均未备齐。",
        "Let the organisation's contact complete the papers and report how many people are ready.",
        "请单位联系人补齐材料,并告知已备齐的人数。",
    ),
    "special_visit_incomplete": Template(
        "The special visit for this request lacks its reason or its approver.",
        "该申请的专人服务缺少事由或批准人。",
        "Enter the reason and the post that approved it.",
        "请填写事由和批准人职务。",
    ),
    "special_visit_not_yet": Template(
        "The special visit for this request is approved from {approved_on}, after today ({today}).",
        "该申请的专人服务批准日期{approved_on}晚于今天({today})。",
        "Correct the date of the approval, or plan on that day.",
        "请更正批准日期,或到该日再行编制计划。",
    ),
    # clocks
    "legal_date_past": Template(
        "The last lawful day of these people is {legal_date}; no working day is left before it.",
        "这些人员的法定期限为{legal_date},此前已无工作日。",
        "Let them come to the hall at once and ask for the law officer.",
        "请立即到办证大厅,联系法制人员处理。",
    ),
    "legal_date_before_horizon": Template(
        "The last lawful day of these people is {legal_date}; this plan begins on {first}.",
        "这些人员的法定期限为{legal_date},本计划自{first}开始。",
        "Send them to the hall by {go_by}.",
        "请在{go_by}前到办证大厅办理。",
    ),
    "not_open_yet": Template(
        "These people can apply from {opens}; this plan ends on {last}.",
        "这些人员自{opens}起方可申请,本计划至{last}结束。",
        "Ask again for a plan that covers the days from {opens} to {legal_date}.",
        "请在覆盖{opens}至{legal_date}的计划中再次提出。",
    ),
    "date_provisional": Template(
        "The last working day {date} for some of these people rests on a provisional calendar.",
        "部分人员的最后工作日{date}依据的是暂定工作日历。",
        "Import the new calendar once the State Council notice is out, and plan again.",
        "国务院放假通知发布后,请导入新日历并重新编制计划。",
    ),
    # visits
    "special_visit": Template(
        "Visited by exception: {why}; approved by {approved_by} on {approved_on}.",
        "专人服务:{why};批准人:{approved_by},{approved_on}。",
        "Nothing to do; the exception is on record.",
        "无需处理,例外情况已记录在案。",
    ),
    "some_not_ready": Template(
        "{ready} of {applicants} applicants are known to have their papers complete; time is planned for all.",
        "{applicants}名申请人中已知{ready}名材料备齐;时间按全部人数安排。",
        "Let the organisation's contact complete the other papers before the visit.",
        "请单位联系人在上门前补齐其余材料。",
    ),
    "no_host_date": Template(
        "None of the dates the organisation can host lies between {first} and {last}.",
        "单位可接待的日期均不在{first}至{last}之间。",
        "Ask the organisation for further dates, or send these people to the hall.",
        "请单位补充可接待日期,或到办证大厅办理。",
    ),
    "no_host_date_in_time": Template(
        "No date the organisation can host lies between {opens} and {legal_date}, when these people can apply.",
        "这些人员可申请的期间为{opens}至{legal_date},其间没有单位可接待的日期。",
        "Ask the organisation for a date in these days, or send these people to the hall.",
        "请单位在此期间提供日期,或到办证大厅办理。",
    ),
    "no_common_hours": Template(
        "The organisation's hours and the division's have no time in common.",
        "单位可接待时段与出入境部门工作时段没有重合。",
        "Ask the organisation for hours within the division's: {hours}.",
        "请单位提供部门工作时段({hours})内的时间。",
    ),
    "hours_too_short": Template(
        "A session needs at least {needed} minutes without interruption; {available} are possible.",
        "每场至少需要连续{needed}分钟,可用仅{available}分钟。",
        "Ask the organisation for a longer stretch of hours, or send these people to the hall.",
        "请单位提供更长的连续时段,或到办证大厅办理。",
    ),
    "joint_not_possible": Template(
        "On no date can {teams} teams begin together; the people are spread over separate sessions.",
        "没有任何日期可由{teams}个警组同时开始,人员已分散到各场。",
        "Roster more teams with these languages and kits on one date to serve all at once.",
        "如需一次办完,请在同一日期安排更多具备相应语言和设备的警组。",
    ),
    "promise_outside_horizon": Template(
        "Session {session} is promised for {date}, which this plan does not cover.",
        "第{session}场已承诺在{date},不在本计划范围内。",
        "Plan days that include the date, or take people already served out of the request.",
        "请编制包含该日的计划;若已办理,请从申请中减去这些人员。",
    ),
    "promise_not_lawful": Template(
        "Session {session} is promised for {date}, but its people can only apply from {opens} to {legal_date}.",
        "第{session}场已承诺在{date},但其人员只能在{opens}至{legal_date}申请。",
        "Agree on another date with the organisation; the people are planned without the promise.",
        "请与单位另定日期;这些人员已按无承诺安排。",
    ),
    "promise_without_session": Template(
        "Session {session} is promised for {date}, but the request has only {sessions}.",
        "第{session}场已承诺在{date},但该申请仅有{sessions}场。",
        "Tell the organisation that the session is not needed, and delete the promise.",
        "请告知单位无需该场,并删除承诺。",
    ),
    "promise_twice": Template(
        "Session {session} is promised twice; the promise for {date} is not used.",
        "第{session}场有两条承诺,{date}的承诺未采用。",
        "Keep one promise for each session.",
        "每场请只保留一条承诺。",
    ),
    "promise_of_refused": Template(
        "Session {session} is promised for {date}, but the request is not visited.",
        "第{session}场已承诺在{date},但该申请未获上门服务。",
        "Tell the organisation, or remove the cause of the refusal.",
        "请告知单位,或消除拒绝原因。",
    ),
    "return_hours_too_short": Template(
        "Bringing back the passports {bag} takes {needed} minutes; the site's hours leave {available}.",
        "送还护照{bag}需{needed}分钟,该地点可用时段仅{available}分钟。",
        "Correct the hours of the site, or let the organisation collect the passports at the hall.",
        "请更正该地点的开放时段,或由单位到办证大厅领取。",
    ),
    "return_after_horizon": Template(
        "The passports {bag} are issued on {issued_on}; no working day of this plan follows.",
        "护照{bag}于{issued_on}签发,本计划其后已无工作日。",
        "They are returned in the next plan.",
        "将在下一期计划中送证。",
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
        "A correction of the travel times names {id}, which is no site and no base.",
        "行车修正中的“{id}”既不是地点也不是驻地。",
        "Correct the id in corrections.csv, or remove the line.",
        "请更正 corrections.csv 中的编号,或删除该行。",
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
    # plan: left out
    "no_team_has_skill": Template(
        "No team has what visit {visit} needs: {skills_en}.",
        "没有警组具备上门服务{visit}所需的{skills_zh}。",
        "Enter a team that has it, let the organisation lend an interpreter, or change what the request needs.",
        "请录入具备条件的警组,或由单位提供翻译,或修改申请的要求。",
    ),
    "no_team_has_all_skills": Template(
        "No team has everything visit {visit} needs; team {team} comes nearest and lacks {skills_en}.",
        "没有警组同时具备上门服务{visit}的全部要求;最接近的警组{team}缺少{skills_zh}。",
        "Give team {team} what it lacks, or split the request by language or kind.",
        "请为警组{team}补足所缺条件,或按语言、类别拆分申请。",
    ),
    "allowed_teams_unable": Template(
        "Visit {visit} may only be made by {teams}, who cannot make it; able are: {able}.",
        "上门服务{visit}只限{teams}办理,但其不具备条件;具备条件的警组:{able}。",
        "Allow an able team as well, or agree on another team with the organisation.",
        "请允许具备条件的警组办理,或与单位商定其他警组。",
    ),
    "no_window": Template(
        "Visit {visit} has no hours on any date of this plan.",
        "上门服务{visit}在本计划各日均无可用时段。",
        "Ask the organisation for hours within the plan's dates, or send these people to the hall.",
        "请单位在计划日期内提供时段,或到办证大厅办理。",
    ),
    "fixed_date_closed": Template(
        "Visit {visit} is fixed to {date}, on which it has no hours; it has hours on {dates}.",
        "上门服务{visit}固定在{date},但该日无可用时段;有时段的日期为{dates}。",
        "Ask the organisation for hours on {date}, or agree on one of its other dates.",
        "请单位在{date}提供时段,或商定其他日期。",
    ),
    "no_shift_on_open_dates": Template(
        "Visit {visit} is possible on {dates}; none of the teams that could make it ({teams}) works then.",
        "上门服务{visit}可在{dates}进行,但能够办理的警组({teams})这些日期均无班次。",
        "Roster one of {teams} on one of {dates}.",
        "请在{dates}中安排{teams}之一的班次。",
    ),
    "alone_applicants": Template(
        "Visit {visit} alone exceeds the limit of every shift; the nearest is team {team} on {date} with {limit}.",
        "仅上门服务{visit}一项即超过所有班次的人数上限;最接近的是警组{team}在{date},上限为{limit}名。",
        "Raise the limit of team {team} on {date} by {over} applicants, or split the request.",
        "请将警组{team}在{date}的上限提高{over}名,或拆分申请。",
    ),
    "alone_window": Template(
        "Even alone, no team reaches visit {visit} in time; team {team} on {date} could start at {at}, "
        "{minutes} minutes after the last possible start.",
        "即使只办这一项,也没有警组能按时到达上门服务{visit};警组{team}在{date}最早{at}开始,比最晚开始时间迟{minutes}分钟。",
        "Let it start until {at} on {date}, or let the shift of team {team} begin {minutes} minutes earlier.",
        "请将{date}的最晚开始时间放宽至{at},或让警组{team}的班次提前{minutes}分钟开始。",
    ),
    "alone_shift": Template(
        "Even alone, no team is back from visit {visit} in time; team {team} on {date} would be back at {at}, "
        "{minutes} minutes after its shift ends ({ends}).",
        "即使只办这一项,也没有警组能按时返回;警组{team}在{date}办理上门服务{visit}后{at}返回,比班次结束({ends})迟{minutes}分钟。",
        "Let the shift of team {team} on {date} end {minutes} minutes later, or use a nearer base.",
        "请让警组{team}在{date}的班次推迟{minutes}分钟结束,或从更近的驻地出发。",
    ),
    "alone_opens_late": Template(
        "Visit {visit} opens too late: team {team} on {date} has to wait for it and would be back at {at}, "
        "{minutes} minutes after its shift ends ({ends}).",
        "上门服务{visit}开放太晚:警组{team}在{date}须等候,{at}才能返回,比班次结束({ends})迟{minutes}分钟。",
        "Open {minutes} minutes earlier on {date}, or let the shift of team {team} end {minutes} minutes later.",
        "请在{date}提前{minutes}分钟开放,或让警组{team}的班次推迟{minutes}分钟结束。",
    ),
    "alone_work": Template(
        "Even alone, visit {visit} keeps every team out too long; team {team} on {date} would work {work} minutes, "
        "its limit is {limit}.",
        "即使只办这一项,上门服务{visit}也使各警组工作过长;警组{team}在{date}须工作{work}分钟,上限为{limit}分钟。",
        "Allow team {team} {minutes} minutes more work on {date}, or split the request.",
        "请允许警组{team}在{date}多工作{minutes}分钟,或拆分申请。",
    ),
    "alone_break": Template(
        "Even alone, visit {visit} leaves team {team} on {date} no time for its break, "
        "which has to begin by {latest} ({minutes} minutes are lacking).",
        "即使只办这一项,上门服务{visit}也使警组{team}在{date}无法休息;休息须在{latest}前开始(差{minutes}分钟)。",
        "Let the break on {date} begin {minutes} minutes later, or open the visit at other hours.",
        "请允许{date}的休息推迟{minutes}分钟开始,或调整上门时段。",
    ),
    "alone_several": Template(
        "Even alone, visit {visit} fits no shift; team {team} on {date} comes nearest, "
        "but passes {limits} limits, the furthest by {minutes} minutes.",
        "即使只办这一项,上门服务{visit}也放不进任何班次;最接近的是警组{team}在{date},但超出{limits}项限制,最多超{minutes}分钟。",
        "Use a nearer base or other hours, or split the request.",
        "请从更近的驻地出发、调整时段,或拆分申请。",
    ),
    "no_room_applicants": Template(
        "Visit {visit} fits no outing as planned. Team {team} on {date} would pass its limit of {limit} applicants "
        "by {over}.",
        "按现有安排,上门服务{visit}放不进任何出行。警组{team}在{date}将超出人数上限{limit}名共{over}名。",
        "Raise the limit of team {team} on {date} by {over} applicants, or roster one more team.",
        "请将警组{team}在{date}的上限提高{over}名,或增派一个警组。",
    ),
    "no_room_window": Template(
        "Visit {visit} fits no outing as planned. With it, team {team} on {date} would start visit {late} at {at}, "
        "{minutes} minutes too late.",
        "按现有安排,上门服务{visit}放不进任何出行。若加入警组{team}在{date}的出行,{late}将于{at}开始,迟{minutes}分钟。",
        "Let {late} start {minutes} minutes later on {date}, or roster one more team.",
        "请将{late}在{date}的最晚开始时间放宽{minutes}分钟,或增派一个警组。",
    ),
    "no_room_shift": Template(
        "Visit {visit} fits no outing as planned. With it, team {team} on {date} would be back at {at}, "
        "{minutes} minutes after its shift ends ({ends}).",
        "按现有安排,上门服务{visit}放不进任何出行。若加入警组{team}在{date}的出行,将于{at}返回,比班次结束({ends})迟{minutes}分钟。",
        "Let the shift of team {team} on {date} end {minutes} minutes later, or roster one more team.",
        "请让警组{team}在{date}的班次推迟{minutes}分钟结束,或增派一个警组。",
    ),
    "no_room_work": Template(
        "Visit {visit} fits no outing as planned. With it, team {team} on {date} would work {work} minutes; "
        "its limit is {limit}.",
        "按现有安排,上门服务{visit}放不进任何出行。若加入警组{team}在{date}的出行,将工作{work}分钟,上限为{limit}分钟。",
        "Allow team {team} {minutes} minutes more work on {date}, or roster one more team.",
        "请允许警组{team}在{date}多工作{minutes}分钟,或增派一个警组。",
    ),
    "no_room_break": Template(
        "Visit {visit} fits no outing as planned. With it, team {team} on {date} would lack {minutes} minutes "
        "to begin its break by {latest}.",
        "按现有安排,上门服务{visit}放不进任何出行。若加入警组{team}在{date}的出行,将差{minutes}分钟,无法在{latest}前开始休息。",
        "Let the break on {date} begin {minutes} minutes later, or roster one more team.",
        "请允许{date}的休息推迟{minutes}分钟开始,或增派一个警组。",
    ),
    "no_room_several": Template(
        "Visit {visit} fits no outing as planned. With it, team {team} on {date} would pass {limits} limits, "
        "the furthest by {minutes} minutes.",
        "按现有安排,上门服务{visit}放不进任何出行。若加入警组{team}在{date}的出行,将超出{limits}项限制,最多超{minutes}分钟。",
        "Roster one more team, or ask the organisation for further dates.",
        "请增派一个警组,或请单位补充日期。",
    ),
    "too_dear": Template(
        "Visit {visit} fits team {team} on {date} at {start} at the least, with {minutes} minutes more driving, "
        "but costs {points} points there; leaving it out costs {unserved}.",
        "上门服务{visit}最低代价的安排是警组{team}在{date} {start},增加行车{minutes}分钟,"
        "成本{points}点;不安排的成本为{unserved}点。",
        "Raise what leaving it out costs above {points} points, or place it there by hand.",
        "请将不安排的成本提高到{points}点以上,或手工安排。",
    ),
    "could_be_added": Template(
        "Visit {visit} fits team {team} on {date} at {start} for {points} points, with {minutes} minutes more driving; "
        "leaving it out costs {unserved}. This plan does not use that.",
        "上门服务{visit}可由警组{team}在{date} {start}办理,成本{points}点,增加行车{minutes}分钟;"
        "不安排的成本为{unserved}点。本计划未采用。",
        "Plan again, with more effort if need be, or place it there by hand.",
        "请重新编制计划(必要时增加计算量),或手工安排。",
    ),
    # plan: placement
    "placed_here": Template(
        "Team {team} makes visit {visit} on {date} at {start}; "
        "that adds {minutes} minutes of driving and {points} points.",
        "警组{team}在{date} {start}办理上门服务{visit},增加行车{minutes}分钟、成本{points}点。",
        "Nothing to do.",
        "无需处理。",
    ),
    "placed_on_fixed_date": Template(
        "The date of visit {visit} is settled: {date}.",
        "上门服务{visit}的日期已定:{date}。",
        "To move it, agree on another date with the organisation first.",
        "如需调整,请先与单位商定其他日期。",
    ),
    "placed_with_fixed_team": Template(
        "The team of visit {visit} is settled: {team}.",
        "上门服务{visit}的警组已定:{team}。",
        "To change it, release the team first.",
        "如需更换,请先解除固定的警组。",
    ),
    "only_here": Template(
        "No other team or date can take visit {visit}.",
        "上门服务{visit}没有其他可用的警组或日期。",
        "Ask the organisation for further dates, or roster another able team.",
        "请单位补充日期,或安排其他具备条件的警组。",
    ),
    "elsewhere_possible": Template(
        "Team {team} on {date} at {start} is possible too; "
        "compared with here: driving {minutes} minutes, cost {points} points.",
        "也可由警组{team}在{date} {start}办理:与现安排相比,行车{minutes}分钟,成本{points}点。",
        "Move it there by hand if that is wanted.",
        "如有需要,可手工调整。",
    ),
    "elsewhere_applicants": Template(
        "Team {team} on {date} would pass its limit of {limit} applicants by {over}.",
        "警组{team}在{date}将超出人数上限{limit}名共{over}名。",
        "Raise the limit by {over} applicants, or move other visits of that day.",
        "请将上限提高{over}名,或调整当日其他上门服务。",
    ),
    "elsewhere_window": Template(
        "Team {team} on {date} would start visit {late} at {at}, {minutes} minutes too late.",
        "警组{team}在{date}将于{at}开始{late},迟{minutes}分钟。",
        "Let {late} start {minutes} minutes later on {date}, or move other visits of that day.",
        "请将{late}在{date}的最晚开始时间放宽{minutes}分钟,或调整当日其他上门服务。",
    ),
    "elsewhere_shift": Template(
        "Team {team} on {date} would be back at {at}, {minutes} minutes after its shift ends ({ends}).",
        "警组{team}在{date}将于{at}返回,比班次结束({ends})迟{minutes}分钟。",
        "Let the shift end {minutes} minutes later, or move other visits of that day.",
        "请让班次推迟{minutes}分钟结束,或调整当日其他上门服务。",
    ),
    "elsewhere_work": Template(
        "Team {team} on {date} would work {work} minutes; its limit is {limit}.",
        "警组{team}在{date}将工作{work}分钟,上限为{limit}分钟。",
        "Allow {minutes} minutes more work, or move other visits of that day.",
        "请允许多工作{minutes}分钟,或调整当日其他上门服务。",
    ),
    "elsewhere_break": Template(
        "Team {team} on {date} would lack {minutes} minutes to begin its break by {latest}.",
        "警组{team}在{date}将差{minutes}分钟,无法在{latest}前开始休息。",
        "Let the break begin {minutes} minutes later, or move other visits of that day.",
        "请允许休息推迟{minutes}分钟开始,或调整当日其他上门服务。",
    ),
    "elsewhere_several": Template(
        "Team {team} on {date} would pass {limits} limits, the furthest by {minutes} minutes.",
        "警组{team}在{date}将超出{limits}项限制,最多超{minutes}分钟。",
        "Move other visits of that day to make room.",
        "请调整当日其他上门服务以腾出时间。",
    ),
    "team_lacks_skills": Template(
        "Team {team} cannot make visit {visit}: it lacks {skills_en}.",
        "警组{team}不能办理上门服务{visit}:缺少{skills_zh}。",
        "Give team {team} what it lacks if it is to take such visits.",
        "如需由警组{team}办理,请补足所缺条件。",
    ),
    # offers
    "offer_on_the_way": Template(
        "A team is out on that date anyway: {minutes} more minutes of driving.",
        "当日已有警组外出办理业务:增加行车{minutes}分钟。",
        "Nothing to do.",
        "无需处理。",
    ),
    "offer_own_outing": Template(
        "A team goes out for you: {minutes} minutes of driving.",
        "警组专程上门:行车{minutes}分钟。",
        "Nothing to do.",
        "无需处理。",
    ),
    "offer_after_moves": Template(
        "To make room, visits that nobody was promised yet are moved: {moves}. Every promise stays.",
        "为腾出时间,将调整尚未承诺的上门服务{moves}项;已作出的承诺不变。",
        "Nothing to do.",
        "无需处理。",
    ),
    "offer_slack": Template(
        "Working days left after it until the last lawful one, {last}: {days}.",
        "之后距最后法定工作日({last})还有{days}个工作日。",
        "The more days are left, the easier a second try if papers are missing.",
        "剩余工作日越多,材料不齐时越容易补办。",
    ),
    "offers_no_skill": Template(
        "No team has what this visit needs: {skills_en}.",
        "没有警组具备此次上门服务所需条件:{skills_zh}。",
        "Lend an interpreter, or leave the request for the division.",
        "请单位安排翻译,或将申请留给出入境部门处理。",
    ),
    "offers_no_team_with_all": Template(
        "No single team has everything this visit needs; the nearest lacks: {skills_en}.",
        "没有一个警组具备此次上门服务所需的全部条件;最接近的警组缺少:{skills_zh}。",
        "Lend an interpreter or ask in parts, or leave the request for the division.",
        "请单位安排翻译或分开申请,或将申请留给出入境部门处理。",
    ),
    "offers_no_date": Template(
        "None of the days you can host lies in the lawful time of these people and in the days open for booking.",
        "单位可接待的日期均不在这些人员的法定期限内,或不在开放预约的日期内。",
        "Offer other days, or leave the request for the division.",
        "请提供其他日期,或将申请留给出入境部门处理。",
    ),
    "offers_no_team_out": Template(
        "No team is out on any of the days you can host.",
        "单位可接待的日期均无警组外出。",
        "Offer other days, or leave the request for the division.",
        "请提供其他日期,或将申请留给出入境部门处理。",
    ),
    "offers_too_long": Template(
        "The visit takes {minutes} minutes; with the way there no team can make it within your hours ({hours}).",
        "此次上门服务需{minutes}分钟,加上路程,没有警组能在单位的时段({hours})内完成。",
        "Offer longer hours, or ask for fewer people at once.",
        "请延长接待时段,或分批申请。",
    ),
    "offers_full": Template(
        "On all days and hours you can host the teams are booked already.",
        "单位可接待的日期和时段内,警组均已排满。",
        "Offer other days or hours, or leave the request for the division.",
        "请提供其他日期或时段,或将申请留给出入境部门处理。",
    ),
    "offers_many_sessions": Template(
        "Within your hours ({hours}) {people} people take {sessions} visits; the days you can host hold fewer.",
        "在单位的时段({hours})内,{people}人需分{sessions}次上门,所选日期安排不下。",
        "Offer longer hours or more days, or ask for fewer people at once.",
        "请延长接待时段、增加日期,或分批申请。",
    ),
    "offers_large": Template(
        "From {limit} people on several teams come at once; the division arranges that with you.",
        "{limit}人及以上由多个警组同时上门,由出入境部门与单位协商安排。",
        "Send the request; the division calls you.",
        "请提交申请,出入境部门将与单位联系。",
    ),
    "offers_no_plan": Template(
        "No plan is open for booking at present.",
        "目前没有开放预约的排期。",
        "Send the request; the division plans it.",
        "请提交申请,由出入境部门安排。",
    ),
    "nearest_other_hours": Template(
        "At other hours of your days this would fit.",
        "在单位所选日期的其他时段可以安排。",
        "Choose one of these if you can host then.",
        "如可接待,请选择其中之一。",
    ),
    "nearest_other_days": Template(
        "On other days, at your hours, this would fit.",
        "在其他日期、单位所选时段可以安排。",
        "Choose one of these if you can host then.",
        "如可接待,请选择其中之一。",
    ),
    "nearest_other_days_and_hours": Template(
        "On other days and at other hours this would fit.",
        "在其他日期和时段可以安排。",
        "Choose one of these if you can host then.",
        "如可接待,请选择其中之一。",
    ),
    "nearest_interpreter": Template(
        "With an interpreter of yours for {languages} this would fit.",
        "如单位安排翻译({languages}),可以安排。",
        "Choose one of these if you can lend an interpreter.",
        "如能安排翻译,请选择其中之一。",
    ),
    "nearest_fewer": Template(
        "For the {people} most urgent of the {applicants} people this would fit; the others ask again.",
        "{applicants}人中最紧急的{people}人可以安排,其余人员请另行申请。",
        "Choose one of these, then ask for the others.",
        "请选择其中之一,再为其余人员申请。",
    ),
}


DOCUMENT = """# Reasons

Generated from `CATALOGUE` in `planner/reasons.py` by `python -m planner.reasons`. {{…}} stands for a fact of the case.

{entries}
"""


def describe() -> str:
    """docs/reasons.md: every code with its sentence and its remedy in both languages, ordered by code."""
    entries = (
        f"## {code}\n\n- {told.en}\n  **{told.remedy_en}**\n- {told.zh}\n  **{told.remedy_zh}**"
        for code, told in sorted(CATALOGUE.items())
    )
    return DOCUMENT.format(entries="\n\n".join(entries))


if __name__ == "__main__":
    (Path(__file__).parents[1] / "docs" / "reasons.md").write_text(describe(), "utf-8")
