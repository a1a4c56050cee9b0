"""Files that are not what they claim, each a function that writes one table's file into a folder."""

import gzip
import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.planner.io.a_folder import a_workbook, grid

Write = Callable[[Path], object]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

PARTS: dict[str, str] = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
    f'"application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/><Override '
    f'PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/><Override '
    f'PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="sites" sheetId="1" '
    'r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
    f'Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>id</t></si></sst>',
}
HEAD = f'<worksheet xmlns="{MAIN}"><sheetData>'
TAIL = "</sheetData></worksheet>"
ROW = '<row><c t="inlineStr"><is><t>id</t></is></c></row>'


def packed(folder: Path, sheet: bytes | str = HEAD + ROW + TAIL, **parts: bytes | str) -> Path:
    """sites.xlsx with this XML as its sheet and further or other parts; "__" in a name stands for "/"."""
    path = folder / "sites.xlsx"
    named = {name.replace("__", "/").replace("_xml", ".xml"): part for name, part in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in {**PARTS, "xl/worksheets/sheet1.xml": sheet, **named}.items():
            archive.writestr(name, part)
    return path


def csv_of(folder: Path, data: bytes) -> None:
    """sites.csv with these bytes."""
    (folder / "sites.csv").write_bytes(data)


def lying_sizes(folder: Path) -> None:
    """A part that unpacks to 200 MB while both its headers state 100 bytes."""
    path = packed(folder, HEAD.encode() + b" " * 200_000_000 + TAIL.encode())
    data = bytearray(path.read_bytes())
    name = b"xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as archive:
        local = archive.getinfo(name.decode()).header_offset
    central = data.rindex(b"PK\x01\x02", 0, data.rindex(name))
    struct.pack_into("<I", data, local + 22, 100)
    struct.pack_into("<I", data, central + 24, 100)
    path.write_bytes(data)


def many_entries(folder: Path) -> None:
    """A workbook with 60,000 further empty files in it."""
    path = packed(folder)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(60_000):
            archive.writestr(f"x{number}", b"")


def overlapping(folder: Path) -> None:
    """A directory of 300 entries that all point at the same 5 MB of data."""
    path = packed(folder, x000=b"a" * 5_000_000)
    data = path.read_bytes()
    start, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    last = data[data.rindex(b"PK\x01\x02", 0, end) : end]
    directory = data[start:end] + b"".join(last[:-3] + b"%03d" % number for number in range(1, 300))
    count = directory.count(b"PK\x01\x02")
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    path.write_bytes(data[:start] + directory + tail)


def encrypted(folder: Path) -> None:
    """A workbook whose sheet is marked as encrypted."""
    path = packed(folder)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 1)
    path.write_bytes(data)


def cut_off(folder: Path) -> None:
    """The first half of a workbook."""
    path = packed(folder, HEAD + ROW * 1000 + TAIL)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def entity_bomb(kind: str) -> str:
    """A document type whose entities grow a billionfold, or one long entity used often, or a file from outside."""
    if kind == "laughs":
        steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        declared, used = f'<!ENTITY l0 "lol">{steps}', "&l9;"
    elif kind == "quadratic":
        declared, used = f'<!ENTITY l0 "{"a" * 50_000}">', "&l0;" * 50_000
    else:
        declared, used = '<!ENTITY l0 SYSTEM "file:///etc/passwd">', "&l0;"
    return f"<!DOCTYPE x [{declared}]>{HEAD}<row><c t='inlineStr'><is><t>{used}</t></is></c></row>{TAIL}"


def rows(count: int) -> Iterable[str]:
    """So many rows of seven cells."""
    cells = '<c t="inlineStr"><is><t>a</t></is></c>' * 7
    return (f"<row>{cells}</row>" for _ in range(count))


def zip_in_zip(folder: Path) -> None:
    """A bomb of zeros as a picture of the workbook."""
    packed(folder, xl__media__image1=b"\0" * 120_000_000)


def opendocument(folder: Path) -> None:
    """An .ods renamed to .xlsx."""
    with zipfile.ZipFile(folder / "sites.xlsx", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content xmlns:office='urn:x'/>")


def renamed_workbook(folder: Path) -> None:
    """An .xlsx renamed to .csv."""
    a_workbook(folder / "sites.xlsx", {"sites": grid("sites")}).rename(folder / "sites.csv")


def noise(size: int) -> bytes:
    """Bytes without a pattern, none of them NUL; the same at every call."""
    return random.Random(1).randbytes(size).replace(b"\0", b"\x01")


def squeezed(data: bytes) -> bytes:
    """The data as gzip."""
    held = io.BytesIO()
    with gzip.GzipFile(fileobj=held, mode="wb", mtime=0) as stream:
        stream.write(data)
    return held.getvalue()


OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEADER = b"id,organisation_id,name_zh,lat,lon,datum\n"
LINE = b"S1,O1,A,29.563,106.5516,WGS-84\n"

HOSTILE: dict[str, tuple[Write, str]] = {
    # what, and words of the message it must give
    "zip bomb, 200 MB": (lambda f: packed(f, HEAD.encode() + b"<x/>" * 50_000_000 + TAIL.encode()), "more than"),
    "zip bomb, lying sizes": (lying_sizes, "damaged"),
    "zip bomb in a picture": (zip_in_zip, "unpacks to more"),
    "overlapping entries": (overlapping, "damaged|unpacks to more"),
    "60,000 entries": (many_entries, "packs more than"),
    "path that climbs": (lambda f: packed(f, **{"..__..__x_xml": "<x/>"}), "file names inside"),
    "encrypted": (encrypted, "password"),
    "cut off": (cut_off, "damaged"),
    "macros": (lambda f: packed(f, **{"xl__vbaProject.bin": b"x"}), "macros"),
    "billion laughs": (lambda f: packed(f, entity_bomb("laughs")), "document type"),
    "quadratic entities": (lambda f: packed(f, entity_bomb("quadratic")), "document type"),
    "outside entity": (lambda f: packed(f, entity_bomb("outside")), "document type"),
    "200 MB of spaces": (lambda f: packed(f, HEAD.encode() + b" " * 200_000_000 + TAIL.encode()), "unpacks to more"),
    "40 MB of spaces": (lambda f: packed(f, HEAD.encode() + b" " * 40_000_000 + TAIL.encode()), "longer than"),
    "entities in UTF-16": (lambda f: packed(f, entity_bomb("laughs").encode("utf-16")), "document type"),
    "deep nesting": (lambda f: packed(f, HEAD + "<a>" * 3_000_000 + "</a>" * 3_000_000 + TAIL), "more than a table"),
    "a million junk elements": (lambda f: packed(f, HEAD + "<a/>" * 5_000_000 + TAIL), "more than a table"),
    "forty sheets of junk": (
        lambda f: packed(f, **{f"xl__worksheets__s{n}_xml": HEAD + "<c/>" * 250_000 + TAIL for n in range(40)}),
        "more than a table",
    ),
    "65,000 styles": (
        lambda f: packed(
            f, xl__styles_xml=f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 65_000}</cellXfs></styleSheet>'
        ),
        "more than a table",
    ),
    "a comment of 30 MB": (lambda f: packed(f, HEAD + "<!--" + "<" * 30_000_000 + "-->" + TAIL), "more than a table"),
    "a million attributes": (
        lambda f: packed(f, HEAD + "<row " + " ".join(f'a{n}="1"' for n in range(1_000_000)) + "/>" + TAIL),
        "more than a table",
    ),
    "a text of 30 MB": (
        lambda f: packed(f, f'{HEAD}<row><c t="inlineStr"><is><t>{"好" * 10_000_000}</t></is></c></row>{TAIL}'),
        "longer than spreadsheet",
    ),
    "a million rows": (lambda f: packed(f, HEAD + "".join(rows(170_000)) + TAIL), "more than 50000 rows"),
    "a million short rows": (lambda f: packed(f, HEAD + ROW * 1_000_000 + TAIL), "unpacks to more|more than 50000"),
    "a cell in the last row": (
        lambda f: packed(f, f'{HEAD}{ROW}<row r="1048576"><c r="A1048576"><v>1</v></c></row>{TAIL}'),
        "more than 50000 rows",
    ),
    "cells in the last column": (
        lambda f: packed(f, HEAD + "".join(f'<row><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 40_001)) + TAIL),
        "far right of its table",
    ),
    "cells in the 700th column": (
        lambda f: packed(f, HEAD + "".join(f'<row><c r="ZZ{n}"><v>1</v></c></row>' for n in range(1, 40_001)) + TAIL),
        "columns",
    ),
    "rows out of order": (lambda f: packed(f, f'{HEAD}<row r="9"/><row r="3"/>{TAIL}'), "out of order"),
    "dimension that lies": (
        lambda f: packed(f, f'<worksheet xmlns="{MAIN}"><dimension ref="A1:XFD1048576"/><sheetData>{ROW}{TAIL}'),
        "column",
    ),
    "no XML at all": (lambda f: packed(f, "not xml"), "damaged"),
    "OpenDocument": (opendocument, "OpenDocument"),
    "old Excel as xlsx": (lambda f: (f / "sites.xlsx").write_bytes(OLD_EXCEL + bytes(2_000)), "old"),
    "text as xlsx": (lambda f: (f / "sites.xlsx").write_bytes(HEADER), "no .xlsx workbook"),
    "20 MB of a workbook": (lambda f: (f / "sites.xlsx").write_bytes(b"PK\x03\x04" + noise(20_000_000)), "larger than"),
    "workbook as csv": (renamed_workbook, "workbook with the name of a CSV"),
    "old Excel as csv": (lambda f: csv_of(f, OLD_EXCEL + bytes(2_000)), "workbook with the name of a CSV"),
    "web page as csv": (lambda f: csv_of(f, b"<html><table><tr><td>id</td></tr></table></html>"), "web page"),
    "gzip as csv": (lambda f: csv_of(f, squeezed(b"0" * 100_000_000)), "NUL|not UTF-8"),
    "UTF-16": (lambda f: csv_of(f, (HEADER + LINE).decode().encode("utf-16")), "UTF-16"),
    "UTF-16 without a mark": (lambda f: csv_of(f, (HEADER + LINE).decode().encode("utf-16-le")), "NUL"),
    "NUL byte": (lambda f: csv_of(f, HEADER + b"S1,\0\n"), "NUL byte \\(byte 45\\)"),
    "noise": (lambda f: csv_of(f, noise(1_000_000)), "not UTF-8"),
    "broken UTF-8 with a mark": (lambda f: csv_of(f, b"\xef\xbb\xbf" + HEADER + b"S1,\xff\n"), "byte 48 \\(line 2\\)"),
    "a million lines": (lambda f: csv_of(f, HEADER + b"S1,1\n" * 1_000_000), "more than 50000 rows"),
    "100 MB": (lambda f: csv_of(f, HEADER + LINE * 3_300_000), "larger than"),
    "a million columns": (lambda f: csv_of(f, b"a," * 1_000_000 + b"\n"), "more than 64 columns"),
    "a late wide row": (lambda f: csv_of(f, HEADER + b"," * 1_000_000), "more than 64 columns in row 2"),
    "a quotation mark never closed": (lambda f: csv_of(f, HEADER + b'"' + LINE * 400_000), "never closed"),
    "a cell of 15 MB": (lambda f: csv_of(f, HEADER + b"S1,O1," + b"x" * 15_000_000 + b",1,1,WGS-84\n"), "characters"),
    "50,000 bad rows": (lambda f: csv_of(f, HEADER + b"!,!,,x,y,z\n" * 49_990), "reading stopped"),
    "a folder for a file": (lambda f: (f / "sites.csv").mkdir(), "not a file"),
}
