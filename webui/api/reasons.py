"""Reasons as the API gives them."""

from pydantic import BaseModel

from planner.reasons import Reason


class ReasonOut(BaseModel):
    """A reason: what is the case and what to do, in both languages."""

    code: str
    en: str
    zh: str
    do_en: str
    do_zh: str


def reason_out(one: Reason) -> ReasonOut:
    """A reason with its sentences."""
    en, zh = one.sentence("en"), one.sentence("zh")
    return ReasonOut(code=one.code, en=en, zh=zh, do_en=one.remedy("en"), do_zh=one.remedy("zh"))
