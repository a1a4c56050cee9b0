"""`doorstep plan | solve | check | explain | map | sheets | import | sample`: parse, act, show.

Exit codes: 0 done; 1 there is no plan, or the check failed; 2 the input is bad.
"""

import json
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from planner.errors import BadInput, Mistake
from planner.options import (
    CACHE,
    EFFORTS,
    anywhere,
    cluster_option,
    existing,
    guarded,
    json_option,
    lang_option,
    language_of,
    show,
    text_of,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def doorstep() -> None:
    """Plans on-site visits: which team goes where on which date, and why.

    \b
    A first look:
      doorstep sample september my-inputs     writes an example of all input tables
      doorstep plan my-inputs --out my-plan   plans them; open my-plan/map.html
      doorstep run                            plans the sample and shows it in the browser
    """


# ------------------------------------------------------------------------------------------------ plan


def _horizon(text: str | None) -> tuple[date, date] | None:
    if text is None:
        return None
    first, dots, last = text.partition("..")
    try:
        if not dots:
            raise ValueError
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise BadInput(
            [
                Mistake(
                    "--horizon",
                    "is written FROM..TO, for example 2026-09-07..2026-09-18",
                    "请写成 起..止,例如 2026-09-07..2026-09-18",
                    text,
                )
            ]
        ) from None


@doorstep.command()
@click.argument("folder", type=existing, metavar="DIR")
@click.option("--horizon", metavar="FROM..TO", help="dates to plan; default: those of the shifts")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="the day on which is planned; default: today")
@click.option("--effort", type=click.Choice(EFFORTS), default="standard", show_default=True)
@click.option("--seconds", type=click.FloatRange(min=0.1), help="a time instead of an effort; not replayable")
@click.option("--seed", type=int, default=1, show_default=True)
@cluster_option
@click.option("--roads", type=existing, help="folder of imported roads; default: DIR/roads if there is one")
@click.option("--out", type=anywhere, required=True, help="folder for the plan and all its outputs")
@lang_option
@json_option
@guarded
def plan(
    folder: Path,
    horizon: str | None,
    today: date | None,
    effort: str,
    seconds: float | None,
    seed: int,
    cluster: str | None,
    roads: Path | None,
    out: Path,
    lang: str | None,
    as_json: bool,
) -> None:
    """Plan the tables in DIR and write everything into --out.

    \b
    DIR holds organisations, sites, bases, teams, shifts, requests, groups and, if there are any, promises,
    returns, special_visits, policy.toml, workdays.csv (docs/files.md). OUT gets
      problem.json plan.json facts.json   the problem, the plan, and the facts around it
      map.html                            the plan on a map and as a table; needs no network
      sheets/ calendar/ tables/           A4 sheets, iCal files, CSV and XLSX
      summary.json                        the figures printed here
    Ctrl-C ends the search and keeps the best plan so far.
    """
    from planner.outputs import write_outputs
    from planner.planning import PlanOrder, plan_folder
    from planner.report.statistics import summary, summary_json, summary_text
    from planner.terminal import ProgressLine, stopping

    language = language_of(lang)
    with stopping(language) as stop:
        order = PlanOrder(folder, _horizon(horizon), _day(today), effort, seconds, seed, roads, CACHE, cluster)
        planned = plan_folder(order, ProgressLine(None, language), stop)
        write_outputs(planned.dossier, out, language, planned.calendar)
    figures = summary(planned.dossier, planned.calendar)
    click.echo(summary_json(figures) if as_json else summary_text(figures, language))
    if not as_json:
        click.echo(f"\n{out}/map.html")
    if planned.dossier.facts.visits and not planned.dossier.plan.routes:
        sys.exit(1)


def _day(moment: date | None) -> date:
    """The day given, else today; click gives a datetime."""
    return date.today() if moment is None else date(moment.year, moment.month, moment.day)


# ------------------------------------------------------------------------------ problems and plans as files


@doorstep.command()
@click.argument("problem_file", type=existing, metavar="PROBLEM.json")
@click.option("--effort", type=click.Choice(EFFORTS), default="standard", show_default=True)
@click.option("--seconds", type=click.FloatRange(min=0.1), help="a time instead of an effort; not replayable")
@click.option("--seed", type=int, default=1, show_default=True)
@cluster_option
@click.option("--threads", type=click.IntRange(1, 2), default=2, show_default=True, help="never changes the plan")
@click.option("--out", type=anywhere, required=True, metavar="PLAN.json")
@lang_option
@json_option
@guarded
def solve(
    problem_file: Path,
    effort: str,
    seconds: float | None,
    seed: int,
    cluster: str | None,
    threads: int,
    out: Path,
    lang: str | None,
    as_json: bool,
) -> None:
    """Solve a visit-problem/1 and write a visit-plan/1 (docs/format.md)."""
    from planner.check import check
    from planner.effort import effort_of
    from planner.explain import explain, with_reasons
    from planner.optimise import optimise
    from planner.problem import plan_to_json, problem_from_json
    from planner.report.words import gap_of
    from planner.terminal import ProgressLine, stopping

    language = language_of(lang)
    problem = problem_from_json(text_of(problem_file), problem_file.name)
    with stopping(language) as stop:
        found = optimise(
            problem,
            effort=effort_of(effort),
            seconds=seconds,
            seed=seed,
            threads=threads,
            progress=ProgressLine(len(problem.visits), language),
            stop=stop,
            cluster=cluster,
        )
    found = with_reasons(found, explain(problem, found))
    checked = check(problem, found)
    out.write_text(plan_to_json(found), "utf-8")
    facts = {
        "cost": found.cost,
        "lower_bound": found.lower_bound,
        "gap": gap_of(found.cost, found.lower_bound),
        "served": checked.served,
        "unserved": len(found.unserved),
        "seconds": found.seconds,
        "breaches": [asdict(breach) for breach in checked.breaches],
    }
    show(facts, as_json)
    if checked.breaches or (problem.visits and not found.routes):
        sys.exit(1)


@doorstep.command()
@click.argument("problem_file", type=existing, metavar="PROBLEM.json")
@click.argument("plan_file", type=existing, metavar="PLAN.json")
@lang_option
@json_option
@guarded
def check(problem_file: Path, plan_file: Path, lang: str | None, as_json: bool) -> None:
    """Check every hard rule of a plan, without the optimiser. Exit 1 if one is broken."""
    from planner.check import check as check_plan
    from planner.problem import plan_from_json, problem_from_json

    language = language_of(lang)
    problem = problem_from_json(text_of(problem_file), problem_file.name)
    checked = check_plan(problem, plan_from_json(text_of(plan_file), plan_file.name))
    if as_json:
        show({"cost": checked.cost, "served": checked.served, "breaches": [asdict(b) for b in checked.breaches]}, True)
    else:
        for breach in checked.breaches:
            click.echo(f"{breach.where}: {breach.sentence(language)}")
        show({"cost": checked.cost, "served": checked.served, "breaches": len(checked.breaches)}, False)
    if checked.breaches:
        sys.exit(1)


@doorstep.command()
@click.argument("problem_file", type=existing, metavar="PROBLEM.json")
@click.argument("plan_file", type=existing, metavar="PLAN.json")
@click.argument("visit", required=False)
@lang_option
@json_option
@guarded
def explain(problem_file: Path, plan_file: Path, visit: str | None, lang: str | None, as_json: bool) -> None:
    """Say why visits are out, or why VISIT is where it is and what else was possible."""
    from planner.explain import explain as explain_plan
    from planner.explain import explain_placement
    from planner.problem import plan_from_json, problem_from_json

    language = language_of(lang)
    problem = problem_from_json(text_of(problem_file), problem_file.name)
    found = plan_from_json(text_of(plan_file), plan_file.name)
    if visit is not None and visit not in {one.id for one in problem.visits}:
        raise BadInput(
            [Mistake("VISIT", "no visit of this problem has that id", "本问题中没有这个编号的上门服务", visit)]
        )
    out = explain_plan(problem, found)
    if visit is not None and visit not in out:
        out = {visit: explain_placement(problem, found, visit)}
    elif visit is not None:
        out = {visit: out[visit]}
    if as_json:
        told = {
            name: [{"code": r.code, "sentence": r.sentence(language), "remedy": r.remedy(language)} for r in reasons]
            for name, reasons in out.items()
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    if not out:
        click.echo("每次上门都已排入计划" if language == "zh" else "every visit is in the plan")
    for name, reasons in out.items():
        click.echo(name)
        for one in reasons:
            click.echo(f"  {one.sentence(language)} {one.remedy(language)}".rstrip())


# --------------------------------------------------------------------------------------- finished plans


@doorstep.command("map")
@click.argument("folder", type=existing, metavar="OUT")
@click.option("--to", type=anywhere, help="file to write; default: OUT/map.html")
@lang_option
@guarded
def map_command(folder: Path, to: Path | None, lang: str | None) -> None:
    """Draw the map of the plan in OUT again, for example in the other language."""
    from planner.dossier import load
    from planner.outputs import links_of
    from planner.report.map import NO_LINKS, map_page

    path, dossier = to or folder / "map.html", load(folder)
    beside = path.resolve().parent == folder.resolve()
    path.write_text(map_page(dossier, language_of(lang), links=links_of(dossier) if beside else NO_LINKS), "utf-8")
    click.echo(str(path))


@doorstep.command()
@click.argument("folder", type=existing, metavar="OUT")
@click.option("--to", type=anywhere, help="folder to write; default: OUT/sheets")
@lang_option
@guarded
def sheets(folder: Path, to: Path | None, lang: str | None) -> None:
    """Write the A4 sheets of the plan in OUT, one a team and date."""
    from planner.dossier import load
    from planner.report.sheets import sheets as write_sheets

    path = to or folder / "sheets"
    write_sheets(load(folder), path, language_of(lang))
    click.echo(str(path))


# ----------------------------------------------------------------------------------------------- inputs


@doorstep.command("import")
@click.argument("folder", type=existing, metavar="DIR")
@click.option("--failed", type=anywhere, help="folder for failed-rows.xlsx, the rows to correct; default: DIR")
@click.option("--corrections", type=existing, help="a corrected failed-rows.xlsx, read over the tables")
@lang_option
@json_option
@guarded
def import_command(
    folder: Path, failed: Path | None, corrections: Path | None, lang: str | None, as_json: bool
) -> None:
    """Read the tables in DIR and say what is in them, or every cell that is wrong.

    With --corrections the corrected rows take the place of the failed ones; the tables stay as they are.
    """
    from planner.io.failed_rows import write_failed_rows
    from planner.io.tables import read_inputs

    language = language_of(lang)
    try:
        read = read_inputs(folder, corrections)
    except BadInput as error:
        path = write_failed_rows(error, failed or (folder if folder.is_dir() else folder.parent), language)
        click.echo(str(path), err=True)
        raise
    inputs = read.inputs
    show(
        {
            "organisations": len(inputs.organisations),
            "sites": len(inputs.sites),
            "bases": len(inputs.bases),
            "teams": len(inputs.teams),
            "shifts": len(inputs.shifts),
            "requests": len(inputs.requests),
            "applicants": sum(request.applicants for request in inputs.requests),
            "promises": len(inputs.promises),
            "returns": len(inputs.bags),
            "special_visits": len(inputs.special_visits),
        },
        as_json,
    )


@doorstep.command()
@click.argument("season", type=click.Choice(["september", "quiet"]))
@click.argument("folder", type=anywhere, metavar="DIR")
@click.option("--seed", type=int, help="another sample than the one in data/sample")
@guarded
def sample(season: str, folder: Path, seed: int | None) -> None:
    """Write a sample of all input tables into DIR: real places of Chongqing, made-up numbers."""
    from planner.sample import SEASONS, SEED, write_sample

    name = next(name for name in SEASONS if name == season)
    write_sample(folder, name, SEED if seed is None else seed)
    click.echo(str(folder))


# ------------------------------------------------------------------------------------------------ roads


@doorstep.group()
def roads() -> None:
    """Roads of an OpenStreetMap extract: real driving times, and places to find without a network."""


@roads.command("import")
@click.argument("extract", type=existing, metavar="FILE.osm.pbf")
@click.argument("folder", type=anywhere, metavar="ROADS")
@json_option
@lang_option
@guarded
def import_roads_command(extract: Path, folder: Path, as_json: bool, lang: str | None) -> None:
    """Read the drivable roads, districts and places of an extract into the folder ROADS.

    Name it `roads` inside the folder of your tables, or give it to `plan` with --roads.
    """
    from planner.travel.roads import import_roads

    show(asdict(import_roads(extract, folder)), as_json)


@roads.command("find")
@click.argument("folder", type=existing, metavar="ROADS")
@click.argument("text")
@lang_option
@guarded
def find(folder: Path, text: str, lang: str | None) -> None:
    """Find a place by name, part of a name, pinyin or initials."""
    from planner.travel.atlas import GAZETTEER
    from planner.travel.gazetteer import find_places

    for place in find_places(folder / GAZETTEER, text):
        click.echo(f"{place.lat:.6f}, {place.lon:.6f}  {place.name}")


def main() -> None:
    """The command line."""
    doorstep(prog_name="doorstep")


if __name__ == "__main__":
    main()
