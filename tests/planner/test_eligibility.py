"""Who may be visited: a company with sites, requests from it, and one rule at a time."""

from dataclasses import replace
from datetime import date

import pytest

from planner.eligibility import Verdict, judge, organisation_reasons
from planner.model import Group, Inputs, Organisation, Place, Request, Site, SpecialVisit
from planner.policy import Policy

TODAY = date(2026, 9, 7)
COMPANY = Organisation("O1", "某公司", "Some Company", "company", "Yubei", foreigners=11)
SITES = tuple(Site(name, "O1", "", "", Place(29.6, 106.5)) for name in ("S1", "S2"))
GROUP = Group("work", "first", 3, "en", date(2026, 8, 31))
REQUEST = Request("R1", "S1", "acceptance", date(2026, 9, 1), (GROUP,))
SPECIAL = SpecialVisit("R1", "family of an academician", "Supervisor B", date(2026, 9, 4))


def verdict(
    organisation: Organisation = COMPANY,
    request: Request = REQUEST,
    specials: tuple[SpecialVisit, ...] = (),
    policy: Policy | None = None,
) -> Verdict:
    inputs = Inputs((organisation,), SITES, requests=(request,), special_visits=specials)
    [one] = judge(inputs, policy or Policy(), TODAY)
    return one


def codes(judged: Verdict) -> list[str]:
    assert judged.eligible is not bool(judged.reasons)
    return [reason.code for reason in judged.reasons]


def test_ten_foreigners_are_refused_and_eleven_accepted() -> None:
    ten = verdict(replace(COMPANY, foreigners=10))
    assert codes(ten) == ["too_few_foreigners"]
    assert ten.reasons[0].sentence("en") == "Some Company has 10 foreigners; visits are for more than 10."
    assert "10名" in ten.reasons[0].sentence("zh") and "专人服务" in ten.reasons[0].remedy("zh")
    assert verdict(replace(COMPANY, foreigners=11)).eligible


def test_the_threshold_is_a_policy_number() -> None:
    assert codes(verdict(policy=Policy(threshold_foreigners=11))) == ["too_few_foreigners"]


def test_foreigners_count_over_all_sites_and_not_who_is_due_now() -> None:
    # 3 people apply, at the second of two sites; the organisation has 11 foreigners in all
    assert verdict(request=replace(REQUEST, site_id="S2")).eligible


def test_a_special_visit_overrides_the_threshold_and_keeps_what_it_overrode() -> None:
    # the exception of the article: a team for one academician's family
    one = replace(REQUEST, groups=(replace(GROUP, kind="reunion", count=1),))
    judged = verdict(replace(COMPANY, foreigners=1), one, (SPECIAL,))
    assert judged.eligible
    assert judged.special == SPECIAL
    assert [reason.code for reason in judged.overridden] == ["too_few_foreigners"]


def test_a_special_visit_that_is_not_needed_is_not_used() -> None:
    assert verdict(specials=(SPECIAL,)).special is None


@pytest.mark.parametrize("flaw", [{"reason": " "}, {"approved_by": ""}])
def test_a_special_visit_needs_a_reason_and_an_approver(flaw: dict[str, str]) -> None:
    judged = verdict(replace(COMPANY, foreigners=1), specials=(replace(SPECIAL, **flaw),))  # type: ignore[arg-type]
    assert codes(judged) == ["too_few_foreigners", "special_visit_incomplete"]


def test_a_special_visit_does_not_count_before_it_is_approved() -> None:
    small = replace(COMPANY, foreigners=1)
    tomorrow = replace(SPECIAL, approved_on=date(2026, 9, 8))
    assert codes(verdict(small, specials=(tomorrow,))) == ["too_few_foreigners", "special_visit_not_yet"]
    assert verdict(small, specials=(tomorrow, SPECIAL)).special == SPECIAL


def test_a_kind_of_organisation_is_visited_only_if_the_policy_lists_it() -> None:
    hotel = replace(COMPANY, kind="hotel")
    assert verdict(hotel).eligible
    only = Policy(served_kinds=("school", "company"))
    judged = verdict(hotel, policy=only)
    assert codes(judged) == ["kind_not_served"]
    assert "hotels" in judged.reasons[0].sentence("en") and "酒店" in judged.reasons[0].sentence("zh")
    assert verdict(hotel, policy=only, specials=(SPECIAL,)).eligible


def test_an_organisation_is_visited_up_to_its_last_day() -> None:
    assert verdict(replace(COMPANY, active_to=TODAY)).eligible
    closed = replace(COMPANY, active_to=date(2026, 9, 6))
    assert codes(verdict(closed)) == ["organisation_inactive"]


def test_a_special_visit_does_not_reopen_a_closed_organisation() -> None:
    closed = replace(COMPANY, foreigners=1, active_to=date(2026, 9, 6))
    assert codes(verdict(closed, specials=(SPECIAL,))) == ["organisation_inactive"]


def test_a_request_from_tomorrow_is_refused() -> None:
    assert verdict(request=replace(REQUEST, received=TODAY)).eligible
    assert codes(verdict(request=replace(REQUEST, received=date(2026, 9, 8)))) == ["received_after_today"]


def test_a_request_without_people_is_refused() -> None:
    assert codes(verdict(request=replace(REQUEST, groups=()))) == ["nobody_applies"]


@pytest.mark.parametrize(("ready", "eligible"), [((0, 0), False), ((0, 1), True), ((0, None), True)])
def test_somebody_must_be_ready_unless_nobody_has_checked(ready: tuple[int | None, ...], eligible: bool) -> None:
    groups = tuple(replace(GROUP, ready=one) for one in ready)
    judged = verdict(request=replace(REQUEST, groups=groups))
    assert judged.eligible is eligible
    assert codes(judged) == ([] if eligible else ["nobody_ready"])


def test_all_reasons_are_told_at_once() -> None:
    closed = replace(COMPANY, foreigners=2, active_to=date(2026, 1, 1))
    judged = verdict(closed, replace(REQUEST, received=date(2027, 1, 1)))
    assert codes(judged) == ["too_few_foreigners", "organisation_inactive", "received_after_today"]


def test_verdicts_come_in_the_order_of_the_requests() -> None:
    requests = tuple(replace(REQUEST, id=name) for name in ("R2", "R1"))
    judged = judge(Inputs((COMPANY,), SITES, requests=requests), Policy(), TODAY)
    assert [one.request_id for one in judged] == ["R2", "R1"]


def test_an_organisation_with_one_name_is_called_by_it_in_both_languages() -> None:
    only_chinese = verdict(replace(COMPANY, foreigners=1, name_en=""))
    assert only_chinese.reasons[0].sentence("en").startswith("某公司 has 1 foreigners")


def test_an_organisation_is_judged_by_itself_before_it_asks_for_anything() -> None:
    small = replace(COMPANY, foreigners=10, active_to=date(2026, 9, 6))
    assert organisation_reasons(COMPANY, Policy(), TODAY) == ()
    assert [one.code for one in organisation_reasons(small, Policy(), TODAY)] == [
        "too_few_foreigners",
        "organisation_inactive",
    ]
