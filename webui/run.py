"""`doorstep run`: plans a folder of tables, the sample if none is named, and shows the plan in the browser."""

import hashlib
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from planner.cli import CACHE, DATA, EFFORTS, guarded, lang_option, language_of
from planner.errors import Language

ROOT = DATA.parent
SAMPLE = DATA / "sample" / "september"
STAMP = "made-from.txt"
CODE = ("planner", "data/calendar", "data/gateways")


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path), default=SAMPLE, metavar="[DIR]")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--effort", type=click.Choice(EFFORTS), default="standard", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="folder for the plan; default: out/NAME of DIR")
@click.option("--again", is_flag=True, help="plan again even if nothing has changed")
@lang_option
@guarded
def run(folder: Path, port: int, effort: str, out: Path | None, again: bool, lang: str | None) -> None:
    """Plan the tables in DIR (the sample fortnight if none is named), say what came out, and show it on
    http://127.0.0.1:PORT until Ctrl-C. Shown again without planning where nothing has changed.
    """
    from planner.dossier import load
    from planner.report.statistics import summary, summary_text
    from webui import serve

    language = language_of(lang)
    to = out or ROOT / "out" / folder.resolve().name
    stamp = _stamp(folder, effort)
    if again or not _is_made(to, stamp):
        _plan(folder, effort, to, language)
        (to / STAMP).write_text(stamp, "utf-8")
    click.echo(summary_text(summary(load(to)), language))
    said = ("计划见", "按 Ctrl-C 结束") if language == "zh" else ("the plan is on", "Ctrl-C ends it")
    click.echo(f"\n{said[0]} http://127.0.0.1:{port}  ({said[1]})")
    try:
        serve(to, port)
    except OSError as error:
        wrong = (
            f"端口 {port} 已被占用,请用 --port 另选"
            if language == "zh"
            else f"port {port} is taken; choose another with --port"
        )
        raise click.ClickException(f"{wrong} ({error.strerror})") from error


def _plan(folder: Path, effort: str, to: Path, language: Language) -> None:
    from planner.outputs import write_outputs
    from planner.planning import PlanOrder, plan_folder
    from planner.terminal import ProgressLine, stopping

    with stopping(language) as stop:
        order = PlanOrder(folder, None, date.today(), effort, cache=CACHE)
        planned = plan_folder(order, ProgressLine(None, language), stop)
        write_outputs(planned.dossier, to, language, planned.calendar)


def _is_made(to: Path, stamp: str) -> bool:
    made = to / STAMP
    return made.is_file() and made.read_text("utf-8") == stamp


def _stamp(folder: Path, effort: str) -> str:
    """A hash of everything the plan is made from: tables, program, calendar, roads."""
    digest = hashlib.sha256(effort.encode())
    for path in sorted({*_files(folder), *(path for part in CODE for path in _files(ROOT / part))}):
        digest.update(os.fsencode(path.name))
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
