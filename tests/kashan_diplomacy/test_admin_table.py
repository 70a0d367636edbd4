"""The rows of the admin's lists: what their cells hold and where they lead."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from budget.models import Entry
from tests.factories import make_city, make_line, make_rate, make_user, make_year

pytestmark = pytest.mark.django_db

CITIES = "admin:agreements_city_changelist"


@pytest.fixture
def head(client):
    client.force_login(make_user(role="head"))
    with translation.override("fa"):
        yield client


def row_of(client, city, **query):
    html = client.get(reverse(CITIES), query).content.decode()
    found = re.search(rf"<tr>(.*?/city/{city.pk}/change/.*?)</tr>", html)
    return found[1]


def test_the_first_column_heads_the_row_and_leads_to_its_page(head):
    city = make_city(name_fa="لوبک", country="DE", published_on=None)
    row = row_of(head, city)
    address = reverse("admin:agreements_city_change", args=[city.pk])
    assert f'<th class="field-name"><a href="{address}">لوبک</a></th>' in row
    assert '<td class="field-country">آلمان</td>' in row
    assert '<td class="field-publication">—</td>' in row


def test_a_row_leads_back_to_the_list_as_it_was_filtered(head):
    city = make_city(country="DE")
    kept = "?_changelist_filters=country%3DDE"
    assert f'/change/{kept}"' in row_of(head, city, country="DE")


def test_a_row_of_a_window_for_choosing_tells_its_key(head):
    city = make_city()
    row = row_of(head, city, _popup=1)
    assert f'data-popup-opener="{city.pk}"' in row


def test_what_staff_typed_is_shown_as_text(head):
    city = make_city(name_fa="<b>{}</b>")
    assert "&lt;b&gt;{}&lt;/b&gt;</a>" in row_of(head, city)


def test_a_rate_has_its_thousands_apart_and_the_point_of_the_language(head):
    make_rate(rial_per_unit="333000.50")
    page = head.get(reverse("admin:budget_exchangerate_changelist"))
    assert ">۳۳۳٬۰۰۰٫۵۰<" in page.content.decode()


def test_the_ledger_counts_all_entries_of_all_years(head):
    for year in 1401, 1402:
        fiscal_year = make_year(year)
        make_line(fiscal_year=fiscal_year, approved=10_000)
        make_line(fiscal_year=fiscal_year, approved=20_000)
    page = head.get(reverse("admin:budget_entry_changelist"))
    assert page.context["cl"].result_count == Entry.objects.count() == 4
    chosen = head.get(reverse("admin:budget_entry_changelist"), {"year": 1401})
    assert chosen.context["cl"].result_count == 2


@pytest.mark.parametrize(
    "asked",
    [
        "agreements/obligation/?themes=",
        "budget/expense/?line__exact=",
        "auth/user/?role=",
    ],
)
def test_a_key_longer_than_any_is_answered_by_the_list(head, asked):
    page = head.get(f"/admin/{asked}{'9' * 20}", follow=True)
    assert page.status_code == 200
