"""Uploaded workbooks before openpyxl sees them: a ZIP of XML, both of which can be bombs.

Each part is really unpacked once, piece by piece, and counted: sizes stated inside a ZIP may lie.
The XML goes through expat with a counter that refuses document types (hence entities), depth and
numbers beyond what tables need, before any tree is built.
"""

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat

from planner.io.safe_files import CHUNK, MAX_ROWS, MEBIBYTE, OLD_EXCEL, ZIP, refuse

MAX_ENTRIES = 400
MAX_UNPACKED_BYTES = 48 * MEBIBYTE
MAX_DEPTH = 64
MAX_GRID_ELEMENTS = 1_500_000
"""Rows, cells and their values in one workbook: 50,000 rows of ten cells."""
MAX_OTHER_ELEMENTS = 60_000
"""Everything else in one workbook: styles, formatted runs of text, sheet settings."""
MAX_TAGS = 2 * (MAX_GRID_ELEMENTS + MAX_OTHER_ELEMENTS)
"""Each element opens and closes at most once."""
MAX_TEXT_CHARACTERS = 200_000
"""In one element; a spreadsheet cell holds at most 32,767."""
GRID = frozenset({"row", "c", "v", "f", "is", "t", "si"})

CENTRAL_ENTRY = b"PK\x01\x02"
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)
"""What reading a broken archive raises: OSError and ValueError where an offset is wrong, NotImplementedError where a
version is unknown, RuntimeError where a part has a password. It is read from memory: no OSError is of the disk.
"""


class _Refused(Exception):
    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


def checked_workbook(data: bytes, file: str) -> io.BytesIO:
    """The workbook as a stream that is safe to hand to openpyxl; BadInput for anything else."""
    _refuse_disguise(data, file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            _refuse_names(names)
            spent = _Spent()
            for entry in archive.infolist():
                _glance_at(archive, entry, spent)
            for entry in archive.infolist():
                _count_xml(archive, entry, spent)
    except _Refused as error:
        raise refuse(file, error.en, error.zh) from error
    except DAMAGED as error:
        raise refuse(
            file,
            f"is a damaged workbook ({error}); open it in Excel and save it again as .xlsx",
            f"工作簿已损坏（{error}）；请用 Excel 打开后重新另存为 .xlsx",
        ) from error
    return io.BytesIO(data)


def _refuse_disguise(data: bytes, file: str) -> None:
    if data.startswith(OLD_EXCEL):
        raise refuse(
            file,
            "is an old (.xls) or password-protected workbook; save it as .xlsx without a password",
            "是旧版（.xls）或加密的工作簿；请另存为不加密的 .xlsx",
        )
    if not data.startswith(ZIP):
        raise refuse(
            file,
            "is no .xlsx workbook whatever its name says; open it in Excel and save it as .xlsx",
            "不是 .xlsx 工作簿，只是使用了该扩展名；请用 Excel 打开后另存为 .xlsx",
        )
    if data.count(CENTRAL_ENTRY) > MAX_ENTRIES:
        raise refuse(
            file,
            f"packs more than {MAX_ENTRIES} files; save the sheets anew as .xlsx",
            f"内含超过{MAX_ENTRIES}个文件；请重新另存为 .xlsx",
        )


def _refuse_names(names: list[str]) -> None:
    if len(set(names)) != len(names) or any(
        name.startswith(("/", "\\")) or ".." in name.split("/") or "\\" in name or ":" in name or len(name) > 200
        for name in names
    ):
        raise _Refused(
            "has file names inside that no spreadsheet program writes; save it again as .xlsx",
            "内部文件名异常；请重新另存为 .xlsx",
        )
    if "xl/vbaProject.bin" in names:
        raise _Refused("holds macros; save it as .xlsx, without macros", "含有宏；请另存为不含宏的 .xlsx")
    if "xl/workbook.xml" not in names:
        raise _Refused(
            "is not an .xlsx workbook (OpenDocument, .xlsb or another format); save it as .xlsx",
            "不是 .xlsx 工作簿（可能是 OpenDocument、.xlsb 等格式）；请另存为 .xlsx",
        )


@dataclass
class _Spent:
    """What the parts of one workbook came to so far."""

    unpacked: int = 0
    tags: int = 0
    grid: int = 0
    other: int = 0


def _glance_at(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, spent: _Spent) -> None:
    """Unpacks one part, counting its bytes, tags and rows: what is far too much is refused in a tenth of a second."""
    if entry.flag_bits & 0x1:
        raise _Refused("is protected with a password; save it without one", "已加密；请取消密码后另存")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _Refused("is packed in an unusual way; save it again as .xlsx", "压缩方式异常；请重新另存为 .xlsx")
    rows, is_xml = 0, False
    with archive.open(entry) as stream:
        while piece := stream.read(CHUNK):
            is_xml = is_xml or _may_be_xml(piece)
            spent.unpacked += len(piece)
            if spent.unpacked > MAX_UNPACKED_BYTES:
                raise _Refused(
                    f"unpacks to more than {MAX_UNPACKED_BYTES // MEBIBYTE} MB; remove what is not needed",
                    f"解压后超过{MAX_UNPACKED_BYTES // MEBIBYTE}MB；请删除多余内容",
                )
            if is_xml:
                spent.tags += piece.count(b"<")
                rows += piece.count(b"<row>") + piece.count(b"<row ")
    if rows > MAX_ROWS:
        raise _too_many_rows()
    if spent.tags > MAX_TAGS:
        raise _bloated(entry.filename)


def _count_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, spent: _Spent) -> None:
    """Counts what one part holds, if it is XML: what a glance lets pass is counted in full."""
    with archive.open(entry) as stream:
        piece = stream.read(CHUNK)
        if not _may_be_xml(piece):
            return
        counter = _Counter(entry.filename, spent)
        while piece:
            counter.feed(piece)
            piece = stream.read(CHUNK)
        counter.close()


def _bloated(part: str) -> _Refused:
    return _Refused(
        f"holds more than a table needs ({part}); copy the cells as values into a new workbook",
        f"内容超出表格所需（{part}）；请将单元格以“值”粘贴到新工作簿",
    )


def _too_many_rows() -> _Refused:
    return _Refused(
        f"has a sheet of more than {MAX_ROWS} rows; split it, or delete empty rows below the table",
        f"有工作表超过{MAX_ROWS}行；请拆分，或删除表格下方的空行",
    )


def _may_be_xml(piece: bytes) -> bool:
    """Whether an XML parser could start on this: no document begins with anything else."""
    head = piece[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith((b"<", b"\xff\xfe", b"\xfe\xff", b"\0<"))


class _Counter:
    """Counts rows, elements, depth and text of one XML part; builds nothing."""

    def __init__(self, part: str, spent: _Spent) -> None:
        self.part = part
        self.spent = spent
        self.rows = 0
        self.fed = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._listen()

    def _listen(self) -> None:
        """What runs at every element and text: functions over local names, a third faster than methods."""
        spent = self.spent
        depth = length = 0
        grid_names = {name: name for name in GRID}

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, length
            depth += 1
            length = 0
            local = grid_names.get(name)
            if local is None and (last := name.rpartition(" ")[2]) in GRID:
                local = grid_names[name] = last
            if local is None:
                spent.other += 1
            else:
                spent.grid += 1
                if local == "row":
                    self._row(attributes.get("r"))
                elif local == "c" and attributes and attributes.get("r", "")[2:3].isalpha():
                    raise self._far_right(attributes["r"])
            if depth > MAX_DEPTH or spent.grid > MAX_GRID_ELEMENTS or spent.other > MAX_OTHER_ELEMENTS:
                raise _bloated(self.part)

        def end(_: str) -> None:
            nonlocal depth, length
            depth -= 1
            length = 0

        def text(piece: str) -> None:
            nonlocal length
            length += len(piece)
            if length > MAX_TEXT_CHARACTERS:
                raise self._too_long()

        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end
        self.parser.CharacterDataHandler = text

    def feed(self, piece: bytes) -> None:
        """Counts a piece. A tag or comment longer than that is refused: old expat reads it over and over."""
        self._parse(piece, False)
        self.fed += len(piece)
        if self.fed - self.parser.CurrentByteIndex > 2 * CHUNK:
            raise _bloated(self.part)

    def close(self) -> None:
        """Ends the document, which must be whole."""
        self._parse(b"", True)

    def _parse(self, piece: bytes, last: bool) -> None:
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise _Refused(
                f"is a damaged workbook ({self.part}: {error}); open it in Excel and save it again as .xlsx",
                f"工作簿已损坏（{self.part}：{error}）；请用 Excel 打开后重新另存为 .xlsx",
            ) from error

    def _row(self, stated: str | None) -> None:
        number = int(stated) if stated and stated.isascii() and stated.isdigit() else self.rows + 1
        if number <= self.rows:
            raise _Refused(
                f"has rows out of order ({self.part}, row {number}); open it in Excel and save it again as .xlsx",
                f"行的顺序混乱（{self.part}，第{number}行）；请用 Excel 打开后重新另存为 .xlsx",
            )
        self.rows = number
        if number > MAX_ROWS:
            raise _too_many_rows()

    def _far_right(self, stated: str) -> _Refused:
        return _Refused(
            f"has cells far right of its table ({self.part}, {stated[:12]}); delete those columns",
            f"表格右侧远处有单元格（{self.part}，{stated[:12]}）；请删除多余的列",
        )

    def _too_long(self) -> _Refused:
        return _Refused(
            f"has a cell longer than spreadsheet programs allow ({self.part}); shorten it",
            f"有单元格长度超过表格软件上限（{self.part}）；请缩短",
        )

    def _doctype(self, *_: Any) -> None:
        raise _Refused(
            "holds an XML document type, which no spreadsheet program writes; save it again as .xlsx",
            "含有 XML 文档类型声明，正常表格软件不会写入；请重新另存为 .xlsx",
        )
