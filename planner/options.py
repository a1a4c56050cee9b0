"""What the commands of `doorstep` share: their options, how bad input is told, how facts are shown."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import ParamSpec, get_args

import click

from planner.errors import BadInput, DoorstepError, Language, Mistake

DATA = Path(__file__).parent.parent / "data"
CACHE = DATA.parent / "out" / "travel-cache"
EFFORTS = ("quick", "standard", "thorough")

P = ParamSpec("P")


def language_of(chosen: str | None) -> Language:
    """The language asked for, else the one of the machine, else Chinese."""
    text = chosen or os.environ.get("DOORSTEP_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if text.lower().startswith(("en", "c", "posix")) else "zh"


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """The command, with bad input told line by line (exit 2) and every other refusal of ours told (exit 1)."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        language = language_of(str(kwargs.get("lang") or ""))
        try:
            command(*args, **kwargs)
        except BadInput as error:
            from planner.terminal import mistake_lines

            for line in mistake_lines(error, language):
                click.echo(line, err=True)
            sys.exit(2)
        except DoorstepError as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return run


lang_option = click.option("--lang", type=click.Choice(get_args(Language)), help="zh or en; default: of this machine")
cluster_option = click.option(
    "--cluster",
    envvar="DOORSTEP_CLUSTER",
    metavar="ADDRESS",
    help="Dask scheduler that helps with more than 500 visits, e.g. tcp://10.0.0.5:8786; needs the extra `cluster`",
)
json_option = click.option("--json", "as_json", is_flag=True, help="print JSON instead of text")
existing = click.Path(exists=True, path_type=Path)
anywhere = click.Path(path_type=Path)


def text_of(path: Path) -> str:
    """The text of a file; `BadInput` if it is none."""
    try:
        return path.read_text("utf-8-sig")
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise BadInput([Mistake(path.name, "is no UTF-8 text file", "不是 UTF-8 文本文件")]) from error


def show(facts: Mapping[str, object], as_json: bool) -> None:
    """Prints facts, a line each, or as JSON."""
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, default=str))
        return
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' '):<{width}}  {value if not isinstance(value, int) else format(value, ',')}")
