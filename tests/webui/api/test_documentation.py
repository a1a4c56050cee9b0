"""The page that documents the API without a network: all of it, in both languages."""

import re
from html import unescape
from typing import Literal

from flask import Flask
from pydantic import BaseModel, Field

from tests.webui.api.conftest import Desk
from webui.api.contract import OPERATIONS
from webui.api.fields import Clock
from webui.api.openapi import openapi
from webui.api.shapes import shape_of
from webui.language import chinese


class Part(BaseModel):
    """A part."""

    name: str = Field(max_length=20)
    kind: Literal["one", "two"] = "one"


class Whole(BaseModel):
    """A whole."""

    number: int = Field(ge=1, le=9)
    parts: list[Part]
    starts: Clock
    more: dict[str, list[bool]] | None = None


def test_shapes_are_written_with_all_that_is_in_them() -> None:
    assert shape_of(Whole).splitlines() == [
        "number: integer 1–9",
        "parts: [{",
        "  name: string ≤ 20",
        '  kind?: "one" | "two"',
        "}]",
        "starts: hh:mm",
        "more?: {string: [boolean]} | null",
    ]


def test_the_page_says_everything_in_the_readers_language(ada: Desk) -> None:
    english = unescape(ada.get("/programs/api?lang=en"))
    chinese_page = unescape(ada.get("/programs/api?lang=zh"))
    for one in OPERATIONS:
        told = chinese().gettext(one.summary)
        assert re.search("[\u4e00-\u9fff]", told), one.name
        for page, summary in ((english, one.summary), (chinese_page, told)):
            assert page.count(f"{summary}</") >= 2, (one.name, summary)  # among the contents, and at the operation
            assert f'id="{one.name}"' in page
            assert f'href="#{one.name}"' in page
        assert f"{one.summary}</" not in chinese_page


def test_every_link_on_the_page_leads_somewhere(ada: Desk) -> None:
    page = ada.get("/programs/api")
    targets = set(re.findall(r'id="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert {one.name for one in OPERATIONS} <= links <= targets


def test_the_contract_stays_english(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json", headers={"Accept-Language": "zh"})
    document = openapi()
    assert answer.json == document
    told = {document["paths"][f"/api/v1{one.path}"][one.method.lower()]["summary"] for one in OPERATIONS}
    assert told == {one.summary for one in OPERATIONS}
    assert not [one for one in told if re.search("[\u4e00-\u9fff]", one)]
