"""Every operation × every role × an object that is not there: the table of roles, and that it is kept."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.webui.api.conftest import Program
from webui.api.contract import FORM, OPERATIONS, Operation

Make = Callable[..., Program]
WHO = {"ada": "scheduler", "ben": "supervisor", "eve": "officer", "nora": "administrator"}
OPEN = {
    "scheduler supervisor officer administrator": """
        team_day list_teams team list_kits kit list_shifts shift list_bases base calendar calendar_day""",
    "scheduler supervisor administrator": """
        organisations organisation site list_invitations list_requests request booking special list_specials
        list_promises verdict list_plans plan plan_visit plan_legal_dates day run
        list_runs compare_plans policy policy_versions list_notices
        list_addresses""",
    "scheduler administrator": """
        list_crews crew set_crew try_import import_tables import_calendar edit_day new_policy send_notice_again
        add_address remove_address""",
    "scheduler supervisor": "publish_plan",
    "supervisor administrator": "audit",
    "scheduler": """
        add_organisation edit_organisation add_contact remove_contact add_site edit_site move_site invite
        revoke_invitation add_base edit_base move_base add_team edit_team add_kit edit_kit add_shift edit_shift
        remove_shift fill_shifts set_absence set_absences receive_request edit_request accept_request refuse_request
        withdraw_request ask_special give_promise release_promise list_offers hold_offer adopt_nearest release_hold
        confirm_hold cancel_booking start_run cancel_run replan_rest move_visit try_move pin_visit unpin_visit
        undo_plan rename_plan submit_plan take_back_plan discard_plan""",
    "supervisor": "decide_special approve_plan send_back_plan",
    "officer": "take_marks list_days",
    "administrator": "list_deliveries deliver_again",
}
FOREIGN = {"key": "no-such-thing", "number": 987_654, "other": 987_654, "visit": "none", "team": "none"}


def test_every_operation_is_open_to_these_roles_and_no_other() -> None:
    told = {name: set(roles.split()) for roles, names in OPEN.items() for name in names.split()}
    assert {one.name: set(one.roles) for one in OPERATIONS} == told


@pytest.mark.parametrize("name", ["CHANGELOG.md", "docs/decisions/0006-api.md"])
def test_their_number_is_said_rightly(name: str) -> None:
    assert f"{len(OPERATIONS)} operations" in (Path(__file__).parents[3] / name).read_text("utf-8")


@pytest.mark.parametrize("who", WHO)
def test_a_role_gets_where_it_may_and_learns_nothing_of_others(program: Make, who: str) -> None:
    one, wrong = program(who), []
    for made in OPERATIONS:
        status = answer(one, made)
        allowed = (200, 400, 404, 409) if WHO[who] in made.roles else (403,)
        if status not in allowed or (status == 200 and made.paths.keys() & FOREIGN.keys()):
            wrong.append((made.name, status, allowed))
    assert wrong == []


def answer(one: Program, made: Operation) -> int:
    """The status of a request for a thing that is not there, with an empty body where it takes one."""
    headers = {"Authorization": f"Bearer {one.token}"}
    if made.guarded:
        headers["If-Match"] = "*"
    if made.body is not None:
        headers["Content-Type"] = f"{FORM}; boundary=x" if made.files else "application/json"
    path = made.path.format(day="2026-09-08", **FOREIGN)
    body = "{}" if made.body is not None and not made.files else None
    return one.client.open(f"/api/v1{path}", method=made.method, data=body, headers=headers).status_code
