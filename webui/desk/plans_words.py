"""Words and small drawings of the pages about plans, in the reader's language."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from flask import get_template_attribute
from flask_babel import lazy_gettext as _
from markupsafe import Markup

from planner.report.figures import figures_strip
from planner.report.statistics import Summary
from planner.report.words import Text
from webui.desk.blueprint import blueprint
from webui.desk.labels import FIELDS, TABLES
from webui.desk.navigation import may_open
from webui.language import chosen_language
from webui.recent import Recent
from webui.store.runs import IncumbentRow

TABLES["plan_state"] = {
    "draft": Text("草案", "draft"),
    "submitted": Text("待审批", "in review"),
    "approved": Text("已批准", "approved"),
    "sent_back": Text("已退回", "sent back"),
    "published": Text("生效中", "in force"),
    "superseded": Text("已被替代", "replaced"),
    "discarded": Text("已弃用", "put away"),
}
TABLES["run_state"] = {
    "queued": Text("排队中", "waiting for a worker"),
    "running": Text("编制中", "planning"),
    "done": Text("已完成", "done"),
    "cancelled": Text("已取消", "cancelled"),
    "failed": Text("失败", "failed"),
}
TABLES["effort"] = {
    "quick": Text("快速:约半分钟", "quick: about half a minute"),
    "standard": Text("标准:数分钟", "standard: some minutes"),
    "thorough": Text("深入:更久", "thorough: longer"),
}
TABLES["plan_action"] = {
    "plan.make": Text("编制", "made"),
    "plan.move": Text("移动", "moved"),
    "plan.pin": Text("固定", "pinned"),
    "plan.unpin": Text("取消固定", "unpinned"),
    "plan.undo": Text("撤销", "undone"),
    "plan.rename": Text("改名", "renamed"),
    "plan.discard": Text("弃用", "put away"),
    "plan.submit": Text("送审", "sent for review"),
    "plan.take_back": Text("撤回送审", "taken back"),
    "plan.approve": Text("批准", "approved"),
    "plan.send_back": Text("退回", "sent back"),
    "plan.publish": Text("发布", "put into force"),
    "plan.replace": Text("替代", "replaces earlier plans"),
    "plan.supersede": Text("被替代", "replaced"),
}
TABLES["plan_change"] = {
    "date": Text("改日期", "other date"),
    "time": Text("改时间", "other hour"),
    "team": Text("换警组", "other team"),
    "added": Text("新增", "added"),
    "dropped": Text("移出", "taken out"),
}
TABLES["any_state"] = {**TABLES["any_state"], **TABLES["plan_state"]}
FIELDS["effort"], FIELDS["horizon"], FIELDS["based_on"] = _("Effort"), _("Dates"), _("Based on")
FIELDS["cost"], FIELDS["team"], FIELDS["decision"] = _("Cost"), _("Team"), _("Decision")

WIDTH, HEIGHT = 600, 140


@dataclass(frozen=True)
class Lines:
    """The course of a run as two lines of an SVG, as its attribute `points` has them; "" where nothing is known."""

    cost: str
    bound: str
    highest: int
    lowest: int
    seconds: float


def course_lines(course: Sequence[IncumbentRow]) -> Lines | None:
    """Cost (from above) and proven bound (from below) over time; None before the second figure.

    Costs far above the last one are cut off: the first plans of a run serve nobody and cost so much that the
    rest would be a flat line.
    """
    if len(course) < 2:
        return None
    known = [one.bound for one in course if one.bound is not None]
    highest = min(max(one.cost for one in course), course[-1].cost * 5 // 4)
    lowest = min([course[-1].cost, *known[-1:]])
    span, seconds = max(1, highest - lowest), max(0.1, course[-1].seconds)

    def points(values: Iterable[tuple[float, int]]) -> str:
        return " ".join(
            f"{at / seconds * WIDTH:.0f},{HEIGHT - (min(highest, max(lowest, value)) - lowest) / span * HEIGHT:.0f}"
            for at, value in values
        )

    bounds = [(one.seconds, one.bound) for one in course if one.bound is not None]
    return Lines(points((one.seconds, one.cost) for one in course), points(bounds), highest, lowest, seconds)


_DRAWN: Recent[Markup] = Recent(24)


@blueprint.app_template_global("drawn")
def drawn(part: str, of: tuple[object, ...], *values: Hashable) -> Markup:
    """What a macro of desk/_plan_parts.html draws of these objects and values; kept while they stay the same.

    Timeline and tables of a plan are most of its page, and the same for everybody who reads in one language.
    """

    def make() -> Markup:
        return Markup(get_template_attribute("desk/_plan_parts.html", part)(*of, *values))  # noqa: S704

    return _DRAWN.of(of, (part, chosen_language(), may_open(), *values), make)


@blueprint.app_template_filter("strip_of")
def strip_of(figures: Summary) -> Markup:
    """The strip of figures, as on the printed plan; the report escapes every text in it itself."""
    return Markup(figures_strip(figures))  # noqa: S704


@blueprint.app_template_filter("in_words")
def in_words(text: Text) -> str:
    """A text of the reports in the reader's language."""
    return text.of(chosen_language())
