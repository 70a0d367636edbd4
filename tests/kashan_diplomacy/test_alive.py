"""The page that says whether partnerships are alive, and the rows behind it."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from budget import ledger
from kashan_diplomacy.jalali import to_gregorian
from tests.factories import (
    IN_1401,
    make_agreement,
    make_engagement,
    make_expense,
    make_fee,
    make_line,
    make_milestone,
    make_obligation,
    make_outcome,
    make_right_used,
    make_user,
)
from tests.pages import latin_digits

pytestmark = [pytest.mark.once, pytest.mark.django_db]

DAY = datetime.timedelta(days=1)
AT_TIR = "?on=1401-04-31"


def make_world():
    line = make_line(approved=10**9)
    agreement = make_agreement(signed_on=IN_1401 - 900 * DAY)
    make_milestone(
        obligation=make_obligation(agreement=agreement, title_fa="هفته گلاب"),
        due_on=IN_1401,
        verdict="met",
        met_on=IN_1401 - DAY,
        evidence="گزارش",
    )
    make_engagement(
        cities=[agreement.city], purpose="protocol", starts_on=IN_1401, title_fa="ضیافت"
    )
    make_outcome(city=agreement.city, realised_on=IN_1401, description_fa="قرارداد")
    fee = make_fee()
    make_right_used(membership=fee.membership, description_fa="کارگاه")
    record = {"by": make_user(), "dated_on": IN_1401}
    for source in ({"agreement": agreement}, {"membership_fee": fee}):
        expense = make_expense(line=line, requested=500_000, **source)
        ledger.commit(expense=expense, amount=500_000, **record)
        ledger.pay(expense=expense, amount=500_000, **record)
    return agreement.city, fee.membership


@pytest.fixture
def head(client):
    client.force_login(make_user(role="head"))
    return client


def test_figures_are_those_of_the_day_asked_for(head):
    city, membership = make_world()
    page = head.get(f"/admin/alive/{AT_TIR}")
    [row] = page.context["cities"]
    assert (row["city"], row["vitality"].value, row["days"]) == (city, "lively", 0)
    assert row["deed"].title == "قرارداد"
    assert (row["promises"]["kashan"].kept, row["worth"].each) == (1, 500_000)
    assert page.context["ceremony_of_engagements"].share == 1
    assert page.context["pace"].on == IN_1401
    [row] = page.context["memberships"]
    assert (row["membership"], row["worth"].each) == (membership, 500_000)
    page = head.get("/admin/alive/?on=1401-04-30")
    [row] = page.context["cities"]
    assert row["deed"].title == "هفته گلاب"
    assert row["promises"] is None
    assert row["worth"].spent == 0


def test_the_rows_behind_each_figure_are_one_click_away(head):
    city, membership = make_world()
    page = head.get(f"/admin/alive/{AT_TIR}").text
    for address, rows in {
        f"/admin/alive/cities/{city.pk}/": ["هفته گلاب", "قرارداد", "۵۰٬۰۰۰ تومان"],
        "/admin/alive/years/1401/": ["ضیافت", "هفته گلاب", "۱۰۰٬۰۰۰ تومان"],
        f"/admin/alive/memberships/{membership.pk}/": ["کارگاه", "۵۰٬۰۰۰ تومان"],
    }.items():
        assert f'href="{address}{AT_TIR}"' in page
        response = head.get(address + AT_TIR)
        for text in rows:
            assert text in response.text, (address, text)
        earlier = head.get(f"{address}?on=1401-01-01").text
        assert "تومان" not in earlier


def test_pages_speak_persian_and_english(head):
    city, membership = make_world()
    for path in (
        "/admin/alive/",
        f"/admin/alive/cities/{city.pk}/",
        "/admin/alive/years/1401/",
        f"/admin/alive/memberships/{membership.pk}/",
    ):
        response = head.get(path + AT_TIR)
        assert latin_digits(response) == []
        assert head.get(f"/en{path}{AT_TIR}").status_code == 200
        assert head.post(path).status_code == 405


def test_an_empty_program_is_no_error(head):
    assert head.get("/admin/alive/").status_code == 200
    assert head.get("/admin/alive/years/1401/").status_code == 404
    assert head.get("/admin/alive/cities/1/").status_code == 404


def test_every_role_may_read_it_and_nobody_else(client):
    for role in ("diplomacy_officer", "budget_officer", "head", "auditor"):
        client.force_login(make_user(role=role))
        assert client.get("/admin/alive/").status_code == 200
    user = make_user(role="auditor")
    user.groups.clear()
    client.force_login(user)
    assert client.get("/admin/alive/").status_code == 403


def test_the_page_costs_the_same_for_many_partners(head):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert head.get(f"/admin/alive/{AT_TIR}").status_code == 200
        return len(captured)

    make_world()
    head.get("/admin/alive/")
    few = queries()
    for _ in range(5):
        city = make_agreement(signed_on=to_gregorian(1398, 1, 1)).city
        make_outcome(city=city)
        make_engagement(cities=[city])
        make_right_used()
    assert queries() == few <= 25
