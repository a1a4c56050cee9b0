"""The web under load: `make web-bench`. Three minutes on loopback; prints the figures, exit 1 where one is missed.

Starts the real web server and worker on a database of their own with three times the September sample (about 300
visits), then measures: their memory while idle; answers to 30 people who click about while a plan is being solved;
and how soon the plan of 300 visits stands in the browser with map, timeline and table.
"""

import http.cookiejar
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from planner.model import Inputs
from tests.bench.measure import busy_seconds, others_since
from tests.browser.offices import september
from tests.browser.shots import chromium
from webui.actions.rules import first_rules
from webui.actions.runs import plan_of_run, start_plan
from webui.actions.users import first_users
from webui.auth.passwords import Passwords
from webui.config import Config, Hashing
from webui.store.audit import Change, append
from webui.store.engine import Store, open_store
from webui.store.imports import load_inputs
from webui.store.migrate import migrate
from webui.store.person import Person, doorstep
from webui.store.reads.plans import opened
from webui.store.runs import RunRow

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {"p95_ms": 300.0, "memory_mb": 400.0, "opens_ms": 1500.0}
"""Of the issue: answers with 30 users while solving; web and worker idle; a plan of 300 visits in the browser."""
COPIES = 3
THINK_SECONDS = (0.5, 2.5)
CLICKS = (
    "/desk",
    "/desk/requests?state=accepted",
    "/desk/requests/R001",
    "/desk/organisations",
    "/desk/organisations/ORG001",
    "/desk/sites/S001",
    "/desk/teams",
    "/desk/shifts?week=2026-09-07",
    "/desk/calendar?year=2026",
    "/desk/policy",
    "/desk/plans",
    "/desk/plans/running",
    "/desk/plans/runs/{run}?part=1",
    "/desk/plans/{plan}",
    "/desk/plans/{plan}/visit?visit={visit}",
    "/desk/plans/{plan}/legal-dates",
    "/plans/{plan}/{version}/map.js",
    "/plans/{plan}/{version}/labels",
)
"""What people look at; each as likely as the next, so the heavy ones come more often than in an office."""


@dataclass(frozen=True)
class Answer:
    """One answer: of which page, its status, and how long it took."""

    page: str
    status: int
    milliseconds: float


@click.command()
@click.option("--users", default=30, show_default=True)
@click.option("--seconds", default=60.0, show_default=True, help="of clicking")
@click.option("--browser/--no-browser", default=True)
def main(users: int, seconds: float, browser: bool) -> None:
    """Measures, prints and compares with the targets."""
    with TemporaryDirectory() as folder, an_installation(Path(folder)) as (address, store, processes, by):
        found: dict[str, float] = {"memory_mb": memory(processes)}
        click.echo(f"web and worker idle: {found['memory_mb']:.0f} MB resident")
        form = replace(september()[1], name="300 visits")
        plan = solved(store, start_plan(store, form, by))
        with store.read() as session:
            shown = opened(session, plan)
            places = {"plan": plan, "version": shown.row.version, "visit": shown.dossier.plan.routes[0].stops[0].visit}
            click.echo(f"plan of {len(shown.dossier.facts.visits)} visits, {shown.row.served} of them served")
        long = start_plan(store, replace(form, name="in the background", effort="thorough", seconds=600.0), by)
        before, clock = cpu_seconds(processes), busy_seconds()
        answers = clicked(address, users, seconds, {**places, "run": long})
        web, worker = (after - was for after, was in zip(cpu_seconds(processes), before, strict=True))
        click.echo(
            f"processor: web {web / seconds:.2f} cores ({web / len(answers) * 1000:.0f} ms an answer), "
            f"worker {worker / seconds:.2f}"
        )
        if clock is not None:
            others = (others_since(clock) or 0.0) - (web + worker) / seconds
            click.echo(
                f"other programs on this machine took {max(0.0, others):.2f} of {os.cpu_count()} cores meanwhile"
            )
        with store.read() as session:
            if session.get_one(RunRow, long).status != "running":
                raise click.ClickException("the run ended before the clicking did; nothing was measured")
        found |= told(answers, seconds)
        click.echo(f"memory after it, solving: {memory(processes):.0f} MB")
        if browser:
            found["opens_ms"] = opening(address, plan)
    out = ROOT / "out" / "web-bench.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps({**found, "measured": datetime.now(UTC).isoformat(timespec="minutes")}, indent=1))
    missed = [name for name, most in TARGETS.items() if found.get(name, 0.0) > most]
    click.echo(
        "\n".join(f"{name:<10} {found[name]:8.0f}  target {TARGETS[name]:.0f}" for name in TARGETS if name in found)
    )
    sys.exit(1 if missed else 0)


@contextmanager
def an_installation(folder: Path) -> Iterator[tuple[str, Store, Sequence[subprocess.Popen[bytes]], Person]]:
    """Web and worker as `doorstep run` starts them, with the large sample; its address, database and a scheduler."""
    data, port = folder / "data", _free_port()
    config = Config(data=data, hashing=Hashing(memory_kib=64, passes=1, lanes=1))
    migrate(config.database_url)
    store, by = open_store(config.database_url), doorstep(datetime.now(UTC))
    first_rules(store, by)
    users = first_users(store, Passwords(config.hashing), by)
    with store.write() as session:
        load_inputs(session, copies(september()[0], COPIES), "replace")
        append(session, Change("inputs.import", "inputs", {}, {}), by)
        session.connection().exec_driver_sql("UPDATE users SET must_change = FALSE, one_time_until = NULL")
    environment = {**os.environ, "DOORSTEP_DATA": str(data), "DOORSTEP_PORT": str(port), "DOORSTEP_DEMO": "yes"}
    processes = [_child(name, environment) for name in ("serve", "worker")]
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(address)
        ada = next(one.user_id for one in users if one.login == "scheduler")
        yield address, store, processes, Person(ada, "Ada", frozenset({"scheduler"}), datetime.now(UTC))
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)
        store.close()


def copies(inputs: Inputs, count: int) -> Inputs:
    """The sample several times over: as many teams and requests, at the same sites, on the same dates."""
    more = [str(number) for number in range(1, count)]
    return replace(
        inputs,
        teams=inputs.teams + tuple(replace(one, id=f"{one.id}x{n}") for n in more for one in inputs.teams),
        shifts=inputs.shifts + tuple(replace(one, team_id=f"{one.team_id}x{n}") for n in more for one in inputs.shifts),
        requests=inputs.requests + tuple(replace(one, id=f"{one.id}x{n}") for n in more for one in inputs.requests),
    )


def memory(processes: Sequence[subprocess.Popen[bytes]]) -> float:
    """Resident memory of these processes together, MB."""
    sizes = []
    for process in processes:
        text = Path(f"/proc/{process.pid}/status").read_text()
        sizes.append(int(re.findall(r"VmRSS:\s+(\d+) kB", text)[0]))
    return sum(sizes) / 1024


def cpu_seconds(processes: Sequence[subprocess.Popen[bytes]]) -> tuple[float, ...]:
    """Seconds of processor that each of these has used."""
    texts = [Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split() for process in processes]
    return tuple((int(text[11]) + int(text[12])) / os.sysconf("SC_CLK_TCK") for text in texts)


def solved(store: Store, run: int) -> int:
    """The plan of a run, when it is there."""
    for _ in range(600):
        with store.read() as session:
            plan = plan_of_run(session, run)
            status = session.get_one(RunRow, run).status
        if plan is not None:
            return plan
        if status == "failed":
            break
        time.sleep(0.5)
    raise click.ClickException("no plan came of the run")


def clicked(address: str, users: int, seconds: float, places: Mapping[str, object]) -> list[Answer]:
    """All answers that so many people got who click for so long, thinking in between."""
    openers = [_signed_in(address, "scheduler") for _ in range(users)]
    pages = [page.format_map(places) for page in CLICKS]
    until, answers = time.monotonic() + seconds, list[Answer]()

    def person(number: int) -> None:
        chance = random.Random(number)
        while time.monotonic() < until:
            time.sleep(chance.uniform(*THINK_SECONDS))
            which = chance.randrange(len(pages))
            began = time.monotonic()
            try:
                with openers[number].open(address + pages[which], timeout=30) as answer:
                    answer.read()
                    status = answer.status
            except OSError as error:
                status = getattr(error, "code", 0)
            answers.append(Answer(CLICKS[which], status, (time.monotonic() - began) * 1000))

    threads = [threading.Thread(target=person, args=(number,)) for number in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def told(answers: Sequence[Answer], seconds: float) -> dict[str, float]:
    """Prints the answers by page; the 95th percentile of all."""
    wrong = [one for one in answers if one.status != 200]
    if wrong:
        raise click.ClickException(f"{len(wrong)} answers were not 200: {wrong[:5]}")
    click.echo(f"{len(answers)} answers in {seconds:.0f} s; milliseconds, median and 95th percentile:")
    for page in CLICKS:
        times = sorted(one.milliseconds for one in answers if one.page == page)
        if times:
            click.echo(f"  {page:<42} {statistics.median(times):6.0f} {percentile(times):6.0f}   ({len(times)})")
    every = sorted(one.milliseconds for one in answers)
    worst = max(percentile(sorted(one.milliseconds for one in answers if one.page == page)) for page in CLICKS)
    return {"p95_ms": percentile(every), "p95_of_slowest_page_ms": worst, "answers": float(len(answers))}


def percentile(times: Sequence[float], share: float = 0.95) -> float:
    """The value below which this share of sorted `times` lies; 0 of none."""
    return times[min(len(times) - 1, int(share * len(times)))] if times else 0.0


def opening(address: str, plan: int) -> float:
    """Milliseconds from the click until map, timeline and table of a plan stand; the median of five."""
    with chromium() as browser:
        page = browser.new_context().new_page()
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{address}/sign-in?lang=zh")
        page.click("form[action='/demo/scheduler'] button")
        page.wait_for_url("**/desk")
        times = []
        for _ in range(5):
            page.goto(f"{address}/desk")
            began = time.monotonic()
            page.goto(f"{address}/desk/plans/{plan}", wait_until="commit")
            page.wait_for_selector("html[data-ready=yes]", state="attached")
            page.wait_for_selector(".bar")
            times.append((time.monotonic() - began) * 1000)
    click.echo("the plan opens in " + ", ".join(f"{one:.0f}" for one in times) + " ms")
    return statistics.median(times)


def _signed_in(address: str, login: str) -> urllib.request.OpenerDirector:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    opener.addheaders = [("Accept-Language", "zh")]
    with opener.open(f"{address}/sign-in") as answer:
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
    assert found
    form = urllib.parse.urlencode({"csrf_token": found[1]}).encode()
    opener.open(f"{address}/demo/{login}", form).close()
    return opener


def _child(name: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "webui", name]
    return subprocess.Popen(command, env={**environment, "PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)


def _wait_until_up(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.build_opener().open(f"{address}/sign-in", timeout=5).close()
        except OSError:
            time.sleep(0.25)
        else:
            time.sleep(3)  # until the worker has started as well
            return
    raise click.ClickException("the web server did not start")


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


if __name__ == "__main__":
    main()
