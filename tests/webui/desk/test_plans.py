"""Plans at the desk: started, watched, changed by hand, compared, sent, published; each page for each role."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from tests.webui.conftest import Cast
from tests.webui.desk.conftest import Desk
from tests.webui.desk.test_access import EDITORS, READERS
from tests.webui.world import FRIDAY, INPUTS, a_draft, fill
from webui.actions.drafts import Target, move_visit
from webui.actions.plans import approve, submit
from webui.auth.access import table_of
from webui.store import runs
from webui.store.engine import Store
from webui.store.plans import PlanRow, PlanVisitRow
from webui.store.runs import Figures, RunRow

ACCESS = {
    "desk.plans": READERS,
    "desk.running_plans": READERS,
    "desk.start_plan": EDITORS,
    "desk.plan_run": READERS,
    "desk.cancel_run": EDITORS,
    "desk.plan": READERS,
    "desk.plan_visit": READERS,
    "desk.plan_legal_dates": READERS,
    "desk.compare_plans": READERS,
    "desk.try_move": EDITORS,
    "desk.move_visit": EDITORS,
    "desk.pin_visit": EDITORS,
    "desk.unpin_visit": EDITORS,
    "desk.undo_plan": EDITORS,
    "desk.rename_plan": EDITORS,
    "desk.discard_plan": EDITORS,
    "desk.submit_plan": EDITORS,
    "desk.take_back_plan": EDITORS,
    "desk.publish_plan": EDITORS | {"supervisor"},
    "maps.script": READERS,
    "maps.labels": READERS,
    "maps.asset": READERS,
}
START = {"form": "plan", "name": "Week 37", "first": "2026-09-07", "last": "2026-09-11", "effort": "quick", "key": "k1"}


@pytest.fixture
def draft(app: Flask, store: Store, cast: Cast) -> int:
    """The week's plan: all five requests visited, none by T2 on Friday together with R1."""
    return a_draft(store, cast)


def version(store: Store, plan_id: int) -> int:
    with store.read() as session:
        return session.get_one(PlanRow, plan_id).version


def place(store: Store, plan_id: int, visit_id: str) -> tuple[str | None, object]:
    with store.read() as session:
        row = session.get_one(PlanVisitRow, (plan_id, visit_id))
        return row.team_id, row.date


def test_every_page_of_plans_is_open_to_these_roles_and_no_other(app: Flask) -> None:
    told = {endpoint: set(audiences) for endpoint, audiences in table_of(app).items()}
    assert {name: told[name] for name in ACCESS} == ACCESS


def test_an_office_without_plans_is_told_to_start_one(ada: Desk) -> None:
    assert "There is no plan yet" in ada.get("/desk/plans")


def test_a_run_is_started_once_and_watched_until_it_is_cancelled(ada: Desk, store: Store) -> None:
    answer = ada.post("/desk/plans", 303, **START)
    assert answer.headers["Location"] == "/desk/plans/runs/1"
    assert (
        ada.post("/desk/plans", 303, **START).headers["Location"] == "/desk/plans/runs/1"
    )  # the same key: the same run
    assert "waiting for a worker" in ada.get("/desk/plans/runs/1?part=1")
    with store.job() as connection:
        held = runs.claim(connection, 1, "test", 60)
        assert held is not None
        for seconds, cost, bound in ((1.0, 9_000, None), (2.0, 5_000, 4_000)):
            runs.publish(connection, held, Figures(seconds, cost, bound, 5, 0.5))
    page = ada.get("/desk/plans/runs/1?part=1")
    assert "5,000" in page
    assert "4,000" in page
    assert "gap 20.0 %" in page  # (5000 - 4000) / 5000
    assert 'class="cost" points=' in page
    assert "5,000" in ada.get("/desk/plans/running")
    ada.post("/desk/plans/runs/1/cancel", keep="no")
    with store.read() as session:
        assert session.get_one(RunRow, 1).cancel == "drop"


def test_mistakes_in_the_form_are_told_with_what_was_typed(ada: Desk) -> None:
    page = ada.post("/desk/plans", 400, **{**START, "name": "x" * 101, "last": "2026-09-01"}).text
    assert "Not saved: 2 to correct" in page
    assert 'value="2026-09-01"' in page
    assert "is no date" in ada.post("/desk/plans", 400, **{**START, "first": "soon"}).text.replace(
        "not a date", "is no date"
    )


@pytest.mark.parametrize(("lang", "name"), [("en", "Plan of Tue 8 Sep"), ("zh", "9月8日 周二起的计划")])
def test_a_plan_without_a_name_is_named_after_the_date_that_was_typed(
    ada: Desk, store: Store, lang: str, name: str
) -> None:
    ada.post(f"/desk/plans?lang={lang}", 303, **{**START, "name": " ", "first": "2026-09-08"})
    with store.read() as session:
        assert session.get_one(RunRow, 1).name == name


def test_the_workspace_shows_a_visit_in_timeline_table_and_panel(ada: Desk, draft: int) -> None:
    page = ada.get(f"/desk/plans/{draft}?visit=R1-1")
    assert re.search(r'<a class="bar [^"]*" [^>]*data-visit="R1-1"', page)
    assert re.search(r'<tr data-stop="\d+" data-visit="R1-1"', page)
    assert 'data-panel="R1-1"' in page
    assert "style=" not in page  # refused by the policy
    assert "onclick" not in page


def test_map_and_names_belong_to_the_version_of_the_page(ada: Desk, store: Store, draft: int) -> None:
    now = version(store, draft)
    assert "L.map" in ada.get(f"/plans/{draft}/{now}/map.js")
    assert "Some University" in ada.get(f"/plans/{draft}/{now}/labels")
    assert "Some University" not in ada.get(f"/plans/{draft}/{now}/map.js")
    ada.get(f"/plans/{draft}/{now + 1}/labels", 409)


def test_a_move_is_answered_before_it_is_saved(ada: Desk, store: Store, draft: int) -> None:
    before = place(store, draft, "R1-1")
    answer = ada.get(f"/desk/plans/{draft}/try?visit=R1-1&team=T2&date=2026-09-11&part=1")
    assert "The checker has no objection." in answer
    assert "Save this move" in answer
    assert place(store, draft, "R1-1") == before
    ada.post(f"/desk/plans/{draft}/move", visit="R1-1", team="T2", date="2026-09-11", version=version(store, draft))
    assert place(store, draft, "R1-1") == ("T2", FRIDAY)
    ada.post(f"/desk/plans/{draft}/undo", version=version(store, draft))
    assert place(store, draft, "R1-1") == before


def test_a_move_that_cannot_be_says_why_and_offers_no_saving(ada: Desk, draft: int) -> None:
    answer = ada.get(f"/desk/plans/{draft}/try?visit=R1-1&team=T1&date=2026-09-12&part=1")
    assert "no shift on 2026-09-12" in answer
    assert "Save this move" not in answer
    assert "Not saved" in ada.get(f"/desk/plans/{draft}/try?visit=R1-1&team=T1&date=tomorrow", 400)
    ada.get(f"/desk/plans/{draft}/try?visit=NONE&team=T1&date=2026-09-11", 404)


def test_two_people_changing_one_plan_are_told(ada: Desk, store: Store, cast: Cast, draft: int) -> None:
    seen = version(store, draft)
    move_visit(store, draft, "R2-1", Target("T2", FRIDAY), None, cast.ada)
    page = ada.post(f"/desk/plans/{draft}/move", 409, visit="R1-1", team="out", version=seen).text
    assert "Changed meanwhile" in page


def test_a_pinned_visit_says_so_and_cannot_be_moved(ada: Desk, store: Store, draft: int) -> None:
    ada.post(f"/desk/plans/{draft}/pin", visit="R1-1", version=version(store, draft))
    assert "A pinned visit cannot be moved." in ada.get(f"/desk/plans/{draft}/visit?visit=R1-1")
    ada.post(f"/desk/plans/{draft}/move", 409, visit="R1-1", team="out", version=version(store, draft))
    ada.post(f"/desk/plans/{draft}/unpin", visit="R1-1", version=version(store, draft))
    assert "What would that do?" in ada.get(f"/desk/plans/{draft}/visit?visit=R1-1")


def test_the_uncovered_are_told_why_and_what_to_do(ada: Desk, store: Store, cast: Cast) -> None:
    """O2 has 10 foreigners; visits go to more than ten. R3 and R5 are of O2."""
    small = replace(INPUTS.organisations[1], foreigners=10)
    fill(store, replace(INPUTS, organisations=(INPUTS.organisations[0], small)))
    page = ada.get(f"/desk/plans/{a_draft(store, cast)}/legal-dates")
    uncovered = page[page.index("Not covered") : page.index("Everybody by last lawful day")]
    assert uncovered.count("has 10 foreigners; visits are for more than 10") == 2
    assert uncovered.count("ask a supervisor for a special visit") == 2


def test_a_plan_that_misses_a_reachable_legal_date_is_marked_and_not_published(
    ada: Desk, at_desk: Callable[[str], Desk], store: Store, cast: Cast, draft: int
) -> None:
    """R5's people have until 11 September, the Friday of this week; taken out, there is room for them."""
    ada.post(f"/desk/plans/{draft}/move", visit="R5-1", team="out", version=version(store, draft))
    assert "Legal dates are missed that can be kept: 1" in ada.get(f"/desk/plans/{draft}")
    page = ada.get(f"/desk/plans/{draft}/legal-dates")
    assert "it fits into the plan; place it" in page
    assert "to the hall by Fri 11 Sep" in page
    ada.post(f"/desk/plans/{draft}/submit", version=version(store, draft))
    approve(store, draft, "seen", None, cast.ben)
    assert "R5-1" in ada.post(f"/desk/plans/{draft}/publish", 409, version=version(store, draft)).text


def test_a_plan_is_sent_approved_and_put_into_force(ada: Desk, store: Store, cast: Cast, draft: int) -> None:
    ada.post(f"/desk/plans/{draft}/submit", version=version(store, draft))
    assert "Send for review" not in ada.get(f"/desk/plans/{draft}")
    ada.post(f"/desk/plans/{draft}/take-back", version=version(store, draft))
    ada.post(f"/desk/plans/{draft}/submit", version=version(store, draft))
    approve(store, draft, "seen", None, cast.ben)
    assert "Put into force" in ada.get(f"/desk/plans/{draft}")
    ada.post(f"/desk/plans/{draft}/publish", version=version(store, draft))
    assert "in force" in ada.get(f"/desk/plans/{draft}")


def test_costs_that_are_not_counted_alike_say_so(ada: Desk, store: Store, cast: Cast, draft: int) -> None:
    submit(store, draft, None, cast.ada)
    approve(store, draft, "", None, cast.ben)
    ada.post(f"/desk/plans/{draft}/publish", version=version(store, draft))
    second = a_draft(store, cast)  # planned with the promises of the first
    assert "The two costs are not counted alike" in ada.get(f"/desk/plans/compare?first={draft}&second={second}")


def test_a_promised_visit_that_moves_has_to_be_told(ada: Desk, store: Store, cast: Cast, draft: int) -> None:
    second = a_draft(store, cast)
    submit(store, draft, None, cast.ada)
    approve(store, draft, "", None, cast.ben)
    ada.post(f"/desk/plans/{draft}/publish", version=version(store, draft))
    move_visit(store, second, "R1-1", None, None, cast.ada)
    page = ada.get(f"/desk/plans/compare?first={draft}&second={second}")
    assert "taken out" in page
    assert "yes: it was promised" in page
    stay = len(places(store, draft) & places(store, second))
    assert f"{stay} visits stay with team, date and hour" in page
    assert 1 <= stay <= 4
    assert "not counted alike" not in page
    ada.get("/desk/plans/compare?first=1", 404)
    ada.get("/desk/plans/compare?first=1&second=99", 404)


def places(store: Store, plan_id: int) -> set[tuple[object, ...]]:
    """Where every visit of a plan is that is in it."""
    with store.read() as session:
        rows = session.scalars(
            select(PlanVisitRow).where(PlanVisitRow.plan_id == plan_id, PlanVisitRow.date.is_not(None))
        )
        return {(row.visit_id, row.team_id, row.date, row.starts, row.ends) for row in rows}


def test_a_new_plan_can_start_from_one_that_is_there(ada: Desk, store: Store, draft: int) -> None:
    page = ada.get(f"/desk/plans?from={draft}")
    assert "Plan again from Week 37" in page
    assert f'<option value="{draft}" selected>' in page
    ada.post("/desk/plans", 303, **{**START, "key": "k2", "based_on": str(draft)})
    with store.read() as session:
        assert session.get_one(RunRow, 2).based_on == draft


def test_a_draft_is_renamed_and_put_away(ada: Desk, store: Store, draft: int) -> None:
    ada.post(f"/desk/plans/{draft}/rename", form="rename", name="Better", version=version(store, draft))
    assert "Better" in ada.get("/desk/plans")
    ada.post(f"/desk/plans/{draft}/rename", 400, form="rename", name=" ", version=version(store, draft))
    ada.post(f"/desk/plans/{draft}/discard", version=version(store, draft))
    assert "put away" in ada.get("/desk/plans")


def test_readers_see_a_plan_and_are_offered_nothing_to_change(at_desk: Callable[[str], Desk], draft: int) -> None:
    page = at_desk("supervisor").get(f"/desk/plans/{draft}?visit=R1-1")
    assert "data-try-address" not in page
    assert "Send for review" not in page
    at_desk("officer").get(f"/desk/plans/{draft}", 403)


def test_there_is_no_plan_99(ada: Desk) -> None:
    for path in ("/desk/plans/99", "/desk/plans/runs/99", "/desk/plans/99/legal-dates", "/plans/99/1/map.js"):
        ada.get(path, 404)
