"""The words of notices, in both languages. Facts in braces; what they hold is put in as it is and never read again."""

from dataclasses import dataclass

from planner.report.words import Text


@dataclass(frozen=True)
class Words:
    """Subject and body of one kind of notice."""

    subject: Text
    body: Text


FOOT = Text(
    "\n\n本邮件由系统自动发送,请勿直接回复。如有疑问,请联系出入境上门服务调度。",
    "\n\nThis was sent automatically; please do not answer it. For questions, call the desk of the on-site visits.",
)

NOTICES: dict[str, Words] = {
    "visit.published": Words(
        Text("上门服务已确定:{day} {time},{site}", "On-site visit confirmed: {day} {time}, {site}"),
        Text(
            "{organisation}:\n\n警组将于{day} {time}到{site}提供上门服务,共{people}人(申请{request})。\n"
            "请安排好房间和电源,并提前核对申请材料。",
            "To {organisation}:\n\nA team comes to {site} on {day} at {time} for {people} people (request {request}).\n"
            "Please have a room with power ready, and check the papers beforehand.",
        ),
    ),
    "visit.moved": Words(
        Text("上门服务改期:{day} {time},{site}", "On-site visit moved: {day} {time}, {site}"),
        Text(
            "{organisation}:\n\n原定{was_day} {was_time}在{site}的上门服务(申请{request})改为{day} {time}。\n"
            "由此带来不便,敬请谅解。",
            "To {organisation}:\n\nThe visit to {site} (request {request}) that was planned for {was_day} "
            "at {was_time} is now on {day} at {time}.\nWe are sorry for the trouble.",
        ),
    ),
    "visit.cancelled": Words(
        Text("上门服务取消:{was_day} {was_time},{site}", "On-site visit cancelled: {was_day} {was_time}, {site}"),
        Text(
            "{organisation}:\n\n原定{was_day} {was_time}在{site}的上门服务(申请{request})取消。\n"
            "如申请仍然有效,调度将另行安排,并尽快通知。",
            "To {organisation}:\n\nThe visit to {site} (request {request}) planned for {was_day} at {was_time} "
            "does not take place.\nIf the request still stands, the desk plans it anew and tells you soon.",
        ),
    ),
    "booking.moved": Words(
        Text("已按贵单位要求改期:{day} {time},{site}", "Moved as you asked: {day} {time}, {site}"),
        Text(
            "{organisation}:\n\n贵单位已将{was_day} {was_time}在{site}的上门服务(申请{request})改为{day} {time}。\n"
            "请安排好房间和电源,并提前核对申请材料。",
            "To {organisation}:\n\nYou moved the visit to {site} (request {request}) from {was_day} at {was_time} "
            "to {day} at {time}.\nPlease have a room with power ready, and check the papers beforehand.",
        ),
    ),
    "booking.cancelled": Words(
        Text("已按贵单位要求取消:{was_day} {was_time},{site}", "Cancelled as you asked: {was_day} {was_time}, {site}"),
        Text(
            "{organisation}:\n\n贵单位已取消{was_day} {was_time}在{site}的上门服务(申请{request})。警组不再前往。\n"
            "如仍需上门服务,请重新提交申请,并注意申请人的法定期限。",
            "To {organisation}:\n\nYou cancelled the visit to {site} (request {request}) planned for {was_day} at "
            "{was_time}. Nobody comes.\nIf you still need a visit, ask again, and mind by when people have to apply.",
        ),
    ),
    "return.published": Words(
        Text("护照送还时间已确定:{day} {time},{site}", "Passports come back: {day} {time}, {site}"),
        Text(
            "{organisation}:\n\n警组将于{day} {time}到{site}送还护照,共{people}本(申请{request})。\n"
            "请指定领取人并出具单位介绍信,双方当面清点签字。",
            "To {organisation}:\n\nA team brings {people} passports back to {site} on {day} at {time} "
            "(request {request}).\nPlease name who receives them with a letter of the organisation; both sides count "
            "and sign.",
        ),
    ),
    "return.moved": Words(
        Text("护照送还改期:{day} {time},{site}", "Passports come back at another time: {day} {time}, {site}"),
        Text(
            "{organisation}:\n\n原定{was_day} {was_time}在{site}送还护照(申请{request})改为{day} {time}。\n"
            "由此带来不便,敬请谅解。",
            "To {organisation}:\n\nThe passports of request {request}, which were to come back to {site} on {was_day} "
            "at {was_time}, come on {day} at {time}.\nWe are sorry for the trouble.",
        ),
    ),
    "return.cancelled": Words(
        Text("护照送还另行安排:{site}", "Passports come back on another day: {site}"),
        Text(
            "{organisation}:\n\n原定{was_day} {was_time}在{site}送还护照(申请{request})未能安排,调度将另行通知时间。",
            "To {organisation}:\n\nThe passports of request {request} do not come back to {site} on {was_day} at "
            "{was_time}. The desk tells you the new date.",
        ),
    ),
    "request.accepted": Words(
        Text("预约申请已受理:{request}", "Request accepted: {request}"),
        Text(
            "{organisation}:\n\n贵单位关于{site}的预约申请{request}已受理,确定日期和时间后另行通知。",
            "To {organisation}:\n\nYour request {request} for {site} was accepted. You will be told the date and hour.",
        ),
    ),
    "request.refused": Words(
        Text("预约申请已退回:{request}", "Request refused: {request}"),
        Text(
            "{organisation}:\n\n贵单位关于{site}的预约申请{request}未能受理。\n原因:{reason}",
            "To {organisation}:\n\nYour request {request} for {site} was refused.\nReason: {reason}",
        ),
    ),
    "plan.submitted": Words(
        Text("计划待审批:{plan}", "A plan waits for review: {plan}"),
        Text(
            "计划“{plan}”({first} 至 {last})已送审,请登录审批。",
            "The plan “{plan}” ({first} to {last}) was sent for review. Please sign in and decide.",
        ),
    ),
    "plan.approved": Words(
        Text("计划已批准:{plan}", "Plan approved: {plan}"),
        Text("计划“{plan}”已批准,可以发布。", "The plan “{plan}” was approved and can be put into force."),
    ),
    "plan.sent_back": Words(
        Text("计划已退回:{plan}", "Plan sent back: {plan}"),
        Text("计划“{plan}”已退回。\n原因:{reason}", "The plan “{plan}” was sent back.\nReason: {reason}"),
    ),
    "visit.problem": Words(
        Text("现场问题:{site},{team}", "Problem on site: {site}, {team}"),
        Text(
            "{team}在{organisation}({site})遇到问题:{reason}\n请在“在途”页面处理。",
            "{team} reports a problem at {organisation} ({site}): {reason}\nSee the page “On the road”.",
        ),
    ),
}
