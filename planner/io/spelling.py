"""How a text is written into a CSV or XLSX cell so that no program runs it, and read back unchanged."""

import re

ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold; a CSV leaves it out as well."""
RISKY = re.compile(r"\s*['=+\-@＝＋－＠]|[\t\r\n]")
"""Beginnings that a spreadsheet program may take for a formula, and the mark itself."""
MARK = "'"

_HEX_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CODED = re.compile(r"_x005[Ff]_|_x000[Dd]_")
MAX_XLSX_CHARACTERS = 32_767


def legal(text: str) -> str:
    """The text with every character that XML cannot hold replaced by "\ufffd"."""
    return ILLEGAL.sub("\ufffd", text)


def to_csv(text: str) -> str:
    """The text for a CSV cell: `'` goes before what could run and before texts that begin with `'`."""
    clean = legal(text)
    return MARK + clean if RISKY.match(clean) else clean


def from_csv(cell: str) -> str:
    """The text that `to_csv` wrote; other cells as they are."""
    return cell[1:] if cell.startswith(MARK) and RISKY.match(cell, 1) else cell


def to_xlsx(text: str) -> str:
    """The text for an XLSX cell, whose `_x000D_` codes spreadsheet programs decode."""
    coded = _HEX_CODE.sub("_x005F_", legal(text)).replace("\r", "_x000D_")
    return coded if len(coded) <= MAX_XLSX_CHARACTERS else coded[: MAX_XLSX_CHARACTERS - 1] + "…"


def from_xlsx(cell: str) -> str:
    """The text that `to_xlsx` or a spreadsheet program wrote."""
    return _CODED.sub(lambda code: "_" if code[0].lower() == "_x005f_" else "\r", cell)
