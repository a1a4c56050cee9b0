"""A tiny folder of input tables: one university with one site, one base, one team, one request of 24 people."""

from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook

from planner.io.tables import Read, read_inputs

TABLES: Mapping[str, str] = {
    "organisations": "id,name_zh,name_en,kind,district,foreigners\n"
    "O1,嘉陵大学,Jialing University,university,沙坪坝区,120\n",
    "sites": "id,organisation_id,name_zh,lat,lon,datum\nS1,O1,国际学院,29.563,106.5516,WGS-84\n",
    "bases": "id,name_zh,lat,lon,datum\nB1,出入境管理局,29.594,106.545,WGS-84\n",
    "teams": "id,name_zh,base_id,officers,desks,languages\nT1,第一警组,B1,3,2,zh;en\n",
    "shifts": "team_id,date,start,end\nT1,2026-09-07,08:30,18:00\n",
    "requests": "id,site_id,service,received\nR1,S1,acceptance,2026-09-01\n",
    "groups": "request_id,kind,task,count,language,event_date\nR1,study,first,24,en,2026-08-25\n",
}


def a_folder(folder: Path, **changed: str | None) -> Path:
    """Writes the tables into `folder`, some changed, those changed to None left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**TABLES, **changed}.items():
        if text is not None:
            (folder / f"{name}.csv").write_bytes(text.encode())
    return folder


def read(folder: Path, **changed: str | None) -> Read:
    """What the tables say, some of them changed."""
    return read_inputs(a_folder(folder, **changed))


def a_workbook(path: Path, sheets: Mapping[str, list[list[object]]]) -> Path:
    """Writes a workbook with these sheets; texts that begin with "=" become live formulas, as in Excel."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def grid(table: str) -> list[list[object]]:
    """A table of `TABLES` as rows of cells."""
    return [list(line.split(",")) for line in TABLES[table].splitlines()]
