"""Amounts that look like rials typed as toman, and what is said of them in time."""

from datetime import timedelta

import pytest
from django.contrib.messages import WARNING, get_messages
from django.urls import reverse
from django.utils import translation

from budget.models import ExchangeRate, Expense
from budget.tenfold import Measure, measure_of_budget, measure_of_request
from tests.factories import (
    IN_1401,
    make_expense,
    make_line,
    make_rate,
    make_user,
    make_year,
)

pytestmark = pytest.mark.django_db

TOMAN = 10
MILLION = 1_000_000 * TOMAN


@pytest.fixture(autouse=True)
def persian():
    with translation.override("fa"):
        yield


@pytest.mark.parametrize(
    ("most", "largest", "asked", "is_tenfold"),
    [
        (100, None, 100, False),
        (100, None, 110, True),
        (100, None, 1000, True),
        (100, None, 1010, False),  # too much by more than a zero
        (None, 50, 150, False),
        (None, 50, 160, True),
        (None, 50, 1510, False),
        (1000, 50, 400, True),
        (0, None, 5, True),
        (None, None, 10**15, False),
    ],
)
def test_zero_too_many_is_suspected_where_a_tenth_would_be_right(
    most, largest, asked, is_tenfold
):
    assert Measure(most, largest).is_tenfold(asked) is is_tenfold


def test_nothing_is_said_of_what_is_there_or_of_nothing():
    assert Measure(100, 100).warnings(100) == []
    assert Measure(100, 100).warnings(None) == []


def test_warning_does_the_sum_and_names_the_tenth():
    above, tenth = Measure(50 * MILLION).warnings(60 * MILLION)
    assert "۱۰٬۰۰۰٬۰۰۰ تومان" in above
    assert "۵۰٬۰۰۰٬۰۰۰ تومان" in above
    assert "۶٬۰۰۰٬۰۰۰ تومان" in tenth


def test_largest_request_counts_from_the_third_on_and_without_itself():
    line = make_line(approved=100 * MILLION)
    two = [make_expense(line=line, requested=n * MILLION) for n in (1, 2)]
    assert measure_of_request(line) == Measure(100 * MILLION)
    third = make_expense(line=line, requested=3 * MILLION)
    assert measure_of_request(line).largest == 3 * MILLION
    assert measure_of_request(line, besides=third.pk).largest is None
    Expense.objects.filter(pk=two[0].pk).update(
        cancelled_on=IN_1401, cancellation_reason="منتفی"
    )
    assert measure_of_request(line).largest is None


def test_budget_is_compared_with_its_heading_in_other_years():
    make_line(approved=40 * MILLION)
    line = make_line(fiscal_year=make_year(1402))
    assert measure_of_budget(line) == Measure(largest=40 * MILLION)
    assert measure_of_budget(make_line(heading="guests")) == Measure()


def ask(client, **query):
    return client.get(reverse("admin:budget_amount"), query)


def test_amount_being_typed_is_said_in_words_and_measured_by_its_line(client):
    line = make_line(approved=50 * MILLION)
    client.force_login(make_user(role="diplomacy_officer"))
    answer = ask(client, typed="۶۰ میلیون", line=line.pk).json()
    assert answer["words"] == "شصت میلیون تومان"
    assert len(answer["warnings"]) == 2
    assert ask(client, typed="5,000,000", line=line.pk).json()["warnings"] == []


@pytest.mark.parametrize("typed", ["", "ش", "12,50", "-3", "9" * 40])
def test_what_is_no_amount_yet_has_no_words(client, typed):
    client.force_login(make_user(role="auditor"))
    for name in ("admin:budget_amount", "admin:amount"):
        answer = client.get(reverse(name), {"typed": typed, "line": "x"}).json()
        assert answer == {"words": "", "warnings": []}


def test_line_is_measured_for_those_who_may_see_it_only(client):
    user = make_user(role="budget_officer")
    client.force_login(user)
    user.groups.get().permissions.clear()
    assert ask(client, typed="1").status_code == 403
    client.logout()
    assert ask(client, typed="1").status_code == 302


def test_saving_a_request_above_what_is_there_says_so_and_saves_it(client):
    line = make_line(approved=50 * MILLION)
    client.force_login(make_user(role="budget_officer"))
    row = {"line": line.pk, "title": "سفر", "payee": "آژانس", "purpose": "protocol"}
    typed = {"requested": "60,000,000", "requested_on": "1401/04/31", "source": ""}
    response = client.post(reverse("admin:budget_expense_add"), row | typed)
    assert response.status_code == 302
    said = [str(message) for message in get_messages(response.wsgi_request)]
    assert [text for text in said if "۱۰٬۰۰۰٬۰۰۰ تومان" in text]
    assert Expense.objects.get().requested == 60 * MILLION


@pytest.mark.parametrize(
    ("typed", "is_asked"),
    [("150,000", True), ("170,000", False), ("1,500,000", False), ("1,500,001", True)],
)
def test_a_rate_far_from_the_one_before_is_asked_about_and_saved(
    client, typed, is_asked
):
    make_rate(rial_per_unit="500000", valid_on=IN_1401)
    make_rate(rial_per_unit="900000", valid_on=IN_1401 + timedelta(days=2))
    make_rate("EUR", rial_per_unit="600000", valid_on=IN_1401)
    client.force_login(make_user(role="budget_officer"))
    fields = {"currency": "USD", "valid_on": "۱۴۰۱/۰۵/۰۱", "source": "بانک مرکزی"}
    url = reverse("admin:budget_exchangerate_add")
    answer = client.post(url, fields | {"rial_per_unit": typed})
    rate = ExchangeRate.objects.get(valid_on=IN_1401 + timedelta(days=1))
    assert str(int(rate.rial_per_unit)) == typed.replace(",", "")
    told = [
        str(message)
        for message in get_messages(answer.wsgi_request)
        if message.level == WARNING
    ]
    assert len(told) == is_asked
    assert all("۵۰۰٬۰۰۰" in text for text in told)


def test_forms_hand_over_what_their_amount_is_measured_by(client):
    line = make_line(approved=50 * MILLION)
    expense = make_expense(line=line, requested=10 * MILLION)
    client.force_login(make_user(role="head"))
    page = client.get(reverse("admin:budget_expense_commit", args=[expense.pk]))
    assert f"most={10 * MILLION}" in page.text
    page = client.get(reverse("admin:budget_budgetline_cut", args=[line.pk]))
    assert f"most={50 * MILLION}" in page.text
    page = client.get(reverse("admin:budget_expense_change", args=[expense.pk]))
    assert f"besides={expense.pk}" in page.text
