"""Uploaded files before anything parses them: size, disguise, encoding.

Every refusal is a BadInput that says what the file is and how to save it so that it can be read.
"""

import codecs
from pathlib import Path

from planner.errors import BadInput
from planner.io.mistakes import in_file

MEBIBYTE = 1024 * 1024
MAX_FILE_BYTES = 16 * MEBIBYTE
MAX_ROWS = 50_000
"""Rows of one table, the header included."""
MAX_COLUMNS = 64
MAX_CELL_CHARACTERS = 5_000
CHUNK = 256 * 1024

OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
UTF8_BOM = codecs.BOM_UTF8
WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def refuse(file: str, en: str, zh: str, value: str = "") -> BadInput:
    """The error for a whole file, ready to raise."""
    return BadInput([in_file(file, en, zh, value)])


def read_bytes(path: Path, most: int = MAX_FILE_BYTES) -> bytes:
    """What a regular file holds; BadInput for a folder, a device, an unreadable or too large file."""
    if not path.is_file():
        raise refuse(path.name, "is not a file; remove it or replace it", "不是普通文件；请删除或替换")
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise refuse(
            path.name,
            f"cannot be read ({error.strerror}); check its permissions",
            f"无法读取（{error.strerror}）；请检查权限",
        ) from error
    if len(data) > most:
        raise refuse(
            path.name,
            f"is larger than {most // 1024} KB; split it, or remove what is not needed",
            f"超过{most // 1024}KB；请拆分文件或删除多余内容",
        )
    return data


def refuse_disguised_csv(data: bytes, file: str) -> None:
    """BadInput for what is no CSV whatever its name says: workbooks, web pages, UTF-16, binaries."""
    head = data[:1024].removeprefix(UTF8_BOM).lstrip().lower()
    if data.startswith((ZIP, OLD_EXCEL)):
        raise refuse(
            file,
            "is a workbook with the name of a CSV file; in Excel, save it as “CSV UTF-8”",
            "实际是工作簿，只是改名为 CSV；请在 Excel 中另存为“CSV UTF-8”",
        )
    if data.startswith(WIDE_BOMS):
        raise refuse(file, "is UTF-16; save it as “CSV UTF-8”", "编码是 UTF-16；请另存为“CSV UTF-8”")
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"%pdf-", b"{\\rtf")):
        raise refuse(
            file,
            "is a web page or another document, not CSV; open it in Excel and save it as “CSV UTF-8”",
            "是网页或其他文档，不是 CSV；请用 Excel 打开后另存为“CSV UTF-8”",
        )
    if (at := data.find(b"\0")) >= 0:
        raise refuse(
            file,
            f"holds a NUL byte (byte {at + 1}), so it is no text; save it as “CSV UTF-8”",
            f"第{at + 1}个字节是 NUL，不是文本；请另存为“CSV UTF-8”",
        )


def encoding_of(data: bytes, file: str) -> str:
    """ "utf-8-sig", "utf-8" or "gb18030", whichever reads every byte; else BadInput naming the byte."""
    if data.startswith(UTF8_BOM):
        if (at := _first_bad_byte(data, "utf-8")) is None:
            return "utf-8-sig"
        raise _bad_byte(data, at, file, "UTF-8")
    in_utf8 = _first_bad_byte(data, "utf-8")
    if in_utf8 is None:
        return "utf-8"
    in_gb18030 = _first_bad_byte(data, "gb18030")
    if in_gb18030 is None:
        return "gb18030"
    raise _bad_byte(data, max(in_utf8, in_gb18030), file, "UTF-8 / GB18030")


def text_of(path: Path, most: int) -> str:
    """The text of a small file in any of the encodings above."""
    data = read_bytes(path, most)
    refuse_disguised_csv(data, path.name)
    return data.decode(encoding_of(data, path.name))


def _bad_byte(data: bytes, at: int, file: str, tried: str) -> BadInput:
    line = data.count(b"\n", 0, at) + 1
    return refuse(
        file,
        f"is not {tried}: byte {at + 1} (line {line}) cannot be read; save it as “CSV UTF-8”",
        f"不是 {tried} 编码：第{at + 1}个字节（第{line}行）无法读取；请另存为“CSV UTF-8”",
        f"0x{data[at]:02x}" if at < len(data) else "",
    )


def _first_bad_byte(data: bytes, encoding: str) -> int | None:
    """Offset of the first byte that is not of this encoding, found without keeping the text."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for start in range(0, max(len(data), 1), CHUNK):
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(data[start : start + CHUNK], final=start + CHUNK >= len(data))
        except UnicodeDecodeError as error:
            return max(0, start - held) + error.start
    return None
