"""The texts of the web side that are not part of a report, each in both languages."""

from planner.report.words import Text

TEXTS: dict[str, Text] = {
    "bad_request": Text("请求无法处理", "This request cannot be handled"),
    "bad_request_do": Text("请检查地址。", "Check the address."),
    "not_found": Text("没有这一页", "There is no such page"),
    "not_found_do": Text("请检查地址,或返回首页。", "Check the address, or go back to the start."),
    "not_allowed": Text("此处只能查看", "This page can only be read"),
    "not_allowed_do": Text("请返回首页。", "Go back to the start."),
    "changed": Text("内容已更新", "It has changed meanwhile"),
    "changed_do": Text("请刷新页面后重试。", "Load the page again, then try once more."),
    "forbidden": Text("您无权执行此操作", "You may not do this"),
    "forbidden_do": Text(
        "此操作属于其他岗位。如需权限,请联系管理员。",
        "It belongs to another role. Ask an administrator if you need it.",
    ),
    "too_large": Text("文件过大", "This is too large"),
    "too_large_do": Text("请拆分文件后重试。", "Split the file and try again."),
    "too_often": Text("尝试过于频繁", "Tried too often"),
    "too_often_do": Text("请稍后再试。", "Wait a while, then try again."),
    "failed": Text("程序出错", "Something went wrong"),
    "failed_do": Text(
        "数据未被改动。请将以下编号告知管理员。",
        "No data was changed. Give this number to whoever runs the program.",
    ),
    "back": Text("返回首页", "Back to the start"),
}


def text(key: str) -> Text:
    """The text with this key; KeyError for an unknown one (our bug)."""
    return TEXTS[key]
