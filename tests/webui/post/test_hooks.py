"""Webhooks: signed, told of every change, tried again, told at least once and only where the settings allow."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select, update

from planner.errors import BadInput
from tests.webui.conftest import FRIDAY, Cast
from tests.webui.world import a_draft, fill
from webui.actions.notices import EVENTS, send_again
from webui.actions.plans import approve, publish, submit
from webui.actions.webhooks import add_webhook, remove_webhook, switch_webhook
from webui.config import Config
from webui.jobs.postman import Postman, carrier_of
from webui.post.hooks import host_of, sign
from webui.refusals import Conflict, NotAllowed
from webui.store.audit import AuditDetailRow
from webui.store.engine import Store
from webui.store.outbox import BACK_OFF, KEPT_ATTEMPTS, KEPT_FOR, AttemptRow, DeliveryRow, HookRow, note_attempt


@dataclass
class Ear:
    """A server that listens to webhooks and answers as it is told to."""

    port: int = 0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 204
    location: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?office=1"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


@pytest.fixture
def ear() -> Iterator[Ear]:
    one = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            one.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(one.status)
            if one.location:
                self.send_header("Location", one.location)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield one
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def postman(config: Config, store: Store, ear: Ear) -> Postman:
    settings = replace(config, webhook_hosts=(ear.host,))
    return Postman(settings, store, carrier_of(settings), now=lambda: FRIDAY)


def told(store: Store, cast: Cast, ear: Ear) -> str:
    """A plan put into force with a webhook listening; the key of its signatures."""
    fill(store)
    _, secret = add_webhook(store, "calendar", ear.url, EVENTS, host_of(ear.url), (ear.host,), cast.nora)
    plan = a_draft(store, cast)
    submit(store, plan, None, cast.ada)
    approve(store, plan, "seen", None, cast.ben)
    publish(store, plan, None, cast.ada)
    return secret


def states(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(DeliveryRow.status).order_by(DeliveryRow.id)))


def due_now(store: Store) -> None:
    with store.write() as session:
        session.execute(update(DeliveryRow).values(next_at=0.0))


def test_every_visit_put_into_force_is_told_signed(store: Store, cast: Cast, postman: Postman, ear: Ear) -> None:
    secret = told(store, cast, ear)
    postman.round()
    assert states(store) == ["sent"] * 5
    assert len(ear.heard) == 5
    for headers, body in ear.heard:
        at, mark = (part.partition("=")[2] for part in headers["doorstep-signature"].split(","))
        assert mark == sign(secret, int(at), body)
        assert int(at) == int(FRIDAY.timestamp())
        said = json.loads(body)
        assert said["event"] == headers["doorstep-event"] == "visit.published"
        assert said["id"] == headers["doorstep-delivery"]
        assert said["before"] is None
        assert set(said["after"]) == {"date", "start"}
    assert {json.loads(body)["request"] for _, body in ear.heard} == {"R1", "R2", "R3", "R4", "R5"}
    assert postman.round() == 0


def test_a_receiver_that_fails_is_told_again_with_the_same_id_and_given_up_at_last(
    store: Store, cast: Cast, postman: Postman, ear: Ear
) -> None:
    told(store, cast, ear)
    ear.status = 503
    postman.round()
    assert states(store) == ["waiting"] * 5
    assert postman.round() == 0
    for _ in BACK_OFF:
        due_now(store)
        postman.round()
    assert states(store) == ["failed"] * 5
    assert len({headers["doorstep-delivery"] for headers, _ in ear.heard}) == 5
    with store.read() as session:
        assert set(session.scalars(select(DeliveryRow.code))) == {503}
    ear.status = 200
    send_again(store, "delivery", 1, cast.nora)
    postman.round()
    assert states(store) == ["sent"] + ["failed"] * 4


def attempts(store: Store, delivery: int) -> list[AttemptRow]:
    with store.read() as session:
        return list(session.scalars(select(AttemptRow).filter_by(delivery_id=delivery).order_by(AttemptRow.id)))


def test_every_try_is_kept_with_its_time_answer_and_seconds(
    store: Store, cast: Cast, postman: Postman, ear: Ear, config: Config
) -> None:
    told(store, cast, ear)
    ear.status = 503
    postman.round()
    due_now(store)
    later = FRIDAY + timedelta(minutes=3)
    Postman(config, store, carrier_of(config), now=lambda: later).round()  # the host is allowed no more
    due_now(store)
    ear.status = 204
    postman.round()
    tried = attempts(store, 1)
    assert [(one.at, one.code) for one in tried] == [(FRIDAY, 503), (later, None), (FRIDAY, 204)]
    assert [one.error.partition(" ")[0] for one in tried] == ["503", ear.host, ""]
    assert all(0 <= one.seconds < 30 for one in tried)
    assert tried[0].seconds > 0
    remove_webhook(store, 1, cast.nora)
    assert attempts(store, 1) == []
    with store.job() as connection:
        note_attempt(connection, 1, FRIDAY, 0.1, 204)  # its webhook went while it was on its way
    assert attempts(store, 1) == []


def test_the_log_of_tries_is_bounded_by_number_and_age(store: Store, cast: Cast, ear: Ear) -> None:
    told(store, cast, ear)
    for number in range(KEPT_ATTEMPTS + 3):
        with store.job() as connection:
            note_attempt(connection, 1, FRIDAY + timedelta(minutes=number), 0.1, 500 + number, "x" * 900)
            note_attempt(connection, 2, FRIDAY, 0.1, 204)
    assert [one.code for one in attempts(store, 1)] == list(range(503, 503 + KEPT_ATTEMPTS))
    assert {len(one.error) for one in attempts(store, 1)} == {500}
    assert len(attempts(store, 2)) == KEPT_ATTEMPTS
    with store.job() as connection:
        note_attempt(connection, 3, FRIDAY + KEPT_FOR + timedelta(minutes=5), 0.1, 200)
    assert [one.code for one in attempts(store, 1)] == list(range(505, 523))
    assert (attempts(store, 2), len(attempts(store, 3))) == ([], 1)


def test_a_redirect_is_not_followed(store: Store, cast: Cast, postman: Postman, ear: Ear) -> None:
    told(store, cast, ear)
    ear.status, ear.location = 307, "http://127.0.0.1:1/elsewhere"
    postman.round()
    assert states(store) == ["waiting"] * 5
    assert len(ear.heard) == 5


def test_a_host_that_is_allowed_no_more_is_told_nothing(store: Store, cast: Cast, config: Config, ear: Ear) -> None:
    told(store, cast, ear)
    Postman(config, store, carrier_of(config), now=lambda: FRIDAY).round()
    assert ear.heard == []
    assert states(store) == ["waiting"] * 5


def test_a_webhook_that_is_switched_off_is_told_nothing(store: Store, cast: Cast, postman: Postman, ear: Ear) -> None:
    told(store, cast, ear)
    switch_webhook(store, 1, active=False, version=None, by=cast.nora)
    postman.round()
    assert (ear.heard, states(store)) == ([], ["dropped"] * 5)
    remove_webhook(store, 1, cast.nora)
    assert states(store) == []


def test_the_key_of_the_signatures_stays_out_of_the_audit(store: Store, cast: Cast, ear: Ear) -> None:
    secret = told(store, cast, ear)
    remove_webhook(store, 1, cast.nora)
    with store.read() as session:
        assert not any(secret in row.after + row.before for row in session.scalars(select(AuditDetailRow)))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://hooks.example/a?b=c", "hooks.example:443"),
        ("http://hooks.example:8080", "hooks.example:8080"),
        ("https://user@hooks.example/", ""),
        ("https://hooks.example:99999/", ""),
        ("ftp://hooks.example/", ""),
        ("https:///nothing", ""),
        ("https://hooks.example/\r\nX: y", ""),
        ("https://hooks.example/#part", ""),
        ("https://钩子.example/", ""),
    ],
)
def test_addresses_of_webhooks_are_read_as_the_settings_list_them(url: str, host: str) -> None:
    assert host_of(url) == host


def test_only_allowed_hosts_and_only_by_administrators(store: Store, cast: Cast, ear: Ear) -> None:
    for url, allowed in (
        (ear.url, ()),
        ("ftp://x", (ear.host,)),
        (ear.url.replace("127.0.0.1", "localhost"), (ear.host,)),
    ):
        with pytest.raises(BadInput):
            add_webhook(store, "x", url, EVENTS, host_of(url), allowed, cast.nora)
    with pytest.raises(BadInput):
        add_webhook(store, "x", ear.url, ["visit.eaten"], ear.host, (ear.host,), cast.nora)
    with pytest.raises(NotAllowed):
        add_webhook(store, "x", ear.url, EVENTS, ear.host, (ear.host,), cast.ada)
    add_webhook(store, "x", ear.url, EVENTS, ear.host, (ear.host,), cast.nora)
    with pytest.raises(Conflict):
        add_webhook(store, "again", ear.url, EVENTS, ear.host, (ear.host,), cast.nora)
    with store.read() as session:
        assert session.scalars(select(HookRow.events)).one() == EVENTS
