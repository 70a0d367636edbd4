"""What the partnerships ask for, kind by kind, on the days before and after."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from agreements import todo
from agreements.models import MembershipDecision
from kashan_diplomacy.todo import Stage
from tests.factories import (
    IN_1401,
    LONG_AGO,
    make_agreement,
    make_authorities,
    make_city,
    make_clearance,
    make_document,
    make_engagement,
    make_follow_up,
    make_membership,
    make_milestone,
    make_obligation,
    make_outcome,
    make_user,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def stages(kind, days):
    """The stage of the only item of a kind on each day, counted from IN_1401."""
    found = {}
    for number in days:
        items = list(kind(IN_1401 + number * DAY))
        assert len(items) <= 1
        found[number] = items[0].stage.value if items else None
    return found


def test_a_promise_comes_up_a_month_before_and_stays_until_decided():
    milestone = make_milestone(due_on=IN_1401)
    expected = {-31: None, -30: "coming", -8: "coming", -7: "near", 0: "near"}
    expected |= {1: "overdue", 900: "overdue"}
    assert stages(todo.milestones, expected) == expected
    [item] = todo.milestones(IN_1401)
    assert item.since == IN_1401 - 30 * DAY
    assert str(milestone.obligation.agreement.city.name_en) in item.what
    milestone.verdict, milestone.met_on, milestone.evidence = "met", IN_1401, "گزارش"
    milestone.save()
    assert not list(todo.milestones(IN_1401 + DAY))


def test_a_draft_promises_nothing():
    draft = make_agreement(signed_on=None)
    make_milestone(due_on=IN_1401, obligation=make_obligation(agreement=draft))
    assert not list(todo.milestones(IN_1401 + DAY))


def test_a_follow_up_without_a_day_waits_since_its_visit():
    owner = make_user()
    follow_up = make_follow_up(owner=owner)
    [item] = todo.follow_ups(IN_1401 + DAY)
    assert (item.stage, item.since, item.owner_id) == (
        Stage.WAITING,
        IN_1401,
        owner.pk,
    )
    follow_up.due_on = IN_1401 + 40 * DAY
    follow_up.save()
    expected = {9: None, 10: "coming", 33: "near", 41: "overdue"}
    assert stages(todo.follow_ups, expected) == expected
    follow_up.done_on, follow_up.what_was_done = IN_1401 + 41 * DAY, "فرستاده شد"
    follow_up.save()
    assert stages(todo.follow_ups, [40, 41]) == {40: "near", 41: None}


def test_a_follow_up_of_a_membership_may_have_no_day_at_all():
    make_follow_up(membership=make_membership())
    [item] = todo.follow_ups(IN_1401)
    assert (item.day, item.since) == (None, None)


def test_an_agreement_that_renews_itself_comes_up_before_its_notice_date():
    make_agreement(expires_on=IN_1401 + 30 * DAY, notice_days=30, renews_for_months=12)
    expected = {-61: None, -60: "coming", -7: "near", 0: "near", 1: None}
    assert stages(todo.notices, expected) == expected
    [item] = todo.notices(datetime.date(2023, 7, 1))  # the next term's
    assert item.day == datetime.date(2023, 7, 22)


def test_an_agreement_that_ends_comes_up_until_it_has():
    make_agreement(expires_on=IN_1401)
    expected = {-61: None, -60: "coming", 0: "near", 1: None}
    assert stages(todo.notices, expected) == expected


def test_an_amendment_moves_the_end_of_its_agreement_and_has_none_of_its_own():
    agreement = make_agreement(expires_on=IN_1401)
    make_agreement(
        city=agreement.city,
        amends=agreement,
        signed_on=LONG_AGO + DAY,
        expires_on=IN_1401 + 365 * DAY,
    )
    assert stages(todo.notices, [0, 305, 365]) == {0: None, 305: "coming", 365: "near"}


def test_a_draft_asks_for_its_text_then_for_each_clearance_it_still_lacks():
    draft = make_agreement(signed_on=None)
    [item] = todo.papers(IN_1401)
    assert (item.stage, item.day) == (Stage.WAITING, None)
    assert "No text" in item.why
    draft.text = make_document(draft)
    draft.save()
    [item] = todo.papers(IN_1401)
    assert "No authority" in item.why
    ministry, council = make_authorities()
    make_clearance(draft, ministry)  # asked LONG_AGO, granted IN_1401
    [item] = todo.papers(IN_1401 - DAY)
    assert ministry.name_en in item.why and council.name_en in item.why
    [item] = todo.papers(IN_1401)
    assert ministry.name_en not in item.why and council.name_en in item.why
    assert (item.day, item.since) == (LONG_AGO, LONG_AGO)
    make_clearance(draft, council, decided_on=IN_1401 + DAY)
    assert stages(todo.papers, [0, 1]) == {0: "waiting", 1: None}


def test_another_text_asks_for_its_clearances_anew():
    ministry, council = make_authorities()
    draft = make_agreement(signed_on=None, city=make_city(country="IR"))
    draft.text = make_document(draft)
    draft.save()
    make_clearance(draft, council)
    assert not list(todo.papers(IN_1401))  # the ministry clears no city of Iran
    draft.text = make_document(draft, content=b"%PDF-1.7 another")
    draft.save()
    [item] = todo.papers(IN_1401)
    assert council.name_en in item.why and ministry.name_en not in item.why
    assert item.since is None


def test_what_is_signed_exempt_or_given_up_lacks_no_papers():
    make_agreement()
    make_agreement(signed_on=None, clearance_exemption="پیش‌نویس پیشین")
    dropped = make_agreement(signed_on=None)
    dropped.terminated_on, dropped.termination_reason = IN_1401, "انصراف"
    dropped.termination_document = make_document(dropped)
    dropped.save()
    assert stages(todo.papers, [-1, 0]) == {-1: "waiting", 0: None}


def test_a_report_is_owed_since_the_day_after():
    make_engagement(starts_on=IN_1401)
    assert stages(todo.reports, [0, 1]) == {0: None, 1: "waiting"}
    [item] = todo.reports(IN_1401 + 9 * DAY)
    assert item.since == IN_1401 + DAY


def decide(membership, notice_on, decision="keep"):
    MembershipDecision.objects.create(
        membership=membership,
        notice_on=notice_on,
        decision=decision,
        reason="سود دارد",
        decided_on=notice_on - DAY,
        decided_by=make_user(),
    )


def test_a_membership_is_decided_on_before_the_notice_of_its_term():
    membership = make_membership(notice_on=IN_1401, term_months=12)
    expected = {-61: None, -60: "coming", 0: "near", 1: "overdue", 304: "overdue"}
    assert stages(todo.decisions, expected) == expected
    decide(membership, IN_1401)
    expected = {0: None, 1: None, 304: None, 305: "coming", 365: "near"}
    assert stages(todo.decisions, expected) == expected
    [item] = todo.decisions(IN_1401 + 365 * DAY)
    assert item.day == datetime.date(2023, 7, 22)


def test_a_membership_to_be_left_is_not_asked_about_again():
    membership = make_membership(notice_on=IN_1401, term_months=12)
    decide(membership, IN_1401, "leave")
    assert not list(todo.decisions(IN_1401 + 360 * DAY))


def test_a_membership_with_a_day_of_leaving_is_not_asked_about():
    make_membership(notice_on=IN_1401, left_on=IN_1401)
    make_membership(notice_on=IN_1401, term_months=12, left_on=IN_1401 + 400 * DAY)
    assert stages(todo.decisions, [-9, 0, 1]) == dict.fromkeys([-9, 0, 1])


def test_a_decision_stays_when_the_notice_date_of_its_term_is_corrected():
    membership = make_membership(notice_on=IN_1401, term_months=12)
    decide(membership, IN_1401)
    membership.notice_on = IN_1401 + 16 * DAY
    membership.save()
    expected = {0: None, 16: None, 17: None, 320: None, 321: "coming"}
    assert stages(todo.decisions, expected) == expected


def test_a_dormant_partner_with_an_agreement_in_force_is_sleeping():
    city = make_agreement(signed_on=LONG_AGO).city
    make_agreement(city=city, signed_on=LONG_AGO)
    make_engagement(cities=[city], title_en="Tile workshop")
    expected = {730: None, 731: "waiting"}
    assert stages(todo.sleeping, expected) == expected
    [item] = todo.sleeping(IN_1401 + 731 * DAY)
    assert "Tile workshop" in item.why
    city.agreements.update(
        terminated_on=IN_1401,
        termination_reason="پایان",
        termination_document=make_document(city.agreements.first()),
    )
    assert not list(todo.sleeping(IN_1401 + 731 * DAY))


def test_a_claimed_outcome_waits_for_another_person():
    outcome = make_outcome()
    assert stages(todo.claims, [-1, 0]) == {-1: None, 0: "waiting"}
    outcome.verify(by=make_user(), on=IN_1401 + DAY)
    assert stages(todo.claims, [0, 1]) == {0: "waiting", 1: None}


def test_a_moved_date_makes_a_new_item():
    follow_up = make_follow_up(due_on=IN_1401)
    [before] = todo.follow_ups(IN_1401)
    follow_up.move(IN_1401 + DAY, reason="سفر", by=make_user())
    [after] = todo.follow_ups(IN_1401)
    assert before.key != after.key


def make_one_of_each():
    city = make_agreement(expires_on=IN_1401 + 9 * DAY).city
    agreement = make_agreement(city=city)
    make_milestone(due_on=IN_1401, obligation=make_obligation(agreement=agreement))
    draft = make_agreement(city=city, signed_on=None)
    draft.text = make_document(draft)
    draft.save()
    make_clearance(draft, make_authorities()[0])
    make_follow_up(engagement=make_engagement(starts_on=IN_1401 - 5 * DAY))
    make_follow_up(obligation=make_obligation(agreement=agreement))
    make_follow_up(membership=make_membership(notice_on=IN_1401))
    high = make_obligation(agreement=agreement, priority="high")
    met = {"verdict": "met", "met_on": IN_1401, "evidence": "گزارش"}
    make_milestone(obligation=high, **met)
    make_outcome(city=city)
    sleeper = make_agreement(signed_on=LONG_AGO - 900 * DAY).city
    make_engagement(
        cities=[sleeper],
        starts_on=LONG_AGO - 800 * DAY,
        report="الف",
        result="ب",
        next_steps="ج",
    )
    city.website = "https://example.org/"
    city.save()


def test_a_promise_met_of_high_priority_waits_for_a_second_person():
    met = {"verdict": "met", "met_on": IN_1401, "evidence": "گزارش"}
    make_milestone(**met)
    high = make_obligation(priority="high")
    milestone = make_milestone(obligation=high, verdict_by=make_user(), **met)
    expected = {-1: None, 0: "waiting", 400: "waiting"}
    assert stages(todo.confirmations, expected) == expected
    milestone.confirm(by=make_user(), on=IN_1401 + DAY)
    expected = {0: "waiting", 1: None}
    assert stages(todo.confirmations, expected) == expected


@pytest.mark.once
def test_queries_do_not_grow_with_rows(django_assert_num_queries):
    make_one_of_each()
    with CaptureQueriesContext(connection) as few:
        kinds = {item.kind for item in todo.items(IN_1401)}
    assert len(kinds) == len(todo.KINDS)
    for _ in range(9):
        make_one_of_each()
    with django_assert_num_queries(len(few)):
        assert len(list(todo.items(IN_1401))) >= 80
