"""The pages that bring files in, as axe sees them in every guise."""

import pytest
from django.urls import reverse
from django.utils import translation

from tests.browser.axe import violations
from tests.factories import make_city, make_user
from tests.spreadsheets import csv_bytes, looked_at

ROWS = [
    ("name_fa", "name_en", "country"),
    ("کازانلاک", "Kazanlak", "BG"),
    ("شینینگ", "Xining", "CN"),
    ("آتلانتیس", "Atlantis", "??"),
]


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fa", "en"])
def test_pages_are_accessible(open_page, client, photograph, language, scheme, size):
    user = make_user(role="head")
    make_city(name_fa="کازانلاک", name_en="Kazanluk", country="BG")
    client.force_login(user)
    kept = looked_at(client, "cities", csv_bytes(*ROWS)).context["kept"]
    with translation.override(language):
        addresses = {
            "imports": reverse("admin:imports"),
            "cities": reverse("admin:import_list", args=["cities"]),
            "expenses": reverse("admin:import_list", args=["expenses"]),
            "file": reverse("admin:import_file", args=[kept.pk]),
        }
    page = open_page(user, size=size, scheme=scheme)
    for name, address in addresses.items():
        page.goto(address)
        photograph(page, f"{name}-{language}-{scheme}-{size}")
        assert violations(page) == [], name
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], name
