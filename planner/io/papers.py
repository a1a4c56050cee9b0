"""What applicants bring, by kind and task, as short lists for invitations.

Source: guides of the Chongqing Public Security Bureau for study and work permits, 2017-18. The office
that uses Doorstep confirms or changes the lists here.
"""

from collections.abc import Iterable

from planner.errors import Language
from planner.model import Group

Paper = tuple[str, str]
"""In Chinese and in English."""

EVERYBODY: tuple[Paper, ...] = (
    ("护照及签证", "passport and visa"),
    ("住宿登记证明", "accommodation registration"),
    ("申请表、照片及照片检测回执", "application form with photo and photo-check receipt"),
    ("单位公函（中文，盖章）", "letter of the organisation (in Chinese, sealed)"),
    ("单位登记证明", "registration certificate of the organisation"),
)
BY_KIND: dict[str, tuple[Paper, ...]] = {
    "study": (("录取通知书及 JW201/JW202 表", "admission notice and form JW201 or JW202"),),
    "work": (("工作许可", "work permit"),),
    "talent": (("工作许可", "work permit"),),
}
FIRST: tuple[Paper, ...] = (
    ("健康证明（首次申请一年以上、年满18周岁）", "health certificate (first permit of over one year, aged 18 or more)"),
)


def papers_for(groups: Iterable[Group], language: Language) -> tuple[str, ...]:
    """The papers that people of these groups bring, each once."""
    people = tuple(groups)
    papers = [*EVERYBODY, *(paper for group in people for paper in BY_KIND.get(group.kind, ()))]
    if any(group.task == "first" for group in people):
        papers += FIRST
    return tuple(paper[0 if language == "zh" else 1] for paper in dict.fromkeys(papers))
