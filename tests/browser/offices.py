"""Running applications for browser tests and screenshots, and the list of every page the staff has."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import update
from werkzeug.serving import make_server

from planner.io.tables import read_inputs
from planner.model import Inputs, Request
from tests.webui.conftest import FRIDAY as NOW
from tests.webui.conftest import QUICK_HASHES, Cast, person
from tests.webui.world import INPUTS, WEEK, a_draft, fill
from webui.actions import drafts, plans, requests, teams
from webui.actions.rules import first_rules
from webui.actions.runs import RunForm
from webui.actions.users import first_users
from webui.app import create_app
from webui.auth.passwords import Passwords
from webui.config import Config
from webui.store.engine import Store, open_store
from webui.store.migrate import migrate
from webui.store.person import Role, doorstep
from webui.store.reads.plans import opened
from webui.store.users import UserRow

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample" / "september"
ROLES: dict[str, Role] = {
    "scheduler": "scheduler",
    "supervisor": "supervisor",
    "officer": "officer",
    "admin": "administrator",
}


@dataclass(frozen=True)
class Shown:
    """One page: a name for its picture, who looks at it, its address with places for ids."""

    name: str
    login: str
    path: str


PAGES = (
    Shown("home", "scheduler", "/desk"),
    Shown("requests", "scheduler", "/desk/requests"),
    Shown("requests-accepted", "scheduler", "/desk/requests?state=accepted"),
    Shown("request", "scheduler", "/desk/requests/{received}"),
    Shown("request-accepted", "scheduler", "/desk/requests/{request}"),
    Shown("organisations", "scheduler", "/desk/organisations"),
    Shown("organisation", "scheduler", "/desk/organisations/{organisation}"),
    Shown("request-new", "scheduler", "/desk/organisations/{organisation}/requests/new"),
    Shown("request-edit", "scheduler", "/desk/requests/{request}/edit"),
    Shown("bases", "scheduler", "/desk/bases"),
    Shown("base", "scheduler", "/desk/bases/{base}"),
    Shown("base-new", "scheduler", "/desk/bases/new"),
    Shown("users", "admin", "/desk/users"),
    Shown("user", "admin", "/desk/users/1"),
    Shown("audit", "supervisor", "/desk/audit?verify=1"),
    Shown("site-new", "scheduler", "/desk/organisations/{organisation}/sites/new"),
    Shown("site", "scheduler", "/desk/sites/{site}"),
    Shown("teams", "scheduler", "/desk/teams"),
    Shown("team", "scheduler", "/desk/teams/{team}"),
    Shown("shifts", "scheduler", "/desk/shifts?week=2026-09-07"),
    Shown("shift", "scheduler", "/desk/shifts/{team}/2026-09-08"),
    Shown("absences", "scheduler", "/desk/absences"),
    Shown("kits", "scheduler", "/desk/kits"),
    Shown("kit", "scheduler", "/desk/kits/{kit}"),
    Shown("calendar", "scheduler", "/desk/calendar?year=2026"),
    Shown("calendar-provisional", "scheduler", "/desk/calendar?year=2027"),
    Shown("calendar-day", "scheduler", "/desk/calendar/2026-09-20"),
    Shown("policy", "scheduler", "/desk/policy"),
    Shown("imports", "scheduler", "/desk/imports"),
    Shown("plans", "scheduler", "/desk/plans"),
    Shown("run", "scheduler", "/desk/plans/runs/{run}"),
    Shown("plan", "scheduler", "/desk/plans/{draft}"),
    Shown("plan-visit", "scheduler", "/desk/plans/{draft}?visit={visit}"),
    Shown("plan-in-force", "scheduler", "/desk/plans/{in_force}"),
    Shown("plan-legal-dates", "scheduler", "/desk/plans/{draft}/legal-dates"),
    Shown("plan-compare", "scheduler", "/desk/plans/compare?first={in_force}&second={draft}"),
    Shown("plan-try", "scheduler", "/desk/plans/{draft}/try?visit={visit}&team={other_team}&date=2026-09-10"),
    Shown("review-plans", "supervisor", "/review/plans"),
    Shown("review-plan", "supervisor", "/review/plans/{sent}"),
    Shown("password", "scheduler", "/password"),
)
"""Every page of the staff's web that answers GET with HTML, besides officers' own and the sign-in."""


@dataclass(frozen=True)
class Office:
    """A running application, and what stands in the places of PAGES."""

    address: str
    ids: dict[str, object]
    store: Store

    def at(self, path: str) -> str:
        """The address of a page."""
        return self.address + path.format_map(self.ids)


@contextmanager
def served(config: Config, store: Store, now: Callable[[], datetime] = lambda: NOW) -> Iterator[str]:
    """The address of the staff's application on a database, until the block ends."""
    server = make_server("127.0.0.1", 0, create_app(config, now=now, store=store), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def an_office(folder: Path, inputs: Inputs = INPUTS, form: RunForm = WEEK) -> Iterator[Office]:
    """An office at work on Friday 4 September 2026: a plan in force, a draft from it changed by hand, one in
    review, a request that waits, a special visit asked for, a team absent."""
    config = Config(data=folder / "data", hashing=QUICK_HASHES, demo=True)
    migrate(config.database_url)
    store = open_store(config.database_url)
    cast = _cast(store, config)
    fill(store, inputs)
    ids = _work(store, cast, inputs, form)
    with served(config, store) as address:
        yield Office(address, ids, store)
    store.close()


def september() -> tuple[Inputs, RunForm]:
    """The sample of the documents: five teams, two weeks in September 2026."""
    inputs = read_inputs(SAMPLE).inputs
    return inputs, RunForm("September, weeks 37 and 38", date(2026, 9, 7), date(2026, 9, 18), "quick")


def _cast(store: Store, config: Config) -> Cast:
    given = first_users(store, Passwords(config.hashing), doorstep(NOW))
    first_rules(store, doorstep(NOW))
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))
    people = {one.login: person(one.user_id, one.login, ROLES[one.login]) for one in given}
    return Cast(people["scheduler"], people["supervisor"], people["officer"], people["admin"], {})


def _work(store: Store, cast: Cast, inputs: Inputs, form: RunForm) -> dict[str, object]:
    """What happened until this Friday; the ids of it."""
    first = a_draft(store, cast, form)
    plans.submit(store, first, None, cast.ada)
    plans.approve(store, first, "The rest comes to the hall.", None, cast.ben)
    plans.publish(store, first, None, cast.ada, "agreed by telephone")
    draft = a_draft(store, cast, replace(form, name=f"{form.name} (2)", based_on=first, seed=2))
    sent = a_draft(store, cast, replace(form, name=f"{form.name} (3)", based_on=first, seed=3))
    plans.submit(store, sent, None, cast.ada)
    asked = _ask(inputs.requests[0])
    received = requests.receive_request(store, asked, cast.ada)
    requests.ask_special(store, received, "The head of the institute cannot travel.", cast.ada)
    teams.set_absence(store, inputs.teams[0].id, date(2026, 9, 11), "training", None, cast.ada)
    with store.read() as session:
        dossier = opened(session, draft).dossier
    visit = dossier.plan.routes[0].stops[0].visit
    drafts.pin(store, draft, dossier.plan.routes[1].stops[0].visit, None, cast.ada)
    site = next(one for one in inputs.sites if one.id == inputs.requests[0].site_id)
    return {
        "received": received,
        "request": inputs.requests[0].id,
        "organisation": site.organisation_id,
        "site": site.id,
        "base": inputs.bases[0].id,
        "team": inputs.teams[0].id,
        "other_team": inputs.teams[1].id,
        "kit": f"{inputs.teams[0].id}-1-acceptance",
        "run": 1,
        "draft": draft,
        "in_force": first,
        "sent": sent,
        "visit": visit,
    }


def _ask(like: Request) -> requests.RequestForm:
    return requests.RequestForm(like.site_id, "acceptance", like.groups)
