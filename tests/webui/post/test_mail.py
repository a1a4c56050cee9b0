"""Notices over a real mail server: the right words to the right people, again after a failure, never twice."""

import string
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy import select, update

from planner.errors import BadInput, Language
from tests.webui.conftest import FRIDAY, Cast
from tests.webui.post.mail_server import Box, mail_server
from tests.webui.world import a_draft, fill
from webui.actions.drafts import Target, move_visit
from webui.actions.notice_words import NOTICES
from webui.actions.notices import add_address, plain_text, remove_address, send_again, tell, written
from webui.actions.plans import approve, publish, submit
from webui.config import Config, MailServer
from webui.jobs.postman import Postman, carrier_of
from webui.post.mail import Letter
from webui.refusals import Conflict, NotAllowed
from webui.store.audit import AuditDetailRow
from webui.store.engine import Store
from webui.store.outbox import BACK_OFF, NoticeRow
from webui.store.plans import PlanVisitRow


@pytest.fixture
def box() -> Iterator[Box]:
    with mail_server() as server:
        yield server


@pytest.fixture
def postman(config: Config, store: Store, box: Box) -> Postman:
    settings = replace(config, mail=MailServer("127.0.0.1", box.port), mail_from="Desk <desk@division.example>")
    return Postman(settings, store, carrier_of(settings))


def notices(store: Store, count: int, cast: Cast) -> None:
    """So many notices for one address of the schedulers."""
    add_address(store, "ada@division.example", "schedulers", None, "en", cast.ada)
    with store.write() as session:
        for number in range(count):
            facts = {"plan": plain_text(f"plan {number}"), "reason": plain_text("")}
            tell(session, "plan.approved", facts, f"test {number}", cast.ben, audience="schedulers")


def states(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(select(NoticeRow.status).order_by(NoticeRow.id)))


def due_now(store: Store) -> None:
    """As if the time until the next try had passed."""
    with store.write() as session:
        session.execute(update(NoticeRow).values(next_at=0.0))


def in_force(store: Store, cast: Cast, plan: int) -> None:
    submit(store, plan, None, cast.ada)
    approve(store, plan, "seen", None, cast.ben)
    publish(store, plan, None, cast.ada, "told by telephone")


def test_an_organisation_is_told_of_its_visits_in_its_language_and_of_no_other(
    store: Store, cast: Cast, postman: Postman, box: Box
) -> None:
    fill(store)
    add_address(store, "office@company.example", "organisation", "O2", "zh", cast.ada)
    add_address(store, "visits@company.example", "organisation", "O2", "en", cast.ada)
    in_force(store, cast, a_draft(store, cast))
    postman.round()
    assert {str(one["To"]) for one in box.letters} == {"office@company.example", "visits@company.example"}
    assert len(box.letters) == 4  # two visits, two addresses
    chinese, english = (
        next(one for one in box.letters if one["To"] == to)
        for to in ("office@company.example", "visits@company.example")
    )
    assert str(chinese["Subject"]).startswith("上门服务已确定:9月")
    assert "某公司:" in chinese.get_content()  # type: ignore[attr-defined]
    assert str(english["Subject"]).startswith("On-site visit confirmed: ")
    assert "To Some Company:" in english.get_content()  # type: ignore[attr-defined]
    assert str(english["From"]) == "Desk <desk@division.example>"
    assert english["Auto-Submitted"] == "auto-generated"
    assert postman.round() == 0


def test_a_plan_that_replaces_another_tells_only_what_changed(
    store: Store, cast: Cast, postman: Postman, box: Box
) -> None:
    fill(store)
    for organisation in ("O1", "O2"):
        add_address(store, f"{organisation}@example.org", "organisation", organisation, "en", cast.ada)
    first, second = a_draft(store, cast), a_draft(store, cast)
    with store.read() as session:
        row = session.get_one(PlanVisitRow, (second, "R1-1"))
    assert row.date
    assert row.team_id
    move_visit(store, second, "R1-1", Target(row.team_id, row.date + timedelta(days=1)), None, cast.ada)
    in_force(store, cast, first)
    postman.round()
    box.letters.clear()
    in_force(store, cast, second)
    postman.round()
    hours = [hours_of(store, plan) for plan in (first, second)]
    moved = [visit for visit in hours[0] if hours[0][visit] != hours[1][visit]]
    assert "R1-1" in moved
    assert len(box.letters) == len(moved) < len(hours[0])
    assert all(subject.startswith("On-site visit moved: ") for subject in box.subjects())
    letter = next(one for one in box.letters if "Tue 8 Sep" in str(one["Subject"]))
    assert str(letter["To"]) == "O1@example.org"
    assert "planned for Mon 7 Sep" in letter.get_content()  # type: ignore[attr-defined]


def hours_of(store: Store, plan: int) -> dict[str, tuple[object, object]]:
    with store.read() as session:
        rows = session.scalars(select(PlanVisitRow).where(PlanVisitRow.plan_id == plan))
        return {row.visit_id: (row.date, row.starts) for row in rows}


def test_a_change_that_is_rolled_back_tells_nobody(store: Store, cast: Cast) -> None:
    notices(store, 0, cast)
    with pytest.raises(RuntimeError, match="after"), store.write() as session:
        tell(session, "plan.approved", {"plan": plain_text("x")}, "key", cast.ben, audience="schedulers")
        raise RuntimeError("after all not")
    assert states(store) == []


def test_the_same_is_told_once(store: Store, cast: Cast) -> None:
    notices(store, 1, cast)
    with store.write() as session:
        facts = {"plan": plain_text("again")}
        tell(session, "plan.approved", facts, "test 0", cast.ben, audience="schedulers")
    assert states(store) == ["waiting"]


def test_a_server_that_is_busy_is_asked_again_later_and_given_up_at_last(
    store: Store, cast: Cast, postman: Postman, box: Box
) -> None:
    notices(store, 1, cast)
    box.at_data = lambda _: "451 busy"
    postman.round()
    assert states(store) == ["waiting"]
    assert postman.round() == 0  # not before its time
    for _ in BACK_OFF:
        due_now(store)
        postman.round()
    assert states(store) == ["failed"]
    box.at_data = lambda _: ""
    send_again(store, "notice", 1, cast.ada)
    postman.round()
    assert states(store) == ["sent"]
    assert len(box.letters) == 1


def test_an_address_that_does_not_exist_is_not_asked_again(
    store: Store, cast: Cast, postman: Postman, box: Box
) -> None:
    notices(store, 1, cast)
    box.at_rcpt = lambda _: "550 nobody here"
    postman.round()
    assert states(store) == ["failed"]
    with store.read() as session:
        assert "550 nobody here" in session.scalars(select(NoticeRow.error)).one()


def test_without_a_server_nothing_is_lost(store: Store, cast: Cast, config: Config) -> None:
    notices(store, 1, cast)
    settings = replace(config, mail=MailServer("127.0.0.1", 9))
    Postman(settings, store, carrier_of(settings)).round()
    assert states(store) == ["waiting"]


def test_without_a_mail_server_letters_are_files_and_a_second_try_makes_no_second_one(
    store: Store, cast: Cast, config: Config
) -> None:
    notices(store, 2, cast)
    postman = Postman(config, store, carrier_of(config))
    postman.round()
    assert states(store) == ["sent", "sent"]
    files = sorted((config.data / "outbox").glob("*"))
    assert len(files) == 2
    letter = message_from_bytes(files[0].read_bytes(), policy=default)
    assert str(letter["Subject"]).startswith("Plan approved: plan ")
    with store.write() as session:
        session.execute(update(NoticeRow).values(status="waiting"))
    postman.round()
    assert sorted((config.data / "outbox").glob("*")) == files


# ------------------------------------------------------------------------------------------------ kills


class Office:
    """A postman that is started again whenever it was killed."""

    def __init__(self, config: Config, box: Box, careless: str = "") -> None:
        self.command = [sys.executable, "-m", "tests.webui.post.office", str(config.data), config.database]
        self.command += [str(box.port), careless]
        self.process = subprocess.Popen(self.command)
        self.kills = 0
        box.victim = lambda: self.process.pid

    def until(self, done: Callable[[], bool], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, "the office did not get done"
            if self.process.poll() is not None:
                self.kills += 1
                self.process = subprocess.Popen(self.command)
            time.sleep(0.05)
        self.process.kill()
        self.process.wait()


def some(limit: int, every: int) -> Callable[[object], str]:
    """Says "kill" for every so manieth letter, so often at most."""
    count = {"seen": 0, "killed": 0}

    def decide(_: object) -> str:
        count["seen"] += 1
        if count["seen"] % every == 0 and count["killed"] < limit:
            count["killed"] += 1
            return "kill"
        return ""

    return decide


def settled(store: Store) -> bool:
    return set(states(store)) <= {"sent", "unsure", "failed"}


def test_kills_at_any_moment_send_nothing_twice_and_lose_nothing(
    store: Store, cast: Cast, config: Config, box: Box
) -> None:
    notices(store, 24, cast)
    box.at_rcpt, box.at_data = some(3, 4), some(3, 5)
    office = Office(config, box)
    office.until(lambda: settled(store))
    ids = [str(one["Message-ID"]) for one in box.letters]
    assert office.kills >= 6
    assert len(ids) == len(set(ids)) == 24  # those killed while the server held the whole text arrived too
    assert sorted(states(store)) == ["sent"] * 21 + ["unsure"] * 3


def test_a_postman_that_does_not_note_what_leaves_sends_twice(
    store: Store, cast: Cast, config: Config, box: Box
) -> None:
    notices(store, 6, cast)
    box.at_data = some(2, 3)
    Office(config, box, "careless").until(lambda: settled(store))
    ids = [str(one["Message-ID"]) for one in box.letters]
    assert len(ids) > len(set(ids))


# ------------------------------------------------------------------------------------------------ addresses and words


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b\nBcc: c@d", "a b@c.d", "a@-", "ä@example.org", "a@b..c", "x" * 65 + "@b.c"]
)
def test_addresses_that_cannot_be_are_bad_input(store: Store, cast: Cast, email: str) -> None:
    with pytest.raises(BadInput):
        add_address(store, email, "schedulers", None, "zh", cast.ada)


def test_addresses_are_added_once_by_who_may_and_stay_out_of_the_audit(store: Store, cast: Cast) -> None:
    number = add_address(store, "ada@division.example", "schedulers", None, "zh", cast.ada)
    with pytest.raises(Conflict):
        add_address(store, "ada@division.example", "schedulers", None, "en", cast.nora)
    with pytest.raises(NotAllowed):
        add_address(store, "eve@division.example", "schedulers", None, "en", cast.eve)
    with store.read() as session:
        assert not any("ada@" in row.after for row in session.scalars(select(AuditDetailRow)))
    remove_address(store, number, cast.ada)


def test_what_was_sent_cannot_be_sent_again_by_hand(store: Store, cast: Cast, postman: Postman) -> None:
    notices(store, 1, cast)
    postman.round()
    with pytest.raises(Conflict):
        send_again(store, "notice", 1, cast.ada)


@pytest.mark.parametrize("kind", sorted(NOTICES))
def test_no_fact_becomes_a_header_or_is_read_as_a_template(kind: str) -> None:
    facts = {
        name: plain_text(f"{{0.__class__}}\r\nBcc: x@y <{name}>")
        for words in (NOTICES[kind].subject.zh, NOTICES[kind].body.zh, NOTICES[kind].body.en)
        for _, name, _, _ in string.Formatter().parse(words)
        if name
    }
    languages: tuple[Language, ...] = ("zh", "en")
    for language in languages:
        subject, body = written(kind, facts, language)
        message = Letter("a@b.example", subject, body, "m@x", FRIDAY).message("Desk <d@e.example>")
        assert message_from_bytes(message.as_bytes(), policy=default)["Bcc"] is None


def test_both_languages_of_a_notice_use_the_same_facts() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for kind, words in NOTICES.items():
        assert names(words.subject.zh) == names(words.subject.en), kind
        assert names(words.body.zh) == names(words.body.en), kind
