"""Single records: what the tables of docs/ACCESS.md cannot say."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.models import CalendarFeed
from budget import ledger
from tests.factories import (
    IN_1401,
    make_agreement,
    make_city,
    make_document,
    make_engagement,
    make_expense,
    make_line,
    make_user,
    make_voucher,
    make_year,
)

pytestmark = pytest.mark.django_db

EVERYBODY = (None, "diplomacy_officer", "budget_officer", "head", "auditor")


def pages(published_on):
    """The public page of one record of each kind, published on that day."""
    city = make_city(published_on=published_on)
    agreement = make_agreement(published_on=published_on)
    engagement = make_engagement(published_on=published_on)
    year = make_year(1401, published_on=published_on)
    return [
        reverse("city_detail", args=[city.slug]),
        reverse("agreement_detail", args=[agreement.pk]),
        reverse("engagement_detail", args=[engagement.pk]),
        reverse("budget_year", args=[year.year]),
    ]


def sign_in(client, role):
    if role:
        client.force_login(make_user(role=role))


@pytest.mark.parametrize("role", EVERYBODY)
def test_public_pages_show_what_is_published_and_to_nobody_more(client, role):
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)
    sign_in(client, role)
    for page in pages(tomorrow):
        assert client.get(page).status_code == 404, page


def test_public_pages_open_on_the_day_of_publication(client):
    for page in pages(timezone.localdate()):
        assert client.get(page).status_code == 200, page


@pytest.mark.parametrize("role", EVERYBODY)
def test_document_that_is_not_public_is_for_staff(client, role):
    page = reverse("document_file", args=[make_document().pk])
    sign_in(client, role)
    answer = client.get(page)
    getattr(answer, "getvalue", bytes)()
    assert answer.status_code == (200 if role else 404)


def test_public_document_of_a_published_agreement_is_for_everybody(client):
    page = reverse("document_file", args=[make_document(is_public=True).pk])
    answer = client.get(page)
    answer.getvalue()
    assert answer.status_code == 200


@pytest.mark.parametrize("role", ["budget_officer", "head"])
def test_who_requested_an_expense_neither_commits_nor_pays_it(client, role):
    user = make_user(role=role)
    expense = make_expense(requested_by=user, line=make_line(approved=10**9))
    other = make_user(role="head")
    ledger.commit(expense=expense, amount=1000, by=other, dated_on=IN_1401)
    client.force_login(user)
    before = expense.line.fiscal_year.entries.count()
    for verb in ("commit", "pay"):
        url = reverse(f"admin:budget_expense_{verb}", args=[expense.pk])
        assert client.get(url).status_code == 302
        client.post(url, {"amount": "100", "dated_on": "1401-05-01"})
    assert expense.line.fiscal_year.entries.count() == before


def test_calendar_closes_when_its_owner_is_deactivated(client):
    user = make_user(role="head")
    page = reverse("calendar_feed", args=[CalendarFeed.make(user)])
    assert client.get(page).status_code == 200
    user.is_active = False
    user.save()
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("role", ["diplomacy_officer", "auditor"])
def test_a_number_that_is_not_there_is_not_found(client, role):
    sign_in(client, role)
    voucher = make_voucher(make_expense())
    for name in ("admin:budget_voucher_file", "document_file", "admin:alive_city"):
        url = reverse(name, args=[voucher.pk + 1000])
        assert client.get(url).status_code == 404, name
