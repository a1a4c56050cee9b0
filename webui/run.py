"""`doorstep run`: plans the sample and starts the staff's application with it; `doorstep show`: one plan, read-only."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click

from planner.errors import Language
from planner.options import CACHE, DATA, EFFORTS, guarded, lang_option, language_of

ROOT = DATA.parent
SAMPLE = DATA / "sample" / "september"
STAMP = "made-from.txt"
CODE = ("planner", "data/calendar", "data/gateways")
SAID = {
    "zh": (
        "首批用户,仅显示一次;首次登录须修改密码:",
        "网页地址",
        "按 Ctrl-C 结束",
        "演示模式:在登录页点击即可登录",
        "端口 {port} 已被占用,请用 --port 另选",
        "计划见",
        "单位预约网页",
        "演示:以{name}的身份体验预约,请打开此邀请链接并设置登录名:",
        "演示数据未重新生成(日期截至{last});如需以本周日期重新开始,请删除文件夹 {data}",
    ),
    "en": (
        "First users, shown this once; each changes the password at the first sign-in:",
        "the application is on",
        "Ctrl-C ends it",
        "demonstration: one click on the sign-in page signs in",
        "port {port} is taken; choose another with --port",
        "the plan is on",
        "schools and companies book on",
        "demonstration: book as {name} by opening this invitation and choosing a login:",
        "the demonstration's data were kept (they end on {last}); to begin anew this week, delete the folder {data}",
    ),
}


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path), default=SAMPLE, metavar="[DIR]")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--effort", type=click.Choice(EFFORTS), default="standard", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="folder for the plan; default: out/NAME of DIR")
@click.option("--again", is_flag=True, help="plan again even if nothing has changed")
@click.option("--demo", is_flag=True, help="a click signs in, the sample is of this week; on this machine only")
@lang_option
@guarded
def run(folder: Path, port: int, effort: str, out: Path | None, again: bool, demo: bool, lang: str | None) -> None:
    """Plan the tables in DIR (the sample fortnight if none is named), say what came out, and start the application
    of schedulers and supervisors with it on http://127.0.0.1:PORT, with a worker, until Ctrl-C.

    A database that is empty gets the tables and the plan as its first draft; one that is not is left as it is.
    """
    from planner.dossier import load
    from planner.report.statistics import summary, summary_text
    from webui.config import from_environment
    from webui.supervise import PortTaken, supervise

    language = language_of(lang)
    environment = _environment(os.environ, port, demo)
    moved = demo and folder.resolve() == SAMPLE.resolve()
    if moved:
        folder = _of_this_week(Path(environment["DOORSTEP_DATA"]), date.today())
    to = out or ROOT / "out" / folder.resolve().name
    stamp = _stamp(folder, effort)
    if again or not _is_made(to, stamp):
        _plan(folder, effort, to, language)
        (to / STAMP).write_text(stamp, "utf-8")
    click.echo(summary_text(summary(load(to)), language))
    first = first_start(environment, folder, to, moved)
    said = SAID[language]
    if first.users:
        click.echo("\n" + said[0])
        for login, password in first.users:
            click.echo(f"  {login:<12} {password}")
    click.echo(f"\n{said[1]} http://127.0.0.1:{port}  ({said[2]})" + (f"\n{said[3]}" if demo else ""))
    public = from_environment(environment).public_port
    click.echo(f"{said[6]} http://127.0.0.1:{public}")
    if first.invitation:
        name_zh, name_en, link = first.invitation
        click.echo(said[7].format(name=name_en if language == "en" else name_zh) + f"\n  {link}")
    elif moved and not first.users:
        last = load(to).facts.horizon[-1]
        click.echo(said[8].format(last=last, data=environment["DOORSTEP_DATA"]))
    try:
        supervise(environment)
    except PortTaken as error:
        taken = public if str(error) == "booking" else port
        raise click.ClickException(said[4].format(port=taken)) from error


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path), metavar="OUT")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@lang_option
@guarded
def show(folder: Path, port: int, lang: str | None) -> None:
    """Show the plan that `doorstep plan` wrote into OUT on http://127.0.0.1:PORT until Ctrl-C. It can only be read."""
    from webui.config import from_environment
    from webui.viewer.site import serve

    said = SAID[language_of(lang)]
    click.echo(f"{said[5]} http://127.0.0.1:{port}  ({said[2]})")
    try:
        serve(folder, port, from_environment(os.environ))
    except OSError as error:
        raise click.ClickException(f"{said[4].format(port=port)} ({error.strerror})") from error


@dataclass(frozen=True)
class First:
    """What was made on an empty database: logins with one-time passwords, and for a demonstration the names of a
    school (Chinese, English) with the link by which it signs in."""

    users: tuple[tuple[str, str], ...] = ()
    invitation: tuple[str, str, str] | None = None


def first_start(environment: Mapping[str, str], folder: Path, made: Path, demonstrated: bool = False) -> First:
    """Brings the database to its newest form; an empty one gets rules, users, the tables and their plan.

    For a demonstration that plan is put into force and a school is invited.
    """
    from planner.dossier import load
    from webui import demonstration
    from webui.actions.imports import import_inputs
    from webui.actions.marks import set_officers
    from webui.actions.rules import first_rules
    from webui.actions.runs import adopt_plan
    from webui.actions.users import first_users
    from webui.auth.passwords import Passwords
    from webui.config import from_environment
    from webui.store.engine import open_store
    from webui.store.migrate import migrate
    from webui.store.person import doorstep
    from webui.store.reads.organisations import any_organisation

    config = from_environment(environment)
    migrate(config.database_url)
    store, by = open_store(config.database_url), doorstep(datetime.now(UTC))
    invitation = None
    try:
        first_rules(store, by)
        given = first_users(store, Passwords(config.hashing), by)
        with store.read() as session:
            empty = not any_organisation(session)
        if empty:
            dossier = load(made)
            import_inputs(store, folder, by, "replace")
            plan = adopt_plan(store, dossier, folder.resolve().stem, by)
            users = {one.login: one.user_id for one in given}
            if "officer" in users:
                for team in dossier.facts.inputs.teams[:1]:
                    set_officers(store, team.id, [users["officer"]], by)
            if demonstrated and users:
                demonstration.put_into_force(store, plan, users, by.at)
                *names, token = demonstration.invite_a_school(store, dossier, users, by.at)
                invitation = (names[0], names[1], f"{config.booking_address}/booking/invitation/{token}")
    finally:
        store.close()
    return First(tuple((one.login, one.password) for one in given), invitation)


def _of_this_week(data: Path, today: date) -> Path:
    """The folder of the sample's tables with this week's dates; that of an earlier start where there is a database."""
    from planner.workdays import default_calendar
    from webui.demonstration import bring, weeks_to

    to, started = data / "sample", (data / "doorstep.sqlite").exists()
    if started:
        return to if to.is_dir() else SAMPLE
    return bring(SAMPLE, to, weeks_to(today, default_calendar()))


def _environment(outer: Mapping[str, str], port: int, demo: bool) -> dict[str, str]:
    """The settings of the processes that are started: as they are outside, with what was asked for here."""
    asked = {"DOORSTEP_PORT": str(port), "DOORSTEP_DATA": outer.get("DOORSTEP_DATA") or str(ROOT / "doorstep-data")}
    if demo:
        asked["DOORSTEP_DEMO"] = "yes"
    return {**outer, **asked}


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
