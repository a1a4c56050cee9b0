"""Which rule a plan breaks: one code, one sentence. Breaches are found by `check` and `check_domain`."""

from dataclasses import dataclass

from planner.errors import Language


@dataclass(frozen=True)
class Breach:
    """One broken rule: its code, where in the plan it stands, and the facts that fill its sentence.

    `where` is written "routes[2].stops[1]"; a fact is a text or a number.
    """

    code: str
    where: str
    facts: tuple[tuple[str, str | int], ...] = ()

    def sentence(self, language: Language) -> str:
        """What is broken, in the reader's language."""
        english, chinese = BREACHES[self.code]
        return (english if language == "en" else chinese).format_map(dict(self.facts))


def breach(code: str, where: str, **facts: str | int) -> Breach:
    """The breach with this code; KeyError for an unknown code or a missing fact (our bug)."""
    made = Breach(code, where, tuple(facts.items()))
    made.sentence("en")
    made.sentence("zh")
    return made


def exact_clock(seconds: int) -> str:
    """Seconds since midnight to the second: 34200 → "09:30", 34205 → "09:30:05"; negative with a minus."""
    if seconds < 0:
        return "-" + exact_clock(-seconds)
    whole = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
    return f"{whole}:{seconds % 60:02d}" if seconds % 60 else whole


BREACHES: dict[str, tuple[str, str]] = {
    # the plan as a whole
    "other_problem": (
        "The plan is for problem {found}, not for {wanted}.",
        "该计划对应的问题是{found},而不是{wanted}。",
    ),
    "unknown_visit": ("There is no visit {visit}.", "没有上门服务{visit}。"),
    "unknown_team": ("There is no team {team}.", "没有警组{team}。"),
    "unknown_date": ("{date} is not in the horizon.", "{date}不在计划期内。"),
    "visit_twice": ("Visit {visit} is made more than once.", "上门服务{visit}被安排了不止一次。"),
    "unserved_twice": (
        "Visit {visit} is listed as unserved more than once.",
        "上门服务{visit}在未安排名单中重复出现。",
    ),
    "served_and_unserved": (
        "Visit {visit} is in a route and listed as unserved.",
        "上门服务{visit}既在路线中,又在未安排名单中。",
    ),
    "visit_missing": (
        "Visit {visit} is neither in a route nor listed as unserved.",
        "上门服务{visit}既不在路线中,也不在未安排名单中。",
    ),
    "team_twice": ("Team {team} goes out twice on {date}.", "警组{team}在{date}出行两次。"),
    "cost_differs": (
        "The plan says it costs {stated}; its routes cost {found}.",
        "计划所写成本为{stated},按路线计算为{found}。",
    ),
    "bound_above_cost": (
        "The lower bound {bound} is above the cost {found}.",
        "下界{bound}高于成本{found}。",
    ),
    # one route
    "empty_route": ("Team {team} goes out on {date} without a visit.", "警组{team}在{date}出行但没有上门服务。"),
    "no_shift": ("Team {team} has no shift on {date}.", "警组{team}在{date}没有班次。"),
    "leaves_early": (
        "Team {team} leaves at {leave}; its shift begins at {start}.",
        "警组{team}于{leave}出发,而班次{start}才开始。",
    ),
    "back_late": (
        "Team {team} is back at {back}; its shift ends at {end}.",
        "警组{team}于{back}返回,而班次{end}已结束。",
    ),
    "arrival_differs": (
        "Arrival at {visit} is {stated}; by the driving time it is {found}.",
        "到达{visit}的时间写为{stated},按行车时间应为{found}。",
    ),
    "back_differs": (
        "The return of team {team} is {stated}; by the driving time it is {found}.",
        "警组{team}的返回时间写为{stated},按行车时间应为{found}。",
    ),
    "date_closed": ("Visit {visit} cannot be made on {date}.", "上门服务{visit}在{date}不可进行。"),
    "window_missed": (
        "Visit {visit} starts at {start}; its windows that day are {windows}.",
        "上门服务{visit}于{start}开始,当日可开始的时段为{windows}。",
    ),
    "starts_before_arrival": (
        "Visit {visit} starts at {start}, before the team arrives at {arrive}.",
        "上门服务{visit}于{start}开始,早于警组到达时间{arrive}。",
    ),
    "service_length": (
        "Visit {visit} ends at {end}; with its service time it ends at {found}.",
        "上门服务{visit}写为{end}结束,按服务时长应为{found}。",
    ),
    "skill_missing": ("Team {team} lacks {skills} for visit {visit}.", "警组{team}缺少上门服务{visit}所需的{skills}。"),
    "team_not_allowed": (
        "Team {team} is not among the teams of visit {visit}.",
        "警组{team}不在上门服务{visit}的可派警组之列。",
    ),
    "other_team_fixed": (
        "Visit {visit} is fixed to team {fixed}, not to {team}.",
        "上门服务{visit}已固定给警组{fixed},而不是{team}。",
    ),
    "other_date_fixed": (
        "Visit {visit} is fixed to {fixed}, not to {date}.",
        "上门服务{visit}已固定在{fixed},而不是{date}。",
    ),
    "too_many_applicants": (
        "Team {team} has {found} applicants on {date}; its limit is {limit}.",
        "警组{team}在{date}有申请人{found}名,上限为{limit}名。",
    ),
    "too_much_work": (
        "Team {team} works {found} s on {date}; its limit is {limit} s.",
        "警组{team}在{date}工作{found}秒,上限为{limit}秒。",
    ),
    "break_missing": (
        "Team {team} has no break on {date}, which has to begin between {earliest} and {latest}.",
        "警组{team}在{date}没有休息,休息应在{earliest}至{latest}之间开始。",
    ),
    "break_unknown": ("The shift of team {team} on {date} has no break.", "警组{team}在{date}的班次没有休息。"),
    "break_outside": (
        "The break of team {team} begins at {start}, not between {earliest} and {latest}.",
        "警组{team}的休息于{start}开始,不在{earliest}至{latest}之间。",
    ),
    "break_misplaced": (
        "The break of team {team} at {start} falls into a service, a drive or the base.",
        "警组{team}于{start}的休息落在服务、行车途中或驻地。",
    ),
    # a plan and its facts
    "promise_broken": (
        "{organisation} was promised {promised}; in the plan it is {found}.",
        "已向{organisation}承诺{promised},计划中为{found}。",
    ),
    "return_too_early": (
        "Passports of visit {collected} come back on {date}, but are ready on {ready} at the earliest.",
        "上门服务{collected}的护照在{date}送回,但最早{ready}才能办好。",
    ),
    "return_without_collection": (
        "Return {visit} brings passports of {collected}, which the plan does not collect.",
        "送证{visit}应送回{collected}的护照,但计划并未收取。",
    ),
    "joint_apart": (
        "The visits {visits} are one stop of several teams, but do not start together with different teams.",
        "上门服务{visits}应由多个警组同时进行,但未由不同警组同时开始。",
    ),
    "after_last_workday": (
        "Visit {visit} is made on {date}, after its last lawful working day {last}.",
        "上门服务{visit}安排在{date},晚于最后合法工作日{last}。",
    ),
    "not_a_workday": ("{date} is no working day, but team {team} goes out.", "{date}不是工作日,但警组{team}有出行。"),
    "counts_differ": (
        "Request {request} has {wanted} applicants; visits and refusals hold {found}.",
        "申请{request}有申请人{wanted}名,上门服务与未受理名单合计{found}名。",
    ),
    "visits_differ": (
        "Visit {visit} stands in the problem or in the facts, but not in both alike.",
        "上门服务{visit}在问题与资料中不一致。",
    ),
}
