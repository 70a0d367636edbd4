"""The start page: what needs me, the month, the year, the partners, first steps."""

import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from agreements.models import MembershipDecision
from budget import ledger
from kashan_diplomacy import roles
from kashan_diplomacy.desk import Desk, all_items
from kashan_diplomacy.glance import STRIP_DAYS, Facts, checklist, strip, strip_days
from kashan_diplomacy.jalali import from_gregorian
from kashan_diplomacy.shortlist import shares_of
from tests.factories import (
    LONG_AGO,
    make_agreement,
    make_authorities,
    make_city,
    make_clearance,
    make_document,
    make_engagement,
    make_expense,
    make_fee,
    make_follow_up,
    make_line,
    make_membership,
    make_milestone,
    make_obligation,
    make_outcome,
    make_user,
    make_year,
)
from tests.pages import latin_digits

pytestmark = pytest.mark.django_db

MILLION_TOMAN = 10_000_000
TODAY = timezone.localdate()


def this_year():
    return make_year(from_gregorian(TODAY).year)


def start(client, role="head"):
    client.force_login(make_user(role=role))
    return client.get("/admin/")


def test_the_year_is_seen_line_by_line(client):
    line = make_line(fiscal_year=this_year(), approved=600 * MILLION_TOMAN)
    expense = make_expense(line=line, requested=50 * MILLION_TOMAN)
    record = {"dated_on": line.fiscal_year.starts_on, "by": make_user()}
    ledger.commit(expense=expense, amount=50 * MILLION_TOMAN, **record)
    ledger.pay(expense=expense, amount=20 * MILLION_TOMAN, **record)
    response = start(client)
    [(shown, balance)] = response.context["lines"]
    assert (shown, balance.spent) == (line, 20 * MILLION_TOMAN)
    for amount in ("۶۰۰٬۰۰۰٬۰۰۰", "۵۵۰٬۰۰۰٬۰۰۰", "۳۰٬۰۰۰٬۰۰۰", "۲۰٬۰۰۰٬۰۰۰"):
        assert amount in response.text
    assert "۶۰۰ میلیون تومان" in response.text


def test_no_latin_digit_stands_on_the_persian_page(client):
    make_line(fiscal_year=this_year(), approved=600 * MILLION_TOMAN)
    make_milestone(due_on=TODAY + datetime.timedelta(days=3))
    make_follow_up()
    assert latin_digits(start(client)) == []


def test_the_strip_shows_what_is_due_and_what_takes_place():
    visit = make_engagement(starts_on=TODAY + datetime.timedelta(days=2))
    make_engagement(starts_on=TODAY + datetime.timedelta(days=STRIP_DAYS))
    make_engagement(
        starts_on=TODAY, cancelled_on=TODAY, cancellation_reason="به درخواست مهمان"
    )
    planned = Facts(TODAY).planned
    months = strip(Desk([], []), planned, TODAY)
    days = [day for _month, days in months for day in days]
    assert len(days) == STRIP_DAYS
    assert days[0].is_today
    assert [day.engagements for day in days if day.count] == [[visit]]
    fridays = [day.on for day in days if day.is_friday]
    assert {day.strftime("%A") for day in fridays} == {"Friday"}


def test_a_day_and_a_stage_of_many_items_are_counted_whole_and_named_in_part(client):
    day = TODAY + datetime.timedelta(days=3)
    engagement = make_engagement()
    for _number in range(7):
        make_follow_up(due_on=day, engagement=engagement)
    response = start(client)
    near = dict(response.context["stages"])["near"]
    assert (near.count, len(near.first)) == (7, 5)
    [busy] = [
        each for _m, days in response.context["strip"] for each in days if each.count
    ]
    assert (busy.on, busy.count, len(busy.todo.first)) == (day, 7, 5)
    assert response.text.count("همه ۷ مورد") == 2


def test_the_first_of_each_pile_and_their_number_are_those_of_the_whole_list():
    owners = [make_user(), None]
    for days in [*range(-9, 3), 20]:
        day = TODAY + datetime.timedelta(days=days)
        make_milestone(due_on=day)
        meeting = make_engagement(starts_on=min(day, TODAY))
        for owner in owners:
            make_follow_up(owner=owner, due_on=day, engagement=meeting)
            make_follow_up(owner=owner, engagement=meeting)

    def told(shares):
        return {
            (share.permission, share.owner_id, when): (
                some.count,
                [item.key for item in some.first],
            )
            for share in shares
            for when, some in (share.stages | share.days).items()
        }

    whole = told(shares_of(all_items(TODAY), strip_days(TODAY)))
    assert told(Facts(TODAY).shares) == whole
    assert max(count for count, _keys in whole.values()) > 10


@pytest.fixture
def kept(settings):
    settings.PAGE_CACHE = True
    if connection.vendor == "postgresql":  # these tests never commit
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_everybody_shares_is_read_once_and_again_after_a_change(client, kept):
    with transaction.atomic():  # a version is new once in a transaction
        membership = make_membership(notice_on=TODAY)
    assert start(client).context["mine_count"] == 1
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/admin/").context["mine_count"] == 1
    assert len(captured) <= 8
    with transaction.atomic():
        make_follow_up(action="نامه به سفیر برزیل")
    response = client.get("/admin/")
    assert response.context["mine_count"] == 3
    assert "نامه به سفیر برزیل" in response.text
    with transaction.atomic():
        MembershipDecision.objects.create(
            membership=membership,
            decision=MembershipDecision.Decision.KEEP,
            notice_on=TODAY,
            decided_on=TODAY,
            reason="رأی داریم",
            decided_by=make_user(),
        )
    assert client.get("/admin/").context["mine_count"] == 2


def test_what_everybody_shares_is_shown_to_each_by_their_rights(client, kept):
    make_fee()
    make_milestone()
    shown = {role: start(client, role).context["mine_count"] for role in roles.GRANTS}
    assert shown["budget_officer"] == shown["diplomacy_officer"] == 1
    assert shown["auditor"] == 0


def test_what_sleeps_comes_first_among_the_partners():
    make_agreement(city=make_city(), signed_on=TODAY)
    make_agreement(city=make_city(), signed_on=TODAY - datetime.timedelta(days=2_000))
    make_city()
    shown = Facts(TODAY).partners
    assert [(each.value, count) for each, count, _cities in shown] == [
        ("dormant", 1),
        ("new", 1),
    ]


def done(user):
    filled = Facts(TODAY).filled
    return [step.is_done for step in checklist(user, filled)]


def test_first_steps_are_those_of_the_role_and_go_when_done(client):
    officer = make_user(role="budget_officer")
    assert done(officer) == [False] * 3
    assert "/admin/budget/fiscalyear/add/" in start(client, "budget_officer").text
    make_line()
    assert done(officer) == [True, True, False]
    make_expense()
    assert done(officer) == []
    assert done(make_user(role="auditor")) == []


@pytest.mark.once
@pytest.mark.parametrize("role", roles.GRANTS)
def test_the_page_costs_the_same_for_many_rows(client, role):
    client.force_login(make_user(role=role))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/admin/").status_code == 200
        return len(captured)

    def add():
        milestone = make_milestone(due_on=TODAY)
        agreement = milestone.obligation.agreement
        make_obligation(agreement=agreement)
        make_agreement(city=make_city(), signed_on=None)
        make_follow_up(due_on=TODAY)
        make_fee(due_on=TODAY)
        make_engagement(starts_on=TODAY, cities=[make_city()])
        asleep = make_agreement(signed_on=LONG_AGO).city
        make_engagement(starts_on=LONG_AGO, cities=[asleep])
        asleep = make_agreement(signed_on=LONG_AGO).city
        make_outcome(city=asleep, realised_on=LONG_AGO)
        draft = make_agreement(signed_on=None)
        draft.text = make_document(draft)
        draft.save()
        make_clearance(draft, make_authorities()[0])
        make_membership(notice_on=TODAY)

    year = this_year()
    make_line(fiscal_year=year, approved=MILLION_TOMAN)
    make_expense()
    add()
    few = queries()
    for _number in range(4):
        add()
    make_line(fiscal_year=year)
    assert queries() == few <= 15  # and a look at the second factor
