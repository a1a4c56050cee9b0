"""The one place where text becomes HTML."""

import html
import json
from typing import Any

from planner.report.words import Text


def esc(value: object) -> str:
    """`value` as text that means nothing to a browser, inside an element or a quoted attribute."""
    return html.escape(str(value), quote=True)


def both(text: Text) -> str:
    """`text` in both languages; the page's style shows the one its `lang` names."""
    if text.zh == text.en:
        return esc(text.zh)
    return f'<span class="zh" lang="zh-CN">{esc(text.zh)}</span><span class="en" lang="en">{esc(text.en)}</span>'


def json_block(value: Any) -> str:
    """`value` as JSON that can stand inside a <script type="application/json"> element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def html_lang(language: str) -> str:
    """The value of the `lang` attribute."""
    return "zh-CN" if language == "zh" else "en"
