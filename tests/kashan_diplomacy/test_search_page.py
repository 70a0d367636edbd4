"""The search box of the admin."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    make_agreement,
    make_city,
    make_engagement,
    make_expense,
    make_fee,
    make_line,
    make_membership,
    make_milestone,
    make_organisation,
    make_user,
)
from tests.pages import latin_digits

pytestmark = pytest.mark.django_db


def labels(response):
    return [group.model.__name__ for group in response.context["groups"]]


@pytest.fixture
def head(client):
    client.force_login(make_user(role="head"))
    return client


def test_every_admin_page_has_the_box_and_its_key(head):
    page = head.get("/admin/agreements/city/").text
    assert 'action="/admin/search/"' in page
    assert 'aria-keyshortcuts="/ Control+K"' in page
    assert "js/search_box.js" in page


def test_finds_are_grouped_by_model_with_a_link_to_all(head):
    city = make_city(name_fa="نجف", name_en="Najaf")
    make_agreement(city=city, title_fa="تفاهم‌نامه با نجف")
    make_engagement(title_fa="نشست نجف")
    response = head.get("/admin/search/", {"q": "نجف"})
    assert labels(response)[0] == "City"
    assert {"Agreement", "Engagement"} < set(labels(response))
    assert f'href="/admin/agreements/city/{city.pk}/change/"' in response.text
    assert 'href="/admin/agreements/city/?q=%D9%86' in response.text
    assert latin_digits(response) == []
    assert head.get("/en/admin/search/", {"q": "Najaf"}).status_code == 200


def test_the_kind_of_a_find_stands_apart_from_its_title(head):
    make_agreement(title_en="Pact with Najaf", kind="sister_city")
    page = head.get("/en/admin/search/", {"q": "Najaf"}).text
    assert '</a> <span class="quiet">· ' in " ".join(page.split())


def test_what_hangs_on_a_find_is_found_with_it(head):
    body = make_organisation(name_fa="شورای جهانی صنایع دستی")
    fee = make_fee(membership=make_membership(organisation=body))
    milestone = make_milestone()
    response = head.get("/admin/search/", {"q": "صنایع دستی"})
    assert {"Organisation", "Membership", "MembershipFee"} <= set(labels(response))
    assert f"/membershipfee/{fee.pk}/change/" in response.text
    page = head.get("/en/admin/search/", {"q": "cultural week"}).text
    assert "Hold a cultural week · 1401/04/31" in page
    title = milestone.obligation.title_fa
    assert "Milestone" in labels(head.get("/admin/search/", {"q": title}))


@pytest.mark.parametrize("typed", ["1401/1", "۱۴۰۱/۱", " ۱۴۰۱ / ۱ "])
def test_an_entry_is_found_by_its_number(head, typed):
    entry = make_line(approved=1_000).entries.get()
    response = head.get("/admin/search/", {"q": typed})
    assert response.context["groups"][0].rows == [entry]


def test_a_year_is_found_by_its_number(head):
    make_line(approved=1_000)
    assert "FiscalYear" in labels(head.get("/admin/search/", {"q": "۱۴۰۱"}))


def test_nobody_finds_what_they_may_not_see(client):
    make_expense(title="پذیرایی سفیر")
    user = make_user()
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert labels(client.get("/admin/search/", {"q": "پذیرایی"})) == []
    client.force_login(make_user(role="auditor"))
    assert labels(client.get("/admin/search/", {"q": "پذیرایی"})) == ["Expense"]


@pytest.mark.parametrize("typed", ["", "  ", "زلزله", "<script>", "%_\\", "a" * 500])
def test_whatever_is_typed_is_answered(head, typed):
    response = head.get("/admin/search/", {"q": typed})
    assert response.status_code == 200
    assert "<script>" not in response.text.split('id="content-main"')[1]


def test_a_search_costs_the_same_for_many_finds(head):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            head.get("/admin/search/", {"q": "نشست نجف"})
        return len(captured)

    make_engagement(title_fa="نشست نجف")
    few = queries()
    for _number in range(12):
        make_engagement(title_fa="نشست نجف")
    assert queries() <= few < 12
