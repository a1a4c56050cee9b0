"""What a request is offered, best first, with price and reason; and what would fit where nothing does."""

from dataclasses import replace
from datetime import date, timedelta

from planner.check import check
from planner.check_domain import check_dossier
from planner.dossier import Dossier
from planner.model import Hours, Organisation, Place, Request, Site
from planner.offers import Answer, best_few, nearest_of, offers_of, pose, slots_of, stand, take, with_newcomers
from planner.policy import hours_of
from planner.visits import make_visits
from tests.planner.offers.world import asks, planned, setting
from tests.planner.visit_world import CALENDAR, HORIZON, TODAY, UNIVERSITY, day, group, hosting, request, team


def answered(dossier: Dossier, asked: Request) -> Answer:
    return offers_of(stand(dossier, (), TODAY), asked, setting(dossier))


def applied(dossier: Dossier, answer: Answer, number: int = 0) -> Dossier:
    asked = answer.posed
    done = with_newcomers(dossier, asked.request, asked.newcomers, asked.refused, setting(dossier).inputs)
    kept: set[str] = set()
    for slot in answer.offers[number].slots:
        done = take(done, slot, kept)
        kept.add(slot.visit)
    return done


def test_every_offer_can_be_taken_and_then_the_plan_keeps_it_as_a_promise() -> None:
    dossier = planned(request(group(30), name="R1"), request(group(20), name="R2"))
    answer = answered(dossier, asks())
    assert len(answer.offers) > 100
    for number, offer in enumerate(answer.offers):
        done = applied(dossier, answer, number)
        assert check(done.problem, done.plan).breaches == ()
        assert check_dossier(done, CALENDAR) == ()
        assert done.plan.cost == dossier.plan.cost + offer.points
        (promise,) = done.facts.inputs.promises
        assert (promise.date, promise.start) == (offer.slots[0].date, offer.slots[0].start)


def test_the_next_plan_makes_the_very_visit_that_was_promised() -> None:
    """What planning anew from requests and promises poses is what was booked: as long, with the same needs."""
    dossier = planned(request(group(30), name="R1"))
    done = applied(dossier, answered(dossier, asks(100)))
    booked = [visit for visit in done.facts.visits if visit.request_id == "R9"]
    inputs = done.facts.inputs
    again = make_visits(inputs, done.facts.policy, CALENDAR, HORIZON, TODAY)
    anew = [visit for visit in again.visits if visit.request_id == "R9"]
    assert len(booked) == 2
    assert [(one.service_seconds, one.skills, one.windows) for one in anew] == [
        (one.service_seconds, one.skills, one.windows) for one in booked
    ]


def test_best_first_and_the_best_few_are_of_different_half_days() -> None:
    dossier = planned(request(group(30), name="R1"))
    answer = answered(dossier, asks())
    points = [offer.points for offer in answer.offers]
    assert points == sorted(points)
    few = best_few(answer.offers)
    assert few[0] == answer.offers[0]
    assert len({(one.slots[0].date, one.slots[0].start < 12 * 3600) for one in few}) == len(few) == 5


def test_an_offer_says_its_price_and_what_is_left_of_the_legal_time() -> None:
    """Entry on 30 August + 30 days = 29 September; from Monday the 14th to Tuesday the 29th, with Sunday the 20th
    worked and Friday the 25th a holiday: 15, 16, 17, 18, 20, 21, 22, 23, 24, 28, 29 = 11 working days."""
    dossier = planned(request(group(30), name="R1"))
    answer = answered(dossier, hosting(asks(), [day(14)]))
    best = answer.offers[0]
    assert best.slack_workdays == 11
    assert best.reasons[-1].sentence("en") == ("Working days left after it until the last lawful one, 2026-09-29: 11.")
    assert best.reasons[0].sentence("en") == "A team goes out for you: 0 minutes of driving."


def test_a_team_that_is_out_already_costs_less_than_one_that_goes_out_for_it() -> None:
    """R1 is visited on one day; the same day needs no second outing, which would cost 900 points."""
    dossier = planned(request(group(30), name="R1"))
    answer = answered(dossier, asks())
    same = dossier.plan.routes[0].date
    assert answer.offers[0].slots[0].date == same
    assert answer.offers[0].reasons[0].code == "offer_on_the_way"


def test_a_large_request_is_offered_all_its_sessions_together() -> None:
    dossier = planned(request(group(30), name="R1"), teams=(team(1), team(2)))
    answer = answered(dossier, asks(100))
    assert {len(offer.slots) for offer in answer.offers} == {2}
    done = applied(dossier, answer)
    assert check(done.problem, done.plan).breaches == () == check_dossier(done, CALENDAR)


def test_a_site_the_plan_does_not_know_is_driven_to_all_the_same() -> None:
    dossier = planned(request(group(30), name="R1"))
    company = Organisation("O2", "公司", "Company", "company", "Yubei", 40)
    site = Site("S2", "O2", "总部", "Office", Place(29.72, 106.63))
    known = setting(dossier, organisations=(UNIVERSITY, company), sites=(*dossier.facts.inputs.sites, site))
    answer = offers_of(stand(dossier, (), TODAY), replace(asks(), site_id="S2"), known)
    assert answer.offers[0].driving_seconds > 600
    posed = answer.posed
    done = take(
        with_newcomers(dossier, posed.request, posed.newcomers, (), known.inputs), answer.offers[0].slots[0], ()
    )
    assert check(done.problem, done.plan).breaches == () == check_dossier(done, CALENDAR)
    assert [one.id for one in done.facts.locations] == ["B1", "S1", "S2"]


# nothing fits


def why(answer: Answer) -> list[str]:
    return [one.code for one in answer.why]


def test_who_may_not_be_visited_reads_why() -> None:
    dossier = planned(request(group(30), name="R1"))
    small = replace(UNIVERSITY, foreigners=10)
    answer = offers_of(stand(dossier, (), TODAY), asks(), setting(dossier, organisations=(small,)))
    assert (answer.offers, why(answer)) == ((), ["too_few_foreigners"])
    assert nearest_of(stand(dossier, (), TODAY), asks(), setting(dossier, organisations=(small,)), answer) == ()


def test_no_day_in_the_lawful_time_is_said() -> None:
    dossier = planned(request(group(30), name="R1"))
    answer = answered(dossier, hosting(asks(), [date(2026, 12, 1)]))
    assert why(answer) == ["no_host_date"]


def test_without_a_team_on_the_days_asked_other_days_are_nearest() -> None:
    dossier = planned(request(group(30), name="R1"), days=(day(7), day(8)))
    asked = hosting(asks(), [day(10)])
    standing, known = stand(dossier, (), TODAY), setting(dossier)
    answer = offers_of(standing, asked, known)
    assert why(answer) == ["offers_no_team_out"]
    nearest = nearest_of(standing, asked, known, answer)
    assert [one.how.code for one in nearest] == ["nearest_other_days"]
    assert {offer.slots[0].date for offer in nearest[0].offers} <= {day(7), day(8)}


def test_without_the_hours_other_hours_are_nearest() -> None:
    """Between 12:00 and 13:00 nobody works."""
    dossier = planned(request(group(30), name="R1"))
    asked = hosting(asks(), [], [hours_of("12:00-13:00")])
    standing, known = stand(dossier, (), TODAY), setting(dossier)
    answer = offers_of(standing, asked, known)
    assert (answer.offers, why(answer)) == ((), ["no_common_hours"])
    (nearest,) = nearest_of(standing, asked, known, answer)
    assert nearest.how.code == "nearest_other_hours"
    assert nearest.offers[0].slots[0].start >= 9 * 3600


def test_without_the_language_an_interpreter_is_nearest() -> None:
    dossier = planned(request(group(30), name="R1"))
    asked = asks(language="th")
    standing, known = stand(dossier, (), TODAY), setting(dossier)
    answer = offers_of(standing, asked, known)
    assert why(answer) == ["offers_no_skill"]
    assert "language th" in answer.why[0].sentence("en")
    assert nearest_of(standing, asked, known, answer)[0].how.code == "nearest_interpreter"


def test_where_only_no_team_has_everything_the_nearest_lack_is_said() -> None:
    """T1 speaks Korean, T2 Thai; a request for both in one session finds neither."""
    teams = (team(1, ("zh", "en", "ko")), team(2, ("zh", "en", "th")))
    dossier = planned(request(group(30), name="R1"), teams=teams)
    asked = request(group(6, language="ko"), group(6, language="th"), name="R9")
    answer = answered(dossier, asked)
    assert why(answer) == ["offers_no_team_with_all"]
    assert "the nearest lacks: the language th" in answer.why[0].sentence("en")


def test_a_full_plan_is_said_without_naming_anybody_and_fewer_people_are_nearest() -> None:
    """One team on Monday only. R1 has 55 people, 30 + 220 + 15 = 265 minutes in the afternoon; in the morning 180
    minutes are open, of which 135 are for people: 33 at 4 minutes each."""
    dossier = planned(request(group(55), name="R1"), days=(day(7),))
    asked = asks(40)
    kept = [visit.id for visit in dossier.facts.visits]
    standing, known = stand(dossier, kept, TODAY), setting(dossier)
    answer = offers_of(standing, asked, known)
    assert why(answer) == ["offers_full"]
    assert not any("R1" in one.sentence(language) for one in answer.why for language in ("zh", "en"))
    assert answer.details
    (nearest,) = nearest_of(standing, asked, known, answer)
    assert nearest.how.code == "nearest_fewer"
    assert nearest.request.applicants == 33


def test_many_sessions_in_short_hours_are_told_from_teams_that_are_booked() -> None:
    """From 10:00 to 11:00 a session has three people: 20 sessions for 60 people, and ten dates with one team."""
    dossier = planned(request(group(30), name="R1"))
    asked = replace(asks(60), host_hours=(Hours(10 * 3600, 11 * 3600),))
    standing, known = stand(dossier, (), TODAY), setting(dossier)
    answer = offers_of(standing, asked, known)
    assert why(answer) == ["offers_many_sessions"]
    assert "(10:00-11:00) 60 people take 20 visits" in answer.why[0].sentence("en")
    assert nearest_of(standing, asked, known, answer)[0].how.code == "nearest_other_hours"


def test_a_day_that_has_begun_takes_nothing_more() -> None:
    dossier = planned(request(group(30), name="R1"))
    standing = stand(dossier, (), day(9))
    answer = offers_of(standing, asks(), setting(dossier))
    assert min(offer.slots[0].date for offer in answer.offers) == day(10)


def test_posing_changes_nothing_in_the_plan() -> None:
    dossier = planned(request(group(30), name="R1"))
    before = dossier.problem.seconds.copy()
    slots_of(stand(dossier, (), TODAY), pose(dossier, asks(), setting(dossier), TODAY).newcomers[0])
    assert (dossier.problem.seconds == before).all()
    assert TODAY + timedelta(3) == HORIZON[0]
