"""schemathesis over the contract: no answer is a fault of the program, and each is as the contract says.

Also by hand: `make api-fuzz`, 2,000 cases and more against a small office that changes under them.
"""

import argparse
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import update

from tests.webui.booking.booking_world import in_force
from tests.webui.conftest import FRIDAY, QUICK_HASHES, Cast, person
from tests.webui.world import a_draft, fill
from webui.actions.rules import first_rules
from webui.actions.tokens import SCOPES, create_token
from webui.actions.users import first_users
from webui.app import create_app
from webui.auth.passwords import Passwords
from webui.config import Config
from webui.store.engine import Store, open_store
from webui.store.migrate import migrate
from webui.store.person import Role, doorstep
from webui.store.users import UserRoleRow, UserRow

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
KNOWN = {
    "key": ("R1", "R2", "O1", "S1", "B1", "K1"),
    "number": (1, 2, 3),
    "other": (1, 2, 3),
    "visit": ("R1-1", "R2-1"),
    "day": ("2026-09-07",),
    "team": ("T1",),
}
"""Keys of things that are there, so that more than "not found" is tried."""


def an_office(folder: Path, *, publishes: bool = True) -> tuple[Flask, Store, str]:
    """An application with a plan in force (if it `publishes`) and drafts, and the token of somebody who may do all."""
    config = Config(data=folder / "data", hashing=QUICK_HASHES)
    migrate(config.database_url)
    store = open_store(config.database_url)
    given_users = first_users(store, Passwords(config.hashing), doorstep(FRIDAY))
    first_rules(store, doorstep(FRIDAY))
    number = next(one.user_id for one in given_users if one.login == "scheduler")
    roles: tuple[Role, ...] = ("officer", "supervisor", "administrator")
    with store.write() as session:
        session.execute(update(UserRow).values(must_change=False, one_time_until=None))
        session.add_all(UserRoleRow(user_id=number, role=role) for role in roles)
    ada = person(number, "Ada", "scheduler")
    ben = person(next(one.user_id for one in given_users if one.login == "supervisor"), "Ben", "supervisor")
    cast = Cast(ada, ben, ada, ada, {})
    if publishes:
        in_force(store, cast)
    else:
        fill(store)
    a_draft(store, cast)
    a_draft(store, cast)
    nora = replace(doorstep(FRIDAY), id=next(one.user_id for one in given_users if one.login == "admin"))
    _, token = create_token(store, "fuzz", number, SCOPES, 30, nora)
    return create_app(config, now=lambda: FRIDAY, store=store), store, token


def fuzz(app: Flask, token: str, examples: int, first_seed: int) -> Counter[int]:
    """Tries every operation with so many cases each; how often each status was answered. Raises for any fault."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    statuses: Counter[int] = Counter()
    for number, found in enumerate(schema.get_all_operations()):
        tried = found.ok()  # type: ignore[union-attr]  # raises for a contract that is none
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _try(tried, mode, max(1, examples // 2), first_seed + number, token, statuses)
    return statuses


def _try(tried: Any, mode: Any, examples: int, at: int, token: str, statuses: Counter[int]) -> None:
    @seed(at)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=tried.as_strategy(generation_mode=mode), known=st.randoms(use_true_random=False))
    def one(case: Any, known: Any) -> None:
        if mode is GenerationMode.POSITIVE and known.random() < 0.7:
            for name in case.path_parameters or ():
                case.path_parameters[name] = known.choice(KNOWN[name])
            if "If-Match" in (case.headers or {}) and known.random() < 0.8:  # else 412, with a tag of nothing
                case.headers["If-Match"] = "*"
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=list(CHECKS), headers={"Authorization": f"Bearer {token}"})

    one()


def main() -> None:
    """Tries the whole contract and says what was answered."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="cases for each operation")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app, store, token = an_office(Path(folder))
        statuses = fuzz(app, token, asked.examples, asked.seed)
        store.close()
    faults = sum(count for status, count in statuses.items() if status >= 500)
    print(f"{sum(statuses.values())} cases, {faults} faults; {dict(sorted(statuses.items()))}")  # noqa: T201 - talks to a person


if __name__ == "__main__":
    main()
