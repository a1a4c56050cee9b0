"""What staff corrected: read, written, and every mistake in the file named."""

from datetime import date
from pathlib import Path

import pytest

from planner.errors import BadInput
from planner.travel.corrections import Correction, Corrections, added, read_corrections, write_corrections

MONDAY = date(2026, 9, 7)
ENGLISH = """kind,what,to,minutes,first,last,by,on,why
access,S1,,6,,,Scheduler A,2026-09-01,underground car park
pair,S2,S1,12.5,,,Scheduler A,2026-09-01,new tunnel
closed,千厮门嘉陵江大桥,,,2026-09-07,2026-09-11,Supervisor B,2026-09-02,marathon
access,S1,,8,,,Scheduler A,2026-09-03,lift out of order
"""
CHINESE = """类别,对象,到,分钟,自,至,录入岗位,录入日期,原因
到门,S1,,6,,,内勤,2026/09/01,地下车库
两地,S2,S1,12.5,,,内勤,2026-09-01,新隧道
封闭,千厮门嘉陵江大桥,,,2026-09-07,2026-09-11,主管,2026-09-02,马拉松
到门,S1,,8,,,内勤,2026-09-03,电梯故障
"""


@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_both_languages_say_the_same_and_the_later_line_counts(tmp_path: Path, text: str) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text(text, "utf-8")
    corrections = read_corrections(path)
    assert corrections.access() == {"S1": 480}
    assert corrections.pairs() == {("S1", "S2"): 750}
    assert corrections.closed([MONDAY]) == {"千厮门嘉陵江大桥"}
    assert corrections.closed([date(2026, 9, 6), date(2026, 9, 12)]) == frozenset()
    assert corrections.closed([]) == frozenset()
    first = corrections.lines[0]
    assert (first.by in ("Scheduler A", "内勤"), first.on, bool(first.why)) == (True, date(2026, 9, 1), True)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text(ENGLISH, "utf-8")
    corrections = read_corrections(path)
    hostile = Correction("access", "S9", 'Post "A"', MONDAY, "a, b\n=1+1", seconds=90)
    more = added(corrections, hostile)
    write_corrections(path, more)
    assert read_corrections(path) == more
    assert [one.name for one in tmp_path.iterdir()] == ["corrections.csv"]


def test_no_file_means_no_corrections(tmp_path: Path) -> None:
    assert read_corrections(tmp_path / "corrections.csv") == Corrections()


def test_every_mistake_is_named_with_its_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text(
        "kind,what,to,minutes,first,last,by,on,why\n"
        "detour,S1,,6,,,A,2026-09-01,x\n"
        "access,S1,,,,,A,2026-09-01,\n"
        "access,S1,,soon,,,A,tomorrow,x\n"
        "pair,S1,S1,5,,,A,2026-09-01,x\n"
        "closed,大桥,,,2026-09-11,2026-09-07,A,2026-09-01,x\n",
        "utf-8",
    )
    with pytest.raises(BadInput) as caught:
        read_corrections(path)
    assert [(one.where, one.en[:24]) for one in caught.value.mistakes] == [
        ("corrections.csv, row 2, column kind", "is access, pair or close"),
        ("corrections.csv, row 3, column minutes", "is needed here"),
        ("corrections.csv, row 3, column why", "is needed here"),
        ("corrections.csv, row 4, column on", "is no date; write 2026-0"),
        ("corrections.csv, row 4, column minutes", "needs minutes from 0 to "),
        ("corrections.csv, row 5", "a pair needs two differe"),
        ("corrections.csv, row 6", "a closure begins before "),
    ]


def test_missing_columns_and_a_wrong_encoding_are_named(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    path.write_text("kind,what\n", "utf-8")
    with pytest.raises(BadInput) as caught:
        read_corrections(path)
    assert [one.where for one in caught.value.mistakes] == [
        f"corrections.csv, column {name}" for name in ("by", "on", "why")
    ]
    path.write_bytes("类别,对象".encode("gb18030"))
    with pytest.raises(BadInput, match="UTF-8"):
        read_corrections(path)


def test_a_correction_that_says_too_little_is_not_added() -> None:
    with pytest.raises(BadInput, match="by which post and why"):
        added(Corrections(), Correction("access", "S1", "", MONDAY, "", seconds=60))
