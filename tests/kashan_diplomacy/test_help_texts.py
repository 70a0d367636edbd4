"""The help on each page of the admin."""

import pytest
from django.contrib import admin

from kashan_diplomacy.help_texts import HELP
from tests.factories import make_city, make_user

OURS = [
    model._meta.label_lower
    for model in admin.site._registry
    if model._meta.app_label in ("agreements", "budget")
]


@pytest.mark.parametrize("label", OURS)
def test_every_page_has_its_help(label):
    assert HELP[label].what
    assert HELP[label].rule


def test_help_is_of_no_other_page():
    assert set(HELP) == set(OURS)


@pytest.mark.django_db
def test_it_stands_folded_on_the_list_and_on_the_row(client):
    client.force_login(make_user(role="auditor"))
    city = make_city()
    for path in ("", f"{city.pk}/change/"):
        page = client.get(f"/en/admin/agreements/city/{path}").text
        assert '<details class="page-help">' in page
        assert str(HELP["agreements.city"].what) in page or "partnership with" in page
    assert "page-help" not in client.get("/admin/").text
