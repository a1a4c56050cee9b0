"""Text becomes HTML in one place."""

import json

from planner.report.markup import both, esc, json_block
from planner.report.words import Text


def test_markup_in_a_text_means_nothing() -> None:
    assert esc('<b title="x">&\'</b>') == "&lt;b title=&quot;x&quot;&gt;&amp;&#x27;&lt;/b&gt;"


def test_both_languages_stand_side_by_side() -> None:
    assert both(Text("警<", "a<")) == (
        '<span class="zh" lang="zh-CN">警&lt;</span><span class="en" lang="en">a&lt;</span>'
    )


def test_one_text_for_both_languages_stands_once() -> None:
    assert both(Text("A&S", "A&S")) == "A&amp;S"


def test_json_cannot_end_its_script_element() -> None:
    value = {"a": "</script><!--&"}
    block = json_block(value)
    assert "<" not in block
    assert json.loads(block) == value
