"""Supervisors look at plans and special visits of others, and decide."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk
from tests.webui.world import a_draft
from webui.actions.drafts import move_visit
from webui.actions.plans import submit, take_back
from webui.actions.requests import ask_special
from webui.auth.access import table_of
from webui.store.engine import Store
from webui.store.plans import PlanRow
from webui.store.requests import SpecialVisitRow
from webui.store.users import UserRoleRow


@pytest.fixture
def ben(at_desk: Callable[[str], Desk]) -> Desk:
    """The supervisor's browser."""
    return at_desk("supervisor")


@pytest.fixture
def sent(app: Flask, store: Store, cast: Cast) -> int:
    """A plan that Ada sent for review."""
    plan = a_draft(store, cast)
    submit(store, plan, None, cast.ada)
    return plan


def row(store: Store, plan_id: int) -> PlanRow:
    with store.read() as session:
        return session.get_one(PlanRow, plan_id)


def test_reviewing_is_for_supervisors(app: Flask) -> None:
    told = {name: set(audiences) for name, audiences in table_of(app).items() if name.startswith("review.")}
    names = ("review.plans", "review.plan", "review.approve", "review.send_back", "review.decide_special")
    assert told == {name: {"supervisor"} for name in names}


def test_nothing_waits_at_first(ben: Desk) -> None:
    page = ben.get("/review/plans")
    assert "No plan waits for you." in page
    assert "No special visit waits for you." in page


def test_the_reviewer_sees_routes_figures_teams_and_what_is_out(ben: Desk, sent: int) -> None:
    assert "Week 37" in ben.get("/review/plans")
    page = ben.get(f"/review/plans/{sent}")
    for text in ("Driving share of work", "Work of the teams", "Left out", "Timeline", "No plan is in force on these"):
        assert text in page
    assert page.count("data-stop=") == 5


def test_a_plan_is_approved(ben: Desk, store: Store, sent: int) -> None:
    ben.post(f"/review/plans/{sent}/approve", remark="good", version=row(store, sent).version)
    assert (row(store, sent).status, row(store, sent).decision) == ("approved", "good")


def test_sending_back_needs_a_reason_which_the_scheduler_reads(ben: Desk, ada: Desk, store: Store, sent: int) -> None:
    ben.post(f"/review/plans/{sent}/send-back", 400, why=" ", version=row(store, sent).version)
    ben.post(f"/review/plans/{sent}/send-back", why="T1 drives too far", version=row(store, sent).version)
    assert row(store, sent).status == "sent_back"
    assert "T1 drives too far" in ada.get(f"/desk/plans/{sent}")


def test_nobody_decides_about_an_own_submission(ada: Desk, store: Store, cast: Cast, sent: int) -> None:
    with store.write() as session:
        session.add(UserRoleRow(user_id=cast.ada.id, role="supervisor"))
    assert "You sent this plan yourself." in ada.get(f"/review/plans/{sent}")
    ada.post(f"/review/plans/{sent}/approve", 409, version=row(store, sent).version)
    assert row(store, sent).status == "submitted"


def test_a_change_meanwhile_is_not_overlooked(ben: Desk, store: Store, sent: int) -> None:
    ben.post(f"/review/plans/{sent}/approve", 409, version=row(store, sent).version - 1)
    assert row(store, sent).status == "submitted"


def test_the_next_plan_is_compared_with_the_one_in_force(
    ben: Desk, ada: Desk, store: Store, cast: Cast, sent: int
) -> None:
    ben.post(f"/review/plans/{sent}/approve", version=row(store, sent).version)
    second = a_draft(store, cast)
    ada.post(f"/desk/plans/{sent}/publish", version=row(store, sent).version)
    move_visit(store, second, "R2-1", None, None, cast.ada)
    submit(store, second, None, cast.ada)
    page = ben.get(f"/review/plans/{second}")
    assert "Compare with the plan in force" in page
    assert "yes: it was promised" in page


def test_a_special_visit_is_approved_by_another(ben: Desk, store: Store, cast: Cast) -> None:
    number = ask_special(store, "R1", "Exams begin on Monday", cast.ada)
    assert "Exams begin on Monday" in ben.get("/review/plans")
    ben.post(f"/review/specials/{number}", 400, decision="refuse", answer="")
    ben.post(f"/review/specials/{number}", decision="approve", answer="")
    with store.read() as session:
        assert session.scalars(select(SpecialVisitRow.status)).all() == ["approved"]


def test_who_decides_on_an_older_version_is_led_to_the_new_one(ben: Desk, sent: int, store: Store, cast: Cast) -> None:
    seen = row(store, sent).version
    take_back(store, sent, seen, cast.ada)
    submit(store, sent, None, cast.ada)
    page = ben.post(f"/review/plans/{sent}/approve", 409, version=seen, remark="agreed").text
    assert "Somebody else has changed this meanwhile." in page
    assert "agreed" in page  # what was typed is not lost
    assert f'href="/review/plans/{sent}"' in page
    assert "Save mine over it" not in page
    assert row(store, sent).status == "submitted"


def test_sending_back_without_a_reason_says_what_is_missing(ben: Desk, sent: int, store: Store) -> None:
    page = ben.post(f"/review/plans/{sent}/send-back", 400, version=row(store, sent).version, why=" ").text
    assert "needs a reason" in page
    assert row(store, sent).status == "submitted"
