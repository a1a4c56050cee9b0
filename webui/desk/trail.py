"""The audit: every change with who, when and why, and whether the chain of hashes is whole."""

from flask import render_template, request

from planner.report.words import Text
from webui.auth.access import open_to
from webui.auth.web import web
from webui.desk.blueprint import blueprint
from webui.language import chosen_language
from webui.store import audit
from webui.store.reads import trail as reads

NOUNS: dict[str, Text] = {
    "address": Text("通知邮箱", "notice address"),
    "audit": Text("审计", "audit"),
    "bag": Text("护照袋", "passports"),
    "base": Text("驻地", "base"),
    "booking": Text("预约", "booking"),
    "calendar": Text("工作日历", "calendar"),
    "contact": Text("联系人", "contact"),
    "delivery": Text("推送", "delivery"),
    "feed": Text("订阅日历", "calendar address"),
    "inputs": Text("表格", "tables"),
    "invitation": Text("邀请", "invitation"),
    "kit": Text("设备箱", "kit"),
    "mark": Text("外出记录", "mark of an officer"),
    "notice": Text("通知", "notice"),
    "organisation": Text("单位", "organisation"),
    "plan": Text("计划", "plan"),
    "policy": Text("政策", "policy"),
    "promise": Text("承诺", "promise"),
    "request": Text("申请", "request"),
    "run": Text("编制任务", "run"),
    "session": Text("登录", "session"),
    "shift": Text("班次", "shift"),
    "site": Text("地点", "site"),
    "special": Text("专人服务", "special visit"),
    "team": Text("警组", "team"),
    "token": Text("接口令牌", "token"),
    "user": Text("用户", "user"),
    "visit": Text("上门服务", "visit"),
    "webhook": Text("推送地址", "webhook"),
}
VERBS: dict[str, Text] = {
    "absence": Text("缺勤", "absence"),
    "accepted": Text("受理", "accepted"),
    "add": Text("新增", "added"),
    "again": Text("重新发送", "sent again"),
    "approve": Text("批准", "approved"),
    "arrive": Text("到达", "arrived"),
    "ask": Text("申请", "asked for"),
    "book": Text("预约", "booked"),
    "cancel": Text("取消", "cancelled"),
    "confirm": Text("确认", "confirmed"),
    "contact": Text("修改联系方式", "contact changed"),
    "count": Text("清点", "counted"),
    "create": Text("新增", "added"),
    "details_erased": Text("到期清除内容", "values erased by rule"),
    "discard": Text("弃用", "put away"),
    "done": Text("完成", "done"),
    "edit": Text("修改", "changed"),
    "end": Text("退出", "ended"),
    "fill": Text("批量排班", "filled"),
    "first": Text("初始载入", "first loaded"),
    "give": Text("作出", "given"),
    "groups": Text("修改申请人", "applicants changed"),
    "hold": Text("暂留", "held"),
    "import": Text("导入", "imported"),
    "lock": Text("锁定", "locked"),
    "make": Text("编制", "made"),
    "move": Text("移动", "moved"),
    "new": Text("新版本", "new version"),
    "officers": Text("成员", "officers set"),
    "password": Text("修改密码", "password changed"),
    "pin": Text("固定", "pinned"),
    "problem": Text("报告问题", "problem"),
    "publish": Text("发布生效", "put into force"),
    "receive": Text("收到", "received"),
    "refuse": Text("不批准", "not approved"),
    "refused": Text("退回", "refused"),
    "release": Text("撤回", "taken back"),
    "remove": Text("删除", "removed"),
    "rename": Text("改名", "renamed"),
    "renew": Text("更新", "renewed"),
    "replace": Text("替换", "replaced"),
    "reset_password": Text("重发一次性密码", "one-time password given"),
    "rest_of_day": Text("重排当日余下行程", "rest of a day planned again"),
    "return": Text("送还", "returned"),
    "revoke": Text("吊销", "revoked"),
    "revoke_sessions": Text("强制退出", "signed out everywhere"),
    "send_back": Text("退回修改", "sent back"),
    "start": Text("开始", "started"),
    "submit": Text("送审", "sent for review"),
    "supersede": Text("被取代", "superseded"),
    "take_back": Text("撤回送审", "taken back"),
    "undo": Text("撤销", "undone"),
    "unpin": Text("取消固定", "unpinned"),
    "use": Text("使用", "used"),
    "withdrawn": Text("撤回", "withdrawn"),
}


@blueprint.get("/audit", endpoint="audit")
@open_to("supervisor", "administrator")
def trail() -> str:
    """The newest changes; with ?verify=1 the whole chain is followed."""
    text, before = request.args.get("text", "").strip()[:100], request.args.get("before", "")
    with web().store.read() as session:
        number = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
        found = reads.trail(session, text, number)
        head, length = audit.head(session), reads.length(session)
        verified = audit.verify(session) if request.args.get("verify") else None
    return render_template(
        "desk/audit.html", found=found, text=text, head=head, length=length, verified=verified, page=reads.PAGE
    )


@blueprint.app_template_filter("action_said")
def action_said(action: str) -> str:
    """What was done, as people say it; the code itself where nobody has a word for it."""
    noun, _, verb = action.partition(".")
    if noun not in NOUNS or verb not in VERBS:
        return action
    language = chosen_language()
    return ("" if language == "zh" else " ").join((NOUNS[noun].of(language), VERBS[verb].of(language)))
