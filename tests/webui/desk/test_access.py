"""Whom each page of the desk is open to: the whole table, so that a new page cannot be forgotten."""

from flask import Flask

from webui.auth.access import table_of

STAFF = {"scheduler", "supervisor", "officer", "administrator"}
READERS = {"scheduler", "supervisor", "administrator"}
EDITORS = {"scheduler"}
RULERS = {"scheduler", "administrator"}

ACCESS = {
    "front.page": STAFF,
    "desk.home": STAFF,
    "desk.requests": READERS,
    "desk.request": READERS,
    "desk.accept_request": EDITORS,
    "desk.refuse_request": EDITORS,
    "desk.withdraw_request": EDITORS,
    "desk.ask_special": EDITORS,
    "desk.release_promise": EDITORS,
    "desk.organisations": READERS,
    "desk.organisation": READERS,
    "desk.add_organisation": EDITORS,
    "desk.edit_organisation": EDITORS,
    "desk.add_contact": EDITORS,
    "desk.invite": EDITORS,
    "desk.revoke_invitation": EDITORS,
    "desk.remove_contact": EDITORS,
    "desk.site": READERS,
    "desk.edit_site": EDITORS,
    "desk.move_site": EDITORS,
    "desk.new_site": EDITORS,
    "desk.add_site": EDITORS,
    "desk.background": READERS,
    "desk.point": READERS,
    "desk.teams": STAFF,
    "desk.team": STAFF,
    "desk.add_team": EDITORS,
    "desk.edit_team": EDITORS,
    "desk.shifts": STAFF,
    "desk.shift": STAFF,
    "desk.set_shift": EDITORS,
    "desk.set_absence": EDITORS,
    "desk.remove_shift": EDITORS,
    "desk.fill_shifts": EDITORS,
    "desk.absences": STAFF,
    "desk.add_absences": EDITORS,
    "desk.end_absence": EDITORS,
    "desk.kits": STAFF,
    "desk.kit": STAFF,
    "desk.add_kit": EDITORS,
    "desk.edit_kit": EDITORS,
    "desk.calendar": STAFF,
    "desk.day": STAFF,
    "desk.edit_day": RULERS,
    "desk.import_calendar": RULERS,
    "desk.policy": READERS,
    "desk.new_policy": RULERS,
    "desk.imports": RULERS,
    "desk.upload": RULERS,
    "desk.import_check": RULERS,
    "desk.failed_rows": RULERS,
    "desk.corrections": RULERS,
    "desk.import_now": RULERS,
    "desk.tables_zip": RULERS,
    "desk.new_request": EDITORS,
    "desk.add_request": EDITORS,
    "desk.change_request": EDITORS,
    "desk.edit_request": EDITORS,
    "desk.give_promise": EDITORS,
    "desk.bases": STAFF,
    "desk.base": STAFF,
    "desk.new_base": EDITORS,
    "desk.add_base": EDITORS,
    "desk.edit_base": EDITORS,
    "desk.move_base": EDITORS,
    "desk.users": {"administrator"},
    "desk.user": {"administrator"},
    "desk.add_user": {"administrator"},
    "desk.edit_user": {"administrator"},
    "desk.reset_password": {"administrator"},
    "desk.revoke_sessions": {"administrator"},
    "desk.audit": {"supervisor", "administrator"},
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
    "desk.publish_plan": {"scheduler", "supervisor"},
}


def test_every_page_of_the_desk_is_open_to_these_roles_and_no_other(app: Flask) -> None:
    told = {endpoint: set(audiences) for endpoint, audiences in table_of(app).items()}
    assert {name: told.get(name) for name in ACCESS} == ACCESS
    assert {name for name in told if name.startswith(("desk.", "front."))} - ACCESS.keys() == set()


def test_no_page_of_the_desk_is_closed_by_mistake_or_open_to_all(app: Flask) -> None:
    for endpoint, audiences in table_of(app).items():
        if endpoint.startswith(("desk.", "front.")):
            assert audiences, endpoint
            assert audiences <= STAFF, endpoint
